// screen_test.c: what is written to the screen, and the points that appear for it on a framebuffer made of memory.
// sources: drivers/char/screen.c drivers/char/ecma48.c drivers/char/framebuffer.c kernel/lib/unicode.c kernel/dev/registry.c tests/sim/os/core.c tests/sim/os/sched.c
// flags: -iquote tests/sim/os
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "drivers/char/font.h"
#include "drivers/char/consoles.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/dev/terminal.h"
#include "kernel/sched/time.h"

#define COLUMNS 10
#define ROWS 4
#define WIDTH 83u  // a margin of three
#define HEIGHT 70u // ... and of six
#define STRIDE 96u
#define WHITE 0xbbbbbbu

// A font whose glyphs say who they are: the character's low byte in row 0, its high byte in row 1.
#define GLYPH(c) {c, {(c) & 0xff, (c) >> 8}}
const struct font_glyph font_glyphs[] = {GLYPH(' '), GLYPH('!'), GLYPH('a'), GLYPH('b'), GLYPH('c'), GLYPH('d'), GLYPH('e'),
					 GLYPH('z'), GLYPH(0xe9), GLYPH(0x2500), GLYPH(0xfffd)};
const unsigned font_count = sizeof(font_glyphs) / sizeof(font_glyphs[0]);

static uint32_t *pixels;
static struct console *console;
static bool no_memory;
static struct timer *due;

void *map_device(uint64_t physical, size_t size)
{
	cr_assert_eq(physical, 0xc0000000);
	cr_assert_eq(size, HEIGHT * STRIDE * 4);
	return pixels = malloc(size); // the address sanitizer guards its ends
}

void *map_memory(size_t size)
{
	return no_memory ? NULL : malloc(size);
}

void timer_init(struct timer *timer, void (*fire)(struct timer *timer))
{
	timer->fire = fire;
}

void timer_start(struct timer *timer, int64_t deadline_ns)
{
	cr_assert_null(due);
	cr_assert_eq(deadline_ns, 10000000); // the first picture was drawn at 0, where time stands still
	due = timer;
}

void console_register(struct console *new)
{
	console = new;
}

static void start(void)
{
	struct boot_framebuffer given = {0xc0000000, WIDTH, HEIGHT, STRIDE * 4, 32};
	framebuffer_init(&given);
	cr_assert_not_null(terminal_port_first());
}

static void write_port(const char *text)
{
	struct terminal_port *port = terminal_port_first();
	cr_assert_eq(port->write(port, text, strlen(text)), strlen(text));
}

static void wait_for_picture(void)
{
	struct timer *timer = due;
	due = NULL;
	cr_assert_not_null(timer);
	timer->fire(timer);
}

static void type(const char *text)
{
	write_port(text);
	wait_for_picture();
}

static uint32_t point(int row, int column, unsigned x, unsigned y)
{
	return pixels[((unsigned)row * 16 + y) * STRIDE + (unsigned)column * 8 + x];
}

// The character that is drawn there, in `front` on `back`.
static unsigned drawn(int row, int column, uint32_t front, uint32_t back)
{
	unsigned character = 0;
	for (unsigned y = 0; y < 2; y++)
		for (unsigned x = 0; x < 8; x++) {
			cr_assert(point(row, column, x, y) == front || point(row, column, x, y) == back, "row %d column %d", row, column);
			character |= (unsigned)(point(row, column, x, y) == front) << (7 - x + 8 * y);
		}
	return character;
}

// Rows separated by "/", as ASCII; what is behind a row's end must be blank.
static void shows(const char *text)
{
	for (int row = 0; row < ROWS; row++) {
		for (int column = 0; column < COLUMNS; column++) {
			unsigned wanted = *text != '\0' && *text != '/' ? (unsigned char)*text++ : ' ';
			cr_assert_eq(drawn(row, column, WHITE, 0), wanted, "row %d column %d", row, column);
		}
		text += *text == '/';
	}
}

static bool cursor_at(int row, int column)
{
	return point(row, column, 0, 14) == WHITE && point(row, column, 7, 15) == WHITE;
}

Test(screen, text_stands_where_it_was_written)
{
	start();
	shows("");
	cr_assert(cursor_at(0, 0));
	type("abc\r\n\tde\b!");
	shows("abc/        !e");
	cr_assert_not(cursor_at(0, 0));
	cr_assert_eq(pixels[WIDTH - 1], 0); // the margins are clean
	cr_assert_eq(pixels[(HEIGHT - 1) * STRIDE], 0);
	cr_assert_eq(terminal_port_first()->rows, ROWS);
	cr_assert_eq(terminal_port_first()->columns, COLUMNS);
}

Test(screen, a_full_row_breaks_only_when_more_comes)
{
	start();
	type("aaaaaaaaaa");
	shows("aaaaaaaaaa");
	cr_assert(cursor_at(0, 9));
	type("\r\nb\x1b[10Gcd");
	shows("aaaaaaaaaa/b        c/d");
}

Test(screen, the_last_row_pushes_the_others_up)
{
	start();
	type("a\r\nb\r\nc\r\nd\r\ne");
	shows("b/c/d/e");
	type("\r\n\n\n");
	shows("e");
	cr_assert(cursor_at(3, 0));
	for (int row = 0; row < 3; row++)
		cr_assert_not(cursor_at(row, 0));
}

Test(screen, the_cursor_moves_and_stays_inside)
{
	start();
	type("\x1b[2;3Ha\x1b[Hb\x1b[99;99Hc\x1b[Ad\x1b[9De\x1b[99A\x1b[3C!\x1b[3d\x1b[99Dz");
	shows("b   !/  a/z        d/         c");
	type("\x1b[2;2H\x1b" "7\x1b[4;4H\x1b[7m\x1b" "8e");
	cr_assert_eq(drawn(1, 1, WHITE, 0), 'e');
}

Test(screen, erasing)
{
	start();
	type("aaa\r\nbbb\r\nccc\x1b[2;2H\x1b[K");
	shows("aaa/b/ccc");
	type("\x1b[1;2H\x1b[1K");
	shows("  a/b/ccc");
	type("\x1b[2;1H\x1b[J");
	shows("  a");
	type("b\x1b[1J");
	shows("");
	type("\x1b[Habc\x1b[3DX\x1b[2X");
	cr_assert_eq(drawn(0, 0, WHITE, 0), 0xfffd); // the font has no X
	type("\ra!\x1b[Kbcd\x1b[2K");
	shows("");
	type("\x1b[31;42mz\x1b[2J"); // empty cells have the colour of the ground
	cr_assert_eq(drawn(3, 9, WHITE, 0x22aa22), ' ');
}

Test(screen, colours)
{
	start();
	type("\x1b[31;44ma\x1b[1mb\x1b[0;7mc\x1b[38;5;196;48;5;16md\x1b[m\x1b[38;2;255;0;0me\x1b[97;100mz\x1b[39;49m!");
	cr_assert_eq(drawn(0, 0, 0xaa2222, 0x3355cc), 'a');
	cr_assert_eq(drawn(0, 1, 0xff6655, 0x3355cc), 'b');
	cr_assert_eq(drawn(0, 2, 0, WHITE), 'c');
	cr_assert_eq(drawn(0, 3, 0, 0xff0000), 'd');
	cr_assert_eq(drawn(0, 4, 0xff0000, 0), 'e');
	cr_assert_eq(drawn(0, 5, 0xffffff, 0x666666), 'z');
	cr_assert_eq(drawn(0, 6, WHITE, 0), '!');
	type("\r\x1b[38;5ma\x1b[38mb\x1b[1;2;3;4;5;6;7;8;9;38;5;1mc"); // cut short, and too many
	cr_assert_eq(point(0, 0, 1, 0), WHITE);
}

Test(screen, utf8)
{
	start();
	type("\xc3\xa9\xe2\x94");
	type("\x80z");
	cr_assert_eq(drawn(0, 0, WHITE, 0), 0xe9);
	cr_assert_eq(drawn(0, 1, WHITE, 0), 0x2500);
	cr_assert_eq(drawn(0, 2, WHITE, 0), 'z');
	// no glyph, beyond the first plane, cut short, a stray byte, a byte that none begins with, longer than it need be
	type("\r\xc4\x80\xf0\x90\x80\x80\xe2\x94!\x80\xff\xc1\xbf\x7f");
	for (int column = 0; column < 7; column++)
		cr_assert_eq(drawn(0, column, WHITE, 0), column == 3 ? '!' : 0xfffd, "column %d", column);
	type("\ra\xcc\x81" "b\xe4\xb8\xad" "c\x1b[10G\xe4\xb8\xad" "d"); // an accent of its own; two columns; no room for them
	cr_assert_eq(drawn(0, 1, WHITE, 0), 'b');
	cr_assert_eq(drawn(0, 2, WHITE, 0), 0xfffd);
	cr_assert_eq(drawn(0, 3, WHITE, 0), ' ');
	cr_assert_eq(drawn(0, 4, WHITE, 0), 'c');
	cr_assert_eq(drawn(1, 0, WHITE, 0), 0xfffd);
	cr_assert_eq(drawn(1, 2, WHITE, 0), 'd');
}

Test(screen, unknown_sequences_vanish)
{
	start();
	type("a\x1b[5;6;7;8;9;1;2;3;4;5x\x1b[>cb\x1b(\x1b[?2004h\x1b[99999999999d\x1b[1;2Hc");
	shows("ac");
	type("\x1b[?25l");
	for (int row = 0; row < ROWS; row++)
		for (int column = 0; column < COLUMNS; column++)
			cr_assert_not(cursor_at(row, column));
	type("\x1b[?25h");
	cr_assert(cursor_at(0, 2));
}

Test(screen, regions_scroll_alone)
{
	start();
	type("a\r\nb\r\nc\r\nd\x1b[2;3r"); // the cursor goes home
	type("!\x1b[3;1H\n");
	shows("!/c//d");
	type("e\x1b[2;1H\x1bM");
	shows("!//c/d");
	type("\x1b[4;1H\n\n\x1b[1;1H\x1bM"); // outside nothing scrolls
	shows("!//c/d");
	type("\x1b[3;1H\x1b[9A!\x1b[9B\x1b[2Da"); // from inside, the ends hold the cursor
	shows("!/!/a/d");
	type("\x1b[?6h\x1b[1;1Hb\x1b[9;1Hc\x1b[?6l\x1b[1;1He");
	shows("e/b/c/d");
	type("\x1b[3;2r\x1b[S\x1b[2T\x1b[r"); // the first one is none
	shows("e///d");
}

Test(screen, lines_and_characters_are_inserted_and_deleted)
{
	start();
	type("a\r\nb\r\nc\r\nd\x1b[2;1H\x1b[L");
	shows("a//b/c");
	type("\x1b[1;1H\x1b[2M");
	shows("b/c");
	type("\x1b[99L");
	shows("");
	type("abcde\x1b[1;2H\x1b[2@");
	shows("a  bcde");
	type("\x1b[4P");
	shows("ade");
	type("\x1b[4hb!\x1b[4lc");
	shows("ab!ce");
	type("\x1b[99@\x1b[1D\x1b[99P");
	shows("ab!");
	type("\x1b[1;1H\x1b[4hc\x1b[7Gaaaaad"); // what is pushed over the end is gone
	shows("cab!  aaaa/ad");
}

Test(screen, rows_may_end_without_another)
{
	start();
	type("\x1b[?7laaaaaaaaaabcd\x1b[?7hbz");
	shows("aaaaaaaaab/z");
}

Test(screen, tabs)
{
	start();
	type("\x1b[3g\x1b[3G\x1bH\x1b[6G\x1bH\ra\tb\tc\td\x1b[2Z!\x1b[D\x1b[g\r\x1b[Iz");
	shows("a !  z   d");
}

Test(screen, line_graphics)
{
	start();
	type("\x1b)0q\x0eq\x0f" "a\x1b(0q\x1b(Bb");
	cr_assert_eq(drawn(0, 0, WHITE, 0), 0xfffd); // the font has no q
	cr_assert_eq(drawn(0, 1, WHITE, 0), 0x2500);
	cr_assert_eq(drawn(0, 2, WHITE, 0), 'a');
	cr_assert_eq(drawn(0, 3, WHITE, 0), 0x2500);
	cr_assert_eq(drawn(0, 4, WHITE, 0), 'b');
}

Test(screen, a_program_borrows_another_screen)
{
	start();
	type("ab\x1b[31m\x1b[?1049h\x1b[mc\x1b[3;1Hd");
	shows("  c//d");
	type("\x1b[?1049h\x1b[?1049l");
	cr_assert_eq(drawn(0, 0, WHITE, 0), 'a');
	type("e");
	cr_assert_eq(drawn(0, 2, 0xaa2222, 0), 'e'); // the cursor and its colours are back
	type("\x1b[?1049l\x1b[m\x1b[?47h\x1b" "c!");
	shows("!");
}

Test(screen, strings_vanish)
{
	start();
	type("a\x1b]0;a title\ab\x1bPq a picture\x1b\\c\x1b]Rd\x1b]P0a1b2c3e\x1b_\x1b[D!\x1b]\x18z");
	shows("abcd!z");
}

Test(screen, only_what_changed_is_drawn)
{
	start();
	uint32_t *point_between = &pixels[(16 + 5) * STRIDE + 3]; // of row 1's first cell

	type("ab\x1b[3;1H");
	*point_between = 0x123456;
	type("c\r\ndd\x1b[1;2Hb\x1b[2;2H"); // before it and behind it
	cr_assert_eq(*point_between, 0x123456);
	type("\x1b[2;1Hb");
	cr_assert_neq(*point_between, 0x123456);
}

Test(screen, a_flood_of_text_is_drawn_at_its_end)
{
	start();
	write_port("a\r\n");
	for (int i = 0; i < 100; i++) // one timer for all of them
		write_port("b\r\n");
	shows("");
	wait_for_picture();
	shows("b/b/b");
}

Test(screen, the_log_speaks_here_too)
{
	start();
	console->write("a\nb\n", 4);
	shows("a/b");
}

Test(screen, framebuffers_of_another_kind_are_left_alone)
{
	static const struct boot_framebuffer bad[] = {{0, 640, 480, 2560, 32}, {0xc0000000, 640, 480, 1920, 24}, {0xc0000000, 640, 480, 2556, 32},
						      {0xc0000000, 7, 480, 2560, 32}, {0xc0000000, 640, 15, 2560, 32}, {0xc0000000, 640, 480, 2562, 32},
						      {0xc0000000, 640, 100000, 2560, 32}, {0xc0000000, 640, 480, 0x80000000, 32},
						      {0xc0000000, 0xffffffff, 480, 2560, 32}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		framebuffer_init(&bad[i]);
	cr_assert_null(pixels);
	no_memory = true;
	framebuffer_init(&(struct boot_framebuffer){0xc0000000, WIDTH, HEIGHT, STRIDE * 4, 32});
	cr_assert_null(terminal_port_first());
}
