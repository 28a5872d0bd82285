// framebuffer.c: a screen of pixels as rows of characters, in the font of font.txt.
//
// The pixels are only written: reading a device's memory is slow. `wanted` holds the cells that should be seen, `shown` those that are;
// flush draws where they differ, between the first and the last cell that was touched. So a scroll moves words, not pixels, and
// a page of text that arrives in one write is drawn once. All state belongs to screen.c's lock.
#include "drivers/char/framebuffer.h"
#include "drivers/char/font.h"
#include "drivers/char/screen.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/lib/string.h"

#define CURSOR_LINES 2u // at the cell's foot
#define NOTHING 0u      // is no cell: its character is 0
#define SIDE_MAX 16384u // pixels

static struct screen screen;
static uint32_t *pixels, *wanted, *shown;
static size_t stride; // pixels from one line to the next
static int first, last, cursor_shown; // touched cells, `last` not included
static uint32_t palette[256];

static void fill_palette(void)
{
	static const uint32_t sixteen[16] = {0x000000, 0xaa2222, 0x22aa22, 0xaa7711, 0x3355cc, 0xaa33aa, 0x22aaaa, 0xbbbbbb,
					     0x666666, 0xff6655, 0x66ee66, 0xffee66, 0x6699ff, 0xff77ff, 0x66eeee, 0xffffff};

	memcpy(palette, sixteen, sizeof(sixteen));
	for (uint32_t i = 0; i < 216; i++) {
		uint32_t part[3] = {i / 36, i / 6 % 6, i % 6};
		for (int k = 0; k < 3; k++)
			palette[16 + i] = palette[16 + i] << 8 | (part[k] != 0 ? 55 + 40 * part[k] : 0);
	}
	for (uint32_t i = 0; i < 24; i++)
		palette[232 + i] = (8 + 10 * i) * 0x010101;
}

static void draw_cell(int at, uint32_t cell, bool cursor)
{
	const uint8_t *glyph = font_rows(SCREEN_CHARACTER(cell));
	uint32_t front = palette[SCREEN_FRONT(cell)], back = palette[SCREEN_BACK(cell)];
	uint32_t *line = pixels + (size_t)(at / screen.columns) * FONT_HEIGHT * stride + (size_t)(at % screen.columns) * FONT_WIDTH;

	for (unsigned y = 0; y < FONT_HEIGHT; y++, line += stride) {
		unsigned bits = cursor && y >= FONT_HEIGHT - CURSOR_LINES ? 0xff : glyph[y];
		for (unsigned x = 0; x < FONT_WIDTH; x++)
			line[x] = bits & 0x80u >> x ? front : back;
	}
}

static void touch(int from, int to)
{
	first = from < first ? from : first;
	last = to > last ? to : last;
}

static void draw(int at, uint32_t cell)
{
	wanted[at] = cell;
	touch(at, at + 1);
}

static void scroll(void)
{
	int kept = (screen.rows - 1) * screen.columns;

	memmove(wanted, wanted + screen.columns, (size_t)kept * sizeof(*wanted));
	touch(0, kept);
}

static void flush(int cursor)
{
	if (cursor != cursor_shown && cursor_shown >= 0) {
		shown[cursor_shown] = NOTHING;
		touch(cursor_shown, cursor_shown + 1);
	}
	if (cursor >= 0) {
		shown[cursor] = NOTHING;
		touch(cursor, cursor + 1);
	}
	for (int at = first; at < last; at++)
		if (shown[at] != wanted[at]) {
			shown[at] = wanted[at];
			draw_cell(at, wanted[at], at == cursor);
		}
	cursor_shown = cursor;
	first = screen.rows * screen.columns;
	last = 0;
}

void framebuffer_init(const struct boot_framebuffer *given)
{
	uint32_t columns = given->width / FONT_WIDTH, rows = given->height / FONT_HEIGHT;

	if (given->base == 0 || given->bits_per_pixel != 32 || given->width > SIDE_MAX || given->height > SIDE_MAX || columns == 0 ||
	    rows == 0 || given->pitch % 4 != 0 || given->pitch / 4 < given->width || given->pitch / 4 > SIDE_MAX) {
		printk("framebuffer: %ux%u, %u bits, %u bytes a line: not used\n", given->width, given->height,
		       given->bits_per_pixel, given->pitch);
		return;
	}
	screen.columns = (int)(columns < SCREEN_COLUMNS_MAX ? columns : SCREEN_COLUMNS_MAX);
	screen.rows = (int)(rows < SCREEN_ROWS_MAX ? rows : SCREEN_ROWS_MAX);
	size_t cells = (size_t)screen.rows * (size_t)screen.columns;
	stride = given->pitch / 4;
	pixels = map_device(given->base, (size_t)given->height * given->pitch);
	wanted = map_memory(2 * cells * sizeof(*wanted));
	if (pixels == NULL || wanted == NULL)
		return;
	shown = wanted + cells;
	memset(shown, 0, cells * sizeof(*shown));
	for (size_t y = 0; y < given->height; y++) // what the firmware left, and the margins
		memset(pixels + y * stride, 0, given->width * sizeof(*pixels));
	fill_palette();
	first = last = 0;
	cursor_shown = -1;
	screen.draw = draw;
	screen.scroll = scroll;
	screen.flush = flush;
	screen_register(&screen);
}
