// unix.c: system calls that need no more than their arguments passed on, one line each, in the order of unistd.h.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "userland/libc/system.h"

POINT(ssize_t, read, (int fd, void *to, size_t size), read, fd, to, size)
POINT(ssize_t, write, (int fd, const void *from, size_t size), write, fd, from, size)
WRAP(off_t, lseek, (int fd, off_t offset, int whence), lseek, fd, offset, whence)
POINT(int, close, (int fd), close, fd)
WRAP(int, dup2, (int from, int to), dup2, from, to)
WRAP(int, pipe, (int ends[2]), pipe, ends)
WRAP(int, pipe2, (int ends[2], int flags), pipe2, ends, flags)
WRAP(int, access, (const char *path, int mode), access, path, mode)
WRAP(int, chdir, (const char *path), chdir, path)
WRAP(int, symlink, (const char *target, const char *path), symlink, target, path)
WRAP(ssize_t, readlink, (const char *restrict path, char *restrict to, size_t size), readlink, path, to, size)
WRAP(int, unlink, (const char *path), unlink, path)
WRAP(int, rmdir, (const char *path), rmdir, path)
WRAP(int, execve, (const char *path, char *const args[], char *const env[]), execve, path, args, env)
WRAP(pid_t, getpid, (void), getpid, 0)
WRAP(pid_t, getppid, (void), getppid, 0)
WRAP(pid_t, gettid, (void), gettid, 0)
WRAP(pid_t, getpgrp, (void), getpgid, 0)
WRAP(int, setpgid, (pid_t pid, pid_t group), setpgid, pid, group)
WRAP(pid_t, setsid, (void), setsid, 0)
WRAP(uid_t, getuid, (void), getuid, 0)
WRAP(int, chown, (const char *path, uid_t user, gid_t group), chown, path, user, group)
POINT(int, pause, (void), pause, 0)
POINT(pid_t, waitpid, (pid_t pid, int *status, int options), wait4, pid, status, options, 0)
WRAP(int, stat, (const char *restrict path, struct stat *restrict status), stat, path, status)
WRAP(int, lstat, (const char *restrict path, struct stat *restrict status), lstat, path, status)
WRAP(int, fstat, (int fd, struct stat *status), fstat, fd, status)
WRAP(int, fstatat, (int directory, const char *restrict path, struct stat *restrict status, int flags), newfstatat,
     directory, path, status, flags)
WRAP(int, mkdir, (const char *path, mode_t mode), mkdir, path, mode)
WRAP(int, mknod, (const char *path, mode_t mode, dev_t device), mknod, path, mode, device)
WRAP(int, chmod, (const char *path, mode_t mode), chmod, path, mode)
WRAP(int, utimensat, (int directory, const char *path, const struct timespec times[2], int flags), utimensat,
     directory, path, times, flags)
POINT(int, poll, (struct pollfd *set, nfds_t count, int timeout_ms), poll, set, count, timeout_ms)
WRAP(int, munmap, (void *start, size_t size), munmap, start, size)
WRAP(int, madvise, (void *start, size_t size, int advice), madvise, start, size, advice)
WRAP(int, uname, (struct utsname *name), uname, name)
WRAP(int, reboot, (int command), reboot, REBOOT_MAGIC1, REBOOT_MAGIC2, command, 0)
WRAP(int, mount, (const char *source, const char *target, const char *type, unsigned long flags, const void *data),
     mount, source, target, type, flags, data)
WRAP(int, umount, (const char *target), umount2, target, 0)
WRAP(int, klogctl, (int command, char *to, int size), syslog, command, to, size)
WRAP(ssize_t, getrandom, (void *to, size_t size, unsigned flags), getrandom, to, size, flags)
WRAP(int, clock_gettime, (clockid_t clock, struct timespec *now), clock_gettime, clock, now)
POINT(int, nanosleep, (const struct timespec *wanted, struct timespec *rest), nanosleep, wanted, rest)
WRAP(int, tcgetattr, (int fd, struct termios *attributes), ioctl, fd, TCGETS, attributes)
WRAP(int, tcsetattr, (int fd, int when, const struct termios *attributes), ioctl, fd, TCSETS + when, attributes)
WRAP(int, tcsetpgrp, (int fd, pid_t group), ioctl, fd, TIOCSPGRP, &group)

void sync(void)
{
	SYSTEM(sync, 0);
}

// The calls with "..." take one more word at most: reading it when it was not passed is harmless on x86-64.
#define LAST_ARGUMENT(after)                                                                                       \
	({                                                                                                         \
		va_list args;                                                                                      \
		va_start(args, after);                                                                             \
		long word = va_arg(args, long);                                                                    \
		va_end(args);                                                                                      \
		word;                                                                                              \
	})

int open(const char *path, int flags, ...)
{
	return (int)system_result(SYSTEM_POINT(open, path, flags, LAST_ARGUMENT(flags)));
}

int fcntl(int fd, int command, ...)
{
	return (int)system_result(SYSTEM_POINT(fcntl, fd, command, LAST_ARGUMENT(command)));
}

int ioctl(int fd, unsigned long request, ...)
{
	return (int)CALL(ioctl, fd, request, LAST_ARGUMENT(request));
}

void *mmap(void *hint, size_t size, int protection, int flags, int fd, off_t offset)
{
	return (void *)CALL(mmap, hint, size, protection, flags, fd, offset);
}

pid_t tcgetpgrp(int fd)
{
	int group;
	return CALL(ioctl, fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int isatty(int fd)
{
	struct termios attributes;
	return tcgetattr(fd, &attributes) == 0;
}

// NULL `to`: the caller frees the result.
char *getcwd(char *to, size_t size)
{
	char path[PATH_MAX];
	long length = CALL(getcwd, to != NULL ? to : path, to != NULL ? size : sizeof(path));
	return length < 0 ? NULL : to != NULL ? to : strdup(path);
}

long sysconf_more(int name) HOOK;
long sysconf(int name)
{
	unsigned char mask[128];
	long count = 0, size;
	switch (name) {
	case _SC_PAGESIZE: return 4096;
	case _SC_CLK_TCK: return 100;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		size = SYSTEM(sched_getaffinity, 0, sizeof(mask), mask);
		for (long i = 0; i < size; i++)
			count += __builtin_popcount(mask[i]);
		return count > 0 ? count : 1;
	default:
		if (sysconf_more != NULL)
			return sysconf_more(name);
		errno = EINVAL;
		return -1;
	}
}

time_t time(time_t *now)
{
	struct timespec value = {0, 0};
	clock_gettime(CLOCK_REALTIME, &value);
	if (now != NULL)
		*now = value.tv_sec;
	return value.tv_sec;
}

unsigned sleep(unsigned seconds)
{
	struct timespec wanted = {seconds, 0};
	return nanosleep(&wanted, &wanted) == 0 ? 0 : (unsigned)wanted.tv_sec + (wanted.tv_nsec != 0);
}

int execv(const char *path, char *const arguments[])
{
	return execve(path, arguments, environ);
}

int openat(int directory, const char *path, int flags, ...)
{
	return (int)system_result(SYSTEM_POINT(openat, directory, path, flags, LAST_ARGUMENT(flags)));
}

int usleep(useconds_t microseconds)
{
	return nanosleep(&(struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000}, NULL);
}

pid_t fork(void)
{
	if (fork_before != NULL)
		fork_before();
	long pid = CALL(fork, 0);
	if (fork_after != NULL)
		fork_after(pid);
	return (pid_t)pid;
}
