// check.h: BUILD=checked: the linker sends calls of NAME from other files to __wrap_NAME, which calls
// __real_NAME (ld's --wrap; kernel/module.mk lists the names). The kernel itself knows nothing of it.
#pragma once
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/printk.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/wait.h"

#define WRAPPED(type, name, ...)         \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)
#define HERE ((uint64_t)__builtin_return_address(0))

WRAPPED(void *, kmalloc, size_t size, unsigned flags);
WRAPPED(void *, kzalloc, size_t size, unsigned flags);
WRAPPED(void, kfree, void *pointer);
WRAPPED(void, spin_lock, struct spinlock *lock);
WRAPPED(bool, spin_trylock, struct spinlock *lock);
WRAPPED(void, spin_unlock, struct spinlock *lock);
WRAPPED(unsigned long, spin_lock_irqsave, struct spinlock *lock);
WRAPPED(void, spin_unlock_irqrestore, struct spinlock *lock, unsigned long state);
WRAPPED(void, mutex_lock, struct mutex *mutex);
WRAPPED(int, mutex_lock_interruptible, struct mutex *mutex);
WRAPPED(void, down_read, struct rwsem *rwsem);
WRAPPED(void, down_write, struct rwsem *rwsem);
WRAPPED(int, wait_schedule, int64_t deadline_ns);
WRAPPED(int, copy_from_user, void *to, user_addr from, size_t size);
WRAPPED(int, copy_to_user, user_addr to, const void *from, size_t size);

void check_may_sleep(
    const char *what); // a panic where sleeping is a bug: a spinlock is held, an interrupt runs
