#pragma once
#include <time.h>
#define SEM_VALUE_MAX 0x7fffffff
typedef struct {
	int value, waiting;
} sem_t;
int sem_init(sem_t *semaphore, int shared, unsigned value), sem_destroy(sem_t *semaphore);
int sem_wait(sem_t *semaphore), sem_trywait(sem_t *semaphore), sem_post(sem_t *semaphore), sem_getvalue(sem_t *restrict semaphore, int *restrict value);
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until);
