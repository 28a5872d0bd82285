// inotify.c: inotify(7): a file that tells what happens to other files.
//
// A watch ties an inode to a group (an inotify file) with a mask and a number. notify_lock guards all groups, watches and queues; it is
// taken with inode locks held, and only wait queues are taken inside it. A watch holds a reference to its inode; a watch that ends
// under the lock goes onto a list and is freed after it. `notify` leads here only while there is a watch somewhere: without
// one, the hooks in the paths of files cost a load and a branch.
#include "kernel/ipc/poll.h"
#include "kernel/fs/calls.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/termios.h"

#define IN_ALL_EVENTS 0xfffu
#define IN_UNMOUNT 0x2000u
#define IN_Q_OVERFLOW 0x4000u
#define IN_IGNORED 0x8000u
#define IN_ONLYDIR 0x1000000u
#define IN_DONT_FOLLOW 0x2000000u
#define IN_EXCL_UNLINK 0x4000000u
#define IN_MASK_CREATE 0x10000000u
#define IN_MASK_ADD 0x20000000u
#define IN_ONESHOT 0x80000000u
#define IN_KNOWN                                                                                                   \
	(IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_CREATE |  \
	 IN_MASK_ADD | IN_ISDIR | IN_ONESHOT)

struct abi_inotify_event {
	int32_t wd;
	uint32_t mask, cookie;
	uint32_t length; // of the name that follows, padded with zeros to a multiple of this struct
};
_Static_assert(sizeof(struct abi_inotify_event) == 16, "abi_inotify_event");

struct event {
	struct list link;
	struct abi_inotify_event head;
	char name[];
};

struct group {
	struct list link; // in groups
	struct list events, watches;
	struct wait_queue readable;
	uint32_t count, bytes; // of the queue
	bool overflowed;       // the queue holds the event that says so
	int32_t last_wd;
	uint32_t watch_count, uid;
};

struct watch {
	struct watch *next; // of the same inode
	struct list link;   // in group->watches
	struct group *group;
	struct inode *inode;
	int32_t wd;
	uint32_t mask;
};

static struct spinlock notify_lock = SPINLOCK_INIT("notify");
static struct list groups = LIST_INIT(groups);
static uint32_t watches_total;
static const struct notify_operations operations;
static const struct file_operations inotify_operations;

// ---- the queue; notify_lock held ----

static bool same_as_last(const struct group *group, const struct event *new)
{
	if (list_empty(&group->events))
		return false;
	const struct event *last = container_of(group->events.previous, struct event, link);
	return last->head.wd == new->head.wd && last->head.mask == new->head.mask && last->head.length == new->head.length &&
	       (last->head.mask & IN_IGNORED) == 0 && memcmp(last->name, new->name, new->head.length) == 0;
}

static void queue(struct group *group, int32_t wd, uint32_t mask, uint32_t cookie, const char *name)
{
	size_t size = sizeof(struct abi_inotify_event), length = name != NULL ? strlen(name) + 1 : 0;
	size_t padded = (length + size - 1) / size * size;
	struct event *event = kzalloc(sizeof(*event) + padded, ALLOC_ATOMIC);

	if (event != NULL) {
		event->head = (struct abi_inotify_event){wd, mask, cookie, (uint32_t)padded};
		if (length != 0)
			memcpy(event->name, name, length);
	}
	if (event == NULL || (!same_as_last(group, event) && group->count >= INOTIFY_EVENTS_MAX)) {
		kfree(event); // no room: one event says that some are missing
		event = group->overflowed ? NULL : kzalloc(sizeof(*event), ALLOC_ATOMIC);
		if (event == NULL)
			return;
		event->head = (struct abi_inotify_event){-1, IN_Q_OVERFLOW, 0, 0};
		group->overflowed = true;
	} else if (same_as_last(group, event)) {
		kfree(event);
		return;
	}
	list_push_back(&group->events, &event->link);
	group->count++;
	group->bytes += (uint32_t)(size + event->head.length);
	wake_up(&group->readable);
}

// The watch leaves its inode and its group; the caller passes *gone to release_watches() without the lock.
static void end_watch(struct watch *watch, struct watch **gone)
{
	struct watch **at = &watch->inode->watches;

	while (*at != watch)
		at = &(*at)->next;
	WRITE_ONCE(*at, watch->next);
	list_remove(&watch->link);
	watch->group->watch_count--;
	if (--watches_total == 0)
		WRITE_ONCE(notify, NULL);
	watch->next = *gone;
	*gone = watch;
}

static void ignore_watch(struct watch *watch, struct watch **gone)
{
	queue(watch->group, watch->wd, IN_IGNORED, 0, NULL);
	end_watch(watch, gone);
}

static void release_watches(struct watch *gone)
{
	while (gone != NULL) {
		struct watch *next = gone->next;
		inode_put(gone->inode);
		kfree(gone);
		gone = next;
	}
}

static void tell(struct inode *inode, uint32_t mask, uint32_t cookie, const char *name, bool unlinked, struct watch **gone)
{
	for (struct watch *watch = inode->watches, *next; watch != NULL; watch = next) {
		next = watch->next;
		if ((mask & watch->mask & IN_ALL_EVENTS) == 0 || (unlinked && (watch->mask & IN_EXCL_UNLINK) != 0))
			continue;
		queue(watch->group, watch->wd, mask, cookie, name);
		if ((watch->mask & IN_ONESHOT) != 0)
			ignore_watch(watch, gone);
	}
}

// ---- what happens ----

static void file_event(struct inode *inode, struct dentry *dentry, uint32_t event)
{
	struct inode *directory = NULL;
	struct watch *gone = NULL;
	char name[NAME_MAX + 1];
	bool unlinked = false;
	uint32_t mask = event | (S_ISDIR(inode->mode) && (event & (IN_DELETE_SELF | IN_MOVE_SELF)) == 0 ? IN_ISDIR : 0);

	// Who may only list a directory must not learn when somebody types: devices and pipes tell what is read and written to none but
	// those who may read them.
	bool special = !S_ISREG(inode->mode) && !S_ISDIR(inode->mode) && (event & (IN_ACCESS | IN_MODIFY)) != 0;
	if (dentry != NULL && !special) {
		spin_lock(&dentry_lock);
		unlinked = dentry->deleted;
		if (dentry->parent != dentry && READ_ONCE(dentry->parent->inode->watches) != NULL) {
			directory = dentry->parent->inode;
			inode_get(directory);
			memcpy(name, dentry->name, dentry->length + 1);
		}
		spin_unlock(&dentry_lock);
	}
	if (directory == NULL && READ_ONCE(inode->watches) == NULL)
		return;
	spin_lock(&notify_lock);
	if (directory != NULL)
		tell(directory, mask, 0, name, unlinked, &gone);
	tell(inode, mask, 0, NULL, unlinked, &gone);
	while (event == IN_DELETE_SELF && inode->watches != NULL)
		ignore_watch(inode->watches, &gone);
	spin_unlock(&notify_lock);
	release_watches(gone);
	inode_put(directory);
}

static void name_event(struct inode *directory, const char *name, uint32_t event, uint32_t cookie)
{
	struct watch *gone = NULL;

	if (READ_ONCE(directory->watches) == NULL)
		return;
	spin_lock(&notify_lock);
	tell(directory, event, cookie, name, false, &gone);
	spin_unlock(&notify_lock);
	release_watches(gone);
}

static const struct notify_operations operations = {file_event, name_event};

// A file system goes away with its inodes.
void notify_unmount(const struct superblock *superblock)
{
	struct watch *gone = NULL, *watch, *following;
	struct group *group;

	spin_lock(&notify_lock);
	list_for_each (group, &groups, link)
		list_for_each_safe (watch, following, &group->watches, link)
			if (watch->inode->superblock == superblock) {
				queue(group, watch->wd, IN_UNMOUNT, 0, NULL);
				ignore_watch(watch, &gone);
			}
	spin_unlock(&notify_lock);
	release_watches(gone);
}

// ---- the group as a file ----

// The oldest event if it fits into `room` bytes; -EAGAIN: there is none; -EINVAL: it does not fit.
static int take_event(struct group *group, size_t room, struct event **event)
{
	spin_lock(&notify_lock);
	struct event *first = list_empty(&group->events) ? NULL : list_first(&group->events, struct event, link);
	size_t size = first != NULL ? sizeof(first->head) + first->head.length : 0;
	int rc = first == NULL ? -EAGAIN : size > room ? -EINVAL : 0;
	if (rc == 0) {
		list_remove(&first->link);
		group->count--;
		group->bytes -= (uint32_t)size;
		group->overflowed &= (first->head.mask & IN_Q_OVERFLOW) == 0;
		*event = first;
	}
	spin_unlock(&notify_lock);
	return rc;
}

static long inotify_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct group *group = file->private;
	struct event *event;
	long done = 0;

	for (;;) {
		int rc = take_event(group, uio->left, &event);
		if (rc == -EAGAIN && done == 0 && !uio->nonblock) {
			rc = wait_event_interruptible(&group->readable, !list_empty(&group->events));
			if (rc == 0)
				continue;
		}
		if (rc != 0)
			return done != 0 ? done : rc;
		rc = uio_copy_out(uio, &event->head, sizeof(event->head));
		if (rc == 0 && event->head.length != 0)
			rc = uio_copy_out(uio, event->name, event->head.length);
		done += (long)(sizeof(event->head) + event->head.length);
		kfree(event);
		if (rc != 0)
			return rc;
	}
}

static long inotify_write(struct file *file, struct uio *uio, int64_t *position)
{
	return -EBADF;
}

static unsigned inotify_poll(struct file *file, struct poll_table *table)
{
	struct group *group = file->private;

	poll_wait(table, &group->readable);
	return READ_ONCE(group->count) != 0 ? POLLIN | POLLRDNORM : 0;
}

static long inotify_ioctl(struct file *file, unsigned command, uint64_t argument)
{
	int32_t bytes = (int32_t)READ_ONCE(((struct group *)file->private)->bytes);

	return command == FIONREAD ? copy_to_user(argument, &bytes, sizeof(bytes)) : -ENOTTY;
}

static void inotify_release(struct file *file)
{
	struct group *group = file->private;
	struct watch *gone = NULL;

	spin_lock(&notify_lock);
	list_remove(&group->link);
	while (!list_empty(&group->watches))
		end_watch(list_first(&group->watches, struct watch, link), &gone);
	spin_unlock(&notify_lock);
	release_watches(gone);
	while (!list_empty(&group->events)) {
		struct event *event = list_first(&group->events, struct event, link);
		list_remove(&event->link);
		kfree(event);
	}
	kfree(group);
}

static const struct file_operations inotify_operations = {.read = inotify_read, .write = inotify_write, .poll = inotify_poll, .ioctl = inotify_ioctl,
							   .release = inotify_release, .stream = true, .name = "inotify"};

// How many groups and watches a user has; notify_lock held.
static void count_of_user(uint32_t uid, uint32_t *instances, uint32_t *watches)
{
	struct group *group;

	*instances = *watches = 0;
	list_for_each (group, &groups, link)
		if (group->uid == uid) {
			++*instances;
			*watches += group->watch_count;
		}
}

long sys_inotify_init1(int flags)
{
	uint32_t instances, watches;

	if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0)
		return -EINVAL;
	struct group *group = kzalloc(sizeof(*group), ALLOC_SLEEP);
	if (group == NULL)
		return -ENOMEM;
	group->uid = current->cred != NULL ? current->cred->euid : 0;
	list_init(&group->events);
	list_init(&group->watches);
	wait_queue_init(&group->readable);
	spin_lock(&notify_lock);
	count_of_user(group->uid, &instances, &watches);
	if (instances < INOTIFY_INSTANCES_MAX)
		list_push_back(&groups, &group->link);
	spin_unlock(&notify_lock);
	if (instances >= INOTIFY_INSTANCES_MAX) {
		kfree(group);
		return -EMFILE;
	}
	return anonymous_install(&inotify_operations, group, flags);
}

long sys_inotify_init(void)
{
	return sys_inotify_init1(0);
}

// ---- watches ----

static struct watch *find_watch(const struct group *group, const struct inode *inode)
{
	for (struct watch *watch = inode->watches; watch != NULL; watch = watch->next)
		if (watch->group == group)
			return watch;
	return NULL;
}

// Changes the watch that `group` has on the inode, or takes `new`; the number, or -errno with `new` left to the caller.
static int set_watch(struct group *group, struct inode *inode, uint32_t mask, struct watch *new)
{
	uint32_t kept = mask & (IN_ALL_EVENTS | IN_EXCL_UNLINK | IN_ONESHOT), instances, watches;
	struct watch *watch = find_watch(group, inode);

	if (watch != NULL && (mask & IN_MASK_CREATE) != 0)
		return -EEXIST;
	if (watch != NULL) {
		watch->mask = kept | ((mask & IN_MASK_ADD) != 0 ? watch->mask : 0);
		return watch->wd;
	}
	count_of_user(group->uid, &instances, &watches);
	if (watches >= INOTIFY_WATCHES_MAX)
		return -ENOSPC;
	inode_get(inode);
	*new = (struct watch){.next = inode->watches, .group = group, .inode = inode, .mask = kept};
	do { // numbers go up; after the last one they begin anew, and those in use are passed over
		group->last_wd = group->last_wd == INT32_MAX ? 1 : group->last_wd + 1;
		new->wd = group->last_wd;
		list_for_each (watch, &group->watches, link)
			if (watch->wd == new->wd)
				new->wd = 0;
	} while (new->wd == 0);
	list_push_back(&group->watches, &new->link);
	WRITE_ONCE(inode->watches, new);
	group->watch_count++;
	watches_total++;
	WRITE_ONCE(notify, &operations);
	return new->wd;
}

static int add_watch(struct group *group, const char *name, uint32_t mask)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, name, (mask & IN_DONT_FOLLOW) == 0 ? WALK_FOLLOW : 0, &path);

	if (rc != 0)
		return rc;
	struct inode *inode = path.dentry->inode;
	struct watch *new = NULL;
	rc = (mask & IN_ONLYDIR) != 0 && !S_ISDIR(inode->mode) ? -ENOTDIR : inode_permission(inode, R_OK);
	if (rc == 0)
		rc = (new = kzalloc(sizeof(*new), ALLOC_SLEEP)) == NULL ? -ENOMEM : 0;
	if (rc == 0) {
		spin_lock(&notify_lock);
		rc = set_watch(group, inode, mask, new);
		bool taken = new->group != NULL;
		spin_unlock(&notify_lock);
		if (!taken)
			kfree(new);
	}
	path_put(&path);
	return rc;
}

// The group of a descriptor with a reference to its file; NULL with *rc.
static struct group *group_of(int fd, struct file **file, long *rc)
{
	*file = file_from_fd(fd);
	*rc = *file == NULL ? -EBADF : (*file)->operations != &inotify_operations ? -EINVAL : 0;
	return *rc == 0 ? (*file)->private : NULL;
}

long sys_inotify_add_watch(int fd, user_addr user_name, unsigned mask)
{
	struct file *file = NULL;
	char *name = NULL;
	long rc;

	if ((mask & ~IN_KNOWN) != 0 || mask == 0)
		return -EINVAL;
	struct group *group = group_of(fd, &file, &rc);
	if (rc != -EBADF && (mask & IN_MASK_ADD) != 0 && (mask & IN_MASK_CREATE) != 0)
		rc = -EINVAL;
	if (rc == 0)
		rc = name_from_user(user_name, &name);
	if (rc == 0)
		rc = add_watch(group, name, mask);
	kfree(name);
	file_put(file);
	return rc;
}

long sys_inotify_rm_watch(int fd, int wd)
{
	struct file *file;
	struct watch *gone = NULL, *watch;
	long rc;
	struct group *group = group_of(fd, &file, &rc);

	if (rc == 0) {
		rc = -EINVAL;
		spin_lock(&notify_lock);
		list_for_each (watch, &group->watches, link)
			if (watch->wd == wd) {
				ignore_watch(watch, &gone);
				rc = 0;
				break;
			}
		spin_unlock(&notify_lock);
		release_watches(gone);
	}
	file_put(file);
	return rc;
}
