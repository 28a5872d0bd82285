// discipline.c: from keystrokes to lines and from lines to the screen (POSIX.1-2017, chapter 11, General Terminal Interface).
//
// Runs under the tty's lock, from the receive interrupt or a writer. It is the one owner of CR and NL: ICRNL on the way in, ONLCR
// on the way out; drivers pass bytes as they are. Invariant: input_read <= line_end <= input_write <= input_read + TTY_INPUT.
#include "kernel/tty/tty.h"
#include "kernel/uapi/signal.h"

static bool has(const struct tty *tty, uint32_t flag) // of c_lflag
{
	return (tty->termios.c_lflag & flag) != 0;
}

static bool is_key(const struct tty *tty, int key, char c)
{
	return tty->termios.c_cc[key] != 0 && tty->termios.c_cc[key] == (uint8_t)c;
}

// ---- output ----

void tty_push(struct tty *tty)
{
	while (!tty->stopped && tty->output_read != tty->output_write) {
		uint32_t at = tty->output_read % TTY_OUTPUT, count = tty->output_write - tty->output_read;
		count = count < TTY_OUTPUT - at ? count : TTY_OUTPUT - at;
		uint32_t done = (uint32_t)tty->port->write(tty->port, tty->output + at, count);
		for (unsigned i = 0; i < TTY_MIRRORS && tty->mirrors[i] != NULL; i++)
			tty->mirrors[i]->write(tty->mirrors[i], tty->output + at, done);
		tty->output_read += done;
		if (done < count)
			break; // the port calls back
	}
}

static void raw_output(struct tty *tty, char c)
{
	tty->output[tty->output_write++ % TTY_OUTPUT] = c;
	if (c == '\r')
		tty->column = 0;
	else if (c == '\b')
		tty->column -= tty->column > 0;
	else if (c == '\t')
		tty->column = (tty->column | 7) + 1;
	else if ((uint8_t)c >= ' ' && ((uint8_t)c & 0xc0) != 0x80) // not the middle of a UTF-8 character
		tty->column++;
}

bool discipline_output(struct tty *tty, char c)
{
	uint32_t flags = tty->termios.c_oflag;

	if (TTY_OUTPUT - (tty->output_write - tty->output_read) < 2)
		return false;
	if ((flags & OPOST) != 0 && c == '\n' && (flags & ONLCR) != 0)
		raw_output(tty, '\r');
	if ((flags & OPOST) != 0 && c == '\r' && (flags & OCRNL) != 0)
		c = '\n';
	if ((flags & OPOST) != 0 && c == '\r' && (flags & ONOCR) != 0 && tty->column == 0)
		return true;
	raw_output(tty, c);
	return true;
}

static bool is_control(const struct tty *tty, char c)
{
	return ((uint8_t)c < ' ' && c != '\t') || c == 127;
}

static void echo(struct tty *tty, char c)
{
	if (!has(tty, ECHO) && !(c == '\n' && has(tty, ECHONL) && has(tty, ICANON)))
		return;
	if (is_control(tty, c) && c != '\n' && c != '\r' && has(tty, ECHOCTL)) {
		discipline_output(tty, '^');
		discipline_output(tty, (char)(c ^ 0x40));
	} else {
		discipline_output(tty, c);
	}
}

// ---- editing a line ----

static void store(struct tty *tty, char c, uint16_t flags)
{
	uint32_t used = tty->input_write - tty->input_read;

	if (used >= TTY_INPUT - (flags != 0 || !has(tty, ICANON) ? 0 : 1)) { // one place is kept for the line's end
		discipline_output(tty, '\a');
		return;
	}
	if (tty->input_write == tty->line_end)
		tty->line_column = tty->column;
	tty->input[tty->input_write++ % TTY_INPUT] = (uint16_t)((uint8_t)c | flags);
	if (flags != 0 || !has(tty, ICANON))
		tty->line_end = tty->input_write;
}

static char last_char(const struct tty *tty)
{
	return (char)tty->input[(tty->input_write - 1) % TTY_INPUT];
}

// The columns of the line being edited up to `end`, counted from where it began: what a tab's width depends on.
static unsigned column_at(const struct tty *tty, uint32_t end)
{
	unsigned column = tty->line_column;

	for (uint32_t at = tty->line_end; at != end; at++) {
		char c = (char)tty->input[at % TTY_INPUT];
		if (c == '\t')
			column = (column | 7) + 1;
		else if (is_control(tty, c))
			column += has(tty, ECHOCTL) ? 2 : 0;
		else
			column += ((uint8_t)c & 0xc0) != 0x80;
	}
	return column;
}

// Takes back the last character of the line being edited, with all bytes of a UTF-8 one, from the screen too.
static void erase_last(struct tty *tty)
{
	unsigned before = column_at(tty, tty->input_write);

	while (tty->input_write - 1 != tty->line_end && (tty->termios.c_iflag & IUTF8) != 0 &&
	       ((uint8_t)last_char(tty) & 0xc0) == 0x80)
		tty->input_write--;
	bool tab = last_char(tty) == '\t';
	tty->input_write--;
	if (!has(tty, ECHO) || !has(tty, ECHOE))
		return;
	for (unsigned column = column_at(tty, tty->input_write); column < before; column++) {
		discipline_output(tty, '\b');
		if (!tab) {
			discipline_output(tty, ' ');
			discipline_output(tty, '\b');
		}
	}
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static void erase_word(struct tty *tty)
{
	while (tty->input_write != tty->line_end && !is_word(last_char(tty)))
		erase_last(tty);
	while (tty->input_write != tty->line_end && is_word(last_char(tty)))
		erase_last(tty);
}

// True: the character was a command to the line editor.
static bool edit(struct tty *tty, char c)
{
	if (is_key(tty, VERASE, c)) {
		if (tty->input_write != tty->line_end)
			erase_last(tty);
	} else if (is_key(tty, VKILL, c)) {
		while (tty->input_write != tty->line_end)
			erase_last(tty);
		if (has(tty, ECHOK) && !has(tty, ECHOE))
			echo(tty, '\n');
	} else if (is_key(tty, VWERASE, c) && has(tty, IEXTEN)) {
		erase_word(tty);
	} else if (is_key(tty, VREPRINT, c) && has(tty, IEXTEN)) {
		echo(tty, c);
		echo(tty, '\n');
		tty->line_column = 0;
		for (uint32_t at = tty->line_end; at != tty->input_write; at++)
			echo(tty, (char)tty->input[at % TTY_INPUT]);
	} else if (is_key(tty, VEOF, c)) {
		store(tty, c, INPUT_DELIMITER | INPUT_EOF);
	} else if (c == '\n' || is_key(tty, VEOL, c) || is_key(tty, VEOL2, c)) {
		echo(tty, c);
		store(tty, c, INPUT_DELIMITER);
	} else {
		return false;
	}
	return true;
}

// ---- keys that are signals ----

static bool signal_key(struct tty *tty, char c)
{
	int signal = is_key(tty, VINTR, c) ? SIGINT : is_key(tty, VQUIT, c) ? SIGQUIT : is_key(tty, VSUSP, c) ? SIGTSTP : 0;

	if (signal == 0)
		return false;
	if (!has(tty, NOFLSH)) {
		tty->input_read = tty->line_end = tty->input_write;
		tty->output_read = tty->output_write;
		tty->stopped &= STOPPED_BY_CALL;
		wake_up(&tty->writable);
	}
	echo(tty, c);
	if (tty->foreground != 0 && job_control != NULL)
		job_control->send_group(tty->foreground, signal);
	return true;
}

void discipline_receive(struct tty *tty, char c)
{
	uint32_t flags = tty->termios.c_iflag;

	if ((flags & ISTRIP) != 0)
		c &= 0x7f;
	if (tty->literal_next) {
		tty->literal_next = false;
		store(tty, c, 0);
		echo(tty, c);
		return;
	}
	if (c == '\r' && (flags & IGNCR) != 0)
		return;
	if (c == '\r' && (flags & ICRNL) != 0)
		c = '\n';
	else if (c == '\n' && (flags & INLCR) != 0)
		c = '\r';
	if ((flags & IXON) != 0 && (is_key(tty, VSTOP, c) || is_key(tty, VSTART, c))) {
		tty->stopped = (tty->stopped & STOPPED_BY_CALL) | is_key(tty, VSTOP, c);
		return;
	}
	if ((flags & IXON) != 0 && (flags & IXANY) != 0)
		tty->stopped &= STOPPED_BY_CALL;
	if (has(tty, ISIG) && signal_key(tty, c))
		return;
	if (has(tty, ICANON) && has(tty, IEXTEN) && is_key(tty, VLNEXT, c)) {
		tty->literal_next = true;
		if (has(tty, ECHO) && has(tty, ECHOCTL)) { // a mark that the next character overwrites
			discipline_output(tty, '^');
			discipline_output(tty, '\b');
		}
		return;
	}
	if (has(tty, ICANON) && edit(tty, c))
		return;
	store(tty, c, 0);
	echo(tty, c);
}

uint32_t discipline_readable(const struct tty *tty, uint32_t minimum)
{
	uint32_t count = tty->line_end - tty->input_read;

	return has(tty, ICANON) || count >= minimum ? count : 0;
}
