#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/sigevent.h"
#include "kernel/uapi/time.h"
struct thread;
#define NSIG 65
#define SIGRTMIN 34 // 32 and 33 are the C library's
#define SIGRTMAX 64
#define SIG_HOLD ((void (*)(int))2)
#define SIGPOLL SIGIO
#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)
typedef unsigned long sigset_t;
typedef struct abi_siginfo siginfo_t;
typedef struct abi_ucontext ucontext_t;
typedef int sig_atomic_t;
typedef struct {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;
struct sigaction {
	union {
		void (*sa_handler)(int);
		void (*sa_sigaction)(int, siginfo_t *, void *);
	};
	unsigned long sa_flags;
	void (*sa_restorer)(void);
	sigset_t sa_mask;
};
int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old);
void (*signal(int number, void (*handler)(int)))(int);
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *set);
int sigqueue(pid_t pid, int number, const union sigval value);
int sigwait(const sigset_t *restrict set, int *restrict number), sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info);
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout);
void psignal(int number, const char *prefix), psiginfo(const siginfo_t *info, const char *prefix);
int siginterrupt(int number, int interrupts), sighold(int number), sigrelse(int number), sigignore(int number), sigpause(int number);
void (*sigset(int number, void (*handler)(int)))(int);
int pthread_kill(struct thread *thread, int number), pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigaltstack(const stack_t *restrict stack, stack_t *restrict old);
int kill(pid_t pid, int number);
int killpg(pid_t group, int number);
int raise(int number);
static inline int sigemptyset(sigset_t *set) { return *set = 0, 0; }
static inline int sigfillset(sigset_t *set) { return *set = ~(3ul << 31), 0; }
static inline int sigaddset(sigset_t *set, int number) { return *set |= 1ul << (number - 1), 0; }
static inline int sigdelset(sigset_t *set, int number) { return *set &= ~(1ul << (number - 1)), 0; }
static inline int sigismember(const sigset_t *set, int number) { return *set >> (number - 1) & 1; }
