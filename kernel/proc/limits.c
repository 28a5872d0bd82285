// limits.c: what a process may use and what it has used.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/sysinfo.h"
#include "kernel/vm/area.h"

long sys_prlimit64(int pid, int resource, user_addr new, user_addr old)
{
	struct abi_rlimit limit, previous;
	if (resource < 0 || resource >= RLIMIT_COUNT)
		return -EINVAL;
	if (new != 0 && copy_from_user(&limit, new, sizeof(limit)) != 0)
		return -EFAULT;
	if (new != 0 && limit.rlim_cur > limit.rlim_max)
		return -EINVAL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? current_process() : process_find(pid);
	int rc = process == NULL ? -ESRCH : process != current_process() && current->cred->euid != 0 ? -EPERM : 0;
	if (rc == 0) {
		previous = process->limits[resource];
		if (new != 0 && limit.rlim_max > previous.rlim_max && current->cred->euid != 0)
			rc = -EPERM;
		else if (new != 0)
			process->limits[resource] = limit;
	}
	struct mm *mm = process == current_process() ? current->mm : NULL;
	spin_unlock_irqrestore(&process_lock, state);
	if (rc == 0 && new != 0 && mm != NULL && resource == RLIMIT_STACK)
		mm->stack_limit = limit.rlim_cur;
	if (rc == 0 && new != 0 && mm != NULL && resource == RLIMIT_AS)
		mm->address_limit = limit.rlim_cur;
	return rc == 0 && old != 0 ? copy_to_user(old, &previous, sizeof(previous)) : rc;
}

long sys_getrlimit(int resource, user_addr limit)
{
	return sys_prlimit64(0, resource, 0, limit);
}

long sys_setrlimit(int resource, user_addr limit)
{
	return sys_prlimit64(0, resource, limit, 0);
}

#define USED_BY_SELF 0
#define USED_BY_CHILDREN (-1)
#define USED_BY_THREAD 1

long sys_getrusage(int who, user_addr usage)
{
	uint64_t user = task_user_ns(current_task()), total = thread_runtime_ns(current), system = total > user ? total - user : 0;
	bool children = who == USED_BY_CHILDREN;
	if (who != USED_BY_SELF && who != USED_BY_CHILDREN && who != USED_BY_THREAD)
		return -EINVAL;
	if (who == USED_BY_SELF)
		process_times(&user, &system);
	if (children) {
		user = current_process()->child_user_ns;
		system = current_process()->child_system_ns;
	}
	struct abi_rusage result = {.ru_utime = {user / 1000000000, user / 1000 % 1000000},
				    .ru_stime = {system / 1000000000, system / 1000 % 1000000},
				    .ru_maxrss = children ? 0 : current->mm->most_resident * 4,
				    .ru_minflt = children ? 0 : current->faults,
				    .ru_nvcsw = children ? 0 : current->switches_voluntary,
				    .ru_nivcsw = children ? 0 : current->switches_forced};
	return copy_to_user(usage, &result, sizeof(result));
}

long sys_times(user_addr buffer)
{
	uint64_t user, system;
	process_times(&user, &system);
	struct abi_tms tms = {user / 10000000, system / 10000000, current_process()->child_user_ns / 10000000,
			      current_process()->child_system_ns / 10000000};
	if (buffer != 0 && copy_to_user(buffer, &tms, sizeof(tms)) != 0)
		return -EFAULT;
	return time_monotonic_ns() / 10000000;
}

bool processes_exhausted(const struct process *parent, uint32_t uid)
{
	uint64_t limit = parent->limits[RLIMIT_NPROC].rlim_cur, count = 0;
	struct process *process = NULL;
	struct task *task;
	for (int pid = 0; limit < PROCESSES_MAX && (process = process_next(pid)) != NULL; pid = process->pid)
		list_for_each(task, &process->threads, link)
			count += task->thread.cred->uid == uid;
	return count >= limit;
}
