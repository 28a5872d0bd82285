// judge.c: a kernel that does nothing but judge its loader. It checks each sentence of the entry contract in
// boot/common/boot_info.h, prints what it was told, and ends QEMU: status 33 when all holds, 35 when something does not.
#include "boot/common/boot_info.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define PAGE 4096ull
#define PRESENT 1ull
#define WRITE 2ull
#define USER 4ull
#define LARGE 0x80ull
#define NO_EXECUTE (1ull << 63)
#define ADDRESS 0x000ffffffffff000ull

extern char __image_start[], __text_start[], __text_end[], __rodata_start[], __rodata_end[], __data_start[], __bss_start[],
	__bss_end[], __image_end[];
extern const uint32_t ksyms_count, ksyms_offsets[], ksyms_name_offsets[];
extern const char ksyms_names[];
static unsigned failures;
static volatile uint64_t cleared[6 << 17]; // 6 MiB, so that some machines are too small for this kernel
static const char *const volatile words[] = {"one", "two"}; // pointers: only right when relocations were applied

_Noreturn void judge(const struct boot_info *info, uint64_t flags, uint64_t stack);
void __stack_chk_fail(void);

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

__attribute__((format(printf, 1, 2))) static void say(const char *template, ...)
{
	char line[300];
	va_list args;

	va_start(args, template);
	format_buffer_list(line, sizeof(line), template, args);
	va_end(args);
	for (const char *at = line; *at != '\0'; at++)
		out8(0x3f8, *at);
}

static void check(int holds, const char *sentence)
{
	failures += !holds;
	if (!holds)
		say("judge: FAILED: %s\n", sentence);
}

// kernel/lib is compiled with canaries; here they are read from address 40, which is mapped and does not change.
void __stack_chk_fail(void)
{
	check(0, "the stack is whole");
}

static uint64_t control_register(int which)
{
	uint64_t value;

	if (which == 0)
		__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	else if (which == 3)
		__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	else
		__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static uint64_t efer(void)
{
	uint32_t low, high;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xc0000080));
	return low;
}

// The leaf entry that maps an address, 0 when none does. *size is the page's.
static uint64_t leaf(uint64_t address, uint64_t *size)
{
	uint64_t entry = control_register(3);

	for (int shift = 39; shift >= 12; shift -= 9) {
		entry = ((const uint64_t *)(entry & ADDRESS))[address >> shift & 511];
		*size = 1ull << shift;
		if (!(entry & PRESENT) || (shift < 39 && (entry & LARGE)))
			break;
	}
	return entry & PRESENT ? entry : 0;
}

static void check_pages(const struct boot_info *info, const char *start, const char *end, uint64_t rights, const char *sentence)
{
	uint64_t size;

	for (const char *at = start; at < end; at += PAGE) {
		uint64_t entry = leaf((uint64_t)at, &size);
		uint64_t physical = info->kernel_physical + (at - __image_start);
		if (size != PAGE || (entry & (PRESENT | WRITE | USER | NO_EXECUTE)) != rights || (entry & ADDRESS) != physical)
			return check(0, sentence);
	}
}

static void check_processor(uint64_t flags)
{
	check((flags & 0x600) == 0, "IF and DF are 0");
	check(control_register(0) & 0x10000, "CR0.WP is 1");
	check(efer() & 0x800, "EFER.NXE is 1");
	check((control_register(4) & 0x1000) == 0, "paging has 4 levels");
	check(in8(0x21) == 0xff && in8(0xa1) == 0xff, "the PIC is masked");
}

static void check_mapping(const struct boot_info *info)
{
	uint64_t size, entry;

	check((uint64_t)__image_start == BOOT_KERNEL_BASE + info->slide, "the image lies at its linked address plus slide");
	check(info->slide % BOOT_SLIDE_GRANULE == 0 && info->slide < BOOT_SLIDE_MAX, "the slide is in its range");
	check(info->kernel_size == (uint64_t)(__image_end - __image_start), "kernel_size is the image's");
	check_pages(info, __text_start, __text_end, PRESENT, "text is mapped R X");
	check_pages(info, __rodata_start, __rodata_end, PRESENT | NO_EXECUTE, "rodata is mapped R");
	check_pages(info, __data_start, __image_end, PRESENT | WRITE | NO_EXECUTE, "data is mapped RW");
	for (uint64_t at = 0; at < 1ull << 32; at += 0x200000) {
		entry = leaf(at, &size);
		if (entry == 0 || (entry & ADDRESS & ~(size - 1)) != (at & ~(size - 1)))
			return check(0, "the first 4 GiB are identity-mapped");
	}
}

static int in_type(const struct boot_info *info, uint64_t base, uint64_t length, uint32_t type)
{
	for (uint32_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		if (range->type == type && base >= range->base && base + length <= range->base + range->length)
			return 1;
	}
	return 0;
}

static void check_memory(const struct boot_info *info, uint64_t stack)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		check(range->base >= end && range->length > 0, "memory ranges are sorted and do not overlap");
		check((range->base | range->length) % PAGE == 0, "memory ranges are whole pages");
		end = range->base + range->length;
		say("memory %012lx..%012lx type %u\n", range->base, end, range->type);
	}
	check(in_type(info, (uint64_t)info, sizeof(*info), BOOT_MEMORY_LOADER), "boot_info is LOADER memory");
	check(in_type(info, stack - 16384, 16384, BOOT_MEMORY_LOADER), "16 KiB of stack are LOADER memory");
	check(in_type(info, control_register(3) & ADDRESS, PAGE, BOOT_MEMORY_LOADER), "page tables are LOADER memory");
	check(in_type(info, info->kernel_physical, info->kernel_size, BOOT_MEMORY_KERNEL), "the image is KERNEL memory");
	check(stack % 16 == 0, "the stack is aligned");
}

static void check_initrds(const struct boot_info *info)
{
	for (uint32_t i = 0; i < info->initrd_count; i++) {
		const struct boot_initrd *initrd = &info->initrds[i];
		check(initrd->base % PAGE == 0, "initrds are page-aligned");
		check(in_type(info, initrd->base, initrd->length, BOOT_MEMORY_LOADER), "initrds are LOADER memory");
		say("initrd %012lx length %lu magic %.6s\n", initrd->base, initrd->length, (const char *)initrd->base);
	}
}

static void check_image(void)
{
	uint32_t at = 0;

	for (unsigned i = 0; i < sizeof(cleared) / sizeof(*cleared); i++)
		if (cleared[i] != 0)
			return check(0, "bss is zero");
	check(words[0][0] == 'o' && words[1][0] == 't', "pointers are relocated");
	while (at < ksyms_count && __image_start + ksyms_offsets[at] != (char *)judge)
		at++;
	check(at < ksyms_count && strcmp(ksyms_names + ksyms_name_offsets[at], "judge") == 0, "the symbol table knows judge()");
}

void judge(const struct boot_info *info, uint64_t flags, uint64_t stack)
{
	if (info->magic != BOOT_INFO_MAGIC || info->version != BOOT_INFO_VERSION || info->size != sizeof(*info))
		check(0, "boot_info's magic, version and size");
	check_processor(flags);
	check_mapping(info);
	check_memory(info, stack);
	check_initrds(info);
	check_image();
	for (uint32_t i = 0; i < info->stage_count; i++)
		say("stage %.8s %lu\n", info->stages[i].name, info->stages[i].tsc);
	check(info->stage_count >= 2 && info->stages[0].tsc == 0 && info->stages[1].tsc > 0, "stages have times");
	say("path %u slide %#lx physical %#lx size %#lx rsdp %#lx framebuffer %#lx %ux%u\n", info->path, info->slide,
	    info->kernel_physical, info->kernel_size, info->rsdp, info->framebuffer.base, info->framebuffer.width,
	    info->framebuffer.height);
	say("command line <%s>\njudge: %u sentences failed\n", info->command_line, failures);
	out8(0xf4, failures == 0 ? 16 : 17);
	for (;;)
		__asm__ volatile("cli; hlt");
}
