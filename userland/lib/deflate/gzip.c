// gzip.c: the wrapper of RFC 1952: a header, the deflated data, a check sum and the length.
#include "userland/lib/deflate/deflate.h"
#include "userland/lib/deflate/tables.h"
#include "kernel/lib/crc32.h"
#include <errno.h>
#include <string.h>

enum { HAS_CRC = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16, RESERVED = 0xe0 };
#define HEADER_SIZE 10
#define TRAILER_SIZE 8

static void put_32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get_32(const uint8_t *from)
{
	return from[0] | from[1] << 8 | from[2] << 16 | (uint32_t)from[3] << 24;
}

int gzip_encode(const uint8_t *from, size_t size, int level, const char *name, uint32_t when, struct deflate_buffer *to)
{
	size_t length = name != NULL ? strlen(name) + 1 : 0;
	int rc = deflate_reserve(to, HEADER_SIZE + length);
	if (rc != 0)
		return rc;
	uint8_t *header = to->bytes + to->size;
	const uint8_t first[HEADER_SIZE] = {0x1f, 0x8b, 8, name != NULL ? HAS_NAME : 0, 0, 0, 0, 0, level == 9 ? 2 : level == 1 ? 4 : 0, 3};
	memcpy(header, first, HEADER_SIZE);
	put_32(header + 4, when);
	if (length > 0)
		memcpy(header + HEADER_SIZE, name, length);
	to->size += HEADER_SIZE + length;
	rc = deflate(from, size, level, to);
	if (rc == 0)
		rc = deflate_reserve(to, TRAILER_SIZE);
	if (rc != 0)
		return rc;
	put_32(to->bytes + to->size, crc32(0, from, size));
	put_32(to->bytes + to->size + 4, (uint32_t)size);
	to->size += TRAILER_SIZE;
	return 0;
}

// The header's length, or 0 when it is none.
static size_t header_size(const uint8_t *from, size_t size)
{
	size_t at = HEADER_SIZE;
	if (size < HEADER_SIZE || from[0] != 0x1f || from[1] != 0x8b || from[2] != 8 || (from[3] & RESERVED))
		return 0;
	if (from[3] & HAS_EXTRA) {
		if (at + 2 > size)
			return 0;
		at += 2 + (from[at] | from[at + 1] << 8);
	}
	for (int flag = HAS_NAME; flag <= HAS_COMMENT; flag <<= 1)
		if (from[3] & flag) {
			while (at < size && from[at] != 0)
				at++;
			at++;
		}
	at += from[3] & HAS_CRC ? 2 : 0;
	return at <= size ? at : 0;
}

int gzip_decode(const uint8_t *from, size_t size, struct deflate_buffer *to, size_t most)
{
	size_t at = 0;
	do {
		size_t header = header_size(from + at, size - at), used = 0, start = to->size;
		if (header == 0)
			return -EINVAL;
		at += header;
		int rc = inflate(from + at, size - at, &used, to, most);
		if (rc != 0)
			return rc;
		at += used;
		if (size - at < TRAILER_SIZE || get_32(from + at) != crc32(0, to->bytes + start, to->size - start) ||
		    get_32(from + at + 4) != (uint32_t)(to->size - start))
			return -EINVAL;
		at += TRAILER_SIZE;
		while (at < size && from[at] == 0)
			at++;
	} while (at < size);
	return 0;
}
