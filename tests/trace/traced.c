// traced.c: what tests/trace/test has both straces look at: calls of each kind, a child, signals.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void note(int signal) {}

int main(int count, char **arguments)
{
	char bytes[100];
	int ends[2], file = open("/tmp/traced", O_CREAT | O_RDWR | O_TRUNC, 0640);
	write(file, "some text\twith \"odd\" bytes\1\0012", 28);
	lseek(file, 5, SEEK_SET);
	read(file, bytes, sizeof(bytes));
	read(99, bytes, 1);
	write(file, "a string that is longer than what strace shows of it", 52);
	close(file);
	open("/tmp/missing/file", O_RDONLY);
	signal(SIGUSR1, note);
	kill(getpid(), SIGUSR1);
	pipe(ends);
	if (count > 1 && fork() == 0) {
		write(ends[1], "from the child", 14);
		_exit(5);
	}
	if (count > 1)
		read(ends[0], bytes, 14);
	wait(NULL);
	unlink("/tmp/traced");
	if (count > 1)
		kill(getpid(), SIGTERM);
	return 3;
}
