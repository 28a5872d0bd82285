// door.c: bytes to the host, exactly (tests/door.c is the other end).
//
// A write becomes records of at most RECORD_MAX bytes on port 0xe9: u8 stream, u32 length (little-endian), the bytes. door_lock
// keeps a record whole. There is no way back: what the host thinks of it, the guest does not learn.
#include "drivers/host/door.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/dev/chardev.h"
#include "kernel/mm/slab.h"
#include "kernel/sync/spinlock.h"

#define PORT 0xe9
#define RECORD_MAX 4096u
#define HEADER_SIZE 5u

static struct spinlock door_lock = SPINLOCK_INIT("door");

static long door_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	size_t wanted = uio->left;
	uint8_t *record = kmalloc(HEADER_SIZE + RECORD_MAX, ALLOC_SLEEP);
	int rc = record == NULL ? -ENOMEM : 0;

	while (rc == 0 && uio->left != 0) {
		uint32_t size = uio->left < RECORD_MAX ? (uint32_t)uio->left : RECORD_MAX;
		rc = uio_copy_in(uio, record + HEADER_SIZE, size);
		if (rc != 0)
			break;
		record[0] = (uint8_t)device->minor;
		for (unsigned i = 0; i < 4; i++)
			record[1 + i] = (uint8_t)(size >> 8 * i);
		unsigned long state = spin_lock_irqsave(&door_lock);
		outsb(PORT, record, HEADER_SIZE + size);
		spin_unlock_irqrestore(&door_lock, state);
	}
	kfree(record);
	return uio->left != wanted ? (long)(wanted - uio->left) : rc;
}

static const struct chardev_operations operations = {.write = door_write};
static struct chardev doors[] = {
	{.name = "door0", .major = 240, .minor = 0, .mode = 0200, .operations = &operations},
	{.name = "door1", .major = 240, .minor = 1, .mode = 0222, .operations = &operations},
	{.name = "door2", .major = 240, .minor = 2, .mode = 0222, .operations = &operations},
};

void door_init(void)
{
	if (inb(PORT) != PORT) // isa-debugcon answers with its own number; a machine without it reads ones
		return;
	for (unsigned i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		chardev_register(&doors[i]);
}
