// cpu_clock.c: clocks that go while a process or a thread runs. Linux's numbers: ~number << 3, with what is counted in the lowest two bits and
// 4 for a thread; number 0 is the caller.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/proc/clock_timer.h"
#include "kernel/syscall/prototypes.h"

int cpu_clock_fix(int clock)
{
	if (clock == CLOCK_PROCESS_CPUTIME_ID)
		clock = cpu_clock_of(0, CPU_CLOCK_SCHED);
	else if (clock == CLOCK_THREAD_CPUTIME_ID)
		clock = cpu_clock_of(0, CPU_CLOCK_SCHED | CPU_CLOCK_THREAD);
	if (clock >= 0 || ~(clock >> 3) != 0)
		return clock;
	return cpu_clock_of(clock & CPU_CLOCK_THREAD ? current->tid : current->tgid, clock & 7);
}

// The thread, or (*process) the process, that a clock belongs to; process_lock held. False: there is none.
static bool find(int clock, struct process **process, struct task **task)
{
	int number = ~(clock >> 3);
	bool thread = clock & CPU_CLOCK_THREAD;
	*task = thread ? task_find(number) : NULL;
	*process = thread ? NULL : process_find(number);
	if (*process == NULL && !thread && number == current->tid && current->tgid != 0)
		*process = current_process(); // a thread's number means its process
	return clock < 0 && (clock & 3) != 3 && (*task != NULL || *process != NULL);
}

static void add_times(const struct task *task, uint64_t *user, uint64_t *total)
{
	*user += task_user_ns(task);
	*total += thread_runtime_ns(&task->thread);
}

void process_times_of(const struct process *process, uint64_t *user, uint64_t *total)
{
	const struct task *task;
	*user = process->dead_user_ns;
	*total = process->dead_user_ns + process->dead_system_ns;
	list_for_each(task, &process->threads, link)
		if (READ_ONCE(task->thread.state) != THREAD_DEAD) // the first one stays: it is among the dead
			add_times(task, user, total);
}

int cpu_clock_read(int clock, int64_t *now)
{
	struct process *process;
	struct task *task;
	uint64_t user = 0, total = 0;
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool found = find(clock, &process, &task);
	if (found && task != NULL)
		add_times(task, &user, &total);
	else if (found)
		process_times_of(process, &user, &total);
	spin_unlock_irqrestore(&process_lock, state);
	*now = (int64_t)((clock & 3) == CPU_CLOCK_VIRTUAL ? user : total > user ? total : user);
	return found ? 0 : -EINVAL;
}

int cpu_clock_now(int clock, int64_t *now)
{
	clock = cpu_clock_fix(clock);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = clock & CPU_CLOCK_THREAD ? task_find(~(clock >> 3)) : NULL;
	bool foreign = task != NULL && task->process != current_process();
	spin_unlock_irqrestore(&process_lock, state);
	return foreign ? -EINVAL : cpu_clock_read(clock, now);
}

unsigned cpu_clock_speed(int clock)
{
	struct process *process;
	struct task *task;
	unsigned threads = 1, processors = cpus_online();
	unsigned long state = spin_lock_irqsave(&process_lock);
	if (find(clock, &process, &task) && process != NULL)
		threads = process->threads_alive;
	spin_unlock_irqrestore(&process_lock, state);
	return threads == 0 ? 1 : threads < processors ? threads : processors; // 0: the last one is ending
}
