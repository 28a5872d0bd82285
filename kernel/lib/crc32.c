// crc32.c: see crc32.h. Bit by bit: its users check a few kilobytes once.
#include "kernel/lib/crc32.h"

uint32_t crc32(uint32_t crc, const void *bytes, size_t size)
{
	crc = ~crc;
	for (const uint8_t *byte = bytes; size > 0; size--) {
		crc ^= *byte++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
	}
	return ~crc;
}
