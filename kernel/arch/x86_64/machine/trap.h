// trap.h: what entry.S pushes, and the table through which traps reach the floors above.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define VECTOR_DEBUG 1
#define VECTOR_NMI 2
#define VECTOR_BREAKPOINT 3
#define VECTOR_INVALID_OPCODE 6
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_PROTECTION 13
#define VECTOR_PAGE_FAULT 14
#define VECTOR_MACHINE_CHECK 18
#define VECTOR_DEVICE_FIRST 32 // 32..47: ISA lines, 48..: MSI-X
#define VECTOR_DEVICE_LAST 239
#define VECTOR_TIMER 240
#define VECTOR_RESCHEDULE 241
#define VECTOR_TLB_FLUSH 242
#define VECTOR_SPURIOUS 255
#define TRAP_SYSCALL 256 // frame->vector of a system call; frame->error is its number

#define FAULT_PRESENT 1u // page-fault error bits
#define FAULT_WRITE 2u
#define FAULT_USER 4u
#define FAULT_EXECUTE 16u

struct trap_frame { // entry.S knows the order
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct trap_frame) == 176, "entry.S");

static inline bool trap_from_user(const struct trap_frame *frame)
{
	return (frame->cs & 3) == 3;
}

// Filled by the floors above before the first user instruction; NULL entries mean a bug panics.
struct trap_handlers {
	void (*system_call)(struct trap_frame *frame); // interrupts on
	// Interrupts on when they were. False: nobody's fault to resolve; the kernel's own becomes a panic.
	bool (*page_fault)(struct trap_frame *frame, uint64_t address);
	void (*user_exception)(struct trap_frame *frame); // any other exception in user mode
	void (*interrupt)(unsigned vector);               // device vectors: hard-interrupt context
	void (*timer)(void);
	void (*after_interrupt)(void);                     // outermost level, interrupts still off
	void (*return_to_user)(struct trap_frame *frame); // interrupts on: signals, task work
	bool (*return_work)(void);                        // interrupts off: is there work for return_to_user?
	void (*entered_from_user)(void);                  // interrupts off, first thing in the kernel: accounting
	void (*return_final)(void);                       // interrupts off, last thing before user mode: FPU
};
extern struct trap_handlers trap_handlers;

void trap_init_cpu(void); // loads the interrupt table
void trap_init_panic(void); // registers the hook that stops the other CPUs
// Runs function(argument) on this CPU's interrupt stack.
void call_on_stack(void *stack_top, void (*function)(void *argument), void *argument);
// The first way out of a new thread: pending work, then trap_return().
_Noreturn void trap_first_return(struct trap_frame *frame);
// Leaves for user mode with these registers; the kernel stack below the frame is forgotten.
_Noreturn void trap_return(struct trap_frame *frame);
