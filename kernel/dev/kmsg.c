// kmsg.c: /dev/kmsg: the log as text from its start; a write is a line of the log.
#include "kernel/core/init.h"
#include "kernel/core/printk.h"
#include "kernel/dev/chardev.h"
#include "kernel/mm/slab.h"
#include "kernel/uapi/poll.h"

static int kmsg_open(struct chardev *device, unsigned flags, void **session)
{
	uint64_t *at = kmalloc(sizeof(*at), ALLOC_SLEEP);

	if (at == NULL)
		return -ENOMEM;
	*at = log_start();
	*session = at;
	return 0;
}

static void kmsg_release(struct chardev *device, void *session)
{
	kfree(session);
}

static long kmsg_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	char block[256];
	size_t done = 0;

	while (uio->left != 0) {
		size_t got = log_read(block, uio->left < sizeof(block) ? uio->left : sizeof(block), session);
		if (got == 0)
			break;
		if (uio_copy_out(uio, block, got) != 0)
			return done != 0 ? (long)done : -EFAULT;
		done += got;
	}
	return (long)done;
}

static long kmsg_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	char line[PRINTK_LINE_MAX];
	size_t size = uio->left < sizeof(line) - 1 ? uio->left : sizeof(line) - 1, all = uio->left;

	if (uio_copy_in(uio, line, size) != 0)
		return -EFAULT;
	while (size != 0 && line[size - 1] == '\n')
		size--;
	line[size] = 0;
	printk("%s\n", line);
	return (long)all;
}

static unsigned kmsg_poll(struct chardev *device, void *session, struct poll_table *table)
{
	return POLLOUT | (*(uint64_t *)session < log_end() ? POLLIN : 0);
}

static void kmsg_init(void)
{
	static const struct chardev_operations operations = {
		.open = kmsg_open, .release = kmsg_release, .read = kmsg_read, .write = kmsg_write, .poll = kmsg_poll};
	static struct chardev device = {"kmsg", 1, 11, 0600, &operations, false, NULL, NULL}; // its number as on Linux

	chardev_register(&device);
}
INIT_LATE(kmsg_init);
