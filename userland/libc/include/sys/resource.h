#pragma once
#include <abi_names.h>
#include "kernel/uapi/process.h"
#define RUSAGE_SELF 0
#define RUSAGE_CHILDREN (-1)
typedef unsigned long rlim_t;
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
int getrusage(int who, struct rusage *usage);
