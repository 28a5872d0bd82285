// storage.c: how long a file is, and when its bytes are safe.
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/uapi/process.h"

// Nothing lies below the page cache of these file systems: what was written is where it will ever be.
long sys_fsync(int fd)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	long rc = file_is_stream(file) || file->device != NULL ? -EINVAL : 0;
	file_put(file);
	return rc;
}

long sys_fdatasync(int fd)
{
	return sys_fsync(fd);
}

static long truncate_inode(struct inode *inode, struct dentry *dentry, int64_t size)
{
	if (!S_ISREG(inode->mode))
		return S_ISDIR(inode->mode) ? -EISDIR : -EINVAL;
	if (task_operations != NULL && (uint64_t)size > task_operations->limit(RLIMIT_FSIZE))
		return -EFBIG;
	int rc = inode_truncate(inode, (uint64_t)size);
	if (rc == 0)
		file_noticed(inode, dentry, IN_MODIFY);
	return rc;
}

long sys_ftruncate(int fd, int64_t size)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	bool writable = (file->mode & FILE_WRITE) != 0 && S_ISREG(file->inode->mode);
	long rc = size < 0 || !writable ? -EINVAL : truncate_inode(file->inode, file->path.dentry, size);
	file_put(file);
	return rc;
}

long sys_truncate(user_addr name, int64_t size)
{
	struct path path;
	char *text;
	long rc = size < 0 ? -EINVAL : name_from_user(name, &text);

	if (rc != 0)
		return rc;
	rc = path_walk(AT_FDCWD, text, WALK_FOLLOW, &path);
	kfree(text);
	if (rc != 0)
		return rc;
	rc = path.mount->read_only ? -EROFS : inode_permission(path.dentry->inode, W_OK);
	if (rc == 0 && mapping_runs != NULL && mapping_runs(&path.dentry->inode->mapping))
		rc = -ETXTBSY;
	if (rc == 0 || S_ISDIR(path.dentry->inode->mode))
		rc = truncate_inode(path.dentry->inode, path.dentry, size);
	path_put(&path);
	return rc;
}
