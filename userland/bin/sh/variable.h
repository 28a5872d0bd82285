// variable.h: the table of variables, for what walks all of it.
#pragma once
#include "userland/bin/sh/sh.h"

#define VARIABLE_BUCKETS 64

struct variable {
	struct variable *next;
	char *value; // NULL: marked, or local, but not set
	bool exported, read_only;
	char name[];
};
extern struct variable *variables[VARIABLE_BUCKETS];
