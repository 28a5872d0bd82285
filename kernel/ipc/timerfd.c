// timerfd.c: timerfd_create(2): a timer that is read like a file: how often it expired since the last read.
//
// The timer fires in hard-interrupt context; what it changes is guarded by the lock of the wait queue. The calls that set it are
// serialised by a mutex, and stop the timer first.
#include "kernel/ipc/poll.h"
#include "kernel/ipc/timer_spec.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"

struct timerfd {
	struct wait_queue expired;
	struct mutex setting;
	struct timer timer;
	int clock;
	int64_t due_ns, interval_ns; // 0: once
	uint64_t expirations;
};

static void timerfd_fire(struct timer *timer)
{
	struct timerfd *fd = container_of(timer, struct timerfd, timer);
	int64_t now = time_monotonic_ns(), times = fd->interval_ns != 0 ? 1 + (now - fd->due_ns) / fd->interval_ns : 1;
	unsigned long state = spin_lock_irqsave(&fd->expired.lock);

	fd->expirations += (uint64_t)times;
	spin_unlock_irqrestore(&fd->expired.lock, state);
	fd->due_ns += times * fd->interval_ns;
	if (fd->interval_ns != 0)
		timer->again_ns = fd->due_ns > now + TIMER_SPACING_NS ? fd->due_ns : now + TIMER_SPACING_NS;
	wake_up(&fd->expired);
}

static uint64_t take(struct timerfd *fd)
{
	unsigned long state = spin_lock_irqsave(&fd->expired.lock);
	uint64_t expirations = fd->expirations;

	fd->expirations = 0;
	spin_unlock_irqrestore(&fd->expired.lock, state);
	return expirations;
}

static long timerfd_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct timerfd *fd = file->private;
	uint64_t expirations;

	if (uio->left < sizeof(expirations))
		return -EINVAL;
	while ((expirations = take(fd)) == 0) {
		long rc = uio->nonblock ? -EAGAIN : wait_event_interruptible(&fd->expired, READ_ONCE(fd->expirations) != 0);
		if (rc != 0)
			return rc;
	}
	return uio_copy_out(uio, &expirations, sizeof(expirations)) != 0 ? -EFAULT : (long)sizeof(expirations);
}

static unsigned timerfd_poll(struct file *file, struct poll_table *table)
{
	struct timerfd *fd = file->private;

	poll_wait(table, &fd->expired);
	return READ_ONCE(fd->expirations) != 0 ? POLLIN | POLLRDNORM : 0;
}

static void timerfd_release(struct file *file)
{
	struct timerfd *fd = file->private;

	timer_cancel(&fd->timer);
	kfree(fd);
}

static const struct file_operations timerfd_operations = {.read = timerfd_read, .poll = timerfd_poll,
							   .release = timerfd_release, .stream = true, .name = "[timerfd]"};

long sys_timerfd_create(int clock, int flags)
{
	if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME))
		return -EINVAL;
	struct timerfd *fd = kzalloc(sizeof(*fd), ALLOC_SLEEP);
	if (fd == NULL)
		return -ENOMEM;
	wait_queue_init(&fd->expired);
	mutex_init(&fd->setting);
	timer_init(&fd->timer, timerfd_fire);
	fd->clock = clock;
	return anonymous_install(&timerfd_operations, fd, flags);
}

// What is left, if the timer is pending, and how it goes on.
static struct abi_itimerspec setting_of(struct timerfd *fd, bool pending)
{
	int64_t left = pending ? fd->due_ns - time_monotonic_ns() : 0;

	left = pending && left < 1 ? 1 : left;
	return (struct abi_itimerspec){{fd->interval_ns / NS_PER_SECOND, fd->interval_ns % NS_PER_SECOND},
				       {left / NS_PER_SECOND, left % NS_PER_SECOND}};
}

static struct file *timerfd_from(int fd, long *rc)
{
	struct file *file = file_from_fd(fd);

	*rc = file == NULL ? -EBADF : file->operations != &timerfd_operations ? -EINVAL : 0;
	return file;
}

long sys_timerfd_settime(int number, int flags, user_addr new, user_addr old)
{
	struct abi_itimerspec wanted, before;
	int64_t interval, value;
	long rc;

	if (copy_from_user(&wanted, new, sizeof(wanted)) != 0)
		return -EFAULT;
	if ((flags & ~TIMER_ABSTIME) != 0 || !timer_spec_ns(&wanted.it_interval, &interval) || !timer_spec_ns(&wanted.it_value, &value))
		return -EINVAL;
	struct file *file = timerfd_from(number, &rc);
	if (rc == 0) {
		struct timerfd *fd = file->private;
		int64_t now = time_monotonic_ns();
		mutex_lock(&fd->setting);
		before = setting_of(fd, timer_cancel(&fd->timer));
		take(fd);
		fd->interval_ns = interval;
		if (value != 0 && (flags & TIMER_ABSTIME) == 0)
			value += now;
		else if (value != 0 && fd->clock == CLOCK_REALTIME)
			value += now - time_realtime_ns();
		fd->due_ns = value > 0 ? value : 1;
		if (value != 0)
			timer_start(&fd->timer, fd->due_ns);
		mutex_unlock(&fd->setting);
		rc = old != 0 ? copy_to_user(old, &before, sizeof(before)) : 0;
	}
	file_put(file);
	return rc;
}

long sys_timerfd_gettime(int number, user_addr to)
{
	struct abi_itimerspec now;
	long rc;
	struct file *file = timerfd_from(number, &rc);

	if (rc == 0) {
		struct timerfd *fd = file->private;
		mutex_lock(&fd->setting);
		now = setting_of(fd, READ_ONCE(fd->timer.cpu) >= 0);
		mutex_unlock(&fd->setting);
		rc = copy_to_user(to, &now, sizeof(now));
	}
	file_put(file);
	return rc;
}
