// boot_info.h: what a loader tells the kernel. Versioned, append-only; every loader of ours fills the same struct.
//
// Entry contract of the kernel (64-bit, at ELF e_entry plus the slide):
//   RDI = physical address of struct boot_info     RSP = top of a 16 KiB loader stack     IF = 0, DF = 0
//   CR0.WP = 1, EFER.NXE = 1, 4-level paging: physical 0..4 GiB identity-mapped (the kernel removes it) and the image
//   mapped at its linked address plus `slide` with the rights of its segments (W^X). PIC masked.
// Every address in here is physical. boot_info, initrds, command line and the loader's page tables lie in ranges of
// type BOOT_MEMORY_LOADER, which the kernel frees when it has read them; the image lies in BOOT_MEMORY_KERNEL.
#pragma once
#include <stdint.h>

#define BOOT_INFO_MAGIC 0x31307075646e7267ull // "grndup01"
#define BOOT_INFO_VERSION 1u
#define BOOT_KERNEL_BASE 0xffffffff80000000ull // where the image is linked
#define BOOT_SLIDE_GRANULE 0x200000ull         // slides are multiples of 2 MiB ...
#define BOOT_SLIDE_MAX 0x40000000ull           // ... below 1 GiB: 512 positions
#define BOOT_MEMORY_RANGES_MAX 256u
#define BOOT_INITRDS_MAX 4u
#define BOOT_STAGES_MAX 8u
#define BOOT_COMMAND_LINE_SIZE 2048u

enum boot_path { BOOT_PATH_DIRECT = 1, BOOT_PATH_BIOS = 2, BOOT_PATH_UEFI = 3 };

enum boot_memory_type {
	BOOT_MEMORY_USABLE = 1,
	BOOT_MEMORY_RESERVED = 2,
	BOOT_MEMORY_ACPI = 3,   // tables: readable, reclaimable after parsing
	BOOT_MEMORY_NVS = 4,
	BOOT_MEMORY_LOADER = 5, // boot_info, initrds, loader page tables and stack: freed by the kernel
	BOOT_MEMORY_KERNEL = 6, // the image
};

struct boot_memory_range {
	uint64_t base;   // page-aligned
	uint64_t length; // bytes, page multiple
	uint32_t type;   // enum boot_memory_type
	uint32_t reserved;
};

struct boot_initrd {
	uint64_t base; // page-aligned
	uint64_t length;
};

struct boot_stage {
	char name[8];  // "reset", "mbr", "stage2", "efi", "pvh", "kernel": NUL-padded
	uint64_t tsc;  // time stamp when the stage began
};

struct boot_framebuffer {
	uint64_t base; // 0: none
	uint32_t width, height;
	uint32_t pitch;          // bytes
	uint32_t bits_per_pixel; // 32, or 0 for 80x25 text at 0xb8000
};

struct boot_info {
	uint64_t magic;
	uint32_t version;
	uint32_t size; // of this struct as the loader knows it
	uint32_t path; // enum boot_path
	uint32_t stage_count;
	struct boot_stage stages[BOOT_STAGES_MAX];
	uint64_t kernel_physical; // of the first byte of the image
	uint64_t kernel_size;     // bytes of memory the image occupies
	uint64_t slide;
	uint64_t rsdp;   // 0: unknown, search for it
	uint64_t smbios; // 0: unknown
	struct boot_framebuffer framebuffer;
	uint32_t memory_count;
	uint32_t initrd_count;
	struct boot_initrd initrds[BOOT_INITRDS_MAX];
	struct boot_memory_range memory[BOOT_MEMORY_RANGES_MAX]; // sorted, no overlaps
	char command_line[BOOT_COMMAND_LINE_SIZE];               // NUL-terminated
};

_Static_assert(sizeof(struct boot_memory_range) == 24, "boot_memory_range");
_Static_assert(sizeof(struct boot_stage) == 16, "boot_stage");
_Static_assert(sizeof(struct boot_info) == 8480, "boot_info is append-only: a change of size is a new version");
