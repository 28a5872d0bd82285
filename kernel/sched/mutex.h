// mutex.h: sleeping locks, thread context only. Not recursive.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/sched/wait.h"

struct mutex {
	struct thread *owner; // NULL: free; changed by compare-and-swap
	struct wait_queue waiters;
};

#define MUTEX_INIT(name) {NULL, WAIT_QUEUE_INIT((name).waiters)}

void mutex_init(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
int mutex_lock_interruptible(struct mutex *mutex); // 0 or -ERESTARTSYS
bool mutex_trylock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);
bool mutex_held(const struct mutex *mutex); // by this thread

// Many readers or one writer; a waiting writer holds off new readers.
struct rwsem {
	struct spinlock lock;
	int32_t readers; // -1: a writer
	uint32_t writers_waiting;
	struct wait_queue waiters;
};

void rwsem_init(struct rwsem *rwsem);
void down_read(struct rwsem *rwsem);
void up_read(struct rwsem *rwsem);
void down_write(struct rwsem *rwsem);
void up_write(struct rwsem *rwsem);
