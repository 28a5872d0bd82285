// chardev.c: the registry of character devices, and the copies between a driver and its caller.
//
// The list only grows. A lock orders the writers; readers walk it as it stands.
#include "kernel/dev/chardev.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/lib/string.h"
#include "kernel/sync/spinlock.h"

static struct spinlock chardev_lock = SPINLOCK_INIT("chardev");
static struct chardev *devices;
void (*chardev_added)(struct chardev *device);
void (*chardev_removed)(struct chardev *device);

int chardev_register(struct chardev *device)
{
	struct chardev *other;

	spin_lock(&chardev_lock);
	for (other = devices; other != NULL; other = other->next)
		if (strcmp(other->name, device->name) == 0 || (other->major == device->major && other->minor == device->minor))
			break;
	if (other == NULL) {
		device->next = devices;
		atomic_store_release(&devices, device);
	}
	spin_unlock(&chardev_lock);
	if (other == NULL && chardev_added != NULL)
		chardev_added(device);
	return other == NULL ? 0 : -EEXIST;
}

struct chardev *chardev_first(void)
{
	return atomic_load_acquire(&devices);
}

struct chardev *chardev_find(uint32_t major, uint32_t minor)
{
	struct chardev *device = chardev_first();

	while (device != NULL && (device->major != major || device->minor != minor))
		device = device->next;
	return device;
}

int uio_copy_out(struct uio *uio, const void *from, size_t size)
{
	int rc = 0;

	if (uio->kernel)
		memcpy((void *)(uintptr_t)uio->address, from, size);
	else
		rc = copy_to_user(uio->address, from, size);
	uio->address += rc == 0 ? size : 0;
	uio->left -= rc == 0 ? size : 0;
	return rc;
}

int uio_copy_in(struct uio *uio, void *to, size_t size)
{
	int rc = 0;

	if (uio->kernel)
		memcpy(to, (const void *)(uintptr_t)uio->address, size);
	else
		rc = copy_from_user(to, uio->address, size);
	uio->address += rc == 0 ? size : 0;
	uio->left -= rc == 0 ? size : 0;
	return rc;
}
