// timer_spec.h: what the timers that programs set share: timerfd.c here, and proc's.
#pragma once
#include <stdbool.h>
#include "kernel/sched/time.h"
#include "kernel/uapi/time.h"

#define TIMER_SPACING_NS 100000 // between two interrupts of one timer, however short its interval: what it misses it counts

// A time in nanoseconds, as far as they reach. False: it is none.
static inline bool timer_spec_ns(const struct abi_timespec *time, int64_t *ns)
{
	*ns = time->tv_sec > INT64_MAX / NS_PER_SECOND / 2 ? INT64_MAX / 2 : time->tv_sec * NS_PER_SECOND + time->tv_nsec;
	return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < NS_PER_SECOND;
}
