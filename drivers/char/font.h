// font.h: the screen's characters, made from font.txt by font.awk.
#pragma once
#include <stdint.h>

#define FONT_WIDTH 8u
#define FONT_HEIGHT 16u

struct font_glyph {
	uint16_t character;
	uint8_t rows[FONT_HEIGHT]; // the leftmost point is the highest bit
};
extern const struct font_glyph font_glyphs[]; // by character, ascending; the last one is the replacement
extern const unsigned font_count;

// The rows of a character's glyph; the replacement's where it has none.
static inline const uint8_t *font_rows(uint32_t character)
{
	unsigned low = 0, high = font_count - 1;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (font_glyphs[middle].character < character)
			low = middle + 1;
		else
			high = middle;
	}
	return font_glyphs[font_glyphs[low].character == character ? low : font_count - 1].rows;
}
