// job_control.c: what terminals ask of processes, answered by proc, which stands beside tty.
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/proc/internal.h"
#include "kernel/proc/task.h"
#include "kernel/tty/tty.h"

static int session(void)
{
	return current_process()->session;
}

static int group(void)
{
	return current_process()->group;
}

static bool leads_session(void)
{
	return current_process()->session == current_process()->pid;
}

static bool group_in_session(int number, int wanted)
{
	bool found = false;
	unsigned long state = spin_lock_irqsave(&process_lock);

	for (struct process *process = process_next(0); process != NULL && !found; process = process_next(process->pid))
		found = process->group == number && process->session == wanted;
	spin_unlock_irqrestore(&process_lock, state);
	return found;
}

static bool group_orphaned(int number)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool orphaned = process_group_orphaned(number);

	spin_unlock_irqrestore(&process_lock, state);
	return orphaned;
}

static bool takes(int signal)
{
	return (READ_ONCE(current_task()->blocked) & 1ull << (signal - 1)) == 0 && !signal_ignored(current_process(), signal);
}

static void send_group(int number, int signal)
{
	signal_send_group(number, signal);
}

static void job_control_init(void)
{
	static const struct job_control_operations operations = {session, group, leads_session, group_in_session,
								 group_orphaned, takes, send_group};

	job_control = &operations;
	process_session_ends = tty_session_ends;
}
INIT_EARLY(job_control_init);
