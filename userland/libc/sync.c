// sync.c: locks and meetings of threads, all on one word and the futex call: sleep while the word has this value, wake who sleeps.
//
// A mutex's word is 0 (free), 1 (held), 2 (held and somebody may sleep): only a change from 2 needs a call to wake (Drepper,
// "Futexes are tricky", 2011). A condition counts its signals; who waits remembers the count before letting the mutex go.
#include "userland/libc/thread.h"
#include <pthread.h>
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>
#include "userland/libc/system.h"
#include "kernel/uapi/process.h"

#define LOAD(word) __atomic_load_n(word, __ATOMIC_ACQUIRE)

static bool swap_if(int *word, int from, int to)
{
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

int futex_wait(const int *word, int value, clockid_t clock, const struct timespec *until)
{
	int operation = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
	return (int)SYSTEM(futex, word, operation, value, until, 0, -1);
}

void futex_wake(const int *word, int count)
{
	SYSTEM(futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, 0, 0, 0);
}

// 0, or ETIMEDOUT.
static int take(int *lock, clockid_t clock, const struct timespec *until)
{
	if (swap_if(lock, 0, 1))
		return 0;
	while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQ_REL) != 0)
		if (futex_wait(lock, 2, clock, until) == -ETIMEDOUT)
			return ETIMEDOUT;
	return 0;
}

void lock_release(int *lock)
{
	if (__atomic_exchange_n(lock, 0, __ATOMIC_ACQ_REL) == 2)
		futex_wake(lock, 1);
}

void lock_take(int *lock)
{
	take(lock, CLOCK_MONOTONIC, NULL);
}

// -------- mutexes

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attributes)
{
	*mutex = (pthread_mutex_t){.kind = attributes != NULL ? attributes->kind : PTHREAD_MUTEX_NORMAL};
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return LOAD(&mutex->lock) != 0 ? EBUSY : 0;
}

// What happens when the caller has it already: -1: he has not.
static int taken_again(pthread_mutex_t *mutex, int otherwise)
{
	if (mutex->kind == PTHREAD_MUTEX_NORMAL || mutex->owner != thread_self())
		return -1;
	if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK)
		return otherwise;
	if (mutex->depth == INT_MAX)
		return EAGAIN;
	mutex->depth++;
	return 0;
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
	int rc = taken_again(mutex, EDEADLK);
	if (rc >= 0)
		return rc;
	rc = take(&mutex->lock, CLOCK_REALTIME, until);
	if (rc == 0 && mutex->kind != PTHREAD_MUTEX_NORMAL)
		mutex->owner = thread_self();
	return rc;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	return pthread_mutex_timedlock(mutex, NULL);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	int rc = taken_again(mutex, EBUSY);
	if (rc >= 0)
		return rc;
	if (!swap_if(&mutex->lock, 0, 1))
		return EBUSY;
	if (mutex->kind != PTHREAD_MUTEX_NORMAL)
		mutex->owner = thread_self();
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	if (mutex->kind != PTHREAD_MUTEX_NORMAL) {
		if (mutex->owner != thread_self())
			return EPERM;
		if (mutex->depth > 0) {
			mutex->depth--;
			return 0;
		}
		mutex->owner = NULL;
	}
	lock_release(&mutex->lock);
	return 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *attributes)
{
	attributes->kind = PTHREAD_MUTEX_NORMAL;
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *attributes)
{
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *attributes, int kind)
{
	if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	attributes->kind = kind;
	return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *attributes, int *kind)
{
	*kind = attributes->kind;
	return 0;
}

// -------- conditions

int pthread_cond_init(pthread_cond_t *restrict condition, const pthread_condattr_t *restrict attributes)
{
	*condition = (pthread_cond_t){0, attributes != NULL ? attributes->clock : CLOCK_REALTIME};
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
	return 0;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
	unsigned sequence = LOAD(&condition->sequence);
	int depth = mutex->depth, rc;
	if (until != NULL && (until->tv_nsec < 0 || until->tv_nsec >= 1000000000))
		return EINVAL;
	mutex->depth = 0;
	if ((rc = pthread_mutex_unlock(mutex)) != 0)
		return rc;
	rc = futex_wait((const int *)&condition->sequence, (int)sequence, condition->clock, until);
	while (__atomic_exchange_n(&mutex->lock, 2, __ATOMIC_ACQ_REL) != 0) // others may sleep on the mutex too
		futex_wait(&mutex->lock, 2, CLOCK_MONOTONIC, NULL);
	mutex->owner = mutex->kind != PTHREAD_MUTEX_NORMAL ? thread_self() : NULL;
	mutex->depth = depth;
	return rc == -ETIMEDOUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex)
{
	return pthread_cond_timedwait(condition, mutex, NULL);
}

static int wake_condition(pthread_cond_t *condition, int count)
{
	__atomic_fetch_add(&condition->sequence, 1, __ATOMIC_ACQ_REL);
	futex_wake((const int *)&condition->sequence, count);
	return 0;
}

int pthread_cond_signal(pthread_cond_t *condition)
{
	return wake_condition(condition, 1);
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
	return wake_condition(condition, INT_MAX);
}

int pthread_condattr_init(pthread_condattr_t *attributes)
{
	attributes->clock = CLOCK_REALTIME;
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attributes)
{
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	attributes->clock = clock;
	return 0;
}

// -------- readers and writers

int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attributes)
{
	*lock = (pthread_rwlock_t){0, 0, 0};
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
	return LOAD(&lock->state) != 0 ? EBUSY : 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
	for (int state; (state = LOAD(&lock->state)) >= 0 && LOAD(&lock->writers) == 0;) {
		if (state == INT_MAX)
			return EAGAIN;
		if (swap_if(&lock->state, state, state + 1))
			return 0;
	}
	return EBUSY;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	for (;;) {
		unsigned sequence = LOAD(&lock->sequence);
		int rc = pthread_rwlock_tryrdlock(lock);
		if (rc != EBUSY)
			return rc;
		futex_wait((const int *)&lock->sequence, (int)sequence, CLOCK_MONOTONIC, NULL);
	}
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
	return swap_if(&lock->state, 0, -1) ? 0 : EBUSY;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	__atomic_fetch_add(&lock->writers, 1, __ATOMIC_ACQ_REL);
	for (;;) {
		unsigned sequence = LOAD(&lock->sequence);
		if (pthread_rwlock_trywrlock(lock) == 0)
			break;
		futex_wait((const int *)&lock->sequence, (int)sequence, CLOCK_MONOTONIC, NULL);
	}
	__atomic_fetch_sub(&lock->writers, 1, __ATOMIC_ACQ_REL);
	return 0;
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	bool free_now = LOAD(&lock->state) == -1;
	if (free_now)
		__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
	else
		free_now = __atomic_sub_fetch(&lock->state, 1, __ATOMIC_ACQ_REL) == 0;
	if (free_now) {
		__atomic_fetch_add(&lock->sequence, 1, __ATOMIC_ACQ_REL);
		futex_wake((const int *)&lock->sequence, INT_MAX);
	}
	return 0;
}

// -------- barriers, once, spin locks

int pthread_barrier_init(pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attributes, unsigned count)
{
	*barrier = (pthread_barrier_t){.count = count};
	return count == 0 ? EINVAL : 0;
}

int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	take(&barrier->lock, CLOCK_MONOTONIC, NULL); // the last of a round may still be leaving
	lock_release(&barrier->lock);
	return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	take(&barrier->lock, CLOCK_MONOTONIC, NULL);
	unsigned round = barrier->round;
	bool last = ++barrier->arrived == barrier->count;
	if (last) {
		barrier->arrived = 0;
		__atomic_store_n(&barrier->round, round + 1, __ATOMIC_RELEASE);
		futex_wake((const int *)&barrier->round, INT_MAX);
	}
	lock_release(&barrier->lock);
	while (LOAD(&barrier->round) == round)
		futex_wait((const int *)&barrier->round, (int)round, CLOCK_MONOTONIC, NULL);
	return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int pthread_once(pthread_once_t *once, void (*initialize)(void)) // 0: not begun, 1: under way, 2: done
{
	while (LOAD(&once->state) != 2) {
		if (swap_if(&once->state, 0, 1)) {
			initialize();
			__atomic_store_n(&once->state, 2, __ATOMIC_RELEASE);
			futex_wake(&once->state, INT_MAX);
		} else {
			futex_wait(&once->state, 1, CLOCK_MONOTONIC, NULL);
		}
	}
	return 0;
}

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	*lock = 0;
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	return swap_if(lock, 0, 1) ? 0 : EBUSY;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
	while (pthread_spin_trylock(lock) != 0)
		__builtin_ia32_pause();
	return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	return 0;
}

// -------- semaphores

static int fail_with(int error)
{
	errno = error;
	return -1;
}

int sem_init(sem_t *semaphore, int shared, unsigned value)
{
	if (value > SEM_VALUE_MAX || shared)
		return fail_with(value > SEM_VALUE_MAX ? EINVAL : ENOSYS);
	*semaphore = (sem_t){(int)value, 0};
	return 0;
}

int sem_destroy(sem_t *semaphore)
{
	return 0;
}

int sem_trywait(sem_t *semaphore)
{
	for (int value; (value = LOAD(&semaphore->value)) > 0;)
		if (swap_if(&semaphore->value, value, value - 1))
			return 0;
	return fail_with(EAGAIN);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
	while (sem_trywait(semaphore) != 0) {
		__atomic_fetch_add(&semaphore->waiting, 1, __ATOMIC_ACQ_REL);
		int rc = futex_wait(&semaphore->value, 0, CLOCK_REALTIME, until);
		__atomic_fetch_sub(&semaphore->waiting, 1, __ATOMIC_ACQ_REL);
		if (rc == -ETIMEDOUT || rc == -EINTR)
			return fail_with(-rc);
	}
	return 0;
}

int sem_wait(sem_t *semaphore)
{
	return sem_timedwait(semaphore, NULL);
}

int sem_post(sem_t *semaphore)
{
	int value;
	do
		if ((value = LOAD(&semaphore->value)) == SEM_VALUE_MAX)
			return fail_with(EOVERFLOW);
	while (!swap_if(&semaphore->value, value, value + 1));
	if (LOAD(&semaphore->waiting) > 0)
		futex_wake(&semaphore->value, 1);
	return 0;
}

int sem_getvalue(sem_t *restrict semaphore, int *restrict value)
{
	*value = LOAD(&semaphore->value);
	return 0;
}
