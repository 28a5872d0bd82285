// signal_more.c: the rest of <signal.h>: signals with values, waiting for one, messages, and System V's
// names.
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "userland/libc/system.h"

#define SET_SIZE 8

int sigqueue(pid_t pid, int number, const union sigval value)
{
	siginfo_t info = {.si_signo = number,
			  .si_code = SI_QUEUE,
			  .si_pid = getpid(),
			  .si_uid = getuid(),
			  .si_value = value};
	return (int)CALL(rt_sigqueueinfo, pid, number, &info);
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
		 const struct timespec *restrict timeout)
{
	return (int)system_result(SYSTEM_POINT(rt_sigtimedwait, set, info, timeout, SET_SIZE));
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
	return sigtimedwait(set, info, NULL);
}

// 0 or an errno.
int sigwait(const sigset_t *restrict set, int *restrict number)
{
	long rc;
	do
		rc = SYSTEM_POINT(rt_sigtimedwait, set, 0, 0, SET_SIZE);
	while (rc == -EINTR);
	*number = rc > 0 ? (int)rc : 0;
	return rc > 0 ? 0 : (int)-rc;
}

void psignal(int number, const char *prefix)
{
	fprintf(stderr, "%s%s%s\n", prefix != NULL ? prefix : "", prefix != NULL && *prefix ? ": " : "",
		strsignal(number));
}

void psiginfo(const siginfo_t *info, const char *prefix)
{
	psignal(info->si_signo, prefix);
}

// Whether the signal interrupts system calls, or they are taken up again.
int siginterrupt(int number, int interrupts)
{
	struct sigaction action;
	if (sigaction(number, NULL, &action) < 0)
		return -1;
	action.sa_flags =
	    interrupts ? action.sa_flags & ~(unsigned long)SA_RESTART : action.sa_flags | SA_RESTART;
	return sigaction(number, &action, NULL);
}

static int change_mask(int how, int number)
{
	if (number < 1 || number >= NSIG) {
		errno = EINVAL;
		return -1;
	}
	return sigprocmask(how, &(sigset_t){1ul << (number - 1)}, NULL);
}

int sighold(int number)
{
	return change_mask(SIG_BLOCK, number);
}

int sigrelse(int number)
{
	return change_mask(SIG_UNBLOCK, number);
}

int sigignore(int number)
{
	return sigaction(number, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

int sigpause(int number)
{
	sigset_t set;
	sigprocmask(SIG_BLOCK, NULL, &set);
	sigdelset(&set, number);
	return sigsuspend(&set);
}

// The handler of before; SIG_HOLD when the signal was blocked, and to block it.
void (*sigset(int number, void (*handler)(int)))(int)
{
	struct sigaction action = {.sa_handler = handler}, old;
	sigset_t before;
	sigprocmask(SIG_BLOCK, NULL, &before);
	if (change_mask(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, number) < 0 ||
	    sigaction(number, handler == SIG_HOLD ? NULL : &action, &old) < 0)
		return SIG_ERR;
	return sigismember(&before, number) ? SIG_HOLD : old.sa_handler;
}

// -------- jumps that take the mask of blocked signals along

void sigjmp_save(struct sigjmp_state *state, int save)
{
	state->saved = save;
	if (save)
		sigprocmask(SIG_BLOCK, NULL, &state->mask);
}

void siglongjmp(sigjmp_buf state, int value)
{
	if (state->saved)
		sigprocmask(SIG_SETMASK, &state->mask, NULL);
	longjmp(state->registers, value);
}
