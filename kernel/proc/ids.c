// ids.c: who a process is: its numbers, its group and its session (POSIX.1-2017 11.1.2), its user.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_getpid(void)
{
	return current->tgid;
}

long sys_gettid(void)
{
	return current->tid;
}

long sys_getppid(void)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *parent = current_process()->parent;
	int pid = parent != NULL ? parent->pid : 0;
	spin_unlock_irqrestore(&process_lock, state);
	return pid;
}

static bool session_has_group(int session, int group)
{
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		if (process->group == group && process->session == session)
			return true;
	return false;
}

long sys_setpgid(int pid, int group)
{
	struct process *self = current_process();
	if (group < 0)
		return -EINVAL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? self : process_find(pid);
	int rc = process == NULL || (process != self && process->parent != self) ? -ESRCH : 0;
	group = group != 0 ? group : rc == 0 ? process->pid : 0;
	if (rc == 0 && process != self && process->did_exec)
		rc = -EACCES;
	if (rc == 0 && (process->session == process->pid || process->session != self->session))
		rc = -EPERM;
	if (rc == 0 && group != process->pid && !session_has_group(self->session, group))
		rc = -EPERM;
	if (rc == 0)
		process->group = group;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

static long group_or_session(int pid, bool session)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? current_process() : process_find(pid);
	long result = process == NULL ? -ESRCH : session ? process->session : process->group;
	spin_unlock_irqrestore(&process_lock, state);
	return result;
}

long sys_getpgid(int pid)
{
	return group_or_session(pid, false);
}

long sys_getpgrp(void)
{
	return group_or_session(0, false);
}

long sys_getsid(int pid)
{
	return group_or_session(pid, true);
}

long sys_setsid(void)
{
	struct process *self = current_process();
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool leads = false;
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		leads |= process->group == self->pid && process != self;
	int rc = leads || (self->group == self->pid && self->session == self->pid && self != init_process) ? -EPERM : self->pid;
	if (rc > 0)
		self->group = self->session = self->pid;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

long sys_getuid(void)
{
	return current->cred->uid;
}
