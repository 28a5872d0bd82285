// early.h: memory before there is an allocator: pieces cut from the top of the largest usable range below 4 GiB, never
// given back, zeroed.
#pragma once
#include <stdint.h>
#include "boot/common/boot_info.h"

void early_memory_init(struct boot_info *info); // the kernel's own copy; its map shrinks as pieces are cut
uint64_t early_alloc(uint64_t size);            // physical, page-aligned; panics when there is no room
void *early_pointer(uint64_t physical);         // identity-mapped first, in the direct map later
void early_use_direct_map(void);
