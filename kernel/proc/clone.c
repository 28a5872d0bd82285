// clone.c: vfork(2), clone(2), and clone3(2): clone with its arguments in a struct that may grow, and with the child's tid chosen.
#include "kernel/lib/string.h"
#include "kernel/mm/layout.h"
#include "kernel/proc/ptrace.h"
#include "kernel/syscall/prototypes.h"

struct abi_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; // 64 bytes: the first version
	uint64_t set_tid, set_tid_size, cgroup;
};
_Static_assert(sizeof(struct abi_clone_args) == 88, "abi_clone_args");

#define VERSION0_SIZE 64u
#define TID_LEVELS_MAX 32u // of nested pid namespaces, as Linux counts them; there is one here

// What the caller knows and we do not must be zero; what it does not know is zero for it.
static int copy_arguments(struct abi_clone_args *arguments, user_addr from, size_t size)
{
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < VERSION0_SIZE)
		return -EINVAL;
	memset(arguments, 0, sizeof(*arguments));
	for (size_t at = sizeof(*arguments); at < size; at++) {
		uint8_t byte;
		if (copy_from_user(&byte, from + at, 1) != 0)
			return -EFAULT;
		if (byte != 0)
			return -E2BIG;
	}
	return copy_from_user(arguments, from, size < sizeof(*arguments) ? size : sizeof(*arguments));
}

static int check_arguments(const struct abi_clone_args *arguments)
{
	uint64_t flags = arguments->flags;
	if ((arguments->set_tid != 0) != (arguments->set_tid_size != 0) || arguments->set_tid_size > TID_LEVELS_MAX)
		return -EINVAL;
	if (arguments->exit_signal > SIGNAL_MAX || ((flags & (CLONE_THREAD | CLONE_PARENT)) && arguments->exit_signal != 0))
		return -EINVAL;
	if ((flags & (CLONE_DETACHED | 0xff)) || ((flags & CLONE_SIGHAND) && (flags & CLONE_CLEAR_SIGHAND)))
		return -EINVAL;
	if ((arguments->stack == 0) != (arguments->stack_size == 0))
		return -EINVAL;
	return arguments->stack_size > USER_END || arguments->stack > USER_END - arguments->stack_size ? -EINVAL : 0;
}

static int chosen_tid(const struct abi_clone_args *arguments, int32_t *tid)
{
	if (arguments->set_tid == 0)
		return 0;
	if (copy_from_user(tid, arguments->set_tid, sizeof(*tid)) != 0)
		return -EFAULT;
	if (arguments->set_tid_size > 1 || *tid < 1 || *tid >= PID_MAX)
		return -EINVAL;
	return current->cred->euid == 0 ? 0 : -EPERM;
}

long sys_clone3(user_addr from, size_t size)
{
	struct abi_clone_args arguments;
	struct clone_request request = {0};
	int rc = copy_arguments(&arguments, from, size);
	rc = rc != 0 ? rc : check_arguments(&arguments);
	rc = rc != 0 ? rc : chosen_tid(&arguments, &request.wanted_tid);
	if (rc != 0)
		return rc;
	request.flags = arguments.flags;
	request.stack = arguments.stack + arguments.stack_size;
	request.parent_tid = arguments.parent_tid;
	request.child_tid = arguments.child_tid;
	request.tls = arguments.tls;
	request.exit_signal = (int)arguments.exit_signal;
	return process_clone(&request);
}

long sys_vfork(void)
{
	return process_clone(&(struct clone_request){.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD});
}

long sys_clone(uint64_t flags, uint64_t stack, user_addr parent_tid, user_addr child_tid, uint64_t tls)
{
	int exit_signal = flags & 0xff;
	if (exit_signal > SIGNAL_MAX)
		return -EINVAL;
	return process_clone(&(struct clone_request){(uint32_t)flags & ~0xffu, stack, parent_tid, child_tid, tls, exit_signal, 0});
}

// exec keeps the process's id (execve(2)): the thread that goes on takes the number of the first one, which has ended.
void exec_take_lead(struct process *process)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = current_task(), *first = list_first(&process->threads, struct task, link);
	if (first != task) {
		if (first->tracee != NULL)
			ptrace_forget(first);
		list_remove(&first->link);
		process->thread_count--;
		if (task->tracee != NULL)
			task->tracee->former_tid = task->thread.tid;
		task_renumber(task, process->pid);
	}
	spin_unlock_irqrestore(&process_lock, state);
	if (first != task)
		task_put(first); // the table's
}
