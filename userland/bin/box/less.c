// less.c: a text a screen at a time, back and forth, with search. Lines are read as they are needed, so a pipe that is still
// filling can be looked at; what was read stays in memory.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/line/keys.h"

static struct {
	char *text;
	size_t size;
} *lines;
static long count, room, top;
static FILE *file;
static bool at_end;
static int columns, rows, terminal;
static regex_t pattern;
static bool has_pattern, numbers, chop;
static char message[256];
static const char *name;

// Reads until there are `wanted` lines, or the end.
static void read_lines(long wanted)
{
	while (!at_end && count < wanted) {
		char *text = NULL;
		size_t space = 0;
		ssize_t size = getline(&text, &space, file);
		if (size <= 0) {
			free(text);
			at_end = true;
			return;
		}
		size -= text[size - 1] == '\n';
		text[size] = '\0';
		if (count == room)
			lines = realloc(lines, (room = 2 * room + 1024) * sizeof(*lines));
		if (lines == NULL)
			exit(1);
		lines[count].text = text;
		lines[count++].size = (size_t)size;
	}
}

static int character_width(unsigned char c, int column)
{
	return c == '\t' ? 8 - column % 8 : c < 32 || c == 127 ? 2 : (c & 0xc0) == 0x80 ? 0 : 1;
}

// How many rows of the screen a line takes.
static int height(long number)
{
	int column = numbers ? 8 : 0, taken = 1;
	for (size_t i = 0; !chop && i < lines[number].size; i++) {
		int width = character_width((unsigned char)lines[number].text[i], column);
		if (column + width > columns) {
			taken++;
			column = 0;
		}
		column += width;
	}
	return taken;
}

static void put_character(unsigned char c, int width)
{
	if (c == '\t')
		printf("%*s", width, "");
	else if (c < 32 || c == 127)
		printf("^%c", c ^ 0x40);
	else
		putchar(c);
}

// Draws a line from the present row on; matches stand out. Returns how many rows it took, `left` at most.
static int draw_line(long number, int left)
{
	int column = 0, taken = 1;
	size_t start = 0, end = 0;
	const char *text = lines[number].text;
	if (numbers)
		column = printf("%7ld ", number + 1);
	for (size_t i = 0; i < lines[number].size; i++) {
		if (has_pattern && i >= end) {
			regmatch_t match = {(regoff_t)i, (regoff_t)lines[number].size};
			bool found = regexec(&pattern, text, 1, &match, REG_STARTEND | (i > 0 ? REG_NOTBOL : 0)) == 0;
			start = found ? (size_t)match.rm_so : lines[number].size;
			end = found ? (size_t)(match.rm_eo > match.rm_so ? match.rm_eo : match.rm_so + 1) : lines[number].size;
		}
		int width = character_width((unsigned char)text[i], column);
		if (column + width > columns) {
			if (chop || taken == left)
				break;
			fputs("\033[0m\r\n", stdout);
			taken++;
			column = 0;
		}
		if (has_pattern && i == start)
			fputs("\033[7m", stdout);
		put_character((unsigned char)text[i], width);
		column += width;
		if (has_pattern && i + 1 == end)
			fputs("\033[0m", stdout);
	}
	fputs("\033[0m\033[K\r\n", stdout);
	return taken;
}

static void draw(void)
{
	int left = rows - 1;
	read_lines(top + rows);
	fputs("\033[H", stdout);
	for (long number = top; left > 0; number++)
		if (number < count) {
			left -= draw_line(number, left);
		} else {
			fputs("~\033[K\r\n", stdout);
			left--;
		}
	if (*message != '\0')
		printf("\033[7m%.*s\033[0m\033[K", columns - 1, message);
	else if (at_end && top + rows - 1 >= count)
		fputs("\033[7m(END)\033[0m\033[K", stdout);
	else
		printf("%s\033[K", top == 0 ? name : ":");
	fflush(stdout);
	*message = '\0';
}

static long last_top(void) // the first line of the last full screen
{
	int left = rows - 1;
	long number;
	read_lines(__LONG_MAX__);
	for (number = count; number > 0 && left >= height(number - 1); number--)
		left -= height(number - 1);
	return number;
}

static void move(long by)
{
	if (by > 0) {
		read_lines(top + by + rows);
		long most = at_end ? last_top() : top + by;
		top = top + by < most ? top + by : most > top ? most : top;
	} else {
		top = top + by > 0 ? top + by : 0;
	}
}

// Reads a line at the bottom of the screen. False: it was given up.
static bool ask(char mark, char *text, size_t size)
{
	size_t length = 0;
	for (;;) {
		printf("\r\033[K%c%.*s", mark, (int)length, text);
		fflush(stdout);
		int key = key_read(terminal, -1);
		if (key == '\r' || key == '\n')
			break;
		if (key == KEY_ESCAPE || key == CONTROL('c') || key == KEY_CLOSED || ((key == 127 || key == CONTROL('h')) && length == 0))
			return false;
		if (key == 127 || key == CONTROL('h'))
			length--;
		else if (key >= 32 && key < 256 && length + 1 < size)
			text[length++] = (char)key;
	}
	text[length] = '\0';
	return true;
}

static void search(int direction)
{
	for (long number = top + direction;; number += direction) {
		read_lines(number + 1);
		if (number < 0 || number >= count) {
			strcpy(message, "Pattern not found");
			return;
		}
		regmatch_t match = {0, (regoff_t)lines[number].size};
		if (regexec(&pattern, lines[number].text, 1, &match, REG_STARTEND) == 0) {
			top = number;
			return;
		}
	}
}

static void new_search(int direction)
{
	char text[200];
	if (!ask(direction > 0 ? '/' : '?', text, sizeof(text)))
		return;
	if (*text != '\0') {
		if (has_pattern)
			regfree(&pattern);
		int error = regcomp(&pattern, text, REG_EXTENDED);
		has_pattern = error == 0;
		if (error != 0) {
			regerror(error, &pattern, message, sizeof(message));
			return;
		}
	}
	if (has_pattern)
		search(direction);
}

static void show_help(void)
{
	fputs("\033[H\033[J  q            leave\r\n  space f PgDn a screen on       b PgUp  a screen back\r\n"
	      "  d u          half a screen     j k     a line (arrows, return too)\r\n  g G          start, end        NUMBER g  that line\r\n"
	      "  r ^L         draw again, in the window's new size\r\n"
	      "  /TEXT ?TEXT  search on, back   n N     again\r\n  -N -S        line numbers, long lines cut off\r\n\nPress a key", stdout);
	fflush(stdout);
	key_read(terminal, -1);
}

// Acts on a key. False: leave.
static bool act(int key, long number)
{
	static int direction = 1;
	int page = rows - 1;
	long times = number > 0 ? number : 1;
	switch (key) {
	case 'q':
	case 'Q':
	case CONTROL('c'):
	case KEY_CLOSED: return false;
	case ' ':
	case 'f':
	case CONTROL('f'):
	case KEY_PAGE_DOWN: move(page * times); break;
	case 'b':
	case CONTROL('b'):
	case KEY_PAGE_UP: move(-page * times); break;
	case 'd':
	case CONTROL('d'): move(page / 2); break;
	case 'u':
	case CONTROL('u'): move(-page / 2); break;
	case 'j':
	case 'e':
	case '\r':
	case '\n':
	case KEY_DOWN: move(times); break;
	case 'k':
	case 'y':
	case KEY_UP: move(-times); break;
	case 'g':
	case '<':
	case KEY_HOME: top = number > 0 ? number - 1 : 0; break;
	case 'G':
	case '>':
	case KEY_END: top = number > 0 ? number - 1 : last_top(); break;
	case '/':
	case '?':
		direction = key == '/' ? 1 : -1;
		new_search(direction);
		break;
	case 'n':
	case 'N':
		if (has_pattern)
			search(key == 'n' ? direction : -direction);
		break;
	case '-':
		key = key_read(terminal, -1);
		numbers ^= key == 'N';
		chop ^= key == 'S';
		break;
	case 'r':
	case CONTROL('l'):
		screen_ask(terminal);
		fputs("\033[2J", stdout);
		break;
	case 'h': show_help(); break;
	case '=': snprintf(message, sizeof(message), "%s line %ld of %ld%s", name, top + 1, count, at_end ? "" : "+"); break;
	}
	read_lines(top + rows);
	top = top >= count ? (count > 0 ? count - 1 : 0) : top;
	return true;
}

static void browse(void)
{
	long number = 0;
	for (int key;;) {
		screen_size(STDOUT_FILENO, &columns, &rows);
		draw();
		while ((key = key_read(terminal, -1)) >= '0' && key <= '9')
			number = number < 100000000 ? number * 10 + key - '0' : number;
		if (!act(key, number))
			return;
		number = 0;
	}
}

static int page_stream(struct call *call, FILE *from, const char *path)
{
	struct termios before;
	char block[4096];
	file = from;
	name = strcmp(path, "-") == 0 ? "(standard input)" : path;
	count = top = 0;
	at_end = false;
	if (!isatty(STDOUT_FILENO)) { // into a pipe: as cat
		for (size_t size; (size = fread(block, 1, sizeof(block), from)) > 0;)
			fwrite(block, 1, size, stdout);
		return 0;
	}
	screen_size(STDOUT_FILENO, &columns, &rows);
	if (call->option['F']) {
		read_lines(rows);
		if (at_end && count < rows) {
			for (long i = 0; i < count; i++)
				puts(lines[i].text);
			return 0;
		}
	}
	terminal = isatty(STDIN_FILENO) ? STDIN_FILENO : open("/dev/tty", O_RDWR);
	terminal = terminal < 0 ? STDERR_FILENO : terminal;
	if (!keys_start(terminal, &before))
		return fail(call, "no terminal");
	screen_ask(terminal);
	fputs("\033[?1049h", stdout);
	browse();
	fputs("\033[?1049l", stdout);
	fflush(stdout);
	keys_end(terminal, &before);
	return 0;
}

static int run_less(struct call *call) // and more
{
	numbers = call->option['N'];
	chop = call->option['S'];
	if (call->count == 0 && isatty(STDIN_FILENO))
		return wrong_use(call, "a file is needed");
	return for_each_input(call, page_stream);
}

TOOL("less", "NSFRXin", "[-NSF] [FILE...]", "Shows a text a screen at a time; h for its keys.", 0, -1, run_less)
TOOL("more", "NSF", "[FILE...]", "less.", 0, -1, run_less)
