// What POSIX puts into <sys/types.h> beyond the spine's. Headers of this folder add to those of ../include, by include_next.
#pragma once
#include_next <sys/types.h>
#include <pthread_types.h>
typedef unsigned long fsblkcnt_t, fsfilcnt_t;
