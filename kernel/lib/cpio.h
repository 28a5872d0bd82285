// cpio.h: reads archives in cpio's "newc" format (magic 070701), as initramfs images are. Input is hostile: all is bounded.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct cpio {
	const uint8_t *bytes;
	size_t size, offset;
};

struct cpio_entry {
	const char *name; // NUL-terminated, inside the archive
	uint32_t mode, uid, gid, links, inode, device_major, device_minor;
	int64_t modified_s;
	const void *data; // inside the archive
	size_t size;
};

void cpio_begin(struct cpio *cpio, const void *bytes, size_t size);
// 1 with the next entry, 0 at the end (a trailer with nothing but zeros and archives after it is skipped), -EINVAL: damaged.
int cpio_next(struct cpio *cpio, struct cpio_entry *entry);
