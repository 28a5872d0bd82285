// locks.c: BUILD=checked: the order of spinlocks by class, who may sleep, and what a thread carries back to
// its program.
//
// A class is a lock's name. Each CPU has a stack of what it holds (preemption is off while it does; a run
// queue's lock changes threads, but not the CPU). Taking B while holding A says "A before B". A way back from
// B to A, said at any time by anyone, is a deadlock that only waits for its moment, and a panic. So is a
// class that an interrupt takes and that is also taken with interrupts on. Two locks of one class are not
// judged.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/check/check.h"
#include "kernel/core/init.h"
#include "kernel/core/limits.h"
#include "kernel/core/symbols.h"
#include "kernel/lib/string.h"

#define CLASSES 64u
#define DEPTH 16u

static const char *names[CLASSES];
static uint64_t after[CLASSES];            // bit b of after[a]: b was taken while a was held
static uint64_t said_by[CLASSES][CLASSES]; // where first
static uint64_t in_interrupt[CLASSES], with_interrupts[CLASSES]; // where first; 0: never
static struct held {
	const struct spinlock *lock;
	unsigned class;
} held[CPUS_MAX][DEPTH];
static unsigned depths[CPUS_MAX];

void check_may_sleep(const char *what)
{
	struct cpu *cpu = this_cpu();
	unsigned depth = depths[cpu->number];

	if (cpu->preempt_count != 0 || cpu->interrupt_depth != 0)
		panic("check: %s may sleep, and must not here: preempt_count %u, the last lock is %s", what,
		      cpu->preempt_count, depth != 0 ? names[held[cpu->number][depth - 1].class] : "none");
}

static unsigned class_of(const struct spinlock *lock)
{
	const char *name = lock->name != NULL ? lock->name : "nameless";

	for (unsigned i = 0; i < CLASSES; i++) {
		const char *none = NULL;
		if (READ_ONCE(names[i]) == NULL)
			(void)atomic_compare_exchange(&names[i], &none, name);
		if (strcmp(names[i], name) == 0)
			return i;
	}
	panic("check: more than %u classes of locks", CLASSES);
}

static bool leads_to(unsigned from, unsigned to, uint64_t *seen)
{
	*seen |= 1ul << from;
	for (unsigned i = 0; i < CLASSES; i++)
		if ((READ_ONCE(after[from]) & 1ul << i) != 0 &&
		    (i == to || ((*seen & 1ul << i) == 0 && leads_to(i, to, seen))))
			return true;
	return false;
}

static void judge_order(unsigned before, unsigned class, uint64_t by)
{
	uint64_t seen = 0;
	char here[80], there[80];

	if (before == class || (READ_ONCE(after[before]) & 1ul << class) != 0)
		return;
	if (leads_to(class, before, &seen)) {
		symbol_format(here, sizeof(here), by);
		symbol_format(there, sizeof(there), said_by[class][before]);
		panic("check: %s, then %s in %s; elsewhere (%s) the other way round", names[before],
		      names[class], here, there);
	}
	said_by[before][class] = by;
	atomic_or(&after[before], 1ul << class);
}

// Before the lock is taken: a deadlock is told, not waited for. Interrupts off.
static void judge(const struct spinlock *lock, bool interrupts, uint64_t by)
{
	unsigned class = class_of(lock), cpu = cpu_number();
	uint64_t *place = this_cpu()->interrupt_depth != 0 ? &in_interrupt[class]
			  : interrupts                     ? &with_interrupts[class]
							   : NULL;
	char here[80], there[80];

	for (unsigned i = 0; i < depths[cpu]; i++)
		judge_order(held[cpu][i].class, class, by);
	if (place != NULL && *place == 0)
		*place = by;
	if (in_interrupt[class] != 0 && with_interrupts[class] != 0) {
		symbol_format(here, sizeof(here), in_interrupt[class]);
		symbol_format(there, sizeof(there), with_interrupts[class]);
		panic("check: %s is taken in an interrupt (%s), and with interrupts on (%s)", names[class],
		      here, there);
	}
}

static void push(const struct spinlock *lock)
{
	unsigned cpu = cpu_number();

	assert(depths[cpu] < DEPTH);
	held[cpu][depths[cpu]++] = (struct held){lock, class_of(lock)};
}

static void pop(const struct spinlock *lock)
{
	unsigned cpu = cpu_number(), i = depths[cpu];

	while (i > 0 && held[cpu][i - 1].lock != lock)
		i--;
	assert(i > 0);
	for (depths[cpu]--; i <= depths[cpu]; i++)
		held[cpu][i - 1] = held[cpu][i];
}

void __wrap_spin_lock(struct spinlock *lock)
{
	unsigned long state = interrupts_save();
	judge(lock, (state & FLAGS_IF) != 0, HERE);
	interrupts_restore(state);
	__real_spin_lock(lock);
	state = interrupts_save();
	push(lock);
	interrupts_restore(state);
}

bool __wrap_spin_trylock(struct spinlock *lock)
{
	bool got = __real_spin_trylock(lock);
	unsigned long state = interrupts_save();
	if (got)
		push(lock);
	interrupts_restore(state);
	return got;
}

void __wrap_spin_unlock(struct spinlock *lock)
{
	unsigned long state = interrupts_save();
	pop(lock);
	interrupts_restore(state);
	__real_spin_unlock(lock);
}

unsigned long __wrap_spin_lock_irqsave(struct spinlock *lock)
{
	unsigned long state = interrupts_save();
	judge(lock, false, HERE);
	interrupts_restore(state);
	state = __real_spin_lock_irqsave(lock);
	push(lock);
	return state;
}

void __wrap_spin_unlock_irqrestore(struct spinlock *lock, unsigned long state)
{
	pop(lock);
	__real_spin_unlock_irqrestore(lock, state);
}

// -------- what may sleep

void __wrap_mutex_lock(struct mutex *mutex)
{
	check_may_sleep("mutex_lock");
	__real_mutex_lock(mutex);
}

int __wrap_mutex_lock_interruptible(struct mutex *mutex)
{
	check_may_sleep("mutex_lock_interruptible");
	return __real_mutex_lock_interruptible(mutex);
}

void __wrap_down_read(struct rwsem *rwsem)
{
	check_may_sleep("down_read");
	__real_down_read(rwsem);
}

void __wrap_down_write(struct rwsem *rwsem)
{
	check_may_sleep("down_write");
	__real_down_write(rwsem);
}

int __wrap_wait_schedule(int64_t deadline_ns)
{
	check_may_sleep("wait_schedule");
	return __real_wait_schedule(deadline_ns);
}

int __wrap_copy_from_user(void *to, user_addr from, size_t size)
{
	check_may_sleep("copy_from_user");
	return __real_copy_from_user(to, from, size);
}

int __wrap_copy_to_user(user_addr to, const void *from, size_t size)
{
	check_may_sleep("copy_to_user");
	return __real_copy_to_user(to, from, size);
}

// -------- back to the program

static void (*next_final)(void);

static void return_final(void)
{
	if (this_cpu()->preempt_count != 0 || depths[cpu_number()] != 0)
		panic("check: back to a program with preempt_count %u and %u locks",
		      this_cpu()->preempt_count, depths[cpu_number()]);
	if (next_final != NULL)
		next_final();
}

static void check_init(void)
{
	next_final = trap_handlers.return_final;
	trap_handlers.return_final = return_final;
}
INIT_LATE(check_init);
