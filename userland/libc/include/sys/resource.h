#pragma once
#include <abi_names.h>
#include <sys/types.h>
#include "kernel/uapi/process.h"
#define RUSAGE_SELF 0
#define RUSAGE_CHILDREN (-1)
typedef unsigned long rlim_t;
#define RLIM_SAVED_MAX RLIM_INFINITY
#define RLIM_SAVED_CUR RLIM_INFINITY
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
int getrusage(int who, struct rusage *usage);
#define PRIO_PROCESS 0
#define PRIO_PGRP 1
#define PRIO_USER 2
int getpriority(int which, id_t who), setpriority(int which, id_t who, int value);
