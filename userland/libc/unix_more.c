// unix_more.c: more of unix.c: system calls that the smallest programs do without. Owners, limits, times, signals, descriptors by name.
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "userland/libc/system.h"

WRAP(ssize_t, readv, (int fd, const struct iovec *parts, int count), readv, fd, parts, count)
WRAP(ssize_t, writev, (int fd, const struct iovec *parts, int count), writev, fd, parts, count)
WRAP(int, dup, (int fd), dup, fd)
WRAP(int, dup3, (int from, int to, int flags), dup3, from, to, flags)
WRAP(int, fchdir, (int fd), fchdir, fd)
WRAP(int, chroot, (const char *path), chroot, path)
WRAP(int, linkat, (int from_directory, const char *from, int to_directory, const char *to, int flags), linkat, from_directory,
     from, to_directory, to, flags)
WRAP(int, fsync, (int fd), fsync, fd)
WRAP(int, fdatasync, (int fd), fdatasync, fd)
WRAP(int, truncate, (const char *path, off_t size), truncate, path, size)
WRAP(pid_t, getpgid, (pid_t pid), getpgid, pid)
WRAP(pid_t, getsid, (pid_t pid), getsid, pid)
WRAP(uid_t, geteuid, (void), geteuid, 0)
WRAP(gid_t, getgid, (void), getgid, 0)
WRAP(gid_t, getegid, (void), getegid, 0)
WRAP(int, setuid, (uid_t user), setuid, user)
WRAP(int, setgid, (gid_t group), setgid, group)
WRAP(int, lchown, (const char *path, uid_t user, gid_t group), lchown, path, user, group)
WRAP(int, fchown, (int fd, uid_t user, gid_t group), fchown, fd, user, group)
WRAP(int, statfs, (const char *path, struct statfs *status), statfs, path, status)
WRAP(int, fstatfs, (int fd, struct statfs *status), fstatfs, fd, status)
WRAP(int, getgroups, (int size, gid_t *list), getgroups, size, list)
WRAP(int, setgroups, (size_t size, const gid_t *list), setgroups, size, list)
WRAP(unsigned, alarm, (unsigned seconds), alarm, seconds)
WRAP(pid_t, wait4, (pid_t pid, int *status, int options, struct rusage *used), wait4, pid, status, options, used)
WRAP(int, fchmod, (int fd, mode_t mode), fchmod, fd, mode)
WRAP(int, mkfifo, (const char *path, mode_t mode), mknod, path, mode | S_IFIFO, 0)
WRAP(mode_t, umask, (mode_t mask), umask, mask)
WRAP(int, flock, (int fd, int operation), flock, fd, operation)
WRAP(clock_t, times, (struct tms *used), times, used)
WRAP(int, getrlimit, (int resource, struct rlimit *limit), getrlimit, resource, limit)
WRAP(int, setrlimit, (int resource, const struct rlimit *limit), setrlimit, resource, limit)
WRAP(int, getrusage, (int who, struct rusage *usage), getrusage, who, usage)
WRAP(int, umount2, (const char *target, int flags), umount2, target, flags)
WRAP(int, clock_settime, (clockid_t clock, const struct timespec *now), clock_settime, clock, now)
WRAP(int, clock_getres, (clockid_t clock, struct timespec *resolution), clock_getres, clock, resolution)
WRAP(int, gettimeofday, (struct timeval *restrict now, void *restrict zone), gettimeofday, now, zone)
WRAP(int, tcflush, (int fd, int queue), ioctl, fd, TCFLSH, queue)
WRAP(int, tcdrain, (int fd), ioctl, fd, TCSBRK, 1)
WRAP(int, creat, (const char *path, unsigned mode), open, path, O_CREAT | O_WRONLY | O_TRUNC, mode)
WRAP(int, sigpending, (sigset_t *set), rt_sigpending, set, sizeof(*set))
WRAP(int, sigsuspend, (const sigset_t *set), rt_sigsuspend, set, sizeof(*set))
WRAP(int, sigaltstack, (const stack_t *restrict stack, stack_t *restrict old), sigaltstack, stack, old)
WRAP(int, killpg, (pid_t group, int number), kill, -group, number)
WRAP(int, sched_yield, (void), sched_yield, 0)
WRAP(int, mprotect, (void *start, size_t size, int protection), mprotect, start, size, protection)
WRAP(int, unlinkat, (int directory, const char *path, int flags), unlinkat, directory, path, flags)

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

void cfmakeraw(struct termios *attributes)
{
	attributes->c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	attributes->c_oflag &= ~OPOST;
	attributes->c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	attributes->c_cflag = (attributes->c_cflag & ~(CSIZE | PARENB)) | CS8;
	attributes->c_cc[VMIN] = 1;
	attributes->c_cc[VTIME] = 0;
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

int remove(const char *path)
{
	return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *rest)
{
	return (int)-SYSTEM(clock_nanosleep, clock, flags, wanted, rest);
}
