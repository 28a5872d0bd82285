// scheduling.c: where and how much a thread runs: processors it may use, its nice value; the policies that there are.
//
// Every thread has the one fair policy (SCHED_OTHER). A nice value changes how fast its virtual run time passes: a quarter faster a
// step, so that of two that want a processor one step apart, one gets about 10 % more than the other.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

#define SCHED_OTHER 0
#define SCHED_RESET_ON_FORK 0x40000000
#define NICE_MIN (-20)
#define NICE_MAX 19

// Runs `visit` on the thread of that number (0: the current) under process_lock. 0, -ESRCH or what it returned.
static long with_task(int tid, long (*visit)(struct task *task, uint64_t argument), uint64_t argument)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = tid == 0 ? current_task() : task_find(tid);
	long rc = task == NULL ? -ESRCH : visit(task, argument);
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

static bool own(const struct task *task)
{
	const struct cred *ours = current->cred, *theirs = task->thread.cred;
	return ours->euid == 0 || theirs == NULL || ours->euid == theirs->euid || ours->euid == theirs->uid;
}

static long get_affinity(struct task *task, uint64_t argument)
{
	return task->thread.affinity & machine_online_mask();
}

long sys_sched_getaffinity(int tid, size_t size, user_addr mask)
{
	if (size < 8 || size % 8 != 0)
		return -EINVAL;
	long cpus = with_task(tid, get_affinity, 0);
	return cpus < 0 ? cpus : copy_to_user(mask, &cpus, 8) != 0 ? -EFAULT : 8;
}

static long set_affinity(struct task *task, uint64_t mask)
{
	if (!own(task) || mask == 0)
		return mask == 0 ? -EINVAL : -EPERM;
	WRITE_ONCE(task->thread.affinity, (uint32_t)mask);
	return 0;
}

// Another thread that runs on a processor it may not use any more leaves it when it next sleeps; the current one at once.
long sys_sched_setaffinity(int tid, size_t size, user_addr user_mask)
{
	uint64_t mask = 0;
	if (copy_from_user(&mask, user_mask, size < 8 ? size : 8) != 0)
		return -EFAULT;
	long rc = with_task(tid, set_affinity, mask & machine_online_mask());
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	while (rc == 0 && !(current->affinity >> READ_ONCE(current->cpu) & 1)) // waking chooses a processor
		(void)wait_event_state(&nobody, false, THREAD_UNINTERRUPTIBLE, time_monotonic_ns() + 1000);
	return rc;
}

static long exists(struct task *task, uint64_t argument)
{
	return 0;
}

long sys_sched_getscheduler(int tid)
{
	return tid < 0 ? -EINVAL : with_task(tid, exists, 0); // SCHED_OTHER is 0
}

static long take_parameter(int tid, user_addr from)
{
	int32_t priority;
	if (tid < 0 || from == 0)
		return -EINVAL;
	if (copy_from_user(&priority, from, sizeof(priority)) != 0)
		return -EFAULT;
	return priority != 0 ? -EINVAL : with_task(tid, exists, 0);
}

long sys_sched_setscheduler(int tid, int policy, user_addr parameter)
{
	return (policy & ~SCHED_RESET_ON_FORK) != SCHED_OTHER ? -EINVAL : take_parameter(tid, parameter);
}

long sys_sched_setparam(int tid, user_addr parameter)
{
	return take_parameter(tid, parameter);
}

long sys_sched_getparam(int tid, user_addr parameter)
{
	int32_t priority = 0;
	long rc = tid < 0 || parameter == 0 ? -EINVAL : with_task(tid, exists, 0);
	return rc != 0 ? rc : copy_to_user(parameter, &priority, sizeof(priority));
}

long sys_sched_get_priority_max(int policy)
{
	return policy == 1 || policy == 2 ? 99 : policy == SCHED_OTHER || policy == 3 || policy == 5 || policy == 6 ? 0 : -EINVAL;
}

long sys_sched_get_priority_min(int policy)
{
	return policy == 1 || policy == 2 ? 1 : sys_sched_get_priority_max(policy);
}

long sys_sched_rr_get_interval(int tid, user_addr to)
{
	struct abi_timespec slice = {0, 4000000};
	long rc = tid < 0 ? -EINVAL : with_task(tid, exists, 0);
	return rc != 0 ? rc : copy_to_user(to, &slice, sizeof(slice));
}

// ---- nice values ----

// Calls `visit` for each process that (PRIO_PROCESS, PRIO_PGRP, PRIO_USER; who) means. The best result; -ESRCH: nobody.
static long for_each_meant(int which, int who, long (*visit)(struct task *task, uint64_t argument), uint64_t argument)
{
	if (which < 0 || which > 2)
		return -EINVAL;
	long best = -ESRCH;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid) {
		struct task *task = list_first(&process->threads, struct task, link);
		const struct cred *cred = task->thread.cred;
		bool meant = which == 0   ? process->pid == (who != 0 ? who : current->tgid)
			     : which == 1 ? process->group == (who != 0 ? who : current_process()->group)
					  : cred != NULL && cred->uid == (who != 0 ? (uint32_t)who : current->cred->uid);
		long rc = meant && !process->zombie ? visit(task, argument) : -ESRCH;
		if (rc != -ESRCH && (best == -ESRCH || rc > best))
			best = rc;
	}
	spin_unlock_irqrestore(&process_lock, state);
	return best;
}

static long get_nice(struct task *task, uint64_t argument)
{
	return 20 - task->thread.nice;
}

long sys_getpriority(int which, int who)
{
	return for_each_meant(which, who, get_nice, 0);
}

static long set_nice(struct task *task, uint64_t wanted)
{
	int nice = (int)wanted;
	if (!own(task))
		return -EPERM;
	if (nice < task->thread.nice && current->cred->euid != 0)
		return -EACCES;
	uint32_t pace = THREAD_PACE;
	for (int i = 0; i < nice; i++)
		pace = pace * 5 / 4;
	for (int i = 0; i > nice; i--)
		pace = pace * 4 / 5;
	struct task *thread;
	list_for_each(thread, &task->process->threads, link) {
		thread->thread.nice = nice;
		WRITE_ONCE(thread->thread.pace, pace);
	}
	return 0;
}

long sys_setpriority(int which, int who, int nice)
{
	nice = nice < NICE_MIN ? NICE_MIN : nice > NICE_MAX ? NICE_MAX : nice;
	return for_each_meant(which, who, set_nice, (uint64_t)(int64_t)nice);
}

long sys_getcpu(user_addr cpu, user_addr node)
{
	uint32_t number = cpu_number(), zero = 0;
	int rc = cpu != 0 ? copy_to_user(cpu, &number, 4) : 0;
	return rc == 0 && node != 0 ? copy_to_user(node, &zero, 4) : rc;
}

long sys_sched_yield(void)
{
	sched_yield();
	return 0;
}
