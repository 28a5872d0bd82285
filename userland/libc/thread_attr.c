// thread_attr.c: attributes of threads and locks, and what POSIX lets one ask of scheduling. There is one
// policy, SCHED_OTHER with priority 0; what asks for another is ENOTSUP.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include "userland/libc/system.h"
#include "userland/libc/thread.h"

// -------- one value each: what it is kept in, and which may be set

static int choose(int *field, int value, int allowed, int known)
{
	if (value < 0 || value > known)
		return EINVAL;
	if (value > allowed)
		return ENOTSUP;
	if (field != NULL)
		*field = value;
	return 0;
}

#define STORED(type, name, field, allowed, known)                                                          \
	int pthread_##type##_set##name(pthread_##type##_t *attributes, int value)                          \
	{                                                                                                  \
		return choose(&attributes->field, value, allowed, known);                                  \
	}                                                                                                  \
	int pthread_##type##_get##name(const pthread_##type##_t *restrict attributes, int *restrict value) \
	{                                                                                                  \
		*value = attributes->field;                                                                \
		return 0;                                                                                  \
	}
#define FIXED(type, name, only, known)                                                                     \
	int pthread_##type##_set##name(pthread_##type##_t *attributes, int value)                          \
	{                                                                                                  \
		return choose(NULL, value, only, known);                                                   \
	}                                                                                                  \
	int pthread_##type##_get##name(const pthread_##type##_t *restrict attributes, int *restrict value) \
	{                                                                                                  \
		*value = only;                                                                             \
		return 0;                                                                                  \
	}
#define MADE(type, ...)                                              \
	int pthread_##type##_init(pthread_##type##_t *attributes)    \
	{                                                            \
		*attributes = (pthread_##type##_t){__VA_ARGS__};     \
		return 0;                                            \
	}                                                            \
	int pthread_##type##_destroy(pthread_##type##_t *attributes) \
	{                                                            \
		return 0;                                            \
	}

STORED(attr, detachstate, detached, PTHREAD_CREATE_DETACHED, PTHREAD_CREATE_DETACHED)
STORED(attr, inheritsched, inherited, PTHREAD_EXPLICIT_SCHED, PTHREAD_EXPLICIT_SCHED)
FIXED(attr, schedpolicy, SCHED_OTHER, SCHED_RR)
FIXED(attr, scope, PTHREAD_SCOPE_SYSTEM, PTHREAD_SCOPE_PROCESS)
MADE(mutexattr, PTHREAD_MUTEX_DEFAULT, PTHREAD_PROCESS_PRIVATE, PTHREAD_MUTEX_STALLED)
STORED(mutexattr, type, kind, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ERRORCHECK)
STORED(mutexattr, pshared, shared, PTHREAD_PROCESS_SHARED, PTHREAD_PROCESS_SHARED)
STORED(mutexattr, robust, robust, PTHREAD_MUTEX_ROBUST, PTHREAD_MUTEX_ROBUST)
FIXED(mutexattr, protocol, PTHREAD_PRIO_NONE, PTHREAD_PRIO_PROTECT)
FIXED(mutexattr, prioceiling, 0, 0)
MADE(condattr, CLOCK_REALTIME, PTHREAD_PROCESS_PRIVATE)
STORED(condattr, clock, clock, CLOCK_MONOTONIC, CLOCK_MONOTONIC)
STORED(condattr, pshared, shared, PTHREAD_PROCESS_SHARED, PTHREAD_PROCESS_SHARED)
MADE(rwlockattr, PTHREAD_PROCESS_PRIVATE)
STORED(rwlockattr, pshared, shared, PTHREAD_PROCESS_SHARED, PTHREAD_PROCESS_SHARED)
MADE(barrierattr, PTHREAD_PROCESS_PRIVATE)
STORED(barrierattr, pshared, shared, PTHREAD_PROCESS_SHARED, PTHREAD_PROCESS_SHARED)

int pthread_attr_destroy(pthread_attr_t *attributes)
{
	return 0;
}

// A mutex has a ceiling only with the protocol that there is not.
int pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling)
{
	return EINVAL;
}

int pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling, int *restrict old)
{
	return EINVAL;
}

// -------- stacks

static int is_stack(size_t size)
{
	return size >= PTHREAD_STACK_MIN && size <= SIZE_MAX / 4;
}

int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size)
{
	if (!is_stack(size))
		return EINVAL;
	attributes->stack_size = size;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *restrict attributes, size_t *restrict size)
{
	*size = attributes->stack_size;
	return 0;
}

// The caller's memory from `stack` on, without a guard, for one thread at a time.
int pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size)
{
	if (!is_stack(size) || stack == NULL || (uintptr_t)stack % 16 != 0)
		return EINVAL;
	attributes->stack = stack;
	attributes->stack_size = size;
	return 0;
}

int pthread_attr_getstack(const pthread_attr_t *restrict attributes, void **restrict stack,
			  size_t *restrict size)
{
	*stack = attributes->stack;
	*size = attributes->stack_size;
	return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *attributes, size_t size)
{
	if (size > SIZE_MAX / 4)
		return EINVAL;
	attributes->guard_size = size;
	return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *restrict attributes, size_t *restrict size)
{
	*size = attributes->guard_size;
	return 0;
}

// -------- scheduling

int pthread_attr_setschedparam(pthread_attr_t *restrict attributes,
			       const struct sched_param *restrict parameter)
{
	return choose(NULL, parameter->sched_priority, 0, 99);
}

int pthread_attr_getschedparam(const pthread_attr_t *restrict attributes,
			       struct sched_param *restrict parameter)
{
	parameter->sched_priority = 0;
	return 0;
}

static int tid_of(pthread_t thread)
{
	return thread == thread_self() ? thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *parameter)
{
	int tid = tid_of(thread);
	return tid == 0 ? ESRCH : (int)-SYSTEM(sched_setscheduler, tid, policy, parameter);
}

int pthread_setschedprio(pthread_t thread, int priority)
{
	int tid = tid_of(thread);
	return tid == 0 ? ESRCH : (int)-SYSTEM(sched_setparam, tid, &(struct sched_param){priority});
}

int pthread_getschedparam(pthread_t thread, int *restrict policy, struct sched_param *restrict parameter)
{
	int tid = tid_of(thread);
	long rc = tid == 0 ? -ESRCH : SYSTEM(sched_getscheduler, tid);
	if (rc < 0)
		return (int)-rc;
	*policy = (int)rc;
	return (int)-SYSTEM(sched_getparam, tid, parameter);
}

// Every thread is the kernel's, so the level is remembered and nothing more, as POSIX has it.
static int level;
int pthread_setconcurrency(int wanted)
{
	if (wanted < 0)
		return EINVAL;
	level = wanted;
	return 0;
}

int pthread_getconcurrency(void)
{
	return level;
}

int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
	int tid = thread == thread_self() ? thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
	*clock = (int)(~(unsigned)tid << 3) | 6; // Linux's number of a thread's clock
	return tid == 0 ? ESRCH : 0;
}
