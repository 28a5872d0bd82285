// atomic.h: shared words. Every word that two CPUs touch goes through these wrappers over the compiler's __atomic
// builtins, with the order spelled out; host builds map to the same builtins, so sanitizers see them.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define READ_ONCE(object) __atomic_load_n(&(object), __ATOMIC_RELAXED)
#define WRITE_ONCE(object, value) __atomic_store_n(&(object), value, __ATOMIC_RELAXED)
#define atomic_load_acquire(pointer) __atomic_load_n(pointer, __ATOMIC_ACQUIRE)
#define atomic_store_release(pointer, value) __atomic_store_n(pointer, value, __ATOMIC_RELEASE)
#define atomic_add(pointer, value) __atomic_add_fetch(pointer, value, __ATOMIC_SEQ_CST) // returns the new value
#define atomic_sub(pointer, value) __atomic_sub_fetch(pointer, value, __ATOMIC_SEQ_CST)
#define atomic_or(pointer, value) __atomic_fetch_or(pointer, value, __ATOMIC_SEQ_CST) // returns the old value
#define atomic_and(pointer, value) __atomic_fetch_and(pointer, value, __ATOMIC_SEQ_CST)
#define atomic_exchange(pointer, value) __atomic_exchange_n(pointer, value, __ATOMIC_SEQ_CST)
#define atomic_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define compiler_barrier() __asm__ volatile("" ::: "memory")

// Stores `wanted` when *pointer is *expected; otherwise loads what is there into *expected and returns false.
#define atomic_compare_exchange(pointer, expected, wanted)                                                        \
	__atomic_compare_exchange_n(pointer, expected, wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

static inline void cpu_pause(void)
{
	__builtin_ia32_pause();
}
