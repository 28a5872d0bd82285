// ahci.c: Serial ATA behind an AHCI controller (AHCI 1.3.1): disks and CDs, one command a time in slot 0 of
// each port.
//
// All ports are looked at together, so that links that come up slowly cost their time once and empty ports
// nothing.
#include "bios/disk/drivers.h"
#include "bios/disk/identify.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define PORTS_MAX 32u
#define HOST_CONTROL 0x04 // registers of the controller, in bytes
#define HOST_PORTS 0x0c
#define HOST_ENABLE (1u << 31)
#define PORT_FIRST 0x100
#define PORT_STEP 0x80
enum { // registers of a port, in words
	LIST, LIST_HIGH, FIS, FIS_HIGH, INTERRUPT, INTERRUPT_ENABLE, COMMAND, TASK_FILE = 8, SIGNATURE, LINK, LINK_CONTROL,
	LINK_ERROR, ACTIVE, ISSUE
};
#define COMMAND_START 0x0001u
#define COMMAND_SPIN_UP 0x0002u
#define COMMAND_POWER 0x0004u
#define COMMAND_FIS 0x0010u
#define COMMAND_FIS_RUNS 0x4000u
#define COMMAND_RUNS 0x8000u
#define COMMAND_ACTIVE (1u << 28)
#define INTERRUPT_FATAL 0x78000000u // task file, host bus (two), interface
#define TASK_BUSY 0x88u     // BSY or DRQ
#define TASK_ERROR 0x21u    // ERR or DF
#define LINK_NOBODY 0
#define LINK_SEEN 1
#define LINK_UP 3
#define SIGNATURE_DISK 0x00000101u
#define SIGNATURE_PACKET 0xeb140101u
#define HEADER_WORDS 5u // of the command FIS
#define HEADER_PACKET (1u << 5)
#define HEADER_WRITE (1u << 6)
#define HEADER_ONE_REGION (1u << 16)
#define FIS_COMMAND 0x8027u // host to device, this is a command
#define LINK_US 10000
#define STOP_US 500000
#define TRANSFER_MAX (1u << 20) // bytes

enum {
	ATA_READ_DMA = 0xc8, ATA_READ_DMA_EXT = 0x25, ATA_WRITE_DMA = 0xca, ATA_WRITE_DMA_EXT = 0x35, ATA_FLUSH = 0xe7,
	ATA_FLUSH_EXT = 0xea, ATA_PACKET = 0xa0, ATA_IDENTIFY_PACKET = 0xa1, ATA_IDENTIFY = 0xec, ATA_DEVICE_LBA = 0x40
};

struct ahci_memory { // what the controller reads and writes; 1 KiB aligned
	struct {
		uint32_t flags, done; // done: bytes moved, by the controller
		uint32_t table, table_high, reserved[4];
	} headers[32];
	uint8_t received[256]; // FISes from the device
	struct {
		uint8_t fis[64], packet[64];
		struct {
			uint32_t address, address_high, reserved, last; // last: bytes - 1
		} region;
	} table;
	uint8_t words[512] __attribute__((aligned(16)));
};
_Static_assert(sizeof(((struct ahci_memory *)0)->headers) == 1024 &&
		       __builtin_offsetof(struct ahci_memory, table) % 128 == 0,
	       "AHCI 4.2");

struct ahci_disk {
	struct disk disk;
	volatile uint32_t *port;
	volatile struct ahci_memory *memory;
	bool lba48;
};

static struct ahci_disk *ahci_of(struct disk *disk)
{
	return container_of(disk, struct ahci_disk, disk);
}

// The command engine stands still, and with it everything in flight.
static int stop(volatile uint32_t *port)
{
	port[COMMAND] &= ~COMMAND_START;
	if (!wait_until(!(port[COMMAND] & COMMAND_RUNS), STOP_US))
		return -ENXIO;
	port[COMMAND] &= ~COMMAND_FIS;
	return wait_until(!(port[COMMAND] & COMMAND_FIS_RUNS), STOP_US) ? 0 : -ENXIO;
}

static int start(struct ahci_disk *ahci)
{
	volatile uint32_t *port = ahci->port;

	port[LIST] = (uint32_t)(uintptr_t)ahci->memory->headers;
	port[LIST_HIGH] = 0;
	port[FIS] = (uint32_t)(uintptr_t)ahci->memory->received;
	port[FIS_HIGH] = 0;
	port[INTERRUPT_ENABLE] = 0;
	port[LINK_ERROR] = ~0u;
	port[COMMAND] = COMMAND_ACTIVE | COMMAND_FIS | COMMAND_POWER | COMMAND_SPIN_UP;
	if (!wait_until(!(port[TASK_FILE] & TASK_BUSY), DISK_TIMEOUT_US)) // the device's first FIS
		return -ETIMEDOUT;
	port[COMMAND] |= COMMAND_START;
	return 0;
}

static int ahci_reset(struct disk *disk)
{
	int rc = stop(ahci_of(disk)->port);

	return rc == 0 ? start(ahci_of(disk)) : rc;
}

// The command whose FIS, and packet, lie in the table: runs it with `bytes` of data at `buffer`.
static int run(struct ahci_disk *ahci, uint32_t flags, void *buffer, uint32_t bytes)
{
	volatile struct ahci_memory *memory = ahci->memory;
	volatile uint32_t *port = ahci->port;
	int rc = 0;

	memory->table.region.address = (uint32_t)(uintptr_t)buffer;
	memory->table.region.address_high = 0;
	memory->table.region.last = bytes - 1;
	memory->headers[0].flags = HEADER_WORDS | flags | (bytes != 0 ? HEADER_ONE_REGION : 0);
	memory->headers[0].done = 0;
	memory->headers[0].table = (uint32_t)(uintptr_t)&memory->table;
	memory->headers[0].table_high = 0;
	port[INTERRUPT] = ~0u;
	compiler_barrier();
	port[ISSUE] = 1;
	if (!wait_until(!(port[ISSUE] & 1) || (port[INTERRUPT] & INTERRUPT_FATAL), DISK_TIMEOUT_US))
		rc = -ETIMEDOUT;
	else if ((port[INTERRUPT] & INTERRUPT_FATAL) || (port[TASK_FILE] & TASK_ERROR))
		rc = -EIO;
	else if (memory->headers[0].done != bytes)
		rc = -EIO;
	if (rc != 0 && ahci_reset(&ahci->disk) != 0)
		rc = -ENXIO;
	return rc;
}

// Register FIS, host to device (Serial ATA 3.0, 10.3.4).
static void fill(struct ahci_disk *ahci, uint8_t command, uint64_t lba, uint32_t count)
{
	volatile uint32_t *fis = (volatile uint32_t *)ahci->memory->table.fis;

	fis[0] = FIS_COMMAND | (uint32_t)command << 16;
	fis[1] = ((uint32_t)lba & 0xffffff) | (uint32_t)ATA_DEVICE_LBA << 24;
	fis[2] = (uint32_t)(lba >> 24) & 0xffffff;
	fis[3] = count;
	fis[4] = 0;
	if (!ahci->lba48)
		fis[1] |= ((uint32_t)lba & 0xf000000), fis[2] = 0;
}

static int ahci_transfer(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	struct ahci_disk *ahci = ahci_of(disk);
	uint8_t code = write ? (ahci->lba48 ? ATA_WRITE_DMA_EXT : ATA_WRITE_DMA)
			     : (ahci->lba48 ? ATA_READ_DMA_EXT : ATA_READ_DMA);

	fill(ahci, code, lba, count);
	int rc = run(ahci, write ? HEADER_WRITE : 0, buffer, count * disk->sector_size);
	if (rc == 0 && write) {
		fill(ahci, ahci->lba48 ? ATA_FLUSH_EXT : ATA_FLUSH, 0, 0);
		rc = run(ahci, 0, NULL, 0);
	}
	return rc;
}

static int ahci_packet(struct disk *disk, const uint8_t *command, void *buffer, uint32_t size)
{
	struct ahci_disk *ahci = ahci_of(disk);

	fill(ahci, ATA_PACKET, 0, 0);
	ahci->memory->table.fis[3] = size != 0; // features: data by DMA
	for (unsigned i = 0; i < 12; i++)
		ahci->memory->table.packet[i] = command[i];
	return run(ahci, HEADER_PACKET, buffer, size);
}

static int attach(struct ahci_disk *ahci)
{
	struct disk *disk = &ahci->disk;
	bool cd = ahci->port[SIGNATURE] == SIGNATURE_PACKET;
	uint16_t *words = (uint16_t *)(uintptr_t)ahci->memory->words;
	struct ata_identity identity;
	char model[41];

	if (!cd && ahci->port[SIGNATURE] != SIGNATURE_DISK) // a port multiplier or an enclosure
		return -ENODEV;
	fill(ahci, cd ? ATA_IDENTIFY_PACKET : ATA_IDENTIFY, 0, 0);
	int rc = run(ahci, 0, words, 512);
	if (rc != 0)
		return rc;
	ata_text(model, words + 27, 20);
	format_buffer(disk->name, sizeof(disk->name), "AHCI %d: %s", disk->unit, model);
	disk->bus = "SATA";
	disk->reset = ahci_reset;
	if (cd) {
		disk->packet = ahci_packet;
		return (words[0] >> 8 & 0x1f) == 5 ? scsi_attach(disk) : -ENODEV;
	}
	rc = ata_identity(&identity, words);
	if (rc != 0)
		return rc;
	disk->sector_size = identity.sector_size;
	disk->sectors = identity.sectors;
	disk->sectors_max = identity.lba48 ? TRANSFER_MAX / identity.sector_size : 255;
	disk->transfer = ahci_transfer;
	ahci->lba48 = identity.lba48;
	disk_add(disk, identity.physical);
	return 0;
}

static void probe_port(struct pci_device *pci, volatile uint32_t *port, int unit)
{
	struct ahci_disk *ahci = memory_high(sizeof(*ahci), 16);
	struct ahci_memory *memory = memory_high(sizeof(*memory), 1024);
	int rc = ahci != NULL && memory != NULL ? stop(port) : -ENOMEM;

	if (rc == 0) {
		*ahci = (struct ahci_disk){.disk = {.slot = pci->bdf, .unit = unit}, .port = port, .memory = memory};
		rc = start(ahci);
	}
	rc = rc == 0 ? attach(ahci) : rc;
	if (rc != 0 && rc != -ENODEV)
		log_error("disk: AHCI %d does not work (%d)", unit, rc);
}

// Is any link on its way up: does a port see a device that it cannot talk to yet?
static bool links_settled(volatile uint8_t *host, uint32_t ports)
{
	for (unsigned i = 0; i < PORTS_MAX; i++)
		if ((ports >> i & 1) && (((volatile uint32_t *)(host + PORT_FIRST + i * PORT_STEP))[LINK] & 15) == LINK_SEEN)
			return false;
	return true;
}

void ahci_probe(struct pci_device *pci)
{
	volatile uint8_t *host = pci_bar(pci, 5);

	if (host == NULL) {
		log_error("disk: AHCI without its registers");
		return;
	}
	pci_enable_master(pci);
	*(volatile uint32_t *)(host + HOST_CONTROL) |= HOST_ENABLE;
	uint32_t ports = *(volatile uint32_t *)(host + HOST_PORTS);
	(void)wait_until(links_settled(host, ports), LINK_US); // those that never settle are left out
	for (unsigned i = 0; i < PORTS_MAX; i++) {
		volatile uint32_t *port = (volatile uint32_t *)(host + PORT_FIRST + i * PORT_STEP);
		if ((ports >> i & 1) && (port[LINK] & 15) == LINK_UP)
			probe_port(pci, port, i);
	}
}
