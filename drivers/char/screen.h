// screen.h: a screen as a terminal, and the cells it is made of. ecma48.c understands what is written, screen.c keeps the cells, a
// driver shows them.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A cell is a character of Unicode's first plane and two of 256 colours, numbered as xterm does: eight of ANSI, eight bright
// ones, a cube of 6 by 6 by 6, 24 greys.
#define SCREEN_CELL(front, back, character) ((uint32_t)(front) << 24 | (uint32_t)(back) << 16 | (uint32_t)(character))
#define SCREEN_CHARACTER(cell) ((cell) & 0xffff)
#define SCREEN_BACK(cell) ((cell) >> 16 & 0xff)
#define SCREEN_FRONT(cell) ((cell) >> 24)
#define SCREEN_REPLACEMENT 0xfffdu // for what is no UTF-8 or has no glyph
#define SCREEN_ROWS_MAX 512
#define SCREEN_COLUMNS_MAX 512

// Called under the screen's lock with interrupts off, by screen.c only, for what changed. Cells count from 0, row by row.
struct screen {
	int rows, columns;
	void (*draw)(int at, uint32_t cell, bool cursor); // cursor: on this cell, and the driver draws it
	void (*cursor)(int at); // a cursor of the hardware's own stands there, -1: nowhere; NULL: it is drawn
	void (*scroll)(void);   // all rows move up by one, the last one's cells are drawn anew after that; NULL: they all are
};

// Clears the screen and makes it part of the console: a mirror of its terminal (its rows and columns become the window's size), and a
// voice of the log. One screen; boot time. Without memory for its cells there is none.
void screen_register(const struct screen *screen);
