// cells.h: what stands on the screen, between ecma48.c, which decides it, and screen.c, which has it shown. All of it belongs to the
// screen's lock.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// screen.c: cells from `from` on, `to` not included; count > 0 rolls rows up, < 0 down, by less than there are, and leaves the new ones.
void cells_fill(int from, int to, uint32_t cell);
void cells_move(int to, int from, int count);
void cells_roll(int top_row, int bottom_row, int count);
void cells_exchange(void); // with the other screen's, which programs that take the whole window borrow

// ecma48.c
void ecma48_start(int rows, int columns); // an empty screen of that size; at least one cell
void ecma48_write(const char *bytes, size_t count);
int ecma48_cursor(void); // its cell, -1: hidden
