// virtio_blk.c: virtio block devices on PCI, modern and legacy (OASIS Virtual I/O Device 1.1: 2.6 queues, 4.1
// PCI, 5.2 block).
//
// One queue, one request at a time: descriptor 0 the header, 1 the data, 2 the status byte. A modern device
// is driven through its capabilities' structures, a legacy one through the ports of BAR 0; begin() and
// ring_bell() know the difference. The flush feature is not taken, so a write that is done is on the medium.
#include "bios/disk/drivers.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define CAPABILITY_VENDOR 9
enum { CONFIG_COMMON = 1, CONFIG_NOTIFY = 2, CONFIG_DEVICE = 4 };
enum { STATUS_ACKNOWLEDGE = 1, STATUS_DRIVER = 2, STATUS_DRIVER_OK = 4, STATUS_FEATURES_OK = 8 };
enum { // ports of a legacy device
	LEGACY_OFFERED = 0, LEGACY_TAKEN = 4, LEGACY_PAGE = 8, LEGACY_QUEUE_SIZE = 12, LEGACY_QUEUE_SELECT = 14,
	LEGACY_NOTIFY = 16, LEGACY_STATUS = 18, LEGACY_CONFIG = 20
};
#define FEATURE_SIZE_MAX (1u << 1)
#define FEATURE_GEOMETRY (1u << 4)
#define FEATURE_READ_ONLY (1u << 5)
#define FEATURE_BLOCK_SIZE (1u << 6)
#define WANTED (FEATURE_SIZE_MAX | FEATURE_GEOMETRY | FEATURE_READ_ONLY | FEATURE_BLOCK_SIZE)
enum { BLOCK_CAPACITY = 0, BLOCK_SIZE_MAX = 8, BLOCK_GEOMETRY = 16, BLOCK_SIZE = 20 }; // the device's own configuration
enum { REQUEST_READ = 0, REQUEST_WRITE = 1 };
#define DESCRIPTOR_NEXT 1
#define DESCRIPTOR_WRITE 2
#define QUEUE_MAX 1024u // a legacy device decides; QEMU's has 256
#define QUEUE_MODERN 4u
#define PAGE 4096u
#define NO_VECTOR 0xffff
#define NO_INTERRUPT 1
#define RESET_US 1000000
#define TRANSFER_MAX (1u << 20) // bytes

struct virtio_common { // 4.1.4.3; registers are written in halves, low first
	uint32_t offered_select, offered, taken_select, taken;
	uint16_t config_vector, queue_count;
	uint8_t status, generation;
	uint16_t queue_select, queue_size, queue_vector, queue_enable, queue_notify_offset;
	uint32_t descriptors, descriptors_high, available, available_high, used, used_high;
};
_Static_assert(sizeof(struct virtio_common) == 56, "4.1.4.3");

struct virtio_descriptor {
	uint32_t address, address_high, length;
	uint16_t flags, next;
};

struct virtio_available {
	uint16_t flags, index, ring[];
};

struct virtio_used {
	uint16_t flags, index;
	struct {
		uint32_t id, length;
	} ring[];
};

struct virtio_blk {
	struct disk disk;
	uint16_t ports;                       // 0: modern
	volatile struct virtio_common *common;
	volatile uint8_t *config, *notify_base;
	uint32_t notify_multiplier, features;
	volatile uint16_t *notify;
	uint8_t *memory;                      // of the queue
	uint16_t queue_size, seen;
	volatile struct virtio_descriptor *descriptors;
	volatile struct virtio_available *available;
	volatile struct virtio_used *used;
	struct {
		uint32_t type, reserved;
		uint64_t sector; // of 512 bytes, whatever the disk's are
	} header;
	volatile uint8_t status;
};

static uint8_t config8(const struct virtio_blk *blk, unsigned at)
{
	return blk->ports != 0 ? in8(blk->ports + LEGACY_CONFIG + at) : blk->config[at];
}

static uint32_t config32(const struct virtio_blk *blk, unsigned at)
{
	return blk->ports != 0 ? in32(blk->ports + LEGACY_CONFIG + at) : *(volatile uint32_t *)(blk->config + at);
}

// Where a capability says that its structure lies; NULL: not in memory that we reach.
static volatile uint8_t *structure(struct pci_device *pci, uint8_t at)
{
	uint8_t bar = pci_read8(pci->bdf, at + 4);
	uint8_t *base = bar <= 5 ? pci_bar(pci, bar) : NULL;

	return base != NULL ? base + pci_read32(pci->bdf, at + 8) : NULL;
}

static bool find_structures(struct virtio_blk *blk, struct pci_device *pci)
{
	for (uint8_t at = pci_capability(pci, CAPABILITY_VENDOR, 0); at != 0; at = pci_capability(pci, CAPABILITY_VENDOR, at)) {
		unsigned type = pci_read8(pci->bdf, at + 3);
		if (type == CONFIG_COMMON && blk->common == NULL)
			blk->common = (volatile struct virtio_common *)structure(pci, at);
		if (type == CONFIG_DEVICE && blk->config == NULL)
			blk->config = structure(pci, at);
		if (type == CONFIG_NOTIFY && blk->notify_base == NULL) {
			blk->notify_base = structure(pci, at);
			blk->notify_multiplier = pci_read32(pci->bdf, at + 16);
		}
	}
	return blk->common != NULL && blk->config != NULL && blk->notify_base != NULL;
}

// The queue's three parts as a legacy device wants them; a modern one is told where they are.
static int lay_out(struct virtio_blk *blk)
{
	uint32_t available = 16 * blk->queue_size, used = (available + 6 + 2 * blk->queue_size + PAGE - 1) & -PAGE;
	uint32_t size = used + 6 + 8 * blk->queue_size;

	if (blk->memory == NULL)
		blk->memory = memory_high(size, PAGE);
	if (blk->memory == NULL)
		return -ENOMEM;
	memset(blk->memory, 0, size);
	blk->descriptors = (void *)blk->memory;
	blk->available = (void *)(blk->memory + available);
	blk->used = (void *)(blk->memory + used);
	blk->available->flags = NO_INTERRUPT;
	blk->seen = 0;
	return 0;
}

static int begin_legacy(struct virtio_blk *blk)
{
	out8(blk->ports + LEGACY_STATUS, 0);
	out8(blk->ports + LEGACY_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	blk->features = in32(blk->ports + LEGACY_OFFERED) & WANTED;
	out32(blk->ports + LEGACY_TAKEN, blk->features);
	out16(blk->ports + LEGACY_QUEUE_SELECT, 0);
	blk->queue_size = in16(blk->ports + LEGACY_QUEUE_SIZE);
	if (blk->queue_size < 3 || blk->queue_size > QUEUE_MAX)
		return -ENXIO;
	int rc = lay_out(blk);
	if (rc != 0)
		return rc;
	out32(blk->ports + LEGACY_PAGE, (uint32_t)(uintptr_t)blk->memory / PAGE);
	out8(blk->ports + LEGACY_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK);
	return 0;
}

static int begin_modern(struct virtio_blk *blk)
{
	volatile struct virtio_common *common = blk->common;

	common->status = 0;
	if (!wait_until(common->status == 0, RESET_US))
		return -ETIMEDOUT;
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;
	common->offered_select = 0;
	blk->features = common->offered & WANTED;
	common->taken_select = 0;
	common->taken = blk->features;
	common->taken_select = 1;
	common->taken = 1; // version 1
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;
	common->queue_select = 0;
	blk->queue_size = QUEUE_MODERN;
	if (!(common->status & STATUS_FEATURES_OK) || common->queue_size < QUEUE_MODERN)
		return -ENXIO;
	int rc = lay_out(blk);
	if (rc != 0)
		return rc;
	common->queue_size = QUEUE_MODERN;
	common->config_vector = common->queue_vector = NO_VECTOR;
	common->descriptors = (uint32_t)(uintptr_t)blk->descriptors;
	common->available = (uint32_t)(uintptr_t)blk->available;
	common->used = (uint32_t)(uintptr_t)blk->used;
	common->descriptors_high = common->available_high = common->used_high = 0;
	blk->notify = (volatile uint16_t *)(blk->notify_base + common->queue_notify_offset * blk->notify_multiplier);
	common->queue_enable = 1;
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK;
	return 0;
}

static int virtio_blk_reset(struct disk *disk)
{
	struct virtio_blk *blk = container_of(disk, struct virtio_blk, disk);

	return blk->ports != 0 ? begin_legacy(blk) : begin_modern(blk);
}

static void ring_bell(struct virtio_blk *blk)
{
	if (blk->ports != 0)
		out16(blk->ports + LEGACY_NOTIFY, 0);
	else
		*blk->notify = 0;
}

static void describe(struct virtio_blk *blk, unsigned index, const volatile void *at, uint32_t length, uint16_t flags)
{
	blk->descriptors[index].address = (uint32_t)(uintptr_t)at;
	blk->descriptors[index].address_high = 0;
	blk->descriptors[index].length = length;
	blk->descriptors[index].flags = flags;
	blk->descriptors[index].next = index + 1;
}

static int virtio_blk_transfer(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	struct virtio_blk *blk = container_of(disk, struct virtio_blk, disk);

	blk->header.type = write ? REQUEST_WRITE : REQUEST_READ;
	blk->header.reserved = 0;
	blk->header.sector = lba * (disk->sector_size / 512);
	blk->status = 0xff;
	describe(blk, 0, &blk->header, sizeof(blk->header), DESCRIPTOR_NEXT);
	describe(blk, 1, buffer, count * disk->sector_size, DESCRIPTOR_NEXT | (write ? 0 : DESCRIPTOR_WRITE));
	describe(blk, 2, &blk->status, 1, DESCRIPTOR_WRITE);
	blk->available->ring[blk->available->index % blk->queue_size] = 0;
	compiler_barrier(); // stores of this processor are seen in their order
	blk->available->index++;
	ring_bell(blk);
	if (!wait_until(blk->used->index != blk->seen, DISK_TIMEOUT_US)) {
		(void)virtio_blk_reset(disk); // so that it forgets our buffer
		return -ETIMEDOUT;
	}
	compiler_barrier();
	if (blk->used->index != ++blk->seen || blk->used->ring[(uint16_t)(blk->seen - 1) % blk->queue_size].id != 0) {
		(void)virtio_blk_reset(disk);
		return -ENXIO;
	}
	return blk->status == 0 ? 0 : -EIO;
}

static int attach(struct virtio_blk *blk)
{
	struct disk *disk = &blk->disk;
	uint32_t size = blk->features & FEATURE_BLOCK_SIZE ? config32(blk, BLOCK_SIZE) : 512;
	uint32_t most = blk->features & FEATURE_SIZE_MAX ? config32(blk, BLOCK_SIZE_MAX) : TRANSFER_MAX;
	uint64_t capacity = config32(blk, BLOCK_CAPACITY) | (uint64_t)config32(blk, BLOCK_CAPACITY + 4) << 32;
	struct disk_geometry physical = {0};

	if (size < 512 || size > DISK_SECTOR_MAX || (size & (size - 1)) != 0 || most < size)
		return -EINVAL;
	disk->sector_size = size;
	for (; size > 512; size /= 2)
		capacity /= 2;
	if (capacity == 0 || capacity >> 48 != 0)
		return -EINVAL;
	disk->sectors = capacity;
	disk->sectors_max = (most < TRANSFER_MAX ? most : TRANSFER_MAX) / disk->sector_size;
	disk->read_only = blk->features & FEATURE_READ_ONLY;
	disk->bus = "VIRTIO";
	disk->transfer = virtio_blk_transfer;
	disk->reset = virtio_blk_reset;
	if (blk->features & FEATURE_GEOMETRY)
		physical = (struct disk_geometry){config8(blk, BLOCK_GEOMETRY) | config8(blk, BLOCK_GEOMETRY + 1) << 8,
						  config8(blk, BLOCK_GEOMETRY + 2), config8(blk, BLOCK_GEOMETRY + 3)};
	disk_add(disk, physical);
	return 0;
}

void virtio_blk_probe(struct pci_device *pci)
{
	struct virtio_blk *blk = memory_high(sizeof(*blk), 16);
	int rc = -ENOMEM;

	if (blk != NULL) {
		*blk = (struct virtio_blk){.disk.slot = pci->bdf};
		format_buffer(blk->disk.name, sizeof(blk->disk.name), "virtio %02x:%02x.%u", pci->bdf >> 8,
			      pci->bdf >> 3 & 31, pci->bdf & 7);
		pci_enable_master(pci);
		if (!find_structures(blk, pci))
			blk->ports = pci_io(pci, 0);
		rc = blk->common == NULL && blk->ports == 0 ? -ENXIO : virtio_blk_reset(&blk->disk);
	}
	rc = rc == 0 ? attach(blk) : rc;
	if (rc != 0)
		log_error("disk: virtio block device %04x does not work (%d)", pci->bdf, rc);
}
