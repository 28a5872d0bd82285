// printk.h: the kernel's log and its last words. Any context, also NMI; lines go to a ring that dmesg reads, and to the
// registered consoles.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void printk(const char *template, ...) __attribute__((format(printf, 1, 2)));

// The log as text, from byte `position` of everything ever printed. Returns the bytes copied; *position moves on (over
// what the ring has lost). Context: any.
size_t log_read(char *buffer, size_t size, uint64_t *position);
uint64_t log_start(void); // position of the oldest byte that is still there
uint64_t log_end(void);

struct console {
	void (*write)(const char *bytes, size_t count); // any context, IRQs off
	struct console *next;
};
void console_register(struct console *console);

// Stops the machine: message, registers, back-traces of all CPUs, then a panic exit for the door (tests/run: 125).
_Noreturn void panic(const char *template, ...) __attribute__((format(printf, 1, 2)));

// An invariant that only a bug can break.
#define assert(condition)                                                                                         \
	do {                                                                                                           \
		if (__builtin_expect(!(condition), 0))                                                                 \
			panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #condition);                           \
	} while (0)
