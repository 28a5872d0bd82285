// string.c: see string.h. Bulk copies move quadwords: on the machines we run on `rep movsq` is six times as fast as
// `rep movsb` (facts/performance: emulated processors pay for each step of a string instruction).
#include "kernel/lib/string.h"
#include <stdint.h>

#ifdef __x86_64__
#define WORD "q"
#else
#define WORD "l" // our ROM is 32-bit code
#endif

#undef memcpy // the functions themselves
#undef memset

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *result = to;
	size_t words = size / sizeof(size), rest = size % sizeof(size);
	__asm__ volatile("rep movs" WORD "\n\tmov %3, %2\n\trep movsb"
			 : "+D"(to), "+S"(from), "+c"(words)
			 : "r"(rest)
			 : "memory");
	return result;
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((uintptr_t)to - (uintptr_t)from >= size)
		return memcpy(to, from, size);
	unsigned char *target = (unsigned char *)to + size;
	const unsigned char *source = (const unsigned char *)from + size;
	for (; size % 8 != 0; size--)
		*--target = *--source;
	for (; size != 0; size -= 8) {
		uint64_t word;
		target -= 8;
		source -= 8;
		__builtin_memcpy(&word, source, 8);
		__builtin_memcpy(target, &word, 8);
	}
	return to;
}

void *memset(void *to, int value, size_t size)
{
	void *result = to;
	size_t words = size / sizeof(size), rest = size % sizeof(size);
	size_t pattern = (size_t)0x0101010101010101ull * (unsigned char)value;
	__asm__ volatile("rep stos" WORD "\n\tmov %3, %1\n\trep stosb"
			 : "+D"(to), "+c"(words)
			 : "a"(pattern), "r"(rest)
			 : "memory");
	return result;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;
	for (; size >= 8; size -= 8, left += 8, right += 8) {
		uint64_t x, y;
		__builtin_memcpy(&x, left, 8);
		__builtin_memcpy(&y, right, 8);
		if (x != y)
			break;
	}
	size = size < 8 ? size : 8;
	for (; size != 0; size--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}

void *memchr(const void *from, int value, size_t size)
{
	for (const unsigned char *byte = from; size != 0; size--, byte++)
		if (*byte == (unsigned char)value)
			return (void *)byte;
	return NULL;
}

size_t strlen(const char *text)
{
	const char *end = text;
	while (*end != '\0')
		end++;
	return end - text;
}

size_t strnlen(const char *text, size_t limit)
{
	const char *end = memchr(text, '\0', limit);
	return end != NULL ? (size_t)(end - text) : limit;
}

int strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t limit)
{
	for (; limit != 0; limit--, a++, b++)
		if (*a != *b || *a == '\0')
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *strchr(const char *text, int character)
{
	for (;; text++) {
		if (*text == (char)character)
			return (char *)text;
		if (*text == '\0')
			return NULL;
	}
}

char *strrchr(const char *text, int character)
{
	const char *found = NULL;
	do
		if (*text == (char)character)
			found = text;
	while (*text++ != '\0');
	return (char *)found;
}

char *strstr(const char *text, const char *wanted)
{
	size_t size = strlen(wanted);
	for (; strncmp(text, wanted, size) != 0; text++)
		if (*text == '\0')
			return NULL;
	return (char *)text;
}
