// memory.c: the devices without hardware: /dev/null zero full random urandom.
#include "kernel/core/random.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/string.h"

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

static const struct chardev_operations null_operations = {.read = null_read, .write = null_write};
static const struct chardev_operations zero_operations = {.read = zero_read, .write = null_write};
static const struct chardev_operations full_operations = {.read = zero_read, .write = full_write};
static const struct chardev_operations random_operations = {.read = random_read, .write = null_write};

static struct chardev devices[] = { // numbers as on Linux
	{"null", 1, 3, 0666, &null_operations, true, NULL, NULL},
	{"zero", 1, 5, 0666, &zero_operations, true, NULL, NULL},
	{"full", 1, 7, 0666, &full_operations, true, NULL, NULL},
	{"random", 1, 8, 0666, &random_operations, true, NULL, NULL},
	{"urandom", 1, 9, 0666, &random_operations, true, NULL, NULL},
};

void memory_devices_init(void)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		chardev_register(&devices[i]);
}
