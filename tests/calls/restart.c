// restart.c: calls that wait, stopped and sent on in the middle: which go on, and which end with EINTR. The same static binary ran on
// Linux 6.1: restart.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#define MS 1000000l

static struct timespec short_time = {2, 0};
static int ends[2], word, empty_set;
static char byte;

static long now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / MS;
}

static long call_epoll(void) { struct epoll_event event; return epoll_wait(empty_set, &event, 1, 2000); }
static long call_epoll_pwait(void) { struct epoll_event event; sigset_t none; sigemptyset(&none); return epoll_pwait(empty_set, &event, 1, 2000, &none); }
static long call_poll(void) { return poll(&(struct pollfd){ends[0], POLLIN}, 1, 2000); }
static long call_ppoll(void) { return ppoll(&(struct pollfd){ends[0], POLLIN}, 1, &(struct timespec){2, 0}, NULL); }
static long call_select(void) { fd_set in; FD_ZERO(&in); FD_SET(ends[0], &in); return select(ends[0] + 1, &in, NULL, NULL, &(struct timeval){2, 0}); }
static long call_pselect(void) { fd_set in; FD_ZERO(&in); FD_SET(ends[0], &in); return pselect(ends[0] + 1, &in, NULL, NULL, &(struct timespec){2, 0}, NULL); }
static long call_nanosleep(void) { return nanosleep(&short_time, NULL); }
static long call_clock(void) { errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &short_time, NULL); return errno ? -1 : 0; }
static long call_futex(void) { return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &short_time); }
static long call_sigtimedwait(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR1); return sigtimedwait(&set, NULL, &short_time); }
static long call_read(void) { alarm(3); return read(ends[0], &byte, 1); }
static long call_inotify(void) { alarm(3); return read(inotify_init(), &byte, 1); }
static long call_eventfd(void) { long value; alarm(3); return read(eventfd(0, 0), &value, 8); }
static long call_signalfd(void) { sigset_t set; char info[128]; sigemptyset(&set); sigaddset(&set, SIGUSR1); sigprocmask(SIG_BLOCK, &set, NULL); alarm(3); return read(signalfd(-1, &set, 0), info, 128); }
static long call_timerfd(void) { long value; int fd = timerfd_create(CLOCK_MONOTONIC, 0); alarm(3); return read(fd, &value, 8); }
static long call_recv(void) { int pair[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, pair); alarm(3); return recv(pair[0], &byte, 1, 0); }
static long call_recv_late(void)
{
	int pair[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){2, 0}, sizeof(struct timeval));
	return recv(pair[0], &byte, 1, 0);
}
static long call_accept(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(fd, (struct sockaddr *)&(struct sockaddr_un){AF_UNIX, "listens"}, sizeof(struct sockaddr_un));
	listen(fd, 1);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){2, 0}, sizeof(struct timeval));
	return accept(fd, NULL, NULL);
}
static long call_pause(void) { alarm(3); return pause(); }
static long call_sigsuspend(void) { sigset_t none; sigemptyset(&none); alarm(3); return sigsuspend(&none); }
static long call_wait(void)
{
	int pid = fork();
	if (pid == 0) {
		poll(NULL, 0, 4500);
		_exit(0);
	}
	alarm(3);
	return wait(NULL);
}
static long call_flock(void) { alarm(3); return flock(open("locked", O_RDWR), LOCK_EX); }

static void caught(int signal) {}

static const struct {
	const char *name;
	long (*call)(void);
	int limited; // it ends by itself
} calls[] = {{"epoll_wait", call_epoll, 1}, {"epoll_pwait", call_epoll_pwait, 1}, {"poll", call_poll, 1}, {"ppoll", call_ppoll, 1}, {"select", call_select, 1},
	     {"pselect", call_pselect, 1}, {"nanosleep", call_nanosleep, 1}, {"clock_nanosleep", call_clock, 1}, {"futex", call_futex, 1},
	     {"sigtimedwait", call_sigtimedwait, 1}, {"recv with a limit", call_recv_late, 1}, {"accept with a limit", call_accept, 1}, {"read", call_read, 0}, {"read of inotify", call_inotify, 0},
	     {"read of an eventfd", call_eventfd, 0}, {"read of a signalfd", call_signalfd, 0}, {"read of a timerfd", call_timerfd, 0}, {"recv", call_recv, 0},
	     {"pause", call_pause, 0}, {"sigsuspend", call_sigsuspend, 0}, {"wait", call_wait, 0}, {"flock", call_flock, 0}};

int main(int count, char **arguments)
{
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	int lock = open("locked", O_RDWR | O_CREAT, 0644), status;
	flock(lock, LOCK_EX);
	pipe(ends);
	empty_set = epoll_create1(0);
	enum { CALLS = sizeof(calls) / sizeof(*calls) };
	pid_t pids[CALLS];
	char (*lines)[128] = mmap(NULL, sizeof(*lines) * CALLS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	for (int i = 0; i < CALLS; i++) // all at once
		if ((pids[i] = fork()) == 0) {
			struct sigaction action = {.sa_handler = caught}; // no SA_RESTART: the alarm ends what would go on for ever
			sigaction(SIGALRM, &action, NULL);
			errno = 0;
			long before = now(), rc = calls[i].call(), error = errno, took = now() - before;
			snprintf(lines[i], sizeof(*lines), "%s: %ld %s%s", calls[i].name, rc, rc < 0 ? strerror(error) : "",
				 took >= (calls[i].limited ? 1900 : 2900) ? ", at its end" : ", at once");
			_exit(0);
		}
	poll(NULL, 0, 500);
	for (int i = 0; i < CALLS; i++)
		kill(pids[i], SIGSTOP);
	for (int i = 0; i < CALLS; i++)
		waitpid(pids[i], &status, WUNTRACED);
	for (int i = 0; i < CALLS; i++)
		kill(pids[i], SIGCONT);
	for (int i = 0; i < CALLS; i++) {
		waitpid(pids[i], &status, 0);
		puts(lines[i]);
	}
	return 0;
}
