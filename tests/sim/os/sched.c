// sched.c: coroutines, spinlocks, wait queues, mutexes and time of the simulated kernel. See sim.h.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/core/printk.h"
#include "kernel/sched/mutex.h"
#include "kernel/sync/preempt.h"
#include "tests/sim/os/sim.h"

#define must(condition)                                                                                           \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			panic("sim: %s:%d: %s", __FILE__, __LINE__, #condition);                                       \
	} while (0)

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
void __sanitizer_start_switch_fiber(void **fake_stack_save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack_save, const void **bottom_old, size_t *size_old);
void __asan_unpoison_memory_region(void const volatile *address, size_t size);
#else
#define __asan_unpoison_memory_region(address, size) (void)(address)
#define __sanitizer_start_switch_fiber(save, bottom, size) ((void)(save), (void)(bottom), (void)(size))
#define __sanitizer_finish_switch_fiber(save, bottom, size) ((void)(save), (void)(bottom), (void)(size))
#endif

#define STACK_SIZE (256u << 10)
#define THREADS_MAX 64u

struct coroutine {
	struct thread thread; // first
	void *stack_pointer;
	char *stack;
	void *fake_stack;
	void (*run)(void *);
	void *argument;
	int64_t deadline;
	int locks_held;
	bool ended, timed, preempted;
};

static struct coroutine main_coroutine, *coroutines[THREADS_MAX];
static char *stacks[THREADS_MAX]; // used again and again
static unsigned coroutine_count;
static uint64_t random_state, spins;
static int64_t now_ns;
static const void *main_bottom;
static size_t main_size;
struct thread *sim_current = &main_coroutine.thread;
void (*sim_on_spawn)(struct thread *thread);

uint64_t sim_random(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static struct coroutine *self(void)
{
	return (struct coroutine *)sim_current;
}

int sim_locks_held(void)
{
	return self()->locks_held;
}

// Saves the registers that a call preserves on this stack, goes over to the other and takes them from there. (swapcontext() does
// the same with two system calls.)
void swap_stacks(void **save, void *load);
__asm__(".globl swap_stacks\n"
	"swap_stacks:\n"
	"	push %rbp\n	push %rbx\n	push %r12\n	push %r13\n	push %r14\n	push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n	pop %rbx\n	pop %rbp\n"
	"	ret\n");

static void switch_to(struct coroutine *next)
{
	struct coroutine *from = self();

	if (next == from)
		return;
	sim_current = &next->thread;
	__sanitizer_start_switch_fiber(from->ended ? NULL : &from->fake_stack, next == &main_coroutine ? main_bottom : next->stack,
				       next == &main_coroutine ? main_size : STACK_SIZE);
	swap_stacks(&from->stack_pointer, next->stack_pointer);
	__sanitizer_finish_switch_fiber(self()->fake_stack, NULL, NULL);
}

static void entry(void)
{
	__sanitizer_finish_switch_fiber(NULL, &main_bottom, &main_size);
	self()->run(self()->argument);
	must(self()->locks_held == 0);
	self()->ended = true;
	self()->thread.state = THREAD_DEAD;
	switch_to(&main_coroutine);
	abort();
}

void sim_begin(uint64_t seed)
{
	for (unsigned i = 0; i < coroutine_count; i++)
		free(coroutines[i]);
	coroutine_count = 0;
	random_state = seed * 0x9e3779b97f4a7c15ull + 1;
	sim_random(2);
	now_ns = NS_PER_SECOND;
	sim_current = &main_coroutine.thread;
	memset(&main_coroutine.thread, 0, sizeof(main_coroutine.thread));
	main_coroutine.thread.tid = main_coroutine.thread.tgid = 1;
	strcpy(main_coroutine.thread.name, "main");
}

struct thread *sim_spawn(const char *name, int pid, void (*run)(void *), void *argument)
{
	struct coroutine *coroutine = calloc(1, sizeof(*coroutine));

	must(coroutine_count < THREADS_MAX);
	coroutine->thread.tid = coroutine->thread.tgid = pid;
	snprintf(coroutine->thread.name, sizeof(coroutine->thread.name), "%s", name);
	coroutine->run = run;
	coroutine->argument = argument;
	coroutine->deadline = WAIT_FOR_EVER;
	if (stacks[coroutine_count] == NULL)
		stacks[coroutine_count] = malloc(STACK_SIZE);
	coroutine->stack = stacks[coroutine_count];
	__asan_unpoison_memory_region(coroutine->stack, STACK_SIZE); // whoever used it may have been left in mid-call
	void **top = (void **)(coroutine->stack + STACK_SIZE) - 1; // the stack as swap_stacks() would have left it
	*--top = (void *)entry;
	coroutine->stack_pointer = memset(top - 6, 0, 6 * sizeof(void *));
	coroutines[coroutine_count++] = coroutine;
	if (sim_on_spawn != NULL)
		sim_on_spawn(&coroutine->thread);
	return &coroutine->thread;
}

static bool runnable(const struct coroutine *coroutine)
{
	return !coroutine->ended && (coroutine->thread.state == THREAD_RUNNING || coroutine->preempted);
}

// Lets time pass until somebody can run: false when nobody ever will.
static bool pass_time(void)
{
	struct coroutine *first = NULL;

	for (unsigned i = 0; i < coroutine_count; i++) {
		struct coroutine *each = coroutines[i];
		if (!each->ended && each->deadline != WAIT_FOR_EVER && (first == NULL || each->deadline < first->deadline))
			first = each;
	}
	if (first == NULL)
		return false;
	now_ns = first->deadline > now_ns ? first->deadline : now_ns;
	first->timed = true;
	first->deadline = WAIT_FOR_EVER;
	first->thread.state = THREAD_RUNNING;
	return true;
}

unsigned sim_run(void)
{
	unsigned left = 0;

	must(sim_current == &main_coroutine.thread);
	spins = 0;
	for (;;) {
		struct coroutine *ready[THREADS_MAX];
		unsigned count = 0;
		for (unsigned i = 0; i < coroutine_count; i++)
			if (runnable(coroutines[i]))
				ready[count++] = coroutines[i];
		if (count == 0 && !pass_time())
			break;
		if (count != 0)
			switch_to(ready[sim_random(count)]);
	}
	for (unsigned i = 0; i < coroutine_count; i++)
		left += !coroutines[i]->ended;
	return left;
}

const char *sim_stuck(void)
{
	static char text[512];

	text[0] = 0;
	for (unsigned i = 0; i < coroutine_count; i++)
		if (!coroutines[i]->ended)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", coroutines[i]->thread.name);
	return text;
}

void sim_yield(void)
{
	if (sim_current == &main_coroutine.thread || sim_random(3) != 0)
		return;
	self()->preempted = true; // it goes on in any state: only wait_schedule() sleeps
	switch_to(&main_coroutine);
	self()->preempted = false;
}

void sim_signal(struct thread *thread)
{
	thread->signal_bits |= THREAD_SIGNAL_PENDING;
	if (thread->state == THREAD_INTERRUPTIBLE)
		thread->state = THREAD_RUNNING;
}

// ---- time ----

int64_t time_monotonic_ns(void)
{
	return now_ns;
}

int64_t time_realtime_ns(void)
{
	return 1700000000 * NS_PER_SECOND + now_ns++;
}

// ---- spinlocks: a coroutine may be switched away while it holds one, as a CPU would be slow ----

void spin_init(struct spinlock *lock, const char *class)
{
	*lock = (struct spinlock)SPINLOCK_INIT(class);
}

void spin_lock(struct spinlock *lock)
{
	sim_yield();
	while (lock->held != 0) {
		must(sim_current != &main_coroutine.thread); // would spin for ever
		must(++spins < 10000000);
		self()->preempted = true;
		switch_to(&main_coroutine);
		self()->preempted = false;
	}
	lock->held = 1;
	lock->owner = sim_current->tid;
	self()->locks_held++;
}

bool spin_trylock(struct spinlock *lock)
{
	sim_yield();
	if (lock->held != 0)
		return false;
	lock->held = 1;
	lock->owner = sim_current->tid;
	self()->locks_held++;
	return true;
}

void spin_unlock(struct spinlock *lock)
{
	must(lock->held != 0 && lock->owner == sim_current->tid);
	lock->held = 0;
	self()->locks_held--;
	sim_yield();
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
	spin_lock(lock);
	return 0;
}

void spin_unlock_irqrestore(struct spinlock *lock, unsigned long state)
{
	spin_unlock(lock);
}

bool spin_held(const struct spinlock *lock)
{
	return lock->held != 0 && lock->owner == sim_current->tid;
}

void preempt_disable(void)
{
}

void preempt_enable(void)
{
}

// ---- waiting ----

static void wake_thread(struct wait_entry *entry)
{
	struct coroutine *coroutine = (struct coroutine *)entry->thread;

	if (coroutine->thread.state != THREAD_DEAD)
		coroutine->thread.state = THREAD_RUNNING;
}

void wait_queue_init(struct wait_queue *queue)
{
	spin_init(&queue->lock, "wait_queue");
	list_init(&queue->waiters);
}

void wait_entry_init(struct wait_entry *entry)
{
	list_init(&entry->link);
	entry->thread = sim_current;
	entry->wake = wake_thread;
	entry->exclusive = false;
}

void prepare_to_wait(struct wait_queue *queue, struct wait_entry *entry, enum thread_state state)
{
	spin_lock(&queue->lock);
	if (list_empty(&entry->link))
		list_push_back(&queue->waiters, &entry->link);
	spin_unlock(&queue->lock);
	sim_current->state = state;
}

void finish_wait(struct wait_queue *queue, struct wait_entry *entry)
{
	sim_current->state = THREAD_RUNNING;
	spin_lock(&queue->lock);
	list_remove(&entry->link);
	spin_unlock(&queue->lock);
}

int wait_schedule(int64_t deadline_ns)
{
	struct coroutine *coroutine = self();

	must(coroutine->locks_held == 0);
	if (coroutine == &main_coroutine && coroutine->thread.state != THREAD_RUNNING)
		panic("sim: the main thread would sleep");
	coroutine->timed = false;
	coroutine->deadline = deadline_ns;
	if (coroutine->thread.state == THREAD_INTERRUPTIBLE && signal_pending()) {
		coroutine->thread.state = THREAD_RUNNING;
		return -ERESTARTSYS;
	}
	if (deadline_ns <= now_ns) {
		coroutine->thread.state = THREAD_RUNNING;
		return -ETIMEDOUT;
	}
	if (coroutine != &main_coroutine)
		switch_to(&main_coroutine);
	coroutine->deadline = WAIT_FOR_EVER;
	if (signal_pending())
		return -ERESTARTSYS;
	return coroutine->timed ? -ETIMEDOUT : 0;
}

static void wake(struct wait_queue *queue, bool one)
{
	struct wait_entry *entry, *following;

	spin_lock(&queue->lock);
	list_for_each_safe (entry, following, &queue->waiters, link) {
		entry->wake(entry);
		if (one && entry->exclusive)
			break;
	}
	spin_unlock(&queue->lock);
}

void wake_up(struct wait_queue *queue)
{
	wake(queue, false);
}

void wake_up_one(struct wait_queue *queue)
{
	wake(queue, true);
}

// ---- mutexes ----

void mutex_init(struct mutex *mutex)
{
	mutex->owner = NULL;
	wait_queue_init(&mutex->waiters);
}

void mutex_lock(struct mutex *mutex)
{
	must(sim_locks_held() == 0);
	must(mutex->owner != sim_current);
	sim_yield();
	while (mutex->owner != NULL) // another may take it between the wait's end and here
		wait_event(&mutex->waiters, mutex->owner == NULL);
	mutex->owner = sim_current;
}

bool mutex_trylock(struct mutex *mutex)
{
	if (mutex->owner != NULL)
		return false;
	mutex->owner = sim_current;
	return true;
}

void mutex_unlock(struct mutex *mutex)
{
	must(mutex->owner == sim_current);
	mutex->owner = NULL;
	wake_up(&mutex->waiters);
}

bool mutex_held(const struct mutex *mutex)
{
	return mutex->owner == sim_current;
}

int mutex_lock_interruptible(struct mutex *mutex)
{
	must(sim_locks_held() == 0);
	sim_yield();
	int rc = 0;
	while (rc == 0 && mutex->owner != NULL)
		rc = wait_event_interruptible(&mutex->waiters, mutex->owner == NULL);
	if (rc == 0)
		mutex->owner = sim_current;
	return rc;
}
