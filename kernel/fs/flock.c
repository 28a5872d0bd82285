// flock.c: calls on descriptors that the smallest machine does without: flock(2), the ioctls of every file.
#include "kernel/fs/calls.h"
#include "kernel/fs/locks.h"
#include "kernel/syscall/prototypes.h"

long sys_flock(int fd, unsigned operation)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	unsigned kind = operation & ~(unsigned)LOCK_NB;
	long rc = -EINVAL;
	if (kind == LOCK_SH || kind == LOCK_EX || kind == LOCK_UN)
		rc = locks_take_whole(file, kind == LOCK_SH ? F_RDLCK : kind == LOCK_EX ? F_WRLCK : F_UNLCK, (operation & LOCK_NB) == 0);
	file_put(file);
	return rc;
}

#define FIONBIO 0x5421u
#define FIOCLEX 0x5451u
#define FIONCLEX 0x5450u

long ioctl_common(int fd, struct file *file, unsigned command, uint64_t argument)
{
	int32_t on = 0;

	if (command == FIOCLEX || command == FIONCLEX)
		return sys_fcntl(fd, F_SETFD, command == FIOCLEX ? FD_CLOEXEC : 0);
	if (command != FIONBIO)
		return -ENOTTY;
	long rc = copy_from_user(&on, argument, sizeof(on));
	return rc != 0 ? rc : sys_fcntl(fd, F_SETFL, (file->flags & ~(uint32_t)O_NONBLOCK) | (on != 0 ? O_NONBLOCK : 0));
}
