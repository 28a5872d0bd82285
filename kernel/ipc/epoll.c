// epoll.c: epoll(7): a set of files that tells which of them are ready, without being told all of them each time.
//
// An item stands for one (file, descriptor) pair and keeps an entry on every wait queue that can change the file's answer. When one
// of them wakes, the item joins the ready list and who waits for the set is woken; epoll_wait() then asks only those files.
//
// Locks: epoll_mutex (every change of any set, and the walk that looks for loops), set->lock (the items; held while files are
// asked), set->ready_lock (the ready list; taken in any context, inside a file's queue lock, outside set->waiters). An item holds no
// reference to its file: the last file_put() takes it out through file_forgotten(), before the file's operations see their release.
// Sets inside sets are at most NESTING_MAX deep and never a circle, so a wake-up that climbs through them ends.
#include "kernel/core/init.h"
#include "kernel/ipc/poll.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/epoll.h"

#define NESTING_MAX 5
#define ROOM_MAX (INT32_MAX / (int)sizeof(struct abi_epoll_event))
#define KNOWN_EVENTS (POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM | POLLRDHUP | 0x680u)
#define KNOWN_FLAGS (EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)

struct watch { // an entry on one queue
	struct wait_entry wait;
	struct wait_queue *queue;
	struct item *item;
	struct watch *next;
};

struct item {
	struct list link;  // in set->items
	struct list ready; // in set->ready, or empty
	struct set *set;
	struct file *file;
	int fd;
	struct abi_epoll_event event; // events 0: disabled by EPOLLONESHOT
	struct watch *watches;
	struct poll_table table;
	int rc; // of registering
	struct item *next_watcher; // of the same file, from file->watchers on; epoll_mutex
};

struct set {
	struct mutex lock;
	struct list items;
	struct spinlock ready_lock;
	struct list ready;
	struct wait_queue waiters;
};

static struct mutex epoll_mutex = MUTEX_INIT(epoll_mutex);
static const struct file_operations epoll_operations;

static void make_ready(struct item *item)
{
	struct set *set = item->set;
	unsigned long state = spin_lock_irqsave(&set->ready_lock);

	if (list_empty(&item->ready))
		list_push_back(&set->ready, &item->ready);
	spin_unlock_irqrestore(&set->ready_lock, state);
	wake_up(&set->waiters);
}

static void watch_wakes(struct wait_entry *wait)
{
	make_ready(container_of(wait, struct watch, wait)->item);
}

static void item_watch(struct poll_table *table, struct wait_queue *queue)
{
	struct item *item = container_of(table, struct item, table);
	struct watch *watch = kmalloc(sizeof(*watch), ALLOC_SLEEP);

	if (watch == NULL) {
		item->rc = -ENOMEM;
		return;
	}
	wait_entry_init(&watch->wait);
	watch->wait.wake = watch_wakes;
	watch->queue = queue;
	watch->item = item;
	watch->next = item->watches;
	item->watches = watch;
	unsigned long state = spin_lock_irqsave(&queue->lock);
	list_push_back(&queue->waiters, &watch->wait.link);
	spin_unlock_irqrestore(&queue->lock, state);
}

// epoll_mutex and set->lock held.
static void item_destroy(struct item *item)
{
	while (item->watches != NULL) {
		struct watch *watch = item->watches;
		item->watches = watch->next;
		unsigned long state = spin_lock_irqsave(&watch->queue->lock);
		list_remove(&watch->wait.link);
		spin_unlock_irqrestore(&watch->queue->lock, state);
		kfree(watch);
	}
	unsigned long state = spin_lock_irqsave(&item->set->ready_lock);
	list_remove(&item->ready);
	spin_unlock_irqrestore(&item->set->ready_lock, state);
	list_remove(&item->link);
	for (struct item **at = (struct item **)&item->file->watchers; *at != NULL; at = &(*at)->next_watcher)
		if (*at == item) {
			*at = item->next_watcher;
			break;
		}
	kfree(item);
}

static struct item *item_find(struct set *set, const struct file *file, int fd)
{
	struct item *item;

	list_for_each (item, &set->items, link)
		if (item->file == file && item->fd == fd)
			return item;
	return NULL;
}

// ---- sets inside sets; epoll_mutex held ----

// How deep sets lie inside `set`, itself counted; above NESTING_MAX: too deep, or `wanted` is among them.
static int depth_below(const struct set *set, const struct set *wanted, int depth)
{
	int deepest = depth;
	struct item *item;

	if (set == wanted || depth > NESTING_MAX)
		return NESTING_MAX + 1;
	list_for_each (item, &set->items, link)
		if (item->file->operations == &epoll_operations) {
			int below = depth_below(item->file->private, wanted, depth + 1);
			deepest = below > deepest ? below : deepest;
		}
	return deepest;
}

// How many sets lie above `set`, itself counted: those that watch its queue.
static int depth_above(struct set *set, int depth)
{
	int highest = depth;
	struct wait_entry *wait;
	unsigned long state = spin_lock_irqsave(&set->waiters.lock);

	list_for_each (wait, &set->waiters.waiters, link)
		if (wait->wake == watch_wakes && depth <= NESTING_MAX) {
			int above = depth_above(container_of(wait, struct watch, wait)->item->set, depth + 1);
			highest = above > highest ? above : highest;
		}
	spin_unlock_irqrestore(&set->waiters.lock, state);
	return highest;
}

// ---- changing a set ----

static int item_add(struct set *set, struct file *file, int fd, const struct abi_epoll_event *event)
{
	if (file->operations == &epoll_operations && depth_above(set, 0) + depth_below(file->private, set, 1) >= NESTING_MAX)
		return -ELOOP;
	struct item *item = kzalloc(sizeof(*item), ALLOC_SLEEP);
	if (item == NULL)
		return -ENOMEM;
	*item = (struct item){.set = set, .file = file, .fd = fd, .event = *event, .table.add = item_watch};
	item->event.events |= POLLERR | POLLHUP;
	list_init(&item->ready);
	item->next_watcher = file->watchers;
	file->watchers = item;
	list_push_back(&set->items, &item->link);
	unsigned ready = file_events(file, &item->table) & item->event.events;
	int rc = item->rc;
	if (rc != 0)
		item_destroy(item);
	else if (ready != 0)
		make_ready(item);
	return rc;
}

static int item_change(struct item *item, const struct abi_epoll_event *event)
{
	if (((item->event.events | event->events) & EPOLLEXCLUSIVE) != 0)
		return -EINVAL;
	item->event = *event;
	item->event.events |= POLLERR | POLLHUP;
	if ((file_events(item->file, NULL) & item->event.events) != 0)
		make_ready(item);
	return 0;
}

static long control(struct set *set, int operation, struct file *file, int fd, const struct abi_epoll_event *event)
{
	struct item *item = item_find(set, file, fd);

	switch (operation) {
	case EPOLL_CTL_ADD: return item != NULL ? -EEXIST : item_add(set, file, fd, event);
	case EPOLL_CTL_MOD: return item == NULL ? -ENOENT : item_change(item, event);
	case EPOLL_CTL_DEL:
		if (item == NULL)
			return -ENOENT;
		item_destroy(item);
		return 0;
	}
	return -EINVAL;
}

// Files that are always ready (on disks and in memory) cannot be watched.
static bool can_poll(const struct file *file)
{
	return file->device != NULL ? file->device->operations->poll != NULL : file->operations != NULL && file->operations->poll != NULL;
}

long sys_epoll_ctl(int set_fd, int operation, int fd, user_addr user_event)
{
	struct abi_epoll_event event = {0};

	if (operation != EPOLL_CTL_DEL && copy_from_user(&event, user_event, sizeof(event)) != 0)
		return -EFAULT;
	struct file *set_file = file_from_fd(set_fd), *file = file_from_fd(fd);
	long rc = set_file == NULL || file == NULL ? -EBADF : !can_poll(file) ? -EPERM : 0;
	if (rc == 0 && (set_file == file || set_file->operations != &epoll_operations))
		rc = -EINVAL;
	if (rc == 0 && (event.events & ~(KNOWN_EVENTS | KNOWN_FLAGS)) != 0)
		rc = -EINVAL;
	if (rc == 0 && (event.events & EPOLLEXCLUSIVE) != 0 && file->operations == &epoll_operations)
		rc = -EINVAL;
	if (rc == 0) {
		struct set *set = set_file->private;
		mutex_lock(&epoll_mutex);
		mutex_lock(&set->lock);
		rc = control(set, operation, file, fd, &event);
		mutex_unlock(&set->lock);
		mutex_unlock(&epoll_mutex);
	}
	file_put(set_file);
	file_put(file);
	return rc;
}

// ---- waiting ----

static bool anything_ready(struct set *set)
{
	unsigned long state = spin_lock_irqsave(&set->ready_lock);
	bool any = !list_empty(&set->ready);

	spin_unlock_irqrestore(&set->ready_lock, state);
	return any;
}

static unsigned ready_count(struct set *set)
{
	unsigned long state = spin_lock_irqsave(&set->ready_lock);
	unsigned count = 0;
	struct item *item;

	list_for_each (item, &set->ready, ready)
		count++;
	spin_unlock_irqrestore(&set->ready_lock, state);
	return count;
}

static struct item *next_ready(struct set *set)
{
	unsigned long state = spin_lock_irqsave(&set->ready_lock);
	struct item *item = list_empty(&set->ready) ? NULL : list_first(&set->ready, struct item, ready);

	if (item != NULL)
		list_remove(&item->ready);
	spin_unlock_irqrestore(&set->ready_lock, state);
	return item;
}

// Asks the files that may be ready, each once; set->lock held. Level-triggered ones that are go back on the list.
static long collect(struct set *set, user_addr to, int room)
{
	struct item *item;
	int count = 0;
	long rc = 0;

	for (unsigned left = ready_count(set); left != 0 && count < room && rc == 0 && (item = next_ready(set)) != NULL; left--) {
		struct abi_epoll_event event = {file_events(item->file, NULL) & item->event.events, item->event.data};
		if (event.events == 0)
			continue;
		rc = copy_to_user(to + (user_addr)count * sizeof(event), &event, sizeof(event));
		count += rc == 0;
		if (rc == 0 && (item->event.events & EPOLLONESHOT) != 0)
			item->event.events = 0;
		else if (rc != 0 || (item->event.events & EPOLLET) == 0)
			make_ready(item);
	}
	return count != 0 ? count : rc;
}

static long wait_set(int fd, user_addr to, int room, int64_t deadline)
{
	struct file *file = file_from_fd(fd);
	long rc = file == NULL ? -EBADF : file->operations != &epoll_operations || room <= 0 || room > ROOM_MAX ? -EINVAL : 0;
	struct set *set = rc == 0 ? file->private : NULL;

	while (rc == 0) {
		mutex_lock(&set->lock);
		rc = collect(set, to, room);
		mutex_unlock(&set->lock);
		if (rc != 0 || deadline == 0)
			break;
		rc = signal_pending() ? -ERESTARTSYS // what woke us may be gone by now, again and again
				      : wait_event_deadline(&set->waiters, anything_ready(set), deadline);
	}
	file_put(file);
	return rc == -ERESTARTSYS ? -EINTR : rc == -ETIMEDOUT ? 0 : rc;
}

static int64_t deadline_of_ms(int timeout_ms)
{
	return timeout_ms < 0 ? WAIT_FOR_EVER : timeout_ms == 0 ? 0 : time_monotonic_ns() + timeout_ms * 1000000ll;
}

long sys_epoll_wait(int fd, user_addr to, int room, int timeout_ms)
{
	return wait_set(fd, to, room, deadline_of_ms(timeout_ms));
}

static long wait_masked(int fd, user_addr to, int room, int64_t deadline, user_addr mask, size_t size)
{
	long rc = poll_mask_begin(mask, size);

	if (rc != 0)
		return rc;
	rc = wait_set(fd, to, room, deadline);
	poll_mask_end(mask, rc);
	return rc;
}

long sys_epoll_pwait(int fd, user_addr to, int room, int timeout_ms, user_addr mask, size_t size)
{
	return wait_masked(fd, to, room, deadline_of_ms(timeout_ms), mask, size);
}

long sys_epoll_pwait2(int fd, user_addr to, int room, user_addr timeout, user_addr mask, size_t size)
{
	int64_t deadline;
	int rc = poll_timeout(timeout, &deadline);

	return rc != 0 ? rc : wait_masked(fd, to, room, deadline, mask, size);
}

// ---- the set as a file ----

static unsigned set_poll(struct file *file, struct poll_table *table)
{
	struct set *set = file->private;
	struct item *item;
	bool any = false;

	poll_wait(table, &set->waiters);
	mutex_lock(&set->lock);
	for (unsigned left = ready_count(set); left != 0 && !any && (item = next_ready(set)) != NULL; left--) {
		any = (file_events(item->file, NULL) & item->event.events) != 0;
		if (any)
			make_ready(item);
	}
	mutex_unlock(&set->lock);
	return any ? POLLIN | POLLRDNORM : 0;
}

static void set_release(struct file *file)
{
	struct set *set = file->private;
	struct item *item, *following;

	mutex_lock(&epoll_mutex);
	list_for_each_safe (item, following, &set->items, link)
		item_destroy(item);
	mutex_unlock(&epoll_mutex);
	kfree(set);
}

static const struct file_operations epoll_operations = {.poll = set_poll, .release = set_release, .stream = true, .name = "[eventpoll]"};

// The last reference to a watched file goes.
static void forget(struct file *file)
{
	mutex_lock(&epoll_mutex);
	while (file->watchers != NULL) {
		struct set *set = ((struct item *)file->watchers)->set;
		mutex_lock(&set->lock);
		item_destroy(file->watchers);
		mutex_unlock(&set->lock);
	}
	mutex_unlock(&epoll_mutex);
}

static void epoll_init(void)
{
	file_forgotten = forget;
}
INIT_EARLY(epoll_init);

long sys_epoll_create1(int flags)
{
	if ((flags & ~O_CLOEXEC) != 0)
		return -EINVAL;
	struct set *set = kzalloc(sizeof(*set), ALLOC_SLEEP);
	if (set == NULL)
		return -ENOMEM;
	mutex_init(&set->lock);
	list_init(&set->items);
	spin_init(&set->ready_lock, "epoll");
	list_init(&set->ready);
	wait_queue_init(&set->waiters);
	return anonymous_install(&epoll_operations, set, flags);
}

long sys_epoll_create(int size)
{
	return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}
