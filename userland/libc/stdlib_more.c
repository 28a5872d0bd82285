// stdlib_more.c: the rest of <stdlib.h>, <string.h> and <inttypes.h>.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "userland/libc/thread.h"

// -------- numbers in base 64: digits ./0-9A-Za-z, the lowest first, 32 bits

static const char digits64[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

long a64l(const char *text)
{
	uint32_t value = 0;
	for (int i = 0; i < 6 && text[i] != '\0'; i++) {
		const char *digit = strchr(digits64, text[i]);
		if (digit == NULL)
			break;
		value |= (uint32_t)(digit - digits64) << 6 * i;
	}
	return (int32_t)value;
}

char *l64a(long number)
{
	static char text[7];
	int size = 0;
	for (uint32_t rest = (uint32_t)number; rest != 0; rest >>= 6)
		text[size++] = digits64[rest & 63];
	text[size] = '\0';
	return text;
}

long long atoll(const char *text)
{
	return strtol(text, NULL, 10);
}

int clearenv(void)
{
	*environ = NULL;
	return 0;
}

intmax_t strtoimax(const char *restrict text, char **restrict end, int base)
{
	return strtol(text, end, base);
}

uintmax_t strtoumax(const char *restrict text, char **restrict end, int base)
{
	return strtoul(text, end, base);
}

// -------- options within an option: "name,name=value"

int getsubopt(char **option, char *const *names, char **value)
{
	char *start = *option, *end = strchrnul(start, ','),
	     *assigned = memchr(start, '=', (size_t)(end - start));
	size_t size = (size_t)((assigned != NULL ? assigned : end) - start);
	*option = end + (*end != '\0');
	*end = '\0';
	*value = assigned != NULL ? assigned + 1 : NULL;
	for (int i = 0; names[i] != NULL; i++)
		if (strncmp(names[i], start, size) == 0 && names[i][size] == '\0')
			return i;
	*value = start;
	return -1;
}

// -------- the quick way out

#define QUICK_HANDLERS 32 // what C17 asks for
static void (*handlers[QUICK_HANDLERS])(void);
static int handler_count, handlers_lock;

int at_quick_exit(void (*function)(void))
{
	libc_lock(&handlers_lock);
	int rc = handler_count < QUICK_HANDLERS ? 0 : -1;
	if (rc == 0)
		handlers[handler_count++] = function;
	libc_unlock(&handlers_lock);
	return rc;
}

void quick_exit(int status)
{
	while (handler_count > 0)
		handlers[--handler_count]();
	_Exit(status);
}

// -------- the two ends of a pseudo-terminal

int posix_openpt(int flags)
{
	return open("/dev/ptmx", flags);
}

// The kernel makes the other end the caller's own: there is nothing to grant, but what is no master is
// refused.
int grantpt(int fd)
{
	int number;
	return ioctl(fd, TIOCGPTN, &number);
}

int unlockpt(int fd)
{
	int locked = 0;
	return ioctl(fd, TIOCSPTLCK, &locked);
}

char *ptsname(int fd)
{
	static char name[24];
	int number;
	if (ioctl(fd, TIOCGPTN, &number) < 0)
		return NULL;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	return name;
}

// -------- strings

void *memccpy(void *restrict to, const void *restrict from, int byte, size_t size)
{
	const void *found = memchr(from, byte, size);
	size_t count = found != NULL ? (size_t)((const char *)found - (const char *)from) + 1 : size;
	char *end = (char *)memcpy(to, from, count) + count;
	return found != NULL ? end : NULL;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t size)
{
	return strncpy(to, from, size) + strnlen(from, size);
}

// Order is by bytes, so a text is its own key.
size_t strxfrm(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strlen(from);
	if (size > 0)
		memcpy(to, from, length < size ? length + 1 : size);
	return length;
}

// 0; ERANGE: the text was cut.
int strerror_r(int number, char *to, size_t size)
{
	return strlcpy(to, strerror(number), size) < size ? 0 : ERANGE;
}
