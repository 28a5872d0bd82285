// xattr.c: extended attributes, as tmpfs of Linux 6.1 has them: "trusted." and "security." names live in memory with the inode;
// "user." (and ACLs, "system.") are refused with EOPNOTSUPP.
//
// inode->lock guards inode->xattrs, newest first. Values are copied between user memory and a buffer outside the lock. Only the
// superuser can add to them, so their memory needs no other limit than the ABI's.
#include "kernel/fs/calls.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"

#define XATTR_CREATE 1
#define XATTR_REPLACE 2

struct xattr {
	struct xattr *next;
	size_t size;
	char *value; // behind the name
	char name[];
};

static bool superuser(void)
{
	return current->cred == NULL || current->cred->fsuid == 0;
}

void xattr_forget(struct inode *inode)
{
	while (inode->xattrs != NULL) {
		struct xattr *first = inode->xattrs;
		inode->xattrs = first->next;
		kfree(first);
	}
}

static int name_from(user_addr from, char name[XATTR_NAME_MAX + 1])
{
	long length = strncpy_from_user(name, from, XATTR_NAME_MAX + 1);

	return length == -EFAULT ? -EFAULT : length <= 0 ? -ERANGE : 0;
}

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

// Who may: the order of questions is Linux's (xattr_permission, then the handler).
static int check(const struct inode *inode, const char *name, bool writes)
{
	bool trusted = begins(name, "trusted."), security = begins(name, "security.");
	int rc = 0;

	if (trusted && !superuser())
		return writes ? -EPERM : -ENODATA;
	if (begins(name, "user.") && !S_ISREG(inode->mode) && !S_ISDIR(inode->mode))
		return writes ? -EPERM : -ENODATA;
	if (begins(name, "user.") && S_ISDIR(inode->mode) && (inode->mode & S_ISVTX) != 0 && writes && !inode_owner(inode))
		return -EPERM;
	if (!trusted && !security && !begins(name, "system."))
		rc = inode_permission(inode, writes ? W_OK : R_OK);
	if (rc == 0 && security && writes && !superuser())
		rc = -EPERM;
	if (rc != 0)
		return rc;
	if (inode->superblock == NULL || inode->operations == NULL || inode->operations->truncate == NULL || (!trusted && !security))
		return -EOPNOTSUPP;
	return strchr(name, '.')[1] == 0 ? -EINVAL : 0;
}

static struct xattr **find(struct inode *inode, const char *name)
{
	struct xattr **at = &inode->xattrs;

	while (*at != NULL && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

// `new` NULL: the name goes.
static int replace(struct inode *inode, const char *name, struct xattr *new, int flags)
{
	mutex_lock(&inode->lock);
	struct xattr **at = find(inode, name), *old = *at;
	int rc = old != NULL && (flags & XATTR_CREATE) != 0 ? -EEXIST : old == NULL && (flags & XATTR_REPLACE) != 0 ? -ENODATA : 0;
	if (rc == 0 && old != NULL)
		*at = old->next;
	if (rc == 0 && new != NULL) {
		new->next = inode->xattrs;
		inode->xattrs = new;
	}
	if (rc == 0)
		inode->change_ns = time_realtime_ns();
	mutex_unlock(&inode->lock);
	kfree(rc == 0 ? old : new);
	return rc;
}

// A file by descriptor (name 0) or by name; the inode gets a reference.
static int place(int fd, user_addr name, int flags, struct inode **inode, struct path *path)
{
	struct file *file = name == 0 && fd != AT_FDCWD ? file_from_fd(fd) : NULL; // not through O_PATH

	if (name == 0 && fd != AT_FDCWD && file == NULL)
		return -EBADF;
	file_put(file);
	return inode_at(fd, name, flags, inode, path);
}

static long set(int fd, user_addr place_name, int follow, user_addr user_name, user_addr value, size_t size, int flags)
{
	struct inode *inode;
	struct path path;
	char name[XATTR_NAME_MAX + 1];
	struct xattr *new = NULL;
	long rc = place(fd, place_name, follow, &inode, &path);

	if (rc != 0)
		return rc;
	if (path_read_only(&path))
		rc = -EROFS;
	else if ((flags & ~(XATTR_CREATE | XATTR_REPLACE)) != 0)
		rc = -EINVAL;
	if (rc == 0)
		rc = name_from(user_name, name);
	if (rc == 0 && size > XATTR_SIZE_MAX)
		rc = -E2BIG;
	if (rc == 0) {
		size_t length = strlen(name) + 1;
		new = kmalloc(sizeof(*new) + length + size, ALLOC_SLEEP);
		rc = new == NULL ? -ENOMEM : 0;
		if (rc == 0) {
			*new = (struct xattr){.size = size, .value = new->name + length};
			memcpy(new->name, name, length);
			rc = size != 0 ? copy_from_user(new->value, value, size) : 0;
		}
	}
	if (rc == 0)
		rc = check(inode, name, true);
	if (rc == 0)
		rc = replace(inode, name, new, flags); // takes `new`, whatever happens
	else
		kfree(new);
	if (rc == 0)
		file_noticed(inode, path.dentry, IN_ATTRIB);
	inode_at_end(inode, &path);
	return rc;
}

static long get(int fd, user_addr place_name, int follow, user_addr user_name, user_addr to, size_t size)
{
	struct inode *inode;
	struct path path;
	char name[XATTR_NAME_MAX + 1], *copy = NULL;
	long rc = place(fd, place_name, follow, &inode, &path);

	if (rc != 0)
		return rc;
	rc = name_from(user_name, name);
	if (rc == 0)
		rc = check(inode, name, false);
	if (rc == 0 && size != 0) {
		size = size > XATTR_SIZE_MAX ? XATTR_SIZE_MAX : size;
		copy = kmalloc(size, ALLOC_SLEEP);
		rc = copy == NULL ? -ENOMEM : 0;
	}
	if (rc == 0) {
		mutex_lock(&inode->lock);
		const struct xattr *found = *find(inode, name);
		rc = found == NULL ? -ENODATA : size != 0 && size < found->size ? -ERANGE : (long)found->size;
		if (rc > 0 && size != 0)
			memcpy(copy, found->value, found->size);
		mutex_unlock(&inode->lock);
	}
	if (rc > 0 && size != 0 && copy_to_user(to, copy, (size_t)rc) != 0)
		rc = -EFAULT;
	kfree(copy);
	inode_at_end(inode, &path);
	return rc;
}

static long list(int fd, user_addr place_name, int follow, user_addr to, size_t size)
{
	struct inode *inode;
	struct path path;
	size_t used = 0;
	long rc = place(fd, place_name, follow, &inode, &path);

	if (rc != 0)
		return rc;
	size = size > XATTR_LIST_MAX ? XATTR_LIST_MAX : size;
	char *names = size != 0 ? kmalloc(size, ALLOC_SLEEP) : NULL;
	if (size != 0 && names == NULL)
		rc = -ENOMEM;
	if (inode->superblock == NULL || inode->operations == NULL || inode->operations->truncate == NULL)
		rc = -EOPNOTSUPP;
	mutex_lock(&inode->lock);
	for (const struct xattr *at = inode->xattrs; at != NULL && rc == 0; at = at->next) {
		size_t length = strlen(at->name) + 1;
		if (begins(at->name, "trusted.") && !superuser())
			continue;
		if (size != 0 && size - used < length)
			rc = -ERANGE;
		else if (size != 0)
			memcpy(names + used, at->name, length);
		used += length;
	}
	mutex_unlock(&inode->lock);
	if (rc == 0 && size != 0 && used != 0)
		rc = copy_to_user(to, names, used);
	kfree(names);
	inode_at_end(inode, &path);
	return rc != 0 ? rc : (long)used;
}

static long remove(int fd, user_addr place_name, int follow, user_addr user_name)
{
	struct inode *inode;
	struct path path;
	char name[XATTR_NAME_MAX + 1];
	long rc = place(fd, place_name, follow, &inode, &path);

	if (rc != 0)
		return rc;
	rc = path_read_only(&path) ? -EROFS : name_from(user_name, name);
	if (rc == 0)
		rc = check(inode, name, true);
	if (rc == 0)
		rc = replace(inode, name, NULL, XATTR_REPLACE);
	if (rc == 0)
		file_noticed(inode, path.dentry, IN_ATTRIB);
	inode_at_end(inode, &path);
	return rc;
}

long sys_setxattr(user_addr path, user_addr name, user_addr value, size_t size, int flags)
{
	return path == 0 ? -EFAULT : set(AT_FDCWD, path, 0, name, value, size, flags);
}

long sys_lsetxattr(user_addr path, user_addr name, user_addr value, size_t size, int flags)
{
	return path == 0 ? -EFAULT : set(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, name, value, size, flags);
}

long sys_fsetxattr(int fd, user_addr name, user_addr value, size_t size, int flags)
{
	return fd < 0 ? -EBADF : set(fd, 0, 0, name, value, size, flags);
}

long sys_getxattr(user_addr path, user_addr name, user_addr value, size_t size)
{
	return path == 0 ? -EFAULT : get(AT_FDCWD, path, 0, name, value, size);
}

long sys_lgetxattr(user_addr path, user_addr name, user_addr value, size_t size)
{
	return path == 0 ? -EFAULT : get(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, name, value, size);
}

long sys_fgetxattr(int fd, user_addr name, user_addr value, size_t size)
{
	return fd < 0 ? -EBADF : get(fd, 0, 0, name, value, size);
}

long sys_listxattr(user_addr path, user_addr names, size_t size)
{
	return path == 0 ? -EFAULT : list(AT_FDCWD, path, 0, names, size);
}

long sys_llistxattr(user_addr path, user_addr names, size_t size)
{
	return path == 0 ? -EFAULT : list(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, names, size);
}

long sys_flistxattr(int fd, user_addr names, size_t size)
{
	return fd < 0 ? -EBADF : list(fd, 0, 0, names, size);
}

long sys_removexattr(user_addr path, user_addr name)
{
	return path == 0 ? -EFAULT : remove(AT_FDCWD, path, 0, name);
}

long sys_lremovexattr(user_addr path, user_addr name)
{
	return path == 0 ? -EFAULT : remove(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, name);
}

long sys_fremovexattr(int fd, user_addr name)
{
	return fd < 0 ? -EBADF : remove(fd, 0, 0, name);
}
