// random.h: ChaCha20 generator with fast key erasure, seeded by RDRAND, boot time stamps and the loader's seed.
#pragma once
#include <stddef.h>
#include <stdint.h>

void random_init(void);
void random_add(const void *bytes, size_t size); // mixes entropy in; any context
void random_bytes(void *buffer, size_t size);    // never blocks; any context
uint64_t random_u64(void);
