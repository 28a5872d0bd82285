// time.h: clocks and time structures of the Linux x86-64 ABI.
#pragma once
#include <stdint.h>
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_REALTIME_COARSE 5
#define CLOCK_MONOTONIC_COARSE 6
#define CLOCK_BOOTTIME 7
#define TIMER_ABSTIME 1
struct abi_timespec {
	int64_t tv_sec;
	int64_t tv_nsec;
};
struct abi_timeval {
	int64_t tv_sec;
	int64_t tv_usec;
};
struct abi_itimerspec {
	struct abi_timespec it_interval, it_value;
};
