// pty.c: pseudo-terminals: each call printed with its result. The same static binary ran on Linux: pty.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

static volatile int caught;

static void note(int signal)
{
	caught = signal;
}

// What arrives at the master within a while, with its control characters spelled.
static void drain(const char *what, int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	char bytes[256];
	printf("%s:", what);
	while (poll(&poller, 1, 200) == 1 && (poller.revents & POLLIN)) {
		usleep(50000); // Linux brings the bytes of one write in several pieces
		ssize_t count = read(fd, bytes, sizeof(bytes));
		for (ssize_t i = 0; i < count; i++)
			printf((unsigned char)bytes[i] < ' ' ? " <%d>" : "%c", bytes[i]);
		if (count <= 0)
			break;
	}
	printf("\n");
}

static void plain(void)
{
	char bytes[64];
	struct winsize size = {24, 80, 0, 0};
	struct termios termios;
	struct stat status;
	int master = posix_openpt(O_RDWR | O_NOCTTY), number = -1, lock = -1;
	SHOW(master >= 0);
	SHOW(isatty(master));
	SHOW(ioctl(master, TIOCGPTN, &number));
	TRUTH(number >= 0);
	SHOW(ioctl(master, TIOCGPTLCK, &lock));
	SHOW(lock);
	SHOW(open(ptsname(master), O_RDWR | O_NOCTTY));
	SHOW(grantpt(master));
	SHOW(unlockpt(master));
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	SHOW(slave >= 0);
	tcgetattr(slave, &termios);
	SHOW(termios.c_iflag);
	SHOW(termios.c_oflag);
	SHOW(termios.c_cflag);
	SHOW(termios.c_lflag);
	for (int i = 0; i < 17; i++)
		printf("%d ", termios.c_cc[i]);
	printf("\n");
	SHOW(fstat(slave, &status));
	TRUTH(S_ISCHR(status.st_mode) && status.st_rdev >> 8 == 136);
	SHOW(write(slave, "out\n", 4));
	drain("the master reads", master);
	SHOW(write(master, "line\n", 5));
	SHOW(read(slave, bytes, sizeof(bytes)));
	drain("echo", master);
	SHOW(write(master, "ab\177c\025xyz\027de\n", 12));
	memset(bytes, 0, sizeof(bytes));
	SHOW(read(slave, bytes, sizeof(bytes)));
	printf("%s", bytes);
	drain("editing", master);
	SHOW(write(master, "\004", 1));
	SHOW(read(slave, bytes, sizeof(bytes)));
	SHOW(ioctl(master, TIOCSWINSZ, &size));
	memset(&size, 0, sizeof(size));
	SHOW(ioctl(slave, TIOCGWINSZ, &size));
	printf("%d %d\n", size.ws_row, size.ws_col);
	SHOW(tcgetattr(slave, &termios));
	cfmakeraw(&termios);
	SHOW(tcsetattr(slave, TCSANOW, &termios));
	SHOW(write(master, "\003\r\n", 3));
	SHOW(read(slave, bytes, sizeof(bytes)));
	SHOW(bytes[0] == 3 && bytes[1] == '\r' && bytes[2] == '\n');
	SHOW(write(slave, "raw\n", 4));
	drain("raw", master);
	SHOW(tcgetattr(master, &termios));
	SHOW((termios.c_lflag & ICANON) != 0);
	int waiting = -1;
	write(slave, "12345", 5);
	usleep(20000);
	SHOW(ioctl(master, FIONREAD, &waiting));
	SHOW(waiting);
	drain("left", master);
	SHOW(fcntl(master, F_SETFL, O_NONBLOCK | O_RDWR));
	SHOW(read(master, bytes, 1));
	struct pollfd poller = {.fd = master, .events = POLLIN | POLLOUT};
	SHOW(poll(&poller, 1, 0));
	SHOW(poller.revents);
	close(slave);
	SHOW(read(master, bytes, 1));
	SHOW(poll(&poller, 1, 0));
	SHOW(poller.revents & POLLHUP);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	SHOW(slave >= 0);
	SHOW(read(master, bytes, 1));
	char name[64];
	strcpy(name, ptsname(master));
	close(master);
	SHOW(read(slave, bytes, 1));
	SHOW(write(slave, "x", 1));
	SHOW(open(name, O_RDWR | O_NOCTTY));
	close(slave);
	SHOW(open("/dev/pts/9999", O_RDWR));
}

static void session(void)
{
	int master, status;
	char bytes[64];
	int pid = forkpty(&master, NULL, NULL, NULL);
	if (pid == 0) {
		signal(SIGINT, note);
		signal(SIGWINCH, note);
		printf("controlling: %d\n", open("/dev/tty", O_RDWR) >= 0);
		printf("leads: %d\n", getsid(0) == getpid() && tcgetpgrp(0) == getpid());
		fflush(stdout);
		while (caught != SIGINT)
			pause();
		printf("interrupted\n");
		fflush(stdout);
		while (caught != SIGWINCH)
			pause();
		struct winsize size;
		ioctl(0, TIOCGWINSZ, &size);
		printf("%d x %d\n", size.ws_col, size.ws_row);
		fflush(stdout);
		read(0, bytes, 1);
		_exit(9);
	}
	drain("child", master);
	write(master, "\003", 1);
	drain("after ^C", master);
	struct winsize size = {40, 132, 0, 0};
	SHOW(ioctl(master, TIOCSWINSZ, &size));
	drain("after a change of size", master);
	pid_t group = 0;
	SHOW(ioctl(master, TIOCGPGRP, &group));
	TRUTH(group == pid);
	SHOW(ioctl(master, TIOCSIG, SIGINT));
	usleep(50000);
	write(master, "q\n", 2);
	SHOW(waitpid(pid, &status, 0) == pid);
	SHOW(WEXITSTATUS(status));
	drain("the end", master);
	SHOW(read(master, bytes, 1));
	close(master);

	pid = forkpty(&master, NULL, NULL, NULL); // the master goes: SIGHUP
	if (pid == 0) {
		for (;;)
			pause();
	}
	usleep(50000);
	close(master);
	SHOW(waitpid(pid, &status, 0) == pid);
	SHOW(WTERMSIG(status));

	pid = forkpty(&master, NULL, NULL, NULL); // much output, and a slow reader
	if (pid == 0) {
		struct termios termios;
		tcgetattr(1, &termios);
		cfmakeraw(&termios);
		tcsetattr(1, TCSANOW, &termios);
		for (int i = 0; i < 20000; i++)
			write(1, "0123456789", 10);
		_exit(0);
	}
	long total = 0;
	char big[1000];
	for (ssize_t count; (count = read(master, big, sizeof(big))) > 0;)
		total += count;
	SHOW(total);
	waitpid(pid, NULL, 0);
	close(master);
	int masters[10];
	for (int i = 0; i < 10; i++)
		masters[i] = posix_openpt(O_RDWR);
	SHOW(masters[9] >= 0);
	for (int i = 0; i < 10; i++)
		close(masters[i]);
}

static void events(int master)
{
	struct pollfd poller = {.fd = master, .events = POLLIN | POLLPRI};
	SHOW(poll(&poller, 1, 200));
	SHOW(poller.revents);
}

// Packets: what is typed and what is called at the slave, as the master is told.
static void packets(void)
{
	struct termios termios;
	int master, slave, on = 1, off = 0;
	openpty(&master, &slave, NULL, NULL, NULL);
	SHOW(ioctl(slave, TIOCPKT, &on));
	SHOW(ioctl(master, TIOCPKT, NULL));
	SHOW(ioctl(master, TIOCPKT, &on));
	SHOW((ioctl(master, TIOCGPKT, &off), off));
	events(master);
	SHOW(write(slave, "some\n", 5));
	events(master);
	drain("bytes", master);
	SHOW(write(slave, "one", 3));
	char byte = 'x';
	SHOW(read(master, &byte, 1));
	SHOW(byte);
	drain("the rest", master);
	SHOW(write(master, "\023", 1));
	events(master);
	drain("stopped", master);
	SHOW(write(master, "\021", 1));
	drain("started", master);
	SHOW(write(master, "\023\021", 2));
	drain("both", master);
	SHOW(write(master, "\003d", 2));
	drain("interrupted", master);
	SHOW(write(master, "\026\003", 2));
	drain("not a signal", master);
	for (int what = TCIFLUSH; what <= TCIOFLUSH; what++) {
		SHOW(tcflush(slave, what));
		drain("flushed", master);
	}
	tcgetattr(slave, &termios);
	termios.c_iflag &= ~IXON;
	SHOW(tcsetattr(slave, TCSANOW, &termios));
	drain("no flow", master);
	termios.c_iflag |= IXON;
	SHOW(tcsetattr(slave, TCSAFLUSH, &termios));
	drain("flow again", master);
	SHOW(write(slave, "late", 4));
	SHOW(write(master, "\023", 1));
	drain("data or status first", master);
	off = 0;
	SHOW(ioctl(master, TIOCPKT, &off));
	drain("plain", master);
	SHOW(write(master, "\021x", 2));
	drain("plain again", master);
	close(slave);
	close(master);
}

// A write to a stopped terminal waits on Linux, and is taken here: so somebody else's.
static void write_aside(int slave, const char *text)
{
	fflush(stdout);
	if (fork() == 0) {
		write(slave, text, strlen(text));
		_exit(0);
	}
	usleep(100000);
}

// What tcflow(3) stopped, no key starts.
static void flow(void)
{
	int master, slave;
	openpty(&master, &slave, NULL, NULL, NULL);
	SHOW(tcflow(slave, TCOOFF));
	write_aside(slave, "held");
	drain("off", master);
	SHOW(write(master, "\021", 1));
	drain("a key", master);
	SHOW(tcflow(slave, TCOON));
	drain("on", master);
	SHOW(tcflow(slave, TCOON));
	SHOW(write(master, "\023", 1));
	usleep(100000); // its key is taken a moment later on Linux
	write_aside(slave, "by key");
	SHOW(tcflow(slave, TCOON));
	drain("still stopped", master);
	SHOW(write(master, "\021", 1));
	drain("started", master);
	SHOW(tcflow(slave, TCIOFF));
	drain("asked to stop", master);
	SHOW(tcflow(slave, TCION));
	drain("asked to start", master);
	SHOW(tcflow(slave, 4));
	SHOW(tcflow(slave, -1));
	while (wait(NULL) > 0) {}
	close(slave);
	close(master);
}

int main(int argc, char **argv)
{
	begin(NULL);
	printf("-------- a pair\n");
	plain();
	printf("-------- a session of its own\n");
	session();
	printf("-------- packets\n");
	packets();
	printf("-------- flow\n");
	flow();
	return 0;
}
