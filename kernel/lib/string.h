// string.h: memory and string functions in C17's (and POSIX's) names. Pure: no state, no locks, no allocation.
// The hosted builds use the machine's <string.h>; loaders, kernel and our C library compile string.c.
#pragma once
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *from, int value, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
char *strchr(const char *text, int character);
char *strrchr(const char *text, int character);
char *strstr(const char *text, const char *wanted);

// Copies at most size - 1 bytes and always ends with a NUL (size > 0). Returns strlen(from), so >= size means cut.
// In a file of its own, strlcpy.c: hosted builds add it, since the machine's C library may lack it.
size_t strlcpy(char *restrict to, const char *restrict from, size_t size);

// -ffreestanding forgets that the compiler knows these: it does, and copies of a few known bytes become moves.
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memset(to, value, size) __builtin_memset(to, value, size)
