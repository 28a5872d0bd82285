// ptrace.c: ptrace(2): one task that stops and starts at another's word.
//
// A task that is traced has a struct tracee. It stops by itself, in ptrace_stop_here(), at: a signal that is about to be delivered, a
// group stop, the entry and exit of a system call, an event (fork, exec, exit ...), PTRACE_INTERRUPT. It then sleeps as
// THREAD_STOPPED until the tracer resumes or leaves it, or SIGKILL comes, which always wins. Whoever stops has saved its FPU state
// and does not touch its trap frame, so a tracer that saw `stopped` under process_lock may read and write both.
//
// Group stops: process->stopping stays with the process; task->stop_seen says that this task's tracer let it go on all the same, and
// task->trap_wanted that it shall stop for its tracer alone. signal.c asks must_stop() for both.
//
// The end: a thread that is not the first stays in the table of tasks (tracee->zombie) until its tracer waited. A process that ends is
// told to its leader's tracer; when that is not the parent, the parent hears of it after the tracer's wait (or end).
//
// Lock: process_lock, and signal_lock inside it, as in task.h.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/ptrace.h"
#include "kernel/syscall/prototypes.h"

#define EVENT_OPTIONS (0xfeu) // TRACEFORK ... TRACESECCOMP
#define OPTIONS_KNOWN (PTRACE_O_TRACESYSGOOD | EVENT_OPTIONS | PTRACE_O_EXITKILL)

// ---- stopping ----

static void tell_tracer(const struct tracee *tracee, int code, int status)
{
	struct process *tracer = tracee->tracer;
	struct abi_siginfo info = {.si_code = code, .si_pid = tracee->task->thread.tid, .si_uid = tracee->task->thread.cred->uid,
				   .si_status = status};
	bool quiet = (tracer->actions[SIGCHLD - 1].flags & SA_NOCLDSTOP) && code > CLD_DUMPED;
	if (!quiet)
		signal_send_locked(tracer, NULL, SIGCHLD, &info);
	wake_up(&tracer->child_exit);
}

// The registers' content goes into the thread's area, and is loaded from there when it goes on.
static void save_registers(void)
{
	unsigned long state = interrupts_save();
	if (this_cpu()->fpu_owner == current && current->fpu_live) {
		fpu_save(current->fpu);
		current->fpu_live = false;
	}
	current->fpu_cpu = -1;
	interrupts_restore(state);
}

// Stops the current task with `code` until its tracer wants it to go on: the signal that it shall get; 0: none.
static int ptrace_stop_here(int code, int why, struct abi_siginfo *info, uint8_t call_stop)
{
	struct task *task = current_task();
	save_registers();
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *tracee = task->tracee;
	task->ptrace_signal = 0;
	if (tracee != NULL && !(READ_ONCE(current->signal_bits) & THREAD_SIGNAL_FATAL)) {
		tracee->code = code;
		tracee->info = info;
		tracee->call_stop = call_stop;
		tracee->stopped = true;
		tracee->reported = tracee->listening = false;
		tell_tracer(tracee, why, code & 0x7f);
		while (task->tracee == tracee && tracee->stopped && !(READ_ONCE(current->signal_bits) & THREAD_SIGNAL_FATAL)) {
			set_state(THREAD_STOPPED);
			spin_unlock_irqrestore(&process_lock, state);
			schedule();
			state = spin_lock_irqsave(&process_lock);
		}
		set_state(THREAD_RUNNING);
		if (task->tracee == tracee) {
			tracee->stopped = tracee->listening = false;
			tracee->info = NULL;
			tracee->call_stop = PTRACE_SYSCALL_INFO_NONE;
		}
	}
	int signal = task->ptrace_signal;
	spin_unlock_irqrestore(&process_lock, state);
	state = interrupts_save();
	write_msr(MSR_FS_BASE, current->fs_base); // perhaps the tracer's
	interrupts_restore(state);
	return signal;
}

static struct abi_siginfo trap_info(int code)
{
	struct abi_siginfo info = signal_info_user(code & 0x7f, code);
	info.si_pid = current->tid;
	return info;
}

// Is there a tracer that asked for this event? Notes its message.
static bool event_wanted(int event, uint64_t message)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *tracee = current_task()->tracee;
	bool wanted = tracee != NULL && (tracee->options >> event & 1);
	if (wanted)
		tracee->message = message;
	spin_unlock_irqrestore(&process_lock, state);
	return wanted;
}

static void send_self(int signal)
{
	if (signal != 0)
		signal_send_task(current_task(), signal, NULL);
}

void ptrace_event(int event, uint64_t message)
{
	int code = SIGTRAP | event << 8;
	struct abi_siginfo info = trap_info(code);
	if (event == PTRACE_EVENT_EXIT && message == (uint64_t)EXEC_ENDS_THREADS)
		message = 0;
	if (event_wanted(event, message))
		send_self(ptrace_stop_here(code, CLD_TRAPPED, &info, PTRACE_SYSCALL_INFO_NONE));
}

// The tracer chooses what becomes of a signal. False: nothing is delivered.
bool ptrace_signal(struct abi_siginfo *info)
{
	int signal = ptrace_stop_here(info->si_signo, CLD_TRAPPED, info, PTRACE_SYSCALL_INFO_NONE);
	if (signal == 0)
		return false;
	if (signal != info->si_signo)
		*info = (struct abi_siginfo){.si_signo = signal, .si_code = SI_USER, .si_pid = current_process()->parent->pid};
	if (!(current_task()->blocked & BIT(signal)))
		return true;
	signal_send_task(current_task(), signal, info); // not now
	return false;
}

// A group stop, or a stop that the tracer asked for.
void ptrace_stop(void)
{
	struct task *task = current_task();
	struct process *process = task->process;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *tracee = task->tracee;
	bool group = process->stopping && !task->stop_seen, seized = tracee != NULL && tracee->seized;
	int signal = process->stopping ? process->stop_signal : SIGTRAP;
	task->trap_wanted = false;
	task->stop_seen |= group && tracee != NULL;
	spin_unlock_irqrestore(&process_lock, state);
	struct abi_siginfo info = trap_info(signal | PTRACE_EVENT_STOP << 8);
	if (seized)
		ptrace_stop_here(info.si_code, CLD_STOPPED, &info, PTRACE_SYSCALL_INFO_NONE);
	else if (group && tracee != NULL)
		ptrace_stop_here(signal, CLD_STOPPED, NULL, PTRACE_SYSCALL_INFO_NONE);
}

void ptrace_system_call(struct trap_frame *frame, bool entering)
{
	struct tracee copy = {0};
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *tracee = current_task()->tracee;
	if (tracee != NULL) {
		copy = *tracee;
		tracee->message = entering ? PTRACE_SYSCALL_INFO_ENTRY : PTRACE_SYSCALL_INFO_EXIT;
	}
	spin_unlock_irqrestore(&process_lock, state);
	int code = SIGTRAP | (copy.options & PTRACE_O_TRACESYSGOOD ? 0x80 : 0);
	struct abi_siginfo info = trap_info(code);
	info.si_signo = SIGTRAP;
	if (entering)
		frame->rax = (uint64_t)-ENOSYS;
	if (copy.trace_calls)
		send_self(ptrace_stop_here(code, CLD_TRAPPED, &info, entering ? PTRACE_SYSCALL_INFO_ENTRY : PTRACE_SYSCALL_INFO_EXIT));
	else if (copy.step && !entering)
		signal_force(SIGTRAP, TRAP_BRKPT, frame->rip); // the step over a system call ends behind it
	if (entering && copy.trace_calls && (READ_ONCE(current->signal_bits) & THREAD_SIGNAL_FATAL))
		frame->error = ~0ul; // killed: the call is not made
}

// A handler's frame is made, without the flag by which a tracer steps; when it stands, the step has ended.
void ptrace_handler(struct trap_frame *frame, bool starts)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool steps = current_task()->tracee != NULL && current_task()->tracee->step;
	spin_unlock_irqrestore(&process_lock, state);
	struct abi_siginfo info = trap_info(SIGTRAP);
	if (steps)
		frame->rflags &= ~FLAGS_TF;
	if (steps && starts)
		send_self(ptrace_stop_here(SIGTRAP, CLD_TRAPPED, &info, PTRACE_SYSCALL_INFO_NONE));
}

// ---- resuming; process_lock held ----

static void recalculate(struct task *task)
{
	spin_lock(&task->process->signal_lock);
	signal_recalculate(task);
	spin_unlock(&task->process->signal_lock);
}

static void resume(struct tracee *tracee, int signal)
{
	tracee->task->ptrace_signal = signal;
	tracee->stopped = tracee->listening = false;
	thread_wake(&tracee->task->thread, 1u << THREAD_STOPPED);
}

// A stop for the tracer alone, wherever the task is.
static void want_trap(struct task *task)
{
	task->trap_wanted = true;
	spin_lock(&task->process->signal_lock);
	signal_notify(task);
	spin_unlock(&task->process->signal_lock);
	if (task->tracee->listening)
		resume(task->tracee, 0);
}

// SIGCONT, or the start of a group stop: who was seized tells its tracer. signal_lock held, too.
void ptrace_notice(struct task *task)
{
	if (!task->tracee->seized)
		return;
	task->trap_wanted = true;
	signal_notify(task);
	if (task->tracee->listening)
		resume(task->tracee, 0);
}

static void set_step(struct task *task, bool step)
{
	struct trap_frame *frame = user_frame_of(&task->thread);
	if (step)
		frame->rflags |= FLAGS_TF;
	else if (task->tracee->step)
		frame->rflags &= ~FLAGS_TF;
	task->tracee->step = step;
}

// ---- taking hold, letting go; process_lock held ----

static void attach(struct tracee *tracee, struct task *task, struct process *tracer, struct task *thread)
{
	tracee->task = task;
	tracee->tracer = tracer;
	tracee->thread = thread;
	list_push_back(&tracer->tracees, &tracee->link);
	task->tracee = tracee;
	task->stop_seen = false;
}

// Frees a hold. The task goes on, or into the group stop that its process is in.
static void let_go(struct tracee *tracee, int signal)
{
	struct task *task = tracee->task;
	bool stopped = tracee->stopped;
	if (stopped)
		set_step(task, false);
	list_remove(&tracee->link);
	task->tracee = NULL;
	task->stop_seen = task->trap_wanted = false;
	recalculate(task);
	if (stopped) {
		task->ptrace_signal = signal;
		thread_wake(&task->thread, 1u << THREAD_STOPPED);
	}
	kfree(tracee);
}

void ptrace_forget(struct task *task)
{
	list_remove(&task->tracee->link);
	kfree(task->tracee);
	task->tracee = NULL;
}

struct process *ptrace_tracer(const struct task *task)
{
	return task->tracee->tracer;
}

bool ptrace_limits_exec(void)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	const struct tracee *tracee = current_task()->tracee;
	bool limits = tracee != NULL && list_first(&tracee->tracer->threads, struct task, link)->thread.cred->euid != 0;
	spin_unlock_irqrestore(&process_lock, state);
	return limits;
}

bool ptrace_permitted(const struct task *target)
{
	const struct cred *ours = current->cred, *theirs = target->thread.cred;
	if (target->process == current_process() || ours->euid == 0)
		return true;
	return ours->uid == theirs->uid && ours->uid == theirs->euid && ours->uid == theirs->suid && ours->gid == theirs->gid &&
	       ours->gid == theirs->egid && ours->gid == theirs->sgid && !target->process->not_dumpable;
}

static long ptrace_me(void)
{
	struct task *task = current_task();
	struct tracee *tracee = kzalloc(sizeof(*tracee), ALLOC_SLEEP);
	if (tracee == NULL)
		return -ENOMEM;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *parent = task->process->parent;
	bool may = task->tracee == NULL && parent != NULL;
	if (may)
		attach(tracee, task, parent, NULL);
	spin_unlock_irqrestore(&process_lock, state);
	if (!may)
		kfree(tracee);
	return may ? 0 : -EPERM;
}

static long take_hold(int tid, bool seize, uint64_t address, uint64_t options)
{
	if (seize && (address != 0 || (options & ~(uint64_t)OPTIONS_KNOWN)))
		return -EIO;
	struct tracee *tracee = kzalloc(sizeof(*tracee), ALLOC_SLEEP);
	if (tracee == NULL)
		return -ENOMEM;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = task_find(tid);
	long rc = task == NULL ? -ESRCH
		  : task->process == current_process() || !ptrace_permitted(task) || task->process->zombie || task->tracee != NULL ||
				    task->process == init_process ? -EPERM : 0;
	if (rc == 0) {
		tracee->seized = seize;
		tracee->options = seize ? (uint32_t)options : 0;
		attach(tracee, task, current_process(), current_task());
		if (!seize)
			signal_send_locked(task->process, task, SIGSTOP, NULL);
		recalculate(task);
		thread_wake(&task->thread, 1u << THREAD_STOPPED); // from its group's stop into its tracer's
	}
	spin_unlock_irqrestore(&process_lock, state);
	if (rc != 0)
		kfree(tracee);
	return rc;
}

// Before a child runs: does its parent's tracer take hold of it, too? The event to tell of it; 0: none.
int ptrace_clone(struct task *child, uint64_t flags, int exit_signal)
{
	int event = flags & CLONE_VFORK ? PTRACE_EVENT_VFORK : exit_signal != SIGCHLD ? PTRACE_EVENT_CLONE : PTRACE_EVENT_FORK;
	struct tracee *tracee = kzalloc(sizeof(*tracee), ALLOC_SLEEP);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *own = current_task()->tracee;
	bool wanted = own != NULL && !(flags & CLONE_UNTRACED) && (own->options >> event & 1);
	if (own != NULL && tracee != NULL && (wanted || (flags & CLONE_PTRACE))) {
		tracee->seized = own->seized;
		tracee->options = own->options;
		attach(tracee, child, own->tracer, own->thread);
		child->trap_wanted = own->seized;
		if (!own->seized)
			signal_send_locked(child->process, child, SIGSTOP, NULL);
		recalculate(child);
		tracee = NULL;
	}
	spin_unlock_irqrestore(&process_lock, state);
	kfree(tracee);
	return wanted ? event : 0;
}

// exec has happened: its event, or, for who was not seized and did not ask, a SIGTRAP as in the old days.
void ptrace_exec(void)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct tracee *tracee = current_task()->tracee;
	bool event = tracee != NULL && (tracee->options >> PTRACE_EVENT_EXEC & 1), old = tracee != NULL && !event && !tracee->seized;
	int tid = tracee != NULL && tracee->former_tid != 0 ? tracee->former_tid : current->tid;
	spin_lock(&current_process()->signal_lock);
	signal_recalculate(current_task()); // while the other threads ended, everybody's end was due
	spin_unlock(&current_process()->signal_lock);
	if (tracee != NULL)
		tracee->former_tid = 0;
	if (old) {
		struct abi_siginfo info = signal_info_user(SIGTRAP, SI_USER);
		signal_send_locked(current_process(), current_task(), SIGTRAP, &info);
	}
	spin_unlock_irqrestore(&process_lock, state);
	if (event)
		ptrace_event(PTRACE_EVENT_EXEC, (uint64_t)tid);
}

// ---- the end; process_lock held ----

// A thread but the first ends: true when it stays for its tracer's wait.
bool ptrace_ends(struct task *task, int status)
{
	struct tracee *tracee = task->tracee;
	if (task->thread.tid == task->process->pid)
		return false;
	status = status == EXEC_ENDS_THREADS ? 0 : status;
	tracee->zombie = true;
	tracee->code = status;
	tell_tracer(tracee, (status & 0x7f) == 0 ? CLD_EXITED : CLD_KILLED, (status & 0x7f) == 0 ? status >> 8 & 0xff : status & 0x7f);
	return true;
}

// A zombie is nobody's tracee any more. The task whose table reference the caller puts; NULL: none.
static struct task *release_zombie(struct tracee *tracee)
{
	struct task *task = tracee->task;
	bool thread = tracee->zombie;
	ptrace_forget(task);
	if (thread) {
		signal_flush(&task->pending);
		task_unpublish(task);
		return task;
	}
	return process_told_late(task->process);
}

// One of a process's tracees that `thread` holds (NULL: any); those that the hold of TRACEME has go with the last thread.
static struct tracee *tracee_of(struct process *tracer, const struct task *thread, bool last)
{
	struct tracee *tracee;
	list_for_each(tracee, &tracer->tracees, link)
		if (tracee->thread == thread || (last && tracee->thread == NULL))
			return tracee;
	return NULL;
}

// The current task ends: what it traced goes on, or is killed with it.
void ptrace_tracer_ends(void)
{
	struct process *process = current_process();
	struct tracee *tracee;
	unsigned long state = spin_lock_irqsave(&process_lock);
	while ((tracee = tracee_of(process, current_task(), process->threads_alive == 1)) != NULL) {
		struct task *task = tracee->task, *gone = NULL;
		bool kill = tracee->options & PTRACE_O_EXITKILL;
		refcount_get(&task->references);
		if (tracee->zombie || task->process->zombie)
			gone = release_zombie(tracee);
		else
			let_go(tracee, 0);
		if (gone == NULL && kill)
			signal_send_locked(task->process, task, SIGKILL, NULL);
		spin_unlock_irqrestore(&process_lock, state);
		if (gone != NULL)
			task_put(gone);
		task_put(task);
		state = spin_lock_irqsave(&process_lock);
	}
	spin_unlock_irqrestore(&process_lock, state);
}

// ---- waiting; process_lock held ----

static bool means(const struct tracee *tracee, int pid)
{
	const struct task *task = tracee->task;
	return pid == -1 || (pid > 0 ? task->thread.tid == pid : task->process->group == (pid == 0 ? current_process()->group : -pid));
}

// What the tracees of the current process have to tell. True: *result is filled in. *any: there is one that `pid` means.
bool ptrace_look(int pid, int options, struct wait_result *result, bool *any)
{
	struct tracee *tracee;
	list_for_each(tracee, &current_process()->tracees, link) {
		struct task *task = tracee->task;
		bool leader = task->thread.tid == task->process->pid, own = task->process->parent == current_process();
		bool ended = tracee->zombie || (leader && task->process->zombie);
		if (!means(tracee, pid) || ((options & WNOTHREAD) && tracee->thread != NULL && tracee->thread != current_task()))
			continue;
		*any = true;
		uint64_t user = task_user_ns(task), total = task->thread.runtime_ns, system = total > user ? total - user : 0;
		*result = (struct wait_result){.pid = task->thread.tid, .uid = task->thread.cred->uid, .trapped = true,
					       .usage.ru_utime = {user / 1000000000, user / 1000 % 1000000},
					       .usage.ru_stime = {system / 1000000000, system / 1000 % 1000000}};
		if (ended && (options & WEXITED) && !(leader && own)) { // its parent's look reaps a process
			result->status = tracee->zombie ? tracee->code : task->process->wait_status;
			result->leader = options & WNOWAIT ? NULL : release_zombie(tracee);
			return true;
		}
		if (!ended && tracee->stopped && !tracee->reported && !tracee->listening) {
			result->status = tracee->code << 8 | 0x7f;
			tracee->reported = !(options & WNOWAIT);
			return true;
		}
	}
	return false;
}

// ---- requests ----

static long set_options(struct tracee *tracee, uint64_t options)
{
	if (options & ~(uint64_t)OPTIONS_KNOWN)
		return -EINVAL;
	tracee->options = (uint32_t)options;
	return 0;
}

// Requests that change how a tracee goes on. process_lock held.
static long control(struct tracee *tracee, long request, uint64_t data)
{
	struct task *task = tracee->task;
	switch (request) {
	case PTRACE_SETOPTIONS: return set_options(tracee, data);
	case PTRACE_LISTEN:
		if (!tracee->seized || tracee->info == NULL || tracee->info->si_code >> 8 != PTRACE_EVENT_STOP)
			return -EIO;
		tracee->listening = true;
		if (task->trap_wanted)
			resume(tracee, 0);
		return 0;
	case PTRACE_DETACH:
		if (data > SIGNAL_MAX)
			return -EIO;
		let_go(tracee, (int)data);
		return 0;
	}
	if (data > SIGNAL_MAX)
		return -EIO;
	set_step(task, request == PTRACE_SINGLESTEP);
	tracee->trace_calls = request == PTRACE_SYSCALL;
	resume(tracee, (int)data);
	return 0;
}

static long ptrace_kill(struct task *task)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	if (!task->process->zombie)
		signal_send_locked(task->process, task, SIGKILL, NULL);
	spin_unlock_irqrestore(&process_lock, state);
	return 0;
}

static bool controls(long request)
{
	return request == PTRACE_SETOPTIONS || request == PTRACE_LISTEN || request == PTRACE_DETACH || request == PTRACE_CONT ||
	       request == PTRACE_SYSCALL || request == PTRACE_SINGLESTEP;
}

long sys_ptrace(uint64_t request, int tid, uint64_t address, uint64_t data)
{
	if (request == PTRACE_TRACEME)
		return ptrace_me();
	if (request == PTRACE_ATTACH || request == PTRACE_SEIZE)
		return take_hold(tid, request == PTRACE_SEIZE, address, data);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = task_find(tid);
	struct tracee *tracee = task != NULL ? task->tracee : NULL;
	bool ours = tracee != NULL && tracee->tracer == current_process() && (tracee->thread == NULL || tracee->thread == current_task());
	bool stopped = ours && tracee->stopped && !tracee->listening && !(task->thread.signal_bits & THREAD_SIGNAL_FATAL);
	long rc = !ours || (!stopped && request != PTRACE_KILL && request != PTRACE_INTERRUPT) ? -ESRCH : 0;
	if (rc == 0 && request == PTRACE_INTERRUPT) {
		if (tracee->seized && !tracee->zombie)
			want_trap(task);
		rc = tracee->seized ? 0 : -EIO;
		task = NULL;
	} else if (rc == 0 && controls((long)request)) {
		rc = control(tracee, (long)request, data);
		task = NULL;
	} else if (rc == 0)
		refcount_get(&task->references);
	spin_unlock_irqrestore(&process_lock, state);
	if (rc != 0 || task == NULL)
		return rc;
	rc = request == PTRACE_KILL ? ptrace_kill(task) : ptrace_access(task, (long)request, address, data);
	task_put(task);
	return rc;
}
