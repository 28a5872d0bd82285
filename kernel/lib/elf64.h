// elf64.h: the 64-bit ELF format (System V gABI chapters 4 and 5, x86-64 psABI chapter 4) and the one check of it.
//
// Loaders and execve both trust a file only after elf64_check(): everything it promises is listed there.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define ELF64_MAGIC 0x464c457fu // "\177ELF", little-endian
#define ELF64_CLASS_64 2
#define ELF64_LITTLE_ENDIAN 1
#define ELF64_TYPE_EXEC 2
#define ELF64_TYPE_DYN 3
#define ELF64_MACHINE_X86_64 62
#define ELF64_SEGMENTS_MAX 32

enum elf64_segment_type {
	ELF64_LOAD = 1,
	ELF64_DYNAMIC = 2,
	ELF64_INTERP = 3,
	ELF64_NOTE = 4,
	ELF64_PHDR = 6,
	ELF64_TLS = 7,
	ELF64_GNU_STACK = 0x6474e551,
};
enum elf64_segment_flags { ELF64_X = 1, ELF64_W = 2, ELF64_R = 4 };
enum elf64_dynamic_tag { ELF64_DT_NULL = 0, ELF64_DT_RELA = 7, ELF64_DT_RELASZ = 8, ELF64_DT_RELAENT = 9 };
#define ELF64_R_X86_64_RELATIVE 8

struct elf64_header {
	uint32_t magic;
	uint8_t class, data, ident_version, os_abi;
	uint8_t padding[8];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, segments_offset, sections_offset;
	uint32_t flags;
	uint16_t header_size, segment_size, segment_count;
	uint16_t section_size, section_count, section_names;
};

struct elf64_segment {
	uint32_t type, flags;
	uint64_t offset;
	uint64_t address;          // linked virtual address
	uint64_t physical_address;
	uint64_t file_size, memory_size;
	uint64_t align;
};

struct elf64_dynamic {
	uint64_t tag, value;
};

struct elf64_rela {
	uint64_t offset, info;
	int64_t addend;
};

_Static_assert(sizeof(struct elf64_header) == 64, "elf64_header");
_Static_assert(sizeof(struct elf64_segment) == 56, "elf64_segment");
_Static_assert(sizeof(struct elf64_rela) == 24, "elf64_rela");

// Checks the first `available` bytes of a file of file_size bytes: an x86-64 executable (type EXEC or DYN) with 1 to
// ELF64_SEGMENTS_MAX segments whose table lies within `available`, at least one LOAD; every segment's file bytes lie in
// the file; for LOADs also file_size <= memory_size, no address wraps, ascending and not overlapping, offset and address
// agree modulo the page. Returns 0, -ENOEXEC (another kind of file) or -EINVAL (damaged or cut short).
// `file` must be 8-byte aligned.
int elf64_check(const void *file, size_t available, uint64_t file_size);

// The segment table of a checked file.
const struct elf64_segment *elf64_segments(const void *file);
