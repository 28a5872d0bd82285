// eltorito.c: see eltorito.h. The catalogue's entries have 32 bytes: one that validates it, the default one,
// then sections, each of a header and its entries. All that is read from the CD is checked before it is used.
#include "bios/eltorito.h"
#include "bios/log.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define ENTRY 32u
#define PLATFORM_X86 0
#define BOOTABLE 0x88
#define HEADER_MORE 0x90
#define HEADER_LAST 0x91
#define DEFAULT_SEGMENT 0x7c0
#define LOWEST_SEGMENT 0x50 // above vectors and BIOS data
#define SECTOR 512u
#define SECTORS_EACH (CD_SECTOR / SECTOR)
#define ANY_NUMBER 0x7f

static struct eltorito_packet packet;
static struct disk emulation; // reads through cd
static struct disk *cd;
static uint32_t image;        // first CD sector of the emulated disk
static uint8_t sector[CD_SECTOR] __attribute__((aligned(4)));
static uint32_t held;         // the CD sector in `sector`; 0: none

static uint32_t word(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

int eltorito_record(const uint8_t *bytes, uint32_t *catalogue)
{
	static const char identifier[32] = "EL TORITO SPECIFICATION";

	if (bytes[0] != 0 || memcmp(bytes + 1, "CD001\1", 6) != 0 || memcmp(bytes + 7, identifier, sizeof(identifier)) != 0)
		return -ENOENT;
	*catalogue = word(bytes + 0x47);
	return 0;
}

static bool take(const uint8_t *at, struct eltorito_entry *entry)
{
	uint16_t segment = at[2] | at[3] << 8, count = at[6] | at[7] << 8;

	if (at[0] != BOOTABLE || (at[1] & 15) > ELTORITO_HARD_DISK)
		return false;
	*entry = (struct eltorito_entry){.media = at[1] & 15, .segment = segment != 0 ? segment : DEFAULT_SEGMENT,
					 .sectors = count != 0 ? count : 1, .lba = word(at + 8)};
	return true;
}

int eltorito_catalogue(const uint8_t *bytes, struct eltorito_entry *entry)
{
	uint16_t sum = 0;

	for (unsigned i = 0; i < ENTRY; i += 2)
		sum += bytes[i] | bytes[i + 1] << 8;
	if (bytes[0] != 1 || bytes[30] != 0x55 || bytes[31] != 0xaa || sum != 0)
		return -EINVAL;
	if (bytes[1] == PLATFORM_X86 && take(bytes + ENTRY, entry))
		return 0;
	for (unsigned at = 2 * ENTRY; at < CD_SECTOR && (bytes[at] == HEADER_MORE || bytes[at] == HEADER_LAST);) {
		unsigned end = at + ENTRY + (bytes[at + 2] | bytes[at + 3] << 8) * ENTRY;
		uint8_t platform = bytes[at + 1], kind = bytes[at];
		for (at += ENTRY; at < end && at < CD_SECTOR; at += ENTRY)
			if (platform == PLATFORM_X86 && take(bytes + at, entry))
				return 0;
		if (kind == HEADER_LAST)
			break;
	}
	return -ENOENT;
}

int eltorito_geometry(enum eltorito_media media, const uint8_t *mbr, struct disk_geometry *chs, uint32_t *sectors)
{
	static const struct disk_geometry floppies[] = {
		[ELTORITO_FLOPPY_1200] = {80, 2, 15}, [ELTORITO_FLOPPY_1440] = {80, 2, 18}, [ELTORITO_FLOPPY_2880] = {80, 2, 36}};
	const uint8_t *partition = mbr + 446;

	if (media < ELTORITO_HARD_DISK) {
		*chs = floppies[media];
	} else { // the end of its only partition, as heads, sectors and cylinders
		*chs = (struct disk_geometry){(partition[7] | (partition[6] & 0xc0) << 2) + 1, partition[5] + 1, partition[6] & 63};
		if (mbr[510] != 0x55 || mbr[511] != 0xaa || partition[4] == 0 || chs->sectors == 0 || chs->heads > 255)
			return -EINVAL;
	}
	*sectors = (uint32_t)chs->cylinders * chs->heads * chs->sectors;
	return 0;
}

static int hold(uint32_t lba)
{
	uint32_t one = 1;
	int rc = held == lba ? 0 : disk_transfer(cd, DISK_READ, lba, &one, sector);

	held = rc == 0 ? lba : 0;
	return rc;
}

// Sectors of 512 bytes out of those of the CD: whole ones at once, the others through `sector`.
static int read_pieces(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	uint8_t *to = buffer;
	uint32_t at = (uint32_t)lba, piece;
	int rc = 0;

	for (; count > 0 && rc == 0; count -= piece, at += piece, to += piece * SECTOR) {
		uint32_t whole = at % SECTORS_EACH == 0 ? count / SECTORS_EACH : 0, lba_of_cd = image + at / SECTORS_EACH;
		piece = whole != 0 ? whole * SECTORS_EACH : 1;
		rc = whole != 0 ? disk_transfer(cd, DISK_READ, lba_of_cd, &whole, to) : hold(lba_of_cd);
		if (rc == 0 && whole == 0)
			memcpy(to, sector + at % SECTORS_EACH * SECTOR, SECTOR);
	}
	return rc;
}

static int find(struct eltorito_entry *entry)
{
	uint32_t catalogue;
	int rc = hold(ELTORITO_RECORD);

	if (rc == 0)
		rc = eltorito_record(sector, &catalogue);
	if (rc == 0)
		rc = hold(catalogue);
	return rc == 0 ? eltorito_catalogue(sector, entry) : rc;
}

static int load(const struct eltorito_entry *entry, uint32_t memory_end)
{
	uint32_t at = (uint32_t)entry->segment << 4, end = at + entry->sectors * SECTOR;

	if (entry->segment < LOWEST_SEGMENT || end > memory_end)
		return -EFBIG;
	image = entry->lba;
	return read_pieces(NULL, 0, entry->sectors, (void *)(uintptr_t)at, false);
}

static int emulate(const struct eltorito_entry *entry, uint8_t number)
{
	uint32_t sectors;
	int rc = hold(entry->lba);

	if (rc == 0)
		rc = eltorito_geometry(entry->media, sector, &emulation.chs, &sectors);
	if (rc != 0)
		return rc;
	format_buffer(emulation.name, sizeof(emulation.name), "%s", "emulated by a CD");
	emulation.sector_size = SECTOR;
	emulation.sectors = sectors;
	emulation.sectors_max = DISK_BOUNCE / SECTOR;
	emulation.removable = number == 0;
	emulation.read_only = true;
	emulation.slot = cd->slot;
	emulation.unit = cd->unit;
	emulation.bus = cd->bus;
	emulation.transfer = read_pieces;
	packet.cylinders_low = emulation.chs.cylinders - 1;
	packet.sectors_cylinders = emulation.chs.sectors | ((emulation.chs.cylinders - 1) >> 2 & 0xc0);
	packet.heads = emulation.chs.heads - 1;
	disk_emulate(&emulation, number);
	return 0;
}

int eltorito_boot(struct disk *from, uint32_t memory_end, struct eltorito_entry *entry, uint8_t *number)
{
	eltorito_end();
	cd = from;
	held = 0;
	int rc = find(entry);
	if (rc == 0)
		rc = load(entry, memory_end);
	if (rc != 0)
		return rc;
	*number = entry->media == ELTORITO_NONE ? disk_number(cd) : entry->media == ELTORITO_HARD_DISK ? 0x80 : 0;
	packet = (struct eltorito_packet){.size = sizeof(packet), .media = entry->media, .drive = *number, .lba = entry->lba,
					  .device = cd->unit, .load_segment = entry->segment, .sectors = entry->sectors};
	rc = entry->media == ELTORITO_NONE ? 0 : emulate(entry, *number);
	if (rc != 0)
		eltorito_end();
	return rc;
}

const struct eltorito_packet *eltorito_status(uint8_t number)
{
	return packet.size != 0 && (number == packet.drive || number == ANY_NUMBER) ? &packet : NULL;
}

void eltorito_end(void)
{
	disk_emulate(NULL, 0);
	packet.size = 0;
}
