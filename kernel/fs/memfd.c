// memfd.c: memfd_create(2): a file in memory that has no name; close_range(2).
#include "kernel/fs/calls.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"

#define MFD_CLOEXEC 1u
#define MFD_NAME_MAX 249
#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u

long sys_memfd_create(user_addr user_name, unsigned flags)
{
	char name[MFD_NAME_MAX + 1];
	struct path root = path_root();
	struct inode *inode;
	long length = strncpy_from_user(name, user_name, sizeof(name));

	if ((flags & ~MFD_CLOEXEC) != 0 || length < 0)
		return length == -EFAULT ? -EFAULT : -EINVAL;
	int rc = tmpfs_make(root.dentry->inode, S_IFREG | 0777, 0, NULL, &inode);
	if (rc != 0)
		return rc;
	inode->link_count = 0;
	struct file *file = file_create(inode, inode->file_operations, FILE_READ | FILE_WRITE, O_RDWR | O_LARGEFILE);
	return file == NULL ? -ENOMEM : files_install(current->files, file, 0, flags != 0);
}

long sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0 || first > last)
		return -EINVAL;
	if ((flags & CLOSE_RANGE_UNSHARE) != 0 && READ_ONCE(current->files->references.value) > 1) {
		struct files *own = files_clone(current->files);
		if (own == NULL)
			return -ENOMEM;
		struct files *old = current->files;
		current->files = own;
		files_put(old);
	}
	for (unsigned fd = first; fd <= last && fd < DESCRIPTORS_MAX; fd++)
		if ((flags & CLOSE_RANGE_CLOEXEC) != 0)
			sys_fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		else
			sys_close((int)fd);
	return 0;
}
