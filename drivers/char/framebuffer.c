// framebuffer.c: a screen of pixels as rows of characters, in the font of font.txt.
//
// The pixels are only written: reading a device's memory is slow. All state belongs to screen.c's lock.
#include "drivers/char/consoles.h"
#include "drivers/char/font.h"
#include "drivers/char/screen.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/lib/string.h"

#define CURSOR_LINES 2u // at the cell's foot
#define SIDE_MAX 16384u  // pixels

static struct screen screen;
static uint32_t *pixels;
static size_t stride; // pixels from one line to the next
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

static void draw(int at, uint32_t cell, bool cursor)
{
	const uint8_t *glyph = font_rows(SCREEN_CHARACTER(cell));
	uint64_t front = palette[SCREEN_FRONT(cell)], back = palette[SCREEN_BACK(cell)];
	const uint64_t pairs[4] = {back << 32 | back, front << 32 | back, back << 32 | front, front << 32 | front}; // of points
	uint32_t *line = pixels + (size_t)(at / screen.columns) * FONT_HEIGHT * stride + (size_t)(at % screen.columns) * FONT_WIDTH;

	for (unsigned y = 0; y < FONT_HEIGHT; y++, line += stride) {
		unsigned bits = cursor && y >= FONT_HEIGHT - CURSOR_LINES ? 0xff : glyph[y];
		for (unsigned x = 0; x < FONT_WIDTH; x += 2, bits <<= 2)
			memcpy(line + x, &pairs[bits >> 6 & 3], sizeof(*pairs));
	}
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
	stride = given->pitch / 4;
	pixels = map_device(given->base, (size_t)given->height * given->pitch);
	if (pixels == NULL)
		return;
	for (size_t y = 0; y < given->height; y++) // what the firmware left, and the margins
		memset(pixels + y * stride, 0, given->width * sizeof(*pixels));
	fill_palette();
	screen.draw = draw;
	screen_register(&screen);
}
