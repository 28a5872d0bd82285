// calls.c: hostile programs: system calls by chance, made out of the kernel's own list
// (kernel/syscall/*.tbl), on Groundup and on Linux.
//
//   calls FOLDER SEED ROUNDS [WORKERS] [CALLS]
//
// A round is a fresh tmpfs at FOLDER with /proc and /dev inside. WORKERS processes (some root, most not), six
// at a time, each chrooted there, hold a descriptor of every type and an area of pages of every kind, and
// make CALLS calls each, alone, or from threads and children that they clone on the way. What an argument
// gets depends on its type in the list, and on its name. The parent (the judge) wakes who sleeps, kills who
// sleeps on, and then says what must hold:
//   1 everybody it kills goes away, and no zombie stays        3 no file lock and no mount is left: the tmpfs
//   can be unmounted 2 all of /proc can be read                                 4 memory comes back (a leak
//   grows with the rounds)
// It prints each round's seed before it starts, so the last one is the one to replay: the same seed makes the
// same calls, but what threads do to each other is up to the scheduler. Masked: what would end the machine or
// the judge (see `allowed`).
//
// No libc in a worker's way: its calls are bare instructions, since it may give itself another TLS, or none.
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/falloc.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include "emu/abi/gpu.h"

typedef uint64_t word;
#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define PAGE 4096ul
#define AREA_PAGES 64
#define AREA ((word)0x20000000) // the pages that calls may map, protect and take away
#define ABREAST 6               // workers at a time
#define CHILD_CALLS 24          // of a thread or child
#define SLOTS 6                 // threads of a worker that share its memory
#define NOBODY 1000
#define TICK_US 10000
#define LEAK_KB 512 // more is missing after all rounds: a leak

static const struct call {
	const char *name;
	int number;
	const char *arguments; // TYPE:NAME, separated by blanks
} calls[] = {
#define CALL(number, name, arguments, shown, support) {#name, number, shown},
#include "kernel/syscall/table.h"
#undef CALL
};
static const struct flag {
	const char *call, *argument;
	word value;
} flags[] = {
#include "names.h"
};

// One line of execution. Children and threads have one of their own.
struct fuzzer {
	word random;
	int depth;
	volatile int busy; // somebody runs on its stack
	word results[8], result_count;
	struct progress *progress;
	word scratch[512]; // structs that calls read and write are built here
	char strings[2][PATH_MAX + 64];
	char stack[32768] __attribute__((aligned(16)));
};

// What the judge sees of a worker.
struct progress {
	volatile word calls;
	volatile word call, arguments[6]; // the one that it makes
	volatile int pid;
};

static struct progress *board; // one entry a worker that runs, shared
static struct tally {
	unsigned tried, well;
} * tallies; // one a call, shared
static struct progress nobody_looks;
static struct fuzzer first, slots[SLOTS];
static int judge;

// -------- chance
static word chance(struct fuzzer *f)
{
	word z = f->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static word below(struct fuzzer *f, word limit)
{
	return chance(f) % limit;
}

#define ONE_OF(f, array) ((array)[below(f, LENGTH(array))])

static word border(struct fuzzer *f)
{
	static const word borders[] = {0,
				       1,
				       -1ul,
				       -2ul,
				       INT_MAX,
				       0x80000000,
				       UINT_MAX,
				       INT64_MAX,
				       1ul << 63,
				       PAGE - 1,
				       PAGE,
				       PAGE + 1,
				       1ul << 47,
				       (1ul << 47) - PAGE,
				       0x7ffffffffffff000,
				       1024,
				       65536,
				       65537,
				       -PAGE,
				       0xffff800000000000,
				       1ul << 32,
				       64,
				       63,
				       7};
	return ONE_OF(f, borders) + (below(f, 4) ? 0 : below(f, 3) - 1);
}

// -------- arguments
static word address(struct fuzzer *f)
{
	word page = AREA + below(f, AREA_PAGES) * PAGE;

	switch (below(f, 12)) {
	case 0: return border(f);
	case 1: return 0;
	case 2: return (word)calls + below(f, PAGE); // may be read only
	case 3: return 0xffffffff80000000 + below(f, 1 << 24);
	case 4: return chance(f) % (1ul << 47); // a hole, most likely
	case 5: return page + PAGE - below(f, 16);
	case 6: return page + below(f, PAGE);
	case 7: return page;
	default: return (word)(f->scratch + below(f, 64));
	}
}

// The numbers that make_descriptors() gives to each type.
static const struct fitting {
	const char *word; // in the call's name
	int first, last;
} fittings[] = {
    {"epoll", 23, 23},   {"timerfd", 24, 24},  {"signalfd", 25, 25}, {"inotify", 26, 26},  {"sock", 28, 35},
    {"send", 28, 33},    {"recv", 28, 33},     {"accept", 34, 34},   {"listen", 34, 35},   {"bind", 35, 35},
    {"connect", 35, 37}, {"shutdown", 28, 35}, {"peer", 28, 33},     {"getdents", 15, 15}, {"file", 12, 14},
    {"xattr", 12, 15},   {"lock", 12, 13},     {"fcntl", 12, 27},    {"sync", 12, 14},     {"alloc", 12, 13},
    {"trunc", 12, 13},   {"chdir", 15, 16},    {"pread", 12, 13},    {"pwrite", 12, 13},   {"ioctl", 10, 11},
    {"mmap", 12, 14},    {"seek", 12, 15},
};

static word descriptor(struct fuzzer *f, const char *call)
{
	if (below(f, 2))
		for (word i = 0; i < LENGTH(fittings); i++)
			if (strstr(call, fittings[i].word) != NULL)
				return fittings[i].first + below(f, fittings[i].last - fittings[i].first + 1);
	switch (below(f, 12)) {
	case 0: return ONE_OF(f, f->results);
	case 1: return border(f);
	case 2: return AT_FDCWD;
	default: return below(f, 48);
	}
}

static word process(struct fuzzer *f)
{
	switch (below(f, 6)) {
	case 0: return 0;
	case 1: return ONE_OF(f, f->results);
	case 2: return board != NULL ? board[below(f, ABREAST)].pid : 0;
	case 3: return border(f);
	default: return f->progress->pid;
	}
}

// Whose end would be the end of the test: the judge, and those who were there before it.
static word allowed_process(struct fuzzer *f, word value)
{
	int pid = (int)value;

	return pid == -1 || (pid < 0 && -pid <= judge) || (pid > 0 && pid <= judge) ? (word)f->progress->pid
										    : value;
}

static word size(struct fuzzer *f)
{
	switch (below(f, 8)) {
	case 0: return border(f);
	case 1: return below(f, 8) * PAGE;
	case 2: return below(f, 1 << 18);
	case 3: return 8;
	default: return below(f, 256);
	}
}

static word offset(struct fuzzer *f)
{
	return below(f, 6) == 0 ? border(f) : below(f, 2) ? below(f, 1 << 16) : below(f, 16) * PAGE;
}

static const char *const places[] = {
    "f0",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f7",
    "d0/f0",
    "d0/f1",
    "d1/f2",
    "d1/f3",
    "d0/d2",
    "d1/d3",
    "d0",
    "d1",
    "d0/f",
    "d1/g",
    "d0/d",
    "d0/../d1/./g",
    "s",
    "loop",
    "fifo",
    "sock",
    "sock2",
    ".",
    "..",
    "",
    "/",
    "f0/",
    "nothere/x",
    "/d0",
    "/f1",
    "d0/../..",
    "//d1//",
    "exe",
    "d0/dangling",
    "script",
    "/proc",
    "/dev",
    "/proc/self",
    "/proc/self/fd",
    "/proc/self/task",
};
static const char *const machine_places[] = {
    "/proc/self/stat",
    "/proc/self/status",
    "/proc/self/maps",
    "/proc/self/mem",
    "/proc/self/environ",
    "/proc/self/cmdline",
    "/proc/self/limits",
    "/proc/self/exe",
    "/proc/self/cwd",
    "/proc/self/root",
    "/proc/self/comm",
    "/proc/self/mountinfo",
    "/proc/self/mounts",
    "/proc/self/statm",
    "/proc/self/fdinfo",
    "/proc/self/fd/9",
    "/proc/self/fd/20",
    "/proc/self/fd/24",
    "/proc/self/fdinfo/12",
    "/proc/meminfo",
    "/proc/locks",
    "/proc/cpuinfo",
    "/proc/interrupts",
    "/proc/uptime",
    "/proc/version",
    "/proc/stat",
    "/proc/groundup/deadlock",
    "/proc/groundup/syscalls",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/pid_max",
    "/proc/sys/kernel/random/uuid",
    "/proc/sys/fs/pipe-max-size",
    "/proc/loadavg",
    "/proc/thread-self",
    "/proc/slabinfo",
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/gpu0",
    "/dev/fd/12",
};

static word path(struct fuzzer *f, const char *call)
{
	int looks = strstr(call, "open") || strstr(call, "stat") || strstr(call, "access") ||
		    strstr(call, "read"); // else root would take /dev away
	char *text = f->strings[below(f, 2)];

	if (strstr(call, "mount") != NULL && below(f, 2))
		return (word)strcpy(text, ONE_OF(f, ((const char *const[]){"d0", "d1", "d0/d2"})));
	switch (below(f, 16)) {
	case 0: return address(f);
	case 1:
		memset(text, 'n', PATH_MAX + 8);
		text[ONE_OF(f, ((const word[]){255, 256, PATH_MAX - 1, PATH_MAX}))] = '\0';
		return (word)text;
	case 2:
		for (word i = 0; i < PATH_MAX + 8; i++)
			text[i] = "d0/../"[i % 6];
		text[6 * below(f, PATH_MAX / 6)] = '\0';
		return (word)text;
	case 3:
	case 4:
	case 5: return (word)strcpy(text, looks ? ONE_OF(f, machine_places) : machine_places[below(f, 20)]);
	default: return (word)strcpy(text, ONE_OF(f, places));
	}
}

// A struct by chance: words of each kind. Some calls need one that makes sense.
static word some_struct(struct fuzzer *f)
{
	word *at = f->scratch + below(f, 4) * 128;
	int words = 4 + below(f, 28), tame = below(f, 4) != 0;

	for (int i = 0; i < words; i++)
		switch (below(f, tame ? 4 : 6)) {
		case 0: at[i] = 0; break;
		case 1: at[i] = below(f, 64); break;
		case 2: at[i] = 1ul << below(f, 64); break;
		case 3: at[i] = address(f); break;
		case 4: at[i] = chance(f); break;
		default: at[i] = border(f);
		}
	return (word)at;
}

static word some_time(struct fuzzer *f, int pairs)
{
	word *at = f->scratch + 128 + below(f, 16) * 4;

	for (int i = 0; i < 2 * pairs; i++)
		at[i] = below(f, 12) == 0 ? border(f) : i % 2 == 0 ? below(f, 20) / 19 : below(f, 5000000);
	return (word)at;
}

static word vectors(struct fuzzer *f)
{
	struct iovec *at = (struct iovec *)(f->scratch + 200 + below(f, 8) * 8);

	int tame = below(f, 4);

	for (int i = 0; i < 8; i++)
		at[i] = tame ? (struct iovec){f->scratch + below(f, 100), below(f, 64)}
			     : (struct iovec){(void *)address(f), size(f)};
	return (word)at;
}

static word socket_name(struct fuzzer *f)
{
	struct sockaddr_un *name = (struct sockaddr_un *)(f->scratch + 300 + below(f, 4) * 16);

	memset(name, 0, sizeof(*name));
	name->sun_family = below(f, 16) == 0 ? below(f, 50) : AF_UNIX;
	strcpy(name->sun_path + below(f, 2),
	       ONE_OF(f, ((const char *const[]){"sock", "sock2", "f0", "d0", "x"})));
	return (word)name;
}

static word message(struct fuzzer *f)
{
	struct msghdr *at = (struct msghdr *)(f->scratch + 380);
	word *control = f->scratch + 400;
	int *numbers = (int *)(control + 2), count = below(f, 20);

	control[0] = 16 + 4 * count;
	control[1] = SOL_SOCKET | (below(f, 8) == 0   ? below(f, 8)
				   : below(f, 4) == 0 ? SCM_CREDENTIALS
						      : SCM_RIGHTS)
				      << 32;
	for (int i = 0; i < count; i++)
		numbers[i] = descriptor(f, "");
	*at = (struct msghdr){below(f, 3) ? NULL : (void *)socket_name(f),
			      below(f, 120),
			      (void *)vectors(f),
			      below(f, 9),
			      below(f, 2) ? control : NULL,
			      below(f, 8) ? control[0] : size(f),
			      0};
	return (word)at;
}

static word pointers(struct fuzzer *f) // argv, envp
{
	word *at = f->scratch + 440 + below(f, 4) * 8;

	at[0] = (word) "again";
	for (int i = 1; i < 7; i++)
		at[i] = below(f, 6) ? 0 : address(f);
	at[7] = 0;
	return (word)at;
}

static word clone_arguments(struct fuzzer *f)
{
	word *at = (word *)some_struct(f);

	at[0] = 0;
	for (word bits = below(f, 4); bits > 0; bits--)
		at[0] |= 1ul << below(f, 38);
	at[4] = below(f, 3) ? SIGCHLD : below(f, 70);
	if (below(f, 8)) // no stack, no vector of ids, no cgroup
		at[1] = at[5] = at[6] = at[8] = at[9] = at[10] = 0;
	return (word)at;
}

static word handler_struct(struct fuzzer *f);

static int one_of_words(const char *word_, const char *list)
{
	const char *at = strstr(list, word_);

	return at != NULL && (at == list || at[-1] == ' ') &&
	       (at[strlen(word_)] == ' ' || at[strlen(word_)] == '\0');
}

// Names of flags.tbl for this argument, or for another call's of that name.
static word flag_of(struct fuzzer *f, const char *call, const char *argument)
{
	const struct flag *fitting[LENGTH(flags)];
	word value = 0;
	int count = 0;

	for (int exact = 1; exact >= 0 && count == 0; exact--)
		for (word i = 0; i < LENGTH(flags); i++)
			if (strcmp(flags[i].argument, argument) == 0 &&
			    (!exact || strcmp(flags[i].call, call) == 0))
				fitting[count++] = flags + i;
	if (count == 0 || below(f, 16) == 0)
		return below(f, 2) ? below(f, 16) : border(f);
	int are_bits = one_of_words(argument, "flags protection options mask mode");

	for (word bits = are_bits ? ONE_OF(f, ((const word[]){0, 0, 0, 1, 1, 1, 2, 3})) : 1; bits > 0; bits--)
		value |= fitting[below(f, count)]->value;
	return below(f, 16) ? value : value | 1ul << below(f, 32);
}

static word pointer(struct fuzzer *f, const char *call, const char *name)
{
	if (below(f, 5) == 0)
		return address(f);
	if (one_of_words(name, "timeout request remainder time times new_timer"))
		return some_time(f, strcmp(name, "times") == 0 ? 2 : 1);
	if (strstr(call, "timer") != NULL && strcmp(name, "new") == 0)
		return some_time(f, 2);
	if (strcmp(call, "rt_sigaction") == 0 && strcmp(name, "new") == 0)
		return handler_struct(f);
	if (one_of_words(name, "vectors ours theirs"))
		return vectors(f);
	if (one_of_words(name, "argv envp"))
		return pointers(f);
	if (strcmp(name, "message") == 0)
		return message(f);
	if (strcmp(name, "arguments") == 0)
		return clone_arguments(f);
	if (strcmp(name, "name") == 0 && !one_of_words(call, "memfd_create sethostname setdomainname") &&
	    strstr(call, "xattr") == NULL)
		return socket_name(f);
	if (strcmp(name, "name") == 0)
		return (word)ONE_OF(
		    f, ((const char *const[]){"trusted.a", "trusted.a", "security.b", "security.b",
					      "trusted.c", "user.c", "system.d", "trusted.", "x", ""}));
	if (strcmp(name, "type") == 0)
		return (word)ONE_OF(
		    f, ((const char *const[]){"tmpfs", "proc", "devtmpfs", "sysfs", "ext2", ""}));
	return below(f, 2) ? some_struct(f) : address(f);
}

static word integer(struct fuzzer *f, const char *call, const char *name)
{
	static const uint32_t commands[] = {0x5401,         0x5402,         0x5403,
					    0x5404,         0x5409,         0x540a,
					    0x540b,         0x540e,         0x540f,
					    0x5410,         0x5411,         0x5412,
					    0x5413,         0x5414,         0x541b,
					    0x5421,         0x5422,         0x5429,
					    0x5450,         0x5451,         0x80045430,
					    0x40045431,     0x80045438,     0x80045439,
					    0x5441,         0x40045436,     GPU_IOCTL_ALLOCATE,
					    GPU_IOCTL_FREE, GPU_IOCTL_RING, GPU_IOCTL_WAIT,
					    0x8905};

	if (one_of_words(name, "pid tid tgid who group id"))
		return process(f);
	if (strcmp(call, "ioctl") == 0)
		return below(f, 8) ? ONE_OF(f, commands) : chance(f);
	if (strcmp(name, "signal") == 0)
		return below(f, 8) == 0 ? border(f) : below(f, 4) ? below(f, 66) : SIGUSR1;
	if (strcmp(name, "timeout_ms") == 0)
		return below(f, 8) ? below(f, 20) : border(f);
	if (strcmp(call, "ptrace") == 0)
		return below(f, 2) ? below(f, 34) : 0x4200 + below(f, 16);
	if (strcmp(name, "family") == 0)
		return below(f, 8) ? AF_UNIX : below(f, 50);
	if (strcmp(call, "mknod") == 0 || strcmp(call, "mknodat") == 0)
		return ONE_OF(f, ((const word[]){0, 0x103, 0x105, 0x502}));
	if (strstr(call, "socket") != NULL && one_of_words(name, "type protocol") && below(f, 8))
		return strcmp(name, "type")
			   ? 0
			   : ONE_OF(f, ((const word[]){1, 2, 5})) | (below(f, 2) ? SOCK_NONBLOCK : 0);
	if (strcmp(name, "level") == 0 && below(f, 4))
		return SOL_SOCKET;
	if (strcmp(name, "length") == 0 && below(f, 2))
		return ONE_OF(f, ((const word[]){4, 8, 16, 110}));
	if (strcmp(name, "count") == 0 && below(f, 4))
		return below(f, 9);
	if (one_of_words(name, "count room backlog size limit length options level option resource"))
		return below(f, 6) ? below(f, 40) : border(f);
	if (strcmp(call, "alarm") == 0)
		return 0;
	return flag_of(f, call, name);
}

// What argument number `i` of `call` gets. TYPE:NAME stands at `shown`.
static word argument(struct fuzzer *f, const struct call *call, const char *shown)
{
	char type[8] = "", name[24] = "";

	for (int i = 0; *shown != ':'; shown++, i++)
		type[i] = *shown;
	shown++;
	for (int i = 0; shown[i] != '\0' && shown[i] != ' '; i++)
		name[i] = shown[i];
	if (strcmp(type, "fd") == 0)
		return strstr(name, "directory") != NULL && below(f, 4)
			   ? (word)AT_FDCWD
			   : descriptor(f, strcmp(name, "set") ? call->name : "epoll");
	if (strcmp(type, "path") == 0)
		return path(f, call->name);
	if (strcmp(type, "addr") == 0)
		return pointer(f, call->name, name);
	if (strcmp(type, "size") == 0)
		return one_of_words(name, "size") && below(f, 3) ? 8 : size(f);
	if (strcmp(type, "off") == 0)
		return offset(f);
	if (strcmp(type, "mode") == 0)
		return below(f, 2)                  ? 0777
		       : strstr(name, "id") != NULL ? below(f, 2) * NOBODY
						    : chance(f) & 0177777;
	if (strcmp(name, "address") == 0 && strcmp(call->name, "ptrace") != 0)
		return below(f, 8) ? AREA + below(f, AREA_PAGES) * PAGE : border(f);
	if (one_of_words(name, "old where"))
		return AREA + below(f, AREA_PAGES) * PAGE;
	if (one_of_words(name, "end"))
		return 0;
	if (strstr(call->name, "process_vm") != NULL && strcmp(type, "u64") == 0 && below(f, 4))
		return strcmp(name, "flags") ? below(f, 9) : 0;
	if (strcmp(type, "u64") == 0 && one_of_words(name, "length old_size new_size offset our_count count"))
		return size(f);
	if (strcmp(type, "u64") == 0 && !one_of_words(name, "request flags") &&
	    strcmp(call->name, "prctl") != 0)
		return below(f, 3) ? some_struct(f) : below(f, 2) ? below(f, 64) : border(f);
	return integer(f, call->name, name);
}

// -------- a call
static long bare(word number, const word *a)
{
	register word r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
	long rc;

	__asm__ volatile("syscall"
			 : "=a"(rc)
			 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return rc;
}

// As bare(), for calls that return twice: the second comes with the same registers, maybe on another stack,
// and runs there.
static long bare_twice(word number, const word *a, void (*run)(struct fuzzer *), struct fuzzer *child)
{
	register word r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
	register void *r12 __asm__("r12") = (void *)run, *r13 __asm__("r13") = child;
	long rc;

	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\txor %%ebp, %%ebp\n\tmov %%r13, "
			 "%%rdi\n\tand $-16, %%rsp\n\tcall *%%r12\n\tud2\n1:"
			 : "=a"(rc)
			 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9), "r"(r12),
			   "r"(r13)
			 : "rcx", "r11", "memory");
	return rc;
}

#define BARE(name, ...) bare(SYS_##name, (const word[6]){__VA_ARGS__})

static void fuzz(struct fuzzer *f, int count);

static void run_child(struct fuzzer *child)
{
	child->progress->pid = BARE(getpid);
	fuzz(child, CHILD_CALLS);
	child->busy = 0;
	BARE(exit, 0);
}

static long divide(struct fuzzer *f, const struct call *call, word *a)
{
	struct fuzzer *child = NULL;
	word bits, size_ = 88, own[11];

	for (int i = 0; i < SLOTS && child == NULL; i++)
		if (!__atomic_exchange_n(&slots[i].busy, 1, __ATOMIC_ACQUIRE))
			child = slots + i;
	if (child == NULL || f->depth >= 3)
		return child != NULL ? child->busy = 0 : 0;
	child->random = chance(f);
	child->depth = f->depth + 1;
	child->progress = f->progress == &nobody_looks ? &nobody_looks : f->progress;
	if (call->number == SYS_clone && below(f, 3) != 0) // a thread
		a[0] = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
		       (a[0] & ~0xfful);
	else if (call->number == SYS_clone)
		a[0] = (a[0] & ~0xfful) | (below(f, 4) ? SIGCHLD : below(f, 66));
	if (call->number == SYS_clone && (a[0] & CLONE_VM || below(f, 2)))
		a[1] = (word)(child->stack + sizeof(child->stack));
	else if (call->number == SYS_clone)
		a[1] = 0;
	bits = call->number == SYS_clone ? a[0] : 0;
	if (call->number == SYS_clone3) {
		memcpy(own, f->scratch, sizeof(own));
		if (a[0] >= (word)f->scratch && a[0] < (word)(f->scratch + 400))
			memcpy(own, (void *)a[0], sizeof(own));
		bits = own[0];
		if (bits & CLONE_VM || own[5] != 0) {
			own[5] = (word)child->stack;
			own[6] = sizeof(child->stack);
		}
		if (below(f, 8))
			a[0] = (word)own, a[1] = below(f, 4) ? size_ : 64;
	}
	if (call->number == SYS_vfork) // the stack is shared: clone with the same bits, on its own
		return bare_twice(
		    SYS_clone,
		    (word[6]){CLONE_VM | CLONE_VFORK | SIGCHLD, (word)(child->stack + sizeof(child->stack))},
		    run_child, child);
	long rc = bare_twice(call->number, a, run_child, child);
	if (rc < 0 || !(bits & CLONE_VM))
		child->busy = 0;
	return rc;
}

// Is this one to be made? Changes what would hurt those outside.
static int allowed(struct fuzzer *f, const struct call *call, word *a)
{
	switch (call->number) {
	case SYS_reboot: return 0;
	case SYS_sched_setscheduler:
		return a[1] != SCHED_FIFO && a[1] != SCHED_RR;          // Linux's would starve the judge
	case SYS_fcntl: return a[1] != F_SETOWN && a[1] != F_SETOWN_EX; // and signal it
	case SYS_exit:
	case SYS_exit_group: return below(f, 40) == 0;
	case SYS_execve: return below(f, 6) == 0;
	case SYS_rt_sigreturn: return below(f, 40) == 0;
	case SYS_pause:
	case SYS_rt_sigsuspend: return below(f, 4) == 0;
	case SYS_kill:
	case SYS_tkill:
	case SYS_rt_sigqueueinfo:
		if (below(f, 4) != 0 && (a[1] == SIGKILL || a[1] == SIGSTOP))
			a[1] = SIGUSR2;
		return 1;
	case SYS_mmap: // not over the program's own text
		if (below(f, 4))
			a[3] = ONE_OF(f, ((const word[]){MAP_PRIVATE, MAP_SHARED, MAP_PRIVATE | MAP_ANONYMOUS,
							 MAP_SHARED | MAP_ANONYMOUS})) |
			       (below(f, 2) ? MAP_FIXED : 0),
			a[2] = below(f, 8), a[5] &= ~(PAGE - 1);
		if (a[3] & (MAP_FIXED | MAP_FIXED_NOREPLACE))
			a[0] = AREA + below(f, AREA_PAGES) * PAGE, a[1] = below(f, 16) * PAGE;
		return 1;
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_mremap:
	case SYS_madvise:
		if (below(f, 8))
			a[1] = below(f, 16) * PAGE;
		return 1;
	case SYS_close_range:
		if (below(f, 8))
			a[0] = below(f, 48), a[1] = a[0] + below(f, 3);
		return 1;
	case SYS_fallocate: // memory that is there for everybody
		a[3] = a[3] > 1 << 22 && below(f, 8) ? a[3] % (1 << 22) : a[3];
		return 1;
	case SYS_setuid:
	case SYS_setreuid:
	case SYS_setresuid:
	case SYS_setfsuid: // root stays it for a while
		return below(f, 16) == 0;
	case SYS_chroot: // deeper, the folder's parent would be a step away
		a[0] = a[0] == (word)f->strings[0] || a[0] == (word)f->strings[1] ? (word) "/" : a[0];
		return 1;
	case SYS_set_robust_list: a[1] = below(f, 4) ? 24 : a[1]; return 1;
	case SYS_mount:
	case SYS_umount2: a[call->number == SYS_mount ? 3 : 1] &= below(f, 4) ? 0 : -1ul; return 1;
	case SYS_prctl: // the parent stays who it is
		return a[0] != PR_SET_NAME || a[1] != 0;
	default: return 1;
	}
}

static void one_call(struct fuzzer *f)
{
	const struct call *call = &calls[below(f, LENGTH(calls))];
	word a[6] = {0};
	int i = 0;
	long rc;

	for (const char *shown = call->arguments; *shown != '\0'; i++) {
		a[i] = argument(f, call, shown);
		if (strncmp(shown, "int:pid", 7) == 0 || strncmp(shown, "int:tid", 7) == 0 ||
		    strncmp(shown, "int:tgid", 8) == 0 || strncmp(shown, "int:who", 7) == 0 ||
		    strncmp(shown, "int:group", 9) == 0)
			a[i] = allowed_process(f, a[i]);
		shown += strcspn(shown, " ");
		shown += *shown == ' ';
	}
	if (!allowed(f, call, a))
		return;
	f->progress->call = call->number;
	for (i = 0; i < 6; i++)
		f->progress->arguments[i] = a[i];
	if (one_of_words(call->name, "fork vfork clone clone3"))
		rc = divide(f, call, a);
	else
		rc = bare(call->number, a);
	if (tallies != NULL) {
		tallies[call - calls].tried++;
		tallies[call - calls].well += rc >= 0 || rc < -4095;
	}
	if (rc > 0 && rc < 1 << 20)
		f->results[f->result_count++ % LENGTH(f->results)] = rc;
	f->progress->calls++;
}

static void fuzz(struct fuzzer *f, int count)
{
	while (count-- > 0)
		one_call(f);
}

// -------- signals: who returns may have another machine under it
static void gentle(int signal_)
{
	(void)signal_;
}

static void hostile(int signal_, siginfo_t *info, void *place)
{
	static struct fuzzer own;
	ucontext_t *context = place;

	(void)signal_, (void)info;
	own.random += (word)info + first.random;
	switch (below(&own, 24)) { // else it returns as it came
	case 0: context->uc_mcontext.gregs[below(&own, 23)] = border(&own); break;
	case 1: context->uc_mcontext.gregs[REG_EFL] ^= 1ul << below(&own, 22); break;
	case 2: context->uc_mcontext.gregs[REG_CSGSFS] ^= 1ul << below(&own, 64); break;
	case 3: context->uc_mcontext.gregs[REG_RIP] = address(&own); break;
	case 4: context->uc_mcontext.fpregs = (void *)address(&own); break;
	case 5: context->uc_stack.ss_sp = (void *)address(&own); break;
	case 6:
		if (context->uc_mcontext.fpregs != NULL)
			((word *)context->uc_mcontext.fpregs)[below(&own, 100)] = chance(&own);
		break;
	case 7: ((word *)context)[0] = chance(&own);
	}
}

__asm__("restore: mov $15, %eax\n\tsyscall\n");
extern char restore[];

static word handler_struct(struct fuzzer *f)
{
	word *at = (word *)some_struct(f); // handler, flags, restorer, mask

	at[0] =
	    ONE_OF(f, ((const word[]){0, 1, (word)gentle, (word)gentle, (word)hostile, (word)hostile, 3}));
	at[1] = 0x04000000 | (below(f, 2) ? SA_SIGINFO : 0) |
		ONE_OF(f, ((const word[]){0, SA_NODEFER, SA_RESTART, SA_ONSTACK, SA_RESETHAND, SA_NOCLDWAIT,
					  SA_NOCLDSTOP}));
	at[2] = (word)restore;
	if (below(f, 24) == 0)
		at[below(f, 3)] = chance(f);
	return (word)at;
}

// -------- a worker
static void make_area(void)
{
	int backing = memfd_create("area", MFD_ALLOW_SEALING), file = open("f0", O_RDWR | O_CREAT, 0666),
	    all = PROT_READ | PROT_WRITE;

	(void)!ftruncate(backing, 24 * PAGE);
	(void)!ftruncate(file, 8 * PAGE);
	munmap((void *)AREA, AREA_PAGES * PAGE);
	mmap((void *)AREA, 24 * PAGE, all, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)(AREA + 24 * PAGE), 16 * PAGE, all, MAP_SHARED | MAP_FIXED, backing, 0);
	mmap((void *)(AREA + 40 * PAGE), 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)(AREA + 44 * PAGE), 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)(AREA + 48 * PAGE), 8 * PAGE, all, MAP_PRIVATE | MAP_FIXED, file, 0);
	mmap((void *)(AREA + 56 * PAGE), 4 * PAGE, all, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	dup2(backing, 9);
	close(backing), close(file);
}

static void put(int *next, int fd) // at the next number, so that a number has its type whatever the system
{
	if (fd >= 0 && fd != *next) {
		dup2(fd, *next);
		close(fd);
	}
	++*next;
}

// A descriptor of every type. terminal: of a pty's master, opened outside.
static void make_descriptors(int terminal)
{
	int next = 10, pair[2];
	sigset_t every;

	sigfillset(&every);
	put(&next, terminal);
	put(&next, ioctl(10, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	put(&next, open("f0", O_RDWR | O_CREAT, 0666));
	put(&next, open("f1", O_RDWR | O_CREAT | O_APPEND, 0666));
	put(&next, open("f2", O_RDONLY | O_CREAT, 0666));
	put(&next, open("d0", O_RDONLY | O_DIRECTORY));
	put(&next, open("d1", O_PATH | O_DIRECTORY));
	put(&next, open("fifo", O_RDWR | O_NONBLOCK));
	for (int i = 0; i < 2;
	     i++, pipe2(pair, i == 1 ? O_NONBLOCK : 0) ? (void)0 : (put(&next, pair[0]), put(&next, pair[1])))
		;
	put(&next, eventfd(3, 0));
	put(&next, epoll_create1(0));
	put(&next, timerfd_create(CLOCK_MONOTONIC, 0));
	put(&next, signalfd(-1, &every, SFD_NONBLOCK));
	put(&next, inotify_init1(IN_NONBLOCK));
	put(&next, memfd_create("m", 0));
	for (int i = 0; i < 3;
	     i++, socketpair(AF_UNIX, ((int[]){0, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET})[i], 0, pair)
		      ? (void)0
		      : (put(&next, pair[0]), put(&next, pair[1])))
		;
	for (int i = 0; i < 4; i++)
		put(&next, socket(AF_UNIX, (i == 1 ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0));
	for (word i = 0; i < 8; i++)
		put(&next, open(machine_places[(i * 6 + 3) % LENGTH(machine_places)], O_RDONLY | O_NONBLOCK));
	inotify_add_watch(26, ".", IN_ALL_EVENTS);
	unlink("sock");
	bind(34, (struct sockaddr *)&(struct sockaddr_un){AF_UNIX, "sock"}, sizeof(struct sockaddr_un));
	chmod("sock", 0777);
	listen(34, 3);
	epoll_ctl(23, EPOLL_CTL_ADD, 18, &(struct epoll_event){EPOLLIN, {0}});
}

static void worker(const char *folder, word seed, int calls_count, struct progress *progress)
{
	int inherited = close_range(3, ~0u, 0), terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY),
	    null = open("/dev/null", O_RDWR);
	static const int limits[][2] = {{RLIMIT_AS, 1 << 26},    {RLIMIT_NOFILE, 64},
					{RLIMIT_NPROC, 40},      {RLIMIT_FSIZE, 1 << 20},
					{RLIMIT_STACK, 1 << 17}, {RLIMIT_DATA, 1 << 22}};

	if (inherited != 0 || null < 0)
		_exit(3);
	first.random = seed;
	first.progress = progress;
	progress->pid = getpid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(null);
	setsid();
	if (chdir(folder) != 0 || chroot(".") != 0)
		_exit(3);
	make_area();
	make_descriptors(terminal);
	for (int number = 1; number < 32; number++)
		if (number != SIGSEGV && number != SIGBUS && number != SIGILL && number != SIGFPE &&
		    number != SIGTRAP)
			sigaction(
			    number,
			    &(struct sigaction){.sa_sigaction = seed % 3 ? (void *)gentle : (void *)hostile,
						.sa_flags = SA_SIGINFO},
			    NULL);
	for (word i = 0; i < LENGTH(limits); i++)
		if (below(&first, 4) == 0 || limits[i][0] == RLIMIT_NPROC || limits[i][0] == RLIMIT_FSIZE)
			setrlimit(limits[i][0], &(struct rlimit){limits[i][1], limits[i][1]});
	if (below(&first, 4) != 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		_exit(3);
	fuzz(&first, calls_count);
	_exit(0);
}

// -------- the judge
static unsigned char before[1 << 22 >> 3]; // one bit a process that was there before

// Linux makes threads of its own meanwhile. proc(5), stat: the 9th field has PF_KTHREAD.
static int of_kernel(int pid)
{
	char name[64], text[512];
	snprintf(name, sizeof(name), "/proc/%d/stat", pid);
	int fd = open(name, O_RDONLY), count = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
	unsigned flags_ = 0;

	close(fd);
	text[count > 0 ? count : 0] = '\0';
	if (strrchr(text, ')') != NULL)
		sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %u", &flags_);
	return (flags_ & 0x200000) != 0;
}

static int each_process(void (*act)(int pid))
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		int pid = atoi(entry->d_name);
		if (pid > 0 && pid < (int)sizeof(before) * 8 && pid != judge &&
		    !(before[pid / 8] & 1 << pid % 8) && !of_kernel(pid)) {
			act(pid);
			count++;
		}
	}
	closedir(proc);
	return count;
}

static void remember(int pid)
{
	before[pid / 8] |= 1 << pid % 8;
}
static void end(int pid)
{
	kill(pid, SIGKILL);
}

static void show_file(const char *template, int pid)
{
	char name[64], text[2048];
	snprintf(name, sizeof(name), template, pid);
	int fd = open(name, O_RDONLY), count = fd >= 0 ? read(fd, text, sizeof(text)) : 0;

	printf("%s: %.*s\n", name, count > 0 ? count : 0, text);
	close(fd);
}

static void show(int pid)
{
	show_file("/proc/%d/stat", pid);
	show_file("/proc/%d/status", pid);
	for (int i = 0; i < ABREAST; i++)
		if (board[i].pid == pid)
			printf("  its call: %ld (%lx, %lx, %lx, %lx, %lx, %lx)\n", board[i].call,
			       board[i].arguments[0], board[i].arguments[1], board[i].arguments[2],
			       board[i].arguments[3], board[i].arguments[4], board[i].arguments[5]);
}

static int fail(const char *what)
{
	printf("BROKEN: %s\n", what);
	return 1;
}

// Ends everybody who came after us. 0, or 1 when somebody does not go.
static int end_all(void)
{
	for (int tries = 0; tries < 1000; tries++) {
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		if (each_process(end) == 0)
			return waitpid(-1, NULL, WNOHANG | __WALL) == -1
				   ? 0
				   : fail("a child that /proc does not show");
		usleep(TICK_US);
	}
	each_process(show);
	return fail("a process that SIGKILL does not end");
}

// Reads every file of /proc that a program may read without waiting; returns the bytes.
static long read_all(const char *folder, int depth)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	long bytes = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char name[512], text[4096];
		long got;
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "kmsg") == 0 ||
		    strcmp(entry->d_name, "kcore") == 0 || strcmp(entry->d_name, "mem") == 0)
			continue;
		if (entry->d_type == DT_DIR && depth < 4)
			bytes += read_all(name, depth + 1);
		int fd = entry->d_type == DT_REG ? open(name, O_RDONLY | O_NONBLOCK) : -1;
		while (fd >= 0 && (got = read(fd, text, sizeof(text))) > 0)
			bytes += got;
		if (fd >= 0)
			close(fd);
	}
	if (directory != NULL)
		closedir(directory);
	return bytes;
}

static long free_kb(void)
{
	char text[4096], *at;
	int fd = open("/proc/meminfo", O_RDONLY), count = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[count > 0 ? count : 0] = '\0';
	at = strstr(text, "MemFree:");
	return at != NULL ? atol(at + 8) : -1;
}

static int make_places(const char *folder)
{
	char name[512], program[1 << 16];
	int from = open("/proc/self/exe", O_RDONLY), to;
	long got;

	mkdir(folder, 0755);
	if (mount("fuzz", folder, "tmpfs", 0, NULL) != 0 || chdir(folder) != 0)
		return fail("no tmpfs");
	chmod(".", 0777);
	mkdir("proc", 0755), mkdir("dev", 0755), mkdir("d0", 0777), mkdir("d1", 0777);
	chmod("d0", 0777), chmod("d1", 01777);
	mount("fuzz-proc", "proc", "proc", 0, NULL);
	mount("fuzz-dev", "dev", "devtmpfs", 0, NULL);
	to = open("exe", O_WRONLY | O_CREAT, 0755);
	while ((got = read(from, program, sizeof(program))) > 0)
		(void)!write(to, program, got);
	close(from), close(to);
	(void)!symlink("f0", "s"), (void)!symlink("loop", "loop"), (void)!symlink("/nowhere", "d0/dangling"),
	    mkfifo("fifo", 0666), chmod("fifo", 0666);
	to = open("script", O_WRONLY | O_CREAT, 0755);
	(void)!write(to, "#!exe script\n", 13);
	close(to);
	snprintf(name, sizeof(name), "/");
	return chdir(name);
}

// Unmounts all that stands below the folder, or on it; what lies under another mount comes when that is gone.
static int drop_places(const char *folder)
{
	for (int tries = 0, left = 1; left > 0; tries++) {
		char text[65536], *line, target[PATH_MAX];
		int fd = open("/proc/self/mounts", O_RDONLY), count = read(fd, text, sizeof(text) - 1),
		    went = 0;
		close(fd);
		left = 0;
		for (text[count > 0 ? count : 0] = '\0'; (line = strrchr(text, '\n')) != NULL; *line = '\0')
			if (sscanf(line + 1, "%*s %4095s", target) == 1 &&
			    strncmp(target, folder, strlen(folder)) == 0) {
				left++;
				went += umount2(target, 0) == 0;
			}
		if (left > 0 && went == 0 && tries > 100)
			return show_file("/proc/%d/mounts", judge), fail("a mount that is still in use");
		if (left > 0 && went == 0)
			usleep(TICK_US);
	}
	return 0;
}

static pid_t start(const char *folder, word seed, int calls_count, struct progress *progress)
{
	pid_t pid = fork();

	if (pid == 0)
		worker(folder, seed, calls_count, progress);
	return pid;
}

// One round: `workers` workers, ABREAST at a time, until all are gone or stood still for too long.
static void work(const char *folder, word seed, int workers, int calls_count)
{
	word seen[ABREAST] = {0};
	int idle[ABREAST] = {0}, pids[ABREAST] = {0}, started = 0, running = 0, status;
	pid_t pid;

	while (started < workers || running > 0) {
		for (int i = 0; i < ABREAST; i++) {
			if (pids[i] <= 0 && started < workers) {
				memset((void *)(board + i), 0, sizeof(*board));
				idle[i] = 0, seen[i] = 0;
				pids[i] = start(folder, seed * 1000 + started++, calls_count, board + i);
				running += pids[i] > 0;
			}
			if (pids[i] <= 0)
				continue;
			idle[i] = board[i].calls == seen[i] ? idle[i] + 1 : 0;
			seen[i] = board[i].calls;
			if (idle[i] > 40)
				kill(pids[i], SIGKILL);
			else if (idle[i] > 4)
				kill(pids[i], SIGUSR1);
		}
		while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
			for (int i = 0; i < ABREAST; i++)
				if (pids[i] == pid && !WIFSTOPPED(status)) // who asked for it is traced by us
					pids[i] = 0, running--;
		usleep(TICK_US);
	}
}

// Files that root made in the machine's own /dev.
static void clean_devices(void)
{
	for (word i = 0; i < LENGTH(places); i++)
		if (places[i][0] != '/' && places[i][0] != '.' && places[i][0] != '\0') {
			char name[128];
			snprintf(name, sizeof(name), "/dev/%s", places[i]);
			if (strcmp(places[i], "..") && unlink(name) != 0)
				rmdir(name);
		}
}

// A fuzzer whose calls all fail tests nothing but their first line: who never went well?
static void show_tallies(void)
{
	unsigned tried = 0, well = 0;

	printf("  never well:");
	for (word i = 0; i < LENGTH(calls); i++) {
		tried += tallies[i].tried, well += tallies[i].well;
		if (tallies[i].well == 0)
			printf(" %s(%u)", calls[i].name, tallies[i].tried);
	}
	printf("\n  %u calls, %u of them went well\n", tried, well);
}

int main(int count, char **words)
{
	int broken = 0, workers = count > 4 ? atoi(words[4]) : 18,
	    calls_count = count > 5 ? atoi(words[5]) : 300;
	long memory = 0;

	if (count < 4 || strstr(words[0], "calls") == NULL) { // a worker that has called execve
		first.random = count;
		first.progress = &nobody_looks;
		judge = INT_MAX; // nobody but itself
		nobody_looks.pid = getpid();
		fuzz(&first, CHILD_CALLS);
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	judge = getpid();
	tallies = mmap(NULL, sizeof(*tallies) * LENGTH(calls), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	board = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	each_process(remember);
	for (int round = 0; round < atoi(words[3]) && !broken; round++) {
		word seed = strtoul(words[2], NULL, 0) + round;
		printf("seed %lu\n", seed);
		if (make_places(words[1]) != 0)
			return 2;
		work(words[1], seed, workers, calls_count);
		broken = end_all() || read_all("/proc", 0) < 1000 || drop_places(words[1]);
		clean_devices();
		if (round == 2)
			memory = free_kb();
		printf("  %ld KiB free\n", free_kb());
	}
	if (!broken && memory > 0 && free_kb() < memory - LEAK_KB) {
		printf("%ld KiB free, after the third round it was %ld\n", free_kb(), memory);
		broken = fail("memory that does not come back");
	}
	show_tallies();
	if (!broken)
		puts("whole");
	return broken;
}
