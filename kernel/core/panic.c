// panic.c: the end. The first CPU that panics prints and runs the hooks; a second panic, on this CPU or another, only halts.
#include "kernel/core/panic.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/core/limits.h"
#include "kernel/core/log.h"
#include "kernel/core/printk.h"
#include "kernel/core/symbols.h"
#include "kernel/lib/format.h"

static struct panic_hook *hooks;
static uint32_t panicking;
int (*backtrace_readable)(uint64_t address);

void panic_hook_register(struct panic_hook *hook)
{
	struct panic_hook **last = &hooks;
	while (*last != NULL)
		last = &(*last)->next;
	*last = hook;
}

void backtrace_print(uint64_t instruction, uint64_t frame)
{
	char text[80];
	symbol_format(text, sizeof(text), instruction);
	printk("  at %s\n", text);
	for (int depth = 0; depth < 24; depth++) {
		if (frame % 8 != 0 || backtrace_readable == NULL || !backtrace_readable(frame) || !backtrace_readable(frame + 8))
			return;
		uint64_t next = *(uint64_t *)frame, caller = *(uint64_t *)(frame + 8);
		symbol_format(text, sizeof(text), caller);
		if (caller == 0)
			return;
		printk("  by %s\n", text);
		if (next <= frame)
			return;
		frame = next;
	}
}

void panic(const char *template, ...)
{
	interrupts_disable();
	if (atomic_exchange(&panicking, 1) != 0)
		for (;;)
			__asm__ volatile("hlt");
	log_break_lock();
	char message[PRINTK_LINE_MAX / 2];
	va_list args;
	va_start(args, template);
	format_buffer_list(message, sizeof(message), template, args);
	va_end(args);
	printk("panic: %s (CPU %u)\n", message, cpu_number());
	backtrace_print((uint64_t)__builtin_return_address(0), *(uint64_t *)__builtin_frame_address(0));
	for (struct panic_hook *hook = hooks; hook != NULL; hook = hook->next)
		hook->run();
	for (;;)
		__asm__ volatile("cli\n\thlt");
}

_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void)
{
	panic("stack smashed in %p", __builtin_return_address(0));
}
