// signal.c: the kernel's sigaction wants the address that a handler returns to; ours is signal_return (crt0.S).
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include "userland/libc/system.h"

#define SET_SIZE 8 // bytes in the kernel's signal set
#define LIBC_SIGNALS (3ul << 31) // 32 and 33 are the library's (cancel.c): no mask blocks them

void signal_return(void);

int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	struct abi_sigaction given, before;
	if (action != NULL)
		given = (struct abi_sigaction){(uint64_t)action->sa_handler, action->sa_flags | SA_RESTORER,
					       (uint64_t)signal_return, action->sa_mask};
	long rc = CALL(rt_sigaction, number, action != NULL ? &given : NULL, old != NULL ? &before : NULL, SET_SIZE);
	if (rc == 0 && old != NULL)
		*old = (struct sigaction){.sa_handler = (void (*)(int))before.handler,
					  .sa_flags = before.flags & ~(unsigned long)SA_RESTORER,
					  .sa_mask = before.mask};
	return (int)rc;
}

void (*signal(int number, void (*handler)(int)))(int)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old = action;
	return sigaction(number, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	sigset_t kept = set != NULL ? *set & ~LIBC_SIGNALS : 0;
	return (int)CALL(rt_sigprocmask, how, set != NULL ? &kept : NULL, old, SET_SIZE);
}

int sigpending(sigset_t *set)
{
	return (int)CALL(rt_sigpending, set, SET_SIZE);
}

int sigsuspend(const sigset_t *set)
{
	return (int)system_result(SYSTEM_POINT(rt_sigsuspend, set, SET_SIZE));
}

int sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
	return (int)CALL(sigaltstack, stack, old);
}

int kill(pid_t pid, int number)
{
	return (int)CALL(kill, pid, number);
}

int killpg(pid_t group, int number)
{
	return kill(-group, number);
}

int raise(int number)
{
	return (int)CALL(tkill, gettid(), number);
}
