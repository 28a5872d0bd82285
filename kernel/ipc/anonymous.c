// anonymous.c: open files that have no name in any directory (eventfd, timerfd, epoll).
#include "kernel/ipc/poll.h"
#include "kernel/sched/thread.h"

long anonymous_install(const struct file_operations *operations, void *private, int flags)
{
	struct inode *inode = inode_create(NULL, 0600);
	struct file *file = inode != NULL ? file_create(inode, operations, FILE_READ | FILE_WRITE, O_RDWR | (flags & O_NONBLOCK)) : NULL;

	if (file == NULL) {
		struct file nobody = {.private = private};
		operations->release(&nobody);
		return -ENOMEM;
	}
	file->private = private;
	return files_install(current->files, file, 0, (flags & O_CLOEXEC) != 0);
}
