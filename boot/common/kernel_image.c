// kernel_image.c: see kernel_image.h.
//
// The only relocation of the kernel is R_X86_64_RELATIVE: the word at `offset` becomes addend + slide. The relocated words
// are written through physical memory before the tables exist, so pointers in read-only segments cost nothing.
#include "boot/common/kernel_image.h"
#include "kernel/lib/elf64.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define PAGE 4096ull
#define LARGE_PAGE 0x200000ull
#define ENTRY_PRESENT 1ull
#define ENTRY_WRITE 2ull
#define ENTRY_LARGE 0x80ull
#define ENTRY_NO_EXECUTE (1ull << 63)
#define ENTRY_ADDRESS 0x000ffffffffff000ull

static uint64_t page_up(uint64_t value)
{
	return (value + PAGE - 1) & ~(PAGE - 1);
}

static unsigned segment_count(const struct boot_image *image)
{
	return ((const struct elf64_header *)image->file)->segment_count;
}

static int check_segment(const struct elf64_segment *segment, uint64_t end_so_far)
{
	if (segment->address % PAGE != 0 || segment->address < end_so_far)
		return -EINVAL;
	if (segment->address - BOOT_KERNEL_BASE > BOOT_IMAGE_SIZE_MAX || segment->memory_size > BOOT_IMAGE_SIZE_MAX ||
	    segment->address - BOOT_KERNEL_BASE + segment->memory_size > BOOT_IMAGE_SIZE_MAX)
		return -E2BIG;
	return (segment->flags & ELF64_W) && (segment->flags & ELF64_X) ? -EACCES : 0;
}

int boot_image_check(struct boot_image *image, const void *file, size_t size)
{
	const struct elf64_header *header = file;
	const struct elf64_segment *segments;
	uint64_t end = BOOT_KERNEL_BASE;
	int rc = elf64_check(file, size, size);

	if (rc != 0)
		return rc;
	*image = (struct boot_image){.file = file, .file_size = size, .low = BOOT_KERNEL_BASE};
	segments = elf64_segments(file);
	for (unsigned i = 0; i < header->segment_count; i++) {
		if (segments[i].type != ELF64_LOAD)
			continue;
		rc = check_segment(&segments[i], end);
		if (rc != 0)
			return rc;
		end = page_up(segments[i].address + segments[i].memory_size);
		if ((segments[i].flags & ELF64_X) && header->entry - segments[i].address < segments[i].file_size)
			image->entry = header->entry;
	}
	image->size = end - BOOT_KERNEL_BASE;
	return image->entry != 0 ? 0 : -EINVAL;
}

int boot_has_word(const char *command_line, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(command_line, word); at != NULL; at = strstr(at + 1, word))
		if ((at == command_line || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
			return 1;
	return 0;
}

uint64_t boot_image_slide(uint64_t entropy, const char *command_line)
{
	if (boot_has_word(command_line, "nokaslr"))
		return 0;
	entropy *= 0x9e3779b97f4a7c15ull; // spreads what little changed over the upper bits
	return (entropy >> 32) % (BOOT_SLIDE_MAX / BOOT_SLIDE_GRANULE) * BOOT_SLIDE_GRANULE;
}

// The file's bytes at a linked address, or NULL when [address, address + size) is not in one segment's file part.
static const void *at_address(const struct boot_image *image, uint64_t address, uint64_t size)
{
	const struct elf64_segment *segments = elf64_segments(image->file);

	for (unsigned i = 0; i < segment_count(image); i++) {
		uint64_t inside = address - segments[i].address;
		if (segments[i].type == ELF64_LOAD && inside <= segments[i].file_size &&
		    size <= segments[i].file_size - inside)
			return image->file + segments[i].offset + inside;
	}
	return NULL;
}

static int relocate(const struct boot_image *image, uint64_t slide, uint8_t *memory, const struct elf64_rela *rela,
		    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t inside = rela[i].offset - image->low;
		uint64_t value = (uint64_t)rela[i].addend + slide;

		if (rela[i].info != ELF64_R_X86_64_RELATIVE || inside > image->size - sizeof(value))
			return -EINVAL;
		__builtin_memcpy(memory + inside, &value, sizeof(value));
	}
	return 0;
}

// Finds the table of relocations by the DYNAMIC segment and applies it.
static int relocate_all(const struct boot_image *image, uint64_t slide, uint8_t *memory,
			const struct elf64_segment *dynamic_segment)
{
	const struct elf64_dynamic *dynamic = (const void *)(image->file + dynamic_segment->offset);
	uint64_t address = 0, size = 0;
	const struct elf64_rela *rela;

	if (dynamic_segment->offset % 8 != 0)
		return -EINVAL;
	for (size_t i = 0; i < dynamic_segment->file_size / sizeof(*dynamic); i++) {
		if (dynamic[i].tag == ELF64_DT_NULL)
			break;
		if (dynamic[i].tag == ELF64_DT_RELA)
			address = dynamic[i].value;
		if (dynamic[i].tag == ELF64_DT_RELASZ)
			size = dynamic[i].value;
	}
	if (size == 0)
		return 0;
	rela = at_address(image, address, size);
	if (rela == NULL || (uintptr_t)rela % 8 != 0)
		return -EINVAL;
	return relocate(image, slide, memory, rela, size / sizeof(*rela));
}

int boot_image_load(const struct boot_image *image, uint64_t slide, uint8_t *memory)
{
	const struct elf64_segment *segments = elf64_segments(image->file);
	uint64_t done = 0;
	int rc = 0;

	for (unsigned i = 0; i < segment_count(image); i++) {
		uint64_t inside = segments[i].address - image->low;
		if (segments[i].type != ELF64_LOAD)
			continue;
		memset(memory + done, 0, inside - done);
		memcpy(memory + inside, image->file + segments[i].offset, segments[i].file_size);
		done = inside + segments[i].file_size;
	}
	memset(memory + done, 0, image->size - done);
	for (unsigned i = 0; i < segment_count(image) && rc == 0; i++)
		if (segments[i].type == ELF64_DYNAMIC)
			rc = relocate_all(image, slide, memory, &segments[i]);
	return rc;
}

// The entry for `address` in a table of the level below *parent, which is made when it is missing.
static uint64_t *descend(struct boot_tables *tables, uint64_t *parent)
{
	if (*parent == 0) {
		uint64_t offset = PAGE * tables->used++;
		memset((uint8_t *)tables->pages + offset, 0, PAGE);
		*parent = (tables->physical + offset) | ENTRY_WRITE | ENTRY_PRESENT;
	}
	return tables->pages + ((*parent & ENTRY_ADDRESS) - tables->physical) / sizeof(uint64_t);
}

static uint64_t *directory_entry(struct boot_tables *tables, uint64_t address)
{
	uint64_t *entry = &tables->pages[address >> 39 & 511];
	entry = &descend(tables, entry)[address >> 30 & 511];
	return &descend(tables, entry)[address >> 21 & 511];
}

uint64_t boot_image_map(const struct boot_image *image, uint64_t slide, uint64_t physical, struct boot_tables *tables)
{
	const struct elf64_segment *segments = elf64_segments(image->file);

	tables->used = 1;
	memset(tables->pages, 0, PAGE);
	for (uint64_t address = 0; address < 1ull << 32; address += LARGE_PAGE)
		*directory_entry(tables, address) = address | ENTRY_LARGE | ENTRY_WRITE | ENTRY_PRESENT;
	for (unsigned i = 0; i < segment_count(image); i++) {
		uint64_t rights = ENTRY_PRESENT | (segments[i].flags & ELF64_W ? ENTRY_WRITE : 0) |
				  (segments[i].flags & ELF64_X ? 0 : ENTRY_NO_EXECUTE);
		uint64_t inside = segments[i].address - image->low;
		uint64_t end = inside + segments[i].memory_size;

		for (; segments[i].type == ELF64_LOAD && inside < end; inside += PAGE) {
			uint64_t address = image->low + slide + inside;
			uint64_t *table = descend(tables, directory_entry(tables, address));
			table[address >> 12 & 511] = (physical + inside) | rights;
		}
	}
	return tables->physical;
}
