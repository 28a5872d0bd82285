// sockets.c: AF_UNIX: each call printed with its result. The same static binary ran on Linux 6.1: sockets.expected is what it printed
// there.
#include "tests/calls/begin.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


static volatile int caught;
static void note(int signal) { caught = signal; }
static char buffer[300000];

static struct sockaddr_un named(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	return address;
}

static int bind_to(int fd, const char *path)
{
	struct sockaddr_un address = named(path);
	return bind(fd, (void *)&address, sizeof(address));
}

static int connect_to(int fd, const char *path)
{
	struct sockaddr_un address = named(path);
	return connect(fd, (void *)&address, sizeof(address));
}

static int abstract(int (*call)(int, const struct sockaddr *, socklen_t), int fd, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path + 1, name, strlen(name));
	return call(fd, (void *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static void show_name(int fd, int (*call)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_un address;
	socklen_t length = sizeof(address);
	memset(&address, 0, sizeof(address));
	errno = 0;
	int rc = call(fd, (void *)&address, &length);
	printf("   name: %d %s, length %d, '%s%s'\n", rc, rc ? strerror(errno) : "", rc ? 0 : length, address.sun_path[0] ? "" : "@",
	       address.sun_path[0] ? address.sun_path : address.sun_path + 1);
}

static int option(int fd, int name)
{
	int value = -77;
	socklen_t length = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

static int events(int fd)
{
	struct pollfd poller = {fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0};
	poll(&poller, 1, 0);
	return poller.revents;
}

static void making(void)
{
	int pair[2], fd;
	struct stat status;
	char path[64], target[64] = {0};
	SHOW(socket(-1, SOCK_STREAM, 0));
	SHOW(socket(99, SOCK_STREAM, 0));
	SHOW(socket(AF_UNIX, 99, 0));
	SHOW(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
	SHOW(socket(AF_UNIX, SOCK_RDM, 0));
	SHOW(socket(AF_UNIX, SOCK_STREAM, 5));
	SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)8));
	fd = socket(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 1);
	TRUTH(fd >= 0);
	SHOW(option(fd, SO_TYPE));
	SHOW(option(fd, SO_DOMAIN));
	SHOW(option(fd, SO_PROTOCOL));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK));
	SHOW(fstat(fd, &status));
	printf("%o\n", status.st_mode);
	sprintf(path, "/proc/self/fd/%d", fd);
	readlink(path, target, sizeof(target) - 1);
	TRUTH(strncmp(target, "socket:[", 8) == 0);
	SHOW(open(path, O_RDWR));
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(option(fd, 999));
	SHOW(setsockopt(fd, SOL_SOCKET, 999, &fd, 4));
	SHOW(setsockopt(fd, 77, 1, &fd, 4));
	SHOW(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &fd, 2));
	SHOW(getsockopt(0, SOL_SOCKET, SO_TYPE, &fd, (socklen_t[]){4}));
	SHOW(getsockopt(-1, SOL_SOCKET, SO_TYPE, &fd, (socklen_t[]){4}));
	SHOW(getsockopt(fd, SOL_SOCKET, SO_TYPE, &status, (socklen_t[]){-1}));
	SHOW(bind(0, NULL, 0));
	SHOW(listen(fd, 1));
	SHOW(accept(fd, NULL, NULL));
	SHOW(option(fd, SO_SNDBUF));
	int value = 10000;
	SHOW(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, 4));
	SHOW(option(fd, SO_SNDBUF));
	value = 1;
	SHOW(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, 4));
	SHOW(option(fd, SO_SNDBUF));
	SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, 4));
	SHOW(option(fd, SO_RCVBUF));
	SHOW(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, 4));
	SHOW(option(fd, SO_REUSEADDR));
	struct timeval time = {1, 500000}, none = {0, 2000000};
	SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
	SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none)));
	SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, 4));
	memset(&time, 0, sizeof(time));
	SHOW(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, (socklen_t[]){sizeof(time)}));
	SHOW(time.tv_usec);
	close(fd);
}

static void names(void)
{
	struct sockaddr_un address = named("s1");
	struct stat status;
	int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);
	show_name(a, getsockname);
	show_name(a, getpeername);
	SHOW(bind(a, (void *)&address, 1));
	SHOW(bind(a, (void *)&address, 111));
	SHOW(bind(a, (void *)8, 10));
	address.sun_family = AF_INET;
	SHOW(bind(a, (void *)&address, sizeof(address)));
	SHOW(bind_to(a, "missing/s1"));
	SHOW(bind_to(a, "s1"));
	SHOW(bind_to(a, "s2"));
	SHOW(bind_to(b, "s1"));
	show_name(a, getsockname);
	SHOW(stat("s1", &status));
	printf("%o\n", status.st_mode);
	SHOW(open("s1", O_RDWR));
	SHOW(connect_to(b, "s1"));
	SHOW(connect_to(b, "nothing"));
	SHOW(connect_to(b, "."));
	SHOW(listen(b, 1));
	SHOW(listen(a, 1));
	SHOW(option(a, SO_ACCEPTCONN));
	SHOW(connect_to(d, "s1"));
	SHOW(symlink("s1", "sl"));
	SHOW(connect_to(b, "sl"));
	SHOW(connect_to(b, "s1"));
	SHOW(connect_to(a, "s1"));
	show_name(b, getpeername);
	show_name(b, getsockname);
	SHOW(unlink("s1"));
	SHOW(unlink("sl"));
	close(a);
	close(b);
	// abstract
	a = socket(AF_UNIX, SOCK_STREAM, 0);
	b = socket(AF_UNIX, SOCK_STREAM, 0);
	SHOW(abstract(bind, a, "tests/one"));
	SHOW(abstract(bind, b, "tests/one"));
	show_name(a, getsockname);
	SHOW(abstract(connect, b, "tests/two"));
	SHOW(abstract(connect, b, "tests/one"));
	SHOW(listen(a, 0));
	SHOW(abstract(connect, b, "tests/one"));
	close(a);
	SHOW(abstract(bind, a = socket(AF_UNIX, SOCK_STREAM, 0), "tests/one")); // free again
	close(a);
	SHOW(read(b, buffer, 10));
	close(b);
	address.sun_family = AF_UNIX;
	SHOW(bind(d, (void *)&address, sizeof(sa_family_t))); // a name of the system's choice
	socklen_t length = sizeof(address);
	getsockname(d, (void *)&address, &length);
	SHOW(length);
	SHOW(address.sun_path[0]);
	socklen_t small = 3;
	SHOW(getsockname(d, (void *)&address, &small));
	SHOW(small);
	small = -1;
	SHOW(getsockname(d, (void *)&address, &small));
	close(d);
}

static int pair[2];

static void streams(void)
{
	struct iovec vectors[3] = {{"one", 3}, {"", 0}, {" two", 4}}, in[2] = {{buffer, 2}, {buffer + 100, 50}};
	int bytes;
	signal(SIGPIPE, note);
	SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	show_name(pair[0], getsockname);
	show_name(pair[0], getpeername);
	SHOW(events(pair[0]));
	SHOW(write(pair[0], "hello", 5));
	SHOW(ioctl(pair[1], FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(ioctl(pair[1], 0x12345, &bytes));
	SHOW(events(pair[1]));
	SHOW(recv(pair[1], buffer, 2, MSG_PEEK));
	SHOW(recv(pair[1], buffer, 100, MSG_PEEK));
	SHOW(recv(pair[1], buffer, 2, 0));
	SHOW(write(pair[0], " again", 6));
	SHOW(recv(pair[1], buffer, 100, MSG_PEEK));
	SHOW(recv(pair[1], buffer, 100, 0)); // runs together
	buffer[9] = 0;
	SHOW(strcmp(buffer, "llo again"));
	SHOW(recv(pair[1], buffer, 100, MSG_DONTWAIT));
	SHOW(send(pair[0], "x", 1, MSG_OOB | MSG_DONTWAIT) == 1 || errno == EOPNOTSUPP); // we have none
	recv(pair[1], buffer, 100, MSG_OOB | MSG_DONTWAIT);
	recv(pair[1], buffer, 100, MSG_DONTWAIT);
	SHOW(writev(pair[0], vectors, 3));
	SHOW(readv(pair[1], in, 2));
	SHOW(buffer[100]);
	SHOW(write(pair[0], "", 0));
	SHOW(read(pair[1], buffer, 0));
	SHOW(send(pair[0], (void *)8, 5, 0));
	SHOW(write(pair[0], "fault", 5));
	SHOW(read(pair[1], (void *)8, 5));
	SHOW(read(pair[1], buffer, 5));
	struct sockaddr_un address = named("x");
	SHOW(sendto(pair[0], "x", 1, 0, (void *)&address, sizeof(address)));
	SHOW(connect_to(pair[0], "x"));
	SHOW(shutdown(pair[0], 3));
	SHOW(shutdown(pair[0], SHUT_WR));
	SHOW(write(pair[0], "x", 1));
	SHOW(caught);
	caught = 0;
	SHOW(send(pair[0], "x", 1, MSG_NOSIGNAL));
	SHOW(caught);
	SHOW(events(pair[0]));
	SHOW(events(pair[1]));
	SHOW(read(pair[1], buffer, 10));
	SHOW(write(pair[1], "back", 4));
	SHOW(read(pair[0], buffer, 10));
	SHOW(write(pair[1], "unread", 6));
	close(pair[0]);
	SHOW(events(pair[1]));
	SHOW(option(pair[1], SO_ERROR));
	SHOW(option(pair[1], SO_ERROR));
	SHOW(read(pair[1], buffer, 10));
	SHOW(write(pair[1], "x", 1));
	close(pair[1]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	write(pair[0], "last", 4);
	write(pair[1], "unread", 6);
	close(pair[0]);
	SHOW(read(pair[1], buffer, 10)); // what was sent before
	SHOW(read(pair[1], buffer, 10)); // then the reset
	SHOW(read(pair[1], buffer, 10));
	close(pair[1]);
	int alone = socket(AF_UNIX, SOCK_STREAM, 0);
	SHOW(events(alone));
	SHOW(read(alone, buffer, 1));
	SHOW(write(alone, "x", 1));
	SHOW(sendto(alone, "x", 1, 0, (void *)&address, sizeof(address)));
	close(alone);
	// a full buffer
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
	long total = 0, got;
	while ((got = write(pair[0], buffer, 5000)) > 0)
		total += got;
	TRUTH(errno == EAGAIN && total > 50000 && total < 1000000);
	SHOW(events(pair[0]));
	while (total > 0)
		total -= read(pair[1], buffer, 4096);
	SHOW(total);
	SHOW(events(pair[0]));
	close(pair[0]);
	close(pair[1]);
	// time-outs
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	struct timeval time = {0, 30000};
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
	SHOW(read(pair[0], buffer, 1));
	while (write(pair[0], buffer, 65536) > 0)
		;
	SHOW(errno == EAGAIN);
	close(pair[0]);
	close(pair[1]);
}

static void *write_later(void *unused)
{
	usleep(20000);
	write(pair[0], "abc", 3);
	usleep(20000);
	write(pair[0], "defgh", 5);
	return NULL;
}

static void *accept_later(void *listener)
{
	usleep(20000);
	return (void *)(long)accept((int)(long)listener, NULL, NULL);
}

static void waiting(void)
{
	pthread_t thread;
	void *result;
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	pthread_create(&thread, NULL, write_later, NULL);
	SHOW(recv(pair[1], buffer, 8, MSG_WAITALL));
	pthread_join(thread, NULL);
	pthread_create(&thread, NULL, write_later, NULL);
	SHOW(recv(pair[1], buffer, 8, 0));
	struct pollfd poller = {pair[1], POLLIN, 0};
	SHOW(poll(&poller, 1, 5000));
	pthread_join(thread, NULL);
	read(pair[1], buffer, 100);
	struct epoll_event event = {EPOLLIN | EPOLLRDHUP, {0}}, out;
	int set = epoll_create1(0);
	SHOW(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &event));
	SHOW(epoll_wait(set, &out, 1, 0));
	write(pair[0], "x", 1);
	SHOW(epoll_wait(set, &out, 1, 0));
	read(pair[1], buffer, 100);
	SHOW(epoll_wait(set, &out, 1, 0));
	close(pair[0]);
	SHOW(epoll_wait(set, &out, 1, 0));
	SHOW(out.events);
	close(set);
	close(pair[1]);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	abstract(bind, listener, "tests/wait");
	listen(listener, 0);
	SHOW(events(listener));
	SHOW(abstract(connect, client, "tests/wait"));
	SHOW(events(listener));
	int second = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), third = socket(AF_UNIX, SOCK_STREAM, 0);
	SHOW(abstract(connect, second, "tests/wait")); // the queue is full
	pthread_create(&thread, NULL, accept_later, (void *)(long)listener);
	SHOW(abstract(connect, third, "tests/wait")); // until there is room
	pthread_join(thread, &result);
	SHOW(write(client, "through", 7));
	SHOW(read((int)(long)result, buffer, 100));
	fcntl(listener, F_SETFL, O_NONBLOCK);
	int last = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	TRUTH(last >= 0);
	SHOW(fcntl(last, F_GETFL) & O_NONBLOCK);
	SHOW(fcntl(last, F_GETFD));
	SHOW(accept(listener, NULL, NULL));
	SHOW(accept4(listener, NULL, NULL, 1));
	SHOW(accept(client, NULL, NULL));
	SHOW(read(listener, buffer, 1));
	SHOW(write(listener, "x", 1));
	struct sockaddr_un address;
	socklen_t length = sizeof(address);
	SHOW(abstract(bind, second, "tests/client"));
	SHOW(abstract(connect, second, "tests/wait"));
	int named_one = accept(listener, (void *)&address, &length);
	SHOW(length);
	SHOW(memcmp(address.sun_path + 1, "tests/client", 12));
	show_name(named_one, getsockname);
	SHOW(write(second, "bye", 3));
	length = sizeof(address);
	SHOW(recvfrom(named_one, buffer, 10, 0, (void *)&address, &length));
	SHOW(length);
	// nobody accepts it
	int lonely = socket(AF_UNIX, SOCK_STREAM, 0);
	SHOW(abstract(connect, lonely, "tests/wait"));
	SHOW(write(lonely, "lost", 4));
	close(listener);
	SHOW(read(lonely, buffer, 10));
	SHOW(read(lonely, buffer, 10));
	SHOW(write(lonely, "x", 1));
	SHOW(abstract(connect, lonely, "tests/wait"));
	close(lonely);
	close(client);
	close(second);
	close(third);
	close(last);
	close(named_one);
	close((int)(long)result);
}

static void messages(void)
{
	struct sockaddr_un address = named("d1");
	socklen_t length = sizeof(address);
	int bytes, a = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), b = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	SHOW(send(a, "x", 1, 0));
	SHOW(events(a));
	SHOW(bind_to(a, "d1"));
	SHOW(sendto(b, "first", 5, 0, (void *)&address, sizeof(address)));
	SHOW(sendto(b, "second", 6, 0, (void *)&address, sizeof(address)));
	SHOW(sendto(b, "", 0, 0, (void *)&address, sizeof(address)));
	SHOW(ioctl(a, FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(recv(a, buffer, 100, MSG_PEEK));
	SHOW(recv(a, buffer, 3, 0));
	SHOW(recv(a, buffer, 3, MSG_TRUNC));
	SHOW(recvfrom(a, buffer, 3, 0, (void *)&address, &length));
	SHOW(length);
	SHOW(recv(a, buffer, 3, 0));
	SHOW(bind_to(b, "d2"));
	SHOW(connect_to(b, "d1"));
	SHOW(send(b, "third", 5, 0));
	length = sizeof(address);
	SHOW(recvfrom(a, buffer, 100, 0, (void *)&address, &length));
	printf("%d %s\n", length, address.sun_path);
	SHOW(sendto(a, "answer", 6, 0, (void *)&address, length));
	SHOW(recv(b, buffer, 100, 0));
	int c = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), sent = 0;
	SHOW(connect_to(c, "d2")); // b talks to a only
	SHOW(connect_to(c, "d1"));
	while (send(c, "fill", 4, 0) == 4)
		sent++;
	SHOW(errno == EAGAIN);
	SHOW(sent);
	SHOW(events(c) & POLLOUT);
	SHOW(recv(a, buffer, 100, 0));
	SHOW(events(c) & POLLOUT);
	SHOW(send(c, buffer, 250000, 0));
	memset(&address, 0, sizeof(address));
	SHOW(connect(c, (void *)&address, sizeof(address))); // AF_UNSPEC: lets go
	SHOW(send(c, "x", 1, 0));
	SHOW(connect_to(c, "d1"));
	close(a);
	SHOW(send(c, "x", 1, 0));
	SHOW(send(c, "x", 1, 0));
	SHOW(connect_to(c, "d1"));
	SHOW(shutdown(b, SHUT_RD));
	SHOW(recv(b, buffer, 10, 0));
	close(b);
	close(c);
	unlink("d1");
	unlink("d2");
	SHOW(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	SHOW(send(pair[0], "one", 3, 0));
	SHOW(send(pair[0], "", 0, 0));
	SHOW(write(pair[0], "two", 3));
	struct iovec out[2] = {{"thr", 3}, {"ee", 2}};
	SHOW(writev(pair[0], out, 2));
	SHOW(recv(pair[1], buffer, 2, 0));
	SHOW(recv(pair[1], buffer, 100, 0));
	SHOW(read(pair[1], buffer, 100));
	SHOW(readv(pair[1], (struct iovec[]){{buffer, 2}, {buffer + 2, 100}}, 2));
	SHOW(shutdown(pair[0], SHUT_WR));
	SHOW(recv(pair[1], buffer, 100, 0));
	SHOW(recv(pair[1], buffer, 100, MSG_DONTWAIT));
	caught = 0;
	SHOW(send(pair[0], "x", 1, 0));
	SHOW(caught);
	close(pair[1]);
	SHOW(events(pair[0]));
	close(pair[0]);
	a = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	SHOW(send(a, "x", 1, 0));
	SHOW(recv(a, buffer, 1, 0));
	close(a);
}

static long send_with(int to, const char *text, const int *fds, int count, const struct ucred *claim)
{
	static char control[8192] __attribute__((aligned(8)));
	struct iovec vector = {(char *)text, strlen(text)};
	struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control};
	struct cmsghdr *at = (void *)control;
	memset(control, 0, sizeof(control));
	if (fds != NULL) {
		at->cmsg_level = SOL_SOCKET;
		at->cmsg_type = SCM_RIGHTS;
		at->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(at), fds, count * sizeof(int));
		header.msg_controllen += CMSG_SPACE(count * sizeof(int));
		at = (void *)(control + header.msg_controllen);
	}
	if (claim != NULL) {
		at->cmsg_level = SOL_SOCKET;
		at->cmsg_type = SCM_CREDENTIALS;
		at->cmsg_len = CMSG_LEN(sizeof(*claim));
		memcpy(CMSG_DATA(at), claim, sizeof(*claim));
		header.msg_controllen += CMSG_SPACE(sizeof(*claim));
	}
	return sendmsg(to, &header, MSG_DONTWAIT);
}

static int received[300], received_count;

static void receive_with(int from, size_t room, size_t control_room, int flags)
{
	static char control[8192] __attribute__((aligned(8)));
	struct iovec vector = {buffer, room};
	struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control_room ? control : NULL, .msg_controllen = control_room};
	errno = 0;
	long got = recvmsg(from, &header, flags | MSG_DONTWAIT);
	printf("   got %ld %s", got, got < 0 ? strerror(errno) : "");
	received_count = 0;
	if (got >= 0) {
		printf("flags %x control %zu", header.msg_flags, (size_t)header.msg_controllen);
		for (struct cmsghdr *at = CMSG_FIRSTHDR(&header); at != NULL; at = CMSG_NXTHDR(&header, at)) {
			if (at->cmsg_type == SCM_RIGHTS) {
				received_count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
				memcpy(received, CMSG_DATA(at), received_count * sizeof(int));
				printf(", %d files", received_count);
			} else {
				struct ucred *cred = (void *)CMSG_DATA(at);
				printf(", credentials %s %d %d", cred->pid == getpid() ? "ours" : cred->pid == 0 ? "none" : "another's", cred->uid, cred->gid);
			}
		}
	}
	printf("\n");
}

static void drop(void)
{
	while (received_count > 0)
		close(received[--received_count]);
}

static int open_files(void)
{
	int count = 0;
	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void control_messages(void)
{
	int fds[300], before, on = 1, pipes[2];
	struct ucred self = {getpid(), getuid(), getgid()}, other = {1, 5, 6};
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	pipe(pipes);
	before = open_files();
	for (int i = 0; i < 300; i++)
		fds[i] = pipes[1];
	SHOW(send_with(pair[0], "file", fds, 1, NULL));
	receive_with(pair[1], 100, 100, 0);
	SHOW(write(received[0], "x", 1));
	SHOW(fcntl(received[0], F_GETFD));
	drop();
	SHOW(read(pipes[0], buffer, 10));
	send_with(pair[0], "file", fds, 3, NULL);
	receive_with(pair[1], 100, 100, MSG_CMSG_CLOEXEC);
	SHOW(fcntl(received[2], F_GETFD));
	drop();
	send_with(pair[0], "file", fds, 3, NULL);
	receive_with(pair[1], 100, CMSG_LEN(2 * sizeof(int)), 0); // room for two
	drop();
	send_with(pair[0], "file", fds, 3, NULL);
	receive_with(pair[1], 100, 0, 0);
	send_with(pair[0], "file", fds, 3, NULL);
	receive_with(pair[1], 100, 8, 0);
	send_with(pair[0], "file", fds, 3, NULL);
	SHOW(read(pair[1], buffer, 100));
	send_with(pair[0], "aaa", fds, 1, NULL);
	send_with(pair[0], "bbb", NULL, 0, NULL);
	send_with(pair[0], "ccc", fds, 2, NULL);
	receive_with(pair[1], 2, 100, 0); // the file comes with the first byte
	drop();
	receive_with(pair[1], 100, 100, 0);
	drop();
	receive_with(pair[1], 100, 100, MSG_PEEK);
	drop();
	receive_with(pair[1], 100, 100, 0);
	drop();
	SHOW(send_with(pair[0], "many", fds, 253, NULL));
	receive_with(pair[1], 100, 4000, 0);
	drop();
	SHOW(send_with(pair[0], "many", fds, 254, NULL));
	fds[1] = 999;
	SHOW(send_with(pair[0], "bad", fds, 2, NULL));
	SHOW(open_files() - before);
	// credentials
	SHOW(send_with(pair[0], "cred", NULL, 0, &self));
	receive_with(pair[1], 100, 100, 0); // nobody asked
	send_with(pair[0], "before", NULL, 0, NULL);
	SHOW(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	SHOW(option(pair[1], SO_PASSCRED));
	send_with(pair[0], "after", fds, 1, NULL);
	receive_with(pair[1], 100, 100, 0); // not one message: from whom it was not known
	receive_with(pair[1], 100, 100, 0);
	drop();
	SHOW(send_with(pair[0], "claim", NULL, 0, &other)); // root may
	receive_with(pair[1], 100, 100, 0);
	send_with(pair[0], "short", fds, 1, NULL);
	receive_with(pair[1], 100, 20, 0);
	send_with(pair[0], "short", fds, 1, NULL);
	receive_with(pair[1], 100, 0, 0);
	fflush(stdout);
	if (fork() == 0) {
		setgid(1000);
		setuid(1000);
		SHOW(send_with(pair[0], "claim", NULL, 0, &other));
		SHOW(send_with(pair[0], "child", NULL, 0, NULL));
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	receive_with(pair[1], 100, 100, 0);
	struct ucred peer;
	SHOW(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, (socklen_t[]){sizeof(peer)}));
	TRUTH(peer.pid == getpid() && peer.uid == getuid());
	int alone = socket(AF_UNIX, SOCK_STREAM, 0);
	getsockopt(alone, SOL_SOCKET, SO_PEERCRED, &peer, (socklen_t[]){sizeof(peer)});
	printf("%d %d %d\n", peer.pid, (int)peer.uid, (int)peer.gid);
	close(alone);
	struct msghdr header = {.msg_control = &header, .msg_controllen = 100000};
	SHOW(sendmsg(pair[0], &header, 0));
	header = (struct msghdr){.msg_iov = (void *)8, .msg_iovlen = 1};
	SHOW(sendmsg(pair[0], &header, 0));
	header = (struct msghdr){.msg_iovlen = 2000};
	SHOW(sendmsg(pair[0], &header, 0));
	SHOW(sendmsg(pair[0], (void *)8, 0));
	SHOW(recvmsg(pair[0], (void *)8, MSG_DONTWAIT));
	struct cmsghdr wrong = {.cmsg_len = 5, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	header = (struct msghdr){.msg_control = &wrong, .msg_controllen = sizeof(wrong)};
	SHOW(sendmsg(pair[0], &header, 0));
	wrong.cmsg_len = sizeof(wrong);
	wrong.cmsg_type = 77;
	SHOW(sendmsg(pair[0], &header, 0));
	wrong.cmsg_level = 77;
	SHOW(sendmsg(pair[0], &header, 0));
	close(pair[0]);
	close(pair[1]);
	close(pipes[0]);
	close(pipes[1]);
}

// Sockets that lie in each other's queues and nowhere else: a pipe that travels with them tells when they are gone.
static void circles(void)
{
	for (int kind = 0; kind < 3; kind++) {
		int a[2], b[2], pipes[2];
		pipe(pipes);
		fcntl(pipes[0], F_SETFL, O_NONBLOCK);
		socketpair(AF_UNIX, kind == 2 ? SOCK_DGRAM : SOCK_STREAM, 0, a);
		socketpair(AF_UNIX, kind == 2 ? SOCK_DGRAM : SOCK_STREAM, 0, b);
		int self[3] = {a[0], a[1], pipes[1]}, cross[3] = {b[0], b[1], pipes[1]};
		if (kind == 0)
			send_with(a[0], "itself", self, 3, NULL);
		else {
			send_with(a[0], "b", cross, 3, NULL);
			send_with(b[0], "a", self, 3, NULL);
		}
		SHOW(read(pipes[0], buffer, 1));
		close(pipes[1]);
		SHOW(read(pipes[0], buffer, 1)); // still in flight, and reachable
		close(a[0]);
		close(a[1]);
		if (kind != 0)
			SHOW(read(pipes[0], buffer, 1)); // b holds them
		close(b[0]);
		close(b[1]);
		close(socket(AF_UNIX, SOCK_STREAM, 0)); // the end of any socket makes the kernel look
		struct pollfd poller = {pipes[0], POLLIN, 0};
		poll(&poller, 1, 3000);
		SHOW(read(pipes[0], buffer, 1)); // the writers are gone
		close(pipes[0]);
	}
}

static void *talk(void *fd)
{
	char bytes[700];
	unsigned sum = 0;
	for (int i = 0; i < 3000; i++) {
		memset(bytes, i, sizeof(bytes));
		if (write((int)(long)fd, bytes, 1 + i % sizeof(bytes)) < 0)
			return (void *)1;
		sum += (1 + i % sizeof(bytes)) * (unsigned char)i;
	}
	return NULL;
}

// Writers and a reader on both ends at once; descriptors fly while their processes are killed.
static void storm(void)
{
	pthread_t threads[4];
	long sum = 0, wanted = 0, got, total = 0;
	for (int i = 0; i < 3000; i++) {
		wanted += 1 + i % 700;
		sum -= 2l * (1 + i % 700) * (unsigned char)i;
	}
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, talk, (void *)(long)pair[0]);
	while (total < 2 * wanted && (got = read(pair[1], buffer, 3001)) > 0) {
		total += got;
		for (long i = 0; i < got; i++)
			sum += (unsigned char)buffer[i];
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	SHOW(total == 2 * wanted);
	SHOW(sum);
	fflush(stdout);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), served = 0;
	abstract(bind, listener, "tests/storm");
	listen(listener, 5);
	int pids[3];
	for (int i = 0; i < 3; i++)
		if ((pids[i] = fork()) == 0)
			for (;;) {
				int fd = socket(AF_UNIX, SOCK_STREAM, 0);
				if (abstract(connect, fd, "tests/storm") == 0)
					send_with(fd, "take", (int[]){fd, listener}, 2, NULL);
				close(fd);
			}
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		static char control[100] __attribute__((aligned(8)));
		struct iovec vector = {buffer, 100};
		struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
		int fd = accept(listener, NULL, NULL);
		if (served % 3 == 0 && recvmsg(fd, &header, 0) > 0 && header.msg_controllen > 0) {
			int *got = (int *)CMSG_DATA(CMSG_FIRSTHDR(&header));
			close(got[0]);
			close(got[1]);
		}
		close(fd);
		served++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec < 2 || served < 30);
	for (int i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	TRUTH(served >= 30);
	close(listener);
	int again = socket(AF_UNIX, SOCK_STREAM, 0);
	SHOW(abstract(bind, again, "tests/storm")); // nothing holds the name any more
}

int main(int count, char **arguments)
{
	setvbuf(stdout, NULL, _IOLBF, 4096);
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	making();
	names();
	streams();
	waiting();
	messages();
	control_messages();
	circles();
	storm();
	return 0;
}
