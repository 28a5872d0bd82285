// nodes.c: names of other kinds: devices, FIFOs and symbolic links.
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

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

long sys_readlinkat(int directory, user_addr name, user_addr buffer, int size)
{
	struct inode *inode;
	struct path path;

	if (size <= 0)
		return -EINVAL;
	long rc = name == 0 ? -EFAULT : inode_at(directory, name, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, &inode, &path);
	if (rc != 0)
		return rc;
	char *text = kmalloc(PATH_MAX, ALLOC_SLEEP);
	rc = text == NULL ? -ENOMEM : S_ISLNK(inode->mode) ? inode->operations->read_link(inode, text, PATH_MAX) : -EINVAL;
	if (rc > size)
		rc = size;
	if (rc > 0 && copy_to_user(buffer, text, (size_t)rc) != 0)
		rc = -EFAULT;
	kfree(text);
	inode_at_end(inode, &path);
	return rc;
}

long sys_readlink(user_addr name, user_addr buffer, int size)
{
	return sys_readlinkat(AT_FDCWD, name, buffer, size);
}

long sys_creat(user_addr name, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

long sys_fchdir(int fd)
{
	struct file *file = file_from_fd_any(fd);

	if (file == NULL)
		return -EBADF;
	long rc = !S_ISDIR(file->inode->mode) ? -ENOTDIR : inode_permission(file->inode, X_OK);
	if (rc == 0)
		context_stand(&current->fs->cwd, &file->path);
	file_put(file);
	return rc;
}

static int change_root(int directory, const char *name, uint64_t argument, const char *second)
{
	struct path path;
	int rc = path_walk(directory, name, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	rc = !S_ISDIR(path.dentry->inode->mode) ? -ENOTDIR : inode_permission(path.dentry->inode, X_OK);
	if (rc == 0 && current->cred != NULL && current->cred->fsuid != 0)
		rc = -EPERM;
	if (rc == 0)
		context_stand(&current->fs->root, &path);
	path_put(&path);
	return rc;
}

long sys_chroot(user_addr name)
{
	return with_name(AT_FDCWD, name, change_root, 0, 0);
}
