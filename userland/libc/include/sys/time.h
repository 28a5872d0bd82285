#pragma once
#include <time.h>
int gettimeofday(struct timeval *restrict now, void *restrict zone);
