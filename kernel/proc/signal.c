// signal.c: sending, taking and delivering signals (POSIX.1-2017 2.4, Linux's frame layout).
//
// A signal is queued under process->signal_lock on the process or on one task; signal_recalculate() turns what is pending
// and not blocked into the two bits of thread->signal_bits that waits look at, and the target is woken. Delivery happens in
// one place: signal_return_to_user(), on the way out of the kernel.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

struct abi_siginfo signal_info_user(int signal, int code)
{
	return (struct abi_siginfo){
		.si_signo = signal, .si_code = code, .si_pid = current->tgid, .si_uid = current->cred->uid};
}

bool signal_ignored(const struct process *process, int signal)
{
	uint64_t handler = process->actions[signal - 1].handler;
	return handler == HANDLER_IGNORE || (handler == HANDLER_DEFAULT && (IGNORED_BY_DEFAULT & BIT(signal)));
}

static bool is_fatal(const struct task *task, int signal)
{
	const struct process *process = task->process;
	return signal == SIGKILL || (task->tracee == NULL && process->actions[signal - 1].handler == HANDLER_DEFAULT && !((IGNORED_BY_DEFAULT | STOP_SIGNALS) & BIT(signal)));
}

static bool must_stop(const struct task *task)
{
	return (task->process->stopping && !task->stop_seen) || task->trap_wanted;
}

void signal_recalculate(struct task *task)
{
	struct process *process = task->process;
	uint64_t pending = task->pending.bits | process->pending.bits, ready = pending & ~task->blocked & ~task->awaited;
	uint32_t bits = 0;
	if (ready != 0 || (pending & task->awaited) || must_stop(task))
		bits |= THREAD_SIGNAL_PENDING;
	if (process->exiting || (ready & BIT(SIGKILL)))
		bits |= THREAD_SIGNAL_FATAL | THREAD_SIGNAL_PENDING;
	for (uint64_t rest = ready; rest != 0 && !(bits & THREAD_SIGNAL_FATAL); rest &= rest - 1)
		if (is_fatal(task, __builtin_ctzl(rest) + 1))
			bits |= THREAD_SIGNAL_FATAL;
	WRITE_ONCE(task->thread.signal_bits, bits);
}

void signal_notify(struct task *task)
{
	signal_recalculate(task);
	uint32_t bits = task->thread.signal_bits;
	if (bits == 0)
		return;
	uint32_t states = 1u << THREAD_INTERRUPTIBLE;
	if (bits & THREAD_SIGNAL_FATAL)
		states |= 1u << THREAD_KILLABLE | 1u << THREAD_STOPPED;
	if (!thread_wake(&task->thread, states))
		sched_kick(&task->thread); // it runs in user mode, perhaps: an interrupt brings it here
}

static void remove_pending(struct pending_signals *pending, uint64_t mask)
{
	struct queued_signal *entry, *following;
	list_for_each_safe(entry, following, &pending->queue, link)
		if (BIT(entry->info.si_signo) & mask) {
			list_remove(&entry->link);
			kfree(entry);
		}
	pending->bits &= ~mask;
}

void signal_flush(struct pending_signals *pending)
{
	remove_pending(pending, ~0ul);
}

static void remove_everywhere(struct process *process, uint64_t mask)
{
	struct task *task;
	remove_pending(&process->pending, mask);
	list_for_each(task, &process->threads, link)
		remove_pending(&task->pending, mask);
}

static int enqueue(struct pending_signals *pending, int signal, const struct abi_siginfo *info)
{
	if ((pending->bits & BIT(signal)) && signal < SIGRTMIN_KERNEL && (info == NULL || info->pad == 0))
		return 0; // standard signals do not queue
	struct queued_signal *entry = kmalloc(sizeof(*entry), ALLOC_ATOMIC);
	if (entry == NULL && signal >= SIGRTMIN_KERNEL)
		return -EAGAIN;
	pending->bits |= BIT(signal);
	if (entry == NULL)
		return 0; // delivered without its details
	entry->info = info != NULL ? *info : (struct abi_siginfo){.si_code = SI_KERNEL};
	entry->info.si_signo = signal;
	list_push_back(&pending->queue, &entry->link);
	return 0;
}

// SIGCONT and the stop signals cancel each other when they are sent, handled or not. process_lock and signal_lock held.
static void cancel_opposites(struct process *process, int signal)
{
	struct task *task;
	if (BIT(signal) & STOP_SIGNALS)
		remove_everywhere(process, BIT(SIGCONT));
	if (signal != SIGCONT && signal != SIGKILL)
		return;
	if (signal == SIGCONT)
		remove_everywhere(process, STOP_SIGNALS);
	list_for_each(task, &process->threads, link)
		if (signal == SIGCONT && task->tracee != NULL)
			ptrace_notice(task);
	if (process->stopping) {
		process->stopping = false;
		process->continued = signal == SIGCONT;
		process->stop_reported = true;
		list_for_each(task, &process->threads, link) {
			signal_recalculate(task);
			thread_wake(&task->thread, 1u << THREAD_STOPPED);
		}
		if (process->parent != NULL)
			wake_up(&process->parent->child_exit);
	}
}

int signal_send_locked(struct process *process, struct task *task, int signal, const struct abi_siginfo *info)
{
	int rc = 0;
	if (signal == 0 || process->zombie)
		return 0;
	spin_lock(&process->signal_lock);
	cancel_opposites(process, signal);
	struct task *target = task;
	struct task *candidate;
	bool blocked = task != NULL ? task->blocked & BIT(signal) : true;
	list_for_each(candidate, &process->threads, link) {
		if (task == NULL && (!(candidate->blocked & BIT(signal)) || (candidate->awaited & BIT(signal)))) {
			target = target == NULL || (candidate->awaited & BIT(signal)) ? candidate : target;
			blocked = false;
		}
	}
	bool dropped = signal_ignored(process, signal) && !blocked && !(target->awaited & BIT(signal)) && target->tracee == NULL;
	if (process == init_process && !blocked && process->actions[signal - 1].handler == HANDLER_DEFAULT &&
	    !(info != NULL && info->si_code > SI_USER))
		dropped = true; // PID 1 gets only what it asked for
	if (!dropped)
		rc = enqueue(task != NULL ? &task->pending : &process->pending, signal, info);
	if (!dropped && rc == 0) {
		bool everybody = signal == SIGKILL || task == NULL;
		if (everybody)
			list_for_each(candidate, &process->threads, link)
				signal_recalculate(candidate);
		if (signal == SIGKILL)
			list_for_each(candidate, &process->threads, link)
				signal_notify(candidate);
		else if (target != NULL)
			signal_notify(target);
		wake_up(&process->signal_arrived);
	}
	spin_unlock(&process->signal_lock);
	return rc;
}

int signal_send_process(struct process *process, int signal, const struct abi_siginfo *info)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	int rc = signal_send_locked(process, NULL, signal, info);
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

int signal_send_task(struct task *task, int signal, const struct abi_siginfo *info)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	int rc = signal_send_locked(task->process, task, signal, info);
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

int signal_send_group(int group, int signal)
{
	int hit = 0;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		if (process->group == group && !process->zombie) {
			signal_send_locked(process, NULL, signal, NULL);
			hit++;
		}
	spin_unlock_irqrestore(&process_lock, state);
	return hit;
}

void signal_force(int signal, int code, uint64_t address)
{
	struct task *task = current_task();
	struct process *process = task->process;
	struct abi_siginfo info = {.si_signo = signal, .si_code = code, .si_addr = address};
	unsigned long state = spin_lock_irqsave(&process_lock);
	spin_lock(&process->signal_lock);
	struct abi_sigaction *action = &process->actions[signal - 1];
	if ((task->blocked & BIT(signal)) || action->handler == HANDLER_IGNORE)
		action->handler = HANDLER_DEFAULT; // it would fault for ever
	task->blocked &= ~BIT(signal);
	enqueue(&task->pending, signal, &info);
	signal_recalculate(task);
	spin_unlock(&process->signal_lock);
	spin_unlock_irqrestore(&process_lock, state);
}

void signal_exec_reset(struct process *process)
{
	unsigned long state = spin_lock_irqsave(&process->signal_lock);
	for (int i = 0; i < SIGNAL_MAX; i++)
		if (process->actions[i].handler != HANDLER_IGNORE)
			process->actions[i] = (struct abi_sigaction){0};
	spin_unlock_irqrestore(&process->signal_lock, state);
}

int signal_dequeue(struct task *task, uint64_t blocked, struct abi_siginfo *info)
{
	struct pending_signals *sources[2] = {&task->pending, &task->process->pending};
	for (int i = 0; i < 2; i++) {
		uint64_t ready = sources[i]->bits & ~blocked;
		if (ready & SYNCHRONOUS)
			ready &= SYNCHRONOUS;
		if (ready == 0)
			continue;
		int signal = __builtin_ctzl(ready) + 1;
		*info = (struct abi_siginfo){.si_signo = signal, .si_code = SI_KERNEL};
		struct queued_signal *entry, *following;
		bool found = false, more = false;
		list_for_each_safe(entry, following, &sources[i]->queue, link) {
			if (entry->info.si_signo != signal)
				continue;
			more = found;
			if (found)
				break;
			found = true;
			*info = entry->info;
			list_remove(&entry->link);
			kfree(entry);
		}
		if (!more)
			sources[i]->bits &= ~BIT(signal);
		if (info->pad != 0)
			posix_timer_taken(info);
		return signal;
	}
	return 0;
}

// The last thread to stop tells the parent.
static void report_stop(struct process *process)
{
	struct process *parent = process->parent;
	process->stop_reported = false;
	if (parent == NULL)
		return;
	struct abi_siginfo info = {.si_code = CLD_STOPPED, .si_pid = process->pid, .si_status = process->stop_signal};
	if (!(parent->actions[SIGCHLD - 1].flags & SA_NOCLDSTOP))
		signal_send_locked(parent, NULL, SIGCHLD, &info);
	wake_up(&parent->child_exit);
}

static void stop_here(struct process *process)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool counts = process->stopping && !current_task()->stop_seen;
	if (counts && ++process->stopped_count == process->threads_alive)
		report_stop(process);
	if (current_task()->tracee != NULL) {
		spin_unlock_irqrestore(&process_lock, state);
		ptrace_stop();
		state = spin_lock_irqsave(&process_lock);
	} else while (process->stopping && current_task()->tracee == NULL && !process->exiting) { // SIGKILL ends `stopping`; SIGTERM waits
		set_state(THREAD_STOPPED);
		spin_unlock_irqrestore(&process_lock, state);
		schedule();
		state = spin_lock_irqsave(&process_lock);
	}
	set_state(THREAD_RUNNING);
	process->stopped_count -= counts;
	spin_unlock_irqrestore(&process_lock, state);
}

// process_lock and signal_lock held. An orphaned group is not stopped by the terminal's signals: nobody could continue it.
static bool start_stop(struct process *process, int signal)
{
	if (signal != SIGSTOP && process_group_orphaned(process->group))
		return false;
	struct task *task;
	process->stopping = true;
	process->stop_signal = signal;
	list_for_each(task, &process->threads, link) {
		task->stop_seen = false;
		signal_recalculate(task);
		if (task != current_task())
			signal_notify(task);
	}
	return true;
}

// A system call that a signal interrupted: starts again, or tells the program EINTR.
static void restart_call(struct trap_frame *frame, const struct abi_sigaction *action)
{
	if (frame->vector != TRAP_SYSCALL || (int64_t)frame->error < 0 || frame->rax != (uint64_t)-ERESTARTSYS)
		return;
	bool forks = frame->error >= 56 && frame->error <= 58; // clone, fork, vfork never give EINTR
	if (action != NULL && (!(action->flags & SA_RESTART) || current->restart_until_ns != 0) && !forks) {
		frame->rax = -EINTR;
		current->restart_until_ns = 0;
		return;
	}
	frame->rax = frame->error; // the call's number
	frame->rip -= 2;           // back onto the SYSCALL instruction
}

static void deliver(struct trap_frame *frame, const struct abi_sigaction *action, const struct abi_siginfo *info)
{
	struct task *task = current_task();
	struct process *process = task->process;
	int signal = info->si_signo;
	restart_call(frame, action);
	if (task->tracee != NULL)
		ptrace_handler(frame, false);
	int rc = signal_frame_push(frame, action, info);
	unsigned long state = spin_lock_irqsave(&process->signal_lock);
	task->restore_blocked = false;
	if (rc == 0) {
		task->blocked |= action->mask & ~UNBLOCKABLE;
		if (!(action->flags & SA_NODEFER))
			task->blocked |= BIT(signal);
	}
	signal_recalculate(task);
	spin_unlock_irqrestore(&process->signal_lock, state);
	if (rc != 0)
		task_exit(SIGSEGV, true); // no stack to tell it on
	if (task->tracee != NULL)
		ptrace_handler(frame, true);
}

static void log_fatal(int signal, const struct abi_siginfo *info, const struct trap_frame *frame)
{
	if (BIT(signal) & SYNCHRONOUS)
		printk("%s[%d]: %s at 0x%lx, address 0x%lx, stack 0x%lx\n", current->name, current->tgid,
		       signal_name(signal), frame->rip, info->si_addr, frame->rsp);
}

enum verdict { NOTHING_LEFT, HANDLE, DIE, STOP, TRACED };

// Takes signals until one needs more than being ignored. `chosen`: *info is one that its tracer has seen.
static enum verdict next_signal(struct task *task, bool chosen, struct abi_siginfo *info, struct abi_sigaction *action)
{
	struct process *process = task->process;
	enum verdict verdict = NOTHING_LEFT;
	unsigned long state = spin_lock_irqsave(&process_lock);
	spin_lock(&process->signal_lock);
	for (int signal; verdict == NOTHING_LEFT; chosen = false) {
		if (process->exiting)
			verdict = DIE;
		else if (!chosen && must_stop(task))
			verdict = STOP;
		else if ((signal = chosen ? info->si_signo : signal_dequeue(task, task->blocked, info)) == 0)
			break;
		else if (!chosen && task->tracee != NULL && signal != SIGKILL)
			verdict = TRACED;
		else {
			struct abi_sigaction *slot = &process->actions[signal - 1];
			*action = *slot;
			if (action->handler > HANDLER_IGNORE) {
				verdict = HANDLE;
				if (action->flags & SA_RESETHAND)
					slot->handler = HANDLER_DEFAULT;
			} else if (action->handler == HANDLER_IGNORE || (IGNORED_BY_DEFAULT & BIT(signal)))
				continue;
			else if (STOP_SIGNALS & BIT(signal))
				verdict = start_stop(process, signal) ? STOP : NOTHING_LEFT;
			else
				verdict = DIE;
		}
	}
	if (verdict == NOTHING_LEFT && task->restore_blocked) {
		task->blocked = task->saved_blocked;
		task->restore_blocked = false;
	}
	signal_recalculate(task);
	spin_unlock(&process->signal_lock);
	spin_unlock_irqrestore(&process_lock, state);
	return verdict;
}

void signal_return_to_user(struct trap_frame *frame)
{
	struct abi_siginfo info = {0};
	struct abi_sigaction action;
	for (bool chosen = false;;) {
		switch (next_signal(current_task(), chosen, &info, &action)) {
		case NOTHING_LEFT:
			restart_call(frame, NULL);
			return;
		case HANDLE:
			deliver(frame, &action, &info);
			break;
		case STOP:
			stop_here(current_process());
			break;
		case TRACED:
			chosen = ptrace_signal(&info);
			continue;
		case DIE:
			if (current_process()->exiting)
				task_exit(current_process()->wait_status, true);
			log_fatal(info.si_signo, &info, frame);
			task_exit(info.si_signo, true);
		}
		chosen = false;
	}
}

long sys_rt_sigaction(int signal, user_addr new, user_addr old, size_t size)
{
	struct process *process = current_process();
	struct abi_sigaction action, previous;
	if (size != 8 || signal < 1 || signal > SIGNAL_MAX || (new != 0 && (BIT(signal) & UNBLOCKABLE)))
		return -EINVAL;
	if (new != 0 && copy_from_user(&action, new, sizeof(action)) != 0)
		return -EFAULT;
	unsigned long state = spin_lock_irqsave(&process_lock);
	spin_lock(&process->signal_lock);
	previous = process->actions[signal - 1];
	if (new != 0) {
		action.mask &= ~UNBLOCKABLE;
		process->actions[signal - 1] = action;
		if (signal_ignored(process, signal))
			remove_everywhere(process, BIT(signal));
	}
	spin_unlock(&process->signal_lock);
	spin_unlock_irqrestore(&process_lock, state);
	return old != 0 ? copy_to_user(old, &previous, sizeof(previous)) : 0;
}

void signal_set_blocked(uint64_t blocked)
{
	struct task *task = current_task();
	unsigned long state = spin_lock_irqsave(&task->process->signal_lock);
	task->blocked = blocked & ~UNBLOCKABLE;
	signal_recalculate(task);
	spin_unlock_irqrestore(&task->process->signal_lock, state);
}

long sys_rt_sigprocmask(int how, user_addr new, user_addr old, size_t size)
{
	uint64_t previous = current_task()->blocked, mask;
	if (size != 8)
		return -EINVAL;
	if (new != 0) {
		if (copy_from_user(&mask, new, 8) != 0)
			return -EFAULT;
		if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
			return -EINVAL;
		signal_set_blocked(how == SIG_BLOCK ? previous | mask : how == SIG_UNBLOCK ? previous & ~mask : mask);
	}
	return old != 0 ? copy_to_user(old, &previous, 8) : 0;
}

bool signal_permitted(const struct process *target)
{
	struct task *first = list_first(&target->threads, struct task, link);
	const struct cred *theirs = first->thread.cred, *ours = current->cred;
	return theirs == NULL || ours->euid == 0 || ours->euid == theirs->suid || ours->euid == theirs->uid ||
	       ours->uid == theirs->suid || ours->uid == theirs->uid;
}

long sys_kill(int pid, int signal)
{
	if (signal < 0 || signal > SIGNAL_MAX)
		return -EINVAL;
	struct abi_siginfo info = signal_info_user(signal, SI_USER);
	int group = pid == 0 ? current_process()->group : pid < -1 ? -pid : 0, found = 0, allowed = 0;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = NULL;
	for (int at = 0; (process = process_next(at)) != NULL; at = process->pid) {
		bool meant = pid > 0 ? process->pid == pid : group != 0 ? process->group == group
									 : process->pid != 1 && process != current_process();
		if (!meant)
			continue;
		found++;
		if (!signal_permitted(process))
			continue;
		allowed++;
		signal_send_locked(process, NULL, signal, &info);
	}
	spin_unlock_irqrestore(&process_lock, state);
	return found == 0 ? -ESRCH : allowed == 0 ? -EPERM : 0;
}

const char *signal_name(int signal)
{
	static const char *const names[] = {"0",    "HUP",  "INT",  "QUIT", "ILL",    "TRAP", "ABRT", "BUS",  "FPE",    "KILL",  "USR1",
					    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD", "CONT", "STOP",   "TSTP",  "TTIN",
					    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",    "SYS"};
	return signal < 32 ? names[signal] : "RT";
}
