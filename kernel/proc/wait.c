// wait.c: wait4(2): who ended, stopped or went on among the children. Guarded by process_lock.
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

static void fill_usage(struct process *process, struct abi_rusage *usage)
{
	uint64_t user = process->dead_user_ns + process->child_user_ns;
	uint64_t system = process->dead_system_ns + process->child_system_ns;
	*usage = (struct abi_rusage){.ru_utime = {user / 1000000000, user / 1000 % 1000000},
				     .ru_stime = {system / 1000000000, system / 1000 % 1000000}};
}

static bool wanted(const struct process *child, int pid, int options)
{
	if (!(options & WALL) && (child->exit_signal != SIGCHLD) != ((options & WCLONE) != 0))
		return false;
	return pid == -1 || (pid > 0 ? child->pid == pid : child->group == (pid == 0 ? current_process()->group : -pid));
}

// One look at the children. True: there is a result, or *rc says why not.
static bool look(int pid, int options, struct wait_result *result, int *rc)
{
	struct process *self = current_process(), *child;
	bool any = false, found = false, keep = options & WNOWAIT;
	unsigned long state = spin_lock_irqsave(&process_lock);
	list_for_each(child, &self->children, sibling) {
		struct task *leader = list_first(&child->threads, struct task, link);
		bool traced = leader->tracee != NULL, ours = traced && ptrace_tracer(leader) == self;
		if (!wanted(child, pid, ours ? options | WALL : options))
			continue;
		any = true;
		*result = (struct wait_result){.pid = child->pid, .uid = child->uid};
		if (child->zombie && (options & WEXITED) && (!traced || ours)) {
			result->status = child->wait_status;
			fill_usage(child, &result->usage);
			result->leader = keep ? NULL : process_reap(child);
			found = true;
		} else if ((options & WUNTRACED) && !ours && child->stopping && !child->stop_reported &&
			   child->stopped_count == child->threads_alive) {
			result->status = child->stop_signal << 8 | 0x7f;
			found = true;
			child->stop_reported = !keep;
		} else if ((options & WCONTINUED) && child->continued) {
			result->status = 0xffff;
			child->continued = keep;
			found = true;
		}
		if (found)
			break;
	}
	if (!found && !list_empty(&self->tracees))
		found = ptrace_look(pid, options, result, &any);
	spin_unlock_irqrestore(&process_lock, state);
	*rc = any ? 0 : -ECHILD;
	return found || !any;
}

int wait_for_child(int pid, int options, struct wait_result *result)
{
	int rc = 0, wait_rc = 0;
	*result = (struct wait_result){0};
	if (!(options & WNOHANG))
		wait_rc = wait_event_interruptible(&current_process()->child_exit, look(pid, options, result, &rc));
	else if (!look(pid, options, result, &rc))
		result->pid = 0;
	if (result->leader != NULL)
		task_put(result->leader);
	return wait_rc != 0 ? wait_rc : rc;
}

long sys_wait4(int pid, user_addr status, int options, user_addr usage)
{
	struct wait_result result;
	if (options & ~(int)(WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | WALL | WCLONE))
		return -EINVAL;
	int rc = wait_for_child(pid, options | WEXITED, &result);
	if (rc != 0 || result.pid == 0)
		return rc;
	if (status != 0 && copy_to_user(status, &result.status, 4) != 0)
		return -EFAULT;
	if (usage != 0 && copy_to_user(usage, &result.usage, sizeof(result.usage)) != 0)
		return -EFAULT;
	return result.pid;
}
