// virtio.h: virtio 1.1 devices on PCI (OASIS Virtual I/O Device 1.1, chapters 2 and 4.1), split virtqueues, modern only.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "drivers/bus/pci.h"
#include "kernel/sync/spinlock.h"

#define VIRTIO_QUEUE_SIZE 64u
#define VIRTIO_QUEUES_MAX 16u

struct virtio_queue {
	struct spinlock lock; // irqsave; guards all below
	struct virtio_descriptor *descriptors;
	struct virtio_available *available;
	struct virtio_used *used;
	volatile uint16_t *notify;
	uint16_t number, size, free_head, free_count, used_seen;
	void *buffers[VIRTIO_QUEUE_SIZE]; // the caller's token of each descriptor in flight
};

struct virtio_device {
	struct pci_device *pci;
	volatile struct virtio_common *common;
	volatile uint8_t *config; // the device's own
	char *notify_base;
	uint32_t notify_multiplier, config_size;
	uint64_t features;
	struct virtio_queue queues[VIRTIO_QUEUES_MAX];
};

// Resets the device and agrees on the features it has among `wanted`. 0 or -errno.
int virtio_begin(struct virtio_device *device, struct pci_device *pci, uint64_t wanted);
int virtio_queue_create(struct virtio_device *device, unsigned number);
// The queues are there; the device may use them. `interrupt` is told of every change, in hard-interrupt context.
int virtio_ready(struct virtio_device *device, irq_handler *interrupt, void *argument, const char *name);

// Gives the device a buffer of direct-map memory to read, or to write when `in`. 0, or -ENOSPC when the queue is full.
int virtio_add(struct virtio_queue *queue, void *buffer, uint32_t size, bool in);
void virtio_kick(struct virtio_queue *queue);
// The next buffer that the device is done with, and how many bytes it wrote; NULL: none.
void *virtio_take(struct virtio_queue *queue, uint32_t *size);
