// stat.c: the system calls that ask what an inode says about itself, and what one may do with it.
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

#define AT_NO_EFFECT 0x6800 // AT_NO_AUTOMOUNT, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC

static struct abi_timespec timespec_of(int64_t ns)
{
	return (struct abi_timespec){ns / NS_PER_SECOND, ns % NS_PER_SECOND};
}

static long stat_inode(struct inode *inode, user_addr to)
{
	struct abi_stat stat;

	memset(&stat, 0, sizeof(stat));
	stat.st_dev = inode->superblock != NULL ? inode->superblock->device : 0;
	stat.st_ino = inode->number;
	stat.st_nlink = READ_ONCE(inode->link_count);
	stat.st_mode = READ_ONCE(inode->mode);
	stat.st_uid = READ_ONCE(inode->uid);
	stat.st_gid = READ_ONCE(inode->gid);
	stat.st_rdev = inode->rdev;
	stat.st_size = (int64_t)READ_ONCE(inode->size);
	stat.st_blksize = (int64_t)PAGE_SIZE;
	stat.st_blocks = (int64_t)(READ_ONCE(inode->mapping.page_count) * (PAGE_SIZE / 512));
	stat.st_atim = timespec_of(READ_ONCE(inode->access_ns));
	stat.st_mtim = timespec_of(READ_ONCE(inode->modify_ns));
	stat.st_ctim = timespec_of(READ_ONCE(inode->change_ns));
	return copy_to_user(to, &stat, sizeof(stat));
}

void inode_at_end(struct inode *inode, struct path *path)
{
	inode_put(inode);
	path_put(path);
}

int inode_at(int directory, user_addr name, int flags, struct inode **inode, struct path *path)
{
	char *text = NULL;
	int rc = name != 0 ? name_from_user(name, &text) : directory == AT_FDCWD ? -EFAULT : 0;

	if (rc != 0)
		return rc;
	*path = (struct path){NULL, NULL};
	if (text == NULL || (*text == 0 && (flags & AT_EMPTY_PATH) != 0 && directory != AT_FDCWD)) {
		struct file *file = file_from_fd_any(directory);
		rc = file == NULL ? -EBADF : 0;
		if (rc == 0) {
			*inode = file->inode;
			*path = file->path;
			inode_get(*inode);
			if (path->dentry != NULL)
				path_get(path);
		}
		file_put(file);
	} else {
		rc = path_walk(directory, text,
			       ((flags & AT_SYMLINK_NOFOLLOW) == 0 ? WALK_FOLLOW : 0) | ((flags & AT_EMPTY_PATH) != 0 ? WALK_EMPTY : 0),
			       path);
		if (rc == 0)
			inode_get(*inode = path->dentry->inode);
	}
	kfree(text);
	return rc;
}

long sys_newfstatat(int directory, user_addr name, user_addr to, int flags)
{
	struct inode *inode;
	struct path path;

	if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_EFFECT)) != 0)
		return -EINVAL;
	if (name == 0 && (flags & AT_EMPTY_PATH) == 0)
		return -EFAULT;
	long rc = inode_at(directory, name, flags, &inode, &path);
	if (rc == 0) {
		rc = stat_inode(inode, to);
		inode_at_end(inode, &path);
	}
	return rc;
}

long sys_stat(user_addr name, user_addr to)
{
	return sys_newfstatat(AT_FDCWD, name, to, 0);
}

long sys_lstat(user_addr name, user_addr to)
{
	return sys_newfstatat(AT_FDCWD, name, to, AT_SYMLINK_NOFOLLOW);
}

long sys_fstat(int fd, user_addr to)
{
	return sys_newfstatat(fd, 0, to, AT_EMPTY_PATH);
}

// By the real ids, unless AT_EACCESS.
long sys_faccessat2(int directory, user_addr name, int mode, int flags)
{
	const struct cred *saved = current->cred;
	struct cred real;
	struct inode *inode;
	struct path path;

	if ((mode & ~7) != 0 || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0)
		return -EINVAL;
	if (name == 0)
		return -EFAULT;
	if (saved != NULL && (flags & AT_EACCESS) == 0 && (saved->uid != saved->fsuid || saved->gid != saved->fsgid)) {
		real = *saved;
		real.fsuid = real.uid;
		real.fsgid = real.gid;
		current->cred = &real; // only this thread reads it, and only until the walk is over
	}
	long rc = inode_at(directory, name, flags, &inode, &path);
	if (rc == 0) {
		rc = inode_permission(inode, (unsigned)mode);
		if (rc == 0 && (mode & W_OK) != 0 && path_read_only(&path) && !S_ISCHR(inode->mode) && !S_ISFIFO(inode->mode))
			rc = -EROFS;
		inode_at_end(inode, &path);
	}
	current->cred = saved;
	return rc;
}

long sys_faccessat(int directory, user_addr name, int mode)
{
	return sys_faccessat2(directory, name, mode, 0);
}

long sys_access(user_addr name, int mode)
{
	return sys_faccessat2(AT_FDCWD, name, mode, 0);
}
