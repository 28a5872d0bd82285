// tty_test.c: the line discipline, job control and the device, with a port that remembers what it was given.
// sources: kernel/dev/chardev.c kernel/tty/discipline.c kernel/tty/tty.c kernel/tty/control.c kernel/dev/registry.c kernel/lib/format.c tests/sim/os/core.c tests/sim/os/sched.c
// flags: -iquote tests/sim/os
#include <criterion/criterion.h>
#include <string.h>
#include "kernel/mm/slab.h"
#include "kernel/tty/tty.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/signal.h"
#include "tests/sim/os/sim.h"

static char screen[4096];
static size_t screen_used, accepts;
static int last_signal, last_group, my_session, my_group, my_leader, my_takes, my_orphan;
static struct chardev *device;
static void *session;

static size_t take(struct terminal_port *port, const char *bytes, size_t count)
{
	count = count < accepts ? count : accepts;
	memcpy(screen + screen_used, bytes, count);
	screen_used += count;
	screen[screen_used] = 0;
	return count;
}

static struct terminal_port port = {.name = "ttyS0", .write = take};

static int get_session(void)
{
	return my_session;
}

static int get_group(void)
{
	return my_group;
}

static bool get_leader(void)
{
	return my_leader;
}

static bool in_session(int group, int wanted)
{
	return group < 50;
}

static bool orphaned(int group)
{
	return my_orphan;
}

static bool takes(int signal)
{
	return my_takes;
}

static void send(int group, int signal)
{
	last_group = group;
	last_signal = signal;
}

static const struct job_control_operations jobs = {get_session, get_group, get_leader, in_session, orphaned, takes, send};

static void setup(void)
{
	sim_begin(1);
	job_control = &jobs;
	my_session = my_group = 10;
	my_leader = my_takes = 1;
	accepts = sizeof(screen);
	terminal_port_register(&port);
	tty_init();
	device = chardev_find(5, 1);
	cr_assert_not_null(device);
	cr_assert_eq(device->operations->open(device, 0, &session), 0);
}

TestSuite(tty, .init = setup);

static void type(const char *keys)
{
	port.receive(&port, keys, strlen(keys));
}

static long get(char *buffer, size_t size)
{
	struct uio uio = {(user_addr)(uintptr_t)buffer, size, .kernel = true, .nonblock = true};
	int64_t position = 0;
	long rc = device->operations->read(device, session, &uio, &position);

	if (rc >= 0)
		buffer[rc] = 0;
	return rc;
}

static long put(const char *text, bool nonblock)
{
	struct uio uio = {(user_addr)(uintptr_t)text, strlen(text), .kernel = true, .nonblock = nonblock};
	int64_t position = 0;

	return device->operations->write(device, session, &uio, &position);
}

static long control(unsigned command, void *argument)
{
	return device->operations->ioctl(device, session, command, (uint64_t)(uintptr_t)argument);
}

#define line_is(keys, line, shown)                                                                                \
	do {                                                                                                           \
		char buffer[128];                                                                                      \
		screen_used = 0;                                                                                       \
		type(keys);                                                                                            \
		cr_assert_eq(get(buffer, 100), (long)strlen(line), "line of %s", #keys);                               \
		cr_assert_str_eq(buffer, line);                                                                        \
		cr_assert_str_eq(screen, shown);                                                                       \
	} while (0)

Test(tty, lines_are_edited_before_anybody_reads_them)
{
	char buffer[64];

	type("abc");
	cr_assert_eq(get(buffer, 60), -EAGAIN);
	line_is("d\r", "abcd\n", "d\r\n");
	line_is("ab\177c\r", "ac\n", "ab\b \bc\r\n");
	line_is("\177\177x\r", "x\n", "x\r\n");                       // nothing to take back
	line_is("one two\027three\r", "one three\n", "one two\b \b\b \b\b \bthree\r\n");
	line_is("abc\025d\r", "d\n", "abc\b \b\b \b\b \bd\r\n");
	line_is("a\001\177b\r", "ab\n", "a^A\b \b\b \bb\r\n");       // two columns of ^A
	line_is("a\t\177b\r", "ab\n", "a\t\b\b\b\b\b\b\bb\r\n");     // seven of a tab
	line_is("\303\244\177b\r", "b\n", "\303\244\b \bb\r\n");     // one of a UTF-8 character, both bytes gone
	line_is("\026\003\r", "\003\n", "^\b^C\r\n");                // ^V makes ^C a character
	line_is("\022x\r", "x\n", "^R\r\nx\r\n");
}

Test(tty, a_line_at_a_time_and_end_of_file_alone_is_nothing)
{
	char buffer[64];

	type("one\rtwo\r");
	cr_assert_eq(get(buffer, 2), 2);
	cr_assert_eq(get(buffer, 60), 2);
	cr_assert_str_eq(buffer, "e\n");
	cr_assert_eq(get(buffer, 60), 4);
	type("part\004");
	cr_assert_eq(get(buffer, 60), 4);
	type("\004");
	cr_assert_eq(get(buffer, 60), 0);
	type("full\004");
	cr_assert_eq(get(buffer, 4), 4);
	cr_assert_eq(get(buffer, 60), -EAGAIN); // the end of file went with the line
}

Test(tty, a_long_line_rings_the_bell_and_still_ends)
{
	static char buffer[TTY_INPUT + 8];

	screen_used = 0;
	accepts = 0;
	for (unsigned i = 0; i < TTY_INPUT + 10; i++)
		type("x");
	type("\r");
	cr_assert_eq(get(buffer, TTY_INPUT), (long)TTY_INPUT);
	cr_assert_eq(buffer[TTY_INPUT - 1], '\n');
}

Test(tty, raw_mode_gives_every_byte)
{
	struct abi_termios termios;
	char buffer[64];

	control(TCGETS, &termios);
	termios.c_lflag &= ~(uint32_t)(ICANON | ECHO | ISIG | IEXTEN);
	termios.c_iflag &= ~(uint32_t)(ICRNL | IXON);
	termios.c_oflag &= ~(uint32_t)OPOST;
	type("typed before");
	cr_assert_eq(control(TCSETS, &termios), 0);
	cr_assert_eq(get(buffer, 60), 12); // what was typed can be read at once
	screen_used = 0;
	type("\003\r\032");
	cr_assert_eq(get(buffer, 60), 3);
	cr_assert_str_eq(buffer, "\003\r\032");
	cr_assert_eq(last_signal, 0);
	put("a\nb", true);
	cr_assert_str_eq(screen, "a\nb");
	termios.c_cc[VMIN] = 0;
	control(TCSETS, &termios);
	cr_assert_eq(get(buffer, 60), -EAGAIN);
}

Test(tty, keys_are_signals_to_the_foreground_group)
{
	char buffer[64];
	int32_t group = 20;

	cr_assert_eq(control(TIOCSPGRP, &group), 0);
	type("lost\003");
	cr_assert(last_signal == SIGINT && last_group == 20);
	cr_assert_eq(get(buffer, 60), -EAGAIN + 0 * last_signal == -EAGAIN ? -ERESTARTSYS : 0); // we are in the background now
	my_group = 20;
	cr_assert_eq(get(buffer, 60), -EAGAIN);
	type("\034");
	cr_assert_eq(last_signal, SIGQUIT);
	type("\032");
	cr_assert_eq(last_signal, SIGTSTP);
	group = 99;
	cr_assert_eq(control(TIOCSPGRP, &group), -EPERM);
	my_session = 11;
	cr_assert_eq(control(TIOCSPGRP, &group), -ENOTTY);
	cr_assert_eq(control(TIOCGPGRP, &group), -ENOTTY);
}

Test(tty, the_background_is_stopped)
{
	struct abi_termios termios;
	char buffer[8];

	control(TCGETS, &termios);
	my_group = 30;
	type("x\r");
	cr_assert_eq(get(buffer, 4), -ERESTARTSYS);
	cr_assert(last_signal == SIGTTIN && last_group == 30);
	my_takes = 0;
	cr_assert_eq(get(buffer, 4), -EIO);
	my_takes = my_orphan = 1;
	cr_assert_eq(get(buffer, 4), -EIO);
	my_orphan = 0;
	cr_assert_eq(put("x", true), 1); // writing is allowed without TOSTOP
	cr_assert_eq(control(TCSETS, &termios), -ERESTARTSYS);
	cr_assert_eq(last_signal, SIGTTOU);
	my_takes = 0;
	termios.c_lflag |= TOSTOP;
	cr_assert_eq(control(TCSETS, &termios), 0);
	my_takes = 1;
	cr_assert_eq(put("x", true), -ERESTARTSYS);
}

Test(tty, a_slow_port_holds_the_writer_not_the_machine)
{
	static char text[TTY_OUTPUT + 100];

	memset(text, 'y', sizeof(text) - 1);
	accepts = 0;
	long done = put(text, true);
	cr_assert(done > 0 && done < (long)TTY_OUTPUT);
	cr_assert_eq(put("z", true), -EAGAIN);
	cr_assert_eq(device->operations->poll(device, session, NULL) & POLLOUT, 0);
	accepts = 2000;
	screen_used = 0;
	port.writable(&port);
	cr_assert_eq(screen_used, 2000);
	cr_assert_eq(put("z", true), 1);
	type("\023"); // ^S
	screen_used = 0;
	accepts = 100;
	put("held", true);
	cr_assert_eq(screen_used, 0);
	type("\021");
	cr_assert_neq(screen_used, 0);
}

Test(tty, a_hangup_kills_what_was_open)
{
	char buffer[8];
	void *again;

	tty_session_ends(my_session);
	cr_assert_eq(last_signal, SIGCONT);
	cr_assert_eq(get(buffer, 4), 0);
	cr_assert_eq(put("x", true), -EIO);
	cr_assert_eq(control(TCGETS, buffer), -EIO);
	cr_assert(device->operations->poll(device, session, NULL) & POLLHUP);
	struct chardev *own = chardev_find(5, 0);
	cr_assert_eq(own->operations->open(own, O_RDWR, &again), -ENXIO);
	cr_assert_eq(device->operations->open(device, O_RDWR, &again), 0); // a new login takes it
	cr_assert_eq(own->operations->open(own, O_RDWR, &again), 0);
	device->operations->release(device, again);
}

Test(tty, the_window_has_a_size)
{
	struct abi_winsize size = {25, 80, 0, 0}, back;

	cr_assert_eq(control(TIOCSWINSZ, &size), 0);
	cr_assert_eq(last_signal, SIGWINCH);
	last_signal = 0;
	control(TIOCSWINSZ, &size);
	cr_assert_eq(last_signal, 0);
	control(TIOCGWINSZ, &back);
	cr_assert_eq(back.ws_col, 80);
	cr_assert_eq(control(0x1234, &size), -ENOTTY);
	cr_assert_eq(control(TCFLSH, (void *)9), -EINVAL);
}

static void setup_with_screen(void)
{
	static struct terminal_port mirror = {.name = "screen", .mirror = true, .rows = 25, .columns = 80};

	terminal_port_register(&mirror);
	setup();
}

TestSuite(tty_beside_a_screen, .init = setup_with_screen);

Test(tty_beside_a_screen, no_window_is_larger)
{
	struct abi_winsize size;

	control(TIOCGWINSZ, &size);
	cr_assert(size.ws_row == 25 && size.ws_col == 80);
	size = (struct abi_winsize){60, 40, 0, 0};
	control(TIOCSWINSZ, &size);
	control(TIOCGWINSZ, &size);
	cr_assert(size.ws_row == 25 && size.ws_col == 40);
}

// ---- blocking readers ----

static long result;
static int64_t took_ns;

static void reader(void *argument)
{
	char buffer[64];
	struct uio uio = {(user_addr)(uintptr_t)buffer, 60, .kernel = true};
	int64_t position = 0, start = time_monotonic_ns();

	result = device->operations->read(device, session, &uio, &position);
	took_ns = time_monotonic_ns() - start;
}

static void timing(uint8_t minimum, uint8_t time)
{
	struct abi_termios termios;

	control(TCGETS, &termios);
	termios.c_lflag &= ~(uint32_t)ICANON;
	termios.c_cc[VMIN] = minimum;
	termios.c_cc[VTIME] = time;
	control(TCSETS, &termios);
	result = -1;
	sim_spawn("reader", 10, reader, NULL);
}

Test(tty, readers_wait_for_a_line_or_a_signal)
{
	struct thread *thread = sim_spawn("reader", 10, reader, NULL);

	cr_assert_eq(sim_run(), 1);
	type("ab");
	cr_assert_eq(sim_run(), 1);
	type("\r");
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(result, 3);
	thread = sim_spawn("reader", 10, reader, NULL);
	sim_run();
	sim_signal(thread);
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(result, -ERESTARTSYS);
}

Test(tty, vmin_and_vtime)
{
	timing(3, 0);
	cr_assert_eq(sim_run(), 1);
	type("ab");
	cr_assert_eq(sim_run(), 1);
	type("cd");
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(result, 4);
	timing(0, 5);
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(result, 0);
	cr_assert_eq(took_ns, 500000000);
	timing(5, 2); // the clock runs from the first byte
	cr_assert_eq(sim_run(), 1);
	type("a");
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(result, 1);
}

static void resume(struct terminal_port *which)
{
	which->paused = false;
}

Test(tty, a_full_ring_holds_a_raw_sender_back_but_never_a_signal_key)
{
	struct abi_termios termios;
	static char buffer[TTY_INPUT];

	port.resume = resume;
	control(TCGETS, &termios);
	termios.c_lflag &= ~(uint32_t)(ICANON | ECHO);
	control(TCSETS, &termios);
	for (unsigned i = 0; i < TTY_INPUT; i++)
		type("x");
	cr_assert_eq(port.room(&port), TTY_INPUT); // ISIG: ^C must come through
	termios.c_lflag &= ~(uint32_t)ISIG;
	control(TCSETS, &termios);
	cr_assert_eq(port.room(&port), 0);
	port.paused = true;
	get(buffer, 100);
	cr_assert(port.paused);
	get(buffer, TTY_INPUT / 2);
	cr_assert_not(port.paused);
	port.paused = true;
	control(TCFLSH, (void *)TCIFLUSH);
	cr_assert_not(port.paused);
}
