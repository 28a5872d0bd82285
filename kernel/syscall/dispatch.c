// dispatch.c: from SYSCALL to sys_NAME(). One generated list, one stub a call that gives the registers their C types. A call
// whose file is not linked (BUILD=spine) is a weak name without a place, and is answered like one that was never written.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/core/printk.h"
#include "kernel/proc/task.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/syscall/syscall.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/syscall_numbers.h"

#define CALL(number, name, arguments, shown, support)                                                             \
	extern __typeof__(sys_##name) sys_##name __attribute__((weak));                                                \
	static long stub_##name(const uint64_t *a __attribute__((unused)))                                             \
	{                                                                                                              \
		return sys_##name arguments;                                                                           \
	}
#include "kernel/syscall/table.h"
#undef CALL

static const struct system_call {
	long (*run)(const uint64_t *arguments);
	const void *place; // of sys_NAME(); NULL: not in this kernel
} calls[SYSCALL_NUMBER_MAX + 1] = {
#define CALL(number, name, arguments, shown, support) [number] = {stub_##name, sys_##name},
#include "kernel/syscall/table.h"
#undef CALL
};

static uint64_t unknown_logged[8]; // one bit a number: each is logged once

static long unknown(uint64_t number)
{
	uint64_t bit = 1ul << number % 64, *word = &unknown_logged[number / 64 % 8];
	if (!(atomic_or(word, bit) & bit))
		printk("%s[%d]: unknown system call %lu\n", current->name, current->tgid, number);
	return -ENOSYS;
}

static void system_call(struct trap_frame *frame)
{
	bool traced = READ_ONCE(current_task()->tracee) != NULL;
	if (traced)
		ptrace_system_call(frame, true); // may change all that follows
	uint64_t number = frame->error;
	const uint64_t arguments[6] = {frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9};
	if (number <= SYSCALL_NUMBER_MAX && calls[number].place != NULL)
		frame->rax = calls[number].run(arguments);
	else if (!traced || number != ~0ul)
		frame->rax = unknown(number);
	if (READ_ONCE(current_task()->tracee) != NULL)
		ptrace_system_call(frame, false);
}

void syscall_init(void)
{
	trap_handlers.system_call = system_call;
}
