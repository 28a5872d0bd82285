// powers.c: clone3, names that trade places, programs that lend their owner's ids, sealed memory, extended attributes: each call printed
// with its result. The same static binary ran on Linux 6.1: powers.expected is what it printed there.
#include "tests/calls/begin.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>


static int wait_status(int pid)
{
	int status = -1, got = waitpid(pid, &status, __WALL);
	return got == pid ? status : -1;
}

static long clone3(struct clone_args *args, size_t size)
{
	fflush(stdout);
	long pid = syscall(SYS_clone3, args, size);
	if (pid == 0)
		_exit(7);
	return pid;
}

static volatile int child_ends;
static void count_end(int signal) { child_ends += signal == SIGUSR1 ? 100 : 1; }

static char thread_stack[65536] __attribute__((aligned(16)));
static volatile int thread_ran, thread_tid;

// A thread by clone3: the child starts on its own stack, so it must not return.
static long clone3_thread(void)
{
	struct clone_args args = {.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID,
				  .child_tid = (uintptr_t)&thread_tid, .parent_tid = (uintptr_t)&thread_tid,
				  .stack = (uintptr_t)thread_stack, .stack_size = sizeof(thread_stack)};
	long rc;
	__asm__ volatile("syscall\n\ttest %%eax, %%eax\n\tjnz 1f\n\tmovl $1, thread_ran(%%rip)\n\tmov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:"
			 : "=a"(rc)
			 : "a"(SYS_clone3), "D"(&args), "S"(sizeof(args))
			 : "rcx", "r11", "memory");
	return rc;
}

static void clones(void)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	char big[256] = {0};
	int pid, tid;
	pid = clone3(&args, 64);
	TRUTH(pid > 0 && WEXITSTATUS(wait_status(pid)) == 7);
	pid = clone3(&args, sizeof(args));
	TRUTH(pid > 0 && WEXITSTATUS(wait_status(pid)) == 7);
	memcpy(big, &args, sizeof(args));
	pid = clone3((void *)big, sizeof(big));
	TRUTH(pid > 0 && WEXITSTATUS(wait_status(pid)) == 7);
	big[200] = 1;
	SHOW(clone3((void *)big, sizeof(big)));
	SHOW(clone3(&args, 63));
	SHOW(clone3(&args, 4097));
	SHOW(clone3((void *)8, 64));
	args.exit_signal = 65;
	SHOW(clone3(&args, sizeof(args)));
	args.exit_signal = 0x111;
	SHOW(clone3(&args, sizeof(args)));
	args.exit_signal = SIGCHLD;
	args.stack = (uintptr_t)thread_stack;
	SHOW(clone3(&args, sizeof(args)));
	args.stack = 0;
	args.stack_size = 4096;
	SHOW(clone3(&args, sizeof(args)));
	args.stack = ~0xffful;
	SHOW(clone3(&args, sizeof(args)));
	args.stack = args.stack_size = 0;
	args.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
	SHOW(clone3(&args, sizeof(args)));
	args.flags = CLONE_DETACHED;
	SHOW(clone3(&args, sizeof(args)));
	args.flags = SIGCHLD;
	SHOW(clone3(&args, sizeof(args)));
	args.flags = CLONE_SIGHAND | CLONE_VM | CLONE_CLEAR_SIGHAND;
	SHOW(clone3(&args, sizeof(args)));
	args.flags = 1ull << 40;
	SHOW(clone3(&args, sizeof(args)));
	args.flags = 0;
	tid = getpid();
	args.set_tid = (uintptr_t)&tid;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid_size = 1;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid_size = 2;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid_size = 33;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid_size = 1;
	tid = -1;
	SHOW(clone3(&args, sizeof(args)));
	tid = 30000;
	SHOW(clone3(&args, sizeof(args)));
	TRUTH(WEXITSTATUS(wait_status(30000)) == 7);
	args.set_tid = 8;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid = 0;
	SHOW(clone3(&args, sizeof(args)));
	args.set_tid_size = 0;
	// the signal at the end, and who waits for a child without SIGCHLD
	signal(SIGUSR1, count_end);
	args.exit_signal = SIGUSR1;
	pid = clone3(&args, sizeof(args));
	SHOW(waitpid(pid, NULL, 0));
	TRUTH(waitpid(pid, NULL, __WCLONE) == pid || waitpid(pid, NULL, __WCLONE) == pid);
	SHOW(child_ends);
	args.exit_signal = 0;
	pid = clone3(&args, sizeof(args));
	TRUTH(WEXITSTATUS(wait_status(pid)) == 7);
	SHOW(child_ends);
	// handlers cleared
	args.exit_signal = SIGCHLD;
	args.flags = CLONE_CLEAR_SIGHAND;
	signal(SIGUSR2, SIG_IGN);
	fflush(stdout);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		struct sigaction one, two;
		sigaction(SIGUSR1, NULL, &one);
		sigaction(SIGUSR2, NULL, &two);
		_exit((one.sa_handler == SIG_DFL) + 2 * (two.sa_handler == SIG_IGN));
	}
	SHOW(WEXITSTATUS(wait_status(pid)));
	args.flags = CLONE_PARENT;
	SHOW(clone3(&args, sizeof(args)));
	fflush(stdout);
	if ((pid = fork()) == 0) { // a sibling instead of a child
		args.exit_signal = 0;
		long sibling = clone3(&args, sizeof(args));
		_exit(sibling > 0 && waitpid(sibling, NULL, __WALL) == -1 && errno == ECHILD ? 3 : 4);
	}
	SHOW(WEXITSTATUS(wait_status(pid)));
	TRUTH(WEXITSTATUS(wait_status(-1)) == 7);
	thread_tid = -1;
	TRUTH(clone3_thread() > 0);
	while (thread_tid != 0)
		sched_yield();
	SHOW(thread_ran);
}

static int make(const char *name, const char *text)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	int rc = write(fd, text, strlen(text));
	close(fd);
	return rc;
}

static int run_shell(const char *command)
{
	fflush(stdout);
	return system(command);
}

static const char *content(const char *name)
{
	static char text[64];
	int fd = open(name, O_RDONLY), got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = 0;
	return fd < 0 ? "(no file)" : text;
}

static long exchange(const char *a, const char *b, unsigned flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, flags);
}

static int links(const char *name)
{
	struct stat status;
	return stat(name, &status) == 0 ? (int)status.st_nlink : -1;
}

static void exchanges(void)
{
	make("a", "text of a");
	make("b", "text of b");
	mkdir("d", 0755);
	mkdir("d/e", 0755);
	make("d/e/x", "x");
	SHOW(exchange("a", "b", 2));
	printf("a: %s, b: %s\n", content("a"), content("b"));
	SHOW(exchange("a", "missing", 2));
	SHOW(exchange("missing", "a", 2));
	SHOW(exchange("a", "b", 3));
	SHOW(exchange("a", "b", 6));
	SHOW(exchange("a", "b", 8));
	SHOW(exchange("a", "a", 2));
	SHOW(exchange("a", "d/e", 2)); // a file and a directory
	printf("a/x: %s, d/e: %s\n", content("a/x"), content("d/e"));
	SHOW(links("."));
	SHOW(links("d"));
	SHOW(exchange("a", "d", 2));
	SHOW(exchange("a", "a/x", 2));
	SHOW(exchange("a/x", "a", 2));
	SHOW(exchange("b/", "d", 2));
	SHOW(exchange("d", "b/", 2));
	SHOW(exchange("a/", "d/", 2));
	SHOW(exchange("a", "d/", 2));
	SHOW(exchange("/proc/version", "b", 2));
	SHOW(exchange("b", "/proc/version", 2));
	SHOW(exchange(".", "b", 2));
	SHOW(symlink("b", "l"));
	SHOW(exchange("l", "b", 2));
	printf("l: %s\n", content("l"));
	SHOW(unlink("l"));
	SHOW(unlink("b"));
	SHOW(run_shell("find . | sort"));
	SHOW(run_shell("rm -r a d"));
	// no look-up sees a name missing while two trade places
	make("p", "p");
	make("q", "q");
	fflush(stdout);
	int pid = fork();
	if (pid == 0)
		for (;;)
			exchange("p", "q", 2);
	int missing = 0;
	for (int i = 0; i < 20000; i++)
		missing += access("p", F_OK) != 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	SHOW(missing);
	unlink("p");
	unlink("q");
}

static void print_ids(void)
{
	uid_t r, e, s;
	gid_t g, h, i;
	getresuid(&r, &e, &s);
	getresgid(&g, &h, &i);
	printf("  ids %d %d %d, %d %d %d, secure %ld, auxv %ld %ld, dumpable %d\n", r, e, s, g, h, i, getauxval(AT_SECURE),
	       getauxval(AT_UID), getauxval(AT_EUID), prctl(PR_GET_DUMPABLE));
	fflush(stdout);
	_exit(0);
}

static void copy_self(const char *to, int uid, int gid, int mode)
{
	char buffer[4096];
	int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0755);
	for (int got; (got = read(in, buffer, sizeof(buffer))) > 0;)
		write(out, buffer, got);
	close(in);
	close(out);
	chown(to, uid, gid);
	chmod(to, mode);
}

static int sleeper(void *unused)
{
	for (;;)
		pause();
}

// Runs `program ids` as uid:1000 after `how`.
static void run_as(const char *program, int uid, const char *how)
{
	printf("%s as %d %s\n", program, uid, how);
	fflush(stdout);
	int pid = fork();
	if (pid == 0) {
		int other = 0;
		if (strstr(how, "shared") != NULL)
			other = clone(sleeper, thread_stack + sizeof(thread_stack), CLONE_FS, NULL);
		setgid(1000);
		setresuid(uid, strstr(how, "effective") != NULL ? 2000 : uid, uid);
		if (strstr(how, "no new") != NULL)
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		char *argv[] = {(char *)program, "ids", NULL};
		if (other == 0)
			execv(program, argv);
		int child = vfork();
		if (child == 0) {
			execv(program, argv);
			_exit(errno);
		}
		_exit(0);
	}
	SHOW(wait_status(pid));
}

static void set_ids(void)
{
	copy_self("suid", 3000, 3001, 04755);
	copy_self("sgid", 3000, 3001, 02755);
	copy_self("both", 0, 0, 06755);
	copy_self("lock", 3000, 3001, 02745);
	copy_self("unread", 0, 0, 0711);
	const char *programs[] = {"suid", "sgid", "both", "lock"};
	for (int i = 0; i < 4; i++) {
		run_as(programs[i], 1000, "");
		run_as(programs[i], 0, "");
		run_as(programs[i], 1000, "no new privileges");
	}
	run_as("both", 1000, "other effective");
	run_as("unread", 1000, "");
	int fd = open("script", O_CREAT | O_WRONLY, 0755);
	write(fd, "#!./suid ids\n", 13);
	close(fd);
	chmod("script", 04755);
	run_as("script", 1000, ""); // the script's own bit counts for nothing, its interpreter's does
	struct stat status;
	stat("suid", &status);
	SHOW(status.st_mode);
	chown("suid", 1000, 1000);
	stat("suid", &status);
	SHOW(status.st_mode);
	chmod("suid", 06775);
	fflush(stdout);
	int pid = fork();
	if (pid == 0) {
		setgid(1000);
		setuid(1000);
		SHOW(open("suid", O_WRONLY));
		fd = open("suid", O_WRONLY);
		SHOW(pwrite(fd, "\177", 1, 0));
		SHOW(fstat(fd, &status));
		SHOW(status.st_mode);
		SHOW(chmod("suid", 06775));
		SHOW(truncate("suid", 100));
		SHOW(fstat(fd, &status));
		SHOW(status.st_mode);
		SHOW(chown("suid", -1, 1000));
		SHOW(prctl(PR_GET_DUMPABLE));
		fflush(stdout);
		_exit(0);
	}
	wait_status(pid);
	chown("suid", 1000, 77);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setgid(1000);
		setuid(1000);
		SHOW(chmod("suid", 02775)); // of a group that is not ours
		SHOW(stat("suid", &status));
		SHOW(status.st_mode);
		fflush(stdout);
		_exit(0);
	}
	wait_status(pid);
	SHOW(mkdir("m", 0777));
	SHOW(mount("tmpfs", "m", "tmpfs", MS_NOSUID, NULL));
	copy_self("m/both", 0, 0, 06755);
	run_as("m/both", 1000, "");
	SHOW(umount("m"));
	SHOW(rmdir("m"));
	SHOW(run_shell("rm suid sgid both lock unread script"));
}

static void seals(void)
{
	char byte = 1;
	SHOW(syscall(SYS_memfd_create, "x", 8u | 0x100));
	int plain = syscall(SYS_memfd_create, "plain", MFD_CLOEXEC), fd = syscall(SYS_memfd_create, "sealed", MFD_ALLOW_SEALING);
	SHOW(fcntl(plain, F_GETFD));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(plain, F_GET_SEALS));
	SHOW(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
	SHOW(fcntl(fd, F_GET_SEALS));
	SHOW(fcntl(fd, F_ADD_SEALS, 0x100));
	SHOW(ftruncate(fd, 8192));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	SHOW(ftruncate(fd, 4096));
	SHOW(ftruncate(fd, 12288));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	SHOW(ftruncate(fd, 16384));
	SHOW(ftruncate(fd, 12288));
	SHOW(pwrite(fd, "0123456789", 10, 12280));
	SHOW(pwrite(fd, &byte, 1, 12288));
	char *two = malloc(8192);
	SHOW(pwrite(fd, two, 8192, 8192));
	SHOW(fallocate(fd, 0, 0, 16384));
	SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 16384));
	SHOW(fallocate(fd, 0, 0, 12288));
	char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	TRUTH(shared != MAP_FAILED);
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	SHOW(mprotect(shared, 4096, PROT_READ));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	SHOW(munmap(shared, 4096));
	char path[64];
	sprintf(path, "/proc/self/fd/%d", fd);
	int reader = open(path, O_RDONLY);
	TRUTH(reader >= 0);
	SHOW(fcntl(reader, F_ADD_SEALS, F_SEAL_WRITE));
	SHOW(fcntl(reader, F_GET_SEALS));
	shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reader, 0);
	TRUTH(shared != MAP_FAILED);
	char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	TRUTH(own != MAP_FAILED);
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	SHOW(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	char *view = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	TRUTH(view != MAP_FAILED);
	SHOW(mprotect(view, 4096, PROT_READ | PROT_WRITE));
	SHOW(munmap(view, 4096));
	SHOW(write(fd, &byte, 1));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	SHOW(fcntl(fd, F_GET_SEALS));
	SHOW(pwrite(fd, &byte, 1, 0));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
	SHOW(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	view = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reader, 0);
	TRUTH(view != MAP_FAILED);
	SHOW(mprotect(view, 4096, PROT_READ | PROT_WRITE));
	own[0] = 5;
	SHOW(own[0]);
	SHOW(view[0]);
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	SHOW(fcntl(fd, F_GET_SEALS));
	close(fd);
	close(reader);
	close(plain);
	int pipes[2], file = open("file", O_CREAT | O_RDWR, 0644);
	pipe(pipes);
	SHOW(fcntl(pipes[1], F_GET_SEALS));
	SHOW(fcntl(pipes[1], F_ADD_SEALS, F_SEAL_GROW));
	SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_GROW));
	SHOW(unlink("file"));
}

static void attributes(void)
{
	char value[64], *long_name = malloc(300), *big = calloc(1, 70000);
	make("f", "x");
	symlink("f", "s");
	mkdir("dir", 0755);
	int fd = open("f", O_RDWR), path_fd = open("f", O_PATH);
	SHOW(listxattr("f", NULL, 0));
	SHOW(setxattr("f", "user.one", "1", 1, 0));
	SHOW(getxattr("f", "user.one", value, sizeof(value)));
	SHOW(removexattr("f", "user.one"));
	SHOW(setxattr("f", "trusted.one", "abc", 3, 0));
	SHOW(getxattr("f", "trusted.one", value, sizeof(value)));
	TRUTH(memcmp(value, "abc", 3) == 0);
	SHOW(getxattr("s", "trusted.one", value, 2));
	SHOW(getxattr("f", "trusted.one", NULL, 0));
	SHOW(lgetxattr("s", "trusted.one", value, sizeof(value)));
	SHOW(lsetxattr("s", "trusted.link", "", 0, 0));
	SHOW(lgetxattr("s", "trusted.link", value, sizeof(value)));
	SHOW(fgetxattr(fd, "trusted.one", value, sizeof(value)));
	SHOW(fgetxattr(path_fd, "trusted.one", value, sizeof(value)));
	SHOW(fgetxattr(-1, "trusted.one", value, sizeof(value)));
	SHOW(fsetxattr(fd, "trusted.one", "defgh", 5, XATTR_CREATE));
	SHOW(fsetxattr(fd, "trusted.one", "defgh", 5, XATTR_REPLACE));
	SHOW(fsetxattr(fd, "trusted.none", "defgh", 5, XATTR_REPLACE));
	SHOW(fsetxattr(fd, "trusted.none", "defgh", 5, 4));
	SHOW(fsetxattr(fd, "trusted.none", "defgh", 5, 3));
	SHOW(flistxattr(fd, value, sizeof(value)));
	SHOW(flistxattr(fd, value, 3));
	SHOW(flistxattr(fd, NULL, 0));
	SHOW(fremovexattr(fd, "trusted.none"));
	SHOW(fremovexattr(fd, "trusted.one"));
	SHOW(flistxattr(fd, value, sizeof(value)));
	SHOW(setxattr("dir", "security.test", "v", 1, 0));
	SHOW(getxattr("dir", "security.test", value, sizeof(value)));
	SHOW(setxattr("f", "trusted.", "v", 1, 0));
	SHOW(setxattr("f", "nothing.x", "v", 1, 0));
	SHOW(setxattr("f", "nodot", "v", 1, 0));
	SHOW(setxattr("f", "", "v", 1, 0));
	memset(long_name, 'n', 299);
	memcpy(long_name, "trusted.", 8);
	long_name[299] = 0;
	SHOW(setxattr("f", long_name, "v", 1, 0));
	long_name[255] = 0;
	SHOW(setxattr("f", long_name, "v", 1, 0));
	SHOW(removexattr("f", long_name));
	SHOW(setxattr("f", "trusted.big", big, 65537, 0));
	SHOW(setxattr("f", "trusted.big", big, 65536, 0));
	SHOW(getxattr("f", "trusted.big", big, 65535));
	SHOW(getxattr("f", "trusted.big", big, 70000));
	SHOW(setxattr("f", "trusted.fault", (void *)8, 4, 0));
	SHOW(setxattr("f", (void *)8, "v", 1, 0));
	SHOW(setxattr("missing", "trusted.x", "v", 1, 0));
	SHOW(setxattr((void *)8, "trusted.x", "v", 1, 0));
	SHOW(getxattr("f", "trusted.big", (void *)8, 70000));
	SHOW(lsetxattr("s", "user.x", "v", 1, 0));
	SHOW(lgetxattr("s", "user.x", value, 64));
	SHOW(setxattr("/proc/version", "trusted.x", "v", 1, 0));
	SHOW(chmod("f", 0666));
	fflush(stdout);
	int pid = fork();
	if (pid == 0) {
		setuid(1000);
		SHOW(setxattr("f", "trusted.y", "v", 1, 0));
		SHOW(getxattr("f", "trusted.big", value, 64));
		SHOW(listxattr("f", value, 64));
		SHOW(getxattr("dir", "security.test", value, 64));
		SHOW(listxattr("dir", value, 64));
		SHOW(setxattr("f", "user.y", "v", 1, 0));
		SHOW(setxattr("dir", "user.y", "v", 1, 0));
		fflush(stdout);
		_exit(0);
	}
	wait_status(pid);
	SHOW(unlink("f"));
	SHOW(unlink("s"));
	SHOW(rmdir("dir"));
	SHOW(fgetxattr(fd, "trusted.big", NULL, 0));
	close(fd);
}

int main(int count, char **arguments)
{
	if (count > 1 && strcmp(arguments[1], "ids") == 0)
		print_ids();
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	chmod(".", 0777);
	umask(022);
	clones();
	exchanges();
	set_ids();
	seals();
	attributes();
	return 0;
}
