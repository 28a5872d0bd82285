// screen.c: a terminal of the ANSI kind (ECMA-48, as xterm and Linux's console speak it): UTF-8, colours, cursor movement, erasing.
// One parser for every way to draw: 80x25 text (vga_text.c), a framebuffer (framebuffer.c).
//
// screen_lock (irqsave) guards all state: the log writes here too. Unknown sequences are swallowed whole. column may be one past the
// end: the next character begins a new row, the last one does not.
#include "drivers/char/screen.h"
#include <stdbool.h>
#include "kernel/core/printk.h"
#include "kernel/dev/terminal.h"
#include "kernel/sync/spinlock.h"

#define LOG_TRIES 100000u
#define PARAMETERS 8
#define FRONT 7
#define BACK 0

struct look { // what ESC 7 keeps
	int row, column;
	uint8_t front, back;
	bool bold, reverse;
};

static struct spinlock screen_lock = SPINLOCK_INIT("screen");
static const struct screen *screen;
static struct look now = {.front = FRONT, .back = BACK}, saved = {.front = FRONT, .back = BACK};
static int parameter_count, parameters[PARAMETERS];
static bool private_sequence, cursor_hidden;
static uint32_t character; // of UTF-8 so far
static int missing;        // its bytes that are still to come
static enum { TEXT, ESCAPE, SEQUENCE } state;

static uint32_t cell_of(uint32_t what)
{
	uint8_t front = now.bold && now.front < 8 ? now.front | 8 : now.front;

	return now.reverse ? SCREEN_CELL(now.back, front, what) : SCREEN_CELL(front, now.back, what);
}

static void erase(int from, int to) // cells by number, `to` not included
{
	for (int at = from; at < to; at++)
		screen->draw(at, SCREEN_CELL(FRONT, now.back, ' '));
}

static void line_feed(void)
{
	if (++now.row < screen->rows)
		return;
	now.row = screen->rows - 1;
	screen->scroll();
	erase(now.row * screen->columns, screen->rows * screen->columns);
}

static int clamp(int value, int limit)
{
	return value < 0 ? 0 : value >= limit ? limit - 1 : value;
}

// The colour behind 38 or 48: "5;NUMBER", or "2;RED;GREEN;BLUE", which becomes the cube's nearest. *i moves on over it.
static uint8_t take_colour(int *i)
{
	const int *at = parameters + *i;

	if (at[1] == 5 && *i + 2 <= parameter_count) {
		*i += 2;
		return (uint8_t)at[2];
	}
	if (at[1] != 2 || *i + 4 > parameter_count)
		return FRONT;
	*i += 4;
	return (uint8_t)(16 + clamp(at[2] / 43, 6) * 36 + clamp(at[3] / 43, 6) * 6 + clamp(at[4] / 43, 6));
}

// Select graphic rendition.
static void select_graphics(void)
{
	for (int i = 0; i <= parameter_count; i++) {
		int code = parameters[i];
		if (code == 0)
			now = (struct look){.row = now.row, .column = now.column, .front = FRONT, .back = BACK};
		else if (code == 1 || code == 22)
			now.bold = code == 1;
		else if (code == 7 || code == 27)
			now.reverse = code == 7;
		else if (code >= 30 && code <= 37)
			now.front = (uint8_t)(code - 30);
		else if (code >= 90 && code <= 97)
			now.front = (uint8_t)(code - 90 + 8);
		else if (code >= 40 && code <= 47)
			now.back = (uint8_t)(code - 40);
		else if (code >= 100 && code <= 107)
			now.back = (uint8_t)(code - 100 + 8);
		else if (code == 38)
			now.front = take_colour(&i);
		else if (code == 48)
			now.back = take_colour(&i);
		else if (code == 39)
			now.front = FRONT;
		else if (code == 49)
			now.back = BACK;
	}
}

// DEC's own: 25, the cursor; 1049, a screen of its own for a program, which here is an empty one.
static void finish_private(char final)
{
	if ((final != 'h' && final != 'l') || (parameters[0] != 25 && parameters[0] != 1049))
		return;
	if (parameters[0] == 25) {
		cursor_hidden = final == 'l';
	} else {
		erase(0, screen->rows * screen->columns);
		now.row = now.column = 0;
	}
}

static void finish_sequence(char final)
{
	int columns = screen->columns, rows = screen->rows, start = now.row * columns;
	int count = parameters[0] > 0 ? parameters[0] : 1;

	if (final != 'm') // else the next character still begins a new row
		now.column = clamp(now.column, columns);
	int at = start + now.column;

	switch (final) {
	case 'm': select_graphics(); break;
	case 'A':
	case 'B': now.row = clamp(now.row + (final == 'A' ? -count : count), rows); break;
	case 'C':
	case 'D': now.column = clamp(now.column + (final == 'D' ? -count : count), columns); break;
	case 'G': now.column = clamp(count - 1, columns); break;
	case 'd': now.row = clamp(count - 1, rows); break;
	case 'H':
	case 'f':
		now.row = clamp(count - 1, rows);
		now.column = clamp(parameters[1] - 1, columns);
		break;
	case 'J': erase(parameters[0] == 0 ? at : 0, parameters[0] == 1 ? at + 1 : rows * columns); break;
	case 'K': erase(parameters[0] == 0 ? at : start, parameters[0] == 1 ? at + 1 : start + columns); break;
	}
}

static void sequence_byte(char c)
{
	if (c >= '0' && c <= '9') {
		if (parameters[parameter_count] < 1000)
			parameters[parameter_count] = parameters[parameter_count] * 10 + (c - '0');
	} else if (c == ';') {
		if (parameter_count < PARAMETERS - 1)
			parameters[++parameter_count] = 0;
	} else if (c == '?') {
		private_sequence = true;
	} else if (c >= '@' && c <= '~') {
		if (private_sequence)
			finish_private(c);
		else
			finish_sequence(c);
		state = TEXT;
	}
}

static void escape_byte(char c)
{
	state = c == '[' ? SEQUENCE : TEXT;
	private_sequence = false;
	parameter_count = 0;
	for (int i = 0; i < PARAMETERS; i++)
		parameters[i] = 0;
	if (c == '7')
		saved = now;
	else if (c == '8')
		now = saved;
}

static void print(uint32_t what)
{
	if (now.column == screen->columns) {
		now.column = 0;
		line_feed();
	}
	screen->draw(now.row * screen->columns + now.column++, cell_of(what < 0x10000 ? what : SCREEN_REPLACEMENT));
}

static void control_byte(char c)
{
	if (c == 27)
		state = ESCAPE;
	else if (c == '\n')
		line_feed();
	else if (c == '\r')
		now.column = 0;
	else if (c == '\b')
		now.column -= now.column > 0;
	else if (c == '\t')
		now.column = clamp((now.column | 7) + 1, screen->columns);
}

static void text_byte(uint8_t c)
{
	if ((c & 0xc0) == 0x80 && missing > 0) {
		character = character << 6 | (c & 0x3f);
		if (--missing == 0)
			print(character);
		return;
	}
	if (missing > 0)
		print(SCREEN_REPLACEMENT); // cut short
	missing = c < 0xc0 || c >= 0xf8 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	character = c & (0x3f >> missing);
	if (c < ' ')
		control_byte((char)c);
	else if (missing == 0)
		print(c < 0x7f ? c : SCREEN_REPLACEMENT);
}

static void put(char c)
{
	if (state == SEQUENCE)
		sequence_byte(c);
	else if (state == ESCAPE)
		escape_byte(c);
	else
		text_byte((uint8_t)c);
}

static void flush(void)
{
	screen->flush(cursor_hidden ? -1 : now.row * screen->columns + clamp(now.column, screen->columns));
}

static size_t screen_write(struct terminal_port *port, const char *bytes, size_t count)
{
	unsigned long flags = spin_lock_irqsave(&screen_lock);

	for (size_t i = 0; i < count; i++)
		put(bytes[i]);
	flush();
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
	flush();
	spin_unlock(&screen_lock);
}

void screen_register(const struct screen *new)
{
	static struct terminal_port port = {.name = "screen", .write = screen_write, .mirror = true};
	static struct console console = {log_write, NULL};

	screen = new;
	erase(0, screen->rows * screen->columns);
	flush();
	port.rows = (uint16_t)screen->rows;
	port.columns = (uint16_t)screen->columns;
	console_register(&console);
	terminal_port_register(&port);
}
