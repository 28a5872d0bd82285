// procfs_process.c: /proc/PID/statm, limits and oom_score, and task/, where a process's threads stand under their own numbers; formats of
// proc(5).
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"
#include "kernel/vm/area.h"

static int show_statm(struct text *text, int pid)
{
	struct task *task = task_leader_get(pid);
	struct mm *mm = task != NULL ? task_mm_get(task) : NULL;

	if (task != NULL)
		task_put(task);
	else
		return -ESRCH;
	text_print(text, "%lu %lu 0 0 0 0 0\n", mm != NULL ? mm->total_pages : 0, mm != NULL ? mm->resident_pages : 0);
	if (mm != NULL)
		mm_put(mm);
	return 0;
}
PROCFS_TASK_ENTRY(statm, .mode = S_IFREG | 0444, .show = show_statm);

static void show_bound(struct text *text, uint64_t bound)
{
	if (bound == ~0ul)
		text_print(text, " %-20s", "unlimited");
	else
		text_print(text, " %-20lu", bound);
}

static int show_limits(struct text *text, int pid)
{
	static const struct {
		const char *name, *unit;
	} rows[RLIMIT_COUNT] = {{"Max cpu time", "seconds"}, {"Max file size", "bytes"}, {"Max data size", "bytes"}, {"Max stack size", "bytes"},
		{"Max core file size", "bytes"}, {"Max resident set", "bytes"}, {"Max processes", "processes"},
		{"Max open files", "files"}, {"Max locked memory", "bytes"}, {"Max address space", "bytes"},
		{"Max file locks", "locks"}, {"Max pending signals", "signals"}, {"Max msgqueue size", "bytes"},
		{"Max nice priority", ""}, {"Max realtime priority", ""}, {"Max realtime timeout", "us"}};
	struct task *task = task_leader_get(pid);

	if (task == NULL)
		return -ESRCH;
	text_print(text, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (int i = 0; i < RLIMIT_COUNT; i++) {
		text_print(text, "%-25s", rows[i].name);
		show_bound(text, task->process->limits[i].rlim_cur);
		show_bound(text, task->process->limits[i].rlim_max);
		text_print(text, " %-10s\n", rows[i].unit);
	}
	task_put(task);
	return 0;
}
PROCFS_TASK_ENTRY(limits, .mode = S_IFREG | 0444, .show = show_limits);

// ---- task/ ----

// The thread of process `pid` with that number, or, with `after`, the first one above it; 0: none.
static int thread_of(int pid, int wanted, bool after)
{
	int found = 0;
	struct task *task;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);

	if (process != NULL)
		list_for_each (task, &process->threads, link) {
			int tid = task->thread.tid;
			if (after ? tid > wanted && (found == 0 || tid < found) : tid == wanted)
				found = tid;
		}
	spin_unlock_irqrestore(&process_lock, state);
	return found;
}

static int threads_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	int pid = ((struct procfs_node *)directory->private)->pid, tid = procfs_parse_number(name, length);
	struct procfs_node node = {.pid = tid, .entry = &procfs_process_entry, .operations = procfs_process_entry.operations};

	if (tid <= 0 || thread_of(pid, tid, false) == 0)
		return -ENOENT;
	return procfs_task_inode(directory, S_IFDIR | 0555, &node, 0, inode);
}

static int threads_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	int pid = ((struct procfs_node *)file->inode->private)->pid, rc = *position < 2 ? directory_readdir(file, sink, position) : 0;

	for (int tid; rc == 0 && *position >= 2 && (tid = thread_of(pid, (int)*position - 2, true)) != 0; *position = tid + 2)
		if (!procfs_list_number(sink, tid, (uint64_t)tid << 20, DT_DIR, tid + 2))
			break;
	return rc;
}

static const struct inode_operations threads_operations = {.lookup = threads_lookup, .release = procfs_node_free};
static const struct file_operations threads_listing = {.readdir = threads_readdir};
PROCFS_TASK_ENTRY(task, .mode = S_IFDIR | 0555, .operations = &threads_operations, .file_operations = &threads_listing);
