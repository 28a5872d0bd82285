// gpt.c: see gpt.h.
#include "kernel/lib/gpt.h"
#include "kernel/lib/crc32.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

struct header {
	char signature[8];
	uint32_t revision, size, crc, reserved;
	uint64_t this_sector, other_sector, first_sector, last_sector;
	uint8_t disk[16];
	uint64_t entries_sector;
	uint32_t entry_count, entry_size, entries_crc;
};

struct entry {
	uint8_t type[16], id[16];
	uint64_t first_sector, last_sector, attributes;
	uint16_t name[36];
};

#define HEADER_SIZE 92
_Static_assert(sizeof(struct entry) == GPT_ENTRY_SIZE, "entry");
_Static_assert(offsetof(struct header, entries_crc) + 4 == HEADER_SIZE, "header");

// GUIDs as they lie on disk: the first three fields are little-endian.
const uint8_t gpt_type_esp[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
const uint8_t gpt_type_linux[16] = {0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
				    0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4};

int gpt_header(struct gpt *gpt, const void *sector)
{
	struct header header;
	uint32_t crc;

	memcpy(&header, sector, sizeof(header));
	if (memcmp(header.signature, "EFI PART", 8) != 0)
		return -ENOENT;
	crc = header.crc;
	header.crc = 0;
	if (header.size != HEADER_SIZE || crc32(0, &header, HEADER_SIZE) != crc || header.entry_size != GPT_ENTRY_SIZE ||
	    header.entry_count == 0 || header.entry_count > GPT_ENTRIES_MAX || header.entries_sector < 2)
		return -EINVAL;
	*gpt = (struct gpt){.entries_sector = header.entries_sector, .entry_count = header.entry_count,
			    .entries_crc = header.entries_crc, .first_sector = header.first_sector,
			    .last_sector = header.last_sector};
	return 0;
}

int gpt_find(const struct gpt *gpt, const void *entries, const uint8_t type[16], struct gpt_partition *partition)
{
	struct entry entry;

	if (crc32(0, entries, gpt->entry_count * GPT_ENTRY_SIZE) != gpt->entries_crc)
		return -EINVAL;
	for (uint32_t i = 0; i < gpt->entry_count; i++) {
		memcpy(&entry, (const uint8_t *)entries + i * GPT_ENTRY_SIZE, sizeof(entry));
		if (memcmp(entry.type, type, 16) != 0)
			continue;
		if (entry.first_sector < gpt->first_sector || entry.last_sector > gpt->last_sector ||
		    entry.last_sector < entry.first_sector)
			return -EINVAL;
		partition->first_sector = entry.first_sector;
		partition->sector_count = entry.last_sector - entry.first_sector + 1;
		return 0;
	}
	return -ENOENT;
}
