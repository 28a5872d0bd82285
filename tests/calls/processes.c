// processes.c: processes, signals, memory, pipes and locks: each call printed with its result. The same static binary ran on Linux:
// processes.expected is what it printed there. What differs by nature (pids, addresses) is compared here, not printed.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static volatile int caught, caught_code;
static void *volatile caught_address;
static sigjmp_buf back;

static void note(int signal, siginfo_t *info, void *context)
{
	caught = signal;
	caught_code = info->si_code;
	caught_address = info->si_addr;
}

static volatile int children_told;

static void count_child(int signal, siginfo_t *info, void *context)
{
	children_told++;
}

static void jump(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	siglongjmp(back, 1);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
	sigaction(signal, &action, NULL);
}

static void files(void)
{
	char buffer[64];
	int fd = open("a", O_RDWR | O_CREAT | O_TRUNC, 0644);
	struct stat status;
	SHOW(write(fd, "hello", 5));
	SHOW(lseek(fd, 10, SEEK_SET));
	SHOW(write(fd, "!", 1));
	SHOW(fstat(fd, &status));
	SHOW(status.st_size);
	SHOW(status.st_mode);
	SHOW(pread(fd, buffer, 64, 3));
	SHOW(buffer[2]);
	SHOW(lseek(fd, -1, SEEK_SET));
	SHOW(ftruncate(fd, 3));
	SHOW(lseek(fd, 0, SEEK_END));
	SHOW(read(fd, (void *)1, 10));
	SHOW(pread(fd, (void *)1, 10, 0));
	SHOW(write(fd, (void *)1, 10));
	SHOW(read(99, buffer, 1));
	SHOW(open("a", O_RDWR | O_CREAT | O_EXCL, 0644));
	SHOW(open("a/b", O_RDONLY));
	SHOW(open("none/b", O_RDONLY));
	SHOW(open(".", O_WRONLY));
	SHOW(mkdir("d", 0755));
	SHOW(mkdir("d", 0755));
	SHOW(rmdir("a"));
	SHOW(unlink("d"));
	SHOW(link("a", "d/l"));
	SHOW(stat("d/l", &status));
	SHOW(status.st_nlink);
	SHOW(rmdir("d"));
	SHOW(symlink("a", "s"));
	SHOW(readlink("s", buffer, 64));
	SHOW(symlink("loop", "loop"));
	SHOW(open("loop", O_RDONLY));
	SHOW(open("s", O_RDONLY | O_NOFOLLOW));
	SHOW(rename("a", "d"));
	SHOW(rename("d", "a"));
	SHOW(rename("d/l", "b"));
	SHOW(rename("d", "d/x"));
	SHOW(access("b", X_OK) == -1 || geteuid() == 0);
	SHOW(access("none", F_OK));
	SHOW(chdir("d"));
	SHOW(unlink("../b"));
	SHOW(chdir(".."));
	SHOW(rmdir("d"));
	SHOW(fcntl(fd, F_GETFL));
	SHOW(fcntl(fd, F_SETFL, O_APPEND));
	SHOW(write(fd, "xy", 2));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_DUPFD, 20));
	SHOW(dup2(fd, 21));
	SHOW(dup2(fd, -1));
	SHOW(dup2(77, 78));
	SHOW(close(20) + close(21) + close(fd));
	SHOW(close(fd));
	memset(buffer, 'x', sizeof(buffer));
	char name[300];
	memset(name, 'n', sizeof(name));
	name[299] = 0;
	SHOW(open(name, O_RDONLY));
	SHOW(open("", O_RDONLY));
	SHOW(open((char *)1, O_RDONLY));
	SHOW(unlink("a") + unlink("s") + unlink("loop"));
}

static void pipes(void)
{
	int ends[2];
	char buffer[8192] = {0};
	SHOW(pipe(ends));
	SHOW(write(ends[1], "abc", 3));
	SHOW(read(ends[0], buffer, 8));
	SHOW(fcntl(ends[0], F_SETFL, O_NONBLOCK));
	SHOW(read(ends[0], buffer, 8));
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	long total = 0, got;
	while ((got = write(ends[1], buffer, sizeof(buffer))) > 0)
		total += got;
	printf("a pipe holds %ld, then %s\n", total, strerror(errno));
	struct pollfd events[2] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}};
	SHOW(poll(events, 2, 0));
	SHOW(events[0].revents);
	SHOW(events[1].revents);
	while (read(ends[0], buffer, sizeof(buffer)) > 0)
		;
	SHOW(poll(events, 2, 0));
	SHOW(events[1].revents);
	SHOW(lseek(ends[0], 0, SEEK_SET));
	close(ends[0]);
	handle(SIGPIPE, note, 0);
	SHOW(write(ends[1], "x", 1));
	SHOW(caught);
	SHOW(poll(events + 1, 1, 0));
	SHOW(events[1].revents);
	close(ends[1]);
}

static int child_status(pid_t child, int options)
{
	int status = -1;
	return waitpid(child, &status, options) == child ? status : -1;
}

static void processes(void)
{
	int status;
	pid_t child = fork();
	if (child == 0)
		_exit(42);
	SHOW(child_status(child, 0));
	SHOW(waitpid(-1, &status, 0));
	if ((child = fork()) == 0)
		abort();
	SHOW(child_status(child, 0) & 0x7f);
	if ((child = fork()) == 0) {
		raise(SIGSTOP);
		for (;;)
			pause();
	}
	SHOW(child_status(child, WUNTRACED));
	SHOW(waitpid(child, &status, WNOHANG));
	SHOW(kill(child, SIGCONT));
	SHOW(child_status(child, WCONTINUED));
	SHOW(kill(child, SIGTERM));
	SHOW(child_status(child, 0));
	if ((child = fork()) == 0)
		for (;;)
			pause();
	kill(child, SIGSTOP); // who is stopped stays so, and dies of SIGTERM only when it goes on
	SHOW(child_status(child, WUNTRACED));
	handle(SIGCHLD, count_child, SA_RESTART);
	kill(child, SIGTERM);
	usleep(50000);
	SHOW(children_told);
	SHOW(waitpid(child, &status, WNOHANG | WUNTRACED));
	handle(SIGCHLD, NULL, 0);
	kill(child, SIGCONT);
	SHOW(child_status(child, 0));
	if ((child = fork()) == 0) {
		execl("/nonexistent", "x", NULL);
		_exit(errno);
	}
	SHOW(child_status(child, 0) >> 8);
	int script = open("script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
	dprintf(script, "#!/bin/sh -e\nexit 5\n");
	close(script);
	if ((child = fork()) == 0) {
		execl("./script", "./script", NULL);
		_exit(99);
	}
	SHOW(child_status(child, 0) >> 8);
	chmod("script", 0644);
	if ((child = fork()) == 0) {
		execl("./script", "./script", NULL);
		_exit(errno);
	}
	SHOW(child_status(child, 0) >> 8);
	unlink("script");
	if ((child = fork()) == 0) { // in a group that is an orphan already, an exit tells stopped members nothing
		setsid();
		pid_t stopped = fork();
		if (stopped == 0) {
			raise(SIGSTOP);
			_exit(1);
		}
		child_status(stopped, WUNTRACED);
		pid_t other = fork();
		if (other == 0)
			_exit(0);
		child_status(other, 0);
		int quiet = waitpid(stopped, &status, WNOHANG) == 0;
		kill(stopped, SIGKILL);
		_exit(quiet ? 3 : 4);
	}
	SHOW(child_status(child, 0) >> 8);
	SHOW(kill(getpid(), 0));
	SHOW(kill(NO_PROCESS, 0));
	SHOW(kill(getpid(), 99));
	SHOW(setpgid(0, NO_PROCESS));
	TRUTH(getpgid(0) == getpgrp());
}

static void signals(void)
{
	sigset_t set, old, pending;
	handle(SIGUSR1, note, 0);
	caught = 0;
	SHOW(raise(SIGUSR1));
	SHOW(caught);
	SHOW(caught_code);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	SHOW(sigprocmask(SIG_BLOCK, &set, &old));
	caught = 0;
	raise(SIGUSR1);
	SHOW(caught);
	sigpending(&pending);
	SHOW(sigismember(&pending, SIGUSR1));
	SHOW(sigsuspend(&old));
	SHOW(caught);
	sigprocmask(SIG_SETMASK, &old, NULL);
	SHOW(signal(SIGKILL, SIG_IGN) == SIG_ERR);
	handle(SIGSEGV, jump, SA_NODEFER);
	if (sigsetjmp(back, 1) == 0)
		*(volatile int *)8 = 1;
	SHOW(caught);
	SHOW(caught_code);
	SHOW((long)caught_address);
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (sigsetjmp(back, 1) == 0)
		page[5] = 1;
	SHOW(caught_code);
	SHOW((char *)caught_address - page);
	handle(SIGFPE, jump, SA_NODEFER);
	volatile int zero = 0;
	if (sigsetjmp(back, 1) == 0)
		zero = 1 / zero;
	SHOW(caught);
	SHOW(caught_code);
	handle(SIGALRM, note, 0);
	caught = 0;
	int ends[2];
	char byte;
	pipe(ends);
	alarm(1);
	SHOW(read(ends[0], &byte, 1)); // without SA_RESTART
	SHOW(caught);
	struct timespec request = {0, 20000000}, left = {9, 9};
	SHOW(nanosleep(&request, &left));
	request.tv_nsec = 2000000000;
	SHOW(nanosleep(&request, &left));
	munmap(page, 4096);
	close(ends[0]), close(ends[1]);
}

static void memory(void)
{
	char *area = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	SHOW(area[0] + area[16383]);
	SHOW(mprotect(area + 4096, 4096, PROT_NONE));
	if (sigsetjmp(back, 1) == 0)
		area[4096] = 1;
	SHOW(caught_code);
	SHOW(munmap(area + 8192, 4096));
	if (sigsetjmp(back, 1) == 0)
		area[8192] = 1;
	SHOW(caught_code);
	SHOW(mprotect(area, 16384, PROT_READ));
	SHOW(mprotect(area + 1, 4096, PROT_READ));
	SHOW(munmap(area, 0));
	SHOW(munmap(area + 1, 4096));
	SHOW((long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	SHOW((long)mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0));
	SHOW((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0));
	SHOW((long)mmap((void *)0x1001, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	int fd = open("m", O_RDWR | O_CREAT | O_TRUNC, 0644);
	ftruncate(fd, 8192);
	char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *private = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	char byte = 0;
	shared[10] = 'S';
	SHOW(private[10]);
	private[10] = 'P';
	SHOW(shared[10]);
	pread(fd, &byte, 1, 10);
	SHOW(byte);
	pid_t child = fork();
	if (child == 0) {
		shared[11] = 'c';
		private[11] = 'c';
		_exit(0);
	}
	child_status(child, 0);
	SHOW(shared[11]);
	SHOW(private[12]);
	handle(SIGBUS, jump, SA_NODEFER);
	private[4100] = 'p';
	ftruncate(fd, 100);
	caught = 0;
	if (sigsetjmp(back, 1) == 0)
		SHOW(private[4100]); // a private copy goes with its page
	SHOW(caught);
	caught = 0;
	if (sigsetjmp(back, 1) == 0)
		shared[5000] = 1;
	SHOW(caught);
	SHOW(madvise(area, 4096, MADV_DONTNEED));
	int *anonymous = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if ((child = fork()) == 0) {
		*anonymous = 77;
		_exit(0);
	}
	child_status(child, 0);
	SHOW(*anonymous);
	struct rlimit limit;
	SHOW(getrlimit(RLIMIT_STACK, &limit));
	SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){5, 4}));
	unlink("m");
	close(fd);
}

static void locks(void)
{
	int fd = open("k", O_RDWR | O_CREAT, 0644), other = open("k", O_RDWR);
	struct flock want = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
	SHOW(fcntl(fd, F_SETLK, &want));
	pid_t child = fork();
	if (child == 0) {
		struct flock ask = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 1};
		int rc = fcntl(fd, F_SETLK, &ask) == -1 ? errno : 0;
		fcntl(fd, F_GETLK, &ask);
		_exit(rc == EAGAIN && ask.l_type == F_WRLCK && ask.l_start == 0 && ask.l_len == 10 && ask.l_pid == getppid() ? 1 : 2);
	}
	SHOW(child_status(child, 0) >> 8);
	want.l_type = 9;
	SHOW(fcntl(fd, F_SETLK, &want));
	SHOW(flock(fd, LOCK_EX));
	SHOW(flock(other, LOCK_EX | LOCK_NB));
	SHOW(flock(fd, LOCK_UN));
	SHOW(flock(other, LOCK_SH | LOCK_NB));
	SHOW(flock(other, 0));
	close(fd), close(other);
	unlink("k");
}

static volatile int disturbed_by;

static void catch(int number)
{
	disturbed_by = number;
}

// Stops `child` and lets it go on, with a handled signal in between when `number` is one. Its exit status.
static int disturb(pid_t child, int number)
{
	int status;
	usleep(50000);
	kill(child, SIGSTOP);
	waitpid(child, &status, WUNTRACED);
	usleep(20000);
	if (number != 0)
		kill(child, number);
	kill(child, SIGCONT);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// What calls with a time-out answer after a stop: they go on (restart_syscall(2)), unless a handler ran, even one with SA_RESTART.
static void stopped_calls(void)
{
	struct timespec wanted = {0, 200000000}, begin, end;
	for (int which = 0; which < 6; which++) {
		pid_t child = fork();
		if (child == 0) {
			struct sigaction action = {.sa_handler = catch, .sa_flags = SA_RESTART};
			sigaction(SIGUSR1, &action, NULL);
			clock_gettime(CLOCK_MONOTONIC, &begin);
			int rc = which % 3 == 0 ? nanosleep(&wanted, &wanted) : which % 3 == 1 ? poll(NULL, 0, 200) : (alarm(1), signal(SIGALRM, catch), pause());
			int error = errno;
			clock_gettime(CLOCK_MONOTONIC, &end);
			long took = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
			_exit((rc == 0 ? 0 : error == EINTR ? 1 : 2) + (took >= 195 ? 10 : 0) + (disturbed_by == SIGUSR1 ? 20 : 0));
		}
		printf("stopped call %d: %d\n", which, disturb(child, which < 3 ? 0 : SIGUSR1));
	}
}

int main(int argc, char **argv)
{
	if (argc != 2 || begin(argv[1]) != 0)
		return 2;
	files();
	pipes();
	processes();
	signals();
	memory();
	locks();
	stopped_calls();
	return 0;
}
