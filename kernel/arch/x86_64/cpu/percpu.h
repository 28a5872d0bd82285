// percpu.h: one struct cpu a processor, found at gs:0. The stack canary stands at gs:40 because the compiler reads it there.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

struct cpu {
	struct cpu *self;         // gs:0
	struct thread *thread;    // gs:8, the running one
	uint64_t kernel_stack;    // gs:16, top of the running thread's kernel stack, for the system-call entry
	uint64_t user_stack;      // gs:24, scratch of the system-call entry
	uint32_t preempt_count;   // gs:32, 0: may be preempted
	uint32_t need_resched;    // gs:36
	uint64_t stack_canary;    // gs:40
	uint32_t number;          // gs:48
	uint32_t interrupt_depth; // gs:52
	uint32_t lapic_id;
	uint32_t online;
	void *idle_thread;
	void *machine;            // machine floor's own (struct machine_cpu)
	uint64_t rcu_passes;      // how often this CPU was in a quiescent state
	uint64_t interrupts;      // taken, for /proc
	uint64_t idle_ns, user_tsc; // time spent so
	void *mm;                 // address space that CR3 holds; NULL: the kernel's own tables
	uint64_t mm_generation;   // of its TLB when this CPU went lazy
	struct thread *fpu_owner; // whose state the FPU registers hold
};

#define CPU_FIELD_READ(type, offset)                                                                              \
	({                                                                                                             \
		type cpu_value_;                                                                                       \
		__asm__ volatile("mov %%gs:%c1, %0" : "=r"(cpu_value_) : "i"(offset));                                  \
		cpu_value_;                                                                                            \
	})

static inline struct cpu *this_cpu(void) // stable only while preemption is off
{
	return CPU_FIELD_READ(struct cpu *, offsetof(struct cpu, self));
}

static inline struct thread *cpu_current_thread(void)
{
	return CPU_FIELD_READ(struct thread *, offsetof(struct cpu, thread));
}

static inline uint32_t cpu_number(void)
{
	return CPU_FIELD_READ(uint32_t, offsetof(struct cpu, number));
}

_Static_assert(offsetof(struct cpu, kernel_stack) == 16 && offsetof(struct cpu, user_stack) == 24 &&
		       offsetof(struct cpu, preempt_count) == 32 && offsetof(struct cpu, stack_canary) == 40,
	       "entry.S and the compiler know these offsets");
