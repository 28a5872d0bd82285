// tty.h: terminals: the line discipline between characters and lines, and job control.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/dev/chardev.h"
#include "kernel/dev/terminal.h"
#include "kernel/sched/mutex.h"
#include "kernel/uapi/termios.h"

#define TTY_INPUT 4096u  // characters; more are answered with BEL and lost
#define TTY_OUTPUT 8192u // bytes
#define TTY_MIRRORS 4u
#define PTYS_MAX 64u // pseudo-terminals at once; ENOSPC

struct tty {
	struct chardev device; // first
	struct terminal_port *port, *mirrors[TTY_MIRRORS];
	struct spinlock lock; // irqsave; guards all below but the mutex
	struct abi_termios termios;
	struct abi_winsize size, screen; // `screen`: the largest that size may be, a mirror's
	// Ring of input by running numbers: read..line_end are whole lines, line_end..write is being edited. A cell is a character
	// with INPUT_DELIMITER (ends a read) and INPUT_EOF (ends it and is not part of it).
	uint16_t input[TTY_INPUT];
	uint32_t input_read, line_end, input_write;
	bool literal_next;
	uint8_t stopped; // its output, by key and by tcflow(3)
	unsigned column, line_column; // of the cursor; where the line being edited began
	char output[TTY_OUTPUT];      // processed bytes that the port has not taken yet, by running numbers
	uint32_t output_read, output_write;
	int32_t session, foreground; // 0: controls no session
	uint32_t hangups;            // a file opened before the last one is dead
	uint32_t opens;              // open files
	bool was_open;               // ever
	bool refused;                // a pseudo-terminal that is locked or has no master: open gives EIO
	struct wait_queue readable, writable;
	struct mutex read_lock;
};

#define INPUT_DELIMITER 0x100u
#define INPUT_EOF 0x200u
enum { STOPPED_BY_KEY = 1, STOPPED_BY_CALL = 2 };

// What job control needs of processes; proc is its neighbour, so tests can stand in for it.
struct job_control_operations {
	int (*session)(void); // of the current process
	int (*group)(void);
	bool (*leads_session)(void);
	bool (*group_in_session)(int group, int session);
	bool (*group_orphaned)(int group);
	bool (*takes)(int signal);                  // the current thread neither ignores nor blocks it
	void (*send_group)(int group, int signal);  // any context
};
extern const struct job_control_operations *job_control;

void tty_init(void); // makes /dev/console, /dev/tty and one /dev/ttySn for every port that is registered
struct tty *tty_of_session(int session); // the terminal that controls it, or NULL
void tty_session_ends(int session); // its leader exits: hang up

// For pty.c, which brings ports of its own.
void tty_setup(struct tty *tty, struct terminal_port *port); // to its first state
void tty_add(struct tty *tty);                               // it can control a session; for ever, callers one at a time
void tty_hang_up(struct tty *tty, bool dead);                // dead: what is open of it stays unusable
long tty_control(struct tty *tty, unsigned command, uint64_t argument); // its ioctl calls
extern const struct chardev_operations tty_operations;

// For control.c, whose ioctl calls a kernel may do without.
int tty_drain(struct tty *tty); // waits until the port has all output; 0 or -ERESTARTSYS
void tty_flush(struct tty *tty, bool input, bool output); // drops what waits
int tty_check_foreground(struct tty *tty, int signal); // 0, or the current process was sent `signal`: -errno
long tty_control_more(struct tty *tty, unsigned command, uint64_t argument) __attribute__((weak));

// ---- discipline.c: the tty's lock is held ----
void discipline_receive(struct tty *tty, char c);
bool discipline_output(struct tty *tty, char c); // with OPOST; false: no room
void tty_push(struct tty *tty);                  // gives the port what it takes
uint32_t discipline_readable(const struct tty *tty, uint32_t minimum); // characters a read would find now; 0: it waits
