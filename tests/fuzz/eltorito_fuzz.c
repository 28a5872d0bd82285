// eltorito_fuzz.c: libFuzzer target of what the ROM reads from a boot CD and from a disk's IDENTIFY data:
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. tests/fuzz/eltorito_fuzz.c bios/eltorito.c
//   bios/disk/identify.c kernel/lib/format.c -o eltorito_fuzz && ./eltorito_fuzz -max_len=2048
#include <stdlib.h>
#include <string.h>
#include "bios/disk/identify.h"
#include "bios/eltorito.h"

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

static void check(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = calloc(1, CD_SECTOR); // so that a byte too far is noticed
	struct eltorito_entry entry;
	struct ata_identity identity;
	struct disk_geometry chs;
	uint32_t number;

	memcpy(bytes, data, size < CD_SECTOR ? size : CD_SECTOR);
	eltorito_record(bytes, &number);
	if (eltorito_catalogue(bytes, &entry) == 0)
		check(entry.media <= ELTORITO_HARD_DISK && entry.sectors > 0 && entry.segment > 0);
	uint16_t sum = 0; // the same with a sum that is right
	bytes[0] = 1, bytes[28] = bytes[29] = 0, bytes[30] = 0x55, bytes[31] = 0xaa;
	for (unsigned i = 0; i < 32; i += 2)
		sum -= bytes[i] | bytes[i + 1] << 8;
	bytes[28] = sum, bytes[29] = sum >> 8;
	if (eltorito_catalogue(bytes, &entry) == 0)
		check(entry.media <= ELTORITO_HARD_DISK && entry.sectors > 0 && entry.segment > 0);
	if (eltorito_geometry(ELTORITO_HARD_DISK, bytes, &chs, &number) == 0)
		check(number > 0 && chs.cylinders <= 1024 && chs.heads <= 255 && chs.sectors <= 63);
	if (ata_identity(&identity, (uint16_t *)bytes) == 0) {
		chs = disk_translate(identity.physical, identity.sectors);
		check(chs.cylinders <= 1024 && chs.heads >= 1 && chs.heads <= 255 && chs.sectors >= 1 && chs.sectors <= 63);
		check(strlen(identity.model) <= 40 && identity.sectors > 0 && identity.multiple > 0);
	}
	free(bytes);
	return 0;
}
