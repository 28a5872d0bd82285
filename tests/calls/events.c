// events.c: poll, select, epoll, eventfd and timerfd: each call printed with its result. The same static binary ran on Linux:
// events.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>

static volatile int caught;

static void note(int signal)
{
	caught = signal;
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void add(int set, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};
	printf("add %x: ", events);
	SHOW(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
}

static void look(int set, int room)
{
	struct epoll_event got[8];
	int count = epoll_wait(set, got, room, 0);
	printf("ready %d:", count);
	unsigned events = 0;
	for (int i = 0; i < count; i++)
		events |= got[i].events;
	printf(" %x\n", events);
}

static void eventfds(void)
{
	uint64_t value = 3;
	int fd = eventfd(2, EFD_NONBLOCK), semaphore = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
	SHOW(write(fd, &value, 8));
	SHOW(read(fd, &value, 8));
	SHOW(value);
	SHOW(read(fd, &value, 8));
	SHOW(read(fd, &value, 4));
	SHOW(write(fd, &value, 4));
	value = UINT64_MAX;
	SHOW(write(fd, &value, 8));
	value = UINT64_MAX - 1;
	SHOW(write(fd, &value, 8));
	value = 1;
	SHOW(write(fd, &value, 8));
	struct pollfd poller = {.fd = fd, .events = POLLIN | POLLOUT};
	SHOW(poll(&poller, 1, 0));
	SHOW(poller.revents);
	SHOW(read(semaphore, &value, 8));
	SHOW(value);
	SHOW(read(semaphore, &value, 8));
	SHOW(read(semaphore, &value, 8));
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(eventfd(0, 0x100));
	SHOW(pread(fd, &value, 8, 0));
	char name[64], link[64] = "";
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	SHOW(readlink(name, link, sizeof(link)));
	printf("%s\n", link);
	int blocking = eventfd(0, 0);
	if (fork() == 0) {
		value = 7;
		usleep(20000);
		write(blocking, &value, 8);
		_exit(0);
	}
	SHOW(read(blocking, &value, 8));
	SHOW(value);
	wait(NULL);
	close(fd), close(semaphore), close(blocking);
}

static void timerfds(void)
{
	struct itimerspec once = {.it_value.tv_nsec = 30000000}, left, every = {{0, 10000000}, {0, 10000000}}, off = {0};
	uint64_t times = 0;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	SHOW(timerfd_create(99, 0));
	SHOW(timerfd_create(CLOCK_MONOTONIC, 1));
	SHOW(timerfd_settime(fd, 0, &once, NULL));
	SHOW(read(fd, &times, 8));
	SHOW(timerfd_gettime(fd, &left));
	TRUTH(left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 30000000);
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	SHOW(poll(&poller, 1, 1000));
	SHOW(read(fd, &times, 8));
	SHOW(times);
	SHOW(timerfd_gettime(fd, &left));
	SHOW(left.it_value.tv_nsec);
	SHOW(timerfd_settime(fd, 0, &every, &left));
	usleep(105000);
	SHOW(read(fd, &times, 8));
	TRUTH(times >= 9 && times <= 60);
	SHOW(timerfd_settime(fd, 0, &off, &left));
	SHOW(left.it_interval.tv_nsec);
	usleep(20000);
	SHOW(read(fd, &times, 8));
	every.it_value.tv_nsec = 1000000000;
	SHOW(timerfd_settime(fd, 0, &every, NULL));
	SHOW(timerfd_settime(0, 0, &once, NULL));
	SHOW(timerfd_settime(99, 0, &once, NULL));
	SHOW(timerfd_settime(fd, 0x40, &once, NULL));
	clock_gettime(CLOCK_REALTIME, &once.it_value);
	int wall = timerfd_create(CLOCK_REALTIME, 0);
	SHOW(timerfd_settime(wall, TFD_TIMER_ABSTIME, &once, NULL)); // already past
	SHOW(read(wall, &times, 8));
	SHOW(times);
	SHOW(write(wall, &times, 8));
	close(fd), close(wall);
}

static void epolls(void)
{
	int ends[2], set = epoll_create1(EPOLL_CLOEXEC), other = epoll_create(1);
	struct epoll_event event = {.events = EPOLLIN}, got[4];
	char byte = 'x', buffer[16];
	SHOW(epoll_create(0));
	SHOW(epoll_create1(1));
	pipe(ends);
	add(set, ends[0], EPOLLIN);
	add(set, ends[0], EPOLLIN);
	add(set, set, EPOLLIN);
	add(set, 99, EPOLLIN);
	add(99, ends[0], EPOLLIN);
	add(ends[0], ends[1], EPOLLIN);
	int file = open("plain", O_RDWR | O_CREAT, 0644), directory = open(".", O_RDONLY), null = open("/dev/null", O_RDWR);
	add(set, file, EPOLLIN);
	add(set, directory, EPOLLIN);
	add(set, null, EPOLLIN);
	SHOW(epoll_ctl(set, 9, ends[0], &event));
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[1], &event));
	SHOW(epoll_ctl(set, EPOLL_CTL_DEL, ends[1], NULL));
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], (void *)1));
	SHOW(epoll_wait(set, got, 0, 0));
	SHOW(epoll_wait(set, got, -1, 0));
	SHOW(epoll_wait(ends[0], got, 1, 0));
	SHOW(epoll_wait(99, got, 1, 0));
	look(set, 4);
	write(ends[1], &byte, 1);
	look(set, 4);
	look(set, 4); // level-triggered: again
	SHOW(epoll_wait(set, (void *)1, 1, 0));
	look(set, 4);
	event = (struct epoll_event){.events = EPOLLIN | EPOLLET};
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event));
	look(set, 4);
	look(set, 4); // edge-triggered: once
	write(ends[1], &byte, 1);
	look(set, 4);
	look(set, 4);
	event = (struct epoll_event){.events = EPOLLIN | EPOLLONESHOT};
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event));
	look(set, 4);
	write(ends[1], &byte, 1);
	look(set, 4);
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event));
	look(set, 4);
	read(ends[0], buffer, sizeof(buffer));
	event = (struct epoll_event){.events = EPOLLIN};
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event));
	look(set, 4);
	add(set, ends[1], EPOLLOUT);
	look(set, 4);
	look(set, 1);
	close(ends[1]); // the writing end goes: hang-up, and its item with it
	look(set, 4);
	SHOW(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL));
	look(set, 4);
	close(ends[0]);

	pipe(ends); // a duplicate keeps the file, and so the item, alive
	int twin = dup(ends[0]);
	add(set, ends[0], EPOLLIN);
	add(set, twin, EPOLLIN);
	close(ends[0]);
	write(ends[1], &byte, 1);
	look(set, 4);
	close(twin);
	look(set, 4);
	close(ends[1]);

	pipe(ends); // sets in sets
	add(set, ends[0], EPOLLIN);
	add(other, set, EPOLLIN);
	add(set, other, EPOLLIN);
	look(other, 4);
	write(ends[1], &byte, 1);
	look(other, 4);
	struct pollfd poller = {.fd = other, .events = POLLIN | POLLOUT};
	SHOW(poll(&poller, 1, 0));
	SHOW(poller.revents);
	read(ends[0], buffer, 16);
	look(other, 4);
	int chain[8] = {other};
	for (int i = 1; i < 8; i++) {
		chain[i] = epoll_create1(0);
		add(chain[i], chain[i - 1], EPOLLIN);
	}
	for (int i = 1; i < 8; i++)
		close(chain[i]);
	long start = now_ms();
	if (fork() == 0) {
		usleep(30000);
		write(ends[1], &byte, 1);
		_exit(0);
	}
	SHOW(epoll_wait(other, got, 4, 5000));
	TRUTH(now_ms() - start < 4000);
	wait(NULL);
	read(ends[0], buffer, 16);
	start = now_ms();
	SHOW(epoll_wait(set, got, 4, 50));
	TRUTH(now_ms() - start >= 49);
	add(set, ends[1], EPOLLEXCLUSIVE | EPOLLOUT);
	SHOW(epoll_ctl(set, EPOLL_CTL_MOD, ends[1], &event));
	SHOW(read(set, buffer, 1));
	close(set), close(other), close(ends[0]), close(ends[1]), close(file), close(directory), close(null);
}

static void interrupted(void)
{
	sigset_t all, none, now;
	int ends[2], set = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};
	struct pollfd poller;
	fd_set readable;
	struct timespec soon = {0, 20000000};
	pipe(ends);
	signal(SIGUSR1, note);
	sigfillset(&all);
	sigemptyset(&none);
	epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (int way = 0; way < 4; way++) {
		caught = 0;
		raise(SIGUSR1); // blocked until the call's mask lets it in
		poller = (struct pollfd){.fd = ends[0], .events = POLLIN};
		FD_ZERO(&readable);
		FD_SET(ends[0], &readable);
		switch (way) {
		case 0: SHOW(ppoll(&poller, 1, NULL, &none)); break;
		case 1: SHOW(pselect(ends[0] + 1, &readable, NULL, NULL, NULL, &none)); break;
		case 2: SHOW(epoll_pwait(set, &event, 1, -1, &none)); break;
		case 3: SHOW(sigsuspend(&none)); break;
		}
		SHOW(caught);
		sigprocmask(SIG_SETMASK, NULL, &now);
		TRUTH(sigismember(&now, SIGUSR1) && sigismember(&now, SIGTERM));
	}
	caught = 0;
	SHOW(ppoll(&poller, 1, &soon, &none)); // nothing comes: the old mask is back as well
	sigprocmask(SIG_SETMASK, NULL, &now);
	TRUTH(sigismember(&now, SIGUSR1));
	raise(SIGUSR1);
	write(ends[1], "x", 1);
	SHOW(ppoll(&poller, 1, &soon, &none) != 0); // an event and a signal at once
	sigprocmask(SIG_SETMASK, &none, NULL);
	SHOW(caught);
	close(set), close(ends[0]), close(ends[1]);
}

static void selects(void)
{
	int ends[2];
	fd_set in, out, odd;
	struct timeval none = {0}, soon = {0, 30000};
	pipe(ends);
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&odd);
	FD_SET(ends[0], &in);
	FD_SET(ends[1], &out);
	FD_SET(ends[0], &odd);
	SHOW(select(ends[1] + 1, &in, &out, &odd, &none));
	TRUTH(!FD_ISSET(ends[0], &in) && FD_ISSET(ends[1], &out) && !FD_ISSET(ends[0], &odd));
	write(ends[1], "x", 1);
	FD_SET(ends[0], &in);
	SHOW(select(ends[1] + 1, &in, &out, NULL, NULL));
	TRUTH(FD_ISSET(ends[0], &in) && FD_ISSET(ends[1], &out));
	SHOW(select(ends[0], &in, &out, NULL, &none));
	FD_SET(NO_FD, &in);
	SHOW(select(NO_FD + 1, &in, NULL, NULL, &none));
	SHOW(select(-1, &in, NULL, NULL, &none));
	none.tv_sec = -1;
	SHOW(select(1, NULL, NULL, NULL, &none));
	SHOW(select(1, (void *)1, NULL, NULL, NULL));
	long start = now_ms();
	SHOW(select(0, NULL, NULL, NULL, &soon));
	TRUTH(now_ms() - start >= 29);
	SHOW(soon.tv_usec);
	close(ends[1]);
	read(ends[0], &in, 1);
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	SHOW(select(ends[0] + 1, &in, NULL, NULL, NULL)); // end of file is readable
	struct timespec bad = {0, 1000000000};
	SHOW(ppoll(NULL, 0, &bad, NULL));
	SHOW(pselect(0, NULL, NULL, NULL, &bad, NULL));
	close(ends[0]);
}

int main(int argc, char **argv)
{
	if (begin(argc > 1 ? argv[1] : NULL) != 0)
		return 2;
	printf("-------- eventfd\n");
	eventfds();
	printf("-------- timerfd\n");
	timerfds();
	printf("-------- epoll\n");
	epolls();
	printf("-------- with a signal mask\n");
	interrupted();
	printf("-------- select\n");
	selects();
	return 0;
}
