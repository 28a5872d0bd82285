// thread.h: what a thread is. %fs points at it; the thread's own variables (_Thread_local) lie right below.
#pragma once
#include "userland/libc/hook.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct thread {
	struct thread *self; // %fs:0, which the compiler's code reads
	int tid;	     // the kernel writes 0 here when the thread has ended, and wakes who waits
	int detached;	     // 0, 1: detached, 2: it has ended and waits to be joined
	int cancel_wanted, cancel_disabled, cancel_async; // cancel_point.S knows where the first two are
	struct pthread_cleanup *cleanup;
	struct { // the kernel walks it when the thread ends (Documentation/locking/robust-futex-ABI)
		void *first;
		long offset;
		void *pending;
	} robust;
	void *(*start)(void *);
	void *argument, *result;
	char *mapping; // stack, variables and this; NULL: the first thread
	size_t mapping_size;
	void *specific[PTHREAD_KEYS_MAX];
};

extern bool threads_started; // false: there is one thread, so locks may be left out

struct thread *thread_self(void);
void thread_start_first(void);	 // before anything else: the first thread's variables
size_t thread_variables_size(void);	 // bytes below a struct thread that starts at a multiple of their alignment
void thread_variables_fill(char *end);	 // with their first values

int thread_tid(void);		// the kernel's number of this thread
void malloc_hold(bool hold);	// malloc.c's lock, around fork
void fork_child(void);		// in a child: there is one thread, and its number is another
#define THREAD_SIGNAL 33	// asks a thread to look whether it is cancelled

// The library's own locks: 0 is free. They cost nothing while there is one thread; sync.c has them, and a library without it
// has no second thread.
void lock_take(int *lock) HOOK;
void lock_release(int *lock) HOOK;
static inline void libc_lock(int *lock)
{
	if (threads_started)
		lock_take(lock);
}

static inline void libc_unlock(int *lock)
{
	if (threads_started)
		lock_release(lock);
}
