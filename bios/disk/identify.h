// identify.h: what a device says of itself, checked, and what INT 13h makes of a disk's size. Pure.
#pragma once
#include "bios/disk.h"

struct ata_identity {
	char model[41]; // without trailing blanks
	uint32_t sector_size;
	uint64_t sectors;
	struct disk_geometry physical;
	bool lba48;
	uint8_t multiple; // sectors of one data block of READ MULTIPLE, at least 1
};

// Reads the 256 words of IDENTIFY DEVICE (ATA8-ACS 7.16). 0; -EINVAL: no LBA, no sectors or an impossible
// sector size.
int ata_identity(struct ata_identity *identity, const uint16_t *words);
// Model or serial text, `count` words with their bytes swapped, into text[2 * count + 1].
void ata_text(char *text, const uint16_t *words, unsigned count);
// The logical geometry: the physical one when INT 13h can say it; else cylinders are halved and heads doubled
// (LARGE); else, for a disk larger than that or one without a physical geometry, made up from its size (LBA
// assist).
struct disk_geometry disk_translate(struct disk_geometry physical, uint64_t sectors);
