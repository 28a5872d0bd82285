// pty.c: pseudo-terminals: a terminal whose other end is a program. Opening /dev/ptmx gives a master; its slave is /dev/pts/N.
//
// The slave is a tty like any other. Its port is a ring of bytes that the master reads; what the master writes is what the port
// receives. ptys_mutex guards which slots are in use; the ring is guarded by pty->lock (irqsave; inside tty->lock). A slot is used again
// when its master and all files of its slave are closed, so nothing is ever freed under a reader.
//
// With TIOCPKT each read of the master is a packet (ioctl_tty(2)): one byte that says what happened at the slave, or 0 and bytes. What
// happens comes by the master's own keys (^S, ^C) or by an ioctl call of the slave: both pass through here.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/init.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/format.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/tty/tty.h"
#include "kernel/uapi/poll.h"

#define RING 8192u
#define PIECE 256u
#define PTMX_MAJOR 5
#define SLAVE_MAJOR 136
#define VDISCARD 13 // a key that Linux names and does not heed

#define TIOCPKT 0x5420
#define TIOCGPKT 0x80045438u
// What the first byte of a packet says (TIOCPKT); 0: bytes of the slave follow.
#define TIOCPKT_FLUSHREAD 1
#define TIOCPKT_FLUSHWRITE 2
#define TIOCPKT_STOP 4
#define TIOCPKT_START 8
#define TIOCPKT_NOSTOP 16
#define TIOCPKT_DOSTOP 32

struct pty {
	struct tty tty;
	struct terminal_port port;
	char name[12]; // "pts/63"
	bool master_open;
	struct spinlock lock;
	char ring[RING]; // from slave to master, by running numbers
	uint32_t read, write;
	bool packet;
	uint8_t told; // what the next packet says, by lock
	struct wait_queue changed; // the master waits: bytes came, room came, the slave was closed
};

static struct mutex ptys_mutex = MUTEX_INIT(ptys_mutex);
static struct pty *ptys[PTYS_MAX];

// ---- the slave's port ----

static size_t port_write(struct terminal_port *port, const char *bytes, size_t count)
{
	struct pty *pty = container_of(port, struct pty, port);
	unsigned long state = spin_lock_irqsave(&pty->lock);
	size_t done = 0;

	while (done < count && pty->write - pty->read < RING)
		pty->ring[pty->write++ % RING] = bytes[done++];
	spin_unlock_irqrestore(&pty->lock, state);
	if (!READ_ONCE(pty->master_open))
		return count; // nobody will read it
	wake_up(&pty->changed);
	return done;
}

static void port_resume(struct terminal_port *port)
{
	struct pty *pty = container_of(port, struct pty, port);

	WRITE_ONCE(port->paused, false);
	wake_up(&pty->changed);
}

static void port_idle(struct terminal_port *port)
{
	wake_up(&container_of(port, struct pty, port)->changed);
}

// ---- what packets say ----

static void tell(struct pty *pty, uint8_t past, uint8_t now)
{
	unsigned long state = spin_lock_irqsave(&pty->lock);

	if (pty->packet)
		pty->told = (uint8_t)((pty->told & ~past) | now);
	spin_unlock_irqrestore(&pty->lock, state);
	wake_up(&pty->changed);
}

static void tell_stopped(struct pty *pty, bool before)
{
	bool now = READ_ONCE(pty->tty.stopped);

	if (now != before)
		tell(pty, TIOCPKT_STOP | TIOCPKT_START, now ? TIOCPKT_STOP : TIOCPKT_START);
}

// ^S and ^Q stop and start the output.
static bool usual_flow(const struct pty *pty)
{
	const struct abi_termios *termios = &pty->tty.termios;

	return (termios->c_iflag & IXON) != 0 && termios->c_cc[VSTOP] == 19 && termios->c_cc[VSTART] == 17;
}

static long slave_ioctl(struct chardev *device, void *session, unsigned command, uint64_t argument)
{
	struct pty *pty = container_of(device, struct pty, tty.device);
	bool stopped = READ_ONCE(pty->tty.stopped), flow = usual_flow(pty);
	long rc = tty_operations.ioctl(device, session, command, argument);

	if (rc == 0 && (command == TCSETSF || (command == TCFLSH && argument != TCOFLUSH)))
		tell(pty, 0, TIOCPKT_FLUSHREAD);
	if (rc == 0 && command == TCFLSH && argument != TCIFLUSH)
		tell(pty, 0, TIOCPKT_FLUSHWRITE);
	if (flow != usual_flow(pty))
		tell(pty, TIOCPKT_DOSTOP | TIOCPKT_NOSTOP, flow ? TIOCPKT_NOSTOP : TIOCPKT_DOSTOP);
	tell_stopped(pty, stopped);
	return rc;
}

// A key that is a signal drops what waits at the slave, before its echo.
static bool key_flushes(const struct pty *pty, char key)
{
	const struct abi_termios *termios = &pty->tty.termios;
	const uint8_t *keys = termios->c_cc;

	return (termios->c_lflag & (ISIG | NOFLSH)) == ISIG && key != '\0' && !pty->tty.literal_next &&
	       ((uint8_t)key == keys[VINTR] || (uint8_t)key == keys[VQUIT] || (uint8_t)key == keys[VSUSP]);
}

static void receive(struct pty *pty, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool stopped = READ_ONCE(pty->tty.stopped);
		if (key_flushes(pty, bytes[i]))
			tell(pty, 0, TIOCPKT_FLUSHREAD | TIOCPKT_FLUSHWRITE);
		pty->port.receive(&pty->port, &bytes[i], 1);
		tell_stopped(pty, stopped);
	}
}

// ---- slots ----

static struct pty *pty_create(unsigned number)
{
	struct pty *pty = kzalloc(sizeof(*pty), ALLOC_SLEEP);

	if (pty == NULL)
		return NULL;
	format_buffer(pty->name, sizeof(pty->name), "pts/%u", number);
	spin_init(&pty->lock, "pty");
	wait_queue_init(&pty->changed);
	pty->port = (struct terminal_port){.name = pty->name, .write = port_write, .resume = port_resume, .idle = port_idle};
	pty->tty.refused = true;
	ptys[number] = pty;
	tty_setup(&pty->tty, &pty->port);
	tty_add(&pty->tty);
	return pty;
}

static struct chardev_operations slave_operations; // a tty's, but for ioctl

// A slot whose master and slave are closed, as new; NULL with *rc.
static struct pty *pty_take(int *rc)
{
	for (unsigned i = 0; i < PTYS_MAX; i++) {
		struct pty *pty = ptys[i] != NULL ? ptys[i] : pty_create(i);
		*rc = -ENOMEM;
		if (pty == NULL)
			return NULL;
		if (pty->master_open || READ_ONCE(pty->tty.opens) != 0)
			continue;
		bool fresh = pty->tty.device.name == NULL;
		pty->read = pty->write = 0;
		pty->packet = false;
		pty->told = 0;
		pty->tty.was_open = false;
		pty->tty.input_read = pty->tty.line_end = pty->tty.input_write = 0;
		pty->tty.output_read = pty->tty.output_write = 0;
		pty->tty.stopped = 0;
		pty->tty.literal_next = false;
		pty->tty.size = (struct abi_winsize){0};
		tty_setup(&pty->tty, &pty->port);
		pty->tty.termios.c_iflag = ICRNL | IXON;
		pty->tty.termios.c_cflag = B38400 | CS8 | CREAD; // no line hangs on it
		pty->tty.termios.c_cc[VDISCARD] = 15;
		pty->tty.device = (struct chardev){.name = pty->name, .major = SLAVE_MAJOR, .minor = i, .mode = 0620,
						   .operations = &slave_operations, .private = &pty->tty, .next = pty->tty.device.next};
		pty->master_open = true;
		if (fresh)
			chardev_register(&pty->tty.device);
		else
			chardev_added(&pty->tty.device);
		return pty;
	}
	*rc = -ENOSPC;
	return NULL;
}

// ---- the master ----

static int master_open(struct chardev *device, unsigned flags, void **session)
{
	int rc = 0;

	mutex_lock(&ptys_mutex);
	struct pty *pty = pty_take(&rc);
	mutex_unlock(&ptys_mutex);
	*session = pty;
	return pty != NULL ? 0 : rc;
}

static void master_release(struct chardev *device, void *session)
{
	struct pty *pty = session;

	mutex_lock(&ptys_mutex);
	WRITE_ONCE(pty->tty.refused, true);
	chardev_removed(&pty->tty.device);
	tty_hang_up(&pty->tty, true);
	WRITE_ONCE(pty->master_open, false);
	mutex_unlock(&ptys_mutex);
}

static uint32_t bytes_ready(struct pty *pty)
{
	return READ_ONCE(pty->write) - READ_ONCE(pty->read);
}

static bool is_readable(struct pty *pty)
{
	return bytes_ready(pty) != 0 || READ_ONCE(pty->told) != 0;
}

// The slave was open and is not any more.
static bool slave_gone(struct pty *pty)
{
	return READ_ONCE(pty->tty.was_open) && READ_ONCE(pty->tty.opens) == 0;
}

static long master_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	struct pty *pty = session;
	char bytes[PIECE];
	size_t count = 0;

	if (uio->left == 0)
		return 0;
	while (!is_readable(pty)) {
		long rc = slave_gone(pty) ? -EIO : uio->nonblock ? -EAGAIN
			  : wait_event_interruptible(&pty->changed, is_readable(pty) || slave_gone(pty));
		if (rc != 0)
			return rc;
	}
	unsigned long state = spin_lock_irqsave(&pty->lock);
	bool told = pty->told != 0;
	if (pty->packet)
		bytes[count++] = (char)pty->told;
	pty->told = 0;
	while (!told && count < PIECE && count < uio->left && pty->read != pty->write)
		bytes[count++] = pty->ring[pty->read++ % RING];
	spin_unlock_irqrestore(&pty->lock, state);
	pty->port.writable(&pty->port); // there is room again
	return uio_copy_out(uio, bytes, count) != 0 ? -EFAULT : (long)count;
}

static size_t room_for_master(struct pty *pty)
{
	return pty->port.room(&pty->port);
}

static long master_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	struct pty *pty = session;
	char bytes[PIECE];
	long done = 0, rc = 0;

	while (uio->left != 0 && rc == 0) {
		size_t room = room_for_master(pty), count = uio->left < PIECE ? uio->left : PIECE;
		if (room == 0) {
			WRITE_ONCE(pty->port.paused, true);
			rc = uio->nonblock ? -EAGAIN : wait_event_interruptible(&pty->changed, room_for_master(pty) != 0);
			continue;
		}
		count = count < room ? count : room;
		if (uio_copy_in(uio, bytes, count) != 0) {
			rc = -EFAULT;
			break;
		}
		receive(pty, bytes, count);
		done += (long)count;
	}
	return done != 0 ? done : rc;
}

static unsigned master_poll(struct chardev *device, void *session, struct poll_table *table)
{
	struct pty *pty = session;

	poll_wait(table, &pty->changed);
	unsigned events = is_readable(pty) ? POLLIN | POLLRDNORM : 0;
	events |= READ_ONCE(pty->told) != 0 ? POLLPRI : 0;
	events |= room_for_master(pty) != 0 ? POLLOUT | POLLWRNORM : 0;
	return slave_gone(pty) ? events | POLLHUP : events;
}

static long open_slave(struct pty *pty, int flags)
{
	char path[32];
	struct file *file;

	format_buffer(path, sizeof(path), "/dev/%s", pty->name);
	int rc = file_open(AT_FDCWD, path, flags, 0, &file);
	return rc != 0 ? rc : files_install(current->files, file, 0, (flags & O_CLOEXEC) != 0);
}

static long set_packet(struct pty *pty, uint64_t argument)
{
	int32_t packet;

	if (copy_from_user(&packet, argument, sizeof(packet)) != 0)
		return -EFAULT;
	unsigned long state = spin_lock_irqsave(&pty->lock);
	pty->told = 0;
	pty->packet = packet != 0;
	spin_unlock_irqrestore(&pty->lock, state);
	return 0;
}

static long master_ioctl(struct chardev *device, void *session, unsigned command, uint64_t argument)
{
	struct pty *pty = session;
	int32_t number = (int32_t)pty->tty.device.minor, count = (int32_t)bytes_ready(pty);
	int32_t locked = pty->tty.refused, group = pty->tty.foreground, packet = pty->packet;

	switch (command) {
	case TIOCGPTN: return copy_to_user(argument, &number, sizeof(number));
	case TIOCGPTLCK: return copy_to_user(argument, &locked, sizeof(locked));
	case TIOCSPTLCK:
		if (copy_from_user(&locked, argument, sizeof(locked)) != 0)
			return -EFAULT;
		WRITE_ONCE(pty->tty.refused, locked != 0);
		return 0;
	case TIOCGPKT: return copy_to_user(argument, &packet, sizeof(packet));
	case TIOCPKT: return set_packet(pty, argument);
	case TIOCGPTPEER: return open_slave(pty, (int)argument);
	case FIONREAD: return copy_to_user(argument, &count, sizeof(count));
	case TIOCGPGRP: return copy_to_user(argument, &group, sizeof(group));
	case TIOCSIG:
		if (argument < 1 || argument > 64)
			return -EINVAL;
		if (group != 0)
			job_control->send_group(group, (int)argument);
		return 0;
	case TIOCSCTTY:
	case TIOCNOTTY: return -ENOTTY;
	}
	return tty_control(&pty->tty, command, argument);
}

static void pty_init(void)
{
	static const struct chardev_operations operations = {.open = master_open, .release = master_release, .read = master_read,
							     .write = master_write, .ioctl = master_ioctl, .poll = master_poll};
	static struct chardev device = {.name = "ptmx", .major = PTMX_MAJOR, .minor = 2, .mode = 0666, .operations = &operations};
	slave_operations = tty_operations;
	slave_operations.ioctl = slave_ioctl;
	chardev_register(&device);
}
INIT_LATE(pty_init);
