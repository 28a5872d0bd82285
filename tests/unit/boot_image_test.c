// boot_image_test.c: check, load and map a small kernel file; then thousands of damaged ones, under the sanitizers.
// sources: boot/common/kernel_image.c kernel/lib/elf64.c
#include "boot/common/kernel_image.h"
#include "kernel/lib/elf64.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096ull
#define BASE BOOT_KERNEL_BASE
#define PHYSICAL 0x1234000ull

// Three pages: text R X with the entry at 16; rodata R with one relocation and the dynamic table; data RW with bss.
struct file {
	struct elf64_header header;
	struct elf64_segment segments[4];
	uint8_t filler[PAGE - sizeof(struct elf64_header) - 4 * sizeof(struct elf64_segment)];
	uint8_t text[PAGE];
	struct elf64_rela rela[2];
	struct elf64_dynamic dynamic[3];
	uint8_t rodata[PAGE - 2 * sizeof(struct elf64_rela) - 3 * sizeof(struct elf64_dynamic)];
	uint8_t data[100];
};

static struct file *new_file(void)
{
	struct file *file = calloc(1, sizeof(*file));

	file->header = (struct elf64_header){.magic = ELF64_MAGIC, .class = ELF64_CLASS_64, .data = ELF64_LITTLE_ENDIAN,
		.type = ELF64_TYPE_DYN, .machine = ELF64_MACHINE_X86_64, .entry = BASE + 16, .segments_offset = 64,
		.segment_size = sizeof(struct elf64_segment), .segment_count = 4};
	file->segments[0] = (struct elf64_segment){.type = ELF64_LOAD, .flags = ELF64_R | ELF64_X, .offset = PAGE,
		.address = BASE, .file_size = PAGE, .memory_size = PAGE};
	file->segments[1] = (struct elf64_segment){.type = ELF64_LOAD, .flags = ELF64_R, .offset = 2 * PAGE,
		.address = BASE + PAGE, .file_size = PAGE, .memory_size = PAGE};
	file->segments[2] = (struct elf64_segment){.type = ELF64_LOAD, .flags = ELF64_R | ELF64_W, .offset = 3 * PAGE,
		.address = BASE + 2 * PAGE, .file_size = 100, .memory_size = 2 * PAGE};
	file->segments[3] = (struct elf64_segment){.type = ELF64_DYNAMIC, .flags = ELF64_R,
		.offset = offsetof(struct file, dynamic), .file_size = sizeof(file->dynamic)};
	file->rela[0] = (struct elf64_rela){.offset = BASE + 2 * PAGE + 8, .info = ELF64_R_X86_64_RELATIVE, .addend = BASE + 16};
	file->rela[1] = (struct elf64_rela){.offset = BASE + 4 * PAGE - 8, .info = ELF64_R_X86_64_RELATIVE, .addend = BASE};
	file->dynamic[0] = (struct elf64_dynamic){.tag = ELF64_DT_RELA, .value = BASE + PAGE};
	file->dynamic[1] = (struct elf64_dynamic){.tag = ELF64_DT_RELASZ, .value = sizeof(file->rela)};
	memset(file->text, 0x90, sizeof(file->text));
	memset(file->data, 0x55, sizeof(file->data));
	return file;
}

static uint64_t word_at(const uint8_t *memory, uint64_t offset)
{
	uint64_t value;

	memcpy(&value, memory + offset, 8);
	return value;
}

// What the tables say about an address: the leaf entry, 0 when there is none.
static uint64_t walk(const struct boot_tables *tables, uint64_t address)
{
	uint64_t entry = tables->physical | 1;

	for (int shift = 39; shift >= 12 && (entry & 1) && !(entry & 0x80 && shift < 30); shift -= 9) {
		uint64_t table = (entry & 0x000ffffffffff000ull) - tables->physical;
		entry = tables->pages[table / 8 + (address >> shift & 511)];
		if (shift == 21 && (entry & 0x80))
			return entry;
	}
	return entry;
}

Test(boot_image, loads_clears_and_relocates)
{
	struct file *file = new_file();
	struct boot_image image;
	uint64_t slide = 0x200000 * 7;
	uint8_t *memory;

	cr_assert(boot_image_check(&image, file, sizeof(*file)) == 0);
	cr_assert(image.size == 4 * PAGE && image.entry == BASE + 16 && image.low == BASE);
	memory = malloc(image.size);
	memset(memory, 0xee, image.size);
	cr_assert(boot_image_load(&image, slide, memory) == 0);
	cr_assert(memory[16] == 0x90 && memory[2 * PAGE] == 0x55 && memory[2 * PAGE + 100] == 0 && memory[3 * PAGE] == 0);
	cr_assert(word_at(memory, 2 * PAGE + 8) == BASE + 16 + slide);
	cr_assert(word_at(memory, 4 * PAGE - 8) == BASE + slide);
	free(memory);
	free(file);
}

Test(boot_image, maps_write_xor_execute)
{
	static uint64_t pages[BOOT_TABLE_PAGES * 512];
	struct boot_tables tables = {.pages = pages, .physical = 0x7000000};
	struct file *file = new_file();
	struct boot_image image;

	cr_assert(boot_image_check(&image, file, sizeof(*file)) == 0);
	for (uint64_t slide = 0; slide < BOOT_SLIDE_MAX; slide += BOOT_SLIDE_MAX / 2 - BOOT_SLIDE_GRANULE) {
		uint64_t at = BASE + slide;
		cr_assert(boot_image_map(&image, slide, PHYSICAL, &tables) == tables.physical);
		cr_assert(tables.used <= BOOT_TABLE_PAGES);
		cr_assert(walk(&tables, at) == (PHYSICAL | 1));
		cr_assert(walk(&tables, at + PAGE) == ((PHYSICAL + PAGE) | 1 | 1ull << 63));
		cr_assert(walk(&tables, at + 2 * PAGE) == ((PHYSICAL + 2 * PAGE) | 3 | 1ull << 63));
		cr_assert(walk(&tables, at + 3 * PAGE) == ((PHYSICAL + 3 * PAGE) | 3 | 1ull << 63));
		cr_assert(walk(&tables, at + 4 * PAGE) == 0 && walk(&tables, at - PAGE) == 0);
		cr_assert(walk(&tables, 0xffe00000) == (0xffe00000 | 0x83) && walk(&tables, 1ull << 32) == 0);
	}
	free(file);
}

// Changes one thing, and expects the error (of check, or when that passes, of load).
static void refuse(int rc, void (*change)(struct file *file))
{
	struct file *file = new_file();
	struct boot_image image;
	int seen;

	change(file);
	seen = boot_image_check(&image, file, sizeof(*file));
	if (seen == 0) {
		uint8_t *memory = malloc(image.size);
		seen = boot_image_load(&image, 0, memory);
		free(memory);
	}
	cr_assert(seen == rc, "%d, not %d", seen, rc);
	free(file);
}

#define REFUSES(name, rc, change)                                                                                              \
	static void change_##name(struct file *file)                                                                           \
	{                                                                                                                      \
		change;                                                                                                        \
	}                                                                                                                      \
	Test(boot_image, refuses_##name)                                                                                       \
	{                                                                                                                      \
		refuse(rc, change_##name);                                                                                     \
	}
REFUSES(other_files, -ENOEXEC, file->header.magic ^= 1)
REFUSES(other_machines, -ENOEXEC, file->header.machine = 3)
REFUSES(too_many_segments, -EINVAL, file->header.segment_count = ELF64_SEGMENTS_MAX + 1)
REFUSES(segment_table_outside, -EINVAL, file->header.segments_offset = sizeof(*file) - 8)
REFUSES(bytes_outside, -EINVAL, file->segments[2].file_size = 105)
REFUSES(more_bytes_than_memory, -EINVAL, file->segments[1].memory_size = PAGE - 1)
REFUSES(overlap, -EINVAL, file->segments[1].address = BASE)
REFUSES(write_and_execute, -EACCES, file->segments[0].flags |= ELF64_W)
REFUSES(another_base, -E2BIG, file->segments[2].address = 0xffffffffc0000000ull)
REFUSES(a_giant, -E2BIG, file->segments[2].memory_size = BOOT_IMAGE_SIZE_MAX)
REFUSES(entry_outside_of_code, -EINVAL, file->header.entry = BASE + PAGE)
REFUSES(relocation_outside, -EINVAL, file->rela[1].offset += 1)
REFUSES(relocation_below, -EINVAL, file->rela[1].offset = BASE - 8)
REFUSES(other_relocations, -EINVAL, file->rela[0].info = 1)
REFUSES(relocation_table_outside, -EINVAL, file->dynamic[1].value = 2 * PAGE)

Test(boot_image, slides_have_nine_bits_and_nokaslr_none)
{
	static uint8_t seen[512];
	unsigned places = 0;

	for (uint64_t entropy = 0; entropy < 10000; entropy++) {
		uint64_t slide = boot_image_slide(entropy * 1000, "quiet");
		if (slide % BOOT_SLIDE_GRANULE != 0 || slide >= BOOT_SLIDE_MAX)
			cr_assert(0, "slide %lx", slide);
		places += !seen[slide / BOOT_SLIDE_GRANULE]++;
	}
	cr_assert(places == 512);
	cr_assert(boot_image_slide(12345, "a nokaslr b") == 0 && boot_image_slide(12345, "nokaslr") == 0);
	cr_assert(boot_image_slide(12345, "nokaslrs") != 0 && boot_image_slide(12345, "xnokaslr") != 0);
}

Test(boot_image, damaged_files_never_leave_their_memory)
{
	unsigned loaded = 0;

	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		struct file *file = new_file();
		size_t size = rand() % 4 ? sizeof(*file) : rand() % sizeof(*file);
		uint8_t *copy = malloc(size);
		struct boot_image image;

		for (unsigned j = rand() % 4; j > 0; j--)
			((uint8_t *)file)[rand() % 2 ? rand() % 288u : 2 * PAGE + rand() % 96u] ^= 1 << rand() % 8;
		memcpy(copy, file, size);
		if (boot_image_check(&image, copy, size) == 0) {
			uint8_t *memory = malloc(image.size);
			loaded += boot_image_load(&image, 0, memory) == 0;
			free(memory);
		}
		free(copy);
		free(file);
	}
	cr_assert(loaded > 1000 && loaded < 19000);
}
