// eltorito.h: booting CDs ("El Torito" Bootable CD-ROM Format Specification 1.0).
#pragma once
#include <stddef.h>
#include "bios/disk.h"

#define CD_SECTOR 2048u
#define ELTORITO_RECORD 17u // the sector of the boot record volume descriptor
enum eltorito_media { ELTORITO_NONE, ELTORITO_FLOPPY_1200, ELTORITO_FLOPPY_1440, ELTORITO_FLOPPY_2880, ELTORITO_HARD_DISK };

struct eltorito_entry {
	enum eltorito_media media;
	uint16_t segment; // to load at
	uint16_t sectors; // to load, of 512 bytes
	uint32_t lba;     // of the image, in CD sectors
};

// Pure. The catalogue's sector from the boot record's; -ENOENT: no boot record.
int eltorito_record(const uint8_t *sector, uint32_t *catalogue);
// Pure. The first entry that an x86 BIOS can boot. -EINVAL: no catalogue, or damaged; -ENOENT: none bootable.
int eltorito_catalogue(const uint8_t *sector, struct eltorito_entry *entry);
// Pure. The geometry of the emulated disk; `mbr` is the image's first sector. -EINVAL: a hard disk without a
// partition.
int eltorito_geometry(enum eltorito_media media, const uint8_t *mbr, struct disk_geometry *chs, uint32_t *sectors);

// What INT 13h 4B00h and 4B01h give out (section 4, figure 7).
struct eltorito_packet {
	uint8_t size, media, drive, controller;
	uint32_t lba;
	uint16_t device, buffer_segment, load_segment, sectors;
	uint8_t cylinders_low, sectors_cylinders, heads;
} __attribute__((packed));
_Static_assert(sizeof(struct eltorito_packet) == 0x13, "the size that it says of itself");

// Loads the boot image of the CD to entry->segment:0 and starts the emulation that it asks for. *number is
// the DL to boot it with. 0, the parsers' errors, -ENODATA: no medium, -EIO and the like, -EFBIG: the image
// does not fit below `memory_end`.
int eltorito_boot(struct disk *cd, uint32_t memory_end, struct eltorito_entry *entry, uint8_t *number);
// The packet when `number` is what was booted from (7Fh: any); NULL: not.
const struct eltorito_packet *eltorito_status(uint8_t number);
// Ends the emulation: the drive numbers are as if nothing had been booted.
void eltorito_end(void);
