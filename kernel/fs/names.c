// names.c: the system calls that change names: make, remove, rename, link, mount; and where a process stands.
//
// Order: rename_mutex (only renames between directories need it), the parents (ancestor first), the child. A directory that is
// removed is locked too, so that nothing is made in it meanwhile; dentry->deleted stops who comes later.
#include "kernel/fs/fs.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/time.h"

#define RENAME_NOREPLACE 1u
#define MS_RDONLY 1u
#define MS_SILENT 0x8000u

static struct mutex rename_mutex = MUTEX_INIT(rename_mutex);

typedef int (*name_action)(int directory, const char *name, uint64_t argument, const char *second);

// Copies the name in, does the action, frees it.
static long with_name(int directory, user_addr name, name_action action, uint64_t argument, user_addr second)
{
	char *text = NULL, *text2 = NULL;
	long rc = name_from_user(name, &text);

	if (rc == 0 && second != 0)
		rc = name_from_user(second, &text2);
	if (rc == 0)
		rc = action(directory, text, argument, text2);
	kfree(text);
	kfree(text2);
	return rc;
}

static uint32_t file_mask(void)
{
	return current->fs != NULL ? READ_ONCE(current->fs->umask) : 0;
}

static int make_directory(int directory, const char *name, uint64_t mode, const char *second)
{
	return name_make(directory, name, S_IFDIR | ((uint32_t)mode & 01777 & ~file_mask()), 0, NULL);
}

long sys_mkdirat(int directory, user_addr name, uint32_t mode)
{
	return with_name(directory, name, make_directory, mode, 0);
}

long sys_mkdir(user_addr name, uint32_t mode)
{
	return sys_mkdirat(AT_FDCWD, name, mode);
}

static int make_node(int directory, const char *name, uint64_t packed, const char *second)
{
	uint32_t mode = (uint32_t)packed, type = mode & S_IFMT;

	if (type != 0 && type != S_IFREG && type != S_IFIFO && type != S_IFCHR)
		return type == S_IFDIR ? -EPERM : -EINVAL;
	if (type == S_IFCHR && current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	mode = (type != 0 ? type : S_IFREG) | (mode & 07777 & ~file_mask());
	return name_make(directory, name, mode, type == S_IFCHR ? packed >> 32 : 0, NULL);
}

long sys_mknodat(int directory, user_addr name, uint32_t mode, unsigned device)
{
	return with_name(directory, name, make_node, (uint64_t)device << 32 | mode, 0);
}

long sys_mknod(user_addr name, uint32_t mode, unsigned device)
{
	return sys_mknodat(AT_FDCWD, name, mode, device);
}

static int make_symlink(int directory, const char *name, uint64_t unused, const char *target)
{
	return *target == 0 ? -ENOENT : name_make(directory, name, S_IFLNK | 0777, 0, target);
}

long sys_symlinkat(user_addr target, int directory, user_addr name)
{
	return target == 0 ? -EFAULT : with_name(directory, name, make_symlink, 0, target);
}

long sys_symlink(user_addr target, user_addr name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

// ---- removing ----

// May the current thread take `child` out of its directory (locked)? The sticky bit asks for the owner of either.
static int may_remove(const struct path *parent, const struct dentry *child)
{
	struct inode *directory = parent->dentry->inode;
	int rc = parent->mount->read_only ? -EROFS : inode_permission(directory, W_OK | X_OK);

	if (rc == 0 && (!directory->operations->may_remove || !child->inode->operations->may_remove))
		rc = -EPERM;
	if (rc == 0 && (directory->mode & S_ISVTX) != 0 && !inode_owner(directory) && !inode_owner(child->inode))
		rc = -EPERM;
	return rc == 0 && READ_ONCE(child->mounts) != 0 ? -EBUSY : rc;
}

// Takes a name away that may_remove() allowed: one link less, and a directory's two at once if it is empty.
static int drop_name(struct dentry *parent, struct dentry *child)
{
	struct inode *inode = child->inode;
	int rc = 0;

	mutex_lock(&inode->lock);
	if (S_ISDIR(inode->mode) && dentry_has_children(child)) {
		rc = -ENOTEMPTY;
	} else {
		parent->inode->link_count -= S_ISDIR(inode->mode);
		inode->link_count -= S_ISDIR(inode->mode) ? 2 : 1;
		inode->change_ns = time_realtime_ns();
		dentry_detach(child);
		inode_touch(parent->inode);
	}
	mutex_unlock(&inode->lock);
	return rc;
}

static int remove_last(struct walk *walk, bool is_directory)
{
	struct inode *directory = walk->path.dentry->inode;
	struct path child = {NULL, NULL};

	mutex_lock(&directory->lock);
	child.dentry = dentry_find(walk->path.dentry, walk->last, walk->last_length);
	int rc = child.dentry != NULL ? may_remove(&walk->path, child.dentry)
		 : directory->operations->lookup != NULL ? -EPERM : -ENOENT; // names of procfs are not ours to remove
	if (rc == 0 && S_ISDIR(child.dentry->inode->mode) != is_directory)
		rc = is_directory ? -ENOTDIR : -EISDIR;
	if (rc == 0 && walk->directory && !is_directory)
		rc = -ENOTDIR;
	if (rc == 0)
		rc = drop_name(walk->path.dentry, child.dentry);
	mutex_unlock(&directory->lock);
	dentry_put(child.dentry);
	return rc;
}

static int remove_action(int directory, const char *name, uint64_t is_directory, const char *second)
{
	struct walk walk;
	int rc = walk_parent(&walk, directory, name);

	if (rc == 0 && walk.last_length == 0)
		rc = !is_directory ? -EISDIR : strcmp(walk.last, ".") == 0 ? -EINVAL : walk.last[0] == '.' ? -ENOTEMPTY : -EBUSY;
	else if (rc == 0)
		rc = remove_last(&walk, is_directory);
	walk_end(&walk);
	return rc;
}

long sys_unlinkat(int directory, user_addr name, int flags)
{
	if ((flags & ~AT_REMOVEDIR) != 0)
		return -EINVAL;
	return with_name(directory, name, remove_action, (flags & AT_REMOVEDIR) != 0, 0);
}

long sys_unlink(user_addr name)
{
	return sys_unlinkat(AT_FDCWD, name, 0);
}

long sys_rmdir(user_addr name)
{
	return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

// ---- rename ----

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

// Every rule of rename(2) that the names and inodes decide; both parents are locked. 1: the two are one file, nothing to do.
static int may_rename(struct walk *from, struct walk *to, struct dentry *child, struct dentry *target, unsigned flags)
{
	bool is_directory = S_ISDIR(child->inode->mode);
	int rc = may_remove(&from->path, child);

	if (rc == 0 && (from->directory || to->directory) && !is_directory)
		rc = -ENOTDIR;
	if (rc == 0 && to->path.dentry->deleted)
		rc = -ENOENT;
	if (rc == 0)
		rc = inode_permission(to->path.dentry->inode, W_OK | X_OK);
	if (rc == 0 && is_directory && (child == to->path.dentry || dentry_is_below(to->path.dentry, child)))
		rc = -EINVAL; // a directory into itself
	if (rc == 0 && is_directory && from->path.dentry != to->path.dentry)
		rc = inode_permission(child->inode, W_OK); // its ".." changes
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

static int rename_locked(struct walk *from, struct walk *to, unsigned flags)
{
	struct dentry *old_parent = from->path.dentry, *new_parent = to->path.dentry;
	struct dentry *child = dentry_find(old_parent, from->last, from->last_length);
	struct dentry *target = dentry_find(new_parent, to->last, to->last_length);
	int rc = child == NULL ? -ENOENT : may_rename(from, to, child, target, flags);
	char *name = rc == 0 ? name_copy(to->last, to->last_length) : NULL;

	if (rc == 0 && name == NULL)
		rc = -ENOMEM;
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
	char *from = NULL, *to = NULL;
	long rc = (flags & ~RENAME_NOREPLACE) != 0 ? -EINVAL : name_from_user(old_name, &from);

	if (rc == 0)
		rc = name_from_user(new_name, &to);
	if (rc == 0)
		rc = rename_names(old_directory, from, new_directory, to, flags);
	kfree(from);
	kfree(to);
	return rc;
}

long sys_renameat(int old_directory, user_addr old_name, int new_directory, user_addr new_name)
{
	return sys_renameat2(old_directory, old_name, new_directory, new_name, 0);
}

long sys_rename(user_addr old_name, user_addr new_name)
{
	return sys_renameat2(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

// ---- hard links ----

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
	}
	mutex_unlock(&directory->lock);
	dentry_put(child);
	return rc;
}

static int link_names(int old_directory, const char *old_name, int new_directory, const char *new_name, int flags)
{
	struct walk walk;
	struct path old;
	int rc = path_walk(old_directory, old_name, (flags & AT_SYMLINK_FOLLOW) != 0 ? WALK_FOLLOW : 0, &old);

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
	char *from = NULL, *to = NULL;
	long rc = (flags & ~AT_SYMLINK_FOLLOW) != 0 ? -EINVAL : name_from_user(old_name, &from);

	if (rc == 0)
		rc = name_from_user(new_name, &to);
	if (rc == 0)
		rc = link_names(old_directory, from, new_directory, to, flags);
	kfree(from);
	kfree(to);
	return rc;
}

long sys_link(user_addr old_name, user_addr new_name)
{
	return sys_linkat(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

// ---- where a process stands ----

static void stand(struct path *place, const struct path *path)
{
	struct fs_context *context = current->fs;

	path_get(path);
	spin_lock(&context->lock);
	struct path old = *place;
	*place = *path;
	spin_unlock(&context->lock);
	path_put(&old);
}

static int change_directory(int directory, const char *name, uint64_t is_root, const char *second)
{
	struct path path;
	int rc = path_walk(directory, name, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	rc = !S_ISDIR(path.dentry->inode->mode) ? -ENOTDIR : inode_permission(path.dentry->inode, X_OK);
	if (rc == 0 && is_root && current->cred != NULL && current->cred->fsuid != 0)
		rc = -EPERM;
	if (rc == 0)
		stand(is_root ? &current->fs->root : &current->fs->cwd, &path);
	path_put(&path);
	return rc;
}

long sys_chdir(user_addr name)
{
	return with_name(AT_FDCWD, name, change_directory, 0, 0);
}

long sys_chroot(user_addr name)
{
	return with_name(AT_FDCWD, name, change_directory, 1, 0);
}

long sys_fchdir(int fd)
{
	struct file *file = file_from_fd_any(fd);

	if (file == NULL)
		return -EBADF;
	long rc = !S_ISDIR(file->inode->mode) ? -ENOTDIR : inode_permission(file->inode, X_OK);
	if (rc == 0)
		stand(&current->fs->cwd, &file->path);
	file_put(file);
	return rc;
}

long sys_getcwd(user_addr buffer, size_t size)
{
	struct fs_context *context = current->fs;
	char *text = kmalloc(PATH_MAX, ALLOC_SLEEP);
	bool deleted = false;
	long rc = -ENOMEM;

	if (text == NULL)
		return rc;
	spin_lock(&context->lock);
	struct path root = context->root, cwd = context->cwd;
	path_get(&root);
	path_get(&cwd);
	spin_unlock(&context->lock);
	const char *name = path_name(&cwd, &root, text, PATH_MAX, &deleted);
	if (name == NULL)
		rc = -ENAMETOOLONG;
	else if (deleted)
		rc = -ENOENT;
	else if (strlen(name) + 1 > size)
		rc = -ERANGE;
	else if ((rc = copy_to_user(buffer, name, strlen(name) + 1)) == 0)
		rc = (long)strlen(name) + 1;
	path_put(&root);
	path_put(&cwd);
	kfree(text);
	return rc;
}

long sys_umask(uint32_t mask)
{
	return atomic_exchange(&current->fs->umask, mask & 0777);
}

// ---- mounts ----

static struct filesystem *filesystem_named(const char *name)
{
	struct filesystem *type = filesystem_first();

	while (type != NULL && strcmp(type->name, name) != 0)
		type = type->next;
	return type;
}

static int mount_here(struct filesystem *type, const char *source, const char *where, bool read_only)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, where, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	if (!S_ISDIR(path.dentry->inode->mode))
		rc = -ENOTDIR;
	else if (type->single != NULL && path.dentry == type->single->root)
		rc = -EBUSY; // it is there already
	else
		rc = mount_add(type, source, read_only, &path);
	path_put(&path);
	return rc;
}

static int mount_action(int directory, const char *where, uint64_t flags, const char *type_name)
{
	struct filesystem *type = filesystem_named(type_name);

	return type == NULL ? -ENODEV : mount_here(type, type_name, where, (flags & MS_RDONLY) != 0);
}

long sys_mount(user_addr source, user_addr where, user_addr type, uint64_t flags, user_addr data)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	if ((flags & ~(uint64_t)(MS_RDONLY | MS_SILENT)) != 0 || type == 0)
		return -EINVAL;
	return with_name(AT_FDCWD, where, mount_action, flags, type);
}

static int unmount_action(int directory, const char *name, uint64_t flags, const char *second)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, name, WALK_FOLLOW, &path);

	return rc != 0 ? rc : mount_remove(&path);
}

long sys_umount2(user_addr name, int flags)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	return flags != 0 ? -EINVAL : with_name(AT_FDCWD, name, unmount_action, 0, 0);
}
