// crash.c: does one forbidden thing, and tells what signal the kernel answered with. The handler runs on a stack of its
// own (the ordinary one may be what broke), prints, and returns with the default action set: the instruction faults again
// and the process ends as it would have.
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userland/lib/signals/signals.h"

#define KERNEL_ADDRESS 0xffffffff80000000ul
#define BOMB_LIMIT 64

static const char *code_name(int number, int code)
{
	if (number == SIGSEGV)
		return code == SEGV_MAPERR ? "SEGV_MAPERR" : code == SEGV_ACCERR ? "SEGV_ACCERR" : "SI_KERNEL";
	return number == SIGILL ? "ILL_ILLOPN" : "?";
}

static void report(int number, siginfo_t *info, void *context)
{
	char text[160];
	int size =
	    snprintf(text, sizeof(text), "SIG%s si_code %d (%s) si_addr %p\n", signal_name(number),
		     info->si_code, code_name(number, info->si_code), (void *)(uintptr_t)info->si_addr);
	if (write(STDOUT_FILENO, text, size) != size)
		_exit(1);
	signal(number, SIG_DFL);
}

static void watch(void)
{
	static char stack[SIGSTKSZ * 2];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = report, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static int crash_null(void)
{
	void (*volatile nowhere)(void) = NULL;
	nowhere();
	return 1;
}

static int descend(volatile char *above)
{
	volatile char room[4096];
	room[0] = *above;
	return *above != 0 ? 0 : descend(room) + room[0]; // always 0, which the compiler must not know
}

static int crash_stack(void)
{
	volatile char first = 0;
	return descend(&first);
}

static int crash_kernel(void)
{
	*(volatile int *)KERNEL_ADDRESS = 1;
	return 1;
}

static int crash_illegal(void)
{
	__asm__ volatile("ud2");
	return 1;
}

// Takes memory and touches it until the kernel kills somebody: this process, which says so beforehand.
static int crash_hog(void)
{
	for (size_t taken = 0;; taken += 1 << 20) {
		char *block = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (block == MAP_FAILED) {
			printf("mmap refused after %zu MiB: %s\n", taken >> 20, strerror(errno));
			return 1;
		}
		memset(block, 1, 1 << 20);
		if (taken % (64 << 20) == 0) {
			printf("%zu MiB touched\n", taken >> 20);
			fflush(stdout);
		}
	}
}

// As an ordinary user (limits do not bind root), forks until the limit of processes stops it.
static int crash_forkbomb(void)
{
	struct rlimit limit = {BOMB_LIMIT, BOMB_LIMIT};
	int children = 0, error = 0, ends[2];
	if (setgid(65534) < 0 || setuid(65534) < 0 || setrlimit(RLIMIT_NPROC, &limit) < 0 || pipe(ends) < 0) {
		perror("crash");
		return 1;
	}
	while (children < 10 * BOMB_LIMIT) {
		pid_t child = fork();
		if (child == 0) { // stays until the parent closes the pipe
			char end;
			close(ends[1]);
			_exit((int)read(ends[0], &end, 1));
		}
		if (child < 0) {
			error = errno;
			break;
		}
		children++;
	}
	printf("fork refused after %d children: %s\n", children, error == EAGAIN ? "EAGAIN" : strerror(error));
	close(ends[1]);
	while (wait(NULL) > 0)
		;
	return error == EAGAIN ? 0 : 1;
}

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} ways[] = {{"null", crash_null},       {"stack", crash_stack}, {"kernel", crash_kernel},
		    {"illegal", crash_illegal}, {"hog", crash_hog},     {"forkbomb", crash_forkbomb}};
	for (size_t i = 0; count == 2 && i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(arguments[1], ways[i].name) == 0) {
			watch();
			return ways[i].run();
		}
	fputs("usage: crash null|stack|kernel|illegal|hog|forkbomb\nDoes that forbidden thing and reports "
	      "the signal.\n",
	      count == 2 && strcmp(arguments[1], "--help") == 0 ? stdout : stderr);
	return count == 2 && strcmp(arguments[1], "--help") == 0 ? 0 : 2;
}
