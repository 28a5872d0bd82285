#pragma once
#include <unistd.h>
#define no_argument 0
#define required_argument 1
#define optional_argument 2
struct option {
	const char *name;
	int has_arg, *flag, val;
};
int getopt_long(int count, char *const arguments[], const char *options, const struct option *longs, int *index);
