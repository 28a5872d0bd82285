// panic.h: hooks that panic() runs in order of registration: stop the other CPUs, print back-traces, leave through the door.
#pragma once
#include <stdint.h>

struct panic_hook {
	void (*run)(void);
	struct panic_hook *next;
};
void panic_hook_register(struct panic_hook *hook);

// Prints one line a frame by the frame-pointer chain that starts at `frame` (a saved RBP), `limit` frames at most.
void backtrace_print(uint64_t instruction, uint64_t frame);
// True when `address` may be read as a stack word; machine sets it once page tables are its own.
extern int (*backtrace_readable)(uint64_t address);
