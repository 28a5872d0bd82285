// rename.c: a second name for a file, and another name instead.
//
// Order: rename_mutex (only renames between directories need it), the parents (ancestor first), the child.
#include "kernel/fs/calls.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/time.h"

#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE 2u

static struct mutex rename_mutex = MUTEX_INIT(rename_mutex);

typedef int (*names_action)(int old_directory, const char *old_name, int new_directory, const char *new_name, unsigned flags);

// Copies both names in, does the action, frees them. -EINVAL for a flag that is not `known`.
static long with_names(int old_directory, user_addr old_name, int new_directory, user_addr new_name, unsigned flags, unsigned known,
		       names_action action)
{
	char *from = NULL, *to = NULL;
	long rc = (flags & ~known) != 0 ? -EINVAL : name_from_user(old_name, &from);

	if (rc == 0)
		rc = name_from_user(new_name, &to);
	if (rc == 0)
		rc = action(old_directory, from, new_directory, to, flags);
	kfree(from);
	kfree(to);
	return rc;
}

static void lock_parents(struct dentry *from, struct dentry *to)
{
	bool to_first = from != to && dentry_is_below(from, to);

	mutex_lock(to_first ? &to->inode->lock : &from->inode->lock);
	if (from != to)
		mutex_lock(to_first ? &from->inode->lock : &to->inode->lock);
}

static void unlock_parents(struct dentry *from, struct dentry *to)
{
	mutex_unlock(&from->inode->lock);
	if (from != to)
		mutex_unlock(&to->inode->lock);
}

// What RENAME_EXCHANGE asks of the second name, which moves as the first does.
static int may_exchange(struct walk *from, struct walk *to, struct dentry *target)
{
	bool is_directory = S_ISDIR(target->inode->mode);
	int rc = to->directory && !is_directory ? -ENOTDIR : may_remove(&to->path, target);

	if (rc == 0 && is_directory && (target == from->path.dentry || dentry_is_below(from->path.dentry, target)))
		rc = -EINVAL;
	if (rc == 0 && is_directory && from->path.dentry != to->path.dentry)
		rc = inode_permission(target->inode, W_OK);
	return rc;
}

// Two names trade places, and no look-up sees either missing.
static void exchange(struct dentry *a, struct dentry *b)
{
	struct dentry *parent_a = a->parent, *parent_b = b->parent;
	int a_more = S_ISDIR(a->inode->mode) - S_ISDIR(b->inode->mode);

	spin_lock(&dentry_lock);
	dentry_unhash(a);
	dentry_unhash(b);
	struct dentry old = *a;
	a->parent = b->parent; // each took a reference of its parent: they change hands
	a->name = b->name;
	a->length = b->length;
	b->parent = old.parent;
	b->name = old.name;
	b->length = old.length;
	dentry_hash(a);
	dentry_hash(b);
	spin_unlock(&dentry_lock);
	parent_a->inode->link_count -= (uint32_t)a_more;
	parent_b->inode->link_count += (uint32_t)a_more;
	a->inode->change_ns = b->inode->change_ns = time_realtime_ns();
	inode_touch(parent_a->inode);
	inode_touch(parent_b->inode);
}

// Every rule of rename(2) that the names and inodes decide; both parents are locked. 1: the two are one file, nothing to do.
static int may_rename(struct walk *from, struct walk *to, struct dentry *child, struct dentry *target, unsigned flags)
{
	bool is_directory = S_ISDIR(child->inode->mode);
	int rc = may_remove(&from->path, child);

	if (rc == 0 && (from->directory || (to->directory && (flags & RENAME_EXCHANGE) == 0)) && !is_directory)
		rc = -ENOTDIR;
	if (rc == 0 && to->path.dentry->deleted)
		rc = -ENOENT;
	if (rc == 0)
		rc = inode_permission(to->path.dentry->inode, W_OK | X_OK);
	if (rc == 0 && is_directory && (child == to->path.dentry || dentry_is_below(to->path.dentry, child)))
		rc = -EINVAL; // a directory into itself
	if (rc == 0 && is_directory && from->path.dentry != to->path.dentry)
		rc = inode_permission(child->inode, W_OK); // its ".." changes
	if (rc == 0 && (flags & RENAME_EXCHANGE) != 0)
		return may_exchange(from, to, target);
	if (rc != 0 || target == NULL)
		return rc;
	if ((flags & RENAME_NOREPLACE) != 0)
		return -EEXIST;
	if (target->inode == child->inode)
		return 1;
	if (target == from->path.dentry || dentry_is_below(from->path.dentry, target))
		return -ENOTEMPTY;
	if (S_ISDIR(target->inode->mode) != is_directory)
		return is_directory ? -ENOTDIR : -EISDIR;
	return may_remove(&to->path, target);
}

// `from` leads from the old parent and name to the new ones; `replaced` lost its name.
static void notice_move(const struct walk *from, const struct walk *to, struct inode *inode, const struct dentry *replaced)
{
	static uint32_t last_cookie;
	uint32_t directory = S_ISDIR(inode->mode) ? IN_ISDIR : 0, cookie = notify != NULL ? atomic_add(&last_cookie, 1) + 1 : 0;

	name_noticed(from->path.dentry->inode, from->last, IN_MOVED_FROM | directory, cookie);
	name_noticed(to->path.dentry->inode, to->last, IN_MOVED_TO | directory, cookie);
	if (replaced != NULL)
		file_noticed(replaced->inode, NULL, IN_ATTRIB);
	file_noticed(inode, NULL, IN_MOVE_SELF);
}

static int rename_locked(struct walk *from, struct walk *to, unsigned flags)
{
	struct dentry *old_parent = from->path.dentry, *new_parent = to->path.dentry;
	struct dentry *child = dentry_find(old_parent, from->last, from->last_length);
	struct dentry *target = dentry_find(new_parent, to->last, to->last_length);
	int rc = child == NULL || ((flags & RENAME_EXCHANGE) != 0 && target == NULL) ? -ENOENT : may_rename(from, to, child, target, flags);
	bool trade = (flags & RENAME_EXCHANGE) != 0;
	char *name = rc == 0 && !trade ? name_copy(to->last, to->last_length) : NULL;

	if (rc == 0 && trade && child != target)
		exchange(child, target);
	if (rc == 0 && name == NULL)
		rc = trade ? 1 : -ENOMEM;
	if (rc == 0 && target != NULL)
		rc = drop_name(new_parent, target);
	if (rc == 0) { // no failure from here on
		name = dentry_move(child, new_parent, name, to->last_length);
		old_parent->inode->link_count -= S_ISDIR(child->inode->mode);
		new_parent->inode->link_count += S_ISDIR(child->inode->mode);
		child->inode->change_ns = time_realtime_ns();
		inode_touch(old_parent->inode);
		inode_touch(new_parent->inode);
	}
	kfree(name);
	if (rc == 0 || (rc == 1 && trade && child != target))
		notice_move(from, to, child->inode, trade ? NULL : target);
	if (rc == 1 && trade && child != target)
		notice_move(to, from, target->inode, NULL);
	dentry_put(child);
	dentry_put(target);
	return rc == 1 ? 0 : rc;
}

static int rename_names(int old_directory, const char *old_name, int new_directory, const char *new_name, unsigned flags)
{
	struct walk *walks = kmalloc(2 * sizeof(*walks), ALLOC_SLEEP), *from = walks, *to = walks + 1;

	if (walks == NULL)
		return -ENOMEM;
	int rc = walk_parent(from, old_directory, old_name), rc2 = walk_parent(to, new_directory, new_name);
	if (rc == 0)
		rc = rc2;
	if (rc == 0 && from->path.mount != to->path.mount)
		rc = -EXDEV;
	if (rc == 0 && (from->last_length == 0 || to->last_length == 0))
		rc = -EBUSY;
	if (rc == 0) {
		mutex_lock(&rename_mutex);
		lock_parents(from->path.dentry, to->path.dentry);
		rc = rename_locked(from, to, flags);
		unlock_parents(from->path.dentry, to->path.dentry);
		mutex_unlock(&rename_mutex);
	}
	walk_end(from);
	walk_end(to);
	kfree(walks);
	return rc;
}

long sys_renameat2(int old_directory, user_addr old_name, int new_directory, user_addr new_name, unsigned flags)
{
	if (flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	return with_names(old_directory, old_name, new_directory, new_name, flags, RENAME_NOREPLACE | RENAME_EXCHANGE, rename_names);
}

long sys_renameat(int old_directory, user_addr old_name, int new_directory, user_addr new_name)
{
	return sys_renameat2(old_directory, old_name, new_directory, new_name, 0);
}

long sys_rename(user_addr old_name, user_addr new_name)
{
	return sys_renameat2(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

static int link_here(struct walk *walk, struct path *old)
{
	struct inode *directory = walk->path.dentry->inode, *inode = old->dentry->inode;
	int rc = walk->path.mount != old->mount ? -EXDEV : S_ISDIR(inode->mode) ? -EPERM : 0;

	mutex_lock(&directory->lock);
	struct dentry *child = dentry_find(walk->path.dentry, walk->last, walk->last_length);
	if (child != NULL)
		rc = -EEXIST;
	if (rc == 0 && (walk->path.dentry->deleted || walk->directory))
		rc = -ENOENT;
	if (rc == 0)
		rc = walk->path.mount->read_only ? -EROFS : inode_permission(directory, W_OK | X_OK);
	if (rc == 0 && !directory->operations->may_remove)
		rc = -EPERM;
	if (rc == 0) {
		mutex_lock(&inode->lock);
		rc = inode->link_count == 0 ? -ENOENT : 0;
		inode->link_count += rc == 0;
		inode->change_ns = time_realtime_ns();
		mutex_unlock(&inode->lock);
	}
	if (rc == 0) {
		inode_get(inode);
		child = dentry_create(walk->last, walk->last_length, inode);
		rc = child == NULL ? -ENOMEM : 0;
	}
	if (rc == 0) {
		dentry_attach(walk->path.dentry, child, true);
		inode_touch(directory);
		file_noticed(inode, NULL, IN_ATTRIB); // a link more
		name_noticed(directory, walk->last, IN_CREATE, 0);
	}
	mutex_unlock(&directory->lock);
	dentry_put(child);
	return rc;
}

static int link_names(int old_directory, const char *old_name, int new_directory, const char *new_name, unsigned flags)
{
	struct walk walk;
	struct path old;
	unsigned how = ((flags & AT_SYMLINK_FOLLOW) != 0 ? WALK_FOLLOW : 0) | ((flags & AT_EMPTY_PATH) != 0 ? WALK_EMPTY : 0);
	bool refused = (flags & AT_EMPTY_PATH) != 0 && current->cred->euid != 0; // a descriptor that was passed on shall not become a name
	int rc = refused ? -ENOENT : path_walk(old_directory, old_name, how, &old);

	if (rc != 0)
		return rc;
	rc = walk_parent(&walk, new_directory, new_name);
	if (rc == 0)
		rc = walk.last_length == 0 ? -EEXIST : link_here(&walk, &old);
	walk_end(&walk);
	path_put(&old);
	return rc;
}

long sys_linkat(int old_directory, user_addr old_name, int new_directory, user_addr new_name, int flags)
{
	return with_names(old_directory, old_name, new_directory, new_name, flags, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH, link_names);
}

long sys_link(user_addr old_name, user_addr new_name)
{
	return sys_linkat(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}
