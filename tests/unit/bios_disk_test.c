// bios_disk_test.c: what the ROM makes of IDENTIFY data, of a disk's size, and of a boot CD's catalogue; damaged ones too.
// sources: bios/disk/identify.c bios/eltorito.c kernel/lib/format.c
#include "bios/disk/identify.h"
#include "bios/eltorito.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

// What eltorito.c calls beside its parsers; never reached here.
int disk_transfer(struct disk *disk, enum disk_operation operation, uint64_t lba, uint32_t *count, void *buffer)
{
	abort();
}
uint8_t disk_number(const struct disk *disk)
{
	abort();
}
void disk_emulate(struct disk *disk, uint8_t number)
{
	abort();
}

static bool same(struct disk_geometry a, uint16_t cylinders, uint16_t heads, uint16_t sectors)
{
	return a.cylinders == cylinders && a.heads == heads && a.sectors == sectors;
}

Test(geometry, each_translation)
{
	struct disk_geometry none = {0};

	cr_assert(same(disk_translate((struct disk_geometry){615, 4, 17}, 615 * 4 * 17), 615, 4, 17), "as it is");
	cr_assert(same(disk_translate((struct disk_geometry){1024, 16, 63}, 1024 * 16 * 63), 1024, 16, 63), "504 MiB");
	cr_assert(same(disk_translate((struct disk_geometry){1025, 16, 63}, 1025 * 16 * 63), 512, 32, 63), "LARGE");
	cr_assert(same(disk_translate((struct disk_geometry){8192, 16, 63}, 8192 * 16 * 63), 1024, 128, 63), "LARGE, the last");
	cr_assert(same(disk_translate((struct disk_geometry){16383, 16, 63}, 16383 * 16 * 63), 1024, 255, 63), "LBA assist");
	cr_assert(same(disk_translate(none, 63 * 16 * 100), 100, 16, 63), "no physical geometry");
	cr_assert(same(disk_translate(none, 256), 1, 16, 63), "a tiny disk");
	cr_assert(same(disk_translate(none, 63 * 16 * 1024), 1024, 16, 63));
	cr_assert(same(disk_translate(none, 63 * 16 * 1024 + 63), 512, 32, 63));
	cr_assert(same(disk_translate(none, 63 * 128 * 1024), 1024, 128, 63));
	cr_assert(same(disk_translate(none, 63 * 255 * 500), 996, 128, 63));
	cr_assert(same(disk_translate(none, 1ull << 47), 1024, 255, 63), "no division of 64 bits");
	cr_assert(same(disk_translate((struct disk_geometry){10, 16, 63}, 1ull << 33), 1024, 255, 63), "smaller than the disk");
	cr_assert(same(disk_translate((struct disk_geometry){1024, 16, 64}, 1 << 20), 520, 32, 63), "64 sectors a track");
}

// Whatever the device says: within what INT 13h can say, and never more than the disk has.
Test(geometry, always_within_bounds)
{
	unsigned wrong = 0;

	srand(1);
	for (unsigned i = 0; i < 1000000; i++) {
		struct disk_geometry physical = {rand(), rand() % 32, rand() % 80};
		uint64_t sectors = ((uint64_t)rand() << 31 | rand()) >> rand() % 62;
		struct disk_geometry chs = disk_translate(physical, sectors);
		wrong += chs.cylinders < 1 || chs.cylinders > 1024 || chs.heads < 1 || chs.heads > 255 || chs.sectors < 1 || chs.sectors > 63;
		wrong += physical.cylinders == 0 && chs.cylinders > 1 && (uint64_t)chs.cylinders * chs.heads * chs.sectors > sectors;
	}
	cr_assert(wrong == 0, "%u", wrong);
}

static void identify_words(uint16_t *words)
{
	memset(words, 0, 512);
	memcpy(words + 27, "EQUMH RADDSI K                          ", 40); // bytes swapped
	words[1] = 16383, words[3] = 16, words[6] = 63;
	words[47] = 0x8010;
	words[49] = 1 << 9;
	words[60] = 0xffff, words[61] = 0x0fff;
	words[83] = 0x4400;
	words[100] = 0x5678, words[101] = 0x1234, words[102] = 1;
}

Test(identify, sizes_and_text)
{
	struct ata_identity identity;
	uint16_t words[256];

	identify_words(words);
	cr_assert(ata_identity(&identity, words) == 0);
	cr_assert(strcmp(identity.model, "QEMU HARDDISK") == 0, "%s", identity.model);
	cr_assert(identity.lba48 && identity.sectors == 0x112345678 && identity.sector_size == 512 && identity.multiple == 16);
	words[83] = 0; // no 48 bits
	cr_assert(ata_identity(&identity, words) == 0 && !identity.lba48 && identity.sectors == 0x0fffffff);
	words[106] = 0x5000, words[117] = 2048; // words
	cr_assert(ata_identity(&identity, words) == 0 && identity.sector_size == 4096);
	words[117] = 2047;
	cr_assert(ata_identity(&identity, words) == -EINVAL, "no power of two");
	words[117] = 4096;
	cr_assert(ata_identity(&identity, words) == -EINVAL, "larger than a page");
	words[106] = 0;
	words[60] = words[61] = 0;
	cr_assert(ata_identity(&identity, words) == -EINVAL, "no sectors");
	words[60] = 1, words[49] = 0;
	cr_assert(ata_identity(&identity, words) == -EINVAL, "no LBA");
	memset(words, 0xff, 512); // a bus that floats
	cr_assert(ata_identity(&identity, words) == -EINVAL);
}

static const uint8_t record[7 + 32] = "\0CD001\1EL TORITO SPECIFICATION";

// A catalogue whose default entry starts `platform`, is `boot` and of `media`.
static uint8_t *catalogue(uint8_t *bytes, uint8_t platform, uint8_t boot, uint8_t media)
{
	uint16_t sum = 0;

	memset(bytes, 0, CD_SECTOR);
	bytes[0] = 1, bytes[1] = platform, bytes[30] = 0x55, bytes[31] = 0xaa;
	for (unsigned i = 0; i < 32; i += 2)
		sum -= bytes[i] | bytes[i + 1] << 8;
	bytes[28] = sum, bytes[29] = sum >> 8;
	memcpy(bytes + 32, (uint8_t[]){boot, media, 0, 0, 0, 0, 4, 0, 0x21, 0x43, 0, 0}, 12);
	return bytes;
}

Test(eltorito, record_and_default_entry)
{
	uint8_t bytes[CD_SECTOR] = {0};
	struct eltorito_entry entry;
	uint32_t at;

	cr_assert(eltorito_record(bytes, &at) == -ENOENT);
	memcpy(bytes, record, sizeof(record));
	bytes[0x47] = 0x13, bytes[0x48] = 1;
	cr_assert(eltorito_record(bytes, &at) == 0 && at == 0x113);
	cr_assert(eltorito_catalogue(catalogue(bytes, 0, 0x88, 0), &entry) == 0);
	cr_assert(entry.media == ELTORITO_NONE && entry.segment == 0x7c0 && entry.sectors == 4 && entry.lba == 0x4321);
	cr_assert(eltorito_catalogue(catalogue(bytes, 0, 0, 0), &entry) == -ENOENT, "not bootable");
	cr_assert(eltorito_catalogue(catalogue(bytes, 0, 0x88, 5), &entry) == -ENOENT, "an unknown medium");
	bytes[1] ^= 1;
	cr_assert(eltorito_catalogue(bytes, &entry) == -EINVAL, "its sum is wrong");
	memset(catalogue(bytes, 0, 0x88, 0) + 30, 0, 2);
	cr_assert(eltorito_catalogue(bytes, &entry) == -EINVAL, "no key bytes");
}

// UEFI first, then a section for x86: its second entry is the bootable one.
Test(eltorito, sections)
{
	uint8_t bytes[CD_SECTOR];
	struct eltorito_entry entry;

	catalogue(bytes, 0xef, 0x88, 0);
	cr_assert(eltorito_catalogue(bytes, &entry) == -ENOENT);
	memcpy(bytes + 64, (uint8_t[]){0x90, 0xef, 1, 0}, 4);
	memcpy(bytes + 96, (uint8_t[]){0x88, 0, 0, 0, 0, 0, 1}, 7);
	memcpy(bytes + 128, (uint8_t[]){0x91, 0, 2, 0}, 4);
	memcpy(bytes + 192, (uint8_t[]){0x88, 4, 0, 0x10, 0, 0, 0, 0, 9}, 9);
	cr_assert(eltorito_catalogue(bytes, &entry) == 0);
	cr_assert(entry.media == ELTORITO_HARD_DISK && entry.segment == 0x1000 && entry.sectors == 1 && entry.lba == 9);
	memset(bytes + 130, 0xff, 2); // 65,535 entries, and none bootable: it ends with the sector
	bytes[192] = 0;
	cr_assert(eltorito_catalogue(bytes, &entry) == -ENOENT);
}

Test(eltorito, geometry_of_emulated_disks)
{
	uint8_t mbr[512] = {0};
	struct disk_geometry chs;
	uint32_t sectors;

	cr_assert(eltorito_geometry(ELTORITO_FLOPPY_1440, mbr, &chs, &sectors) == 0 && same(chs, 80, 2, 18) && sectors == 2880);
	cr_assert(eltorito_geometry(ELTORITO_FLOPPY_2880, mbr, &chs, &sectors) == 0 && sectors == 5760);
	cr_assert(eltorito_geometry(ELTORITO_FLOPPY_1200, mbr, &chs, &sectors) == 0 && sectors == 2400);
	cr_assert(eltorito_geometry(ELTORITO_HARD_DISK, mbr, &chs, &sectors) == -EINVAL, "no signature");
	mbr[510] = 0x55, mbr[511] = 0xaa;
	cr_assert(eltorito_geometry(ELTORITO_HARD_DISK, mbr, &chs, &sectors) == -EINVAL, "no partition");
	memcpy(mbr + 446, (uint8_t[]){0x80, 1, 1, 0, 6, 15, 0x40 | 63, 0x20}, 8);
	cr_assert(eltorito_geometry(ELTORITO_HARD_DISK, mbr, &chs, &sectors) == 0 && same(chs, 0x121, 16, 63));
	mbr[446 + 5] = 255;
	cr_assert(eltorito_geometry(ELTORITO_HARD_DISK, mbr, &chs, &sectors) == -EINVAL, "256 heads");
}
