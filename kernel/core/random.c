// random.c: see random.h. The key is replaced by the first half of every block before the second half is given out, so what
// was given out cannot be found again from the state ("fast key erasure", Bernstein 2017). random_lock guards the key.
#include "kernel/core/random.h"
#include <stdbool.h>
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/lib/chacha20.h"
#include "kernel/lib/string.h"

static uint32_t key[8];
static uint32_t random_lock; // a raw word: core lies below sync

static unsigned long lock(void)
{
	unsigned long state = interrupts_save();
	while (atomic_exchange(&random_lock, 1) != 0)
		cpu_pause();
	return state;
}

static void unlock(unsigned long state)
{
	atomic_store_release(&random_lock, 0);
	interrupts_restore(state);
}

static void next_block(uint32_t out[16])
{
	uint32_t state[16] = {[12] = (uint32_t)read_tsc()};
	memcpy(state, chacha20_constants, 16);
	memcpy(state + 4, key, 32);
	chacha20_block(state, out);
	memcpy(key, out, 32);
}

void random_add(const void *bytes, size_t size)
{
	const uint8_t *from = bytes;
	uint32_t block[16];
	unsigned long state = lock();
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)key)[i % 32] ^= from[i];
		if (i % 32 == 31 || i + 1 == size)
			next_block(block);
	}
	unlock(state);
}

void random_bytes(void *buffer, size_t size)
{
	uint8_t *to = buffer;
	uint32_t block[16];
	while (size != 0) {
		size_t chunk = size < 32 ? size : 32;
		unsigned long state = lock();
		next_block(block);
		unlock(state);
		memcpy(to, block + 8, chunk);
		to += chunk;
		size -= chunk;
	}
	memset(block, 0, sizeof(block));
	__asm__ volatile("" ::"r"(block) : "memory");
}

uint64_t random_u64(void)
{
	uint64_t value;
	random_bytes(&value, sizeof(value));
	return value;
}

static uint64_t hardware_random(void)
{
	uint64_t value = 0;
	for (int i = 0; i < 10; i++) {
		bool ok;
		__asm__ volatile("rdrand %0\n\tsetc %1" : "=r"(value), "=qm"(ok)::"cc");
		if (ok)
			break;
	}
	return value;
}

void random_init(void)
{
	bool rdrand = cpuid(1, 0).ecx >> 30 & 1;
	for (int i = 0; i < 16; i++) {
		uint64_t words[2] = {read_tsc(), rdrand ? hardware_random() : 0};
		for (volatile int spin = 0; spin < (int)(words[0] & 63); spin++)
			; // jitter between the samples
		random_add(words, sizeof(words));
	}
}
