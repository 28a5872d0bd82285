#pragma once
#include <sys/select.h>
#include <time.h>
int gettimeofday(struct timeval *restrict now, void *restrict zone);
#define ITIMER_REAL 0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF 2
struct itimerval {
	struct timeval it_interval, it_value;
};
int getitimer(int which, struct itimerval *value), setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old);
int utimes(const char *path, const struct timeval times[2]);
