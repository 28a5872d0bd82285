// signal_calls.c: waiting for signals, their alternate stack, and signals for one thread.
#include "kernel/fs/fs.h"
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
	wait_event_interruptible(&nobody, false);
	return -EINTR;
}

long sys_pause(void)
{
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	wait_event_interruptible(&nobody, false);
	return -EINTR;
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
