// main.c: the PVH loader in C, in long mode: what hvm_start_info says becomes boot_info, and the kernel that travels in
// this file's own image is started.
#include "boot/common/memory.h"
#include "boot/common/start.h"
#include <stdint.h>

#define START_INFO_MAGIC 0x336ec578u
#define FIRST_MIB 0x100000u
#define FOUR_GIB 0x100000000ull

struct hvm_start_info {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, command_line, rsdp;
	uint64_t memory; // since version 1
	uint32_t memory_count, reserved;
};

struct hvm_module {
	uint64_t base, length, command_line, reserved;
};

struct hvm_memory {
	uint64_t base, length;
	uint32_t type, reserved; // E820's types
};

extern const uint8_t payload[], payload_end[];
extern char loader_start[], loader_end[]; // the linker script's
static struct boot_info info;
static uint16_t *screen = (uint16_t *)0xb8000;

void pvh_main(const struct hvm_start_info *start, uint64_t tsc);

void boot_screen(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= ' ')
			*screen++ = 0x0700 | (uint8_t)*text;
}

// E820 types 1 to 4 are boot_memory_type's; all others are reserved.
static void add_memory(uint64_t base, uint64_t length, uint32_t type)
{
	if (boot_memory_add(&info, base, length, type >= 1 && type <= 4 ? type : BOOT_MEMORY_RESERVED) != 0)
		boot_fail("the memory map is damaged or too long");
}

static void read_start_info(const struct hvm_start_info *start)
{
	const struct hvm_memory *memory = (const void *)start->memory;
	const struct hvm_module *modules = (const void *)start->modules;

	if (start->magic != START_INFO_MAGIC || start->version < 1)
		boot_fail("started with no PVH start info of version 1");
	for (uint32_t i = 0; i < start->memory_count; i++)
		add_memory(memory[i].base, memory[i].length, memory[i].type);
	if (boot_memory_add(&info, (uint64_t)loader_start, loader_end - loader_start, BOOT_MEMORY_LOADER) != 0)
		boot_fail("the memory map is too long");
	if (start->command_line != 0)
		boot_command_line(&info, (const char *)start->command_line);
	for (uint32_t i = 0; i < start->module_count; i++)
		boot_initrd(&info, modules[i].base, modules[i].length);
	info.rsdp = start->rsdp;
}

void pvh_main(const struct hvm_start_info *start, uint64_t tsc)
{
	struct boot_image image;
	uint64_t physical;
	int rc;

	boot_begin(&info, BOOT_PATH_DIRECT);
	boot_stage(&info, "pvh", tsc);
	read_start_info(start);
	boot_command_line_qemu(&info);
	rc = boot_image_check(&image, payload, payload_end - payload);
	if (rc != 0)
		boot_fail_image(rc);
	physical = boot_memory_allocate(&info, image.size, FIRST_MIB, FOUR_GIB, BOOT_MEMORY_KERNEL);
	if (physical == 0)
		boot_fail("too little memory: %llu KiB are free, the kernel needs %llu KiB",
			  (unsigned long long)boot_memory_usable(&info) / 1024, (unsigned long long)image.size / 1024);
	boot_start(&info, &image, physical);
}
