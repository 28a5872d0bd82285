// spinlock.h: test-and-test-and-set locks with pause; not FIFO, since virtual CPUs may outnumber the host's cores.
//
// Holding one, preemption is off: no sleeping, no user access, no schedule() - asserted. A lock that an interrupt handler
// takes is taken with _irqsave everywhere else. A lock's class name stands in its initialiser.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct spinlock {
	uint32_t held;
	int32_t owner; // CPU number, for assertions and panics
	const char *name;
};

#define SPINLOCK_INIT(class) {0, -1, class}

void spin_init(struct spinlock *lock, const char *class);
void spin_lock(struct spinlock *lock);
bool spin_trylock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
unsigned long spin_lock_irqsave(struct spinlock *lock); // returns the interrupt state for the unlock
void spin_unlock_irqrestore(struct spinlock *lock, unsigned long state);
bool spin_held(const struct spinlock *lock); // by this CPU
