// itimer.c: the timer that each process has for itself: alarm(2), setitimer(2) with ITIMER_REAL.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/proc/internal.h"
#include "kernel/sched/mutex.h"
#include "kernel/syscall/prototypes.h"

#define ITIMER_REAL 0
#define MICROSECOND_NS 1000ll

static struct mutex setting = MUTEX_INIT(setting); // one change at a time

static void alarm_fires(struct timer *timer)
{
	struct process *process = container_of(timer, struct process, alarm);
	signal_send_process(process, SIGALRM, NULL);
	timer->again_ns = process->alarm_interval_ns != 0 ? timer->deadline_ns + process->alarm_interval_ns : 0;
}

// Replaces value and interval; *left_ns and *interval_ns say what was there.
static void set(int64_t value_ns, int64_t *left_ns, int64_t *interval_ns)
{
	struct process *process = current_process();
	int64_t now = time_monotonic_ns(), interval = *interval_ns;
	mutex_lock(&setting);
	bool pending = timer_cancel(&process->alarm);
	*left_ns = !pending ? 0 : process->alarm.deadline_ns > now ? process->alarm.deadline_ns - now : MICROSECOND_NS;
	*interval_ns = process->alarm_interval_ns;
	process->alarm_interval_ns = interval;
	process->alarm.fire = alarm_fires;
	if (value_ns != 0)
		timer_start(&process->alarm, now + value_ns);
	mutex_unlock(&setting);
}

long sys_alarm(unsigned seconds)
{
	int64_t left, interval = 0;
	set(seconds * NS_PER_SECOND, &left, &interval);
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
	if (which != ITIMER_REAL)
		return -EINVAL;
	if (new != 0 && copy_from_user(times, new, sizeof(times)) != 0)
		return -EFAULT;
	if (!to_ns(&times[0], &interval) || !to_ns(&times[1], &value))
		return -EINVAL;
	set(value, &left, &interval);
	times[0] = to_timeval(interval);
	times[1] = to_timeval(left);
	return old != 0 ? copy_to_user(old, times, sizeof(times)) : 0;
}

long sys_getitimer(int which, user_addr to)
{
	struct process *process = current_process();
	if (which != ITIMER_REAL)
		return -EINVAL;
	mutex_lock(&setting);
	int64_t left = READ_ONCE(process->alarm.cpu) >= 0 ? process->alarm.deadline_ns - time_monotonic_ns() : 0;
	struct abi_timeval times[2] = {to_timeval(process->alarm_interval_ns), to_timeval(left > 0 ? left : 0)};
	mutex_unlock(&setting);
	return copy_to_user(to, times, sizeof(times));
}
