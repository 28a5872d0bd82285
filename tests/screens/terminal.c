// terminal.c: the screen of drivers/char as a program, so that another terminal can be held against it.
//   terminal write SEED STEPS      what a program might write: text and sequences, by chance
//   terminal show ROWS COLUMNS     reads that, and prints the rows that stand on the screen and where the
//   cursor is
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "drivers/char/screen.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/dev/terminal.h"
#include "kernel/sched/time.h"

static uint32_t cells[SCREEN_ROWS_MAX * SCREEN_COLUMNS_MAX];
static int cursor_at;
static struct timer *picture;

void *map_memory(size_t size)
{
	return calloc(1, size);
}

void timer_init(struct timer *timer, void (*fire)(struct timer *timer))
{
	timer->fire = fire;
}

void timer_start(struct timer *timer, int64_t deadline_ns)
{
	picture = timer;
}

void console_register(struct console *console)
{
}

static void draw(int at, uint32_t cell, bool cursor)
{
	cells[at] = cell;
}

static void move_cursor(int to)
{
	cursor_at = to;
}

static void print_character(uint32_t c)
{
	if (c < 0x80)
		putchar((int)c);
	else if (c < 0x800)
		printf("%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
	else
		printf("%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)),
		       (int)(0x80 | (c & 0x3f)));
}

static void show(int rows, int columns)
{
	struct screen screen = {.rows = rows, .columns = columns, .draw = draw, .cursor = move_cursor};
	char bytes[1];

	screen_register(&screen);
	struct terminal_port *port = terminal_port_first();
	while (fread(bytes, 1, 1, stdin) == 1) { // a picture a byte: what is drawn must add up
		port->write(port, bytes, 1);
		picture->fire(picture);
	}
	for (int row = 0; row < rows; row++) {
		int end = columns;
		while (end > 0 && SCREEN_CHARACTER(cells[row * columns + end - 1]) == ' ')
			end--;
		for (int column = 0; column < end; column++)
			print_character(SCREEN_CHARACTER(cells[row * columns + column]));
		putchar('\n');
	}
	printf("cursor %d;%d\n", cursor_at / columns + 1, cursor_at % columns + 1);
}

static int below(int limit)
{
	return (int)(random() % limit);
}

// Letters; a sequence with two small numbers; or bytes as they are.
static void write_something(void)
{
	static const char moves[] = "ABCEFGHZfr", edits[] = "DJKLMPTXd";
	static const char *const others[] = {"\r", "\033[3G\b", "\033[7G\n", "\r\n", "\t", "\033[9G\033D", "\033[2G\033M", "\033E",
					     "\033[9G\0337", "\0338", "\033[6G\033H", "\033[g", "\033[3g", "\033[2G\033[4hxy\033[4l", "\033[?7h",
					     "\033[?7l", "\033]0;title\a", "\033[m", "\033[1;31m", "\033[?25l", "\033[4G\033[S", "\033[5G\033[3@", "\033[99Z",
					     "\033[5;2\030", "é", "─"};
	static bool other;
	int kind = below(10);

	if (kind < 4)
		for (int i = below(9); i > 0; i--)
			putchar('a' + below(26));
	else if (kind < 6) // from any place, even from behind a full row
		printf("\033[%d;%d%c", 1 + below(11), 1 + below(23), moves[below(sizeof(moves) - 1)]);
	else if (kind == 6) // from a place where terminals agree
		printf("\033[2;8r\033[%d;%dH\033[%d%c%s", 2 + below(7), 1 + below(20), below(12),
		       edits[below(sizeof(edits) - 1)], below(2) ? "\033[r" : "");
	else if (kind == 7)
		printf("\033[5G\033[?1049%c", (other = !other) ? 'h' : 'l');
	else
		fputs(others[below(sizeof(others) / sizeof(*others))], stdout);
}

int main(int count, char **words)
{
	if (count == 4 && strcmp(words[1], "write") == 0) {
		srandom((unsigned)strtoul(words[2], NULL, 0));
		for (int i = 0; i < atoi(words[3]); i++)
			write_something();
		return 0;
	}
	if (count == 4 && strcmp(words[1], "show") == 0) {
		show(atoi(words[2]), atoi(words[3]));
		return 0;
	}
	fputs("usage: terminal write SEED STEPS | terminal show ROWS COLUMNS\n", stderr);
	return 2;
}
