// sim.h: the kernel's lower floors on the host, for code above them: threads are coroutines under a seeded scheduler that
// may switch at every lock, wait and user copy; memory is malloc (so AddressSanitizer sees it); time stands still until all
// threads wait, then jumps to the next deadline. Same seed, same run.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/sched/thread.h"

// Starts afresh: all simulated threads are gone, the main thread (no coroutine) is current and may not block.
void sim_begin(uint64_t seed);
struct thread *sim_spawn(const char *name, int pid, void (*run)(void *argument), void *argument);
// Runs until all threads have ended or all that are left wait for ever; returns how many those are (their names: sim_stuck).
unsigned sim_run(void);
const char *sim_stuck(void);
void sim_yield(void);               // may switch
uint64_t sim_random(uint64_t below); // of the seed's sequence
int sim_locks_held(void); // spinlocks of the current thread
void sim_signal(struct thread *thread); // marks a signal as pending and ends an interruptible wait
void sim_fail_allocations(uint64_t one_in); // 0: never
extern uint64_t sim_live_objects;           // kmalloc() minus kfree()
extern uint64_t sim_live_pages;
extern void (*sim_on_spawn)(struct thread *thread); // gives a new thread its files, fs and cred
