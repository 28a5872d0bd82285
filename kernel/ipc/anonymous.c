// anonymous.c: open files that have no name in any directory (eventfd, timerfd, epoll).
#include "kernel/ipc/poll.h"
#include "kernel/sched/thread.h"

// Who finds it under /proc cannot open it again.
static int refuse(struct file *file)
{
	return -ENXIO;
}

long anonymous_install(const struct file_operations *operations, void *private, int flags)
{
	static const struct file_operations closed = {.open = refuse};
	struct inode *inode = inode_create(NULL, 0600);
	if (inode != NULL)
		inode->file_operations = &closed;
	struct file *file = inode != NULL ? file_create(inode, operations, FILE_READ | FILE_WRITE, O_RDWR | (flags & O_NONBLOCK)) : NULL;

	if (file == NULL) {
		struct file nobody = {.private = private};
		operations->release(&nobody);
		return -ENOMEM;
	}
	file->private = private;
	return files_install(current->files, file, 0, (flags & O_CLOEXEC) != 0);
}
