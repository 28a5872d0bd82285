// procfs_task.c: what /proc/PID says beyond stat and cmdline; formats of proc(5).
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

void procfs_space(struct mm *mm, struct procfs_space *space)
{
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, 0); area != NULL; area = mm_area_next(area)) {
		uint64_t pages = (area->end - area->start) / PAGE_SIZE;
		space->stack += area->grows_down ? pages : 0;
		space->data += !area->grows_down && !area->shared && (area->protection & PROT_WRITE) != 0 ? pages : 0;
		if ((area->protection & PROT_EXEC) == 0 || area->operations != &file_area_operations)
			continue;
		space->code += pages;
		space->code_start = space->code_start != 0 ? space->code_start : area->start;
		space->code_end = space->code_end != 0 ? space->code_end : area->end;
	}
	up_read(&mm->lock);
}

void procfs_signals(struct process *process, struct procfs_signals *signals)
{
	struct list *each;
	unsigned long state = spin_lock_irqsave(&process->signal_lock);
	for (int signal = 1; signal <= SIGNAL_MAX; signal++) {
		uint64_t handler = process->actions[signal - 1].handler;
		signals->ignored |= handler == HANDLER_IGNORE ? BIT(signal) : 0;
		signals->caught |= handler > HANDLER_IGNORE ? BIT(signal) : 0;
	}
	for (each = process->pending.queue.next; each != &process->pending.queue; each = each->next)
		signals->queued++;
	spin_unlock_irqrestore(&process->signal_lock, state);
}

static void show_memory_sizes(struct text *text, struct mm *mm)
{
	struct procfs_space space = {0};
	procfs_space(mm, &space);
	text_print(text, "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmLck:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n", mm->most_pages * 4,
		   mm->total_pages * 4, mm_locked_pages(mm, 0, USER_END) * 4, mm->most_resident * 4, mm->resident_pages * 4);
	text_print(text, "VmData:\t%8lu kB\nVmStk:\t%8lu kB\nVmExe:\t%8lu kB\n", space.data * 4, space.stack * 4, space.code * 4);
}

static void show_identities(struct text *text, struct task *task, const struct cred *cred)
{
	struct files *files = procfs_task_operations->files(task->process->pid);
	text_print(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%u\nGroups:\t", cred->uid, cred->euid, cred->suid,
		   cred->fsuid, cred->gid, cred->egid, cred->sgid, cred->fsgid, files != NULL ? files->capacity : 0);
	files_put(files);
	for (unsigned i = 0; i < cred->group_count; i++)
		text_print(text, "%u ", cred->groups[i]);
	text_put(text, "\n", 1);
}

static void show_signals(struct text *text, struct task *task, const struct cred *cred)
{
	struct process *process = task->process;
	struct procfs_signals signals = {0};
	uint64_t power = cred->euid == 0 ? CAPABILITIES : 0;
	procfs_signals(process, &signals);
	text_print(text, "Threads:\t%u\nSigQ:\t%u/%u\nSigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
		   process->threads_alive, signals.queued, PROCESSES_MAX, task->pending.bits, process->pending.bits, task->blocked,
		   signals.ignored, signals.caught);
	text_print(text, "CapInh:\t%016lx\nCapPrm:\t%016lx\nCapEff:\t%016lx\nNoNewPrivs:\t%u\nCpus_allowed:\t%x\n", 0ul, power, power,
		   task->no_new_privileges, task->thread.affinity & ((1u << cpus_online()) - 1));
}

static int show_status(struct text *text, int pid)
{
	static const char *const words[] = {['R'] = "running",      ['S'] = "sleeping", ['D'] = "disk sleep", ['T'] = "stopped",
					    ['t'] = "tracing stop", ['Z'] = "zombie"};
	struct task *task = task_leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	struct process *process = task->process;
	struct mm *mm = task_mm_get(task);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct cred cred = *task->thread.cred;
	struct fs_context *fs = task->thread.fs;
	unsigned mask = fs != NULL ? fs->umask : 0;
	int tracer = task->tracee != NULL ? ptrace_tracer(task)->pid : 0, parent = process->parent != NULL ? process->parent->pid : 0;
	spin_unlock_irqrestore(&process_lock, state);
	char letter = task_state_letter(task);
	text_print(text, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n", task->thread.name, mask,
		   letter, words[(int)letter], process->pid, pid, parent, tracer);
	show_identities(text, task, &cred);
	if (mm != NULL)
		show_memory_sizes(text, mm);
	show_signals(text, task, &cred);
	text_print(text, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n", task->thread.switches_voluntary,
		   task->thread.switches_forced);
	if (mm != NULL)
		mm_put(mm);
	task_put(task);
	return 0;
}

// A program that wrote over the NUL behind its last argument is named by the one string that starts at its first (setproctitle(3)),
// which may run into the environment and is looked for in one page.
uint64_t procfs_title_end(struct mm *mm)
{
	uint64_t at = mm->arguments_start, most = at + PAGE_SIZE < mm->environment_end ? at + PAGE_SIZE : mm->environment_end;
	char byte = '\0';
	mm_access(mm, mm->arguments_end - 1, &byte, 1, false);
	if (byte == '\0')
		return mm->arguments_end;
	while (at < most && byte != '\0' && mm_access(mm, at, &byte, 1, false) == 1)
		at++;
	return at;
}

static int show_environ(struct text *text, int pid)
{
	return procfs_show_memory(text, pid, true);
}

static int show_comm(struct text *text, int pid)
{
	struct task *task = task_leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	text_print(text, "%s\n", task->thread.name);
	task_put(task);
	return 0;
}

void file_area_name(struct vm_area *area, char *buffer, size_t size)
{
	struct file *file = area->owner;
	struct path root = path_root();
	bool deleted;
	if (file->path.dentry == NULL)
		return; // shared anonymous memory: its label stands
	char *text = kmalloc(PATH_MAX, ALLOC_SLEEP);
	char *name = text != NULL ? path_name(&file->path, &root, text, PATH_MAX, &deleted) : NULL;
	strlcpy(buffer, name != NULL ? name : "?", size);
	kfree(text);
}

static int show_maps(struct text *text, int pid)
{
	struct task *task = task_leader_get(pid);
	struct mm *mm = task != NULL ? task_mm_get(task) : NULL;
	if (task != NULL)
		task_put(task);
	if (mm == NULL)
		return task != NULL ? 0 : -ESRCH;
	char *name = kmalloc(PATH_MAX, ALLOC_SLEEP);
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, 0); name != NULL && area != NULL; area = mm_area_next(area)) {
		strlcpy(name, area->label != NULL ? area->label : "", PATH_MAX);
		if (area->operations != NULL && area->operations->name != NULL)
			area->operations->name(area, name, PATH_MAX);
		text_print(text, "%08lx-%08lx %c%c%c%c %08lx 00:00 0 %s%s\n", area->start, area->end,
			 area->protection & PROT_READ ? 'r' : '-', area->protection & PROT_WRITE ? 'w' : '-',
			 area->protection & PROT_EXEC ? 'x' : '-', area->shared ? 's' : 'p', area->first_page * PAGE_SIZE,
			 *name != '\0' ? "                  " : "", name);
	}
	up_read(&mm->lock);
	kfree(name);
	mm_put(mm);
	return 0;
}

static int place_of(int pid, struct path *path, bool root)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);
	struct fs_context *fs = process != NULL ? list_first(&process->threads, struct task, link)->thread.fs : NULL;
	if (fs != NULL && !refcount_get_not_zero(&fs->references))
		fs = NULL;
	spin_unlock_irqrestore(&process_lock, state);
	if (fs == NULL)
		return -ESRCH;
	spin_lock(&fs->lock);
	*path = root ? fs->root : fs->cwd;
	path_get(path);
	spin_unlock(&fs->lock);
	fs_context_put(fs);
	return 0;
}

static int place_cwd(int pid, struct path *path)
{
	return place_of(pid, path, false);
}

static int place_root(int pid, struct path *path)
{
	return place_of(pid, path, true);
}

static int place_exe(int pid, struct path *path)
{
	struct task *task = task_leader_get(pid);
	struct mm *mm = task != NULL ? task_mm_get(task) : NULL;
	int rc = -ENOENT;
	if (task != NULL)
		task_put(task);
	if (mm == NULL)
		return rc;
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, 0); area != NULL && rc != 0; area = mm_area_next(area))
		if (area->program) {
			*path = ((struct file *)area->owner)->path;
			path_get(path);
			rc = 0;
		}
	up_read(&mm->lock);
	mm_put(mm);
	return rc;
}

PROCFS_TASK_ENTRY(comm, .mode = S_IFREG | 0444, .show = show_comm);
PROCFS_TASK_ENTRY(environ, .mode = S_IFREG | 0400, .show = show_environ);
PROCFS_TASK_ENTRY(maps, .mode = S_IFREG | 0400, .show = show_maps);
PROCFS_TASK_ENTRY(status, .mode = S_IFREG | 0444, .show = show_status);
PROCFS_TASK_ENTRY(cwd, .mode = S_IFLNK | 0777, .place = place_cwd, .operations = &procfs_link_operations);
PROCFS_TASK_ENTRY(exe, .mode = S_IFLNK | 0777, .place = place_exe, .operations = &procfs_link_operations);
PROCFS_TASK_ENTRY(root, .mode = S_IFLNK | 0777, .place = place_root, .operations = &procfs_link_operations);
