// control.c: the rest of a terminal's ioctl calls: its size, and what waits in its rings.
#include "kernel/proc/internal.h"
#include "kernel/tty/tty.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/signal.h"

enum { TCOOFF, TCOON, TCIOFF, TCION }; // TCXONC

static long set_size(struct tty *tty, uint64_t argument)
{
	struct abi_winsize size;
	int rc = copy_from_user(&size, argument, sizeof(size));

	if (rc != 0)
		return rc;
	size.ws_row = size.ws_row < tty->screen.ws_row ? size.ws_row : tty->screen.ws_row;
	size.ws_col = size.ws_col < tty->screen.ws_col ? size.ws_col : tty->screen.ws_col;
	unsigned long state = spin_lock_irqsave(&tty->lock);
	bool changed = memcmp(&tty->size, &size, sizeof(size)) != 0;
	tty->size = size;
	int group = tty->foreground;
	spin_unlock_irqrestore(&tty->lock, state);
	if (changed && group != 0)
		job_control->send_group(group, SIGWINCH);
	return 0;
}

// tcflow(3): stops and starts the output, or asks the other side to stop and start.
static long control_flow(struct tty *tty, uint64_t action)
{
	char key = 0;

	if (action > TCION)
		return -EINVAL;
	unsigned long state = spin_lock_irqsave(&tty->lock);
	if (action == TCOOFF)
		tty->stopped |= STOPPED_BY_CALL;
	else if (action == TCOON && (tty->stopped & STOPPED_BY_CALL) != 0)
		tty->stopped = 0;
	else
		key = (char)tty->termios.c_cc[action == TCIOFF ? VSTOP : VSTART];
	if (action >= TCIOFF && key != 0)
		tty->port->write(tty->port, &key, 1);
	tty_push(tty);
	spin_unlock_irqrestore(&tty->lock, state);
	return 0;
}

long tty_control_more(struct tty *tty, unsigned command, uint64_t argument)
{
	int32_t count;
	int rc = command == TCSBRK || command == TCXONC || command == TCFLSH ? tty_check_foreground(tty, SIGTTOU) : 0;

	if (rc != 0)
		return rc;
	switch (command) {
	case TCSBRK: return tty_drain(tty);
	case TCXONC: return control_flow(tty, argument);
	case TCFLSH:
		if (argument > TCIOFLUSH)
			return -EINVAL;
		tty_flush(tty, argument != TCOFLUSH, argument != TCIFLUSH);
		return 0;
	case TIOCSWINSZ: return set_size(tty, argument);
	case FIONREAD:
		count = (int32_t)(READ_ONCE(tty->line_end) - READ_ONCE(tty->input_read));
		return copy_to_user(argument, &count, sizeof(count));
	case TIOCOUTQ:
		count = (int32_t)(READ_ONCE(tty->output_write) - READ_ONCE(tty->output_read));
		return copy_to_user(argument, &count, sizeof(count));
	}
	return -ENOTTY;
}

// For /proc/PID/stat: the device number of the terminal that controls the session, and the group in front.
void procfs_terminal(int session, int *number, int *foreground)
{
	struct tty *tty = tty_of_session(session);

	if (tty == NULL)
		return;
	*number = (int)((tty->device.minor & 0xff) | tty->device.major << 8 | (tty->device.minor & ~0xffu) << 12);
	*foreground = READ_ONCE(tty->foreground);
}
