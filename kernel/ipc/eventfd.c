// eventfd.c: eventfd(2): a number that writers add to and readers take. Guarded by the lock of its wait queue.
#include "kernel/ipc/poll.h"
#include "kernel/mm/slab.h"
#include "kernel/syscall/prototypes.h"

#define EFD_SEMAPHORE 1
#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
	struct wait_queue changed;
	uint64_t count;
	bool semaphore; // a read takes one, not all
};

// Adds or takes if that is possible now.
static bool add(struct eventfd *event, uint64_t value)
{
	unsigned long state = spin_lock_irqsave(&event->changed.lock);
	bool fits = COUNT_MAX - event->count >= value;

	event->count += fits ? value : 0;
	spin_unlock_irqrestore(&event->changed.lock, state);
	return fits;
}

static uint64_t take(struct eventfd *event)
{
	unsigned long state = spin_lock_irqsave(&event->changed.lock);
	uint64_t value = event->semaphore && event->count != 0 ? 1 : event->count;

	event->count -= value;
	spin_unlock_irqrestore(&event->changed.lock, state);
	return value;
}

static long eventfd_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct eventfd *event = file->private;
	uint64_t value;

	if (uio->left < sizeof(value))
		return -EINVAL;
	while ((value = take(event)) == 0) {
		long rc = uio->nonblock ? -EAGAIN : wait_event_interruptible(&event->changed, READ_ONCE(event->count) != 0);
		if (rc != 0)
			return rc;
	}
	wake_up(&event->changed);
	return uio_copy_out(uio, &value, sizeof(value)) != 0 ? -EFAULT : (long)sizeof(value);
}

static long eventfd_write(struct file *file, struct uio *uio, int64_t *position)
{
	struct eventfd *event = file->private;
	uint64_t value;

	if (uio->left < sizeof(value))
		return -EINVAL;
	if (uio_copy_in(uio, &value, sizeof(value)) != 0)
		return -EFAULT;
	if (value == UINT64_MAX)
		return -EINVAL;
	while (!add(event, value)) {
		long rc = uio->nonblock ? -EAGAIN
					: wait_event_interruptible(&event->changed, COUNT_MAX - READ_ONCE(event->count) >= value);
		if (rc != 0)
			return rc;
	}
	wake_up(&event->changed);
	return sizeof(value);
}

static unsigned eventfd_poll(struct file *file, struct poll_table *table)
{
	struct eventfd *event = file->private;

	poll_wait(table, &event->changed);
	uint64_t count = READ_ONCE(event->count);
	return (count != 0 ? POLLIN | POLLRDNORM : 0) | (count < COUNT_MAX ? POLLOUT | POLLWRNORM : 0);
}

static void eventfd_release(struct file *file)
{
	kfree(file->private);
}

static const struct file_operations eventfd_operations = {.read = eventfd_read, .write = eventfd_write, .poll = eventfd_poll,
							   .release = eventfd_release, .stream = true, .name = "[eventfd]"};

long sys_eventfd2(unsigned count, int flags)
{
	if ((flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK)) != 0)
		return -EINVAL;
	struct eventfd *event = kzalloc(sizeof(*event), ALLOC_SLEEP);
	if (event == NULL)
		return -ENOMEM;
	wait_queue_init(&event->changed);
	event->count = count;
	event->semaphore = (flags & EFD_SEMAPHORE) != 0;
	return anonymous_install(&eventfd_operations, event, flags);
}

long sys_eventfd(unsigned count)
{
	return sys_eventfd2(count, 0);
}
