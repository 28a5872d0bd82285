// time.h: monotonic and wall time in int64 nanoseconds, and timers with absolute deadlines. There is no tick.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/lib/rbtree.h"

#define NS_PER_SECOND 1000000000ll

int64_t time_monotonic_ns(void); // since reset, never steps back; any context
int64_t time_realtime_ns(void);  // since 1970-01-01 UTC
void time_set_realtime_ns(int64_t now);

struct timer {
	struct rbtree_node node;
	int64_t deadline_ns;
	void (*fire)(struct timer *timer); // hard-interrupt context; may set again_ns
	int64_t again_ns;                  // the deadline to start again with after fire(); 0: none
	int32_t cpu;                       // whose tree it is on, -1: none
};

void timer_init(struct timer *timer, void (*fire)(struct timer *timer));
void timer_start(struct timer *timer, int64_t deadline_ns); // on this CPU; restarts it when it was started
bool timer_cancel(struct timer *timer);                     // waits for a running fire(); false: it was not pending
