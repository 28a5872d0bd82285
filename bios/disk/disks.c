// disks.c: the table of disks, numbers, and requests of any size cut into what a controller takes. See
// disk.h.
#include "bios/disk.h"
#include "bios/bda.h"
#include "bios/disk/drivers.h"
#include "bios/disk/identify.h"
#include "bios/disk/scsi.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define FIRST_HARD_DISK 0x80
#define FIRST_CD 0xe0
#define EQUIPMENT_FLOPPY 1

struct disk *disks[DISKS_MAX];
unsigned disk_count;
static struct disk *emulated;
static uint8_t emulated_number;
static uint8_t *bounce;

// Who drives what: by class, subclass and interface (0xff: any), or by vendor and device.
static const struct {
	uint16_t class;
	uint8_t prog;
	uint16_t vendor, device;
	void (*probe)(struct pci_device *pci);
} drivers[] = {
	{0x0101, 0xff, 0, 0, ata_probe},
	{0x0106, 0x01, 0, 0, ahci_probe},
	{0x0108, 0x02, 0, 0, nvme_probe},
	{0, 0, 0x1af4, 0x1001, virtio_blk_probe}, // transitional
	{0, 0, 0x1af4, 0x1042, virtio_blk_probe},
};

int disks_probe(void)
{
	pci_for_each(pci) {
		for (unsigned i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
			if (drivers[i].vendor != 0
				    ? pci->vendor == drivers[i].vendor && pci->device == drivers[i].device
				    : pci->class == drivers[i].class && (drivers[i].prog == 0xff || pci->prog == drivers[i].prog))
				drivers[i].probe(pci);
	}
	return disk_count;
}

void disk_add(struct disk *disk, struct disk_geometry physical)
{
	if (disk_count == DISKS_MAX) {
		log_error("disk: %s is one too many", disk->name);
		return;
	}
	if (bounce == NULL)
		bounce = memory_high(DISK_BOUNCE, 4096);
	disk->chs = disk_translate(physical, disk->sectors);
	log_info("disk: %s, %u MiB", disk->name, disk_mib(disk));
	disks[disk_count++] = disk;
}

uint32_t disk_mib(const struct disk *disk)
{
	uint64_t kib = disk->sectors * (disk->sector_size / 512) / 2;

	return kib >> 10 > UINT32_MAX ? UINT32_MAX : (uint32_t)(kib >> 10);
}

unsigned disk_count_of(bool cd)
{
	unsigned count = 0;

	for (unsigned i = 0; i < disk_count; i++)
		count += disks[i]->cd == cd;
	return count + (!cd && emulated != NULL && emulated_number == FIRST_HARD_DISK);
}

// An emulated hard disk is 80h, and moves the others up by one ("El Torito" 1.0, section 5).
struct disk *disk_by_number(uint8_t number)
{
	bool cd = number >= FIRST_CD;
	unsigned index = number - (cd ? FIRST_CD : FIRST_HARD_DISK);

	if (emulated != NULL && number == emulated_number)
		return emulated;
	if (number < FIRST_HARD_DISK)
		return NULL;
	if (emulated != NULL && !cd && emulated_number == FIRST_HARD_DISK)
		index--;
	for (unsigned i = 0; i < disk_count; i++)
		if (disks[i]->cd == cd && index-- == 0)
			return disks[i];
	return NULL;
}

uint8_t disk_number(const struct disk *disk)
{
	uint8_t number = disk->cd ? FIRST_CD : FIRST_HARD_DISK;

	while (disk_by_number(number) != disk)
		number++;
	return number;
}

void disk_emulate(struct disk *disk, uint8_t number)
{
	emulated = disk;
	emulated_number = number;
	bda.disk_count = disk_count_of(false);
	bda.equipment = (bda.equipment & ~EQUIPMENT_FLOPPY) | (disk != NULL && number == 0 ? EQUIPMENT_FLOPPY : 0);
}

// One piece through memory that every controller reaches.
static int bounced(struct disk *disk, enum disk_operation operation, uint64_t lba, uint32_t count, void *buffer)
{
	uint32_t bytes = count * disk->sector_size;

	if (bounce == NULL) // memory was short in POST
		return -ENXIO;
	if (operation == DISK_WRITE)
		memcpy(bounce, buffer, bytes);
	int rc = disk->transfer(disk, lba, count, bounce, operation == DISK_WRITE);
	if (rc == 0 && operation == DISK_READ)
		memcpy(buffer, bounce, bytes);
	return rc;
}

int disk_transfer(struct disk *disk, enum disk_operation operation, uint64_t lba, uint32_t *count, void *buffer)
{
	bool direct = operation != DISK_VERIFY && (uintptr_t)buffer % 4 == 0;
	uint32_t most = disk->sectors_max, wanted = *count, limit = DISK_BOUNCE / disk->sector_size;
	int rc = 0;

	*count = 0;
	if (disk->sectors == 0 && disk->packet != NULL) // perhaps there is one now
		rc = scsi_medium(disk);
	if (disk->sectors == 0)
		return rc != 0 ? rc : -ENODATA;
	if (lba >= disk->sectors || wanted > disk->sectors - lba)
		return -EINVAL;
	if (operation == DISK_WRITE && disk->read_only)
		return -EROFS;
	if (!direct && most > limit)
		most = limit;
	while (rc == 0 && *count < wanted) {
		uint32_t piece = wanted - *count < most ? wanted - *count : most;
		uint8_t *at = (uint8_t *)buffer + *count * disk->sector_size;
		rc = direct ? disk->transfer(disk, lba + *count, piece, at, operation == DISK_WRITE)
			    : bounced(disk, operation, lba + *count, piece, at);
		*count += rc == 0 ? piece : 0;
	}
	return rc;
}
