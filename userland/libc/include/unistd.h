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
ssize_t read(int descriptor, void *to, size_t size);
ssize_t write(int descriptor, const void *from, size_t size);
ssize_t pread(int descriptor, void *to, size_t size, off_t offset);
ssize_t pwrite(int descriptor, const void *from, size_t size, off_t offset);
off_t lseek(int descriptor, off_t offset, int whence);
int close(int descriptor);
int dup(int descriptor);
int dup2(int from, int to);
int dup3(int from, int to, int flags);
int pipe(int ends[2]);
int pipe2(int ends[2], int flags);
int access(const char *path, int mode);
int chdir(const char *path);
int fchdir(int descriptor);
int chroot(const char *path);
char *getcwd(char *to, size_t size);
int link(const char *from, const char *to);
int symlink(const char *target, const char *path);
ssize_t readlink(const char *restrict path, char *restrict to, size_t size);
int unlink(const char *path);
int rmdir(const char *path);
int truncate(const char *path, off_t size);
int ftruncate(int descriptor, off_t size);
int fsync(int descriptor);
int fdatasync(int descriptor);
void sync(void);
int isatty(int descriptor);
pid_t fork(void);
int execve(const char *path, char *const arguments[], char *const environment[]);
int execv(const char *path, char *const arguments[]);
int execvp(const char *name, char *const arguments[]);
int execvpe(const char *name, char *const arguments[], char *const environment[]);
int execl(const char *path, const char *argument, ...);
int execlp(const char *name, const char *argument, ...);
void _exit(int status) __attribute__((noreturn));
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t pid);
int setpgid(pid_t pid, pid_t group);
pid_t setsid(void);
pid_t getsid(pid_t pid);
pid_t tcgetpgrp(int descriptor);
int tcsetpgrp(int descriptor, pid_t group);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t user);
int setgid(gid_t group);
int chown(const char *path, uid_t user, gid_t group);
int lchown(const char *path, uid_t user, gid_t group);
int fchown(int descriptor, uid_t user, gid_t group);
int getgroups(int size, gid_t *list);
int setgroups(size_t size, const gid_t *list);
int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags);
int unlinkat(int directory, const char *path, int flags);
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);
unsigned alarm(unsigned seconds);
int pause(void);
long sysconf(int name);
int getpagesize(void);
int gethostname(char *name, size_t size);
int getopt(int count, char *const arguments[], const char *options);
long syscall(long number, ...);
