// probe.c: which flags and values of a system call does this kernel take? Each name of kernel/syscall/flags.tbl (names.h is made of
// it), and each bit of a row of bits that has no name there, is tried in a process of its own, all other arguments being
// right (rows.h). Prints
//   CALL ARGUMENT NAME taken|refused|broken     refused: refusal(); broken: EBADF, the probe is wrong; any other answer means
//                                               that it was understood
#include "tests/calls/begin.h"
#include <asm/prctl.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/falloc.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>

#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)
#define PAGE 4096ul
#define SECONDS 2 // for one try: what waits longer was understood

typedef unsigned long word;
enum { TAKEN, REFUSED, BROKEN };
static int file, other, memory, timer, set, ends[2], pair[2], one = 1;
static char *area; // four pages
static struct timespec now;
static uint64_t bytes[64];
static struct iovec vectors[1] = {{bytes, 8}};

// By hand, since parent and child may share the stack for a moment.
static long try_clone(word flags)
{
	register long tls __asm__("r8") = 0, child __asm__("r10") = (long)bytes;
	long rc;

	if (flags <= CSIGNAL)
		return 0; // the child's last signal, which may stop us
	flags |= flags & CLONE_THREAD ? CLONE_SIGHAND : 0;
	flags |= flags & CLONE_SIGHAND ? CLONE_VM : 0;
	flags |= flags & CLONE_VM ? CLONE_VFORK : 0;
	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\tmov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:"
			 : "=a"(rc) : "a"(SYS_clone), "D"(flags | SIGCHLD), "S"(0), "d"(bytes), "r"(child), "r"(tls)
			 : "rcx", "r11", "memory");
	errno = -rc;
	return rc < 0 ? -1 : rc;
}

static long try_clone3(word flags)
{
	uint64_t arguments[11] = {flags, (word)bytes, (word)bytes, (word)bytes, flags & CLONE_PARENT ? 0 : SIGCHLD};

	if (flags & (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_VFORK))
		return try_clone(flags); // the same bits
	long rc = CALL(clone3, arguments, sizeof(arguments));
	if (rc == 0)
		_exit(0);
	return rc;
}

static long try_mmap(word flags)
{
	word hint = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) ? 0x10000000 : 0;
	int of_file = flags == MAP_SYNC || flags == MAP_SHARED_VALIDATE;

	return CALL(mmap, hint, PAGE, PROT_READ, (flags & MAP_TYPE ? 0 : MAP_PRIVATE) | (of_file ? 0 : MAP_ANONYMOUS) | flags,
		    of_file ? file : -1, 0);
}

// A child that stands still: seized in a group stop, or traced from its first moment; or that nobody traces.
static pid_t stopped_child(int seized, int traced)
{
	pid_t child = fork();

	if (child == 0) {
		if (traced && !seized)
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(child, NULL, WUNTRACED);
	if (seized) {
		ptrace(PTRACE_SEIZE, child, 0, 0);
		waitpid(child, NULL, WUNTRACED);
	}
	return child;
}

// What is set is what was got before.
static long try_ptrace(word request)
{
	static const word get_of[][2] = {{PTRACE_SETREGS, PTRACE_GETREGS}, {PTRACE_SETFPREGS, PTRACE_GETFPREGS}, {PTRACE_SETSIGINFO, PTRACE_GETSIGINFO},
					 {PTRACE_SETREGSET, PTRACE_GETREGSET}, {PTRACE_SETSIGMASK, PTRACE_GETSIGMASK}};
	int whole = request == PTRACE_GETREGSET || request == PTRACE_SETREGSET, mask = request == PTRACE_GETSIGMASK || request == PTRACE_SETSIGMASK;
	int memory_word = request >= PTRACE_PEEKTEXT && request <= PTRACE_POKEUSER, user = request == PTRACE_PEEKUSER || request == PTRACE_POKEUSER;
	pid_t child = request == PTRACE_TRACEME ? 0 : stopped_child(request == PTRACE_LISTEN || request == PTRACE_INTERRUPT, request != PTRACE_ATTACH && request != PTRACE_SEIZE);
	struct iovec set = {bytes, sizeof(bytes)};
	word address = whole ? 1 : mask ? 8 : user ? 0 : memory_word ? (word)area : request == PTRACE_GET_SYSCALL_INFO ? 64 : 0;
	word data = whole ? (word)&set : request == PTRACE_SETOPTIONS || request == PTRACE_SEIZE || request == PTRACE_CONT || request == PTRACE_DETACH ||
		    request == PTRACE_SINGLESTEP || request == PTRACE_SYSCALL ? 0 : (word)bytes;

	for (size_t i = 0; i < sizeof(get_of) / sizeof(*get_of); i++)
		if (get_of[i][0] == request)
			CALL(ptrace, get_of[i][1], child, address, data);
	errno = 0;
	long rc = CALL(ptrace, request, child, address, data);
	int error = errno;
	if (child > 0)
		kill(child, SIGKILL);
	errno = error;
	return rc;
}

static long try_ptrace_option(word option)
{
	pid_t child = stopped_child(0, 1);
	long rc = CALL(ptrace, PTRACE_SETOPTIONS, child, 0, option);
	int error = errno;

	kill(child, SIGKILL);
	errno = error;
	return rc;
}

static struct mmsghdr *one_message(void)
{
	static struct mmsghdr message;

	message.msg_hdr = (struct msghdr){.msg_iov = vectors, .msg_iovlen = 1};
	return &message;
}

#define ROW(call, argument, bits, expression)                                                                             \
	static long call##_##argument(word v)                                                                          \
	{                                                                                                              \
		return expression;                                                                                     \
	}
#include "tests/support/rows.h"
#undef ROW

static const struct row {
	const char *name; // CALL ARGUMENT
	int bits;
	long (*attempt)(word value);
} rows[] = {
#define ROW(call, argument, bits, expression) {#call " " #argument, bits, call##_##argument},
#include "tests/support/rows.h"
#undef ROW
};

static const struct name {
	const char *row, *name;
	word value;
} names[] = {
#include "names.h"
};

static void make_places(void)
{
	umount2("d", MNT_DETACH);
	rmdir("d"), unlink("new"), unlink("f"), unlink("g"), mkdir("d", 0755);
	file = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), other = open("g", O_RDWR | O_CREAT, 0644);
	(void)!write(file, "something", 9);
	memory = CALL(memfd_create, "m", 2);
	timer = CALL(timerfd_create, CLOCK_REALTIME, 0);
	set = CALL(epoll_create1, 0);
	(void)!pipe(ends);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	(void)!write(pair[1], "some bytes", 10);
	(void)!CALL(epoll_ctl, set, EPOLL_CTL_ADD, ends[0], bytes);
	area = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int refusal(int error)
{
	return error == EINVAL || error == EOPNOTSUPP || error == ENOSYS || error == EIO || error == ENOPROTOOPT || error == EAFNOSUPPORT ||
	       error == ESOCKTNOSUPPORT || error == EPROTONOSUPPORT;
}

static void try(const struct row *row, const char *name, word value)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		make_places();
		alarm(SECONDS);
		errno = 0;
		if (row->attempt(value) == -1)
			_exit(refusal(errno) ? REFUSED : errno == EBADF ? BROKEN : TAKEN);
		_exit(TAKEN);
	}
	waitpid(child, &status, 0);
	printf("%s %s %s\n", row->name, name, (const char *[]){"taken", "refused", "broken"}[WIFEXITED(status) ? WEXITSTATUS(status) : TAKEN]);
}

int main(int count, char **words)
{
	if (count < 2 || begin(words[1]) != 0)
		return 2;
	for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		word named = 0;
		char name[16];

		for (const struct name *entry = names; entry < names + sizeof(names) / sizeof(*names); entry++)
			if (strcmp(entry->row, row->name) == 0) {
				try(row, entry->name, entry->value);
				named |= entry->value;
			}
		for (int bit = 0; bit < row->bits; bit++)
			if (!(named & 1ul << bit)) {
				snprintf(name, sizeof(name), "0x%lx", 1ul << bit);
				try(row, name, 1ul << bit);
			}
	}
	return 0;
}
