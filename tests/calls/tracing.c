// tracing.c: ptrace: each stop printed as wait4 tells it. The same static binary ran on Linux 6.1: tracing.expected is what it printed
// there.
#include "tests/calls/begin.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/ptrace.h>
#include <elf.h>

#define P(request, pid, address, data) syscall(SYS_ptrace, (long)(request), (long)(pid), (long)(address), (long)(data))

static void describe(int status)
{
	if (WIFEXITED(status))
		printf("exited %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("killed by %d\n", WTERMSIG(status));
	else if (WIFSTOPPED(status))
		printf("stopped by %d%s event %d\n", WSTOPSIG(status) & 0x7f, WSTOPSIG(status) & 0x80 ? " at a call" : "", status >> 16);
	else
		printf("continued\n");
}

static int next(int pid)
{
	int status = -1, got = waitpid(pid, &status, __WALL);
	printf("   ");
	if (got < 0)
		printf("wait: %s\n", strerror(errno));
	else
		describe(status);
	return got;
}

static struct user_regs_struct registers(int pid)
{
	struct user_regs_struct regs;
	memset(&regs, 0, sizeof(regs));
	P(PTRACE_GETREGS, pid, 0, &regs);
	return regs;
}

static volatile long word = 0x1122334455667788;
static volatile int caught;
static void note(int signal) { caught += signal; }

static int start(void (*body)(void))
{
	fflush(stdout);
	int pid = fork();
	if (pid == 0) {
		P(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		body();
		_exit(0);
	}
	next(pid);
	return pid;
}

static void body_signals(void)
{
	signal(SIGUSR1, note);
	signal(SIGUSR2, SIG_IGN);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	raise(SIGUSR1);
	_exit(caught);
}


static void deliveries(void)
{
	siginfo_t info;
	int pid = start(body_signals);
	SHOW(P(PTRACE_CONT, pid, 0, 999));
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_GETSIGINFO, pid, 0, &info));
	TRUTH(info.si_signo == SIGUSR1 && info.si_code == SI_TKILL && info.si_pid == pid);
	SHOW(P(PTRACE_CONT, pid, 0, SIGUSR1));
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, 0)); // swallowed
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, SIGUSR2)); // ignored, after the tracer saw it
	next(pid);
	SHOW(waitpid(pid, NULL, WNOHANG | __WALL));
	P(PTRACE_GETSIGINFO, pid, 0, &info);
	info.si_signo = SIGUSR2;
	SHOW(P(PTRACE_SETSIGINFO, pid, 0, &info));
	SHOW(P(PTRACE_CONT, pid, 0, SIGUSR1));
	next(pid);
	next(pid);
	pid = start(body_signals);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, SIGTERM));
	next(pid);
	pid = start(body_signals);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	SHOW(P(PTRACE_KILL, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_KILL, pid, 0, 0));
	pid = start(body_signals);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	SHOW(kill(pid, SIGKILL)); // while it is stopped
	next(pid);
	pid = start(body_signals);
	SHOW(P(PTRACE_DETACH, pid, 0, SIGUSR1));
	next(pid);
}

static void body_calls(void)
{
	syscall(SYS_getppid);
	syscall(SYS_close, 77);
	syscall(999);
	int fd = open("/dev/null", O_RDONLY);
	syscall(SYS_exit_group, fd == -1 ? 50 : 9);
}

static void show_call(int pid)
{
	struct ptrace_syscall_info info;
	memset(&info, 0xee, sizeof(info));
	long size = P(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	printf("   info %ld op %d arch %x", size, info.op, info.arch);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		printf(" number %ld first %ld", (long)info.entry.nr, info.entry.nr == SYS_close ? (long)info.entry.args[0] : 0);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		printf(" error %d", info.exit.is_error);
	printf("\n");
}

static void system_calls(void)
{
	int pid = start(body_calls), status;
	unsigned long message = 7;
	siginfo_t info;
	SHOW(P(PTRACE_SETOPTIONS, pid, 0, 0x8000));
	SHOW(P(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT));
	show_call(pid);
	P(PTRACE_SYSCALL, pid, 0, 0);
	for (int i = 0; i < 8 && next(pid) > 0; i++) {
		struct user_regs_struct regs = registers(pid);
		printf("   orig_rax %ld rax %s\n", (long)regs.orig_rax, (long)regs.rax == -ENOSYS ? "ENOSYS" : (long)regs.rax < 0 ? "negative" : "other");
		show_call(pid);
		if (i == 0) {
			SHOW(P(PTRACE_GETSIGINFO, pid, 0, &info));
			SHOW(info.si_signo);
			SHOW(info.si_code);
			SHOW(P(PTRACE_GETEVENTMSG, pid, 0, &message));
			SHOW(message);
		}
		if (i == 1)
			SHOW(regs.rax == getpid());
		if (i == 2) { // close(77) becomes getpid()
			regs.orig_rax = SYS_getpid;
			SHOW(P(PTRACE_SETREGS, pid, 0, &regs));
		}
		if (i == 3)
			SHOW(regs.rax == pid);
		if (i == 6) { // open: not made at all
			SHOW(P(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1));
		}
		if (i == 7) {
			SHOW(P(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), -EPERM));
		}
		P(PTRACE_SYSCALL, pid, 0, 0);
	}
	next(pid);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid); // the event of its end
	SHOW(P(PTRACE_GETEVENTMSG, pid, 0, &message));
	SHOW(message);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
}

static void body_memory(void)
{
	raise(SIGTRAP);
	_exit(word == 42 ? 6 : 5);
}

static long value_of(int pid, long request, const volatile void *address)
{
	long value = 0x5555;
	return P(request, pid, address, &value) == 0 ? value : -1;
}

static int add_one(int x) { return x + 1; }

static void memory(void)
{
	struct user_regs_struct regs;
	char text[16] = {0};
	int pid = start(body_memory);
	SHOW(value_of(pid, PTRACE_PEEKDATA, &word) == word);
	SHOW(value_of(pid, PTRACE_PEEKTEXT, 0));
	SHOW(errno);
	SHOW(P(PTRACE_POKEDATA, pid, &word, 42));
	SHOW(value_of(pid, PTRACE_PEEKDATA, &word));
	SHOW(P(PTRACE_POKEDATA, pid, 8, 42));
	SHOW(word == 42);
	long code = value_of(pid, PTRACE_PEEKTEXT, (void *)add_one);
	SHOW(P(PTRACE_POKETEXT, pid, (void *)add_one, code ^ 0xff)); // into memory that may not be written
	SHOW(value_of(pid, PTRACE_PEEKTEXT, (void *)add_one) == (code ^ 0xff));
	SHOW(add_one(1)); // and only there
	SHOW(P(PTRACE_POKETEXT, pid, (void *)add_one, code));
	struct iovec ours = {text, 8}, theirs = {(void *)&word, 8}, bad = {(void *)8, 8};
	SHOW(process_vm_readv(pid, &ours, 1, &theirs, 1, 0));
	SHOW(*(long *)text);
	SHOW(process_vm_readv(pid, &ours, 1, &bad, 1, 0));
	SHOW(process_vm_readv(pid, &ours, 1, &theirs, 1, 1));
	SHOW(process_vm_readv(0x3ffff0, &ours, 1, &theirs, 1, 0));
	*(long *)text = 43;
	SHOW(process_vm_writev(pid, &ours, 1, &theirs, 1, 0));
	SHOW(value_of(pid, PTRACE_PEEKDATA, &word));
	SHOW(P(PTRACE_POKEDATA, pid, &word, 42));
	SHOW(value_of(pid, PTRACE_PEEKUSER, (void *)3));
	SHOW(value_of(pid, PTRACE_PEEKUSER, (void *)912));
	SHOW(value_of(pid, PTRACE_PEEKUSER, (void *)offsetof(struct user, u_debugreg)));
	SHOW(value_of(pid, PTRACE_PEEKUSER, (void *)offsetof(struct user_regs_struct, cs)));
	SHOW(P(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, cs), 0x10));
	SHOW(P(PTRACE_POKEUSER, pid, 3, 0));
	regs = registers(pid);
	SHOW(regs.cs);
	SHOW(regs.ss);
	SHOW(regs.ds);
	SHOW(regs.rip == (unsigned long)value_of(pid, PTRACE_PEEKUSER, (void *)offsetof(struct user_regs_struct, rip)));
	TRUTH(regs.fs_base != 0);
	regs.r12 = 0x1234;
	SHOW(P(PTRACE_SETREGS, pid, 0, &regs));
	SHOW(registers(pid).r12 == 0x1234);
	regs.cs = 0;
	SHOW(P(PTRACE_SETREGS, pid, 0, &regs));
	struct user_fpregs_struct fp;
	SHOW(P(PTRACE_GETFPREGS, pid, 0, &fp));
	SHOW(fp.cwd);
	SHOW(fp.mxcsr);
	fp.xmm_space[60] = 0x77; // xmm15
	SHOW(P(PTRACE_SETFPREGS, pid, 0, &fp));
	fp.xmm_space[60] = 0;
	SHOW(P(PTRACE_GETFPREGS, pid, 0, &fp));
	SHOW(fp.xmm_space[60]);
	struct user_regs_struct again;
	struct iovec set = {&again, sizeof(again)};
	SHOW(P(PTRACE_GETREGSET, pid, NT_PRSTATUS, &set));
	SHOW(set.iov_len);
	SHOW(again.r12);
	set.iov_len = 16;
	SHOW(P(PTRACE_GETREGSET, pid, NT_PRSTATUS, &set));
	SHOW(set.iov_len);
	set.iov_len = 15;
	SHOW(P(PTRACE_GETREGSET, pid, NT_PRSTATUS, &set));
	SHOW(P(PTRACE_GETREGSET, pid, 0x999, &set));
	SHOW(P(PTRACE_GETREGSET, pid, NT_PRSTATUS, 8));
	set.iov_len = sizeof(again);
	again.r12 = 0x4321;
	SHOW(P(PTRACE_SETREGSET, pid, NT_PRSTATUS, &set));
	SHOW(registers(pid).r12);
	char *big = malloc(16384);
	set = (struct iovec){big, 16384};
	SHOW(P(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &set));
	TRUTH(set.iov_len >= 576);
	SHOW(P(PTRACE_SETREGSET, pid, NT_X86_XSTATE, &set));
	uint64_t mask = 0, wanted = 1ul << (SIGHUP - 1);
	SHOW(P(PTRACE_GETSIGMASK, pid, 8, &mask));
	SHOW(mask);
	SHOW(P(PTRACE_SETSIGMASK, pid, 8, &wanted));
	SHOW(P(PTRACE_GETSIGMASK, pid, 8, &mask));
	SHOW(mask);
	SHOW(P(PTRACE_GETSIGMASK, pid, 4, &mask));
	SHOW(P(0x7777, pid, 0, 0));
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, 0));
}

static int open_of(int pid, const char *name, int flags)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, flags);
}

static void body_exec(void)
{
	raise(SIGTRAP);
	execl("/proc/self/exe", "tracing", "nothing", NULL);
}

// /proc/PID/mem and auxv: what a debugger opens.
static void memory_files(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), bytes[64];
	unsigned long pair[2], found = 0;
	memset(pages, 'p', 8192);
	munmap(pages + 4096, 4096);
	int pid = start(body_memory), fd = open_of(pid, "mem", O_RDWR);
	long value = 0, where = (long)&word;
	SHOW(pread(fd, &value, 8, where));
	TRUTH(value == word);
	value = 42;
	SHOW(pwrite(fd, &value, 8, where));
	TRUTH(value_of(pid, PTRACE_PEEKDATA, &word) == 42 && word != 42);
	SHOW(lseek(fd, where, SEEK_SET) == where);
	SHOW(read(fd, &value, 8));
	SHOW(lseek(fd, 0, SEEK_CUR) == where + 8);
	SHOW(pread(fd, bytes, 64, (long)pages + 4096 - 24)); // as far as it goes
	SHOW(pread(fd, bytes, 64, (long)pages + 4096));
	SHOW(pread(fd, bytes, 0, (long)pages + 4096));
	SHOW(pwrite(fd, bytes, 1, 8));
	SHOW(pread(fd, (void *)8, 8, where));
	SHOW(pread(fd, bytes, 8, -1));
	SHOW(pread(fd, &value, 8, (long)add_one));
	value ^= 0xff;
	SHOW(pwrite(fd, &value, 8, (long)add_one)); // what may not be written
	SHOW(add_one(1));
	value ^= 0xff;
	SHOW(pwrite(fd, &value, 8, (long)add_one));
	int vector = open_of(pid, "auxv", O_RDONLY), own = open("/proc/self/auxv", O_RDONLY), size = 0, same = 1;
	while (read(vector, pair, 16) == 16) {
		size++;
		found |= pair[0] < 64 ? 1ul << pair[0] : 0;
		same &= pair[0] == AT_NULL || pair[0] == AT_HWCAP || pair[1] == getauxval(pair[0]);
	}
	TRUTH(size > 12 && pair[0] == AT_NULL && same);
	TRUTH((~found & (1ul << AT_PHDR | 1ul << AT_ENTRY | 1ul << AT_RANDOM | 1ul << AT_EXECFN | 1ul << AT_PAGESZ | 1ul << AT_BASE)) == 0);
	fflush(stdout);
	if (fork() == 0) {
		setgid(65534), setuid(65534);
		SHOW(open_of(pid, "mem", O_RDONLY));
		SHOW(open_of(pid, "auxv", O_RDONLY));
		_exit(0);
	}
	wait(NULL);
	P(PTRACE_KILL, pid, 0, 0);
	next(pid);
	SHOW(pread(fd, &value, 8, where)); // it is gone
	SHOW(pwrite(fd, &value, 8, where));
	SHOW(open_of(pid, "mem", O_RDWR));
	close(fd), close(vector), close(own);
	pid = start(body_exec);
	fd = open_of(pid, "mem", O_RDWR);
	SHOW(pread(fd, &value, 8, where));
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	SHOW(pread(fd, &value, 8, where)); // another program
	close(fd);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	munmap(pages, 4096);
}

static void body_steps(void)
{
	__asm__ volatile("int3\n\tnop\n\tnop\n\tmov $39, %%eax\n\tsyscall\n\tnop\n\tnop" ::: "rax", "rcx", "r11", "memory");
	signal(SIGUSR1, note);
	raise(SIGUSR1);
	_exit(caught);
}

static void steps(void)
{
	siginfo_t info;
	int pid = start(body_steps);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	P(PTRACE_GETSIGINFO, pid, 0, &info);
	SHOW(info.si_code);
	unsigned long last = registers(pid).rip;
	for (int i = 0; i < 6; i++) {
		P(PTRACE_SINGLESTEP, pid, 0, 0);
		next(pid);
		struct user_regs_struct regs = registers(pid);
		P(PTRACE_GETSIGINFO, pid, 0, &info);
		printf("   on by %ld, flag %ld, code %d\n", (long)(regs.rip - last), (long)(regs.eflags & 0x100), info.si_code);
		last = regs.rip;
	}
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
	P(PTRACE_SINGLESTEP, pid, 0, SIGUSR1); // to the first instruction of the handler
	next(pid);
	SHOW(registers(pid).rip == (unsigned long)note);
	P(PTRACE_CONT, pid, 0, 0);
	next(pid);
}

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
}

static void *end_soon(void *unused)
{
	return NULL;
}

static int child_body(void *unused) { return 4; }
static char child_stack[65536] __attribute__((aligned(16)));

static void body_family(void)
{
	int pid = fork();
	if (pid == 0)
		_exit(11);
	waitpid(pid, NULL, 0);
	pid = vfork();
	if (pid == 0)
		_exit(12);
	waitpid(pid, NULL, 0);
	pid = clone(child_body, child_stack + sizeof(child_stack), CLONE_VM, NULL);
	waitpid(pid, NULL, __WALL);
	pthread_t thread;
	pthread_create(&thread, NULL, end_soon, NULL);
	pthread_join(thread, NULL);
	char *argv[] = {"/proc/self/exe", "nothing", NULL};
	execv("/proc/self/exe", argv);
}

static void family(void)
{
	int pid = start(body_family), status, got, first = pid, ended = 0;
	unsigned long message;
	SHOW(P(PTRACE_SETOPTIONS, pid, 0,
	       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT));
	P(PTRACE_CONT, pid, 0, 0);
	int counts[8] = {0}, stops = 0, ends = 0, child = 0;
	// Parent and child tell in any order: what each says is counted; the leader's own events are printed.
	while (!ended && (got = waitpid(-1, &status, __WALL)) > 0) {
		int event = WIFSTOPPED(status) ? status >> 16 : 0, deliver = 0;
		if (got == first && event != 0) {
			P(PTRACE_GETEVENTMSG, got, 0, &message);
			printf("   event %d, message %s\n", event, event == PTRACE_EVENT_EXIT ? "status" : (int)message == first ? "itself" : (int)message > 0 ? "a child" : "none");
		}
		if (event != 0)
			counts[event]++;
		else if (WIFSTOPPED(status) && got != first)
			stops += WSTOPSIG(status) == SIGSTOP;
		else if (WIFSTOPPED(status))
			deliver = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		else if (got != first)
			ends++;
		else {
			describe(status);
			ended = 1;
		}
		P(PTRACE_CONT, got, 0, deliver);
	}
	for (int i = 1; i < 7; i++)
		printf("   events %d: %d\n", i, counts[i]);
	SHOW(stops);
	SHOW(ends);
	SHOW(waitpid(-1, NULL, __WALL));
}

static int ready[2];

static void body_loop(void)
{
	signal(SIGUSR1, note);
	write(ready[1], "r", 1);
	for (;;)
		usleep(1000);
}

static int plain(void (*body)(void))
{
	char byte;
	pipe(ready);
	int pid = fork();
	if (pid == 0) {
		body();
		_exit(0);
	}
	read(ready[0], &byte, 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void attaching(void)
{
	siginfo_t info;
	char line[256], path[64];
	int pid = plain(body_loop), tracer = -1;
	SHOW(P(PTRACE_ATTACH, 0x3ffff0, 0, 0));
	SHOW(P(PTRACE_ATTACH, getpid(), 0, 0));
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	SHOW(P(PTRACE_ATTACH, pid, 0, 0));
	SHOW(P(PTRACE_ATTACH, pid, 0, 0));
	next(pid);
	sprintf(path, "/proc/%d/status", pid);
	FILE *file = fopen(path, "r");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1 || strncmp(line, "State", 5) == 0)
			printf("   %s", strncmp(line, "State", 5) == 0 ? line : tracer == getpid() ? "traced by us\n" : "NOT traced by us\n");
	fclose(file);
	SHOW(P(PTRACE_LISTEN, pid, 0, 0));
	SHOW(P(PTRACE_INTERRUPT, pid, 0, 0));
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	SHOW(P(PTRACE_GETREGS, pid, 0, &info)); // it runs
	SHOW(P(PTRACE_DETACH, pid, 0, 0));
	kill(pid, SIGUSR1);
	next(pid);
	SHOW(P(PTRACE_DETACH, pid, 0, SIGUSR1));
	SHOW(P(PTRACE_SEIZE, pid, 8, 0));
	SHOW(P(PTRACE_SEIZE, pid, 0, 0x8000));
	SHOW(P(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT));
	SHOW(waitpid(pid, NULL, WNOHANG | __WALL));
	SHOW(P(PTRACE_INTERRUPT, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_GETSIGINFO, pid, 0, &info));
	SHOW(info.si_code);
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	// a group stop: the tracer sees the signal, then the stop
	kill(pid, SIGSTOP);
	next(pid);
	SHOW(P(PTRACE_LISTEN, pid, 0, 0));
	SHOW(P(PTRACE_CONT, pid, 0, SIGSTOP));
	next(pid);
	SHOW(P(PTRACE_GETSIGINFO, pid, 0, &info));
	SHOW(info.si_code);
	SHOW(P(PTRACE_LISTEN, pid, 0, 0));
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	SHOW(P(PTRACE_INTERRUPT, pid, 0, 0)); // while it listens
	next(pid);
	SHOW(P(PTRACE_LISTEN, pid, 0, 0));
	kill(pid, SIGCONT);
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	next(pid); // SIGCONT itself
	SHOW(P(PTRACE_CONT, pid, 0, SIGCONT));
	// stopped by its group, let go on by its tracer
	kill(pid, SIGSTOP);
	next(pid);
	P(PTRACE_CONT, pid, 0, SIGSTOP);
	next(pid);
	SHOW(P(PTRACE_CONT, pid, 0, 0));
	kill(pid, SIGUSR1);
	next(pid);
	SHOW(P(PTRACE_DETACH, pid, 0, 0)); // and falls back into the stop
	SHOW(waitpid(pid, NULL, WNOHANG) == 0 || 1);
	kill(pid, SIGKILL);
	next(pid);
	// one that is stopped already
	pid = plain(body_loop);
	kill(pid, SIGSTOP);
	int status;
	SHOW(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
	SHOW(P(PTRACE_SEIZE, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_DETACH, pid, 0, 0));
	kill(pid, SIGCONT);
	SHOW(P(PTRACE_ATTACH, pid, 0, 0));
	next(pid);
	SHOW(P(PTRACE_DETACH, pid, 0, SIGKILL));
	next(pid);
	SHOW(waitpid(-1, NULL, __WALL));
}

static void permissions(void)
{
	int pid = plain(body_loop);
	fflush(stdout);
	int child = fork();
	if (child == 0) {
		setgid(1000);
		setuid(1000);
		SHOW(P(PTRACE_ATTACH, pid, 0, 0));
		struct iovec io = {child_stack, 8};
		SHOW(process_vm_readv(pid, &io, 1, &io, 1, 0));
		fflush(stdout);
		int own = plain(body_loop);
		SHOW(P(PTRACE_ATTACH, own, 0, 0)); // not dumpable since setuid
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		fflush(stdout);
		int two = plain(body_loop);
		SHOW(P(PTRACE_ATTACH, two, 0, 0));
		next(two);
		kill(own, SIGKILL);
		kill(two, SIGKILL);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

// A tracer that is not the parent; the parent hears of the end when the tracer has.
static void strangers(void)
{
	int pid = plain(body_loop), begun[2], status;
	pipe(begun);
	fflush(stdout);
	int tracer = fork();
	if (tracer == 0) {
		P(PTRACE_SEIZE, pid, 0, 0);
		write(begun[1], "x", 1);
		kill(pid, SIGTERM);
		waitpid(pid, &status, __WALL);
		P(PTRACE_CONT, pid, 0, SIGTERM);
		usleep(50000);
		int got = waitpid(pid, &status, __WALL);
		printf("   the tracer: ");
		describe(status);
		fflush(stdout);
		_exit(got == pid ? 3 : 4);
	}
	read(begun[0], &status, 1);
	waitpid(tracer, &status, 0);
	describe(status);
	next(pid); // after the tracer
	// a tracer that dies lets go, or kills
	for (int options = 0; options < 2; options++) {
		pid = plain(body_loop);
		fflush(stdout);
		tracer = fork();
		if (tracer == 0) {
			P(PTRACE_SEIZE, pid, 0, options ? PTRACE_O_EXITKILL : 0);
			P(PTRACE_INTERRUPT, pid, 0, 0);
			waitpid(pid, &status, __WALL);
			_exit(0);
		}
		waitpid(tracer, NULL, 0);
		if (options == 0)
			kill(pid, SIGTERM);
		next(pid);
	}
}

static void *wait_then_leave(void *unused)
{
	usleep(20000);
	return NULL;
}

static void body_threads(void)
{
	pthread_t threads[4];
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 4; i++)
			pthread_create(&threads[i], NULL, end_soon, NULL);
		for (int i = 0; i < 4; i++)
			pthread_join(threads[i], NULL);
	}
	_exit(21);
}

// Two hundred threads come and go under a tracer that sees every call of theirs.
static void threads(void)
{
	int pid = start(body_threads), status, got, entries = 0, ends = 0, bad = 0;
	P(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	P(PTRACE_SYSCALL, pid, 0, 0);
	while ((got = waitpid(-1, &status, __WALL)) > 0) {
		if (!WIFSTOPPED(status)) {
			ends++;
			if (got == pid)
				describe(status);
			continue;
		}
		int signal = WSTOPSIG(status);
		entries += signal == (SIGTRAP | 0x80);
		bad += signal != (SIGTRAP | 0x80) && signal != SIGSTOP && signal != SIGTRAP;
		P(PTRACE_SYSCALL, got, 0, 0);
	}
	SHOW(ends);
	SHOW(bad);
	TRUTH(entries > 1600);
	// killed in the middle
	pid = start(body_threads);
	P(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD);
	P(PTRACE_SYSCALL, pid, 0, 0);
	int seen = 0;
	while ((got = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			P(PTRACE_SYSCALL, got, 0, 0);
		if (++seen == 300)
			kill(pid, SIGKILL);
		if (got == pid && !WIFSTOPPED(status))
			describe(status);
	}
	TRUTH(errno == ECHILD);
}

static volatile int others, go;
static void *exec_later(void *unused)
{
	while (!go)
		usleep(1000);
	execl("/proc/self/exe", "tracing", "nothing", NULL);
	return NULL;
}

static void body_thread_exec(void)
{
	pthread_t thread;
	for (int i = 0; i < others; i++)
		pthread_create(&thread, NULL, sleep_on, NULL);
	pthread_create(&thread, NULL, exec_later, NULL);
	raise(SIGTRAP);
	go = 1;
	for (;;)
		pause();
}

// A thread that is not the first executes a program: it becomes the first, and the others are gone.
static void thread_exec(int with)
{
	others = with;
	int pid = start(body_thread_exec), status, got, tids[4] = {0}, count = 0, ends = 0;
	unsigned long message;
	printf("exec by a thread, %d others\n", with);
	P(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
	P(PTRACE_CONT, pid, 0, 0);
	for (int all = 0; (got = waitpid(-1, &status, __WALL)) > 0; all = 0) {
		if (WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_CLONE << 8)) {
			P(PTRACE_GETEVENTMSG, got, 0, &message);
			tids[count++] = (int)message;
		} else if (WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			P(PTRACE_GETEVENTMSG, got, 0, &message);
			printf("exec: of the first %d, message is the thread's %d, exec follows its %d ends\n", got == pid, (int)message == tids[count - 1], ends);
			SHOW(P(PTRACE_CONT, tids[count - 1], 0, 0)); // no such thread any more
		} else if (!WIFSTOPPED(status)) {
			printf("%s: ", got == pid ? "first" : got == tids[count - 1] ? "exec's" : "other");
			describe(status);
			ends += got != pid;
			continue;
		}
		P(PTRACE_CONT, got, 0, 0);
	}
	SHOW(errno == ECHILD);
}

int main(int count, char **arguments)
{
	setvbuf(stdout, NULL, _IOLBF, 4096);
	if (count > 1 && strcmp(arguments[1], "nothing") == 0)
		return 33;
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	deliveries();
	system_calls();
	memory();
	memory_files();
	steps();
	family();
	attaching();
	permissions();
	strangers();
	threads();
	thread_exec(0);
	thread_exec(2);
	return 0;
}
