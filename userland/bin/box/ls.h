// ls.h: a file as ls knows it.
#pragma once
#include "userland/bin/box/box.h"

struct entry {
	char *name;
	struct stat status;
};

struct timespec time_of(const struct call *call, const struct stat *status); // the one that -c or -u ask for
void print_name(const struct call *call, const struct entry *entry, const char *directory);
void print_long(const struct call *call, const struct entry *entries, size_t count, const char *directory)
	__attribute__((weak)); // ls_long.c; a box without it has no -l
