// signal_calls.c: waiting for signals, their alternate stack, and signals for one thread.
#include "kernel/ipc/poll.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_rt_sigpending(user_addr set, size_t size)
{
	struct task *task = current_task();
	uint64_t bits = (task->pending.bits | task->process->pending.bits) & task->blocked;
	return size > 8 ? -EINVAL : copy_to_user(set, &bits, size);
}

long sys_rt_sigsuspend(user_addr set, size_t size)
{
	uint64_t mask;
	if (size != 8)
		return -EINVAL;
	if (copy_from_user(&mask, set, 8) != 0)
		return -EFAULT;
	task_operations->block_signals(mask);
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	(void)call_deadline(0);
	wait_event_interruptible(&nobody, false);
	return call_interrupted(WAIT_FOR_EVER);
}

long sys_pause(void)
{
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	(void)call_deadline(0);
	wait_event_interruptible(&nobody, false);
	return call_interrupted(WAIT_FOR_EVER);
}

long sys_sigaltstack(user_addr new, user_addr old)
{
	struct task *task = current_task();
	struct abi_stack stack, previous = task->alternate_stack;
	user_addr sp = user_frame_of(current)->rsp;
	bool on_it = !(previous.ss_flags & SS_DISABLE) && sp > previous.ss_sp && sp <= previous.ss_sp + previous.ss_size;
	if (new != 0) {
		if (copy_from_user(&stack, new, sizeof(stack)) != 0)
			return -EFAULT;
		if (on_it)
			return -EPERM;
		if (stack.ss_flags != 0 && stack.ss_flags != SS_DISABLE && stack.ss_flags != SS_ONSTACK)
			return -EINVAL;
		if (!(stack.ss_flags & SS_DISABLE) && stack.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
		stack.ss_flags &= SS_DISABLE;
		task->alternate_stack = stack;
	}
	previous.ss_flags |= on_it ? SS_ONSTACK : 0;
	return old != 0 ? copy_to_user(old, &previous, sizeof(previous)) : 0;
}

long sys_tgkill(int tgid, int tid, int signal)
{
	if (signal < 0 || signal > SIGNAL_MAX || tid <= 0 || tgid <= 0)
		return -EINVAL;
	struct abi_siginfo info = signal_info_user(signal, SI_TKILL);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = task_find(tid);
	int rc = task == NULL || task->process->pid != tgid ? -ESRCH : !signal_permitted(task->process) ? -EPERM : 0;
	if (rc == 0)
		rc = signal_send_locked(task->process, task, signal, &info);
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

long sys_tkill(int tid, int signal)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = task_find(tid);
	int tgid = task != NULL ? task->process->pid : -1;
	spin_unlock_irqrestore(&process_lock, state);
	return tgid < 0 ? -ESRCH : sys_tgkill(tgid, tid, signal);
}

// A signal for a process or thread with a siginfo of the caller's making: only the kernel may claim to be the kernel (si_code >= 0).
static long queue_info(int tgid, int tid, int signal, user_addr from)
{
	struct abi_siginfo info;
	if (copy_from_user(&info, from, sizeof(info)) != 0)
		return -EFAULT;
	if (signal < 0 || signal > SIGNAL_MAX || tgid <= 0)
		return -EINVAL;
	if ((info.si_code >= 0 || info.si_code == SI_TKILL) && tgid != current->tgid)
		return -EPERM;
	info.si_signo = signal;
	info.pad = 0; // the kernel's own
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = process_find(tgid);
	struct task *task = tid != 0 ? task_find(tid) : NULL;
	int rc = process == NULL || (tid != 0 && (task == NULL || task->process != process)) ? -ESRCH : 0;
	if (rc == 0)
		rc = signal_permitted(process) ? signal_send_locked(process, task, signal, &info) : -EPERM;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

long sys_rt_sigqueueinfo(int tgid, int signal, user_addr info)
{
	return queue_info(tgid, 0, signal, info);
}

long sys_rt_tgsigqueueinfo(int tgid, int tid, int signal, user_addr info)
{
	return tid <= 0 ? -EINVAL : queue_info(tgid, tid, signal, info);
}

// While a thread waits here, signals of its set are neither delivered nor dropped: task->awaited.
static int take_awaited(struct task *task, uint64_t set, uint64_t awaited, struct abi_siginfo *info)
{
	unsigned long state = spin_lock_irqsave(&task->process->signal_lock);
	int signal = signal_dequeue(task, ~set, info);
	task->awaited = signal == 0 ? awaited : 0;
	signal_recalculate(task);
	spin_unlock_irqrestore(&task->process->signal_lock, state);
	return signal;
}

long sys_rt_sigtimedwait(user_addr user_set, user_addr to, user_addr timeout, size_t size)
{
	struct task *task = current_task();
	struct abi_siginfo info;
	int64_t deadline;
	uint64_t set;
	if (size != 8)
		return -EINVAL;
	if (copy_from_user(&set, user_set, 8) != 0)
		return -EFAULT;
	int rc = poll_timeout(timeout, &deadline);
	if (rc != 0)
		return rc;
	set &= ~UNBLOCKABLE;
	int signal = take_awaited(task, set, set, &info);
	if (signal == 0) {
		struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
		rc = wait_event_deadline(&nobody, false, deadline);
		signal = take_awaited(task, set, 0, &info);
	}
	if (signal == 0)
		return rc == -ETIMEDOUT ? -EAGAIN : -EINTR;
	return to != 0 && copy_to_user(to, &info, sizeof(info)) != 0 ? -EFAULT : signal;
}
