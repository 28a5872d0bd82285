// deflate.c: coding (RFC 1951). Earlier texts are found by chains of places that start with the same three bytes; a match is
// put off by one byte when the next place has a longer one. Each block gets the code that makes it smallest: codes of its own
// (their lengths by package-merge, so never above 15 bits), the fixed ones, or none at all.
#include "userland/lib/deflate/deflate.h"
#include "userland/lib/deflate/tables.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HASH_BITS 15
#define BLOCK_SYMBOLS 32768

struct item { // a literal (distance 0) or a match
	uint16_t value, distance;
};

struct writer {
	struct deflate_buffer *to;
	uint64_t bits;
	unsigned count;
	int rc;
	const uint8_t *from;
	size_t size;
	int32_t *head, *previous;
	struct item *items;
	unsigned item_count;
	uint32_t literal_uses[LITERALS], distance_uses[DISTANCES];
};

static void put(struct writer *writer, unsigned value, unsigned count)
{
	writer->bits |= (uint64_t)value << writer->count;
	writer->count += count;
	if (writer->count >= 8 && writer->rc == 0)
		writer->rc = deflate_reserve(writer->to, 8);
	for (; writer->count >= 8 && writer->rc == 0; writer->count -= 8, writer->bits >>= 8)
		writer->to->bytes[writer->to->size++] = (uint8_t)writer->bits;
}

static unsigned length_symbol(unsigned length)
{
	unsigned symbol = 28;
	while (length_base[symbol] > length || (symbol == 28 && length < 258))
		symbol--;
	return symbol;
}

static unsigned distance_symbol(unsigned distance)
{
	unsigned low = 0, high = 29;
	while (low < high) {
		unsigned middle = (low + high + 1) / 2;
		if (distance_base[middle] <= distance)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

// Code lengths of at most `limit` bits for the symbols that are used: package-merge (Larmore and Hirschberg 1990). Lists of
// coins are merged limit - 1 times; a symbol's length is how often it is in the first 2n - 2 coins of the last list.
struct coin {
	uint64_t weight;
	uint16_t uses[2]; // where it was made of: symbol + 1, or 0; packages count symbols through `member`
	int32_t first, second;
};

static int compare_coins(const void *a, const void *b)
{
	uint64_t x = ((const struct coin *)a)->weight, y = ((const struct coin *)b)->weight;
	return x < y ? -1 : x > y;
}

static void count_coin(const struct coin *all, int32_t at, uint8_t *lengths)
{
	if (all[at].first < 0) {
		lengths[all[at].uses[0]]++;
		return;
	}
	count_coin(all, all[at].first, lengths);
	count_coin(all, all[at].second, lengths);
}

static int code_lengths(const uint32_t *uses, unsigned count, unsigned limit, uint8_t *lengths)
{
	unsigned used = 0, last = 0;
	memset(lengths, 0, count);
	for (unsigned i = 0; i < count; i++)
		if (uses[i] != 0) {
			used++;
			last = i;
		}
	if (used == 0)
		return 0;
	if (used == 1) {
		lengths[last] = 1;
		return 0;
	}
	// all[0, used): the symbols, sorted; behind them each level's list
	struct coin *all = malloc((size_t)used * 2 * (limit + 1) * sizeof(*all));
	if (all == NULL)
		return -ENOMEM;
	unsigned symbols = 0;
	for (unsigned i = 0; i < count; i++)
		if (uses[i] != 0)
			all[symbols++] = (struct coin){uses[i], {(uint16_t)i, 0}, -1, -1};
	qsort(all, used, sizeof(*all), compare_coins);
	unsigned start = 0, size = used, end = used; // of the present list
	for (unsigned level = 1; level < limit; level++) {
		unsigned pairs = size / 2, next = end, symbol = 0, pair = 0;
		while (symbol < used || pair < pairs) {
			uint64_t weight = pair < pairs ? all[start + 2 * pair].weight + all[start + 2 * pair + 1].weight : UINT64_MAX;
			if (symbol < used && all[symbol].weight <= weight) {
				all[next++] = all[symbol++];
			} else {
				all[next++] = (struct coin){weight, {0, 0}, (int32_t)(start + 2 * pair), (int32_t)(start + 2 * pair + 1)};
				pair++;
			}
		}
		start = end;
		size = next - end;
		end = next;
	}
	for (unsigned i = 0; i < 2 * used - 2; i++)
		count_coin(all, (int32_t)(start + i), lengths);
	free(all);
	return 0;
}

static void make_codes(const uint8_t *lengths, unsigned count, uint16_t *codes)
{
	unsigned of_length[BITS_MAX + 1] = {0}, next[BITS_MAX + 1] = {0};
	for (unsigned i = 0; i < count; i++)
		of_length[lengths[i]]++;
	of_length[0] = 0;
	for (unsigned length = 1; length <= BITS_MAX; length++)
		next[length] = (next[length - 1] + of_length[length - 1]) << 1;
	for (unsigned i = 0; i < count; i++)
		codes[i] = lengths[i] != 0 ? (uint16_t)reverse_bits(next[lengths[i]]++, lengths[i]) : 0;
}

static size_t cost_of(const struct writer *writer, const uint8_t *literals, const uint8_t *distances)
{
	size_t bits = 0;
	for (unsigned i = 0; i < 286; i++)
		bits += (size_t)writer->literal_uses[i] * (literals[i] + (i > 256 ? length_extra[i - 257] : 0));
	for (unsigned i = 0; i < 30; i++)
		bits += (size_t)writer->distance_uses[i] * (distances[i] + distance_extra[i]);
	return bits;
}

static void put_items(struct writer *writer, const uint8_t *literals, const uint8_t *distances)
{
	uint16_t literal_codes[LITERALS], distance_codes[DISTANCES];
	make_codes(literals, LITERALS, literal_codes);
	make_codes(distances, DISTANCES, distance_codes);
	for (unsigned i = 0; i < writer->item_count; i++) {
		struct item item = writer->items[i];
		if (item.distance == 0) {
			put(writer, literal_codes[item.value], literals[item.value]);
			continue;
		}
		unsigned symbol = length_symbol(item.value), far = distance_symbol(item.distance);
		put(writer, literal_codes[257 + symbol], literals[257 + symbol]);
		put(writer, item.value - length_base[symbol], length_extra[symbol]);
		put(writer, distance_codes[far], distances[far]);
		put(writer, item.distance - distance_base[far], distance_extra[far]);
	}
	put(writer, literal_codes[END_OF_BLOCK], literals[END_OF_BLOCK]);
}

// Lengths written as runs: symbol | extra bits << 8. Returns how many.
static unsigned run_lengths(const uint8_t *lengths, unsigned count, uint16_t *runs, uint32_t *uses)
{
	unsigned made = 0;
	for (unsigned i = 0, times; i < count; i += times) {
		unsigned most = lengths[i] == 0 ? 138 : 7;
		for (times = 1; i + times < count && lengths[i + times] == lengths[i] && times < most;)
			times++;
		unsigned symbol = lengths[i], extra = 0;
		if (lengths[i] == 0 && times >= 3) {
			symbol = times <= 10 ? 17 : 18;
			extra = times - (times <= 10 ? 3 : 11);
		} else if (lengths[i] != 0 && times >= 4) { // one plainly, then "again"
			runs[made++] = lengths[i];
			uses[lengths[i]]++;
			symbol = 16;
			extra = times - 1 - 3;
		} else {
			times = 1;
		}
		runs[made++] = (uint16_t)(symbol | extra << 8);
		uses[symbol]++;
	}
	return made;
}

static void put_block(struct writer *writer, size_t start, size_t end, bool last)
{
	static const uint8_t extra_bits[19] = {[16] = 2, [17] = 3, [18] = 7};
	uint8_t literals[LITERALS], distances[DISTANCES], fixed[LITERALS], fives[DISTANCES], all[LITERALS + DISTANCES], few[19];
	uint16_t runs[LITERALS + DISTANCES], few_codes[19];
	uint32_t few_uses[19] = {0};
	writer->literal_uses[END_OF_BLOCK] = 1;
	if (writer->rc == 0)
		writer->rc = code_lengths(writer->literal_uses, 286, BITS_MAX, literals);
	if (writer->rc == 0)
		writer->rc = code_lengths(writer->distance_uses, 30, BITS_MAX, distances);
	if (writer->rc != 0)
		return;
	literals[286] = literals[287] = distances[30] = distances[31] = 0;
	unsigned literal_count = 286, distance_count = 30, few_count = 19;
	while (literal_count > 257 && literals[literal_count - 1] == 0)
		literal_count--;
	while (distance_count > 1 && distances[distance_count - 1] == 0)
		distance_count--;
	memcpy(all, literals, literal_count);
	memcpy(all + literal_count, distances, distance_count);
	unsigned run_count = run_lengths(all, literal_count + distance_count, runs, few_uses);
	if ((writer->rc = code_lengths(few_uses, 19, 7, few)) != 0)
		return;
	while (few_count > 4 && few[length_order[few_count - 1]] == 0)
		few_count--;
	size_t own = 14 + 3 * few_count + cost_of(writer, literals, distances);
	for (unsigned i = 0; i < run_count; i++)
		own += few[runs[i] & 0xff] + extra_bits[runs[i] & 0xff];
	fixed_lengths(fixed);
	memset(fives, 5, sizeof(fives));
	size_t with_fixed = cost_of(writer, fixed, fives), stored = ((end - start) / 65535 + 1) * 40 + 8 * (end - start);
	if (stored < own && stored < with_fixed) {
		do {
			size_t part = end - start < 65535 ? end - start : 65535;
			put(writer, last && start + part == end, 3);
			put(writer, 0, -writer->count & 7);
			put(writer, (unsigned)part, 16);
			put(writer, ~(unsigned)part & 0xffff, 16);
			for (; part > 0; part--)
				put(writer, writer->from[start++], 8);
		} while (start < end);
	} else if (with_fixed <= own) {
		put(writer, last | 1 << 1, 3);
		put_items(writer, fixed, fives);
	} else {
		put(writer, last | 2 << 1, 3);
		put(writer, literal_count - 257, 5);
		put(writer, distance_count - 1, 5);
		put(writer, few_count - 4, 4);
		for (unsigned i = 0; i < few_count; i++)
			put(writer, few[length_order[i]], 3);
		make_codes(few, 19, few_codes);
		for (unsigned i = 0; i < run_count; i++) {
			unsigned symbol = runs[i] & 0xff;
			put(writer, few_codes[symbol], few[symbol]);
			put(writer, runs[i] >> 8, extra_bits[symbol]);
		}
		put_items(writer, literals, distances);
	}
	writer->item_count = 0;
	memset(writer->literal_uses, 0, sizeof(writer->literal_uses));
	memset(writer->distance_uses, 0, sizeof(writer->distance_uses));
}

static unsigned hash_at(const uint8_t *at)
{
	return ((at[0] | at[1] << 8 | (unsigned)at[2] << 16) * 2654435761u) >> (32 - HASH_BITS);
}

static void enter(struct writer *writer, size_t at)
{
	if (at + MATCH_LEAST > writer->size)
		return;
	unsigned hash = hash_at(writer->from + at);
	writer->previous[at % WINDOW] = writer->head[hash];
	writer->head[hash] = (int32_t)at;
}

// The longest earlier text that continues as at `at` does: its length, 0 when it is no match.
static unsigned find_match(const struct writer *writer, size_t at, unsigned chain, unsigned *distance)
{
	const uint8_t *from = writer->from;
	unsigned most = writer->size - at < MATCH_MOST ? (unsigned)(writer->size - at) : MATCH_MOST, best = MATCH_LEAST - 1;
	if (most < MATCH_LEAST)
		return 0;
	int32_t place = writer->head[hash_at(from + at)];
	for (; place >= 0 && at - (size_t)place <= WINDOW && chain > 0; chain--) {
		if (from[(size_t)place + best] == from[at + best] && from[place] == from[at]) {
			unsigned length = 0;
			while (length < most && from[(size_t)place + length] == from[at + length])
				length++;
			if (length > best) {
				best = length;
				*distance = (unsigned)(at - (size_t)place);
				if (length == most)
					break;
			}
		}
		int32_t before = writer->previous[place % WINDOW];
		place = before < place ? before : -1;
	}
	return best >= MATCH_LEAST ? best : 0;
}

static void add_item(struct writer *writer, unsigned value, unsigned distance)
{
	writer->items[writer->item_count++] = (struct item){(uint16_t)value, (uint16_t)distance};
	if (distance == 0) {
		writer->literal_uses[value]++;
	} else {
		writer->literal_uses[257 + length_symbol(value)]++;
		writer->distance_uses[distance_symbol(distance)]++;
	}
}

static void code_all(struct writer *writer, int level)
{
	unsigned chain = 4u << level, distance = 0, length = 0;
	size_t start = 0, at = 0;
	for (; at < writer->size && writer->rc == 0;) {
		length = find_match(writer, at, chain, &distance);
		enter(writer, at);
		if (length > 0 && length < 64 && level > 3 && at + 1 < writer->size) { // would waiting one byte gain?
			unsigned next_distance = 0, next = find_match(writer, at + 1, chain / 2, &next_distance);
			if (next > length)
				length = 0;
		}
		if (length == 0) {
			add_item(writer, writer->from[at++], 0);
		} else {
			add_item(writer, length, distance);
			for (at++; length > 1; length--)
				enter(writer, at++);
		}
		if (writer->item_count == BLOCK_SYMBOLS) {
			put_block(writer, start, at, at == writer->size);
			start = at;
		}
	}
	if (start < writer->size || writer->size == 0)
		put_block(writer, start, writer->size, true);
}

int deflate(const uint8_t *from, size_t size, int level, struct deflate_buffer *to)
{
	struct writer writer = {.to = to, .from = from, .size = size};
	if (size > INT32_MAX)
		return -ENOMEM;
	writer.head = malloc((1 << HASH_BITS) * sizeof(int32_t));
	writer.previous = malloc(WINDOW * sizeof(int32_t));
	writer.items = malloc(BLOCK_SYMBOLS * sizeof(struct item));
	if (writer.head != NULL && writer.previous != NULL && writer.items != NULL) {
		memset(writer.head, 0xff, (1 << HASH_BITS) * sizeof(int32_t));
		memset(writer.previous, 0xff, WINDOW * sizeof(int32_t));
		code_all(&writer, level);
		put(&writer, 0, -writer.count & 7);
	} else {
		writer.rc = -ENOMEM;
	}
	free(writer.head);
	free(writer.previous);
	free(writer.items);
	return writer.rc;
}
