// poll.c: poll(2). One private wait queue a call: entries on every file's queue wake it, and note that they did, so that an event
// between two files' answers is not lost. After each wake all files are asked again.
#include "kernel/ipc/poll.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/time.h"

struct poll_entry {
	struct wait_entry wait;
	struct wait_queue *queue;
	struct poller *poller;
	struct poll_entry *next;
};

struct poller {
	struct poll_table table;
	struct wait_queue woken;
	bool triggered;
	int rc;
	struct poll_entry *entries;
};

static void poller_wake(struct wait_entry *wait)
{
	struct poller *poller = container_of(wait, struct poll_entry, wait)->poller;

	WRITE_ONCE(poller->triggered, true);
	wake_up(&poller->woken);
}

static void poller_add(struct poll_table *table, struct wait_queue *queue)
{
	struct poller *poller = container_of(table, struct poller, table);
	struct poll_entry *entry = kmalloc(sizeof(*entry), ALLOC_SLEEP);

	if (entry == NULL) {
		poller->rc = -ENOMEM;
		return;
	}
	wait_entry_init(&entry->wait);
	entry->wait.wake = poller_wake;
	entry->queue = queue;
	entry->poller = poller;
	entry->next = poller->entries;
	poller->entries = entry;
	unsigned long state = spin_lock_irqsave(&queue->lock);
	list_push_back(&queue->waiters, &entry->wait.link);
	spin_unlock_irqrestore(&queue->lock, state);
}

static void poller_clear(struct poller *poller)
{
	while (poller->entries != NULL) {
		struct poll_entry *entry = poller->entries;
		poller->entries = entry->next;
		unsigned long state = spin_lock_irqsave(&entry->queue->lock);
		list_remove(&entry->wait.link);
		spin_unlock_irqrestore(&entry->queue->lock, state);
		kfree(entry);
	}
}

unsigned file_events(struct file *file, struct poll_table *table)
{
	if (file->operations == NULL || file->operations->poll == NULL)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	return file->operations->poll(file, table);
}

// Asks every file once. How many have something to say.
static int ask_all(struct poller *poller, struct abi_pollfd *fds, struct file **files, unsigned count)
{
	int ready = 0;

	for (unsigned i = 0; i < count; i++) {
		fds[i].revents = 0;
		if (fds[i].fd < 0)
			continue;
		unsigned wanted = ((uint16_t)fds[i].events) | POLL_ALWAYS;
		unsigned events = files[i] == NULL ? POLLNVAL : file_events(files[i], ready == 0 ? &poller->table : NULL);
		fds[i].revents = (int16_t)(events & wanted);
		ready += fds[i].revents != 0;
	}
	return ready;
}

int poll_files(struct abi_pollfd *fds, struct file **files, unsigned count, int64_t deadline)
{
	struct poller poller = {.table.add = poller_add};
	int ready = 0, rc = 0;

	wait_queue_init(&poller.woken);
	for (;;) {
		WRITE_ONCE(poller.triggered, false);
		ready = ask_all(&poller, fds, files, count);
		if (ready != 0 || poller.rc != 0 || rc != 0 || deadline == 0)
			break;
		rc = wait_event_deadline(&poller.woken, READ_ONCE(poller.triggered), deadline);
		poller_clear(&poller); // asked once more after a signal or the deadline too
		if (rc == 0 && signal_pending())
			rc = -ERESTARTSYS; // a file that wakes us again and again, and is never ready
	}
	poller_clear(&poller);
	rc = rc == -ERESTARTSYS ? -EINTR : rc == -ETIMEDOUT ? 0 : rc; // poll(2) does not restart
	return ready != 0 ? ready : poller.rc != 0 ? poller.rc : rc;
}

long poll_user(user_addr user_fds, unsigned count, int64_t deadline_ns)
{
	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	struct abi_pollfd *fds = kmalloc(count * sizeof(*fds) + 1, ALLOC_SLEEP);
	struct file **files = kzalloc(count * sizeof(*files) + 1, ALLOC_SLEEP);
	long rc = fds == NULL || files == NULL ? -ENOMEM : copy_from_user(fds, user_fds, count * sizeof(*fds));

	if (rc == 0) {
		for (unsigned i = 0; i < count; i++)
			files[i] = file_from_fd(fds[i].fd);
		rc = poll_files(fds, files, count, deadline_ns);
		for (unsigned i = 0; i < count; i++) {
			file_put(files[i]);
			if (rc >= 0 && copy_to_user(user_fds + i * sizeof(*fds) + offsetof(struct abi_pollfd, revents),
						    &fds[i].revents, sizeof(fds[i].revents)) != 0)
				rc = -EFAULT;
		}
	}
	kfree(fds);
	kfree(files);
	return rc;
}

long sys_poll(user_addr fds, unsigned count, int timeout_ms)
{
	int64_t deadline = call_deadline(timeout_ms < 0 ? WAIT_FOR_EVER : timeout_ms == 0 ? 0 :
					 time_monotonic_ns() + timeout_ms * 1000000ll);
	long rc = poll_user(fds, count, deadline);

	return rc == -EINTR ? call_interrupted(deadline) : rc;
}
