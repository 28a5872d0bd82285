// start.c: from _start to main and back: environment, exit handlers, exit.
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "userland/libc/system.h"
#include "userland/libc/thread.h"

#define EXIT_HANDLERS 32 // what C17 asks for

_Thread_local int errno;
char **environ;
static void (*handlers[EXIT_HANDLERS])(void);
static int handler_count;

int main(int count, char **arguments, char **environment);
void libc_start(long *stack) __attribute__((noreturn));
void stdio_flush_all(void) __attribute__((weak)); // linked only into programs that use a stream

void libc_start(long *stack)
{
	thread_start_first();
	int count = (int)stack[0];
	char **arguments = (char **)(stack + 1);
	environ = arguments + count + 1;
	exit(main(count, arguments, environ));
}

long system_result(long rc)
{
	if (rc >= 0 || rc < -4095)
		return rc;
	errno = (int)-rc;
	return -1;
}

int atexit(void (*function)(void))
{
	if (handler_count == EXIT_HANDLERS)
		return -1;
	handlers[handler_count++] = function;
	return 0;
}

void exit(int status)
{
	while (handler_count > 0)
		handlers[--handler_count]();
	if (stdio_flush_all != NULL)
		stdio_flush_all();
	_exit(status);
}

void _exit(int status)
{
	for (;;)
		SYSTEM(exit_group, status);
}

void _Exit(int status)
{
	_exit(status);
}

// Ends the program by SIGABRT, even when it is caught, ignored or blocked.
void abort(void)
{
	raise(SIGABRT);
	signal(SIGABRT, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &(sigset_t){1ul << (SIGABRT - 1)}, NULL);
	raise(SIGABRT);
	_exit(127);
}
