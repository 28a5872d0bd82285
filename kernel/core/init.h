// init.h: what runs once at the start, without main naming it (kernel/lib/table.h): the way in which an upper part joins.
#pragma once
#include "kernel/lib/table.h"

struct init_step {
	void (*run)(void);
};

// One CPU, no threads, memory and traps stand: tables are filled here.
#define INIT_EARLY(function)                                                                                      \
	static const struct init_step function##_step = {function};                                               \
	TABLE_ADD(init_early, function, &function##_step)
// In a thread, after file systems and drivers, before the first program.
#define INIT_LATE(function)                                                                                       \
	static const struct init_step function##_step = {function};                                               \
	TABLE_ADD(init_late, function, &function##_step)
