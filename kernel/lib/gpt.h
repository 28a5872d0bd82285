// gpt.h: the GUID partition table (UEFI specification 2.10, chapter 5). Pure.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define GPT_SECTOR 512
#define GPT_HEADER_SECTOR 1
#define GPT_ENTRIES_MAX 128
#define GPT_ENTRY_SIZE 128

struct gpt {
	uint64_t entries_sector;
	uint32_t entry_count;  // 1 to GPT_ENTRIES_MAX, each of GPT_ENTRY_SIZE bytes
	uint32_t entries_crc;
	uint64_t first_sector, last_sector; // where partitions may lie
};

struct gpt_partition {
	uint64_t first_sector, sector_count;
};

extern const uint8_t gpt_type_esp[16], gpt_type_linux[16];

// Reads the header from its sector. Returns 0, -ENOENT (no GPT) or -EINVAL (wrong sum, size or place).
int gpt_header(struct gpt *gpt, const void *sector);

// Finds the first partition of a type in the table's bytes (entry_count * GPT_ENTRY_SIZE of them).
// Returns 0, -ENOENT or -EINVAL (wrong sum, or a partition outside of the header's bounds).
int gpt_find(const struct gpt *gpt, const void *entries, const uint8_t type[16], struct gpt_partition *partition);
