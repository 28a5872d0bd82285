// signalfd.c: signalfd(2): blocked signals, taken by reading. A file shows the signals of whoever reads it.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/ipc/poll.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

struct abi_signalfd_siginfo {
	uint32_t signo;
	int32_t error, code;
	uint32_t pid, uid;
	int32_t fd;
	uint32_t tid, band, overrun, trapno;
	int32_t status, value;
	uint64_t pointer, user_time, system_time, address;
	uint8_t reserved[48];
};
_Static_assert(sizeof(struct abi_signalfd_siginfo) == 128, "abi_signalfd_siginfo");

struct signalfd {
	uint64_t set;
};

static uint64_t pending_for(const struct signalfd *fd)
{
	return (READ_ONCE(current_task()->pending.bits) | READ_ONCE(current_process()->pending.bits)) & READ_ONCE(fd->set);
}

static int take(const struct signalfd *fd, struct abi_siginfo *info)
{
	struct task *task = current_task();
	unsigned long state = spin_lock_irqsave(&task->process->signal_lock);
	int signal = signal_dequeue(task, ~fd->set, info);
	signal_recalculate(task);
	spin_unlock_irqrestore(&task->process->signal_lock, state);
	return signal;
}

static long signalfd_read(struct file *file, struct uio *uio, int64_t *position)
{
	const struct signalfd *fd = file->private;
	struct abi_siginfo info;
	long done = 0, rc = 0;

	if (uio->left < sizeof(struct abi_signalfd_siginfo))
		return -EINVAL;
	while (uio->left >= sizeof(struct abi_signalfd_siginfo)) {
		int signal = take(fd, &info);
		if (signal == 0 && done != 0)
			break;
		if (signal == 0) {
			rc = uio->nonblock ? -EAGAIN : wait_event_interruptible(&current_process()->signal_arrived, pending_for(fd) != 0);
			if (rc != 0)
				return rc;
			continue;
		}
		bool fault = info.si_code > 0 && info.si_code != SI_KERNEL && signal != SIGCHLD;
		struct abi_signalfd_siginfo told = {.signo = (uint32_t)signal, .error = info.si_errno, .code = info.si_code};
		if (fault)
			told.address = info.si_addr;
		else {
			bool timer = info.si_code == SI_TIMER;
			*(timer ? &told.tid : &told.pid) = (uint32_t)info.si_pid;
			*(timer ? &told.overrun : &told.uid) = info.si_uid;
			told.status = signal == SIGCHLD ? info.si_status : 0;
			told.value = signal == SIGCHLD ? 0 : info.si_status;
			told.pointer = signal == SIGCHLD ? 0 : (uint64_t)info.si_value.sival_ptr;
		}
		if (uio_copy_out(uio, &told, sizeof(told)) != 0)
			return done != 0 ? done : -EFAULT;
		done += (long)sizeof(told);
	}
	return done;
}

static unsigned signalfd_poll(struct file *file, struct poll_table *table)
{
	poll_wait(table, &current_process()->signal_arrived);
	return pending_for(file->private) != 0 ? POLLIN | POLLRDNORM : 0;
}

static void signalfd_release(struct file *file)
{
	kfree(file->private);
}

static const struct file_operations signalfd_operations = {.read = signalfd_read, .poll = signalfd_poll,
							    .release = signalfd_release, .stream = true, .name = "[signalfd]"};

long sys_signalfd4(int number, user_addr user_set, size_t size, int flags)
{
	uint64_t set;
	if (size != sizeof(set) || (flags & ~(O_CLOEXEC | O_NONBLOCK)))
		return -EINVAL;
	if (copy_from_user(&set, user_set, sizeof(set)) != 0)
		return -EFAULT;
	set &= ~UNBLOCKABLE;
	if (number != -1) { // another set for the one there is
		struct file *file = file_from_fd(number);
		int rc = file == NULL ? -EBADF : file->operations != &signalfd_operations ? -EINVAL : 0;
		if (rc == 0)
			WRITE_ONCE(((struct signalfd *)file->private)->set, set);
		file_put(file);
		return rc != 0 ? rc : number;
	}
	struct signalfd *fd = kmalloc(sizeof(*fd), ALLOC_SLEEP);
	if (fd == NULL)
		return -ENOMEM;
	fd->set = set;
	return anonymous_install(&signalfd_operations, fd, flags);
}

long sys_signalfd(int number, user_addr set, size_t size)
{
	return sys_signalfd4(number, set, size, 0);
}
