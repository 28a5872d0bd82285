// clock_timer.c: timers on any clock, over the kernel's own, which know only monotonic time.
//
// A clock of CPU time goes at most as fast as the monotonic one, times the threads that may run at once. So the kernel's timer is set to
// the earliest moment at which the clock can be there, and looks again: exact for one thread that runs, and while the process sleeps it costs
// an interrupt each time that much has passed, never more often than LOOK_NS. A CLOCK_REALTIME that was set back is seen likewise.
//
// due_ns and interval_ns change in fire() and in clock_timer_set(), which exclude each other: the kernel's timer is stopped first.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/ipc/timer_spec.h"
#include "kernel/proc/clock_timer.h"
#include "kernel/sched/wait.h"

#define LOOK_NS 1000000	  // between two looks at a clock of CPU time

static int read_clock(int clock, int64_t *now)
{
	return clock < 0 ? cpu_clock_read(clock, now) : clock_now(clock, now);
}

// The monotonic time at which to look at it next. `now`: on its clock.
static int64_t next_look(const struct clock_timer *timer, int64_t now)
{
	int64_t left = timer->due_ns > now ? timer->due_ns - now : 0;
	if (timer->clock < 0 && left != 0) {
		left /= cpu_clock_speed(timer->clock);
		left = left > LOOK_NS ? left : LOOK_NS;
	}
	return time_monotonic_ns() + left;
}

static void fire(struct timer *kernels)
{
	struct clock_timer *timer = container_of(kernels, struct clock_timer, timer);
	int64_t now, soonest = time_monotonic_ns() + TIMER_SPACING_NS, times = 1;
	if (READ_ONCE(timer->process->zombie) || read_clock(timer->clock, &now) != 0)
		return;
	if (now >= timer->due_ns) {
		if (timer->interval_ns != 0)
			times += (now - timer->due_ns) / timer->interval_ns;
		timer->due_ns += times * timer->interval_ns;
		WRITE_ONCE(timer->armed, timer->interval_ns != 0);
		timer->expired(timer, (uint64_t)times);
		if (timer->interval_ns == 0)
			return;
	}
	int64_t next = next_look(timer, now);
	kernels->again_ns = next > soonest ? next : soonest;
}

void clock_timer_init(struct clock_timer *timer, int clock, void (*expired)(struct clock_timer *timer, uint64_t times))
{
	*timer = (struct clock_timer){.process = current_process(), .clock = clock_is_cpu(clock) ? cpu_clock_fix(clock) : clock, .expired = expired};
	timer_init(&timer->timer, fire);
}

int64_t clock_timer_left(const struct clock_timer *timer)
{
	int64_t now, left, interval = timer->interval_ns;
	if (!READ_ONCE(timer->armed) || read_clock(timer->clock, &now) != 0)
		return 0;
	left = timer->due_ns - now;
	if (left > 0 || timer->expired != NULL)
		return left > 0 ? left : 1; // it is about to
	return interval != 0 ? interval - (-left % interval) : 0; // nobody is told
}

void clock_timer_stop(struct clock_timer *timer)
{
	timer_cancel(&timer->timer);
	timer->armed = false;
}

int clock_timer_set(struct clock_timer *timer, int clock, int64_t value_ns, bool absolute, int64_t *left_ns, int64_t *interval_ns)
{
	int64_t now, interval = *interval_ns;
	clock = clock_is_cpu(clock) ? cpu_clock_fix(clock) : clock;
	if (read_clock(clock, &now) != 0)
		return -ESRCH;
	timer_cancel(&timer->timer);
	*left_ns = clock_timer_left(timer);
	*interval_ns = timer->interval_ns;
	timer->clock = clock;
	timer->due_ns = absolute ? value_ns : now + value_ns;
	timer->interval_ns = value_ns != 0 || clock < 0 ? interval : 0; // Linux keeps that of a clock of CPU time
	WRITE_ONCE(timer->armed, value_ns != 0);
	if (timer->armed && timer->expired != NULL)
		timer_start(&timer->timer, next_look(timer, now));
	return 0;
}

struct sleeper {
	struct clock_timer timer;
	struct wait_queue wait;
	bool done;
};

static void wake_sleeper(struct clock_timer *timer, uint64_t times)
{
	struct sleeper *sleeper = container_of(timer, struct sleeper, timer);
	WRITE_ONCE(sleeper->done, true);
	wake_up(&sleeper->wait);
}

long cpu_clock_sleep(int clock, int64_t wanted_ns, bool absolute, uint64_t remainder)
{
	struct sleeper sleeper = {.wait = WAIT_QUEUE_INIT(sleeper.wait)};
	int64_t left = 0, interval = 0;
	if (clock == CLOCK_THREAD_CPUTIME_ID)
		return -EOPNOTSUPP;
	clock = cpu_clock_fix(clock);
	if (clock == cpu_clock_of(current->tid, CPU_CLOCK_SCHED | CPU_CLOCK_THREAD))
		return -EINVAL; // who sleeps by his own work never wakes
	clock_timer_init(&sleeper.timer, clock, wake_sleeper);
	int rc = clock_timer_set(&sleeper.timer, clock, wanted_ns, absolute, &left, &interval);
	if (rc != 0 || wanted_ns == 0)
		return rc;
	rc = wait_event_interruptible(&sleeper.wait, READ_ONCE(sleeper.done));
	timer_cancel(&sleeper.timer.timer);
	left = clock_timer_left(&sleeper.timer);
	struct abi_timespec time = {left / NS_PER_SECOND, left % NS_PER_SECOND};
	if (rc == 0 || absolute || remainder == 0)
		return rc != 0 ? -EINTR : 0;
	return copy_to_user(remainder, &time, sizeof(time)) != 0 ? -EFAULT : -EINTR;
}
