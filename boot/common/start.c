// start.c: see start.h. All of it runs in long mode with memory below 4 GiB at its own address.
#include "boot/common/start.h"
#include "boot/common/memory.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define SERIAL 0x3f8
#define FW_CFG_SELECT 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_SIGNATURE 0
#define FW_CFG_DIRECTORY 0x19
#define FW_CFG_FILES_MAX 1024
#define FIRST_MIB 0x100000u
#define FOUR_GIB 0x100000000ull
#define DEBUG_EXIT 0xf4
#define DEBUG_EXIT_FAILED 0x55 // QEMU ends with 0x55 << 1 | 1 = 171

static struct boot_tables tables;
static uint64_t table_pages[BOOT_TABLE_PAGES * 512] __attribute__((aligned(4096)));

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static uint64_t time_stamp(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static void serial(const char *text)
{
	for (; *text != '\0'; text++) {
		for (unsigned tries = 0; tries < 100000 && (in8(SERIAL + 5) & 0x20) == 0; tries++)
			;
		out8(SERIAL, *text);
	}
}

static void fw_cfg_read(uint16_t key, void *to, size_t size)
{
	if (key != 0xffff)
		out16(FW_CFG_SELECT, key);
	for (uint8_t *byte = to; size != 0; size--)
		*byte++ = in8(FW_CFG_DATA);
}

static int in_qemu(void)
{
	char signature[4];

	fw_cfg_read(FW_CFG_SIGNATURE, signature, 4);
	return memcmp(signature, "QEMU", 4) == 0;
}

static void say(const char *template, va_list args)
{
	char line[200];

	format_buffer_list(line, sizeof(line), template, args);
	for (unsigned i = 0; i < 3; i++) {
		const char *part = i == 0 ? "groundup: " : i == 1 ? line : "\r\n";
		serial(part);
		boot_screen(part);
	}
}

void boot_say(const char *template, ...)
{
	va_list args;

	va_start(args, template);
	say(template, args);
	va_end(args);
}

void boot_fail(const char *template, ...)
{
	va_list args;

	va_start(args, template);
	say(template, args);
	va_end(args);
	if (in_qemu())
		out8(DEBUG_EXIT, DEBUG_EXIT_FAILED);
	for (;;)
		__asm__ volatile("cli; hlt");
}

void boot_fail_image(int rc)
{
	switch (rc) {
	case -ENOEXEC:
		boot_fail("the kernel file is no x86-64 ELF executable");
	case -EACCES:
		boot_fail("the kernel file has a segment both writable and executable");
	case -E2BIG:
		boot_fail("the kernel file is linked at another address, or larger than 32 MiB");
	default:
		boot_fail("the kernel file is damaged or cut short");
	}
}

void boot_begin(struct boot_info *info, enum boot_path path)
{
	memset(info, 0, sizeof(*info));
	info->magic = BOOT_INFO_MAGIC;
	info->version = BOOT_INFO_VERSION;
	info->size = sizeof(*info);
	info->path = path;
	boot_stage(info, "reset");
	info->stages[0].tsc = 0;
}

void boot_stage(struct boot_info *info, const char *name)
{
	struct boot_stage *stage = &info->stages[info->stage_count];

	if (info->stage_count == BOOT_STAGES_MAX)
		return;
	info->stage_count++;
	memcpy(stage->name, name, strnlen(name, sizeof(stage->name)));
	stage->tsc = time_stamp();
}

void boot_command_line(struct boot_info *info, const char *words)
{
	size_t used = strlen(info->command_line);

	if (strlen(words) + used + 2 > BOOT_COMMAND_LINE_SIZE)
		boot_fail("the command line is longer than %u bytes", BOOT_COMMAND_LINE_SIZE - 2);
	if (used != 0 && *words != '\0')
		info->command_line[used++] = ' ';
	memcpy(info->command_line + used, words, strlen(words) + 1);
}

void boot_config(struct boot_config *config, struct boot_info *info, char *text, size_t size)
{
	unsigned line = boot_config_parse(config, text, size);

	if (line != 0)
		boot_fail("groundup.cfg: line %u is wrong", line);
	boot_command_line(info, config->cmdline);
}

__attribute__((weak)) void boot_verify(const char *name, const void *bytes, size_t size, const char *digits)
{
}

void boot_command_line_qemu(struct boot_info *info)
{
	static char words[BOOT_COMMAND_LINE_SIZE + 1];
	struct {
		uint32_t size;
		uint16_t key, reserved;
		char name[56];
	} file;
	uint32_t count;

	if (!in_qemu())
		return;
	fw_cfg_read(FW_CFG_DIRECTORY, &count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FW_CFG_FILES_MAX; i++) {
		fw_cfg_read(0xffff, &file, sizeof(file));
		if (strncmp(file.name, "opt/groundup/cmdline", sizeof(file.name)) != 0)
			continue;
		file.size = __builtin_bswap32(file.size);
		fw_cfg_read(__builtin_bswap16(file.key), words,
			    file.size < BOOT_COMMAND_LINE_SIZE ? file.size : BOOT_COMMAND_LINE_SIZE);
		boot_command_line(info, words);
		return;
	}
}

void boot_initrd(struct boot_info *info, uint64_t base, uint64_t length)
{
	if (base % 4096 != 0 || info->initrd_count == BOOT_INITRDS_MAX)
		boot_fail("initrd %u at %#llx cannot be used", info->initrd_count, (unsigned long long)base);
	info->initrds[info->initrd_count++] = (struct boot_initrd){.base = base, .length = length};
	if (boot_memory_add(info, base, length, BOOT_MEMORY_LOADER) != 0)
		boot_fail("the memory map is too long");
}

// E820 types 1 to 4 are boot_memory_type's; all others are reserved.
void boot_memory_e820(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type)
{
	if (boot_memory_add(info, base, length, type >= 1 && type <= 4 ? type : BOOT_MEMORY_RESERVED) != 0)
		boot_fail("the memory map is damaged or too long");
}

uint64_t boot_take_memory(struct boot_info *info, uint64_t size, enum boot_memory_type type)
{
	uint64_t base = boot_memory_allocate(info, size, FIRST_MIB, FOUR_GIB, type);

	if (base == 0)
		boot_fail("too little memory: %llu KiB are free, not %llu KiB in one piece",
			  (unsigned long long)boot_memory_usable(info) / 1024, (unsigned long long)size / 1024);
	return base;
}

static uint64_t entropy(void)
{
	uint64_t value = 0;
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	if (c & 1u << 30)
		__asm__ volatile("rdrand %0" : "=r"(value) : : "cc");
	return value ^ time_stamp();
}

void boot_start(struct boot_info *info, const struct boot_image *image, uint64_t physical)
{
	int rc;

	info->slide = boot_image_slide(entropy(), info->command_line);
	rc = boot_image_load(image, info->slide, (uint8_t *)physical);
	if (rc != 0)
		boot_fail_image(rc);
	tables.pages = table_pages;
	tables.physical = (uint64_t)table_pages;
	info->kernel_physical = physical;
	info->kernel_size = image->size;
	boot_image_map(image, info->slide, physical, &tables);
	out8(0x21, 0xff); // both interrupt controllers: all lines masked
	out8(0xa1, 0xff);
	boot_enter(image->entry + info->slide, info, tables.physical);
}
