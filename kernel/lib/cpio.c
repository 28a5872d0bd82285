// cpio.c: one record is a 110-byte header of hexadecimal fields, the name padded to 4 bytes, the data padded to 4 bytes, all
// counted from the archive's start. "TRAILER!!!" ends an archive; another may follow after zeros. A name may carry more
// than one NUL: that is how a builder brings the data to a page boundary.
#include "kernel/lib/cpio.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define HEADER_SIZE 110u
#define FIELDS 13u

enum field { INODE, MODE, UID, GID, LINKS, MODIFIED, SIZE, DEVICE_MAJOR, DEVICE_MINOR, RDEV_MAJOR, RDEV_MINOR, NAME_SIZE, CHECK };

void cpio_begin(struct cpio *cpio, const void *bytes, size_t size)
{
	*cpio = (struct cpio){bytes, size, 0};
}

static int parse_hex(const uint8_t *text, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 8; i++) {
		uint8_t c = text[i], lower = c | 0x20;
		int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
		if (digit < 0)
			return -EINVAL;
		*value = *value << 4 | (uint32_t)digit;
	}
	return 0;
}

// Takes `size` bytes from the archive and steps over the padding behind them. NULL: they are not there.
static const uint8_t *take(struct cpio *cpio, size_t size)
{
	const uint8_t *at = cpio->bytes + cpio->offset;

	if (size > cpio->size - cpio->offset)
		return NULL;
	cpio->offset += size;
	size_t padding = -cpio->offset & 3, left = cpio->size - cpio->offset;
	cpio->offset += padding < left ? padding : left;
	return at;
}

int cpio_next(struct cpio *cpio, struct cpio_entry *entry)
{
	uint32_t fields[FIELDS];

	for (;;) {
		while (cpio->offset < cpio->size && cpio->bytes[cpio->offset] == 0)
			cpio->offset++;
		if (cpio->offset == cpio->size)
			return 0;
		if (cpio->size - cpio->offset < HEADER_SIZE || memcmp(cpio->bytes + cpio->offset, "070701", 6) != 0)
			return -EINVAL;
		for (unsigned i = 0; i < FIELDS; i++)
			if (parse_hex(cpio->bytes + cpio->offset + 6 + 8 * i, &fields[i]) != 0)
				return -EINVAL;
		cpio->offset += HEADER_SIZE; // the name follows at once; the padding counts from the header's start
		entry->name = (const char *)take(cpio, fields[NAME_SIZE]);
		if (entry->name == NULL || fields[NAME_SIZE] == 0 || entry->name[fields[NAME_SIZE] - 1] != 0)
			return -EINVAL;
		entry->size = fields[SIZE];
		entry->data = take(cpio, entry->size);
		if (entry->data == NULL)
			return -EINVAL;
		if (strcmp(entry->name, "TRAILER!!!") != 0)
			break;
	}
	entry->mode = fields[MODE];
	entry->uid = fields[UID];
	entry->gid = fields[GID];
	entry->links = fields[LINKS];
	entry->inode = fields[INODE];
	entry->modified_s = fields[MODIFIED];
	entry->device_major = fields[RDEV_MAJOR];
	entry->device_minor = fields[RDEV_MINOR];
	return 1;
}
