// percpu.h of the simulated kernel: one "CPU" that runs coroutines; takes the place of the gs-based one.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;
extern struct thread *sim_current;

static inline struct thread *cpu_current_thread(void)
{
	return sim_current;
}

static inline uint32_t cpu_number(void)
{
	return 0;
}
