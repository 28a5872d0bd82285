// spinlock.c: see spinlock.h. `owner` is written by the holder only; others read it for assertions that concern themselves.
#include "kernel/sync/spinlock.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/core/printk.h"
#include "kernel/sync/preempt.h"

void (*preempt_reschedule)(void);

void preempt_disable(void)
{
	__asm__ volatile("incl %%gs:%c0" ::"i"(offsetof(struct cpu, preempt_count)) : "memory", "cc");
}

void preempt_enable(void)
{
	__asm__ volatile("decl %%gs:%c0" ::"i"(offsetof(struct cpu, preempt_count)) : "memory", "cc");
	if (CPU_FIELD_READ(uint32_t, offsetof(struct cpu, preempt_count)) == 0 &&
	    CPU_FIELD_READ(uint32_t, offsetof(struct cpu, need_resched)) != 0 && interrupts_enabled())
		preempt_reschedule();
}

void spin_init(struct spinlock *lock, const char *class)
{
	*lock = (struct spinlock)SPINLOCK_INIT(class);
}

bool spin_held(const struct spinlock *lock)
{
	return READ_ONCE(lock->held) != 0 && READ_ONCE(lock->owner) == (int32_t)cpu_number();
}

static void acquire(struct spinlock *lock)
{
	if (spin_held(lock))
		panic("spinlock %s: taken twice by CPU %u", lock->name, cpu_number());
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE) != 0)
		while (READ_ONCE(lock->held) != 0)
			cpu_pause();
	WRITE_ONCE(lock->owner, (int32_t)cpu_number());
}

static void release(struct spinlock *lock)
{
	if (!spin_held(lock))
		panic("spinlock %s: released by CPU %u, which does not hold it", lock->name, cpu_number());
	WRITE_ONCE(lock->owner, -1);
	atomic_store_release(&lock->held, 0);
}

void spin_lock(struct spinlock *lock)
{
	preempt_disable();
	acquire(lock);
}

bool spin_trylock(struct spinlock *lock)
{
	preempt_disable();
	if (READ_ONCE(lock->held) == 0 && __atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE) == 0) {
		WRITE_ONCE(lock->owner, (int32_t)cpu_number());
		return true;
	}
	preempt_enable();
	return false;
}

void spin_unlock(struct spinlock *lock)
{
	release(lock);
	preempt_enable();
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
	unsigned long state = interrupts_save();
	preempt_disable();
	acquire(lock);
	return state;
}

void spin_unlock_irqrestore(struct spinlock *lock, unsigned long state)
{
	release(lock);
	interrupts_restore(state);
	preempt_enable();
}
