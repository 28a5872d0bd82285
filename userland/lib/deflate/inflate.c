// inflate.c: decoding (RFC 1951). Codes are canonical, so a table of how many codes each length has, and the symbols in code
// order, decode them a bit at a time; a table over the next 9 bits makes the short ones, nearly all, a single look.
#include "userland/lib/deflate/deflate.h"
#include "userland/lib/deflate/tables.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FAST_BITS 9

struct code {
	uint16_t count[BITS_MAX + 1]; // codes of each length
	uint16_t symbol[LITERALS];    // in order of their codes
	uint16_t fast[1 << FAST_BITS]; // symbol << 4 | length; 0: a longer code
};

struct reader {
	const uint8_t *from;
	size_t size, at;
	uint64_t bits;
	unsigned count;
	bool short_of_input;
	struct deflate_buffer *to;
	size_t most;
};

static void refill(struct reader *reader)
{
	while (reader->count <= 56 && reader->at < reader->size) {
		reader->bits |= (uint64_t)reader->from[reader->at++] << reader->count;
		reader->count += 8;
	}
}

static unsigned take(struct reader *reader, unsigned count)
{
	refill(reader);
	if (reader->count < count) {
		reader->short_of_input = true;
		return 0;
	}
	unsigned value = (unsigned)(reader->bits & ((1ull << count) - 1));
	reader->bits >>= count;
	reader->count -= count;
	return value;
}

// Builds a code from its lengths. False: they make none (too many codes, or too few, unless one code alone).
static bool build(struct code *code, const uint8_t *lengths, unsigned count)
{
	uint16_t offset[BITS_MAX + 2] = {0}, next[BITS_MAX + 1] = {0};
	int left = 1;
	memset(code, 0, sizeof(*code));
	for (unsigned i = 0; i < count; i++)
		code->count[lengths[i]]++;
	code->count[0] = 0;
	for (unsigned length = 1; length <= BITS_MAX; length++) {
		left = left * 2 - code->count[length];
		if (left < 0)
			return false;
		offset[length + 1] = offset[length] + code->count[length];
		next[length] = (uint16_t)((next[length - 1] + code->count[length - 1]) << 1);
	}
	unsigned total = offset[BITS_MAX + 1];
	if (left > 0 && !(total <= 1 && code->count[1] == total))
		return false;
	for (unsigned symbol = 0; symbol < count; symbol++) {
		unsigned length = lengths[symbol];
		if (length == 0)
			continue;
		code->symbol[offset[length]++] = (uint16_t)symbol;
		unsigned bits = reverse_bits(next[length]++, length);
		for (; length <= FAST_BITS && bits < 1 << FAST_BITS; bits += 1u << length)
			code->fast[bits] = (uint16_t)(symbol << 4 | length);
	}
	return true;
}

static int decode(struct reader *reader, const struct code *code)
{
	refill(reader);
	unsigned fast = code->fast[reader->bits & ((1 << FAST_BITS) - 1)], length = fast & 15;
	if (length != 0 && length <= reader->count) {
		reader->bits >>= length;
		reader->count -= length;
		return (int)(fast >> 4);
	}
	int value = 0, first = 0, index = 0;
	uint64_t bits = reader->bits;
	for (length = 1; length <= BITS_MAX && length <= reader->count; length++, bits >>= 1) {
		value |= (int)(bits & 1);
		int count = code->count[length];
		if (value - count < first) {
			reader->bits >>= length;
			reader->count -= length;
			return code->symbol[index + value - first];
		}
		index += count;
		first = (first + count) << 1;
		value <<= 1;
	}
	return -1;
}

int deflate_reserve(struct deflate_buffer *to, size_t size)
{
	if (to->size + size <= to->room)
		return 0;
	size_t room = 2 * to->room + size + 4096;
	uint8_t *grown = realloc(to->bytes, room);
	if (grown == NULL)
		return -ENOMEM;
	to->bytes = grown;
	to->room = room;
	return 0;
}

// Copies `length` bytes from `distance` back, which may overlap what is being written.
static int copy_back(struct reader *reader, size_t start, unsigned length, unsigned distance)
{
	struct deflate_buffer *to = reader->to;
	if (distance > to->size - start)
		return -EINVAL;
	if (to->size + length > reader->most)
		return -EFBIG;
	int rc = deflate_reserve(to, length);
	for (uint8_t *at = to->bytes + to->size; rc == 0 && length > 0; length--, at++, to->size++)
		*at = at[-(long)distance];
	return rc;
}

static int read_codes(struct reader *reader, size_t start, const struct code *literals, const struct code *distances)
{
	for (;;) {
		int symbol = decode(reader, literals), rc;
		if (symbol < 0 || symbol > 285 || reader->short_of_input)
			return -EINVAL;
		if (symbol == END_OF_BLOCK)
			return 0;
		if (symbol < END_OF_BLOCK) {
			if (reader->to->size == reader->most)
				return -EFBIG;
			if ((rc = deflate_reserve(reader->to, 1)) != 0)
				return rc;
			reader->to->bytes[reader->to->size++] = (uint8_t)symbol;
			continue;
		}
		unsigned length = length_base[symbol - 257] + take(reader, length_extra[symbol - 257]);
		int far = decode(reader, distances);
		if (far < 0 || far > 29)
			return -EINVAL;
		unsigned distance = distance_base[far] + take(reader, distance_extra[far]);
		if (reader->short_of_input)
			return -EINVAL;
		if ((rc = copy_back(reader, start, length, distance)) != 0)
			return rc;
	}
}

static int read_stored(struct reader *reader)
{
	take(reader, reader->count & 7);
	unsigned length = take(reader, 16), check = take(reader, 16);
	if (reader->short_of_input || length != (~check & 0xffff))
		return -EINVAL;
	reader->at -= reader->count / 8; // whole bytes that were read ahead go back
	reader->bits = reader->count = 0;
	if (length > reader->size - reader->at)
		return -EINVAL;
	if (reader->to->size + length > reader->most)
		return -EFBIG;
	int rc = deflate_reserve(reader->to, length);
	if (rc != 0)
		return rc;
	memcpy(reader->to->bytes + reader->to->size, reader->from + reader->at, length);
	reader->to->size += length;
	reader->at += length;
	return 0;
}

// The lengths of a dynamic block's two codes, themselves coded.
static int read_lengths(struct reader *reader, struct code *literals, struct code *distances)
{
	uint8_t lengths[LITERALS + DISTANCES] = {0}, few[19] = {0};
	unsigned literal_count = take(reader, 5) + 257, distance_count = take(reader, 5) + 1, count = take(reader, 4) + 4;
	for (unsigned i = 0; i < count; i++)
		few[length_order[i]] = (uint8_t)take(reader, 3);
	if (literal_count > 286 || distance_count > 30 || !build(literals, few, 19))
		return -EINVAL;
	for (unsigned i = 0; i < literal_count + distance_count;) {
		int symbol = decode(reader, literals);
		if (symbol < 0 || (symbol == 16 && i == 0))
			return -EINVAL;
		if (symbol < 16) {
			lengths[i++] = (uint8_t)symbol;
			continue;
		}
		uint8_t value = symbol == 16 ? lengths[i - 1] : 0;
		unsigned times = symbol == 16 ? 3 + take(reader, 2) : symbol == 17 ? 3 + take(reader, 3) : 11 + take(reader, 7);
		if (i + times > literal_count + distance_count)
			return -EINVAL;
		while (times-- > 0)
			lengths[i++] = value;
	}
	if (lengths[END_OF_BLOCK] == 0 || reader->short_of_input || !build(literals, lengths, literal_count) ||
	    !build(distances, lengths + literal_count, distance_count))
		return -EINVAL;
	return 0;
}

static int read_coded(struct reader *reader, size_t start, bool fixed)
{
	struct code *codes = malloc(2 * sizeof(*codes));
	int rc = 0;
	if (codes == NULL)
		return -ENOMEM;
	if (fixed) {
		uint8_t lengths[LITERALS];
		fixed_lengths(lengths);
		build(&codes[0], lengths, LITERALS);
		memset(lengths, 5, DISTANCES);
		build(&codes[1], lengths, DISTANCES);
	} else {
		rc = read_lengths(reader, &codes[0], &codes[1]);
	}
	if (rc == 0)
		rc = read_codes(reader, start, &codes[0], &codes[1]);
	free(codes);
	return rc;
}

int inflate(const uint8_t *from, size_t size, size_t *used, struct deflate_buffer *to, size_t most)
{
	struct reader reader = {.from = from, .size = size, .to = to, .most = most};
	size_t start = to->size;
	int rc = 0;
	for (bool last = false; !last && rc == 0;) {
		last = take(&reader, 1);
		unsigned kind = take(&reader, 2);
		if (reader.short_of_input || kind == 3)
			return -EINVAL;
		rc = kind == 0 ? read_stored(&reader) : read_coded(&reader, start, kind == 1);
	}
	*used = reader.at - reader.count / 8;
	return rc;
}
