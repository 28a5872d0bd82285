// thread.c: threads: a mapping holds a guard page, the stack, the thread's variables and its struct thread,
// in that order upwards. The kernel clears `tid` when the thread has ended; join sleeps on that.
#include "userland/libc/thread.h"
#include <pthread.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "userland/libc/system.h"
#include "kernel/uapi/futex.h"
#include "kernel/uapi/process.h"

#define STACK_DEFAULT (1ul << 20)
#define PAGE 4096ul

long thread_clone(unsigned long flags, void *stack, int *parent_tid, void *tls, int *child_tid); // clone.S
void thread_leave(void *mapping, size_t size) __attribute__((noreturn));
void thread_main(struct thread *thread) __attribute__((noreturn));
void malloc_thread_end(void) __attribute__((weak));

static atomic_int thread_count = 1;

static const pthread_attr_t defaults = {STACK_DEFAULT, PAGE, PTHREAD_CREATE_JOINABLE, PTHREAD_INHERIT_SCHED,
					NULL};

int pthread_attr_init(pthread_attr_t *attributes)
{
	*attributes = defaults;
	return 0;
}

// The first thread learns its number when somebody asks; from then on the kernel clears it too when the
// thread has ended.
int thread_tid(void)
{
	struct thread *self = thread_self();
	if (self->tid == 0)
		self->tid = (int)SYSTEM(set_tid_address, &self->tid);
	return self->tid;
}

int pthread_create(pthread_t *restrict result, const pthread_attr_t *restrict attributes,
		   void *(*start)(void *), void *restrict argument)
{
	attributes = attributes != NULL ? attributes : &defaults;
	size_t above = thread_variables_size() + sizeof(struct thread) + 128,
	       guard = (attributes->guard_size + PAGE - 1) & -PAGE, below = attributes->stack_size;
	if (attributes->stack != NULL)
		guard = below = 0; // the caller's stack: only the variables are ours
	size_t size = (guard + below + above + PAGE - 1) & -PAGE;
	char *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping == MAP_FAILED)
		return EAGAIN;
	if (guard > 0 && mprotect(mapping, guard, PROT_NONE) < 0) {
		munmap(mapping, size);
		return EAGAIN;
	}
	struct thread *thread =
	    (struct thread *)((uintptr_t)(mapping + size - sizeof(struct thread)) & -64ul);
	thread_variables_fill((char *)thread);
	*thread = (struct thread){.self = thread,
				  .detached = attributes->detached,
				  .start = start,
				  .argument = argument,
				  .mapping = mapping,
				  .mapping_size = size};
	threads_started = true;
	atomic_fetch_add(&thread_count, 1);
	thread_tid();
	char *stack = (char *)((uintptr_t)((char *)thread - thread_variables_size()) & -16ul);
	if (attributes->stack != NULL)
		stack = (char *)((uintptr_t)((char *)attributes->stack + attributes->stack_size) & -16ul);
	long rc = thread_clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				   CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
			       stack, &thread->tid, thread, &thread->tid);
	if (rc < 0) {
		atomic_fetch_sub(&thread_count, 1);
		munmap(mapping, size);
		return EAGAIN;
	}
	*result = thread;
	return 0;
}

void thread_main(struct thread *thread)
{
	pthread_exit(thread->start(thread->argument));
}

// -------- keys

static atomic_int key_used[PTHREAD_KEYS_MAX];
static void (*key_destructor[PTHREAD_KEYS_MAX])(void *);

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	for (pthread_key_t i = 0; i < PTHREAD_KEYS_MAX; i++) {
		int free_key = 0;
		if (!atomic_compare_exchange_strong(&key_used[i], &free_key, 1))
			continue;
		key_destructor[i] = destructor;
		thread_self()->specific[i] = NULL;
		*key = i;
		return 0;
	}
	return EAGAIN;
}

int pthread_key_delete(pthread_key_t key)
{
	if (key >= PTHREAD_KEYS_MAX || !key_used[key])
		return EINVAL;
	key_destructor[key] = NULL;
	atomic_store(&key_used[key], 0);
	return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	return key < PTHREAD_KEYS_MAX ? thread_self()->specific[key] : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	if (key >= PTHREAD_KEYS_MAX || !key_used[key])
		return EINVAL;
	thread_self()->specific[key] = (void *)value;
	return 0;
}

static void run_destructors(struct thread *thread)
{
	bool again = true;
	for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		again = false;
		for (int i = 0; i < PTHREAD_KEYS_MAX; i++) {
			void *value = thread->specific[i];
			thread->specific[i] = NULL;
			if (value != NULL && key_used[i] && key_destructor[i] != NULL) {
				key_destructor[i](value);
				again = true;
			}
		}
	}
}

// -------- the end of a thread

void pthread_exit(void *result)
{
	struct thread *thread = thread_self();
	thread->cancel_disabled = 1;
	thread->result = result;
	while (thread->cleanup != NULL)
		pthread_cleanup_end(thread->cleanup, 1);
	run_destructors(thread);
	if (malloc_thread_end != NULL)
		malloc_thread_end();
	if (atomic_fetch_sub(&thread_count, 1) == 1)
		exit(0); // the last one ends the program
	sigset_t all = ~0ul;
	SYSTEM(rt_sigprocmask, SIG_BLOCK, &all, 0, sizeof(all)); // no handler runs on a stack that goes
	int joinable = 0;
	if (thread->mapping != NULL && !__atomic_compare_exchange_n(&thread->detached, &joinable, 2, false,
								    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		SYSTEM(set_tid_address, 0); // nobody waits, and the word is about to go
		thread_leave(thread->mapping, thread->mapping_size);
	}
	for (;;)
		SYSTEM(exit, 0);
}

// In a child of fork: the others are gone, and the kernel has forgotten what it was told of this one.
void fork_child(void)
{
	thread_count = 1;
	thread_self()->tid = 0;
	thread_self()->robust.first = NULL;
}

int pthread_join(pthread_t thread, void **result)
{
	if (thread == thread_self())
		return EDEADLK;
	pthread_testcancel();
	if (__atomic_load_n(&thread->detached, __ATOMIC_ACQUIRE) == 1)
		return EINVAL;
	for (int tid; (tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE)) != 0;)
		SYSTEM_POINT(futex, &thread->tid, FUTEX_WAIT, tid, 0, 0,
			     0); // the kernel's wake is for all processes, so not private
	if (result != NULL)
		*result = thread->result;
	if (thread->mapping != NULL)
		munmap(thread->mapping, thread->mapping_size);
	return 0;
}

int pthread_detach(pthread_t thread)
{
	int joinable = 0;
	if (__atomic_compare_exchange_n(&thread->detached, &joinable, 1, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return 0;
	return joinable == 1 ? EINVAL : pthread_join(thread, NULL); // it has ended already
}

pthread_t pthread_self(void)
{
	return thread_self();
}

int pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

int pthread_kill(pthread_t thread, int number)
{
	int tid = thread == thread_self() ? thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
	return tid == 0 ? ESRCH : (int)-SYSTEM(tkill, tid, number);
}

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	int before = errno, rc = sigprocmask(how, set, old) == 0 ? 0 : errno;
	errno = before;
	return rc;
}
