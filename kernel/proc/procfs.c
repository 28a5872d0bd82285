// procfs.c: what /proc says of processes and of the machine as proc sees it; formats of proc(5).
#include "kernel/fs/procfs.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/core/power.h"
#include "kernel/dev/irq.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

// The first thread of a process with a reference; NULL: gone.
static struct task *leader_get(int pid)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(pid);
	struct task *task = process != NULL ? list_first(&process->threads, struct task, link) : NULL;
	if (task != NULL)
		refcount_get(&task->references);
	spin_unlock_irqrestore(&process_lock, state);
	return task;
}

static struct mm *mm_of(struct task *task)
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
	struct task *task = leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	const struct cred *cred = task->thread.cred;
	*uid = cred != NULL ? cred->euid : 0;
	*gid = cred != NULL ? cred->egid : 0;
	task_put(task);
	return 0;
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

static char state_letter(const struct task *task)
{
	if (task->process->zombie)
		return 'Z';
	if (task->process->stopping)
		return 'T';
	switch (READ_ONCE(task->thread.state)) {
	case THREAD_RUNNING: return 'R';
	case THREAD_UNINTERRUPTIBLE: return 'D';
	case THREAD_STOPPED: return 'T';
	case THREAD_DEAD: return 'Z';
	default: return 'S';
	}
}

static int show_stat(struct text *text, int pid)
{
	struct task *task = leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	struct process *process = task->process;
	struct mm *mm = mm_of(task);
	uint64_t user = task_user_ns(task), total = task->thread.runtime_ns;
	int terminal_group = -1;
	text_print(text, "%d (%s) %c %d %d %d %d %d 0 0 0 0 0 %lu %lu %lu %lu 20 0 %u 0 %lu %lu %lu 18446744073709551615", pid,
		 task->thread.name, state_letter(task), process->parent != NULL ? process->parent->pid : 0, process->group,
		 process->session, 0, terminal_group, user / 10000000, (total > user ? total - user : 0) / 10000000,
		 process->child_user_ns / 10000000, process->child_system_ns / 10000000, process->threads_alive,
		 process->started_ns / 10000000, mm != NULL ? mm->total_pages * PAGE_SIZE : 0,
		 mm != NULL ? mm->resident_pages : 0);
	text_print(text, " 0 0 0 0 0 %lu %lu 0 0 0 0 0 17 %d 0 0 0 0 0 0 0 0 0 0 0 0 0\n", process->pending.bits & 0x7fffffff,
		 task->blocked & 0x7fffffff, task->thread.cpu);
	if (mm != NULL)
		mm_put(mm);
	task_put(task);
	return 0;
}

static int show_status(struct text *text, int pid)
{
	static const char *const words[] = {['R'] = "running", ['S'] = "sleeping", ['D'] = "disk sleep", ['T'] = "stopped", ['Z'] = "zombie"};
	struct task *task = leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	struct process *process = task->process;
	struct mm *mm = mm_of(task);
	const struct cred *cred = task->thread.cred;
	char letter = state_letter(task);
	text_print(text, "Name:\t%s\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\n", task->thread.name, letter,
		 words[(int)letter], pid, pid, process->parent != NULL ? process->parent->pid : 0);
	if (cred != NULL)
		text_print(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", cred->uid, cred->euid, cred->suid, cred->fsuid,
			 cred->gid, cred->egid, cred->sgid, cred->fsgid);
	if (mm != NULL)
		text_print(text, "VmSize:\t%8lu kB\nVmRSS:\t%8lu kB\n", mm->total_pages * 4, mm->resident_pages * 4);
	text_print(text, "Threads:\t%u\nSigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\n", process->threads_alive,
		 task->pending.bits, process->pending.bits, task->blocked);
	text_print(text, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n", task->thread.switches_voluntary,
		 task->thread.switches_forced);
	if (mm != NULL)
		mm_put(mm);
	task_put(task);
	return 0;
}

static int show_memory(struct text *text, int pid, bool environment)
{
	struct task *task = leader_get(pid);
	struct mm *mm = task != NULL ? mm_of(task) : NULL;
	if (task != NULL)
		task_put(task);
	if (mm == NULL)
		return task != NULL ? 0 : -ESRCH;
	uint64_t at = environment ? mm->arguments_end : mm->arguments_start;
	uint64_t end = environment ? mm->environment_end : mm->arguments_end;
	char bytes[128];
	while (at < end) {
		size_t chunk = end - at < sizeof(bytes) ? end - at : sizeof(bytes);
		if (mm_access(mm, at, bytes, chunk, false) != chunk)
			break;
		text_put(text, bytes, chunk);
		at += chunk;
	}
	mm_put(mm);
	return 0;
}

static int show_cmdline(struct text *text, int pid)
{
	return show_memory(text, pid, false);
}

static int show_environ(struct text *text, int pid)
{
	return show_memory(text, pid, true);
}

static int show_comm(struct text *text, int pid)
{
	struct task *task = leader_get(pid);
	if (task == NULL)
		return -ESRCH;
	text_print(text, "%s\n", task->thread.name);
	task_put(task);
	return 0;
}

static int show_maps(struct text *text, int pid)
{
	struct task *task = leader_get(pid);
	struct mm *mm = task != NULL ? mm_of(task) : NULL;
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
	struct task *task = leader_get(pid);
	struct mm *mm = task != NULL ? mm_of(task) : NULL;
	int rc = -ENOENT;
	if (task != NULL)
		task_put(task);
	if (mm == NULL)
		return rc;
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, 0); area != NULL && rc != 0; area = mm_area_next(area))
		if (area->operations == &file_area_operations) {
			*path = ((struct file *)area->owner)->path;
			path_get(path);
			rc = 0;
		}
	up_read(&mm->lock);
	mm_put(mm);
	return rc;
}

static const struct procfs_task_entry task_entries[] = {
	{"cmdline", 0444, show_cmdline, NULL}, {"comm", 0444, show_comm, NULL}, {"cwd", 0777, NULL, place_cwd},
	{"environ", 0400, show_environ, NULL}, {"exe", 0777, NULL, place_exe},	{"maps", 0400, show_maps, NULL},
	{"root", 0777, NULL, place_root},      {"stat", 0444, show_stat, NULL}, {"status", 0444, show_status, NULL},
	{NULL, 0, NULL, NULL}};

static const struct procfs_task_operations operations = {next_pid, owner, files_of, task_entries};

static int show_cpuinfo(struct text *text, void *argument)
{
	char brand[49] = {0};
	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid id = cpuid(0x80000002 + i, 0);
		memcpy(brand + 16 * i, &id, 16);
	}
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		text_print(text, "processor\t: %u\nmodel name\t: %s\ncpu MHz\t\t: %lu.%03lu\napicid\t\t: %u\n\n", cpu, brand,
			 clock_tsc_khz() / 1000, clock_tsc_khz() % 1000, cpus[cpu]->lapic_id);
	return 0;
}

static int show_meminfo(struct text *text, void *argument)
{
	uint64_t total = memory_total_pages() * 4, free = memory_free_pages() * 4;
	text_print(text, "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n", total, free, free);
	return 0;
}

static int show_uptime(struct text *text, void *argument)
{
	uint64_t up = time_monotonic_ns() / 10000000, idle = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		idle += cpus[cpu]->idle_ns / 10000000;
	text_print(text, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
	return 0;
}

static int show_machine_stat(struct text *text, void *argument)
{
	uint64_t interrupts = 0, idle = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++) {
		interrupts += cpus[cpu]->interrupts;
		idle += cpus[cpu]->idle_ns / 10000000;
	}
	uint64_t busy = time_monotonic_ns() / 10000000 * cpus_online() - idle;
	text_print(text, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\nintr %lu\nctxt %lu\nbtime %lu\nprocesses %lu\n", busy, idle, interrupts,
		 sched_switches(), (uint64_t)((time_realtime_ns() - time_monotonic_ns()) / NS_PER_SECOND), process_count());
	return 0;
}

static int show_loadavg(struct text *text, void *argument)
{
	uint64_t runnable = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		runnable += sched_runnable(cpu);
	text_print(text, "%lu.00 %lu.00 %lu.00 %lu/%lu 0\n", runnable, runnable, runnable, runnable, process_count());
	return 0;
}

static int show_version(struct text *text, void *argument)
{
	text_print(text, "Linux version 6.1.0-groundup (groundup) %s\n", kernel_version_text);
	return 0;
}

static int show_interrupts(struct text *text, void *argument)
{
	unsigned vector;
	const char *name;
	uint64_t count;
	for (unsigned i = 0; irq_describe(i, &vector, &name, &count); i++)
		text_print(text, "%4u: %10lu  %s\n", vector, count, name);
	return 0;
}

void procfs_tasks_init(void)
{
	procfs_task_operations = &operations;
	procfs_add("cpuinfo", 0444, show_cpuinfo, NULL);
	procfs_add("interrupts", 0444, show_interrupts, NULL);
	procfs_add("loadavg", 0444, show_loadavg, NULL);
	procfs_add("meminfo", 0444, show_meminfo, NULL);
	procfs_add("stat", 0444, show_machine_stat, NULL);
	procfs_add("uptime", 0444, show_uptime, NULL);
	procfs_add("version", 0444, show_version, NULL);
}
