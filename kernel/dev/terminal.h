// terminal.h: where a driver that moves characters (serial port, screen, keyboard) meets the terminal above it. The driver fills
// in name and write and registers; the tty sets the rest.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal_port {
	const char *name; // "ttyS0"
	// Takes up to `count` bytes and returns how many; fewer: it calls writable() when it can take more. Thread context.
	size_t (*write)(struct terminal_port *port, const char *bytes, size_t count); // NULL: input only
	bool mirror; // part of the console's terminal, not a terminal of its own (the screen, the keyboard)
	uint16_t rows, columns; // of a screen: no window of its terminal is larger; 0: it does not say
	void (*receive)(struct terminal_port *port, const char *bytes, size_t count); // hard-interrupt context; may be NULL
	// How many characters receive() has room for. A port that can make its sender wait holds back the rest, sets `paused`, asks
	// once more (the reader may have been faster) and goes on when resume() is called.
	size_t (*room)(struct terminal_port *port); // any context; may be NULL
	void (*resume)(struct terminal_port *port); // thread context; the driver's, NULL: it cannot hold back
	bool paused;
	void (*writable)(struct terminal_port *port);                                  // hard-interrupt context; may be NULL
	void (*idle)(struct terminal_port *port); // the last open file of its terminal was closed; may be NULL
	void *terminal;
	struct terminal_port *next;
};

void terminal_port_register(struct terminal_port *port); // boot time
struct terminal_port *terminal_port_first(void);
