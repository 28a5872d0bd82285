// vga_text.c: the VGA's 80x25 text screen as a terminal of the ANSI kind (ECMA-48): colours, cursor movement, erasing.
//
// screen_lock (irqsave) guards all state: the log writes here too. Cells are 16 bits, character and attribute; the hardware cursor
// follows through the CRT controller. The window of 25 rows slides down through the card's 32 KiB (each access is a trip to the
// device, so a scroll moves no text) and jumps back to the top when it meets the end. Unknown sequences are swallowed whole.
#include "drivers/char/vga_text.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/dev/terminal.h"
#include "kernel/sync/spinlock.h"

#define COLUMNS 80
#define ROWS 25
#define MEMORY_ROWS 204 // in 32 KiB
#define LOG_TRIES 100000u
#define NORMAL 0x07u
#define PARAMETERS 4

static struct spinlock screen_lock = SPINLOCK_INIT("vga");
static uint16_t *memory, *cells; // all of it; the window
static int row, column, parameter_count, parameters[PARAMETERS];
static uint8_t attribute = NORMAL;
static enum { TEXT, ESCAPE, SEQUENCE } state;

static void erase(int from, int to) // cells by number, `to` not included
{
	for (int at = from; at < to; at++)
		cells[at] = (uint16_t)(attribute << 8 | ' ');
}

static void line_feed(void)
{
	if (++row < ROWS)
		return;
	row = ROWS - 1;
	uint16_t *next = cells + COLUMNS;
	if (next + ROWS * COLUMNS > memory + MEMORY_ROWS * COLUMNS) {
		for (int at = 0; at < (ROWS - 1) * COLUMNS; at++)
			memory[at] = next[at];
		next = memory;
	}
	cells = next;
	erase((ROWS - 1) * COLUMNS, ROWS * COLUMNS);
}

// Select graphic rendition: colours 30-37, 40-47, 90-97; 0 resets, 1 is bright, 7 reversed. ANSI and VGA order red and blue otherwise.
static void select_graphic(int code)
{
	static const uint8_t vga[8] = {0, 4, 2, 6, 1, 5, 3, 7};

	if (code == 0)
		attribute = NORMAL;
	else if (code == 1)
		attribute |= 8;
	else if (code == 7)
		attribute = (uint8_t)(attribute << 4 | attribute >> 4);
	else if (code >= 30 && code <= 37)
		attribute = (attribute & 0xf8) | vga[code - 30];
	else if (code >= 90 && code <= 97)
		attribute = (attribute & 0xf0) | 8 | vga[code - 90];
	else if (code >= 40 && code <= 47)
		attribute = (uint8_t)((attribute & 0x0f) | vga[code - 40] << 4);
	else if (code == 39 || code == 49)
		attribute = code == 39 ? (attribute & 0xf0) | 7 : attribute & 0x0f;
}

static int clamp(int value, int limit)
{
	return value < 0 ? 0 : value >= limit ? limit - 1 : value;
}

static void finish_sequence(char final)
{
	int count = parameters[0] > 0 ? parameters[0] : 1, at = row * COLUMNS + column;

	if (final == 'm')
		for (int i = 0; i <= parameter_count; i++)
			select_graphic(parameters[i]);
	else if (final == 'A' || final == 'B')
		row = clamp(row + (final == 'A' ? -count : count), ROWS);
	else if (final == 'C' || final == 'D')
		column = clamp(column + (final == 'D' ? -count : count), COLUMNS);
	else if (final == 'G')
		column = clamp(count - 1, COLUMNS);
	else if (final == 'H' || final == 'f') {
		row = clamp(count - 1, ROWS);
		column = clamp(parameters[1] > 0 ? parameters[1] - 1 : 0, COLUMNS);
	} else if (final == 'J')
		erase(parameters[0] == 0 ? at : 0, parameters[0] == 1 ? at + 1 : ROWS * COLUMNS);
	else if (final == 'K')
		erase(parameters[0] == 0 ? at : row * COLUMNS, parameters[0] == 1 ? at + 1 : (row + 1) * COLUMNS);
}

static void sequence_byte(char c)
{
	if (c >= '0' && c <= '9') {
		if (parameters[parameter_count] < 1000)
			parameters[parameter_count] = parameters[parameter_count] * 10 + (c - '0');
	} else if (c == ';') {
		if (parameter_count < PARAMETERS - 1)
			parameter_count++;
	} else if (c >= '@' && c <= '~') {
		finish_sequence(c);
		state = TEXT;
	}
}

static void text_byte(char c)
{
	if (c == 27)
		state = ESCAPE;
	else if (c == '\n')
		line_feed();
	else if (c == '\r')
		column = 0;
	else if (c == '\b')
		column -= column > 0;
	else if (c == '\t')
		column = clamp((column | 7) + 1, COLUMNS);
	else if ((uint8_t)c >= ' ') {
		if (column == COLUMNS) {
			column = 0;
			line_feed();
		}
		cells[row * COLUMNS + column++] = (uint16_t)(attribute << 8 | (uint8_t)c);
	}
}

static void put(char c)
{
	if (state == SEQUENCE) {
		sequence_byte(c);
	} else if (state == ESCAPE) {
		state = c == '[' ? SEQUENCE : TEXT;
		parameter_count = 0;
		for (int i = 0; i < PARAMETERS; i++)
			parameters[i] = 0;
	} else {
		text_byte(c);
	}
}

static void show_cursor(void)
{
	unsigned start = (unsigned)(cells - memory), at = start + (unsigned)(row * COLUMNS + clamp(column, COLUMNS));

	outw(0x3d4, (uint16_t)(0x0c | (start & 0xff00)));
	outw(0x3d4, (uint16_t)(0x0d | start << 8));
	outw(0x3d4, (uint16_t)(0x0e | (at & 0xff00)));
	outw(0x3d4, (uint16_t)(0x0f | at << 8));
}

static size_t screen_write(struct terminal_port *port, const char *bytes, size_t count)
{
	unsigned long flags = spin_lock_irqsave(&screen_lock);

	for (size_t i = 0; i < count; i++)
		put(bytes[i]);
	show_cursor();
	spin_unlock_irqrestore(&screen_lock, flags);
	return count;
}

static void log_write(const char *bytes, size_t count)
{
	unsigned tries = 0;

	while (!spin_trylock(&screen_lock)) // in a panic its holder may be a stopped CPU, or this one
		if (tries++ == LOG_TRIES)
			return;
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			put('\r');
		put(bytes[i]);
	}
	show_cursor();
	spin_unlock(&screen_lock);
}

void vga_text_init(void)
{
	static struct terminal_port port = {.name = "screen", .write = screen_write, .mirror = true};
	static struct console console = {log_write, NULL};

	cells = memory = map_device(0xb8000, COLUMNS * MEMORY_ROWS * sizeof(*cells));
	if (cells == NULL)
		return;
	erase(0, ROWS * COLUMNS);
	console_register(&console);
	terminal_port_register(&port);
}
