// memory.c: the devices without hardware: /dev/null zero full random urandom kmsg.
#include "kernel/core/printk.h"
#include "kernel/core/random.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/poll.h"

static long null_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	return 0;
}

static long null_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	return (long)uio->left;
}

static long full_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	return uio->left == 0 ? 0 : -ENOSPC;
}

// Hands out bytes by the block, made by `fill`, until the caller's buffer is full.
static long read_blocks(struct uio *uio, void (*fill)(void *block, size_t size))
{
	char block[256];
	size_t wanted = uio->left;

	while (uio->left != 0) {
		size_t piece = uio->left < sizeof(block) ? uio->left : sizeof(block);
		fill(block, piece);
		if (uio_copy_out(uio, block, piece) != 0)
			break;
	}
	return wanted != uio->left || wanted == 0 ? (long)(wanted - uio->left) : -EFAULT;
}

static void fill_zero(void *block, size_t size)
{
	memset(block, 0, size);
}

static long zero_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	return read_blocks(uio, fill_zero);
}

static long random_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	return read_blocks(uio, random_bytes);
}

// ---- kmsg: the log as text from its start; a write is a line of the log ----

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

static const struct chardev_operations null_operations = {.read = null_read, .write = null_write};
static const struct chardev_operations zero_operations = {.read = zero_read, .write = null_write};
static const struct chardev_operations full_operations = {.read = zero_read, .write = full_write};
static const struct chardev_operations random_operations = {.read = random_read, .write = null_write};
static const struct chardev_operations kmsg_operations = {
	.open = kmsg_open, .release = kmsg_release, .read = kmsg_read, .write = kmsg_write, .poll = kmsg_poll};

static struct chardev devices[] = { // numbers as on Linux
	{"null", 1, 3, 0666, &null_operations, true, NULL, NULL},
	{"zero", 1, 5, 0666, &zero_operations, true, NULL, NULL},
	{"full", 1, 7, 0666, &full_operations, true, NULL, NULL},
	{"random", 1, 8, 0666, &random_operations, true, NULL, NULL},
	{"urandom", 1, 9, 0666, &random_operations, true, NULL, NULL},
	{"kmsg", 1, 11, 0600, &kmsg_operations, false, NULL, NULL},
};

void memory_devices_init(void)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		chardev_register(&devices[i]);
}
