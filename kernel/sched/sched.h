// sched.h: the scheduler: one run queue a CPU, fair by virtual run time, preemptive, with wake-up placement and stealing.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/sched/thread.h"

struct sched_hooks {
	void (*switch_to)(struct thread *previous, struct thread *next); // run-queue lock held, interrupts off
	void (*dead)(struct thread *thread);                             // it will never run again; preemption off
};
extern struct sched_hooks sched_hooks;

// Makes the code that runs on this CPU its idle thread; from here on `current` works.
void sched_init_cpu(struct thread *idle);
_Noreturn void sched_idle(void); // the idle thread's loop

// A thread that will run function(argument) on its stack when it is started. `stack` comes from stack_alloc().
void thread_prepare(struct thread *thread, void *stack, void (*function)(void *argument), void *argument);
// A prepared thread starts instead with function(frame), its stack beginning below the frame.
void thread_prepare_below(struct thread *thread, void (*function)(void *argument), void *frame);
void thread_start_running(struct thread *thread);
struct thread *thread_create_kernel(const char *name, void (*function)(void *argument), void *argument);

// Gives the CPU away. A thread in another state than THREAD_RUNNING leaves the queue until thread_wake().
// Thread context, no spinlock held.
void schedule(void);
// Makes a thread whose state is in `states` (bits 1 << THREAD_...) runnable. True when this call did it. Any context.
// Everything written before is seen by the woken thread.
bool thread_wake(struct thread *thread, uint32_t states);
void set_state(enum thread_state state); // of current; full fence after it, so that a condition read next is not older
void sched_yield(void);
void sched_kick(struct thread *thread); // if it runs on another CPU, makes that CPU enter the kernel
void sched_timer(void);                 // the timer interrupt's share
int64_t sched_slice_end_ns(void);        // of this CPU's current; INT64_MAX: nobody waits
uint64_t sched_runnable(uint32_t cpu);  // for /proc
uint64_t sched_switches(void);
uint64_t thread_runtime_ns(const struct thread *thread); // with what it has run since it got its CPU; any context

#define WAKE_ANY_SLEEP (1u << THREAD_INTERRUPTIBLE | 1u << THREAD_KILLABLE | 1u << THREAD_UNINTERRUPTIBLE)
