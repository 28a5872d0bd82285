// stdlib.c: integers from text, the environment.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

unsigned char libc_mb_max = 1; // bytes of the longest character: 1 until setlocale (wide.c) says otherwise
_Thread_local unsigned char libc_mb_thread; // as uselocale (locale.c) has it; 0: as for all

static unsigned digit_value(char character)
{
	return isdigit(character) ? (unsigned)(character - '0')
	     : isalpha(character) ? (unsigned)(tolower(character) - 'a' + 10) : 99u;
}

// The value's magnitude, saturated at `limit`; *end is `text` when there is no number.
static uint64_t magnitude(const char *text, const char **end, int base, bool *negative, bool *too_large)
{
	const char *at = text;
	while (isspace(*at))
		at++;
	*negative = *at == '-';
	at += *at == '-' || *at == '+';
	if ((base == 0 || base == 16) && *at == '0' && (at[1] | 32) == 'x' && digit_value(at[2]) < 16) {
		base = 16;
		at += 2;
	}
	if (base == 0)
		base = *at == '0' ? 8 : 10;
	uint64_t value = 0;
	const char *start = at;
	for (*too_large = false; digit_value(*at) < (unsigned)base; at++)
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, digit_value(*at), &value))
			*too_large = true;
	*end = at != start ? at : text;
	return value;
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	bool negative, too_large;
	const char *stop;
	uint64_t value = magnitude(text, &stop, base, &negative, &too_large);
	if (end != NULL)
		*end = (char *)stop;
	if (!too_large)
		return negative ? -value : value;
	errno = ERANGE;
	return ULONG_MAX;
}

long strtol(const char *restrict text, char **restrict end, int base)
{
	bool negative, too_large;
	const char *stop;
	uint64_t value = magnitude(text, &stop, base, &negative, &too_large);
	if (end != NULL)
		*end = (char *)stop;
	if (!too_large && value <= (uint64_t)LONG_MAX + negative)
		return (long)(negative ? -value : value);
	errno = ERANGE;
	return negative ? LONG_MIN : LONG_MAX;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
	return strtol(text, end, base);
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
	return strtoul(text, end, base);
}

int atoi(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

// The slot of `name` (its first `size` bytes) in environ, or that of the closing NULL.
static char **environment_slot(const char *name, size_t size)
{
	char **slot = environ;
	while (*slot != NULL && (strncmp(*slot, name, size) != 0 || (*slot)[size] != '='))
		slot++;
	return slot;
}

char *getenv(const char *name)
{
	size_t size = strlen(name);
	char **slot = environment_slot(name, size);
	return *slot != NULL ? *slot + size + 1 : NULL;
}

// `assignment` becomes part of the environment: the caller must not change it later.
int putenv(char *assignment)
{
	static char **owned; // the array we allocated: environ at the start is the kernel's
	size_t size = strchrnul(assignment, '=') - assignment, count = 0;
	if (assignment[size] == '\0')
		return unsetenv(assignment);
	char **slot = environment_slot(assignment, size);
	if (*slot == NULL) {
		while (environ[count] != NULL)
			count++;
		char **grown = realloc(environ == owned ? owned : NULL, (count + 2) * sizeof(char *));
		if (grown == NULL)
			return -1;
		if (environ != owned)
			memcpy(grown, environ, count * sizeof(char *));
		environ = owned = grown;
		slot = environ + count;
		slot[1] = NULL;
	}
	*slot = assignment;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t size = strlen(name), value_size = strlen(value);
	if (size == 0 || strchr(name, '=') != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (!overwrite && getenv(name) != NULL)
		return 0;
	char *assignment = malloc(size + value_size + 2);
	if (assignment == NULL)
		return -1;
	memcpy(assignment, name, size);
	assignment[size] = '=';
	memcpy(assignment + size + 1, value, value_size + 1);
	return putenv(assignment);
}

int unsetenv(const char *name)
{
	char **slot = environment_slot(name, strlen(name));
	for (; *slot != NULL; slot++)
		*slot = slot[1];
	return 0;
}
