// vga_text.c: the VGA's 80x25 text screen at 0xb8000. Cells are 16 bits, a character of code page 437 and an attribute of two of 16
// colours; the hardware cursor follows through the CRT controller. The window of 25 rows slides down through the card's 32 KiB (each
// access is a trip to the device, so a scroll moves no text) and jumps back to the top when it meets the end.
#include "drivers/char/consoles.h"
#include <stdbool.h>
#include "drivers/char/screen.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/dev/map.h"

#define COLUMNS 80
#define ROWS 25
#define MEMORY_ROWS 204 // in 32 KiB
#define PROBE 0x55u

static uint16_t *memory, *cells; // all of it; the window

// ANSI and VGA order red and blue otherwise. The cube and the greys become the nearest of the sixteen.
static unsigned colour_of(unsigned index)
{
	unsigned red = (index - 16) / 36, green = (index - 16) / 6 % 6, blue = (index - 16) % 6;

	if (index < 16)
		return (index & 8) | (index & 1) << 2 | (index & 2) | (index >> 2 & 1);
	if (index >= 232)
		return index < 238 ? 0 : index < 244 ? 8 : index < 250 ? 7 : 15;
	unsigned most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
	if (most == 0)
		return 0;
	return (most > 3 ? 8 : 0) | (red * 2 > most ? 4 : 0) | (green * 2 > most ? 2 : 0) | (blue * 2 > most ? 1 : 0);
}

// The card's character for one of Unicode, '?' for one that it lacks.
static uint8_t code_of(uint32_t character)
{
	static const uint16_t upper[] = u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
					u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■";
	static const uint16_t arrows[] = u"↑↓→←";

	if (character < 0x7f)
		return (uint8_t)character;
	for (unsigned i = 0; upper[i] != 0; i++)
		if (upper[i] == character)
			return (uint8_t)(0x80 + i);
	for (unsigned i = 0; arrows[i] != 0; i++)
		if (arrows[i] == character)
			return (uint8_t)(0x18 + i);
	return '?';
}

static void draw(int at, uint32_t cell, bool cursor)
{
	unsigned attribute = colour_of(SCREEN_BACK(cell)) << 4 | colour_of(SCREEN_FRONT(cell));

	cells[at] = (uint16_t)(attribute << 8 | code_of(SCREEN_CHARACTER(cell)));
}

static void scroll(void)
{
	uint16_t *next = cells + COLUMNS;

	if (next + ROWS * COLUMNS > memory + MEMORY_ROWS * COLUMNS) {
		for (int at = 0; at < (ROWS - 1) * COLUMNS; at++)
			memory[at] = next[at];
		next = memory;
	}
	cells = next;
}

static void move_cursor(int to)
{
	unsigned start = (unsigned)(cells - memory), at = to < 0 ? MEMORY_ROWS * COLUMNS : start + (unsigned)to;

	outw(0x3d4, (uint16_t)(0x0c | (start & 0xff00)));
	outw(0x3d4, (uint16_t)(0x0d | start << 8));
	outw(0x3d4, (uint16_t)(0x0e | (at & 0xff00)));
	outw(0x3d4, (uint16_t)(0x0f | at << 8));
}

// Whether the cursor's place in the CRT controller keeps what is written.
static bool keeps(uint8_t pattern)
{
	outw(0x3d4, (uint16_t)(0x0f | pattern << 8));
	return inb(0x3d5) == pattern;
}

void vga_text_init(void)
{
	static const struct screen screen = {.rows = ROWS, .columns = COLUMNS, .draw = draw, .cursor = move_cursor, .scroll = scroll};

	if (!keeps(PROBE) || !keeps((uint8_t)~PROBE)) // no card, though memory may be there
		return;
	cells = memory = map_device(0xb8000, COLUMNS * MEMORY_ROWS * sizeof(*cells));
	if (cells != NULL)
		screen_register(&screen);
}
