// unicode.c: searches Unicode's tables.
#include "kernel/lib/unicode.h"
#include "kernel/lib/unicode_width.h"

#define SOFT_HYPHEN 0xadu // a format character, and one column by custom
#define IS_IN(table, character) unicode_in(table, sizeof(table) / sizeof(*table), character)

bool unicode_in(const struct unicode_range *table, size_t count, uint32_t character)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = (low + count) / 2;
		if (character < table[middle].first)
			count = middle;
		else if (character > table[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

int unicode_width(uint32_t character)
{
	if (character <= SOFT_HYPHEN)
		return 1;
	return IS_IN(zero_width, character) ? 0 : IS_IN(double_width, character) ? 2 : 1;
}
