// direct.c: see direct.h. QEMU has put an ELF file's segments into memory by itself; a bzImage, and the
// initrd of both, come by fw_cfg.
#include "bios/direct.h"
#include "bios/fw_cfg.h"
#include "bios/layout.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/regs.h"
#include "bios/tables.h"
#include "kernel/lib/string.h"

#define HEADER_BYTES 0x210u
#define HEADER_MAGIC_AT 0x202
#define START_INFO_MAGIC 0x336ec578u
#define COMMAND_LINE_MAX 0x10000u
#define PAGE 4096u

enum { DIRECT_NONE, DIRECT_LINUX, DIRECT_PVH };

struct start_info {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, command_line, rsdp, memory;
	uint32_t memory_count, reserved;
};
struct module {
	uint64_t base, length, command_line, reserved;
};
struct region {
	uint64_t base, length;
	uint32_t type, reserved;
};

// What a PVH kernel gets, in RAM that it may take once it has read this.
static struct start_area {
	struct start_info info;
	struct module module;
	struct region regions[E820_MAX];
	char command_line[COMMAND_LINE_MAX];
} *const area = (void *)POST_SCRATCH;

static int kind(void)
{
	uint8_t header[HEADER_BYTES];

	if (fw_cfg_number(FW_CFG_KERNEL_SIZE) == 0 || fw_cfg_number(FW_CFG_SETUP_SIZE) < HEADER_BYTES)
		return DIRECT_NONE; // a multiboot kernel has no set-up part: its option ROM starts it
	fw_cfg_read(FW_CFG_SETUP_DATA, 0, header, sizeof(header));
	if (memcmp(header, "\177ELF", 4) == 0)
		return DIRECT_PVH;
	return memcmp(header + HEADER_MAGIC_AT, "HdrS", 4) == 0 ? DIRECT_LINUX : DIRECT_NONE;
}

bool direct_wanted(void)
{
	return kind() != DIRECT_NONE;
}

static void load(uint16_t size_key, uint16_t data_key, uint32_t address, uint32_t limit, const char *what)
{
	uint32_t size = fw_cfg_number(size_key);

	if (address > limit || size > limit - address)
		fail("-kernel: not enough RAM: %s of %u bytes does not fit at %#x", what, size, address);
	if (size > 0 && fw_cfg_read(data_key, 0, (void *)address, size) != 0)
		fail("-kernel: QEMU does not give out %s", what);
}

static uint32_t load_initrd(uint32_t kernel_end)
{
	uint32_t size = fw_cfg_number(FW_CFG_INITRD_SIZE), end = memory_high_next(), address;

	if (size > end || (address = (end - size) & ~(PAGE - 1)) < kernel_end)
		fail("-kernel: not enough RAM for an initrd of %u bytes", size);
	load(FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, address, end, "the initrd");
	return address;
}

static _Noreturn void boot_pvh(void)
{
	uint32_t kernel_end = fw_cfg_number(FW_CFG_KERNEL_ADDRESS) + fw_cfg_number(FW_CFG_KERNEL_SIZE);

	area->info = (struct start_info){.magic = START_INFO_MAGIC,
					 .version = 1,
					 .rsdp = acpi_rsdp,
					 .command_line = (uintptr_t)area->command_line,
					 .memory = (uintptr_t)area->regions,
					 .memory_count = memory_map.count};
	load(FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA, (uintptr_t)area->command_line, (uintptr_t)(area + 1),
	     "the command line");
	if (fw_cfg_number(FW_CFG_INITRD_SIZE) > 0) {
		area->module = (struct module){load_initrd(kernel_end), fw_cfg_number(FW_CFG_INITRD_SIZE), 0, 0};
		area->info.modules = (uintptr_t)&area->module;
		area->info.module_count = 1;
	}
	for (uint32_t i = 0; i < memory_map.count; i++) {
		const struct e820_range *range = &memory_map.range[i];
		area->regions[i] = (struct region){range->base, range->end - range->base, range->type, 0};
	}
	__asm__ volatile("jmp *%0" : : "r"(fw_cfg_number(FW_CFG_KERNEL_ENTRY)), "b"(&area->info), "a"(0) : "memory");
	__builtin_unreachable();
}

// The set-up part starts in real mode, 32 paragraphs behind its own segment.
static _Noreturn void boot_linux(void)
{
	uint32_t setup = fw_cfg_number(FW_CFG_SETUP_ADDRESS), segment = setup >> 4;
	uint32_t kernel = fw_cfg_number(FW_CFG_KERNEL_ADDRESS), low_end = (LOW_END - EBDA_BYTES);
	struct bios_regs r = {.ds = segment, .es = segment, .fs = segment, .gs = segment};

	load(FW_CFG_SETUP_SIZE, FW_CFG_SETUP_DATA, setup, low_end, "the set-up part");
	load(FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA, fw_cfg_number(FW_CFG_CMDLINE_ADDRESS), low_end,
	     "the command line");
	load(FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, kernel, memory_high_next(), "the kernel");
	load(FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, fw_cfg_number(FW_CFG_INITRD_ADDRESS), memory_high_next(),
	     "the initrd");
	start16(&r, segment + 0x20, 0);
}

void direct_boot(void)
{
	if (kind() == DIRECT_PVH)
		boot_pvh();
	boot_linux();
}
