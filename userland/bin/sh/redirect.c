// redirect.c: descriptors: opening what a redirection names, in order, and putting back what was there.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

#define DOCUMENT_IN_PIPE 4096 // a pipe takes this much without a reader
#define LOW_FD 10	      // where the shell's own descriptors go when the limit leaves no room above USER_FDS

static int copy_fd(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, USER_FDS);
	return copy < 0 && errno == EINVAL ? fcntl(fd, F_DUPFD_CLOEXEC, LOW_FD) : copy;
}

int move_fd(int fd)
{
	int moved = fd >= 0 ? copy_fd(fd) : -1;
	if (moved < 0)
		return fd;
	close(fd);
	return moved;
}

static int open_document(const struct redirect *redirect)
{
	const char *body = redirect->verbatim ? redirect->target : expand_document(redirect->target);
	size_t size = strlen(body);
	int ends[2];
	if (pipe(ends) < 0)
		return -1;
	if (size > DOCUMENT_IN_PIPE && job_fork(NULL, true) == 0) {
		close(ends[0]);
		signal(SIGPIPE, SIG_DFL);
		while (size > 0) {
			ssize_t written = write(ends[1], body, size);
			if (written <= 0)
				break;
			body += written;
			size -= written;
		}
		_exit(0);
	}
	if (size <= DOCUMENT_IN_PIPE && write(ends[1], body, size) != (ssize_t)size)
		shell_warn("here-document: %s", strerror(errno));
	close(ends[1]);
	return ends[0];
}

static int open_descriptor(const char *target)
{
	char *end;
	long fd = strtol(target, &end, 10);
	if (strcmp(target, "-") == 0)
		return -2;
	fd = *end == '\0' && end != target && *target != '-' && fd < USER_FDS ? copy_fd((int)fd) : -1;
	if (fd < 0)
		shell_warn("%s: Bad file descriptor", target);
	return (int)fd;
}

// set -C: ">" makes a new file, or writes to what is no regular one.
static int open_careful(const char *target)
{
	struct stat status;
	int fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0 || errno != EEXIST)
		return fd;
	fd = open(target, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	errno = EEXIST;
	return -1;
}

// Opens what a redirection names. -1 with a message; -2: the descriptor is to be closed.
static int open_target(const struct redirect *redirect)
{
	int operator = redirect->operator, flags = O_WRONLY | O_CREAT | O_TRUNC, fd;
	if (operator == TOKEN('<', '<', 0) || operator == TOKEN('<', '<', '-'))
		return open_document(redirect);
	const char *target = expand_single(redirect->target, false);
	if (operator == TOKEN('<', '&', 0) || operator == TOKEN('>', '&', 0))
		return open_descriptor(target);
	if (operator == '<')
		flags = O_RDONLY;
	else if (operator == TOKEN('<', '>', 0))
		flags = O_RDWR | O_CREAT;
	else if (operator == TOKEN('>', '>', 0))
		flags = O_WRONLY | O_CREAT | O_APPEND;
	if (operator == '>' && option[OPTION_NOCLOBBER])
		fd = open_careful(target);
	else
		fd = open(target, flags | O_CLOEXEC, 0666);
	if (fd < 0)
		shell_warn("cannot %s %s: %s", operator == '<' ? "open" : "create", target, strerror(errno));
	return fd;
}

static void save(struct saved_fds *saved, int fd)
{
	for (int i = 0; i < saved->count; i++)
		if (saved->entry[i].fd == fd)
			return;
	saved->entry[saved->count++] = (struct saved_fd){fd, copy_fd(fd)};
}

// Redirects in order; with `saved`, what was there can be put back. -1: a message was printed.
int redirect_all(const struct redirect *redirect, struct saved_fds *saved)
{
	if (redirect != NULL)
		fflush(stdout);
	for (; redirect != NULL; redirect = redirect->next) {
		int fd = open_target(redirect), to = redirect->fd;
		if (fd == -1)
			return -1;
		if (to >= USER_FDS) {
			shell_warn("%d: Bad file descriptor", to);
			if (fd >= 0)
				close(fd);
			return -1;
		}
		if (saved != NULL && fd != to)
			save(saved, to);
		if (fd == -2) {
			close(to);
		} else if (fd == to) { // it was closed before: so it is afterwards
			fcntl(fd, F_SETFD, 0);
			if (saved != NULL && saved->count < USER_FDS)
				saved->entry[saved->count++] = (struct saved_fd){fd, -1};
		} else {
			dup2(fd, to);
			close(fd);
		}
	}
	return 0;
}

void redirect_forget(struct saved_fds *saved)
{
	while (saved->count > 0)
		if (saved->entry[--saved->count].copy >= 0)
			close(saved->entry[saved->count].copy);
}

void redirect_restore(struct saved_fds *saved)
{
	while (saved->count > 0) {
		struct saved_fd *entry = &saved->entry[--saved->count];
		if (entry->copy >= 0) {
			dup2(entry->copy, entry->fd);
			close(entry->copy);
		} else {
			close(entry->fd);
		}
	}
}
