// unix_more.c: more of unix.c: system calls that the smallest programs do without. Owners, limits, times, signals, descriptors by name.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
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
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include "userland/libc/system.h"

POINT(ssize_t, readv, (int fd, const struct iovec *parts, int count), readv, fd, parts, count)
POINT(ssize_t, writev, (int fd, const struct iovec *parts, int count), writev, fd, parts, count)
WRAP(int, dup, (int fd), dup, fd)
WRAP(int, dup3, (int from, int to, int flags), dup3, from, to, flags)
WRAP(int, fchdir, (int fd), fchdir, fd)
WRAP(int, chroot, (const char *path), chroot, path)
WRAP(int, linkat, (int from_directory, const char *from, int to_directory, const char *to, int flags), linkat, from_directory,
     from, to_directory, to, flags)
POINT(int, fsync, (int fd), fsync, fd)
POINT(int, fdatasync, (int fd), fdatasync, fd)
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
POINT(pid_t, wait4, (pid_t pid, int *status, int options, struct rusage *used), wait4, pid, status, options, used)
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
POINT(int, tcdrain, (int fd), ioctl, fd, TCSBRK, 1)
POINT(int, creat, (const char *path, unsigned mode), open, path, O_CREAT | O_WRONLY | O_TRUNC, mode)
WRAP(int, sigpending, (sigset_t *set), rt_sigpending, set, sizeof(*set))
POINT(int, sigsuspend, (const sigset_t *set), rt_sigsuspend, set, sizeof(*set))
WRAP(int, sigaltstack, (const stack_t *restrict stack, stack_t *restrict old), sigaltstack, stack, old)
WRAP(int, killpg, (pid_t group, int number), kill, -group, number)
WRAP(int, sched_yield, (void), sched_yield, 0)
WRAP(int, mprotect, (void *start, size_t size, int protection), mprotect, start, size, protection)
WRAP(int, ftruncate, (int fd, off_t size), ftruncate, fd, size)
WRAP(int, futimens, (int fd, const struct timespec times[2]), utimensat, fd, 0, times, 0)
WRAP(int, link, (const char *from, const char *to), link, from, to)
POINT(ssize_t, pread, (int fd, void *to, size_t size, off_t at), pread64, fd, to, size, at)
POINT(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), pwrite64, fd, from, size, at)
WRAP(int, rename, (const char *from, const char *to), rename, from, to)
WRAP(int, sysinfo, (struct sysinfo *info), sysinfo, info)
POINT(pid_t, wait, (int *status), wait4, -1, status, 0, 0)
WRAP(ssize_t, readlinkat, (int directory, const char *restrict path, char *restrict to, size_t size), readlinkat, directory, path, to, size)
WRAP(int, symlinkat, (const char *target, int directory, const char *path), symlinkat, target, directory, path)
WRAP(int, fchownat, (int directory, const char *path, uid_t user, gid_t group, int flags), fchownat, directory, path, user, group, flags)
WRAP(int, faccessat, (int directory, const char *path, int mode, int flags), faccessat2, directory, path, mode, flags)
WRAP(int, mkdirat, (int directory, const char *path, mode_t mode), mkdirat, directory, path, mode)
WRAP(int, mknodat, (int directory, const char *path, mode_t mode, dev_t device), mknodat, directory, path, mode, device)
WRAP(int, mkfifoat, (int directory, const char *path, mode_t mode), mknodat, directory, path, mode | S_IFIFO, 0)
WRAP(int, setreuid, (uid_t real, uid_t effective), setreuid, real, effective)
WRAP(int, setregid, (gid_t real, gid_t effective), setregid, real, effective)
WRAP(int, seteuid, (uid_t user), setresuid, -1, user, -1)
WRAP(int, setegid, (gid_t group), setresgid, -1, group, -1)
WRAP(pid_t, setpgrp, (void), setpgid, 0, 0)
POINT(int, msync, (void *start, size_t size, int flags), msync, start, size, flags)
WRAP(int, mlock, (const void *start, size_t size), mlock, start, size)
WRAP(int, munlock, (const void *start, size_t size), munlock, start, size)
WRAP(int, mlock2, (const void *start, size_t size, unsigned flags), mlock2, start, size, flags)
WRAP(int, mlockall, (int flags), mlockall, flags)
WRAP(int, munlockall, (void), munlockall, 0)
WRAP(int, setpriority, (int which, id_t who, int value), setpriority, which, who, value)
WRAP(int, getitimer, (int which, struct itimerval *value), getitimer, which, value)
WRAP(int, setitimer, (int which, const struct itimerval *restrict value, struct itimerval *restrict old), setitimer, which, value, old)
WRAP(int, utimes, (const char *path, const struct timeval times[2]), utimes, path, times)
POINT(int, waitid, (idtype_t kind, id_t id, siginfo_t *info, int options), waitid, kind, id, info, options, 0)
WRAP(int, tcflow, (int fd, int action), ioctl, fd, TCXONC, action)
WRAP(int, tcsendbreak, (int fd, int duration), ioctl, fd, TCSBRK, 0)
WRAP(int, sched_get_priority_max, (int policy), sched_get_priority_max, policy)
WRAP(int, sched_get_priority_min, (int policy), sched_get_priority_min, policy)
WRAP(int, sched_getparam, (pid_t pid, struct sched_param *parameter), sched_getparam, pid, parameter)
WRAP(int, sched_setparam, (pid_t pid, const struct sched_param *parameter), sched_setparam, pid, parameter)
WRAP(int, sched_getscheduler, (pid_t pid), sched_getscheduler, pid)
WRAP(int, sched_setscheduler, (pid_t pid, int policy, const struct sched_param *parameter), sched_setscheduler, pid, policy, parameter)
WRAP(int, sched_rr_get_interval, (pid_t pid, struct timespec *interval), sched_rr_get_interval, pid, interval)
WRAP(int, sched_setaffinity, (pid_t pid, size_t size, const cpu_set_t *set), sched_setaffinity, pid, size, set)
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
	return (int)-SYSTEM_POINT(clock_nanosleep, clock, flags, wanted, rest);
}

int ppoll(struct pollfd *set, nfds_t count, const struct timespec *timeout, const unsigned long *mask)
{
	struct timespec copy = timeout != NULL ? *timeout : (struct timespec){0, 0}; // the kernel writes what is left
	return (int)system_result(SYSTEM_POINT(ppoll, set, count, timeout != NULL ? &copy : NULL, mask, sizeof(*mask)));
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	long filled = CALL(sched_getaffinity, pid, size, set);
	if (filled < 0)
		return -1;
	memset((char *)set + filled, 0, size - (size_t)filled);
	return 0;
}

int getpriority(int which, id_t who)
{
	long rc = CALL(getpriority, which, who);
	return rc < 0 ? -1 : 20 - (int)rc; // the kernel answers 40 .. 1, for -1 says "failed"
}

int nice(int increment)
{
	errno = 0;
	int now = getpriority(PRIO_PROCESS, 0);
	if ((now == -1 && errno != 0) || setpriority(PRIO_PROCESS, 0, now + increment) < 0) {
		errno = errno == EACCES ? EPERM : errno;
		return -1;
	}
	return getpriority(PRIO_PROCESS, 0);
}

// The kernel's call knows no flags: a symbolic link's own mode cannot be changed.
int fchmodat(int directory, const char *path, mode_t mode, int flags)
{
	struct stat status;
	if (flags & ~AT_SYMLINK_NOFOLLOW) {
		errno = EINVAL;
		return -1;
	}
	if (flags != 0 && fstatat(directory, path, &status, flags) < 0)
		return -1;
	if (flags != 0 && S_ISLNK(status.st_mode)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)CALL(fchmodat, directory, path, mode);
}

// These return the error instead of setting errno.
int posix_fadvise(int fd, off_t start, off_t size, int advice)
{
	return (int)-SYSTEM(fadvise64, fd, start, size, advice);
}

int posix_fallocate(int fd, off_t start, off_t size)
{
	return (int)-SYSTEM(fallocate, fd, 0, start, size);
}

int posix_madvise(void *start, size_t size, int advice)
{
	return advice == POSIX_MADV_DONTNEED ? 0 : (int)-SYSTEM(madvise, start, size, advice); // the kernel's would lose what is there
}

// Linux's number of a process's clock; a process that is not there, or not to be read, has none.
int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
	clockid_t wanted = (int)(~(unsigned)pid << 3) | 2;
	if (pid < 0 || pid > INT_MAX >> 3 || SYSTEM(clock_getres, wanted, 0) < 0) // more does not fit into the number
		return ESRCH;
	*clock = pid == 0 ? CLOCK_PROCESS_CPUTIME_ID : wanted;
	return 0;
}

int timespec_get(struct timespec *now, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

void swab(const void *restrict from, void *restrict to, ssize_t size)
{
	const char *bytes = from;
	for (ssize_t i = 0; i + 1 < size; i += 2) {
		((char *)to)[i] = bytes[i + 1];
		((char *)to)[i + 1] = bytes[i];
	}
}

// A record lock from the file's position on.
int lockf(int fd, int command, off_t size)
{
	struct flock lock = {.l_type = command == F_ULOCK ? F_UNLCK : F_WRLCK, .l_whence = SEEK_CUR, .l_len = size};
	if (command == F_LOCK)
		return fcntl(fd, F_SETLKW, &lock);
	if (command == F_ULOCK || command == F_TLOCK)
		return fcntl(fd, F_SETLK, &lock);
	if (command != F_TEST) {
		errno = EINVAL;
		return -1;
	}
	if (fcntl(fd, F_GETLK, &lock) < 0)
		return -1;
	if (lock.l_type == F_UNLCK)
		return 0;
	errno = EACCES;
	return -1;
}

// -------- terminals, and who sits there

// Linux's one speed for both directions.
speed_t cfgetospeed(const struct termios *attributes)
{
	return attributes->c_cflag & CBAUD;
}

speed_t cfgetispeed(const struct termios *attributes)
{
	return cfgetospeed(attributes);
}

int cfsetospeed(struct termios *attributes, speed_t speed)
{
	if (speed & ~(speed_t)CBAUD) {
		errno = EINVAL;
		return -1;
	}
	attributes->c_cflag = (attributes->c_cflag & ~(tcflag_t)CBAUD) | speed;
	return 0;
}

int cfsetispeed(struct termios *attributes, speed_t speed)
{
	return speed == B0 ? 0 : cfsetospeed(attributes, speed); // 0: as the output's
}

pid_t tcgetsid(int fd)
{
	int session;
	return CALL(ioctl, fd, TIOCGSID, &session) < 0 ? -1 : session;
}

int ttyname_r(int fd, char *to, size_t size)
{
	char path[32], name[TTY_NAME_MAX];
	if (!isatty(fd))
		return errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(path, name, sizeof(name));
	if (length < 0)
		return errno;
	if ((size_t)length == sizeof(name) || (size_t)length >= size)
		return ERANGE;
	memcpy(to, name, (size_t)length);
	to[length] = '\0';
	return 0;
}

char *ttyname(int fd)
{
	static char name[TTY_NAME_MAX];
	int rc = ttyname_r(fd, name, sizeof(name));
	errno = rc != 0 ? rc : errno;
	return rc == 0 ? name : NULL;
}

// The name of the real user: there is no record of logins.
int getlogin_r(char *to, size_t size)
{
	struct passwd *user = getpwuid(getuid());
	if (user == NULL)
		return ENXIO;
	return strlcpy(to, user->pw_name, size) < size ? 0 : ERANGE;
}

char *getlogin(void)
{
	static char name[LOGIN_NAME_MAX];
	int rc = getlogin_r(name, sizeof(name));
	errno = rc != 0 ? rc : errno;
	return rc == 0 ? name : NULL;
}

int utime(const char *path, const struct utimbuf *times)
{
	struct timespec both[2] = {{0}};
	if (times != NULL) {
		both[0].tv_sec = times->actime;
		both[1].tv_sec = times->modtime;
	}
	return utimensat(AT_FDCWD, path, times != NULL ? both : NULL, 0);
}

static int fill_statvfs(int rc, const struct statfs *from, struct statvfs *to)
{
	if (rc == 0)
		*to = (struct statvfs){(unsigned long)from->f_bsize, (unsigned long)(from->f_frsize != 0 ? from->f_frsize : from->f_bsize), from->f_blocks,
				       from->f_bfree, from->f_bavail, from->f_files, from->f_ffree, from->f_ffree, (unsigned long)from->f_fsid,
				       (unsigned long)from->f_flags, (unsigned long)from->f_namelen};
	return rc;
}

int statvfs(const char *restrict path, struct statvfs *restrict status)
{
	struct statfs system;
	return fill_statvfs(statfs(path, &system), &system, status);
}

int fstatvfs(int fd, struct statvfs *status)
{
	struct statfs system;
	return fill_statvfs(fstatfs(fd, &system), &system, status);
}
