// tty.c: terminals as devices: reading, writing, ioctl, and who may do so (POSIX.1-2017, 11.1).
//
// A port's interrupt gives characters to the discipline; readers take whole lines, or in raw mode what VMIN and VTIME ask for.
// tty->lock is never held over a user copy: bytes pass through a buffer on the stack. A process in the background that reads
// is stopped with SIGTTIN; one that writes (with TOSTOP) or changes the terminal, with SIGTTOU. A hangup makes all open files
// of the terminal dead: they read end of file and write EIO.
#include "kernel/tty/tty.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/log.h"
#include "kernel/core/trace.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/signal.h"

#define PIECE 256u
#define TTYS_MAX (8u + PTYS_MAX)
#define DECISECOND_NS 100000000ll

struct session { // of one open file
	struct tty *tty;
	uint32_t hangups; // as the tty's were when it was opened
};

const struct job_control_operations *job_control;
static struct tty *ttys[TTYS_MAX];
static unsigned tty_count;

// ---- between port and discipline ----

static void port_receive(struct terminal_port *port, const char *bytes, size_t count)
{
	struct tty *tty = port->terminal;
	unsigned long state = spin_lock_irqsave(&tty->lock);

	for (size_t i = 0; i < count; i++)
		discipline_receive(tty, bytes[i]);
	tty_push(tty);
	bool any = tty->line_end != tty->input_read;
	spin_unlock_irqrestore(&tty->lock, state);
	if (any)
		wake_up(&tty->readable);
}

// While keys are edited or are signals, there is always room (and the bell): a full ring must not keep ^C out.
static size_t port_room(struct terminal_port *port)
{
	struct tty *tty = port->terminal;
	size_t left = TTY_INPUT - (READ_ONCE(tty->input_write) - READ_ONCE(tty->input_read));

	return (READ_ONCE(tty->termios.c_lflag) & (ICANON | ISIG)) != 0 ? TTY_INPUT : left;
}

// After room was made, or the rule changed.
static void resume_port(struct tty *tty)
{
	atomic_fence(); // our change before the look at `paused`
	if (READ_ONCE(tty->port->paused) && port_room(tty->port) >= TTY_INPUT / 4)
		tty->port->resume(tty->port);
}

static void port_writable(struct terminal_port *port)
{
	struct tty *tty = port->terminal;
	unsigned long state = spin_lock_irqsave(&tty->lock);

	tty_push(tty);
	spin_unlock_irqrestore(&tty->lock, state);
	wake_up(&tty->writable);
}

void tty_setup(struct tty *tty, struct terminal_port *port)
{
	static const uint8_t keys[NCCS_KERNEL] = {
		[VINTR] = 3,   [VQUIT] = 28,	[VERASE] = 127, [VKILL] = 21,	  [VEOF] = 4,	  [VMIN] = 1,	[VSTART] = 17,
		[VSTOP] = 19, [VSUSP] = 26, [VREPRINT] = 18, [VWERASE] = 23, [VLNEXT] = 22};

	spin_init(&tty->lock, "tty");
	tty->screen = (struct abi_winsize){.ws_row = UINT16_MAX, .ws_col = UINT16_MAX};
	tty->termios = (struct abi_termios){.c_iflag = ICRNL | IXON | IUTF8,
					    .c_oflag = OPOST | ONLCR,
					    .c_cflag = B115200 | CS8 | CREAD | HUPCL | CLOCAL,
					    .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN};
	memcpy(tty->termios.c_cc, keys, sizeof(keys));
	wait_queue_init(&tty->readable);
	wait_queue_init(&tty->writable);
	mutex_init(&tty->read_lock);
	tty->port = port;
	port->terminal = tty;
	port->writable = port_writable;
	port->receive = port_receive;
	port->room = port_room;
}

// ---- job control ----

// 0: go on. Else the current process is in the background of its own terminal and was sent `signal`.
int tty_check_foreground(struct tty *tty, int signal)
{
	if (job_control == NULL || tty->session == 0 || job_control->session() != tty->session ||
	    tty->foreground == 0 || job_control->group() == tty->foreground)
		return 0;
	if (!job_control->takes(signal))
		return signal == SIGTTIN ? -EIO : 0;
	if (job_control->group_orphaned(job_control->group()))
		return -EIO;
	job_control->send_group(job_control->group(), signal);
	return -ERESTARTSYS;
}

struct tty *tty_of_session(int session)
{
	for (unsigned i = 0; i < tty_count; i++)
		if (session != 0 && ttys[i]->session == session)
			return ttys[i];
	return NULL;
}

static struct tty *controlling_tty(void)
{
	return job_control != NULL ? tty_of_session(job_control->session()) : NULL;
}

// Makes the terminal that of the current session: its leader may, when neither has another.
static int take_control(struct tty *tty)
{
	int rc = -EPERM;

	if (job_control == NULL || !job_control->leads_session())
		return rc;
	struct tty *own = controlling_tty();
	unsigned long state = spin_lock_irqsave(&tty->lock);
	if (own == tty || (own == NULL && tty->session == 0)) {
		if (own == NULL) {
			tty->session = job_control->session();
			tty->foreground = job_control->group();
			if (tty == ttys[0])
				log_set_quiet(true); // the log does not talk into a prompt; dmesg has it
		}
		rc = 0;
	}
	spin_unlock_irqrestore(&tty->lock, state);
	return rc;
}

void tty_hang_up(struct tty *tty, bool dead)
{
	unsigned long state = spin_lock_irqsave(&tty->lock);
	int group = tty->foreground;

	if (tty == ttys[0] && tty->session != 0)
		log_set_quiet(false);
	tty->session = tty->foreground = 0;
	tty->hangups += dead;
	tty->input_read = tty->line_end = tty->input_write;
	spin_unlock_irqrestore(&tty->lock, state);
	resume_port(tty);
	wake_up(&tty->readable);
	wake_up(&tty->writable);
	if (group != 0) {
		job_control->send_group(group, SIGHUP);
		job_control->send_group(group, SIGCONT);
	}
}

void tty_session_ends(int session)
{
	for (unsigned i = 0; i < tty_count; i++)
		if (session != 0 && ttys[i]->session == session)
			tty_hang_up(ttys[i], true);
}

// ---- the device ----

static int tty_open(struct chardev *device, unsigned flags, void **result)
{
	struct tty *tty = device->private;

	if (tty == NULL) // /dev/tty
		tty = controlling_tty();
	if (tty != NULL && READ_ONCE(tty->refused))
		return -EIO;
	struct session *session = tty != NULL ? kmalloc(sizeof(*session), ALLOC_SLEEP) : NULL;
	if (session == NULL)
		return tty != NULL ? -ENOMEM : -ENXIO;
	*session = (struct session){tty, READ_ONCE(tty->hangups)};
	*result = session;
	atomic_add(&tty->opens, 1);
	WRITE_ONCE(tty->was_open, true);
	if ((flags & O_NOCTTY) == 0 && device->private != NULL)
		take_control(tty);
	return 0;
}

static void tty_release(struct chardev *device, void *opened)
{
	struct session *session = opened;
	struct tty *tty = session->tty;

	kfree(session);
	if (atomic_sub(&tty->opens, 1) == 0 && tty->port->idle != NULL)
		tty->port->idle(tty->port);
}

static bool is_dead(const struct session *session)
{
	return READ_ONCE(session->tty->hangups) != session->hangups;
}

static uint32_t minimum_of(const struct tty *tty, size_t left)
{
	uint32_t minimum = tty->termios.c_cc[VMIN];

	minimum = minimum > left ? (uint32_t)left : minimum;
	return minimum != 0 ? minimum : 1;
}

static bool is_ready(struct session *session, uint32_t minimum)
{
	struct tty *tty = session->tty;
	unsigned long state = spin_lock_irqsave(&tty->lock);
	bool ready = discipline_readable(tty, minimum) != 0 || is_dead(session);

	spin_unlock_irqrestore(&tty->lock, state);
	return ready;
}

// Waits until a read finds something. 0, -EAGAIN (also: VMIN 0 and the time is over), -ERESTARTSYS.
static int wait_input(struct session *session, struct uio *uio)
{
	struct tty *tty = session->tty;
	bool raw = (tty->termios.c_lflag & ICANON) == 0;
	uint32_t minimum = raw ? tty->termios.c_cc[VMIN] : 1;
	int64_t between_ns = raw ? tty->termios.c_cc[VTIME] * DECISECOND_NS : 0;

	if (uio->nonblock)
		return is_ready(session, 1) ? 0 : -EAGAIN;
	if (raw && minimum == 0)
		return wait_event_deadline(&tty->readable, is_ready(session, 1), time_monotonic_ns() + between_ns);
	if (!raw || between_ns == 0)
		return wait_event_interruptible(&tty->readable, is_ready(session, minimum_of(tty, uio->left)));
	int rc = wait_event_interruptible(&tty->readable, is_ready(session, 1));
	for (uint32_t seen = 0; rc == 0 && !is_ready(session, minimum_of(tty, uio->left));) { // until the line falls silent
		seen = READ_ONCE(tty->line_end);
		rc = wait_event_deadline(&tty->readable, READ_ONCE(tty->line_end) != seen, time_monotonic_ns() + between_ns);
	}
	return rc == -ETIMEDOUT ? 0 : rc;
}

// Takes up to `size` characters from the input, to the end of a line at most. *end: a delimiter came.
static size_t take_input(struct tty *tty, char *bytes, size_t size, bool *end)
{
	bool lines = (tty->termios.c_lflag & ICANON) != 0;
	unsigned long state = spin_lock_irqsave(&tty->lock);
	size_t count = 0;

	*end = false;
	while (count < size && tty->input_read != tty->line_end && !*end) {
		uint16_t cell = tty->input[tty->input_read++ % TTY_INPUT];
		*end = lines && (cell & INPUT_DELIMITER) != 0;
		if (!lines || (cell & INPUT_EOF) == 0)
			bytes[count++] = (char)cell;
	}
	if (lines && !*end && tty->input_read != tty->line_end &&
	    (tty->input[tty->input_read % TTY_INPUT] & INPUT_EOF) != 0 && count == size)
		tty->input_read++; // the line filled the buffer just: its end of file is not another read's
	spin_unlock_irqrestore(&tty->lock, state);
	return count;
}

static long read_input(struct session *session, struct uio *uio)
{
	char bytes[PIECE];
	size_t done = 0;
	bool end = false;
	int rc = wait_input(session, uio);

	if (rc != 0)
		return rc == -ETIMEDOUT ? 0 : rc;
	while (uio->left != 0 && !end) {
		size_t count = take_input(session->tty, bytes, uio->left < PIECE ? uio->left : PIECE, &end);
		if (count == 0)
			break;
		if (uio_copy_out(uio, bytes, count) != 0)
			return done != 0 ? (long)done : -EFAULT;
		done += count;
	}
	return (long)done;
}

static long tty_read(struct chardev *device, void *opened, struct uio *uio, int64_t *position)
{
	struct session *session = opened;
	struct tty *tty = session->tty;

	if (is_dead(session) || uio->left == 0)
		return 0;
	long rc = tty_check_foreground(tty, SIGTTIN);
	if (rc != 0)
		return rc;
	if (!uio->nonblock)
		rc = mutex_lock_interruptible(&tty->read_lock);
	else if (!mutex_trylock(&tty->read_lock))
		rc = -EAGAIN;
	if (rc != 0)
		return rc;
	rc = read_input(session, uio);
	resume_port(tty);
	mutex_unlock(&tty->read_lock);
	return rc;
}

static size_t output_room(struct tty *tty)
{
	return TTY_OUTPUT - (READ_ONCE(tty->output_write) - READ_ONCE(tty->output_read));
}

// Bytes that found room in the output ring.
static size_t put_output(struct tty *tty, const char *bytes, size_t count)
{
	unsigned long state = spin_lock_irqsave(&tty->lock);
	size_t done = 0;

	while (done < count && discipline_output(tty, bytes[done]))
		done++;
	tty_push(tty);
	spin_unlock_irqrestore(&tty->lock, state);
	return done;
}

static long tty_write(struct chardev *device, void *opened, struct uio *uio, int64_t *position)
{
	struct session *session = opened;
	struct tty *tty = session->tty;
	char bytes[PIECE];
	size_t written = 0;
	int rc = (tty->termios.c_lflag & TOSTOP) != 0 ? tty_check_foreground(tty, SIGTTOU) : 0;

	while (rc == 0 && uio->left != 0) {
		size_t count = uio->left < PIECE ? uio->left : PIECE, done = 0;
		TRACE("terminal takes bytes", count);
		if (is_dead(session))
			rc = -EIO;
		else if (uio_copy_in(uio, bytes, count) != 0)
			rc = -EFAULT;
		while (rc == 0 && (done += put_output(tty, bytes + done, count - done)) < count)
			rc = uio->nonblock ? -EAGAIN
					   : wait_event_interruptible(&tty->writable, output_room(tty) >= PIECE || is_dead(session));
		written += done;
	}
	return written != 0 ? (long)written : rc;
}

static unsigned tty_poll(struct chardev *device, void *opened, struct poll_table *table)
{
	struct session *session = opened;
	unsigned events = 0;

	poll_wait(table, &session->tty->readable);
	poll_wait(table, &session->tty->writable);
	events |= is_ready(session, 1) ? POLLIN | POLLRDNORM : 0;
	events |= output_room(session->tty) >= PIECE ? POLLOUT | POLLWRNORM : 0;
	return is_dead(session) ? events | POLLHUP | POLLERR : events;
}

// ---- ioctl ----

int tty_drain(struct tty *tty)
{
	return wait_event_interruptible(&tty->writable, READ_ONCE(tty->output_read) == READ_ONCE(tty->output_write));
}

void tty_flush(struct tty *tty, bool input, bool output)
{
	unsigned long state = spin_lock_irqsave(&tty->lock);

	if (input)
		tty->input_read = tty->line_end = tty->input_write;
	if (output)
		tty->output_read = tty->output_write;
	spin_unlock_irqrestore(&tty->lock, state);
	resume_port(tty);
	wake_up(&tty->writable);
}

static long set_termios(struct tty *tty, unsigned command, uint64_t argument)
{
	struct abi_termios termios;
	int rc = copy_from_user(&termios, argument, sizeof(termios));

	if (rc == 0)
		rc = tty_check_foreground(tty, SIGTTOU);
	if (rc == 0 && command != TCSETS)
		rc = tty_drain(tty);
	if (rc != 0)
		return rc;
	if (command == TCSETSF)
		tty_flush(tty, true, false);
	unsigned long state = spin_lock_irqsave(&tty->lock);
	if (((tty->termios.c_lflag ^ termios.c_lflag) & ICANON) != 0)
		tty->line_end = tty->input_write; // what was typed so far can be read as it is
	tty->termios = termios;
	if ((termios.c_iflag & IXON) == 0)
		tty->stopped &= STOPPED_BY_CALL;
	tty_push(tty);
	spin_unlock_irqrestore(&tty->lock, state);
	resume_port(tty);
	wake_up(&tty->readable);
	return 0;
}

// TIOCGPGRP, TIOCSPGRP, TIOCGSID, TIOCNOTTY: only for members of the terminal's session.
static long control_ioctl(struct tty *tty, unsigned command, uint64_t argument)
{
	int32_t number = command == TIOCGSID ? tty->session : tty->foreground;

	if (job_control == NULL || tty->session == 0 || job_control->session() != tty->session)
		return -ENOTTY;
	if (command == TIOCNOTTY) {
		if (job_control->leads_session())
			tty_hang_up(tty, false);
		return 0;
	}
	if (command != TIOCSPGRP)
		return copy_to_user(argument, &number, sizeof(number));
	int rc = tty_check_foreground(tty, SIGTTOU);
	if (rc == 0)
		rc = copy_from_user(&number, argument, sizeof(number));
	if (rc == 0 && number <= 0)
		rc = -EINVAL;
	if (rc == 0 && !job_control->group_in_session(number, tty->session))
		rc = -EPERM;
	if (rc == 0)
		WRITE_ONCE(tty->foreground, number);
	return rc;
}

long tty_control(struct tty *tty, unsigned command, uint64_t argument)
{
	switch (command) {
	case TCGETS: return copy_to_user(argument, &tty->termios, sizeof(tty->termios));
	case TCSETS:
	case TCSETSW:
	case TCSETSF: return set_termios(tty, command, argument);
	case TIOCGWINSZ: return copy_to_user(argument, &tty->size, sizeof(tty->size));
	case TIOCSCTTY: return take_control(tty);
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID:
	case TIOCNOTTY: return control_ioctl(tty, command, argument);
	}
	return tty_control_more != NULL ? tty_control_more(tty, command, argument) : -ENOTTY;
}

static long tty_ioctl(struct chardev *device, void *opened, unsigned command, uint64_t argument)
{
	struct session *session = opened;

	return is_dead(session) ? -EIO : tty_control(session->tty, command, argument);
}

const struct chardev_operations tty_operations = {.open = tty_open, .release = tty_release, .read = tty_read,
							 .write = tty_write, .ioctl = tty_ioctl, .poll = tty_poll};

// ---- start ----

void tty_add(struct tty *tty)
{
	ttys[tty_count] = tty;
	__atomic_store_n(&tty_count, tty_count + 1, __ATOMIC_RELEASE);
}

static void add_tty(struct terminal_port *port)
{
	struct tty *tty = kzalloc(sizeof(*tty), ALLOC_SLEEP);

	if (tty == NULL || tty_count == TTYS_MAX) {
		kfree(tty);
		return;
	}
	tty_setup(tty, port);
	tty->device = (struct chardev){.name = port->name, .major = 4, .minor = 64 + tty_count, .mode = 0620,
				       .operations = &tty_operations, .private = tty};
	tty_add(tty);
	chardev_register(&tty->device);
}

// The first port that is a terminal of its own is the console; mirrors (screen, keyboard) belong to it.
void tty_init(void)
{
	static struct chardev console = {.name = "console", .major = 5, .minor = 1, .mode = 0600, .operations = &tty_operations};
	static struct chardev own = {.name = "tty", .major = 5, .minor = 0, .mode = 0666, .operations = &tty_operations};
	struct terminal_port *port;
	unsigned mirrors = 0;

	for (port = terminal_port_first(); port != NULL; port = port->next)
		if (!port->mirror)
			add_tty(port);
	chardev_register(&own);
	if (tty_count == 0)
		return;
	console.private = ttys[0];
	chardev_register(&console);
	for (port = terminal_port_first(); port != NULL; port = port->next) {
		if (!port->mirror)
			continue;
		port->terminal = ttys[0];
		port->receive = port_receive;
		if (port->rows != 0)
			ttys[0]->size = ttys[0]->screen = (struct abi_winsize){port->rows, port->columns, 0, 0};
		if (port->write != NULL && mirrors < TTY_MIRRORS)
			ttys[0]->mirrors[mirrors++] = port;
	}
}
