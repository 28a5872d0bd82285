// screen.c: the cells of a screen, one for every way to draw: 80x25 text (vga_text.c), a framebuffer (framebuffer.c).
//
// Devices are slow to write and slower to read, so `wanted` holds the cells that should be seen, `shown` those that are, and a write
// ends with drawing where they differ, between the first and the last cell that was touched; so does a timer, for what was written
// within 10 ms of the last picture. A scroll moves words of memory, and of a flood of text only what stands still is drawn. screen_lock
// (irqsave) guards all state, ecma48.c's too: the log writes here as well, and never waits for the timer.
#include "drivers/char/screen.h"
#include "drivers/char/cells.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/dev/terminal.h"
#include "kernel/lib/string.h"
#include "kernel/sched/time.h"
#include "kernel/sync/spinlock.h"

#define LOG_TRIES 100000u
#define PICTURE_NS 10000000ll
#define NOTHING 0u // is no cell: its character is 0

static struct spinlock screen_lock = SPINLOCK_INIT("screen");
static const struct screen *screen;
static uint32_t *wanted, *shown, *other;
static int first, last, cursor_shown = -1; // touched cells, `last` not included
static int64_t drawn_ns;
static struct timer picture;
static bool picture_due; // the timer runs

static int cell_count(void)
{
	return screen->rows * screen->columns;
}

static void touch(int from, int to)
{
	first = from < first ? from : first;
	last = to > last ? to : last;
}

void cells_fill(int from, int to, uint32_t cell)
{
	for (int at = from; at < to; at++)
		wanted[at] = cell;
	touch(from, to);
}

void cells_move(int to, int from, int count)
{
	memmove(wanted + to, wanted + from, (size_t)count * sizeof(*wanted));
	touch(to, to + count);
}

void cells_roll(int top_row, int bottom_row, int count)
{
	int columns = screen->columns, up = count > 0 ? count : 0, down = count < 0 ? -count : 0;
	int kept = (bottom_row - top_row - up - down) * columns;

	cells_move((top_row + down) * columns, (top_row + up) * columns, kept);
	if (screen->scroll != NULL && count == 1 && top_row == 0 && bottom_row == screen->rows) {
		screen->scroll();
		memmove(shown, shown + columns, (size_t)kept * sizeof(*shown));
		memset(shown + kept, 0, (size_t)columns * sizeof(*shown));
	}
}

void cells_exchange(void)
{
	for (int at = 0; at < cell_count(); at++) {
		uint32_t cell = wanted[at];
		wanted[at] = other[at];
		other[at] = cell;
	}
	touch(0, cell_count());
}

static void flush(void)
{
	int cursor = ecma48_cursor(), drawn = screen->cursor == NULL ? cursor : -1;

	if (drawn != cursor_shown && cursor_shown >= 0) {
		shown[cursor_shown] = NOTHING;
		touch(cursor_shown, cursor_shown + 1);
	}
	if (drawn >= 0) {
		shown[drawn] = NOTHING;
		touch(drawn, drawn + 1);
	}
	for (int at = first; at < last; at++)
		if (shown[at] != wanted[at]) {
			shown[at] = wanted[at];
			screen->draw(at, wanted[at], at == drawn);
		}
	cursor_shown = drawn;
	drawn_ns = time_monotonic_ns();
	first = cell_count();
	last = 0;
	if (screen->cursor != NULL)
		screen->cursor(cursor);
}

static size_t screen_write(struct terminal_port *port, const char *bytes, size_t count)
{
	unsigned long flags = spin_lock_irqsave(&screen_lock);

	ecma48_write(bytes, count);
	if (time_monotonic_ns() - drawn_ns >= PICTURE_NS) {
		flush();
	} else if (!picture_due) {
		picture_due = true;
		timer_start(&picture, drawn_ns + PICTURE_NS);
	}
	spin_unlock_irqrestore(&screen_lock, flags);
	return count;
}

static void draw_picture(struct timer *timer)
{
	unsigned long flags = spin_lock_irqsave(&screen_lock);

	picture_due = false;
	flush();
	spin_unlock_irqrestore(&screen_lock, flags);
}

static void log_write(const char *bytes, size_t count)
{
	unsigned tries = 0;

	while (!spin_trylock(&screen_lock)) // in a panic its holder may be a stopped CPU, or this one
		if (tries++ == LOG_TRIES)
			return;
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			ecma48_write("\r", 1);
		ecma48_write(&bytes[i], 1);
	}
	flush();
	spin_unlock(&screen_lock);
}

void screen_register(const struct screen *new)
{
	static struct terminal_port port = {.name = "screen", .write = screen_write, .mirror = true};
	static struct console console = {log_write, NULL};
	size_t cells = (size_t)new->rows * (size_t)new->columns;

	wanted = map_memory(3 * cells * sizeof(*wanted));
	if (wanted == NULL)
		return;
	shown = wanted + cells;
	other = shown + cells;
	memset(wanted, 0, 3 * cells * sizeof(*wanted));
	timer_init(&picture, draw_picture);
	screen = new;
	ecma48_start(new->rows, new->columns);
	flush();
	port.rows = (uint16_t)new->rows;
	port.columns = (uint16_t)new->columns;
	console_register(&console);
	terminal_port_register(&port);
}
