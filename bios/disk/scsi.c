// scsi.c: CDs behind any driver that can send a packet (SPC-4, MMC-6): medium, size, reading, lock and eject.
#include "bios/disk/scsi.h"
#include "bios/disk/drivers.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define CD_SECTOR 2048u
#define TEST_UNIT_READY 0x00
#define REQUEST_SENSE 0x03
#define START_STOP_UNIT 0x1b
#define PREVENT_ALLOW_REMOVAL 0x1e
#define READ_CAPACITY 0x25
#define READ_10 0x28
#define SENSE_NOT_READY 2
#define SENSE_UNIT_ATTENTION 6
#define ASC_BECOMING_READY 0x04
#define ASC_NO_MEDIUM 0x3a
#define ATTENTIONS_MAX 4
#define SPIN_UP_US 10000000u

// Sends a command; when the device objects, asks why: -ENODATA no medium, -EAGAIN not yet, -EBUSY something
// has changed.
static int command(struct disk *disk, const uint8_t *bytes, void *buffer, uint32_t size)
{
	static uint8_t sense[18] __attribute__((aligned(4)));
	static const uint8_t request[12] = {REQUEST_SENSE, [4] = sizeof(sense)};
	int rc = disk->packet(disk, bytes, buffer, size);

	if (rc != -EIO || disk->packet(disk, request, sense, sizeof(sense)) != 0)
		return rc;
	uint8_t key = sense[2] & 15, asc = sense[12];
	if (key == SENSE_UNIT_ATTENTION)
		return -EBUSY;
	if (key == SENSE_NOT_READY && asc == ASC_NO_MEDIUM)
		return -ENODATA;
	return key == SENSE_NOT_READY && asc == ASC_BECOMING_READY ? -EAGAIN : -EIO;
}

int scsi_medium(struct disk *disk)
{
	static uint8_t capacity[8] __attribute__((aligned(4)));
	static const uint8_t test[12] = {TEST_UNIT_READY}, measure[12] = {READ_CAPACITY};
	unsigned attentions = 0;
	int rc = 0;

	disk->sectors = 0;
	if (!wait_until((rc = command(disk, test, NULL, 0)) != -EAGAIN &&
				(rc != -EBUSY || ++attentions == ATTENTIONS_MAX), SPIN_UP_US))
		return -ETIMEDOUT;
	if (rc == 0)
		rc = command(disk, measure, capacity, sizeof(capacity));
	if (rc != 0)
		return rc;
	uint32_t last = (uint32_t)capacity[0] << 24 | capacity[1] << 16 | capacity[2] << 8 | capacity[3];
	uint32_t size = (uint32_t)capacity[4] << 24 | capacity[5] << 16 | capacity[6] << 8 | capacity[7];
	if (size != CD_SECTOR || last == UINT32_MAX)
		return -ENXIO;
	disk->sectors = (uint64_t)last + 1;
	return 0;
}

static int scsi_read(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	uint32_t at = (uint32_t)lba;
	const uint8_t read[12] = {READ_10, 0, at >> 24, at >> 16, at >> 8, at, 0, count >> 8, count};
	int rc = command(disk, read, buffer, count * CD_SECTOR);

	if (rc == -EBUSY) { // another medium, perhaps
		rc = scsi_medium(disk);
		if (rc == 0)
			rc = command(disk, read, buffer, count * CD_SECTOR);
	}
	if (rc == -ENODATA)
		disk->sectors = 0;
	return rc == -EBUSY || rc == -EAGAIN ? -EIO : rc;
}

int scsi_lock(struct disk *disk, bool lock)
{
	const uint8_t bytes[12] = {PREVENT_ALLOW_REMOVAL, [4] = lock};

	return command(disk, bytes, NULL, 0);
}

int scsi_eject(struct disk *disk)
{
	static const uint8_t bytes[12] = {START_STOP_UNIT, [4] = 2};
	int rc = command(disk, bytes, NULL, 0);

	if (rc == 0)
		disk->sectors = 0;
	return rc;
}

int scsi_attach(struct disk *disk)
{
	disk->cd = disk->removable = disk->read_only = true;
	disk->sector_size = CD_SECTOR;
	disk->sectors_max = DISK_BOUNCE / CD_SECTOR;
	disk->transfer = scsi_read;
	int rc = scsi_medium(disk);
	if (rc != 0 && rc != -ENODATA)
		log_error("disk: %s: the medium cannot be read (%d)", disk->name, rc);
	disk_add(disk, (struct disk_geometry){0});
	return 0;
}
