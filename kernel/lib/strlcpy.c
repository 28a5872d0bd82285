// strlcpy.c: see string.h.
#include "kernel/lib/string.h"

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strlen(from), kept = length < size ? length : size - 1;
	memcpy(to, from, kept);
	to[kept] = '\0';
	return length;
}
