// time.c: the older calls about time, the resolution of clocks, and setting them.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_clock_getres(int clock, user_addr time)
{
	int64_t now;
	int rc = clock_now(clock, &now);
	struct abi_timespec result = {0, 1};
	return rc != 0 || time == 0 ? rc : copy_to_user(time, &result, sizeof(result));
}

long sys_clock_settime(int clock, user_addr time)
{
	struct abi_timespec new;
	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	if (copy_from_user(&new, time, sizeof(new)) != 0)
		return -EFAULT;
	if (current->cred->euid != 0)
		return -EPERM;
	if (new.tv_sec < 0 || new.tv_sec > 1l << 33 || new.tv_nsec < 0 || new.tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	time_set_realtime_ns(new.tv_sec * NS_PER_SECOND + new.tv_nsec);
	return 0;
}

long sys_gettimeofday(user_addr time, user_addr zone)
{
	int64_t now = time_realtime_ns();
	struct abi_timeval result = {now / NS_PER_SECOND, now % NS_PER_SECOND / 1000};
	uint64_t utc = 0;
	if (time != 0 && copy_to_user(time, &result, sizeof(result)) != 0)
		return -EFAULT;
	return zone != 0 ? copy_to_user(zone, &utc, 8) : 0;
}

long sys_time(user_addr time)
{
	int64_t now = time_realtime_ns() / NS_PER_SECOND;
	return time != 0 && copy_to_user(time, &now, 8) != 0 ? -EFAULT : now;
}

void process_times(uint64_t *user_ns, uint64_t *system_ns)
{
	uint64_t total;
	unsigned long state = spin_lock_irqsave(&process_lock);
	process_times_of(current_process(), user_ns, &total);
	spin_unlock_irqrestore(&process_lock, state);
	*system_ns = total > *user_ns ? total - *user_ns : 0;
}
