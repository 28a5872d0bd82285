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

int kill(pid_t pid, int number)
{
	return (int)CALL(kill, pid, number);
}

int raise(int number)
{
	return (int)CALL(tkill, gettid(), number);
}
