// trap.c: what programs' exceptions and their way back to user mode mean for processes.
//
// FPU: registers are saved when a thread leaves the CPU with live state and loaded when it next returns to user mode on a
// CPU that holds somebody else's. cpu->fpu_owner and thread->fpu_cpu together say whether the registers are current.
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/proc/internal.h"
#include "kernel/sched/timer.h"
#include "kernel/vm/area.h"

static bool page_fault(struct trap_frame *frame, uint64_t address)
{
	if (current->mm == NULL)
		return false;
	int code, signal = mm_fault(current->mm, address, frame->error & FAULT_WRITE, frame->error & FAULT_EXECUTE, &code);
	current->faults++;
	if (signal == 0)
		return true;
	if (!trap_from_user(frame))
		return false; // a user copy gives EFAULT; a thread that must die does so on its way out
	if (signal != SIGKILL)
		signal_force(signal, code, address);
	return true;
}

static void user_exception(struct trap_frame *frame)
{
	switch (frame->vector) {
	case 0:
		signal_force(SIGFPE, FPE_INTDIV, frame->rip);
		break;
	case VECTOR_DEBUG:
	case VECTOR_BREAKPOINT:
		signal_force(SIGTRAP, frame->vector == VECTOR_DEBUG ? TRAP_TRACE : SI_KERNEL, frame->rip);
		break;
	case VECTOR_INVALID_OPCODE:
		signal_force(SIGILL, ILL_ILLOPN, frame->rip);
		break;
	case 16:
	case 19:
		signal_force(SIGFPE, FPE_FLTINV, frame->rip);
		break;
	case 17:
		signal_force(SIGBUS, BUS_ADRALN, 0);
		break;
	case 4:
	case 5:
	default: // general protection, segment faults
		signal_force(SIGSEGV, SI_KERNEL, 0);
	}
}

static bool return_work(void)
{
	return this_cpu()->need_resched || READ_ONCE(current->signal_bits) != 0 || current_task()->restore_blocked ||
	       user_frame_of(current)->rax == (uint64_t)-ERESTARTSYS;
}

static void return_to_user(struct trap_frame *frame)
{
	if (this_cpu()->need_resched)
		schedule();
	if (READ_ONCE(current->signal_bits) != 0 || current_task()->restore_blocked ||
	    (frame->vector == TRAP_SYSCALL && frame->rax == (uint64_t)-ERESTARTSYS))
		signal_return_to_user(frame);
}

static void return_final(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *thread = current;
	if (cpu->fpu_owner != thread || thread->fpu_cpu != (int32_t)cpu->number) {
		fpu_restore(thread->fpu);
		cpu->fpu_owner = thread;
		thread->fpu_cpu = cpu->number;
	}
	thread->fpu_live = true;
	thread->user_entered_tsc = __builtin_ia32_rdtsc();
}

static void entered_from_user(void)
{
	uint64_t in_user = __builtin_ia32_rdtsc() - current->user_entered_tsc;

	WRITE_ONCE(current->user_tsc, current->user_tsc + in_user);
	WRITE_ONCE(current->user_entered_tsc, 0);
	WRITE_ONCE(this_cpu()->user_tsc, this_cpu()->user_tsc + in_user);
}

// Scheduler hook: run-queue lock held, interrupts off.
static void switch_to(struct thread *previous, struct thread *next)
{
	if (previous->fpu_live) {
		fpu_save(previous->fpu);
		previous->fpu_live = false;
	}
	mm_switch(next->mm);
	if (next->mm != NULL)
		write_msr(MSR_FS_BASE, next->fs_base);
}

static void user_traps_init(void)
{
	trap_handlers.page_fault = page_fault;
	trap_handlers.user_exception = user_exception;
	trap_handlers.return_work = return_work;
	trap_handlers.return_to_user = return_to_user;
	trap_handlers.entered_from_user = entered_from_user;
	trap_handlers.return_final = return_final;
	trap_handlers.timer = timer_interrupt;
	sched_hooks.switch_to = switch_to;
}
INIT_EARLY(user_traps_init);
