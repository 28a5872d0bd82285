#pragma once
#include <time.h>
#define SEM_VALUE_MAX 0x7fffffff
typedef struct {
	int value, waiting, shared;
} sem_t;
#define SEM_FAILED ((sem_t *)0)
sem_t *sem_open(const char *name, int flags, ...);
int sem_close(sem_t *semaphore), sem_unlink(const char *name);
int sem_init(sem_t *semaphore, int shared, unsigned value), sem_destroy(sem_t *semaphore);
int sem_wait(sem_t *semaphore), sem_trywait(sem_t *semaphore), sem_post(sem_t *semaphore), sem_getvalue(sem_t *restrict semaphore, int *restrict value);
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until);
