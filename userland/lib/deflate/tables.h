// tables.h: the numbers of RFC 1951, for both directions.
#pragma once
#include <stdint.h>

#define BITS_MAX 15
#define LITERALS 288
#define DISTANCES 32
#define END_OF_BLOCK 256
#define MATCH_LEAST 3
#define MATCH_MOST 258
#define WINDOW 32768

static const uint16_t length_base[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
					 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
					   3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[30] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
static const uint8_t length_order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

static inline unsigned reverse_bits(unsigned value, unsigned count) // codes are sent from their highest bit on
{
	unsigned result = 0;
	for (; count > 0; count--, value >>= 1)
		result = result << 1 | (value & 1);
	return result;
}

static inline void fixed_lengths(uint8_t *lengths)
{
	for (unsigned i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
}

struct deflate_buffer;
int deflate_reserve(struct deflate_buffer *to, unsigned long size);
