// orphans.c: stopped groups that nobody is left to continue (POSIX.1-2017, _Exit: consequences of process termination).
#include "kernel/proc/internal.h"

static bool group_has_stopped(int group)
{
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		if (process->group == group && process->stopping && !process->zombie)
			return true;
	return false;
}

// `child` loses `parent` (or ends itself). Was that the link that kept its group from being an orphan, and has the group
// stopped members, then they are told, since nobody is left to continue them. A group that was an orphan before is left alone.
void continue_if_orphaned(const struct process *child, const struct process *parent)
{
	struct process *process = NULL;
	int group = child->group;
	if (parent->group == group || parent->session != child->session || !process_group_orphaned(group) || !group_has_stopped(group))
		return;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		if (process->group == group) {
			signal_send_locked(process, NULL, SIGHUP, NULL);
			signal_send_locked(process, NULL, SIGCONT, NULL);
		}
}
