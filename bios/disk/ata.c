// ata.c: parallel ATA and ATAPI through ports, by programmed I/O (ATA8-APT; SFF-8038i for where the ports
// lie).
//
// One command at a time: select, wait until not busy, registers, command, then data blocks as the status
// says.
#include "bios/disk/drivers.h"
#include "bios/disk/identify.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/uapi/errno.h"

enum { DATA, ERROR_FEATURES, COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, STATUS_COMMAND };
#define DEVICE_LBA 0xe0
#define STATUS_ERROR 0x01
#define STATUS_DRQ 0x08
#define STATUS_FAULT 0x20
#define STATUS_BUSY 0x80
#define CONTROL_NO_IRQ 0x02
#define CONTROL_RESET 0x04
#define COMMAND_READ 0x20
#define COMMAND_WRITE 0x30
#define COMMAND_EXT 0x04 // added to READ and WRITE
#define COMMAND_READ_MULTIPLE 0xc4
#define COMMAND_READ_MULTIPLE_EXT 0x29
#define COMMAND_WRITE_MULTIPLE 0xc5
#define COMMAND_WRITE_MULTIPLE_EXT 0x39
#define COMMAND_SET_MULTIPLE 0xc6
#define COMMAND_PACKET 0xa0
#define COMMAND_IDENTIFY_PACKET 0xa1
#define COMMAND_FLUSH 0xe7
#define COMMAND_FLUSH_EXT 0xea
#define COMMAND_IDENTIFY 0xec
#define PACKET_CHUNK 0xf000u // bytes of one data phase
#define SIGNATURE_PACKET 0xeb14
#define RESET_US 1000000

struct ata_disk {
	struct disk disk;
	uint16_t ports, control;
	uint8_t device; // 0, or 0x10: the second one of the channel
	bool lba48;
	uint8_t multiple;
};

static struct ata_disk *ata_of(struct disk *disk)
{
	return container_of(disk, struct ata_disk, disk);
}

static uint8_t status(const struct ata_disk *ata)
{
	return in8(ata->ports + STATUS_COMMAND);
}

static bool idle(const struct ata_disk *ata)
{
	return !(status(ata) & (STATUS_BUSY | STATUS_DRQ));
}

// After 400 ns (four reads of the other status register), when the device is no longer busy: its status.
// -ETIMEDOUT, -EIO.
static int settled(const struct ata_disk *ata)
{
	uint8_t now = 0;

	for (unsigned i = 0; i < 4; i++)
		in8(ata->control);
	if (!wait_until(!((now = status(ata)) & STATUS_BUSY), DISK_TIMEOUT_US))
		return -ETIMEDOUT;
	return now & (STATUS_ERROR | STATUS_FAULT) ? -EIO : now;
}

static int start(const struct ata_disk *ata, uint8_t device, uint8_t code)
{
	out8(ata->ports + DEVICE, device | ata->device);
	for (unsigned i = 0; i < 4; i++)
		in8(ata->control);
	if (!wait_until(idle(ata), DISK_TIMEOUT_US))
		return -ETIMEDOUT;
	out8(ata->ports + STATUS_COMMAND, code);
	return 0;
}

// The data of a command, `block` bytes a time.
static int move(const struct ata_disk *ata, uint8_t *at, uint32_t bytes, uint32_t block, bool write)
{
	for (uint32_t piece; bytes > 0; bytes -= piece, at += piece) {
		int rc = settled(ata);
		if (rc < 0)
			return rc;
		if (!(rc & STATUS_DRQ))
			return -EIO;
		piece = bytes < block ? bytes : block;
		if (write)
			out16_string(ata->ports + DATA, at, piece / 2);
		else
			in16_string(ata->ports + DATA, at, piece / 2);
	}
	int rc = settled(ata);
	return rc < 0 ? rc : 0;
}

static int simple(const struct ata_disk *ata, uint8_t code, uint8_t count)
{
	out8(ata->ports + COUNT, count);
	int rc = start(ata, DEVICE_LBA, code);
	rc = rc == 0 ? settled(ata) : rc;
	return rc < 0 ? rc : 0;
}

static void address(const struct ata_disk *ata, uint32_t lba, uint8_t count)
{
	out8(ata->ports + COUNT, count);
	out8(ata->ports + LBA_LOW, lba);
	out8(ata->ports + LBA_MID, lba >> 8);
	out8(ata->ports + LBA_HIGH, lba >> 16);
}

static int ata_transfer(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	struct ata_disk *ata = ata_of(disk);
	bool ext = lba + count > 1u << 28;
	uint8_t code = (write ? COMMAND_WRITE : COMMAND_READ) + (ext ? COMMAND_EXT : 0);

	if (ata->multiple > 1)
		code = write ? (ext ? COMMAND_WRITE_MULTIPLE_EXT : COMMAND_WRITE_MULTIPLE)
			     : (ext ? COMMAND_READ_MULTIPLE_EXT : COMMAND_READ_MULTIPLE);
	out8(ata->ports + DEVICE, DEVICE_LBA | ata->device);
	if (!wait_until(idle(ata), DISK_TIMEOUT_US))
		return -ETIMEDOUT;
	if (ext) // the upper halves first, each register is two deep
		address(ata, (uint32_t)(lba >> 24), count >> 8);
	address(ata, (uint32_t)lba, count);
	int rc = start(ata, DEVICE_LBA | (ext ? 0 : lba >> 24 & 15), code);
	if (rc == 0)
		rc = move(ata, buffer, count * disk->sector_size, ata->multiple * disk->sector_size, write);
	if (rc == 0 && write)
		rc = simple(ata, ata->lba48 ? COMMAND_FLUSH_EXT : COMMAND_FLUSH, 0);
	return rc;
}

// The channel's soft reset, which both its devices see.
static int ata_reset(struct disk *disk)
{
	struct ata_disk *ata = ata_of(disk);

	out8(ata->control, CONTROL_NO_IRQ | CONTROL_RESET);
	if (!wait_until(false, 5))
		out8(ata->control, CONTROL_NO_IRQ);
	out8(ata->ports + DEVICE, DEVICE_LBA | ata->device);
	if (!wait_until(idle(ata), RESET_US))
		return -ETIMEDOUT;
	return ata->multiple > 1 ? simple(ata, COMMAND_SET_MULTIPLE, ata->multiple) : 0;
}

// ATAPI: the command block goes out as data; then the device says of each phase how many bytes it has.
static int ata_packet(struct disk *disk, const uint8_t *command, void *buffer, uint32_t size)
{
	struct ata_disk *ata = ata_of(disk);
	uint32_t chunk = size < PACKET_CHUNK ? size : PACKET_CHUNK;
	int rc;

	out8(ata->ports + DEVICE, DEVICE_LBA | ata->device);
	if (!wait_until(idle(ata), DISK_TIMEOUT_US))
		return -ETIMEDOUT;
	out8(ata->ports + ERROR_FEATURES, 0);
	out8(ata->ports + LBA_MID, chunk);
	out8(ata->ports + LBA_HIGH, chunk >> 8);
	rc = start(ata, DEVICE_LBA, COMMAND_PACKET);
	if (rc == 0)
		rc = settled(ata);
	if (rc < 0 || !(rc & STATUS_DRQ))
		return rc < 0 ? rc : -EIO;
	out16_string(ata->ports + DATA, command, 6);
	for (uint32_t done = 0;;) {
		rc = settled(ata);
		if (rc < 0)
			return rc;
		if (!(rc & STATUS_DRQ))
			return done == size ? 0 : -EIO;
		chunk = in8(ata->ports + LBA_MID) | (uint32_t)in8(ata->ports + LBA_HIGH) << 8;
		if (chunk == 0 || chunk % 2 != 0 || chunk > size - done)
			return -ENXIO;
		in16_string(ata->ports + DATA, (uint8_t *)buffer + done, chunk / 2);
		done += chunk;
	}
}

static int identify(struct ata_disk *ata, uint8_t code, uint16_t *words)
{
	int rc = start(ata, DEVICE_LBA, code);

	if (rc == 0 && status(ata) == 0) // nobody answers
		return -ENODEV;
	return rc == 0 ? move(ata, (uint8_t *)words, 512, 512, false) : rc;
}

static int attach_disk(struct ata_disk *ata, const uint16_t *words)
{
	struct disk *disk = &ata->disk;
	struct ata_identity identity;
	int rc = ata_identity(&identity, words);

	if (rc != 0)
		return rc;
	format_buffer(disk->name, sizeof(disk->name), "ATA %d: %s", disk->unit, identity.model);
	disk->sector_size = identity.sector_size;
	disk->sectors = identity.sectors;
	ata->lba48 = identity.lba48;
	ata->multiple = 1;
	if (identity.multiple > 1 && simple(ata, COMMAND_SET_MULTIPLE, identity.multiple) == 0)
		ata->multiple = identity.multiple;
	disk->sectors_max = 255; // 8 bits, where 0 would be 256
	disk->transfer = ata_transfer;
	disk->reset = ata_reset;
	disk_add(disk, identity.physical);
	return 0;
}

static int attach_cd(struct ata_disk *ata, const uint16_t *words)
{
	char model[41];

	ata_text(model, words + 27, 20);
	format_buffer(ata->disk.name, sizeof(ata->disk.name), "ATAPI %d: %s", ata->disk.unit, model);
	ata->disk.packet = ata_packet;
	ata->disk.reset = ata_reset;
	if ((words[0] >> 8 & 0x1f) != 5) // no CD or DVD
		return -ENODEV;
	return scsi_attach(&ata->disk);
}

static void probe_device(struct pci_device *pci, uint16_t ports, uint16_t control, int unit)
{
	struct ata_disk *ata = memory_high(sizeof(*ata), 16);
	uint16_t words[256];

	if (ata == NULL)
		return;
	*ata = (struct ata_disk){.ports = ports, .control = control, .device = unit % 2 ? 0x10 : 0};
	ata->disk.slot = pci->bdf;
	ata->disk.unit = unit;
	ata->disk.bus = "ATA";
	int rc = identify(ata, COMMAND_IDENTIFY, words);
	if (rc == 0) {
		rc = attach_disk(ata, words);
	} else if (rc == -EIO && (in8(ports + LBA_MID) | in8(ports + LBA_HIGH) << 8) == SIGNATURE_PACKET) {
		rc = identify(ata, COMMAND_IDENTIFY_PACKET, words);
		rc = rc == 0 ? attach_cd(ata, words) : rc;
	} else if (rc == -EIO) { // a device that is not there, beside one that answers for it
		rc = -ENODEV;
	}
	if (rc != 0 && rc != -ENODEV)
		log_error("disk: ATA %d does not work (%d)", unit, rc);
}

// A channel is either where the PC/AT had it, or where its BARs say (interface bits 0 and 2).
void ata_probe(struct pci_device *pci)
{
	static const uint16_t ports[] = {0x1f0, 0x170}, controls[] = {0x3f6, 0x376};

	for (unsigned channel = 0; channel < 2; channel++) {
		bool native = pci->prog & (channel == 0 ? 1 : 4);
		uint16_t at = native ? pci_io(pci, 2 * channel) : ports[channel];
		uint16_t control = native ? pci_io(pci, 2 * channel + 1) + 2 : controls[channel];
		if (at == 0 || in8(at + STATUS_COMMAND) == 0xff)
			continue;
		out8(control, CONTROL_NO_IRQ);
		for (unsigned device = 0; device < 2; device++)
			probe_device(pci, at, control, 2 * channel + device);
	}
}
