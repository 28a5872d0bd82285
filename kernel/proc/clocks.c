// clocks.c: reading clocks and sleeping by them.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

int clock_now(int clock, int64_t *now)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*now = time_realtime_ns();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*now = time_monotonic_ns();
		return 0;
	default: return cpu_clock_now != NULL ? cpu_clock_now(clock, now) : -EINVAL;
	}
}

long sys_clock_gettime(int clock, user_addr time)
{
	int64_t now;
	int rc = clock_now(clock, &now);
	struct abi_timespec result = {now / NS_PER_SECOND, now % NS_PER_SECOND};
	return rc != 0 ? rc : copy_to_user(time, &result, sizeof(result));
}

long sys_clock_nanosleep(int clock, int flags, user_addr request, user_addr remainder)
{
	struct abi_timespec time;
	int64_t now;
	if (clock_now(clock, &now) != 0 || (flags & ~TIMER_ABSTIME))
		return -EINVAL;
	if (copy_from_user(&time, request, sizeof(time)) != 0)
		return -EFAULT;
	if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	int64_t wanted = time.tv_sec > INT64_MAX / NS_PER_SECOND / 2 ? INT64_MAX / 2 : time.tv_sec * NS_PER_SECOND + time.tv_nsec;
	if (cpu_clock_sleep != NULL && (clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID))
		return cpu_clock_sleep(clock, wanted, flags & TIMER_ABSTIME, remainder);
	int64_t deadline = call_deadline(time_monotonic_ns() + (flags & TIMER_ABSTIME ? wanted - now : wanted));
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	int rc = wait_event_deadline(&nobody, false, deadline);
	if (rc == -ETIMEDOUT)
		return 0;
	int64_t left = deadline - time_monotonic_ns();
	left = left > 0 ? left : 0;
	time = (struct abi_timespec){left / NS_PER_SECOND, left % NS_PER_SECOND};
	if (!(flags & TIMER_ABSTIME) && remainder != 0 && copy_to_user(remainder, &time, sizeof(time)) != 0)
		return -EFAULT;
	return call_interrupted(deadline);
}

long sys_nanosleep(user_addr request, user_addr remainder)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remainder);
}
