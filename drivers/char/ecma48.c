// ecma48.c: what is written to a screen, understood: UTF-8, colours, movement, erasing, insertion, scroll
// regions, line graphics. ECMA-48, with those parts of DEC's VT100 and VT220 that terminfo's entries "linux" and
// "xterm" use.
//
// All state belongs to the screen's lock. A sequence that is not known is swallowed whole. None is answered: the
// terminal at the other end of the serial line hears the same ones, and answers. `column` may be one past the
// end: the next character begins a new row, the last one does not.
#include "drivers/char/cells.h"
#include "drivers/char/screen.h"
#include "kernel/lib/string.h"
#include "kernel/lib/unicode.h"

#define PARAMETERS 16
#define PARAMETER_MAX 9999
#define FRONT 7
#define BACK 0
#define UNDERLINED 6 // a colour says what this font cannot, as on Linux's console: cyan; dim is grey
#define DIM 8
#define TAB 8

struct look { // what ESC 7 keeps
	int row, column;
	uint8_t front, back;
	bool bold, dim, underlined, reverse;
	bool origin;         // rows count from the region's top, and the cursor stays inside
	bool second;         // of the two character sets
	bool graphics[2];    // that set is DEC's line graphics, else ASCII
};
static const struct look plain = {.front = FRONT, .back = BACK};

static int rows, columns, top, bottom; // the region that scrolls, `bottom` not included
static struct look now, saved, before; // before: the other screen was shown
static bool inserting, wrapping, cursor_hidden, other_screen, tab[SCREEN_COLUMNS_MAX];

static enum { TEXT, ESCAPE, SET, SEQUENCE, STRING } state;
static char set_kind, marker;              // the byte behind ESC; the private one behind ESC [
static int count, parameters[PARAMETERS];  // of the sequence; the number of the last one
static int string_left;                    // bytes of a string that knows its length; 0: one that has an end
static uint32_t character, least;          // of UTF-8 so far; what its length is for
static int missing;                        // its bytes that are still to come

static int limit(int value, int low, int high) // high is not included
{
	return value < low ? low : value >= high ? high - 1 : value;
}

static int parameter(int index) // a count: at least one
{
	return parameters[index] > 0 ? parameters[index] : 1;
}

// -------- cells

static uint32_t cell_of(uint32_t what)
{
	uint8_t front = now.underlined ? UNDERLINED : now.dim ? DIM : now.front;

	if (now.bold && front < 8)
		front |= 8;
	return now.reverse ? SCREEN_CELL(now.back, front, what) : SCREEN_CELL(front, now.back, what);
}

static uint32_t blank(void)
{
	return SCREEN_CELL(FRONT, now.back, ' ');
}

// Rows of a region move by so many, up if > 0, and empty ones follow.
static void roll(int from, int to, int by)
{
	int most = to - from, empty = by < 0 ? limit(-by, 0, most + 1) : limit(by, 0, most + 1);

	if (empty < most)
		cells_roll(from, to, by < 0 ? -empty : empty);
	if (by > 0)
		cells_fill((to - empty) * columns, to * columns, blank());
	else
		cells_fill(from * columns, (from + empty) * columns, blank());
}

// The row's cells from the cursor on move by so many, to the right if > 0.
static void shift(int by)
{
	int at = now.row * columns + now.column, end = (now.row + 1) * columns, most = end - at;
	int empty = by < 0 ? limit(-by, 0, most + 1) : limit(by, 0, most + 1);

	cells_move(by < 0 ? at : at + empty, by < 0 ? at + empty : at, most - empty);
	cells_fill(by < 0 ? end - empty : at, by < 0 ? end : at + empty, blank());
}

static void line_feed(void)
{
	now.column = limit(now.column, 0, columns);
	if (now.row == bottom - 1)
		roll(top, bottom, 1);
	else
		now.row = limit(now.row + 1, 0, rows);
}

static void reverse_line_feed(void)
{
	now.column = limit(now.column, 0, columns);
	if (now.row == top)
		roll(top, bottom, -1);
	else
		now.row = limit(now.row - 1, 0, rows);
}

static void next_tab(int by)
{
	if (now.column == columns)
		return;
	do
		now.column += by;
	while (now.column > 0 && now.column < columns && !tab[now.column]);
	now.column = limit(now.column, 0, columns);
}

static void print(uint32_t what)
{
	static const uint16_t graphics[] = u"◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"; // of ` to ~
	int width = limit(unicode_width(what), 0, columns + 1);

	if (width == 0) // stands over another character, and a cell holds one
		return;
	if (now.graphics[now.second] && what >= '`' && what <= '~')
		what = graphics[what - '`'];
	if (now.column + width > columns) {
		now.column = wrapping ? 0 : columns - width;
		if (wrapping)
			line_feed();
	}
	if (inserting)
		shift(width);
	int at = now.row * columns + now.column;
	cells_fill(at, at + 1, cell_of(what < 0x10000 ? what : SCREEN_REPLACEMENT));
	cells_fill(at + 1, at + width, cell_of(' '));
	now.column = limit(now.column + width, 0, columns + wrapping);
}

// -------- the start, and all over again

static void show_other_screen(bool other)
{
	if (other != other_screen)
		cells_exchange();
	other_screen = other;
	if (other)
		cells_fill(0, rows * columns, blank());
}

static void reset(void)
{
	now = saved = before = plain;
	show_other_screen(false);
	cells_fill(0, rows * columns, blank());
	top = 0;
	bottom = rows;
	inserting = cursor_hidden = false;
	wrapping = true;
	for (int i = 0; i < SCREEN_COLUMNS_MAX; i++)
		tab[i] = i % TAB == 0;
}

void ecma48_start(int new_rows, int new_columns)
{
	rows = new_rows;
	columns = new_columns;
	reset();
}

// -------- sequences: ESC [ PARAMETERS FINAL

// The colour behind 38 or 48: "5;NUMBER", or "2;RED;GREEN;BLUE", which becomes the cube's nearest. *i moves on over it.
static uint8_t take_colour(int *i)
{
	const int *at = parameters + *i;

	if (*i + 2 <= count && at[1] == 5) {
		*i += 2;
		return (uint8_t)at[2];
	}
	if (*i + 4 > count || at[1] != 2)
		return FRONT;
	*i += 4;
	return (uint8_t)(16 + limit(at[2] / 43, 0, 6) * 36 + limit(at[3] / 43, 0, 6) * 6 + limit(at[4] / 43, 0, 6));
}

static void select_colour(int code, int *i)
{
	if (code >= 30 && code <= 37)
		now.front = (uint8_t)(code - 30);
	else if (code >= 90 && code <= 97)
		now.front = (uint8_t)(code - 90 + 8);
	else if (code >= 40 && code <= 47)
		now.back = (uint8_t)(code - 40);
	else if (code >= 100 && code <= 107)
		now.back = (uint8_t)(code - 100 + 8);
	else if (code == 38)
		now.front = take_colour(i);
	else if (code == 48)
		now.back = take_colour(i);
	else if (code == 39)
		now.front = FRONT;
	else if (code == 49)
		now.back = BACK;
}

static void select_graphics(void)
{
	for (int i = 0; i <= count; i++)
		switch (parameters[i]) {
		case 0:
			now.front = FRONT;
			now.back = BACK;
			now.bold = now.dim = now.underlined = now.reverse = false;
			break;
		case 1: now.bold = true; break;
		case 2: now.dim = true; break;
		case 4:
		case 21: now.underlined = true; break;
		case 7: now.reverse = true; break;
		case 22: now.bold = now.dim = false; break;
		case 24: now.underlined = false; break;
		case 27: now.reverse = false; break;
		default: select_colour(parameters[i], &i);
		}
}

static void move_to(int row, int column)
{
	now.row = now.origin ? limit(row + top, top, bottom) : limit(row, 0, rows);
	now.column = limit(column, 0, columns);
}

// Up and down stop at the region's ends when they come from inside.
static void move_rows(int by)
{
	now.row = limit(now.row + by, by < 0 && now.row >= top ? top : 0, by > 0 && now.row < bottom ? bottom : rows);
}

static void set_region(void)
{
	int from = parameter(0) - 1, to = parameters[1] > 0 && parameters[1] < rows ? parameters[1] : rows;

	if (from + 1 >= to)
		return;
	top = from;
	bottom = to;
	move_to(0, 0);
}

static void set_private_mode(int mode, bool on)
{
	if (mode == 25) {
		cursor_hidden = !on;
	} else if (mode == 7) {
		wrapping = on;
	} else if (mode == 6) {
		now.origin = on;
		move_to(0, 0);
	} else if (mode == 47 || mode == 1047) {
		show_other_screen(on);
	} else if (mode == 1049 && on != other_screen) { // 47, and the cursor
		if (on)
			before = now;
		show_other_screen(on);
		if (!on)
			now = before;
	}
}

static void finish_private(char final)
{
	for (int i = 0; i <= count && (final == 'h' || final == 'l'); i++)
		set_private_mode(parameters[i], final == 'h');
}

static void erase(char final)
{
	int start = final == 'J' ? 0 : now.row * columns, end = final == 'J' ? rows * columns : start + columns;
	int at = now.row * columns + now.column, which = parameters[0];

	if (which <= 2)
		cells_fill(which == 0 ? at : start, which == 1 ? at + 1 : end, blank());
}

// Insertion and deletion of lines, inside the region only.
static void roll_lines(int by)
{
	if (now.row >= top && now.row < bottom)
		roll(now.row, bottom, by);
}

static void finish_sequence(char final)
{
	int n = parameter(0), at = now.row * columns;

	if (strchr("ghlmrsu", final) == NULL) // else the next character still begins a new row
		now.column = limit(now.column, 0, columns);
	switch (final) {
	case 'E':
	case 'F': now.column = 0; // fall through
	case 'A':
	case 'B':
	case 'e': move_rows(final == 'A' || final == 'F' ? -n : n); break;
	case 'C':
	case 'a': now.column = limit(now.column + n, 0, columns); break;
	case 'D': now.column = limit(now.column - n, 0, columns); break;
	case 'G':
	case '`': now.column = limit(n - 1, 0, columns); break;
	case 'd': move_to(n - 1, now.column); break;
	case 'H':
	case 'f': move_to(n - 1, parameter(1) - 1); break;
	case 'I':
	case 'Z':
		while (n-- > 0 && now.column < columns)
			next_tab(final == 'I' ? 1 : -1);
		break;
	case 'J':
	case 'K': erase(final); break;
	case 'L': roll_lines(-n); break;
	case 'M': roll_lines(n); break;
	case 'S': roll(top, bottom, n); break;
	case 'T': roll(top, bottom, -n); break;
	case '@': shift(n); break;
	case 'P': shift(-n); break;
	case 'X': cells_fill(at + now.column, at + limit(now.column + n, 0, columns + 1), blank()); break;
	case 'g':
		for (int i = 0; i < columns; i++)
			tab[i] &= parameters[0] != 3 && (i != now.column || parameters[0] != 0);
		break;
	case 'h':
	case 'l': inserting = parameters[0] == 4 ? final == 'h' : inserting; break;
	case 'm': select_graphics(); break;
	case 'r': set_region(); break;
	case 's': saved = now; break;
	case 'u': now = saved; break;
	}
}

static void sequence_byte(char c)
{
	if (c >= '0' && c <= '9') {
		if (parameters[count] <= PARAMETER_MAX / 10)
			parameters[count] = parameters[count] * 10 + (c - '0');
	} else if (c == ';') {
		if (count < PARAMETERS - 1)
			parameters[++count] = 0;
	} else if (c >= '@' && c <= '~') {
		state = TEXT;
		if (marker == '?')
			finish_private(c);
		else if (marker == 0)
			finish_sequence(c);
	} else {
		marker = c == '?' && marker == 0 ? c : '!'; // else it is somebody's own
	}
}

// -------- ESC and one byte, or two

static void escape_byte(char c)
{
	state = TEXT;
	switch (c) {
	case '[':
		state = SEQUENCE;
		marker = 0;
		count = 0;
		memset(parameters, 0, sizeof(parameters));
		break;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		state = STRING;
		set_kind = c;
		string_left = 0;
		break;
	case '7': saved = now; break;
	case '8': now = saved; break;
	case 'D': line_feed(); break;
	case 'E':
		now.column = 0;
		line_feed();
		break;
	case 'M': reverse_line_feed(); break;
	case 'H': tab[limit(now.column, 0, columns)] = true; break;
	case 'c': reset(); break;
	default:
		if (c < '0') {
			state = SET;
			set_kind = c;
		}
	}
}

static void set_byte(char c)
{
	state = TEXT;
	if (set_kind == '(' || set_kind == ')')
		now.graphics[set_kind == ')'] = c == '0';
	else if (set_kind == '#' && c == '8') // to adjust a tube by
		cells_fill(0, rows * columns, SCREEN_CELL(FRONT, BACK, 'E'));
}

// Titles and the like: up to BEL or ESC. Linux's console has two without an end: ESC ] R, and ESC ] P with seven digits.
static void string_byte(char c)
{
	if (set_kind == ']' && (c == 'R' || c == 'P'))
		string_left = c == 'R' ? 1 : 8;
	set_kind = 0;
	if (c == '\a' || (string_left > 0 && --string_left == 0))
		state = TEXT;
}

// -------- bytes

static void control_byte(char c)
{
	switch (c) {
	case '\n':
	case '\v':
	case '\f': line_feed(); break;
	case '\r': now.column = 0; break;
	case '\b': now.column = limit(limit(now.column, 0, columns) - 1, 0, columns); break;
	case '\t': next_tab(1); break;
	case 14:
	case 15: now.second = c == 14; break;
	}
}

static void text_byte(uint8_t c)
{
	if ((c & 0xc0) == 0x80 && missing > 0) {
		character = character << 6 | (c & 0x3f);
		if (--missing == 0)
			print(character >= least ? character : SCREEN_REPLACEMENT);
		return;
	}
	missing = c < 0xc0 || c >= 0xf8 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	least = missing == 3 ? 0x10000 : missing == 2 ? 0x800 : 0x80;
	character = c & (0x3f >> missing);
	if (missing == 0 && c != 0x7f)
		print(c < 0x7f ? c : SCREEN_REPLACEMENT);
}

static void put(char c)
{
	if (missing > 0 && (c & 0xc0) != 0x80) { // cut short
		missing = 0;
		print(SCREEN_REPLACEMENT);
	}
	if (c == 27 || c == 24 || c == 26) // the last two end what has begun
		state = c == 27 ? ESCAPE : TEXT;
	else if (state == STRING)
		string_byte(c);
	else if (c >= 0 && c < ' ')
		control_byte(c);
	else if (state == SEQUENCE)
		sequence_byte(c);
	else if (state == ESCAPE)
		escape_byte(c);
	else if (state == SET)
		set_byte(c);
	else
		text_byte((uint8_t)c);
}

void ecma48_write(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		put(bytes[i]);
}

int ecma48_cursor(void)
{
	return cursor_hidden ? -1 : now.row * columns + limit(now.column, 0, columns);
}
