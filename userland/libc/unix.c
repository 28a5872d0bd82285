// unix.c: system calls that need no more than their arguments passed on, one line each, in the order of unistd.h.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "userland/libc/system.h"

WRAP(ssize_t, read, (int fd, void *to, size_t size), read, fd, to, size)
WRAP(ssize_t, write, (int fd, const void *from, size_t size), write, fd, from, size)
WRAP(ssize_t, pread, (int fd, void *to, size_t size, off_t at), pread64, fd, to, size, at)
WRAP(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), pwrite64, fd, from, size, at)
WRAP(ssize_t, readv, (int fd, const struct iovec *parts, int count), readv, fd, parts, count)
WRAP(ssize_t, writev, (int fd, const struct iovec *parts, int count), writev, fd, parts, count)
WRAP(off_t, lseek, (int fd, off_t offset, int whence), lseek, fd, offset, whence)
WRAP(int, close, (int fd), close, fd)
WRAP(int, dup, (int fd), dup, fd)
WRAP(int, dup2, (int from, int to), dup2, from, to)
WRAP(int, dup3, (int from, int to, int flags), dup3, from, to, flags)
WRAP(int, pipe, (int ends[2]), pipe, ends)
WRAP(int, pipe2, (int ends[2], int flags), pipe2, ends, flags)
WRAP(int, access, (const char *path, int mode), access, path, mode)
WRAP(int, chdir, (const char *path), chdir, path)
WRAP(int, fchdir, (int fd), fchdir, fd)
WRAP(int, chroot, (const char *path), chroot, path)
WRAP(int, link, (const char *from, const char *to), link, from, to)
WRAP(int, symlink, (const char *target, const char *path), symlink, target, path)
WRAP(ssize_t, readlink, (const char *restrict path, char *restrict to, size_t size), readlink, path, to, size)
WRAP(int, unlink, (const char *path), unlink, path)
WRAP(int, rmdir, (const char *path), rmdir, path)
WRAP(int, rename, (const char *from, const char *to), rename, from, to)
WRAP(int, truncate, (const char *path, off_t size), truncate, path, size)
WRAP(int, ftruncate, (int fd, off_t size), ftruncate, fd, size)
WRAP(int, fsync, (int fd), fsync, fd)
WRAP(int, fdatasync, (int fd), fdatasync, fd)
WRAP(pid_t, fork, (void), fork, 0)
WRAP(int, execve, (const char *path, char *const args[], char *const env[]), execve, path, args, env)
WRAP(pid_t, getpid, (void), getpid, 0)
WRAP(pid_t, getppid, (void), getppid, 0)
WRAP(pid_t, gettid, (void), gettid, 0)
WRAP(pid_t, getpgrp, (void), getpgid, 0)
WRAP(pid_t, getpgid, (pid_t pid), getpgid, pid)
WRAP(int, setpgid, (pid_t pid, pid_t group), setpgid, pid, group)
WRAP(pid_t, setsid, (void), setsid, 0)
WRAP(pid_t, getsid, (pid_t pid), getsid, pid)
WRAP(uid_t, getuid, (void), getuid, 0)
WRAP(uid_t, geteuid, (void), geteuid, 0)
WRAP(gid_t, getgid, (void), getgid, 0)
WRAP(gid_t, getegid, (void), getegid, 0)
WRAP(int, setuid, (uid_t user), setuid, user)
WRAP(int, setgid, (gid_t group), setgid, group)
WRAP(int, chown, (const char *path, uid_t user, gid_t group), chown, path, user, group)
WRAP(int, lchown, (const char *path, uid_t user, gid_t group), lchown, path, user, group)
WRAP(int, fchown, (int fd, uid_t user, gid_t group), fchown, fd, user, group)
WRAP(int, statfs, (const char *path, struct statfs *status), statfs, path, status)
WRAP(int, fstatfs, (int fd, struct statfs *status), fstatfs, fd, status)
WRAP(int, getgroups, (int size, gid_t *list), getgroups, size, list)
WRAP(int, setgroups, (size_t size, const gid_t *list), setgroups, size, list)
WRAP(int, linkat, (int from_directory, const char *from, int to_directory, const char *to, int flags), linkat, from_directory,
     from, to_directory, to, flags)
WRAP(int, unlinkat, (int directory, const char *path, int flags), unlinkat, directory, path, flags)
WRAP(unsigned, alarm, (unsigned seconds), alarm, seconds)
WRAP(int, pause, (void), pause, 0)
WRAP(pid_t, wait4, (pid_t pid, int *status, int options, struct rusage *used), wait4, pid, status, options, used)
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), wait4, pid, status, options, 0)
WRAP(pid_t, wait, (int *status), wait4, -1, status, 0, 0)
WRAP(int, stat, (const char *restrict path, struct stat *restrict status), stat, path, status)
WRAP(int, lstat, (const char *restrict path, struct stat *restrict status), lstat, path, status)
WRAP(int, fstat, (int fd, struct stat *status), fstat, fd, status)
WRAP(int, fstatat, (int directory, const char *restrict path, struct stat *restrict status, int flags), newfstatat,
     directory, path, status, flags)
WRAP(int, mkdir, (const char *path, mode_t mode), mkdir, path, mode)
WRAP(int, mknod, (const char *path, mode_t mode, dev_t device), mknod, path, mode, device)
WRAP(int, mkfifo, (const char *path, mode_t mode), mknod, path, mode | S_IFIFO, 0)
WRAP(int, chmod, (const char *path, mode_t mode), chmod, path, mode)
WRAP(int, fchmod, (int fd, mode_t mode), fchmod, fd, mode)
WRAP(mode_t, umask, (mode_t mask), umask, mask)
WRAP(int, utimensat, (int directory, const char *path, const struct timespec times[2], int flags), utimensat,
     directory, path, times, flags)
WRAP(int, futimens, (int fd, const struct timespec times[2]), utimensat, fd, 0, times, 0)
WRAP(int, flock, (int fd, int operation), flock, fd, operation)
WRAP(int, poll, (struct pollfd *set, nfds_t count, int timeout_ms), poll, set, count, timeout_ms)
WRAP(int, sched_yield, (void), sched_yield, 0)
WRAP(int, munmap, (void *start, size_t size), munmap, start, size)
WRAP(int, mprotect, (void *start, size_t size, int protection), mprotect, start, size, protection)
WRAP(int, madvise, (void *start, size_t size, int advice), madvise, start, size, advice)
WRAP(clock_t, times, (struct tms *used), times, used)
WRAP(int, getrlimit, (int resource, struct rlimit *limit), getrlimit, resource, limit)
WRAP(int, setrlimit, (int resource, const struct rlimit *limit), setrlimit, resource, limit)
WRAP(int, getrusage, (int who, struct rusage *usage), getrusage, who, usage)
WRAP(int, uname, (struct utsname *name), uname, name)
WRAP(int, sysinfo, (struct sysinfo *info), sysinfo, info)
WRAP(int, reboot, (int command), reboot, REBOOT_MAGIC1, REBOOT_MAGIC2, command, 0)
WRAP(int, mount, (const char *source, const char *target, const char *type, unsigned long flags, const void *data),
     mount, source, target, type, flags, data)
WRAP(int, umount2, (const char *target, int flags), umount2, target, flags)
WRAP(int, umount, (const char *target), umount2, target, 0)
WRAP(int, klogctl, (int command, char *to, int size), syslog, command, to, size)
WRAP(ssize_t, getrandom, (void *to, size_t size, unsigned flags), getrandom, to, size, flags)
WRAP(int, clock_gettime, (clockid_t clock, struct timespec *now), clock_gettime, clock, now)
WRAP(int, clock_settime, (clockid_t clock, const struct timespec *now), clock_settime, clock, now)
WRAP(int, clock_getres, (clockid_t clock, struct timespec *resolution), clock_getres, clock, resolution)
WRAP(int, nanosleep, (const struct timespec *wanted, struct timespec *rest), nanosleep, wanted, rest)
WRAP(int, gettimeofday, (struct timeval *restrict now, void *restrict zone), gettimeofday, now, zone)
WRAP(int, tcgetattr, (int fd, struct termios *attributes), ioctl, fd, TCGETS, attributes)
WRAP(int, tcsetattr, (int fd, int when, const struct termios *attributes), ioctl, fd, TCSETS + when, attributes)
WRAP(int, tcflush, (int fd, int queue), ioctl, fd, TCFLSH, queue)
WRAP(int, tcdrain, (int fd), ioctl, fd, TCSBRK, 1)
WRAP(int, tcsetpgrp, (int fd, pid_t group), ioctl, fd, TIOCSPGRP, &group)
WRAP(int, creat, (const char *path, unsigned mode), open, path, O_CREAT | O_WRONLY | O_TRUNC, mode)

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
	return (int)CALL(open, path, flags, LAST_ARGUMENT(flags));
}

int openat(int directory, const char *path, int flags, ...)
{
	return (int)CALL(openat, directory, path, flags, LAST_ARGUMENT(flags));
}

int fcntl(int fd, int command, ...)
{
	return (int)CALL(fcntl, fd, command, LAST_ARGUMENT(command));
}

int ioctl(int fd, unsigned long request, ...)
{
	return (int)CALL(ioctl, fd, request, LAST_ARGUMENT(request));
}

void *mmap(void *hint, size_t size, int protection, int flags, int fd, off_t offset)
{
	return (void *)CALL(mmap, hint, size, protection, flags, fd, offset);
}

long syscall(long number, ...)
{
	long word[6];
	va_list args;
	va_start(args, number);
	for (int i = 0; i < 6; i++)
		word[i] = va_arg(args, long);
	va_end(args);
	return system_result(system_call(number, word[0], word[1], word[2], word[3], word[4], word[5]));
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

void cfmakeraw(struct termios *attributes)
{
	attributes->c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	attributes->c_oflag &= ~OPOST;
	attributes->c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	attributes->c_cflag = (attributes->c_cflag & ~(CSIZE | PARENB)) | CS8;
	attributes->c_cc[VMIN] = 1;
	attributes->c_cc[VTIME] = 0;
}

// NULL `to`: the caller frees the result.
char *getcwd(char *to, size_t size)
{
	char path[PATH_MAX];
	long length = CALL(getcwd, to != NULL ? to : path, to != NULL ? size : sizeof(path));
	return length < 0 ? NULL : to != NULL ? to : strdup(path);
}

int gethostname(char *name, size_t size)
{
	struct utsname system;
	if (uname(&system) < 0)
		return -1;
	if (strlcpy(name, system.nodename, size) < size)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int getpagesize(void)
{
	return 4096;
}

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
		errno = EINVAL;
		return -1;
	}
}

int remove(const char *path)
{
	return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *rest)
{
	return (int)-SYSTEM(clock_nanosleep, clock, flags, wanted, rest);
}

unsigned sleep(unsigned seconds)
{
	struct timespec wanted = {seconds, 0};
	return nanosleep(&wanted, &wanted) == 0 ? 0 : (unsigned)wanted.tv_sec + (wanted.tv_nsec != 0);
}

int usleep(useconds_t microseconds)
{
	return nanosleep(&(struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000}, NULL);
}
