// unicode.h: questions to Unicode's tables that kernel and libc both ask.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unicode_range {
	uint32_t first, last;
};

// Whether a table of ascending ranges has the character.
bool unicode_in(const struct unicode_range *table, size_t count, uint32_t character);
// Columns on a terminal of a printable character: 0 for what is put over another one, 2 for East Asia's wide ones (UAX #11), else 1.
int unicode_width(uint32_t character);
