// chardev.h: character devices. A driver registers a name and a table; devfs shows it as /dev/NAME.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/sched/wait.h"

// The caller's buffer of a read or write: user memory, or the kernel's own when `kernel` is set. Copies advance it.
struct uio {
	user_addr address;
	size_t left; // bytes
	bool kernel;
	bool nonblock; // do not wait: -EAGAIN
	bool append;   // behind the file's end
};

int uio_copy_out(struct uio *uio, const void *from, size_t size); // to the caller (read); 0 or -EFAULT; size <= left
int uio_copy_in(struct uio *uio, void *to, size_t size);          // from the caller (write)

struct chardev;
struct vm_area;

// `session` is what open() stored (NULL when there is no open). All may be NULL: the call then gives the errno beside it.
struct chardev_operations {
	int (*open)(struct chardev *device, unsigned flags, void **session);
	void (*release)(struct chardev *device, void *session);
	long (*read)(struct chardev *device, void *session, struct uio *uio, int64_t *position);  // EINVAL; bytes or -errno
	long (*write)(struct chardev *device, void *session, struct uio *uio, int64_t *position); // EINVAL
	long (*ioctl)(struct chardev *device, void *session, unsigned command, uint64_t argument); // ENOTTY
	unsigned (*poll)(struct chardev *device, void *session, struct poll_table *table);        // always ready
	int (*mmap)(struct chardev *device, void *session, struct vm_area *area);                  // ENODEV
};

struct chardev {
	const char *name; // "null", "gpu0"
	uint32_t major, minor;
	uint32_t mode; // permission bits
	const struct chardev_operations *operations;
	bool seekable; // has a position (memory-like); otherwise a stream: lseek gives ESPIPE
	void *private;
	struct chardev *next;
};

// Boot or probe time; the struct lives for ever. 0 or -EEXIST.
int chardev_register(struct chardev *device);
struct chardev *chardev_find(uint32_t major, uint32_t minor);
struct chardev *chardev_first(void); // the list by ->next, for devfs
extern void (*chardev_added)(struct chardev *device);   // devfs asks to be told of each new one,
extern void (*chardev_removed)(struct chardev *device); // and of one whose name goes (it stays registered)

void memory_devices_init(void); // null, zero, full, random, urandom
