#pragma once
#include <sys/types.h>
#include "kernel/uapi/fcntl.h"
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define _SC_CLK_TCK 2
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE 30
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
extern char **environ;
extern char *optarg;
extern int optind, opterr, optopt;
ssize_t read(int descriptor, void *to, size_t size), write(int descriptor, const void *from, size_t size);
ssize_t pread(int descriptor, void *to, size_t size, off_t offset);
ssize_t pwrite(int descriptor, const void *from, size_t size, off_t offset);
off_t lseek(int descriptor, off_t offset, int whence);
int close(int descriptor), dup(int descriptor), dup2(int from, int to), dup3(int from, int to, int flags);
int pipe(int ends[2]), pipe2(int ends[2], int flags), access(const char *path, int mode), chdir(const char *path);
int fchdir(int descriptor), chroot(const char *path);
char *getcwd(char *to, size_t size);
int link(const char *from, const char *to), symlink(const char *target, const char *path);
ssize_t readlink(const char *restrict path, char *restrict to, size_t size);
int unlink(const char *path), rmdir(const char *path), truncate(const char *path, off_t size);
int ftruncate(int descriptor, off_t size), fsync(int descriptor), fdatasync(int descriptor);
void sync(void);
int isatty(int descriptor);
pid_t fork(void);
int execve(const char *path, char *const arguments[], char *const environment[]);
int execv(const char *path, char *const arguments[]), execvp(const char *name, char *const arguments[]);
int execvpe(const char *name, char *const arguments[], char *const environment[]);
int execl(const char *path, const char *argument, ...);
int execlp(const char *name, const char *argument, ...);
void _exit(int status) __attribute__((noreturn));
pid_t getpid(void), getppid(void), gettid(void), getpgrp(void), getpgid(pid_t pid);
int setpgid(pid_t pid, pid_t group);
pid_t setsid(void), getsid(pid_t pid), tcgetpgrp(int descriptor);
int tcsetpgrp(int descriptor, pid_t group);
uid_t getuid(void), geteuid(void);
gid_t getgid(void), getegid(void);
int setuid(uid_t user), setgid(gid_t group), chown(const char *path, uid_t user, gid_t group);
int lchown(const char *path, uid_t user, gid_t group), fchown(int descriptor, uid_t user, gid_t group);
int getgroups(int size, gid_t *list), setgroups(size_t size, const gid_t *list);
int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags);
int unlinkat(int directory, const char *path, int flags);
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);
unsigned alarm(unsigned seconds);
int pause(void);
long sysconf(int name);
int getpagesize(void), gethostname(char *name, size_t size);
int getopt(int count, char *const arguments[], const char *options);
long syscall(long number, ...);
int execle(const char *path, const char *argument, ...), fexecve(int descriptor, char *const arguments[], char *const environment[]);
int faccessat(int directory, const char *path, int mode, int flags), fchownat(int directory, const char *path, uid_t user, gid_t group, int flags);
ssize_t readlinkat(int directory, const char *restrict path, char *restrict to, size_t size);
int symlinkat(const char *target, int directory, const char *path);
int seteuid(uid_t user), setegid(gid_t group), setreuid(uid_t real, uid_t effective), setregid(gid_t real, gid_t effective);
pid_t setpgrp(void);
int nice(int increment);
void swab(const void *restrict from, void *restrict to, ssize_t size);
#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3
int lockf(int descriptor, int command, off_t size);
char *getlogin(void), *ttyname(int descriptor);
int getlogin_r(char *to, size_t size), ttyname_r(int descriptor, char *to, size_t size);
// What may be asked of sysconf, pathconf and confstr; sysconf.c answers. -1 without an errno: there is no limit, or the option is not there.
enum {
	_SC_ARG_MAX = 100, _SC_CHILD_MAX, _SC_OPEN_MAX, _SC_NGROUPS_MAX, _SC_STREAM_MAX, _SC_TZNAME_MAX, _SC_IOV_MAX, _SC_ATEXIT_MAX, _SC_LINE_MAX,
	_SC_LOGIN_NAME_MAX, _SC_TTY_NAME_MAX, _SC_HOST_NAME_MAX, _SC_SYMLOOP_MAX, _SC_RE_DUP_MAX, _SC_SIGQUEUE_MAX, _SC_RTSIG_MAX, _SC_VERSION, _SC_2_VERSION,
	_SC_XOPEN_VERSION, _SC_JOB_CONTROL, _SC_SAVED_IDS, _SC_FSYNC, _SC_MAPPED_FILES, _SC_MEMORY_PROTECTION, _SC_MONOTONIC_CLOCK, _SC_READER_WRITER_LOCKS,
	_SC_REALTIME_SIGNALS, _SC_SEMAPHORES, _SC_SHARED_MEMORY_OBJECTS, _SC_SPIN_LOCKS, _SC_BARRIERS, _SC_CLOCK_SELECTION, _SC_CPUTIME, _SC_THREAD_CPUTIME,
	_SC_THREADS, _SC_THREAD_ATTR_STACKADDR, _SC_THREAD_ATTR_STACKSIZE, _SC_THREAD_PROCESS_SHARED, _SC_THREAD_SAFE_FUNCTIONS, _SC_TIMEOUTS, _SC_REGEXP,
	_SC_SHELL, _SC_MEMLOCK_RANGE, _SC_SPAWN, _SC_TIMERS, _SC_ASYNCHRONOUS_IO, _SC_MESSAGE_PASSING, _SC_PRIORITIZED_IO, _SC_PRIORITY_SCHEDULING,
	_SC_THREAD_PRIO_INHERIT, _SC_THREAD_PRIO_PROTECT, _SC_THREAD_PRIORITY_SCHEDULING, _SC_MEMLOCK, _SC_THREAD_KEYS_MAX, _SC_THREAD_STACK_MIN,
	_SC_THREAD_THREADS_MAX, _SC_THREAD_DESTRUCTOR_ITERATIONS, _SC_SEM_NSEMS_MAX, _SC_SEM_VALUE_MAX, _SC_GETPW_R_SIZE_MAX, _SC_GETGR_R_SIZE_MAX,
	_SC_PHYS_PAGES, _SC_AVPHYS_PAGES, _SC_END,
	_PC_LINK_MAX = 0, _PC_MAX_CANON, _PC_MAX_INPUT, _PC_NAME_MAX, _PC_PATH_MAX, _PC_PIPE_BUF, _PC_CHOWN_RESTRICTED, _PC_NO_TRUNC, _PC_VDISABLE,
	_PC_SYNC_IO, _PC_ASYNC_IO, _PC_PRIO_IO, _PC_FILESIZEBITS, _PC_SYMLINK_MAX, _PC_2_SYMLINKS, _CS_PATH = 0,
};
#define _POSIX_VERSION 200809L
#define _POSIX2_VERSION 200809L
#define _POSIX_THREADS 200809L
#define _POSIX_VDISABLE 0
long pathconf(const char *path, int name), fpathconf(int descriptor, int name);
size_t confstr(int name, char *to, size_t size);
