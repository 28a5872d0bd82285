// procfs.c: /proc/PID: who is there, stat and cmdline (formats of proc(5)); procfs_task.c has the rest.
#include "kernel/core/init.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"
#include "kernel/vm/area.h"

// The first thread of a process with a reference; NULL: gone.
struct task *task_leader_get(int pid)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);
	struct task *task = process != NULL ? list_first(&process->threads, struct task, link) : task_find(pid);
	if (task != NULL)
		refcount_get(&task->references);
	spin_unlock_irqrestore(&process_lock, state);
	return task;
}

struct mm *task_mm_get(struct task *task)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct mm *mm = READ_ONCE(task->thread.mm);
	if (mm != NULL && !refcount_get_not_zero(&mm->users))
		mm = NULL;
	spin_unlock_irqrestore(&process_lock, state);
	return mm;
}

static int next_pid(int pid)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_next(pid);
	int next = process != NULL ? process->pid : 0;
	spin_unlock_irqrestore(&process_lock, state);
	return next;
}

static int owner(int pid, uint32_t *uid, uint32_t *gid)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);
	struct task *task = process != NULL ? list_first(&process->threads, struct task, link) : task_find(pid);
	process = task != NULL ? task->process : NULL;
	*uid = task != NULL && !process->not_dumpable ? task->thread.cred->euid : 0;
	*gid = task != NULL && !process->not_dumpable ? task->thread.cred->egid : 0;
	spin_unlock_irqrestore(&process_lock, state);
	return task != NULL ? 0 : -ESRCH;
}

static struct files *files_of(int pid)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);
	struct files *files = NULL;
	if (process != NULL) {
		files = READ_ONCE(list_first(&process->threads, struct task, link)->thread.files);
		if (files != NULL && !refcount_get_not_zero(&files->references))
			files = NULL;
	}
	spin_unlock_irqrestore(&process_lock, state);
	return files;
}

char task_state_letter(const struct task *task)
{
	if (task->process->zombie)
		return 'Z';
	if (task->process->stopping && !task->stop_seen)
		return 'T';
	switch (READ_ONCE(task->thread.state)) {
	case THREAD_RUNNING: return 'R';
	case THREAD_UNINTERRUPTIBLE: return 'D';
	case THREAD_STOPPED: return task->tracee != NULL ? 't' : 'T';
	case THREAD_DEAD: return 'Z';
	default: return 'S';
	}
}

#define TICK_NS 10000000 // what /proc counts in: 1/100 s

static int show_stat(struct text *text, int pid)
{
	struct task *task = task_leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	struct process *process = task->process;
	struct mm *mm = task_mm_get(task);
	struct procfs_space space = {0};
	struct procfs_signals signals = {0};
	uint64_t user = task_user_ns(task), total = thread_runtime_ns(&task->thread);
	int terminal = 0, foreground = -1;
	if (procfs_terminal != NULL)
		procfs_terminal(process->session, &terminal, &foreground);
	if (procfs_signals != NULL)
		procfs_signals(process, &signals);
	if (procfs_space != NULL && mm != NULL)
		procfs_space(mm, &space);
	text_print(text, "%d (%s) %c %d %d %d %d %d 0 %lu 0 0 0 %lu %lu %lu %lu %d %d %u 0 %lu", pid, task->thread.name,
		   task_state_letter(task), process->parent != NULL ? process->parent->pid : 0, process->group, process->session,
		   terminal, foreground, task->thread.faults, user / TICK_NS, (total > user ? total - user : 0) / TICK_NS,
		   process->child_user_ns / TICK_NS, process->child_system_ns / TICK_NS, 20 + task->thread.nice, task->thread.nice,
		   process->threads_alive, process->started_ns / TICK_NS);
	text_print(text, " %lu %lu %lu %lu %lu %lu 0 0 %lu %lu %lu %lu 0 0 0 %d %d 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		   mm != NULL ? mm->total_pages * PAGE_SIZE : 0, mm != NULL ? mm->resident_pages : 0, process->limits[RLIMIT_RSS].rlim_cur,
		   space.code_start, space.code_end, mm != NULL ? mm->arguments_start : 0, process->pending.bits & 0x7fffffff,
		   task->blocked & 0x7fffffff, signals.ignored & 0x7fffffff, signals.caught & 0x7fffffff, process->exit_signal,
		   task->thread.cpu);
	if (mm != NULL)
		mm_put(mm);
	task_put(task);
	return 0;
}

int procfs_show_memory(struct text *text, int pid, bool environment)
{
	struct task *task = task_leader_get(pid);
	struct mm *mm = task != NULL ? task_mm_get(task) : NULL;
	if (task != NULL)
		task_put(task);
	if (mm == NULL)
		return task != NULL ? 0 : -ESRCH;
	uint64_t at = environment ? mm->arguments_end : mm->arguments_start;
	uint64_t end = environment ? mm->environment_end : procfs_title_end != NULL ? procfs_title_end(mm) : mm->arguments_end;
	char bytes[128];
	for (size_t chunk; at < end; at += chunk) {
		chunk = end - at < sizeof(bytes) ? end - at : sizeof(bytes);
		if (mm_access(mm, at, bytes, chunk, false) != chunk)
			break;
		text_put(text, bytes, chunk);
	}
	mm_put(mm);
	return 0;
}

static int show_cmdline(struct text *text, int pid)
{
	return procfs_show_memory(text, pid, false);
}

PROCFS_TASK_ENTRY(stat, .mode = S_IFREG | 0444, .show = show_stat);
PROCFS_TASK_ENTRY(cmdline, .mode = S_IFREG | 0444, .show = show_cmdline);

static void procfs_tasks_init(void)
{
	static const struct procfs_task_operations operations = {next_pid, owner, files_of};
	procfs_task_operations = &operations;
}
INIT_EARLY(procfs_tasks_init);
