// printk.c: the log ring and the consoles.
//
// Owns: the ring `log_bytes` and its two positions, guarded by log_lock, a raw word that this file spins on itself: printk
// must work inside spin_lock()'s own assertions, with interrupts off and in an NMI. A CPU that meets its own lock (an NMI
// in the middle of a print) writes to the consoles without it rather than wait for itself.
#include "kernel/core/printk.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/core/limits.h"
#include "kernel/core/log.h"
#include "kernel/lib/format.h"

static char log_bytes[LOG_SIZE];
static uint64_t log_written; // bytes ever written
static int32_t log_lock = -1; // CPU that holds it
static struct console *consoles;
static int64_t (*log_clock)(void);
static bool log_quiet;

void log_set_clock(int64_t (*clock_ns)(void))
{
	log_clock = clock_ns;
}

void console_register(struct console *console)
{
	console->next = consoles;
	atomic_store_release(&consoles, console);
	char bytes[256];
	uint64_t position = log_start();
	for (size_t count; (count = log_read(bytes, sizeof(bytes), &position)) != 0;)
		console->write(bytes, count);
}

// False: this CPU holds it already, go on without.
static bool lock(unsigned long *state)
{
	*state = interrupts_save();
	int32_t self = cpu_number(), expected = -1;
	while (!atomic_compare_exchange(&log_lock, &expected, self)) {
		if (expected == self)
			return false;
		expected = -1;
		cpu_pause();
	}
	return true;
}

static void unlock(bool locked, unsigned long state)
{
	if (locked)
		atomic_store_release(&log_lock, -1);
	interrupts_restore(state);
}

static void emit(const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		log_bytes[(log_written + i) % LOG_SIZE] = bytes[i];
	WRITE_ONCE(log_written, log_written + count);
	if (READ_ONCE(log_quiet))
		return;
	for (struct console *console = atomic_load_acquire(&consoles); console != NULL; console = console->next)
		console->write(bytes, count);
}

void printk(const char *template, ...)
{
	char line[PRINTK_LINE_MAX];
	int64_t now = log_clock != NULL ? log_clock() : 0;
	size_t used = format_buffer(line, sizeof(line), "[%5ld.%06ld] ", now / 1000000000, now / 1000 % 1000000);
	va_list args;
	va_start(args, template);
	used += format_buffer_list(line + used, sizeof(line) - used, template, args);
	va_end(args);
	if (used >= sizeof(line)) {
		used = sizeof(line) - 1;
		line[used - 1] = '\n';
	}
	unsigned long state;
	bool locked = lock(&state);
	emit(line, used);
	unlock(locked, state);
}

uint64_t log_end(void)
{
	return READ_ONCE(log_written);
}

uint64_t log_start(void)
{
	uint64_t end = log_end();
	return end > LOG_SIZE ? end - LOG_SIZE : 0;
}

size_t log_read(char *buffer, size_t size, uint64_t *position)
{
	unsigned long state;
	bool locked = lock(&state);
	if (*position < log_start())
		*position = log_start();
	size_t count = 0;
	for (; count < size && *position < log_written; count++)
		buffer[count] = log_bytes[(*position)++ % LOG_SIZE];
	unlock(locked, state);
	return count;
}

void log_set_quiet(bool quiet)
{
	WRITE_ONCE(log_quiet, quiet);
}

void log_break_lock(void)
{
	log_set_quiet(false);
	atomic_store_release(&log_lock, -1);
}
