// kernel_image.h: from the kernel's ELF file to a relocated image behind W^X page tables. Pure: no device, no allocation;
// the caller says where memory is, so that the host can test and fuzz it.
#pragma once
#include "boot/common/boot_info.h"
#include <stddef.h>

#define BOOT_IMAGE_SIZE_MAX 0x2000000ull // 32 MiB
// One root; a directory table and four directories for the identity map; the image's two tables, plus its page tables.
#define BOOT_TABLE_PAGES (1 + 5 + 3 + BOOT_IMAGE_SIZE_MAX / 0x200000 + 1)

struct boot_image {
	const uint8_t *file; // 8-byte aligned
	size_t file_size;
	uint64_t low;   // linked address of the first page
	uint64_t size;  // bytes of memory, whole pages
	uint64_t entry; // linked address
};

struct boot_tables {
	uint64_t *pages;        // BOOT_TABLE_PAGES pages
	uint64_t physical;      // address of pages[0] as the processor sees it
	unsigned used;
};

// Checks the file and fills *image. Beyond elf64_check(): the kernel is linked at BOOT_KERNEL_BASE, its segments begin on
// pages, share none, and none is writable and executable; the entry is executable. (binutils calls a position-independent
// executable with a base address EXEC, lld calls it DYN; both are taken.)
// Returns 0, -ENOEXEC (no x86-64 ELF), -EINVAL (damaged or cut short), -EACCES (W and X) or -E2BIG.
int boot_image_check(struct boot_image *image, const void *file, size_t size);

// Whether the command line, words between blanks, has this word.
int boot_has_word(const char *command_line, const char *word);

// Where the image goes: one of 512 places, chosen by `entropy`; 0 when the command line has the word "nokaslr".
uint64_t boot_image_slide(uint64_t entropy, const char *command_line);

// Copies the segments to memory[0 .. image->size), clears the rest and applies the relocations for `slide`.
// Returns 0 or -EINVAL: a relocation of an unknown kind or outside of the image.
int boot_image_load(const struct boot_image *image, uint64_t slide, uint8_t *memory);

// Builds tables: physical 0..4 GiB at its own address, the image (at `physical`) at its linked address plus `slide`, each
// page with its segment's rights and no more. Returns the CR3 value.
uint64_t boot_image_map(const struct boot_image *image, uint64_t slide, uint64_t physical, struct boot_tables *tables);
