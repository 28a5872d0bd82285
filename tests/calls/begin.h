// begin.h: what the programs of this folder share: SHOW and TRUTH print a call with its result, and begin() makes a process that is
// the same whoever started it, so that what a program prints depends on the kernel alone.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHOW(call)                                                                                                \
	do {                                                                                                           \
		errno = 0;                                                                                             \
		long result_ = (long)(call);                                                                           \
		printf("%s = %ld%s%s\n", #call, result_, result_ == -1 ? " " : "", result_ == -1 ? strerror(errno) : ""); \
	} while (0)
#define TRUTH(condition) printf("%s: %s\n", #condition, (condition) ? "yes" : "NO")

#define NO_PROCESS 0x7fffffff // beyond every pid_max
#define NO_FD 60              // closed, and below 64: certainly within the kernel's table of descriptors

// Takes back what a process inherits: descriptors, handlers, masks, umask, limits, personality, policy and nice value.
// Works in `directory`, made when it is not there; NULL: stays. Returns 0, or -1 when that cannot be.
static inline int begin(const char *directory)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < 65; number++)
		signal(number, SIG_DFL);
	syscall(SYS_close_range, 3, ~0u, 0);
	umask(022);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){1024, 4096});
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	personality(0);
	syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &(struct sched_param){0}); // musl's own answers ENOSYS
	setpriority(PRIO_PROCESS, 0, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (directory == NULL)
		return 0;
	mkdir(directory, 0755);
	return chdir(directory);
}
