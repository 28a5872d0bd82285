// main.c: the PVH loader in C, in long mode: what hvm_start_info says becomes boot_info, and the kernel that travels in
// this file's own image is started.
#include "boot/common/memory.h"
#include "boot/common/start.h"
#include <stdint.h>

#define START_INFO_MAGIC 0x336ec578u

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

void pvh_main(const struct hvm_start_info *start);

void boot_screen(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= ' ')
			*screen++ = 0x0700 | (uint8_t)*text;
}

static void read_start_info(const struct hvm_start_info *start)
{
	const struct hvm_memory *memory = (const void *)start->memory;
	const struct hvm_module *modules = (const void *)start->modules;

	if (start->magic != START_INFO_MAGIC || start->version < 1)
		boot_fail("started with no PVH start info of version 1");
	for (uint32_t i = 0; i < start->memory_count; i++)
		boot_memory_e820(&info, memory[i].base, memory[i].length, memory[i].type);
	if (boot_memory_add(&info, (uint64_t)loader_start, loader_end - loader_start, BOOT_MEMORY_LOADER) != 0)
		boot_fail("the memory map is too long");
	if (start->command_line != 0)
		boot_command_line(&info, (const char *)start->command_line);
	for (uint32_t i = 0; i < start->module_count; i++)
		boot_initrd(&info, modules[i].base, modules[i].length);
	info.rsdp = start->rsdp;
}

void pvh_main(const struct hvm_start_info *start)
{
	struct boot_image image;
	int rc;

	boot_begin(&info, BOOT_PATH_DIRECT);
	boot_stage(&info, "pvh");
	read_start_info(start);
	boot_command_line_qemu(&info);
	rc = boot_image_check(&image, payload, payload_end - payload);
	if (rc != 0)
		boot_fail_image(rc);
	boot_start(&info, &image, boot_take_memory(&info, image.size, BOOT_MEMORY_KERNEL));
}
