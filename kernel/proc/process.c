// process.c: the tables of tasks and processes, their birth (clone) and their bookkeeping. See task.h.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/printk.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/xarray.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/vm/area.h"

struct spinlock process_lock = SPINLOCK_INIT("process");
struct process *init_process;
static struct xarray tasks, processes; // by tid, by pid
int process_last_pid;
uint64_t process_births;
static uint64_t task_count;

struct task *task_find(int tid)
{
	return tid > 0 ? xarray_load(&tasks, tid) : NULL;
}

struct process *process_find(int pid)
{
	return pid > 0 ? xarray_load(&processes, pid) : NULL;
}

struct process *process_next(int after_pid)
{
	uint64_t index = after_pid + 1;
	return xarray_next(&processes, &index);
}

uint64_t task_user_ns(const struct task *task)
{
	uint64_t entered, user;
	do { // it may go in and out of the kernel meanwhile, on another CPU
		entered = READ_ONCE(task->thread.user_entered_tsc); // 0: in the kernel, or not running
		user = READ_ONCE(task->thread.user_tsc) + (entered != 0 ? __builtin_ia32_rdtsc() - entered : 0);
	} while (entered != READ_ONCE(task->thread.user_entered_tsc));
	return clock_tsc_to_ns(user);
}

uint64_t process_count(void)
{
	return READ_ONCE(task_count);
}

// A number that a task, a group or a session uses. process_lock held.
static bool pid_used(int wanted)
{
	bool used = task_find(wanted) != NULL || process_find(wanted) != NULL;
	struct process *process = NULL;
	for (int pid = 0; !used && (process = process_next(pid)) != NULL; pid = process->pid)
		used = process->group == wanted || process->session == wanted;
	return used;
}

static int allocate_pid(void) // process_lock held; 0: none
{
	for (int tried = 0; tried < PID_MAX; tried++) {
		process_last_pid = process_last_pid + 1 < PID_MAX ? process_last_pid + 1 : 300;
		if (!pid_used(process_last_pid))
			return process_last_pid;
	}
	return 0;
}

// Enters a new task (and its process, when it is the first thread) into the tables. 0, -EAGAIN, -ENOMEM, or -ERESTARTSYS
// when a signal came first: a signal to the group must reach the child too.
static int publish(struct task *task, struct process *process, bool new_process, const struct clone_request *request)
{
	struct process *parent = current->tgid != 0 ? current_process() : NULL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	int rc = task_count >= PROCESSES_MAX ? -EAGAIN : 0;
	if (rc == 0 && parent != NULL && processes_exhausted != NULL && processes_exhausted(parent, task->thread.cred->uid))
		rc = -EAGAIN;
	if (rc == 0 && parent != NULL && signal_pending())
		rc = -ERESTARTSYS;
	int pid = rc != 0 ? 0 : request->wanted_tid != 0 ? request->wanted_tid : allocate_pid();
	if (rc == 0 && request->wanted_tid != 0 && pid_used(pid))
		rc = -EEXIST;
	if (rc == 0)
		rc = pid == 0 ? -EAGAIN : xarray_store(&tasks, pid, task);
	if (rc == 0 && new_process && (rc = xarray_store(&processes, pid, process)) != 0)
		xarray_store(&tasks, pid, NULL);
	if (rc == 0) {
		task_count++;
		process_births++;
		task->thread.tid = pid;
		task->thread.tgid = new_process ? pid : process->pid;
		list_push_back(&process->threads, &task->link);
		process->thread_count++;
		process->threads_alive++;
		if (new_process) {
			process->pid = pid;
			process->exit_signal = request->flags & CLONE_PARENT ? parent->exit_signal : request->exit_signal;
			parent = request->flags & CLONE_PARENT ? parent->parent : parent;
			process->parent = parent;
			process->group = parent != NULL ? parent->group : 0;
			process->session = parent != NULL ? parent->session : 0; // init leads no session until it asks, as on Linux
			if (parent != NULL)
				list_push_back(&parent->children, &process->sibling);
		}
	}
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

void task_unpublish(struct task *task) // process_lock held
{
	xarray_store(&tasks, task->thread.tid, NULL);
	task_count--;
}

void task_renumber(struct task *task, int tid) // process_lock held
{
	xarray_store(&tasks, task->thread.tid, NULL);
	xarray_store(&tasks, tid, task);
	task->thread.tid = tid;
	task_count--;
}

void process_unpublish(struct process *process) // process_lock held
{
	xarray_store(&processes, process->pid, NULL);
}

static struct process *process_create(struct process *parent)
{
	struct process *process = kzalloc(sizeof(*process), ALLOC_SLEEP);
	if (process == NULL)
		return NULL;
	refcount_set(&process->references, 1);
	list_init(&process->children);
	list_init(&process->sibling);
	list_init(&process->threads);
	list_init(&process->tracees);
	list_init(&process->pending.queue);
	wait_queue_init(&process->child_exit);
	wait_queue_init(&process->signal_arrived);
	spin_init(&process->signal_lock, "signal");
	process->started_ns = time_monotonic_ns();
	if (parent != NULL) {
		memcpy(process->actions, parent->actions, sizeof(process->actions));
		memcpy(process->limits, parent->limits, sizeof(process->limits));
		process->not_dumpable = parent->not_dumpable;
		return process;
	}
	for (int i = 0; i < RLIMIT_COUNT; i++)
		process->limits[i] = (struct abi_rlimit){RLIM_INFINITY, RLIM_INFINITY};
	process->limits[RLIMIT_STACK].rlim_cur = 8ul << 20;
	process->limits[RLIMIT_CORE].rlim_cur = 0;
	process->limits[RLIMIT_MEMLOCK] = (struct abi_rlimit){8ul << 20, 8ul << 20};
	process->limits[RLIMIT_NOFILE] = (struct abi_rlimit){DESCRIPTORS_MAX, DESCRIPTORS_MAX};
	process->limits[RLIMIT_NPROC] = (struct abi_rlimit){PROCESSES_MAX, PROCESSES_MAX};
	return process;
}

void process_put(struct process *process)
{
	if (!refcount_put(&process->references))
		return;
	if (process->timers != NULL)
		process_timers_end(process);
	kfree(process);
}

static void put_cred(const struct cred *cred)
{
	struct cred *mutable = (struct cred *)cred;
	if (cred != NULL && refcount_put(&mutable->references))
		kfree(mutable);
}

void task_put(struct task *task)
{
	if (!refcount_put(&task->references))
		return;
	kfree(task->thread.fpu);
	stack_free(task->thread.stack);
	put_cred(task->thread.cred);
	process_put(task->process);
	kfree(task);
}

void task_release_belongings(struct task *task)
{
	struct mm *mm = task->thread.mm;
	if (task->thread.files != NULL)
		files_put(task->thread.files);
	if (task->thread.fs != NULL)
		fs_context_put(task->thread.fs);
	task->thread.files = NULL;
	task->thread.fs = NULL;
	if (mm == NULL)
		return;
	if (task == current_task()) {
		unsigned long state = interrupts_save();
		current->mm = NULL;
		mm_switch(NULL);
		interrupts_restore(state);
	}
	mm_put(mm);
}

// Who looks at another task's cred holds process_lock.
void task_set_cred(struct task *task, struct cred *cred)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	const struct cred *old = task->thread.cred;
	task->thread.cred = cred;
	spin_unlock_irqrestore(&process_lock, state);
	put_cred(old);
}

void task_put_cred(struct task *task)
{
	task_set_cred(task, NULL);
}

static struct task *task_create(struct process *process)
{
	struct task *task = kzalloc(sizeof(*task), ALLOC_SLEEP);
	void *fpu = kmalloc(machine_features.xsave_size + 64, ALLOC_SLEEP), *stack = stack_alloc();
	if (task == NULL || fpu == NULL || stack == NULL) {
		kfree(task);
		kfree(fpu);
		if (stack != NULL)
			stack_free(stack);
		return NULL;
	}
	task->thread.fpu = fpu; // the caches align big objects to 64
	assert((uint64_t)fpu % 64 == 0);
	fpu_init_area(fpu);
	task->thread.stack = stack;
	task->process = process;
	refcount_set(&task->references, 1); // the table's; running will hold another
	refcount_get(&process->references);
	list_init(&task->link);
	list_init(&task->pending.queue);
	wait_queue_init(&task->vfork_wait);
	task->alternate_stack.ss_flags = SS_DISABLE;
	return task;
}

static void child_returns(void *frame)
{
	trap_first_return(frame);
}

static int share_belongings(struct task *task, uint64_t flags)
{
	struct thread *thread = &task->thread;
	refcount_get((struct refcount *)&current->cred->references);
	thread->cred = current->cred;
	if (flags & CLONE_FILES)
		refcount_get((struct refcount *)current->files); // its first member
	thread->files = flags & CLONE_FILES ? current->files : files_clone(current->files);
	if (flags & CLONE_FS)
		refcount_get((struct refcount *)current->fs);
	thread->fs = flags & CLONE_FS ? current->fs : fs_context_clone(current->fs);
	if (thread->files == NULL || thread->fs == NULL)
		return -ENOMEM;
	if (flags & CLONE_VM) {
		mm_get(current->mm);
		thread->mm = current->mm;
		return 0;
	}
	return mm_clone(current->mm, &thread->mm);
}

static void prepare_thread(struct task *task, const struct trap_frame *frame, const struct clone_request *request)
{
	struct thread *thread = &task->thread;
	unsigned long state = interrupts_save();
	if (current->fpu_live && this_cpu()->fpu_owner == current) // the registers are newer than the area
		fpu_save(current->fpu);
	memcpy(thread->fpu, current->fpu, machine_features.xsave_size);
	interrupts_restore(state);
	strlcpy(thread->name, current->name, sizeof(thread->name));
	task->blocked = current_task()->blocked;
	task->no_new_privileges = current_task()->no_new_privileges;
	if (!(request->flags & CLONE_VM) || (request->flags & CLONE_VFORK))
		task->alternate_stack = current_task()->alternate_stack;
	thread->fs_base = request->flags & CLONE_SETTLS ? request->tls : current->fs_base;
	thread->trace_id = current->trace_id;
	thread->affinity = current->affinity;
	thread->nice = current->nice;
	thread->pace = current->pace;
	thread_prepare(thread, thread->stack, child_returns, NULL);
	struct trap_frame *child = user_frame_of(thread);
	*child = *frame;
	child->rax = 0;
	child->vector = 0; // leaves by IRET: all registers from the frame
	if (request->stack != 0)
		child->rsp = request->stack;
	thread_prepare_below(thread, child_returns, child);
}

#define CLONE_KNOWN                                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_VFORK | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |      \
	 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED | CLONE_CHILD_SETTID | CLONE_PARENT | CLONE_CLEAR_SIGHAND |         \
	 CLONE_PTRACE | CLONE_UNTRACED)

static int check_flags(uint64_t flags)
{
	bool thread = flags & CLONE_THREAD;
	if (flags & ~(uint64_t)CLONE_KNOWN)
		return -EINVAL;
	if (thread != ((flags & CLONE_SIGHAND) != 0) || (thread && !(flags & CLONE_VM)))
		return -EINVAL; // signal actions are shared by the threads of one process only
	if ((flags & CLONE_PARENT) && current_process() == init_process)
		return -EINVAL; // its children would be nobody's
	return 0;
}

static void destroy_unborn(struct task *task)
{
	task_release_belongings(task);
	task_put_cred(task);
	task_put(task);
}

long process_clone(const struct clone_request *request)
{
	const struct trap_frame *frame = user_frame_of(current);
	uint64_t flags = request->flags;
	int rc = check_flags(flags);
	if (rc != 0)
		return rc;
	bool is_thread = flags & CLONE_THREAD;
	struct process *process = is_thread ? current_process() : process_create(current_process());
	struct task *task = process != NULL ? task_create(process) : NULL;
	if (process != NULL && !is_thread)
		process_put(process); // the task holds it now
	if (task == NULL)
		return -ENOMEM;
	if (flags & CLONE_CLEAR_SIGHAND)
		signal_exec_reset(process);
	rc = share_belongings(task, flags);
	if (rc == 0) {
		prepare_thread(task, frame, request);
		rc = publish(task, process, !is_thread, request);
	}
	if (rc != 0) {
		destroy_unborn(task);
		return rc;
	}
	int tid = task->thread.tid;
	uint32_t tid32 = tid;
	bool vfork = flags & CLONE_VFORK;
	task->vfork_pending = vfork;
	if (flags & CLONE_PARENT_SETTID)
		copy_to_user(request->parent_tid, &tid32, 4);
	if (flags & CLONE_CHILD_SETTID)
		mm_access(task->thread.mm, request->child_tid, &tid32, 4, true);
	if (flags & CLONE_CHILD_CLEARTID)
		task->clear_child_tid = request->child_tid;
	if (vfork)
		refcount_get(&task->references);
	refcount_get(&task->references);
	int event = current_task()->tracee != NULL ? ptrace_clone(task, flags, request->exit_signal) : 0;
	thread_start_running(&task->thread);
	if (event != 0)
		ptrace_event(event, (uint64_t)tid);
	if (vfork) {
		wait_event_killable(&task->vfork_wait, !READ_ONCE(task->vfork_pending));
		task_put(task);
	}
	if (vfork && current_task()->tracee != NULL)
		ptrace_event(PTRACE_EVENT_VFORK_DONE, (uint64_t)tid);
	return tid;
}

long sys_fork(void)
{
	return process_clone(&(struct clone_request){.exit_signal = SIGCHLD});
}

void vfork_release(struct task *task)
{
	if (!task->vfork_pending)
		return;
	WRITE_ONCE(task->vfork_pending, false);
	wake_up(&task->vfork_wait);
}

static const char *init_path;

static void init_entry(void *frame)
{
	static char *const environment[] = {"PATH=/bin", "HOME=/root", "TERM=linux", "USER=root", NULL};
	char *argv[] = {(char *)init_path, NULL};
	int rc = exec_program(init_path, argv, environment);
	panic("%s cannot be run: error %d", init_path, rc);
}

// Descriptors 0, 1 and 2 of PID 1. Without a console it runs all the same, unheard.
static void open_console(struct files *files)
{
	int rc;
	struct file *file = file_open_kernel("/dev/console", O_RDWR | O_NOCTTY, &rc);
	for (int fd = 0; file != NULL && fd < 3; fd++) {
		if (fd != 0)
			file_get(file);
		files_install(files, file, fd, false);
	}
}

// What files ask of processes.
static void send_signal_current(int signal)
{
	signal_send_task(current_task(), signal, NULL);
}

static uint64_t limit_of_current(int resource)
{
	return current->tgid != 0 ? READ_ONCE(current_process()->limits[resource].rlim_cur) : RLIM_INFINITY;
}

static void block_signals(uint64_t mask)
{
	current_task()->saved_blocked = current_task()->blocked;
	signal_set_blocked(mask);
	current_task()->restore_blocked = true;
}

static void unblock_signals(void)
{
	current_task()->restore_blocked = false;
	signal_set_blocked(current_task()->saved_blocked);
}

int process_start_init(const char *path)
{
	static const struct task_operations file_needs = {send_signal_current, limit_of_current, block_signals, unblock_signals};
	task_operations = &file_needs;
	static struct cred root_cred;
	refcount_set(&root_cred.references, 2);
	struct process *process = process_create(NULL);
	struct task *task = process != NULL ? task_create(process) : NULL;
	if (task == NULL)
		return -ENOMEM;
	task->thread.cred = &root_cred;
	task->thread.files = files_create();
	task->thread.fs = fs_context_create();
	if (task->thread.files == NULL || task->thread.fs == NULL)
		return -ENOMEM;
	open_console(task->thread.files);
	init_path = path;
	thread_prepare(&task->thread, task->thread.stack, init_entry, NULL);
	thread_prepare_below(&task->thread, init_entry, user_frame_of(&task->thread));
	strlcpy(task->thread.name, "init", sizeof(task->thread.name));
	int rc = publish(task, process, true, &(const struct clone_request){.exit_signal = SIGCHLD});
	if (rc != 0)
		return rc;
	process_put(process);
	init_process = process;
	refcount_get(&task->references);
	thread_start_running(&task->thread);
	return 0;
}
