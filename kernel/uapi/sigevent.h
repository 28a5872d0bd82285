// sigevent.h: how a timer tells that it expired, of the Linux x86-64 ABI.
#pragma once
#include "kernel/uapi/signal.h"
#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2
#define SIGEV_THREAD_ID 4

struct abi_sigevent {
	union abi_sigval sigev_value;
	int32_t sigev_signo, sigev_notify;
	union {
		int32_t sigev_notify_thread_id; // SIGEV_THREAD_ID
		struct {                        // SIGEV_THREAD: the C library's
			void (*sigev_notify_function)(union abi_sigval value);
			void *sigev_notify_attributes; // pthread_attr_t *
		};
		int32_t reserved[12];
	};
};
_Static_assert(sizeof(struct abi_sigevent) == 64, "abi_sigevent");
