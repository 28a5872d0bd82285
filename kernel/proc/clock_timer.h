// clock_timer.h: timers on any clock, that of CPU time included.
#pragma once
#include "kernel/proc/internal.h"
#include "kernel/sched/mutex.h"

struct clock_timer {
	struct timer timer;
	struct process *process; // which lives as long
	int clock;
	bool armed;
	int64_t due_ns, interval_ns; // on its clock; 0: once
	void (*expired)(struct clock_timer *timer, uint64_t times); // hard interrupt or thread, no locks held
};

struct process_timers {
	struct clock_timer intervals[3]; // setitimer(2)'s
	struct list posix;               // timer_create(2)'s; changed under signal_lock
	int next_id;
	unsigned count;
};

extern struct mutex timers_setting; // one change at a time
void interval_timers_init(struct process_timers *timers);
struct process_timers *process_timers_get(void); // the current process's, made when there are none; NULL: no memory
void clock_timer_init(struct clock_timer *timer, int clock, void (*expired)(struct clock_timer *timer, uint64_t times));
// Sets it, from now on by `clock`. `value_ns` 0: stops it. `absolute`: a time of that clock, else from now on. *left_ns becomes what was left;
// *interval_ns brings the new interval and becomes the old one. timers_setting held. 0, or -ESRCH: who the clock belongs to is gone.
int clock_timer_set(struct clock_timer *timer, int clock, int64_t value_ns, bool absolute, int64_t *left_ns, int64_t *interval_ns);
int64_t clock_timer_left(const struct clock_timer *timer); // 0: it is not armed
void clock_timer_stop(struct clock_timer *timer);

// cpu_clock.c: clocks of CPU time, by Linux's numbers: of a process or a thread, by its number.
#define CPU_CLOCK_PROF 0 // all; the number of itimer's clock too
#define CPU_CLOCK_VIRTUAL 1 // in user mode only
#define CPU_CLOCK_SCHED 2
#define CPU_CLOCK_THREAD 4
static inline int cpu_clock_of(int pid, int kind)
{
	return (int)(~(unsigned)pid << 3) | kind;
}
static inline bool clock_is_cpu(int clock)
{
	return clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}
int cpu_clock_fix(int clock); // the same clock whoever reads it: with its number instead of "mine"
int cpu_clock_read(int clock, int64_t *now_ns); // of such a one; any context. 0, or -EINVAL: nobody has that number
unsigned cpu_clock_speed(int clock); // how many seconds it may go in one: of threads that run at once
