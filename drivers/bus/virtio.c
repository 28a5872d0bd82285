// virtio.c: see virtio.h. Everything that the device writes (used index, element numbers, lengths) is checked: a wrong one is
// dropped with a line in the log and never reaches the driver.
#include "drivers/bus/virtio.h"
#include <stddef.h>
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/mm/page.h"
#include "kernel/uapi/errno.h"

#define CAPABILITY_VENDOR 9
#define CONFIG_COMMON 1
#define CONFIG_NOTIFY 2
#define CONFIG_DEVICE 4
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8
#define FEATURE_VERSION_1 (1ull << 32)
#define DESCRIPTOR_WRITE 2
#define NO_VECTOR 0xffff

struct virtio_common { // 4.1.4.3
	uint32_t device_feature_select, device_feature, driver_feature_select, driver_feature;
	uint16_t config_vector, queue_count;
	uint8_t status, generation;
	uint16_t queue_select, queue_size, queue_vector, queue_enable, queue_notify_offset;
	uint64_t queue_descriptors, queue_available, queue_used;
};
_Static_assert(sizeof(struct virtio_common) == 56, "virtio_common");

struct virtio_descriptor { // 2.6.5
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

struct virtio_available { // 2.6.6
	uint16_t flags, index, ring[VIRTIO_QUEUE_SIZE];
};

struct virtio_used { // 2.6.8
	uint16_t flags, index;
	struct {
		uint32_t id, length;
	} ring[VIRTIO_QUEUE_SIZE];
};

static void *map_capability(struct pci_device *pci, unsigned at, uint32_t *size)
{
	unsigned bar = pci_read(pci, at + 4, 1);
	uint32_t offset = pci_read(pci, at + 8, 4);
	*size = pci_read(pci, at + 12, 4);
	if (bar > 5 || pci->bar[bar] == 0 || (pci->bar[bar] & 1) || (uint64_t)offset + *size > pci->bar_size[bar])
		return NULL;
	return map_device(pci->bar[bar] + offset, *size);
}

static int find_structures(struct virtio_device *device)
{
	struct pci_device *pci = device->pci;
	uint32_t size;
	for (unsigned at = pci_capability(pci, CAPABILITY_VENDOR, 0); at != 0;) {
		unsigned type = pci_read(pci, at + 3, 1);
		if (type == CONFIG_COMMON && device->common == NULL)
			device->common = map_capability(pci, at, &size);
		else if (type == CONFIG_NOTIFY && device->notify_base == NULL) {
			device->notify_base = map_capability(pci, at, &size);
			device->notify_multiplier = pci_read(pci, at + 16, 4);
		} else if (type == CONFIG_DEVICE && device->config == NULL)
			device->config = map_capability(pci, at, &device->config_size);
		at = pci_read(pci, at + 1, 1);
		while (at != 0 && pci_read(pci, at, 1) != CAPABILITY_VENDOR)
			at = pci_read(pci, at + 1, 1);
	}
	return device->common != NULL && device->notify_base != NULL ? 0 : -ENODEV;
}

int virtio_begin(struct virtio_device *device, struct pci_device *pci, uint64_t wanted)
{
	*device = (struct virtio_device){.pci = pci};
	pci_enable(pci);
	int rc = find_structures(device);
	if (rc != 0)
		return rc;
	volatile struct virtio_common *common = device->common;
	common->status = 0;
	for (int i = 0; common->status != 0 && i < 100000; i++)
		cpu_pause();
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;
	uint64_t offered = 0;
	for (uint32_t half = 0; half < 2; half++) {
		common->device_feature_select = half;
		offered |= (uint64_t)common->device_feature << 32 * half;
	}
	device->features = offered & (wanted | FEATURE_VERSION_1);
	for (uint32_t half = 0; half < 2; half++) {
		common->driver_feature_select = half;
		common->driver_feature = device->features >> 32 * half;
	}
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;
	return (device->features & FEATURE_VERSION_1) && (common->status & STATUS_FEATURES_OK) ? 0 : -ENODEV;
}

int virtio_queue_create(struct virtio_device *device, unsigned number)
{
	volatile struct virtio_common *common = device->common;
	if (number >= VIRTIO_QUEUES_MAX || number >= common->queue_count)
		return -EINVAL;
	struct virtio_queue *queue = &device->queues[number];
	struct page *page = page_alloc(0, ALLOC_ZERO);
	if (page == NULL)
		return -ENOMEM;
	char *memory = page_address(page); // descriptors at 0, available ring at 1024, used ring at 2048
	common->queue_select = number;
	uint16_t most = common->queue_size;
	if (most == 0) {
		page_put(page);
		return -ENODEV;
	}
	*queue = (struct virtio_queue){.lock = SPINLOCK_INIT("virtio"), .number = number,
				       .size = most < VIRTIO_QUEUE_SIZE ? most : VIRTIO_QUEUE_SIZE,
				       .descriptors = (void *)memory, .available = (void *)(memory + 1024), .used = (void *)(memory + 2048)};
	queue->free_count = queue->size;
	for (uint16_t i = 0; i < queue->size; i++)
		queue->descriptors[i].next = i + 1;
	common->queue_size = queue->size;
	common->queue_vector = NO_VECTOR;
	common->queue_descriptors = page_physical(page);
	common->queue_available = page_physical(page) + 1024;
	common->queue_used = page_physical(page) + 2048;
	queue->notify = (void *)(device->notify_base + common->queue_notify_offset * device->notify_multiplier);
	return 0;
}

int virtio_ready(struct virtio_device *device, irq_handler *interrupt, void *argument, const char *name)
{
	volatile struct virtio_common *common = device->common;
	int rc = pci_msix_request(device->pci, 0, interrupt, argument, name);
	if (rc != 0)
		return rc;
	common->config_vector = NO_VECTOR;
	for (unsigned number = 0; number < VIRTIO_QUEUES_MAX; number++) {
		if (device->queues[number].size == 0)
			continue;
		common->queue_select = number;
		common->queue_vector = 0;
		common->queue_enable = 1;
	}
	common->status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK;
	return 0;
}

int virtio_add(struct virtio_queue *queue, void *buffer, uint32_t size, bool in)
{
	unsigned long state = spin_lock_irqsave(&queue->lock);
	int rc = queue->free_count == 0 ? -ENOSPC : 0;
	if (rc == 0) {
		uint16_t id = queue->free_head;
		struct virtio_descriptor *descriptor = &queue->descriptors[id];
		queue->free_head = descriptor->next;
		queue->free_count--;
		queue->buffers[id] = buffer;
		descriptor->address = page_physical(page_of_address(buffer)) + (uint64_t)buffer % PAGE_SIZE;
		descriptor->length = size;
		descriptor->flags = in ? DESCRIPTOR_WRITE : 0;
		queue->available->ring[queue->available->index % queue->size] = id;
		atomic_store_release(&queue->available->index, (uint16_t)(queue->available->index + 1));
	}
	spin_unlock_irqrestore(&queue->lock, state);
	return rc;
}

void virtio_kick(struct virtio_queue *queue)
{
	atomic_fence(); // our index before the device's wish not to be told
	if (!(READ_ONCE(queue->used->flags) & 1))
		*queue->notify = queue->number;
}

void *virtio_take(struct virtio_queue *queue, uint32_t *size)
{
	void *buffer = NULL;
	unsigned long state = spin_lock_irqsave(&queue->lock);
	while (buffer == NULL && queue->used_seen != atomic_load_acquire(&queue->used->index)) {
		uint32_t id = queue->used->ring[queue->used_seen % queue->size].id;
		*size = queue->used->ring[queue->used_seen % queue->size].length;
		queue->used_seen++;
		if (id >= queue->size || queue->buffers[id] == NULL || *size > queue->descriptors[id].length) {
			printk("virtio: the device gave back descriptor %u, %u bytes: dropped\n", id, *size);
			continue;
		}
		buffer = queue->buffers[id];
		queue->buffers[id] = NULL;
		queue->descriptors[id].next = queue->free_head;
		queue->free_head = id;
		queue->free_count++;
	}
	spin_unlock_irqrestore(&queue->lock, state);
	return buffer;
}
