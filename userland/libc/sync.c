// sync.c: locks and meetings of threads, all on one word and the futex call: sleep while the word has this
// value, wake who sleeps.
//
// A mutex's word is 0 (free), 1 (held), 2 (held and somebody may sleep): only a change from 2 needs a call to
// wake (Drepper, "Futexes are tricky", 2011). A robust mutex's word is its holder's number, for the kernel to
// find (robust.c). A condition counts its signals; who waits remembers the count before letting the mutex go.
// What is shared between processes says so to the kernel, which then finds the word by its page rather than
// by its address.
#define HOOK
#include "userland/libc/sync.h"
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

int futex_wait(const int *word, int value, bool shared, clockid_t clock, const struct timespec *until)
{
	int operation = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG) |
			(clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
	return (int)SYSTEM(futex, word, operation, value, until, 0, -1);
}

int futex_wait_point(const int *word, int value, bool shared, clockid_t clock, const struct timespec *until)
{
	int operation = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG) |
			(clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
	return (int)SYSTEM_POINT(futex, word, operation, value, until, 0, -1);
}

void futex_wake(const int *word, int count, bool shared)
{
	SYSTEM(futex, word, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count, 0, 0, 0);
}

// 0, or ETIMEDOUT.
static int take(int *lock, bool shared, const struct timespec *until)
{
	if (swap_if(lock, 0, 1))
		return 0;
	while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQ_REL) != 0)
		if (futex_wait(lock, 2, shared, CLOCK_REALTIME, until) == -ETIMEDOUT)
			return ETIMEDOUT;
	return 0;
}

static void release(int *lock, bool shared)
{
	if (__atomic_exchange_n(lock, 0, __ATOMIC_ACQ_REL) == 2)
		futex_wake(lock, 1, shared);
}

void lock_take(int *lock)
{
	take(lock, false, NULL);
}

void lock_release(int *lock)
{
	release(lock, false);
}

bool is_time(const struct timespec *until)
{
	return until == NULL || (until->tv_nsec >= 0 && until->tv_nsec < 1000000000);
}

// -------- mutexes

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attributes)
{
	*mutex = (pthread_mutex_t){.kind = PTHREAD_MUTEX_NORMAL};
	if (attributes != NULL)
		*mutex = (pthread_mutex_t){
		    .kind = attributes->kind, .shared = attributes->shared, .robust = attributes->robust};
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return LOAD(&mutex->lock) & ~ROBUST_DIED ? EBUSY : 0;
}

// What happens when the caller has it already: -1: he has not.
static int taken_again(pthread_mutex_t *mutex, int otherwise)
{
	if (mutex->kind == PTHREAD_MUTEX_NORMAL || mutex->owner != thread_tid())
		return -1;
	if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK)
		return otherwise;
	if (mutex->depth == INT_MAX)
		return EAGAIN;
	mutex->depth++;
	return 0;
}

static int finish(pthread_mutex_t *mutex, int rc)
{
	if ((rc == 0 || rc == EOWNERDEAD) && mutex->kind != PTHREAD_MUTEX_NORMAL) {
		mutex->owner = thread_tid();
		mutex->depth = 0;
	}
	return rc;
}

// EOWNERDEAD: it is held, and what it guards may be half changed: pthread_mutex_consistent, or nobody gets it
// again.
int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
	int rc = taken_again(mutex, EDEADLK);
	if (rc >= 0)
		return rc;
	if (!mutex->robust && swap_if(&mutex->lock, 0, 1))
		return finish(mutex, 0);
	if (!is_time(until))
		return EINVAL;
	return finish(mutex, mutex->robust ? robust_take(mutex, true, until)
					   : take(&mutex->lock, mutex->shared, until));
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
	return finish(mutex, mutex->robust                 ? robust_take(mutex, false, NULL)
			     : swap_if(&mutex->lock, 0, 1) ? 0
							   : EBUSY);
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	if (mutex->kind != PTHREAD_MUTEX_NORMAL) {
		if (mutex->owner != thread_tid())
			return EPERM;
		if (mutex->depth > 0) {
			mutex->depth--;
			return 0;
		}
		mutex->owner = 0;
	}
	if (mutex->robust)
		return robust_release(mutex);
	release(&mutex->lock, mutex->shared);
	return 0;
}

// -------- conditions

struct waiter {
	pthread_cond_t *condition;
	pthread_mutex_t *mutex;
	int depth, rc;
};

static void take_back(struct waiter *waiter)
{
	int rc = pthread_mutex_lock(waiter->mutex);
	waiter->mutex->depth = waiter->depth;
	waiter->rc = rc != 0 ? rc : waiter->rc;
}

// A cancelled waiter holds the mutex when its handlers run; the signal that woke it, if one did, goes to
// another.
static void cancelled(void *argument)
{
	struct waiter *waiter = argument;
	futex_wake((const int *)&waiter->condition->sequence, 1, waiter->condition->shared);
	take_back(waiter);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
			   const struct timespec *restrict until)
{
	unsigned sequence = LOAD(&condition->sequence);
	struct waiter waiter = {condition, mutex, mutex->depth, 0};
	int rc;
	if (!is_time(until))
		return EINVAL;
	pthread_testcancel();
	mutex->depth = 0;
	if ((rc = pthread_mutex_unlock(mutex)) != 0) {
		mutex->depth = waiter.depth;
		return rc;
	}
	pthread_cleanup_push(cancelled, &waiter);
	rc = futex_wait_point((const int *)&condition->sequence, (int)sequence, condition->shared,
			      condition->clock, until);
	pthread_cleanup_pop(0);
	waiter.rc = rc == -ETIMEDOUT ? ETIMEDOUT : 0;
	take_back(&waiter);
	return waiter.rc;
}

int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex)
{
	return pthread_cond_timedwait(condition, mutex, NULL);
}

static int wake_condition(pthread_cond_t *condition, int count)
{
	__atomic_fetch_add(&condition->sequence, 1, __ATOMIC_ACQ_REL);
	futex_wake((const int *)&condition->sequence, count, condition->shared);
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

int pthread_cond_init(pthread_cond_t *restrict condition, const pthread_condattr_t *restrict attributes)
{
	*condition = (pthread_cond_t){0, CLOCK_REALTIME, 0};
	if (attributes != NULL)
		*condition = (pthread_cond_t){0, attributes->clock, attributes->shared};
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
	return 0;
}

// -------- readers and writers

int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attributes)
{
	*lock = (pthread_rwlock_t){.shared = attributes != NULL && attributes->shared};
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

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
	return swap_if(&lock->state, 0, -1) ? 0 : EBUSY;
}

// Until `try` gives something else than EBUSY, or time is up.
static int wait_for(pthread_rwlock_t *lock, int (*try)(pthread_rwlock_t *lock), const struct timespec *until)
{
	for (;;) {
		unsigned sequence = LOAD(&lock->sequence);
		int rc = try(lock);
		if (rc != EBUSY)
			return rc;
		if (!is_time(until))
			return EINVAL;
		if (futex_wait((const int *)&lock->sequence, (int)sequence, lock->shared, CLOCK_REALTIME,
			       until) == -ETIMEDOUT)
			return ETIMEDOUT;
	}
}

static void wake_all(pthread_rwlock_t *lock)
{
	__atomic_fetch_add(&lock->sequence, 1, __ATOMIC_ACQ_REL);
	futex_wake((const int *)&lock->sequence, INT_MAX, lock->shared);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until)
{
	return wait_for(lock, pthread_rwlock_tryrdlock, until);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until)
{
	__atomic_fetch_add(&lock->writers, 1, __ATOMIC_ACQ_REL);
	int rc = wait_for(lock, pthread_rwlock_trywrlock, until);
	if (__atomic_sub_fetch(&lock->writers, 1, __ATOMIC_ACQ_REL) == 0 && rc != 0)
		wake_all(lock); // readers were held back for nothing
	return rc;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	return pthread_rwlock_timedrdlock(lock, NULL);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	return pthread_rwlock_timedwrlock(lock, NULL);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	bool free_now = LOAD(&lock->state) == -1;
	if (free_now)
		__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
	else
		free_now = __atomic_sub_fetch(&lock->state, 1, __ATOMIC_ACQ_REL) == 0;
	if (free_now)
		wake_all(lock);
	return 0;
}

// -------- barriers, once, spin locks

int pthread_barrier_init(pthread_barrier_t *restrict barrier,
			 const pthread_barrierattr_t *restrict attributes, unsigned count)
{
	*barrier = (pthread_barrier_t){.count = count, .shared = attributes != NULL && attributes->shared};
	return count == 0 ? EINVAL : 0;
}

int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	take(&barrier->lock, barrier->shared, NULL); // the last of a round may still be leaving
	release(&barrier->lock, barrier->shared);
	return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	take(&barrier->lock, barrier->shared, NULL);
	unsigned round = barrier->round;
	bool last = ++barrier->arrived == barrier->count;
	if (last) {
		barrier->arrived = 0;
		__atomic_store_n(&barrier->round, round + 1, __ATOMIC_RELEASE);
		futex_wake((const int *)&barrier->round, INT_MAX, barrier->shared);
	}
	release(&barrier->lock, barrier->shared);
	while (LOAD(&barrier->round) == round)
		futex_wait((const int *)&barrier->round, (int)round, barrier->shared, CLOCK_REALTIME, NULL);
	return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

// A cancelled initialization has not begun.
static void not_begun(void *argument)
{
	__atomic_store_n((int *)argument, 0, __ATOMIC_RELEASE);
	futex_wake(argument, INT_MAX, false);
}

int pthread_once(pthread_once_t *once, void (*initialize)(void)) // 0: not begun, 1: under way, 2: done
{
	while (LOAD(&once->state) != 2) {
		if (swap_if(&once->state, 0, 1)) {
			pthread_cleanup_push(not_begun, &once->state);
			initialize();
			pthread_cleanup_pop(0);
			__atomic_store_n(&once->state, 2, __ATOMIC_RELEASE);
			futex_wake(&once->state, INT_MAX, false);
		} else {
			futex_wait(&once->state, 1, false, CLOCK_REALTIME, NULL);
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
