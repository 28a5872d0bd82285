// pthread.h: threads on futexes. One scheduling policy, so no priorities and no protocols for them.
#pragma once
#include <limits.h>
#include <pthread_types.h>
#include <sched.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>
#define PTHREAD_CREATE_JOINABLE 0
#define PTHREAD_CREATE_DETACHED 1
#define PTHREAD_MUTEX_NORMAL 0
#define PTHREAD_MUTEX_RECURSIVE 1
#define PTHREAD_MUTEX_ERRORCHECK 2
#define PTHREAD_MUTEX_DEFAULT PTHREAD_MUTEX_NORMAL
#define PTHREAD_PROCESS_PRIVATE 0
#define PTHREAD_PROCESS_SHARED 1
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)
#define PTHREAD_SCOPE_SYSTEM 0
#define PTHREAD_SCOPE_PROCESS 1
#define PTHREAD_INHERIT_SCHED 0
#define PTHREAD_EXPLICIT_SCHED 1
#define PTHREAD_PRIO_NONE 0
#define PTHREAD_PRIO_INHERIT 1
#define PTHREAD_PRIO_PROTECT 2
#define PTHREAD_MUTEX_STALLED 0
#define PTHREAD_MUTEX_ROBUST 1
#define PTHREAD_CANCEL_ENABLE 0
#define PTHREAD_CANCEL_DISABLE 1
#define PTHREAD_CANCEL_DEFERRED 0
#define PTHREAD_CANCEL_ASYNCHRONOUS 1
#define PTHREAD_CANCELED ((void *)-1)
#define PTHREAD_ONCE_INIT {0}
#define PTHREAD_MUTEX_INITIALIZER {0, 0, 0, 0, 0, 0, 0, {0, 0}}
#define PTHREAD_COND_INITIALIZER {0, 0, 0}
#define PTHREAD_RWLOCK_INITIALIZER {0, 0, 0, 0}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*start)(void *), void *restrict argument);
void pthread_exit(void *result) __attribute__((noreturn));
int pthread_join(pthread_t thread, void **result);
int pthread_detach(pthread_t thread);
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);
int pthread_kill(pthread_t thread, int number);
int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int pthread_once(pthread_once_t *once, void (*initialize)(void));
int pthread_attr_init(pthread_attr_t *attributes), pthread_attr_destroy(pthread_attr_t *attributes);
int pthread_attr_setdetachstate(pthread_attr_t *attributes, int state), pthread_attr_getdetachstate(const pthread_attr_t *attributes, int *state);
int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size), pthread_attr_getstacksize(const pthread_attr_t *attributes, size_t *size);
int pthread_attr_setguardsize(pthread_attr_t *attributes, size_t size), pthread_attr_getguardsize(const pthread_attr_t *attributes, size_t *size);
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)), pthread_key_delete(pthread_key_t key);
void *pthread_getspecific(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void *value);
int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attributes), pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_lock(pthread_mutex_t *mutex), pthread_mutex_trylock(pthread_mutex_t *mutex), pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until);
int pthread_mutexattr_init(pthread_mutexattr_t *attributes), pthread_mutexattr_destroy(pthread_mutexattr_t *attributes);
int pthread_mutexattr_settype(pthread_mutexattr_t *attributes, int kind), pthread_mutexattr_gettype(const pthread_mutexattr_t *attributes, int *kind);
int pthread_cond_init(pthread_cond_t *restrict condition, const pthread_condattr_t *restrict attributes), pthread_cond_destroy(pthread_cond_t *condition);
int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex);
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until);
int pthread_cond_signal(pthread_cond_t *condition), pthread_cond_broadcast(pthread_cond_t *condition);
int pthread_condattr_init(pthread_condattr_t *attributes), pthread_condattr_destroy(pthread_condattr_t *attributes);
int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock);
int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attributes), pthread_rwlock_destroy(pthread_rwlock_t *lock);
int pthread_rwlock_rdlock(pthread_rwlock_t *lock), pthread_rwlock_tryrdlock(pthread_rwlock_t *lock);
int pthread_rwlock_wrlock(pthread_rwlock_t *lock), pthread_rwlock_trywrlock(pthread_rwlock_t *lock), pthread_rwlock_unlock(pthread_rwlock_t *lock);
int pthread_barrier_init(pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attributes, unsigned count);
int pthread_barrier_destroy(pthread_barrier_t *barrier), pthread_barrier_wait(pthread_barrier_t *barrier);
int pthread_spin_init(pthread_spinlock_t *lock, int shared), pthread_spin_destroy(pthread_spinlock_t *lock);
int pthread_spin_lock(pthread_spinlock_t *lock), pthread_spin_trylock(pthread_spinlock_t *lock), pthread_spin_unlock(pthread_spinlock_t *lock);
int pthread_mutex_consistent(pthread_mutex_t *mutex), pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling);
int pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling, int *restrict old);
int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until);
int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until);

// Attributes: set and get one value each; thread_attr.c has the list.
#define PTHREAD_ATTRIBUTE(type, name)                                                                                \
	int pthread_##type##_set##name(pthread_##type##_t *attributes, int value);                                   \
	int pthread_##type##_get##name(const pthread_##type##_t *restrict attributes, int *restrict value);
PTHREAD_ATTRIBUTE(attr, inheritsched)
PTHREAD_ATTRIBUTE(attr, schedpolicy)
PTHREAD_ATTRIBUTE(attr, scope)
PTHREAD_ATTRIBUTE(mutexattr, pshared)
PTHREAD_ATTRIBUTE(mutexattr, robust)
PTHREAD_ATTRIBUTE(mutexattr, protocol)
PTHREAD_ATTRIBUTE(mutexattr, prioceiling)
PTHREAD_ATTRIBUTE(condattr, pshared)
PTHREAD_ATTRIBUTE(rwlockattr, pshared)
PTHREAD_ATTRIBUTE(barrierattr, pshared)
int pthread_condattr_getclock(const pthread_condattr_t *restrict attributes, clockid_t *restrict clock);
int pthread_rwlockattr_init(pthread_rwlockattr_t *attributes), pthread_rwlockattr_destroy(pthread_rwlockattr_t *attributes);
int pthread_barrierattr_init(pthread_barrierattr_t *attributes), pthread_barrierattr_destroy(pthread_barrierattr_t *attributes);
int pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size);
int pthread_attr_getstack(const pthread_attr_t *restrict attributes, void **restrict stack, size_t *restrict size);
int pthread_attr_setschedparam(pthread_attr_t *restrict attributes, const struct sched_param *restrict parameter);
int pthread_attr_getschedparam(const pthread_attr_t *restrict attributes, struct sched_param *restrict parameter);
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *parameter), pthread_setschedprio(pthread_t thread, int priority);
int pthread_getschedparam(pthread_t thread, int *restrict policy, struct sched_param *restrict parameter);
int pthread_setconcurrency(int level), pthread_getconcurrency(void), pthread_getcpuclockid(pthread_t thread, clockid_t *clock);
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

int pthread_cancel(pthread_t thread), pthread_setcancelstate(int state, int *old), pthread_setcanceltype(int type, int *old);
void pthread_testcancel(void);
struct pthread_cleanup {
	void (*function)(void *argument);
	void *argument;
	struct pthread_cleanup *next;
};
void pthread_cleanup_begin(struct pthread_cleanup *cleanup), pthread_cleanup_end(struct pthread_cleanup *cleanup, int execute);
#define pthread_cleanup_push(to_call, with)                                                                          \
	do {                                                                                                         \
		struct pthread_cleanup pthread_cleanup_here = {(to_call), (with), 0};                                \
		pthread_cleanup_begin(&pthread_cleanup_here);
#define pthread_cleanup_pop(execute)                                                                                 \
		pthread_cleanup_end(&pthread_cleanup_here, (execute));                                               \
	} while (0)
