// pthread_types.h: what <pthread.h>, <signal.h> and <sys/types.h> share.
#pragma once
#include <stddef.h>
typedef struct thread *pthread_t;
typedef unsigned pthread_key_t;
typedef struct {
	int state;
} pthread_once_t;
typedef struct {
	size_t stack_size, guard_size;
	int detached, inherited; // whether the policy is the creator's: there is one
	void *stack;		 // the caller's, or NULL
} pthread_attr_t;
typedef struct {
	int lock, kind, depth, owner; // lock: 0 free, 1 held, 2 held and somebody may wait; owner: its number
	int shared, robust, condition;
	struct pthread_robust {
		struct pthread_robust *next, *previous;
	} links;
} pthread_mutex_t;
typedef struct {
	int kind, shared, robust;
} pthread_mutexattr_t;
typedef struct {
	unsigned sequence;
	int clock, shared;
} pthread_cond_t;
typedef struct {
	int clock, shared;
} pthread_condattr_t;
typedef struct {
	int state;	      // readers inside; -1: a writer
	unsigned sequence, writers; // writers that wait hold back new readers
	int shared;
} pthread_rwlock_t;
typedef struct {
	int shared;
} pthread_rwlockattr_t, pthread_barrierattr_t;
typedef struct {
	unsigned count, arrived, round;
	int lock, shared;
} pthread_barrier_t;
typedef int pthread_spinlock_t;
