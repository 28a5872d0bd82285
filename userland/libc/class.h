// class.h: POSIX's classes of characters, in the order of their numbers from 1.
#pragma once
#include "userland/libc/hook.h"
#define CLASSES(X) X(alnum) X(alpha) X(blank) X(cntrl) X(digit) X(graph) X(lower) X(print) X(punct) X(space) X(upper) X(xdigit)

// wide.c: see there.
int locale_bytes(int category, const char *name);

// wide.c: whether a character beyond ASCII is of the class; a library without it knows none.
int class_has_wide(unsigned c, unsigned long type) HOOK;

// wide.c: the character at text[0, size) as mbrtowc finds it, and its length. Asked only where a locale has long characters.
unsigned long class_decode(int *c, const char *text, unsigned long size) HOOK;
