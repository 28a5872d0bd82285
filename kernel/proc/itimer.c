// itimer.c: the three timers that each process has without asking: alarm(2), setitimer(2). One counts time, two its CPU time.
#include "kernel/proc/clock_timer.h"
#include "kernel/syscall/prototypes.h"

#define ITIMER_REAL 0
#define ITIMER_COUNT 3
#define MICROSECOND_NS 1000ll

static const int signals[ITIMER_COUNT] = {SIGALRM, SIGVTALRM, SIGPROF};

static void expired(struct clock_timer *timer, uint64_t times)
{
	signal_send_process(timer->process, signals[timer - timer->process->timers->intervals], NULL);
}

void interval_timers_init(struct process_timers *timers)
{
	clock_timer_init(&timers->intervals[ITIMER_REAL], CLOCK_MONOTONIC, expired);
	clock_timer_init(&timers->intervals[1], cpu_clock_of(0, CPU_CLOCK_VIRTUAL), expired);
	clock_timer_init(&timers->intervals[2], cpu_clock_of(0, CPU_CLOCK_PROF), expired);
}

// Replaces value and interval; *left_ns and *interval_ns say what was there.
static int set(int which, int64_t value_ns, int64_t *left_ns, int64_t *interval_ns)
{
	struct process_timers *timers = process_timers_get();
	if (timers == NULL)
		return -ENOMEM;
	mutex_lock(&timers_setting);
	struct clock_timer *timer = &timers->intervals[which];
	int rc = clock_timer_set(timer, timer->clock, value_ns, false, left_ns, interval_ns);
	mutex_unlock(&timers_setting);
	*left_ns = *left_ns != 0 && *left_ns < MICROSECOND_NS ? MICROSECOND_NS : *left_ns;
	return rc;
}

long sys_alarm(unsigned seconds)
{
	int64_t left = 0, interval = 0;
	set(ITIMER_REAL, seconds * NS_PER_SECOND, &left, &interval);
	return left != 0 && left < NS_PER_SECOND ? 1 : (left + NS_PER_SECOND / 2) / NS_PER_SECOND;
}

static bool to_ns(const struct abi_timeval *time, int64_t *ns)
{
	*ns = time->tv_sec > INT64_MAX / NS_PER_SECOND / 4 ? INT64_MAX / 4 : time->tv_sec * NS_PER_SECOND + time->tv_usec * MICROSECOND_NS;
	return time->tv_sec >= 0 && time->tv_usec >= 0 && time->tv_usec < 1000000;
}

static struct abi_timeval to_timeval(int64_t ns)
{
	return (struct abi_timeval){ns / NS_PER_SECOND, ns % NS_PER_SECOND / MICROSECOND_NS};
}

long sys_setitimer(int which, user_addr new, user_addr old)
{
	struct abi_timeval times[2] = {{0}}; // interval, value
	int64_t interval, value, left;
	if (new != 0 && copy_from_user(times, new, sizeof(times)) != 0)
		return -EFAULT;
	if (which < 0 || which >= ITIMER_COUNT || !to_ns(&times[0], &interval) || !to_ns(&times[1], &value))
		return -EINVAL;
	int rc = set(which, value, &left, &interval);
	if (rc != 0)
		return rc;
	times[0] = to_timeval(interval);
	times[1] = to_timeval(left);
	return old != 0 ? copy_to_user(old, times, sizeof(times)) : 0;
}

long sys_getitimer(int which, user_addr to)
{
	struct process_timers *timers = current_process()->timers;
	struct abi_timeval times[2] = {{0}};
	if (which < 0 || which >= ITIMER_COUNT)
		return -EINVAL;
	if (timers != NULL) {
		mutex_lock(&timers_setting);
		int64_t left = clock_timer_left(&timers->intervals[which]);
		times[0] = to_timeval(timers->intervals[which].interval_ns);
		times[1] = to_timeval(left != 0 && left < MICROSECOND_NS ? MICROSECOND_NS : left);
		mutex_unlock(&timers_setting);
	}
	return copy_to_user(to, times, sizeof(times));
}
