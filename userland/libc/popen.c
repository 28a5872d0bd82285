// popen.c: commands for the shell: system, popen, pclose.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kernel/lib/list.h"

#define SHELL "/bin/sh"

struct pipe_stream {
	struct list list;
	FILE *file;
	pid_t pid;
};
static struct list pipes = LIST_INIT(pipes);

// The shell's wait status; -1 when it could not be started. SIGINT and SIGQUIT are ignored and SIGCHLD waits meanwhile.
// Without a command: whether there is a shell.
int system(const char *command)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	sigset_t child = 1ul << (SIGCHLD - 1), before;
	int status = -1, cancelled;
	if (command == NULL)
		return access(SHELL, X_OK) == 0;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelled); // the signals' actions are to come back
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	sigprocmask(SIG_BLOCK, &child, &before);
	pid_t pid = fork();
	if (pid == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		execl(SHELL, "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR) {
			status = -1;
			break;
		}
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	pthread_setcancelstate(cancelled, NULL);
	return status;
}

// A stream that reads what the command writes ("r") or writes what it reads ("w"). NULL with errno.
FILE *popen(const char *command, const char *mode)
{
	int ends[2], writes = *mode == 'w';
	struct pipe_stream *stream = malloc(sizeof(*stream)), *other;
	if (stream == NULL || pipe2(ends, O_CLOEXEC) < 0) {
		free(stream);
		return NULL;
	}
	pid_t pid = fork();
	if (pid == 0) {
		list_for_each(other, &pipes, list)
			close(fileno(other->file)); // POSIX: the streams of before are not the command's
		dup2(ends[!writes], !writes);
		execl(SHELL, "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[!writes]);
	stream->pid = pid;
	stream->file = pid < 0 ? NULL : fdopen(ends[writes], mode);
	if (stream->file == NULL) {
		close(ends[writes]);
		free(stream);
		return NULL;
	}
	list_push_back(&pipes, &stream->list);
	return stream->file;
}

// Closes the stream and waits for its command: the wait status, or -1.
int pclose(FILE *file)
{
	struct pipe_stream *stream;
	list_for_each(stream, &pipes, list)
		if (stream->file == file) {
			int status;
			pid_t pid = stream->pid;
			list_remove(&stream->list);
			free(stream);
			fclose(file);
			while (waitpid(pid, &status, 0) < 0)
				if (errno != EINTR)
					return -1;
			return status;
		}
	errno = ECHILD;
	return -1;
}
