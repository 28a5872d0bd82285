#pragma once
#include "kernel/lib/string.h"
char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t size);
char *stpcpy(char *restrict to, const char *restrict from), *strcat(char *restrict to, const char *restrict from);
char *strncat(char *restrict to, const char *restrict from, size_t limit), *strdup(const char *text);
char *strndup(const char *text, size_t limit);
size_t strspn(const char *text, const char *accept), strcspn(const char *text, const char *reject);
char *strpbrk(const char *text, const char *accept), *strtok(char *restrict text, const char *restrict separators);
char *strtok_r(char *restrict text, const char *restrict separators, char **restrict rest);
char *strsep(char **rest, const char *separators), *strchrnul(const char *text, int character);
void *memccpy(void *restrict to, const void *restrict from, int byte, size_t size);
char *stpncpy(char *restrict to, const char *restrict from, size_t size);
size_t strxfrm(char *restrict to, const char *restrict from, size_t size);
int strerror_r(int number, char *to, size_t size), strcoll(const char *a, const char *b);
char *strerror(int number), *strsignal(int number);
void *memmem(const void *from, size_t size, const void *wanted, size_t wanted_size);
void *memrchr(const void *from, int value, size_t size);
void *mempcpy(void *restrict to, const void *restrict from, size_t size);
int strcasecmp(const char *a, const char *b), strncasecmp(const char *a, const char *b, size_t limit);
char *strcasestr(const char *text, const char *wanted);
