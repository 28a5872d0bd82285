// flock.c: flock(2).
#include "kernel/fs/locks.h"
#include "kernel/syscall/prototypes.h"

long sys_flock(int fd, unsigned operation)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	long rc = locks_flock(file, operation);
	file_put(file);
	return rc;
}
