// sync.h: what the kinds of lock share.
#pragma once
#include <pthread.h>
#include "userland/libc/system.h"
#include "userland/libc/thread.h"
#include "kernel/uapi/futex.h"
#include "kernel/uapi/process.h"

#define LOAD(word) __atomic_load_n(word, __ATOMIC_ACQUIRE)
static inline bool swap_if(int *word, int from, int to)
{
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

// Sleeps while *word is `value`, at most until `until` on `clock` (NULL: for ever). 0, -EINTR, -EAGAIN or -ETIMEDOUT. The second is a
// cancellation point. `shared`: with other processes.
int futex_wait(const int *word, int value, bool shared, clockid_t clock, const struct timespec *until);
int futex_wait_point(const int *word, int value, bool shared, clockid_t clock, const struct timespec *until);
void futex_wake(const int *word, int count, bool shared);
bool is_time(const struct timespec *until); // or NULL

// robust.c: mutexes whose word is the holder's number. `wait`: else EBUSY.
#define ROBUST_WAITERS ((int)0x80000000)
#define ROBUST_DIED 0x40000000
int robust_take(pthread_mutex_t *mutex, bool wait, const struct timespec *until);
int robust_release(pthread_mutex_t *mutex);
