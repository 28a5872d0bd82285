// exit.c: the end of tasks and processes, and wait4().
//
// A task that ends gives back its belongings, leaves process->threads under process_lock, becomes THREAD_DEAD and never runs
// again; the scheduler's dead hook then drops the reference that running meant. A process whose last thread ended is a
// zombie until its parent has asked (or ignores SIGCHLD).
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/printk.h"
#include "kernel/proc/internal.h"
#include "kernel/sync/preempt.h"
#include "kernel/syscall/prototypes.h"

void (*process_session_ends)(int session);
void (*thread_id_cleared)(uint64_t address);
void (*thread_ends)(struct task *task);

static void task_is_dead(struct thread *thread)
{
	if (thread->tgid != 0)
		task_put((struct task *)thread);
}

static void exit_init(void)
{
	sched_hooks.dead = task_is_dead;
}
INIT_EARLY(exit_init);

// POSIX: a group is orphaned when no member has a parent in another group of the same session.
bool process_group_orphaned(int group)
{
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid) {
		struct process *parent = process->parent;
		if (process->group == group && !process->zombie && parent != NULL && parent->group != group &&
		    parent->session == process->session)
			return false;
	}
	return true;
}

struct task *process_reap(struct process *process)
{
	struct task *leader = list_first(&process->threads, struct task, link);
	struct process *parent = process->parent;
	if (leader->tracee != NULL)
		ptrace_forget(leader);
	if (parent != NULL) {
		parent->child_user_ns += process->dead_user_ns + process->child_user_ns;
		parent->child_system_ns += process->dead_system_ns + process->child_system_ns;
	}
	list_remove(&process->sibling);
	list_remove(&leader->link);
	task_unpublish(leader);
	process_unpublish(process);
	return leader;
}

static bool reaps_itself(const struct process *parent)
{
	const struct abi_sigaction *action = &parent->actions[SIGCHLD - 1];
	return action->handler == HANDLER_IGNORE || (action->flags & SA_NOCLDWAIT);
}

// Orphans go to the nearest ancestor that asked for them, else to init.
static void adopt_children(struct process *process)
{
	struct process *heir = process->parent;
	while (heir != NULL && (!heir->subreaper || heir->zombie))
		heir = heir->parent;
	heir = heir != NULL ? heir : init_process;
	while (!list_empty(&process->children)) {
		struct process *child = list_first(&process->children, struct process, sibling);
		list_remove(&child->sibling);
		child->parent = heir;
		child->exit_signal = SIGCHLD;
		list_push_back(&heir->children, &child->sibling);
		if (continue_if_orphaned != NULL)
			continue_if_orphaned(child, process);
		if (child->death_signal != 0)
			signal_send_locked(child, NULL, child->death_signal, NULL);
	}
	wake_up(&heir->child_exit);
}

// Who waits for it: its parent, or the tracer of its first thread.
static void tell_parent(struct process *process)
{
	struct task *leader = list_first(&process->threads, struct task, link);
	struct process *parent = leader->tracee != NULL ? ptrace_tracer(leader) : process->parent;
	int status = process->wait_status, signal = status & 0x7f;
	struct abi_siginfo info = {.si_code = signal == 0 ? CLD_EXITED : CLD_KILLED,
				   .si_pid = process->pid,
				   .si_uid = process->uid,
				   .si_status = signal == 0 ? status >> 8 & 0xff : signal};
	signal_send_locked(parent, NULL, parent != process->parent ? SIGCHLD : process->exit_signal, &info);
	wake_up(&parent->child_exit);
}

// The last thread is gone. process_lock held. The leader when nobody will wait for it: the caller puts its table reference.
static struct task *process_ends(struct process *process)
{
	process->zombie = true;
	process->uid = current->cred->uid;
	adopt_children(process);
	if (continue_if_orphaned != NULL)
		continue_if_orphaned(process, process->parent);
	signal_flush(&process->pending);
	return process_told_late(process);
}

struct task *process_told_late(struct process *process)
{
	bool traced = list_first(&process->threads, struct task, link)->tracee != NULL;
	bool alone = !traced && process->exit_signal == SIGCHLD && reaps_itself(process->parent);
	tell_parent(process);
	return alone ? process_reap(process) : NULL;
}

void process_exit_all(struct process *process, int status)
{
	struct task *task;
	unsigned long state = spin_lock_irqsave(&process_lock);
	spin_lock(&process->signal_lock);
	if (!process->exiting || process->wait_status == EXEC_ENDS_THREADS) {
		process->exiting = true;
		process->wait_status = status;
	}
	list_for_each(task, &process->threads, link) {
		signal_recalculate(task);
		if (task == current_task())
			continue;
		thread_wake(&task->thread, 1u << THREAD_INTERRUPTIBLE | 1u << THREAD_KILLABLE | 1u << THREAD_STOPPED);
		sched_kick(&task->thread);
	}
	spin_unlock(&process->signal_lock);
	spin_unlock_irqrestore(&process_lock, state);
}

static void clear_tid(struct task *task)
{
	uint32_t zero = 0;
	if (task->clear_child_tid == 0 || task->thread.mm == NULL)
		return;
	if (copy_to_user(task->clear_child_tid, &zero, 4) == 0 && thread_id_cleared != NULL)
		thread_id_cleared(task->clear_child_tid);
}

void task_exit(int status, bool group)
{
	struct task *task = current_task();
	struct process *process = task->process;
	if (process == init_process)
		panic("init has ended, status 0x%x", status);
	if (task->tracee != NULL)
		ptrace_event(PTRACE_EVENT_EXIT, (uint64_t)status);
	if (group)
		process_exit_all(process, status);
	if (thread_ends != NULL && task->thread.mm != NULL)
		thread_ends(task);
	clear_tid(task);
	vfork_release(task);
	task_release_belongings(task);
	bool leads_session = process->pid == process->session && process->threads_alive == 1;
	if (leads_session && process_session_ends != NULL)
		process_session_ends(process->session);
	if (!list_empty(&process->tracees))
		ptrace_tracer_ends();
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool kept = task->tracee != NULL && ptrace_ends(task, process->exiting ? process->wait_status : status);
	uint64_t user = task_user_ns(task), total = thread_runtime_ns(&task->thread);
	process->dead_user_ns += user;
	process->dead_system_ns += total > user ? total - user : 0;
	signal_flush(&task->pending);
	if (!group && process->threads_alive == 1 && !process->exiting)
		process->wait_status = status;
	struct task *reaped_leader = NULL;
	if (--process->threads_alive == 0)
		reaped_leader = process_ends(process);
	bool other = task->thread.tid != process->pid; // nobody waits for threads but the first
	if (other) {
		list_remove(&task->link);
		process->thread_count--;
		if (!kept)
			task_unpublish(task);
	}
	spin_unlock_irqrestore(&process_lock, state);
	if (reaped_leader != NULL && reaped_leader != task)
		task_put(reaped_leader);
	preempt_disable();
	if ((other && !kept) || reaped_leader == task)
		refcount_put(&task->references); // the table's; never the last: running holds one
	set_state(THREAD_DEAD);
	preempt_enable();
	schedule();
	panic("a dead task ran");
}

long sys_exit(int status)
{
	task_exit((status & 0xff) << 8, false);
}

long sys_exit_group(int status)
{
	task_exit((status & 0xff) << 8, true);
}
