// text.c: the rest of <string.h>; what loaders and kernel need too is in kernel/lib/string.c.
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <signal.h>

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t size = strlen(from);
	return (char *)memcpy(to, from, size + 1) + size;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	stpcpy(to, from);
	return to;
}

char *strndup(const char *text, size_t limit)
{
	size_t length = strnlen(text, limit);
	char *copy = malloc(length + 1);
	if (copy == NULL)
		return NULL;
	copy[length] = '\0';
	return memcpy(copy, text, length);
}

char *strdup(const char *text)
{
	return strndup(text, SIZE_MAX - 1);
}

// Length of the prefix whose bytes' membership in `set` is `wanted`; a 256-bit set makes each step constant.
static size_t span(const char *text, const char *set, int wanted)
{
	uint64_t member[4] = {0};
	const unsigned char *byte = (const unsigned char *)set;
	for (; *byte != '\0'; byte++)
		member[*byte / 64] |= 1ul << *byte % 64;
	for (byte = (const unsigned char *)text; *byte != '\0'; byte++)
		if ((int)(member[*byte / 64] >> *byte % 64 & 1) != wanted)
			break;
	return (const char *)byte - text;
}

size_t strspn(const char *text, const char *accept)
{
	return span(text, accept, 1);
}

size_t strcspn(const char *text, const char *reject)
{
	return span(text, reject, 0);
}

char *strpbrk(const char *text, const char *accept)
{
	text += strcspn(text, accept);
	return *text != '\0' ? (char *)text : NULL;
}

char *strsep(char **rest, const char *separators)
{
	char *text = *rest;
	if (text == NULL)
		return NULL;
	char *end = text + strcspn(text, separators);
	*rest = *end != '\0' ? end + 1 : NULL;
	*end = '\0';
	return text;
}

char *strchrnul(const char *text, int character)
{
	while (*text != '\0' && *text != (char)character)
		text++;
	return (char *)text;
}

int strncasecmp(const char *a, const char *b, size_t limit)
{
	for (; limit != 0; limit--, a++, b++) {
		int left = tolower((unsigned char)*a), right = tolower((unsigned char)*b);
		if (left != right || left == '\0')
			return left - right;
	}
	return 0;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t size)
{
	return (char *)memcpy(to, from, size) + size;
}

void *memrchr(const void *from, int value, size_t size)
{
	const unsigned char *bytes = from;
	while (size-- != 0)
		if (bytes[size] == (unsigned char)value)
			return (void *)(bytes + size);
	return NULL;
}

void *memmem(const void *from, size_t size, const void *wanted, size_t wanted_size)
{
	const char *at = from, *end = at + size;
	if (wanted_size == 0)
		return (void *)from;
	for (; (size_t)(end - at) >= wanted_size; at++) {
		at = memchr(at, *(const unsigned char *)wanted, end - at - wanted_size + 1);
		if (at == NULL || memcmp(at, wanted, wanted_size) == 0)
			return (void *)at;
	}
	return NULL;
}

struct message {
	int number;
	const char *text;
};

static char *describe(const struct message *table, size_t count, int number, const char *unknown)
{
	static char text[32];
	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return (char *)table[i].text;
	snprintf(text, sizeof(text), "%s %d", unknown, number);
	return text;
}

char *strerror(int number)
{
	static const struct message table[] = {
		{0, "Success"}, {EPERM, "Operation not permitted"}, {ENOENT, "No such file or directory"},
		{ESRCH, "No such process"}, {EINTR, "Interrupted system call"}, {EIO, "Input/output error"},
		{ENXIO, "No such device or address"}, {E2BIG, "Argument list too long"}, {ENOEXEC, "Exec format error"},
		{EBADF, "Bad file descriptor"}, {ECHILD, "No child processes"},
		{EAGAIN, "Resource temporarily unavailable"}, {ENOMEM, "Cannot allocate memory"},
		{EACCES, "Permission denied"}, {EFAULT, "Bad address"}, {EBUSY, "Device or resource busy"},
		{EEXIST, "File exists"}, {EXDEV, "Invalid cross-device link"}, {ENODEV, "No such device"},
		{ENOTDIR, "Not a directory"}, {EISDIR, "Is a directory"}, {EINVAL, "Invalid argument"},
		{ENFILE, "Too many open files in system"}, {EMFILE, "Too many open files"},
		{ENOTTY, "Inappropriate ioctl for device"}, {ETXTBSY, "Text file busy"}, {EFBIG, "File too large"},
		{ENOSPC, "No space left on device"}, {ESPIPE, "Illegal seek"}, {EROFS, "Read-only file system"},
		{EMLINK, "Too many links"}, {EPIPE, "Broken pipe"}, {EDOM, "Numerical argument out of domain"},
		{ERANGE, "Numerical result out of range"}, {EDEADLK, "Resource deadlock avoided"},
		{ENAMETOOLONG, "File name too long"}, {ENOLCK, "No locks available"},
		{ENOSYS, "Function not implemented"}, {ENOTEMPTY, "Directory not empty"},
		{ELOOP, "Too many levels of symbolic links"}, {EOVERFLOW, "Value too large for defined data type"},
		{ENOTSOCK, "Socket operation on non-socket"}, {EOPNOTSUPP, "Operation not supported"},
		{EAFNOSUPPORT, "Address family not supported by protocol"}, {EADDRINUSE, "Address already in use"},
		{ECONNRESET, "Connection reset by peer"}, {ENOTCONN, "Transport endpoint is not connected"},
		{ETIMEDOUT, "Connection timed out"}, {ECONNREFUSED, "Connection refused"},
		{EINPROGRESS, "Operation now in progress"},
	};
	return describe(table, sizeof(table) / sizeof(*table), number, "Unknown error");
}

char *strsignal(int number)
{
	static const struct message table[] = {
		{SIGHUP, "Hangup"}, {SIGINT, "Interrupt"}, {SIGQUIT, "Quit"}, {SIGILL, "Illegal instruction"},
		{SIGTRAP, "Trace/breakpoint trap"}, {SIGABRT, "Aborted"}, {SIGBUS, "Bus error"},
		{SIGFPE, "Floating point exception"}, {SIGKILL, "Killed"}, {SIGUSR1, "User defined signal 1"},
		{SIGSEGV, "Segmentation fault"}, {SIGUSR2, "User defined signal 2"}, {SIGPIPE, "Broken pipe"},
		{SIGALRM, "Alarm clock"}, {SIGTERM, "Terminated"}, {SIGCHLD, "Child exited"},
		{SIGCONT, "Continued"}, {SIGSTOP, "Stopped (signal)"}, {SIGTSTP, "Stopped"},
		{SIGTTIN, "Stopped (tty input)"}, {SIGTTOU, "Stopped (tty output)"},
		{SIGXCPU, "CPU time limit exceeded"}, {SIGSYS, "Bad system call"},
	};
	return describe(table, sizeof(table) / sizeof(*table), number, "Unknown signal");
}
