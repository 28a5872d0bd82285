// memory.h: the memory map of boot_info as a sorted list without overlaps. Pure.
#pragma once
#include "boot/common/boot_info.h"

// Adds [base, base + length): usable ranges shrink to whole pages, all others grow. Where ranges overlap the greater type
// wins, so that what a loader occupies (LOADER, KERNEL) stands out of what firmware called usable. Neighbours of one type
// become one. Returns 0, -EINVAL (address wraps) or -ENOSPC (more than BOOT_MEMORY_RANGES_MAX ranges).
int boot_memory_add(struct boot_info *info, uint64_t base, uint64_t length, enum boot_memory_type type);

// Takes `size` bytes (rounded up to pages) of usable memory between `low` and `high`, as far down as possible, marks them
// `type` and returns their address; 0: there is no such range.
uint64_t boot_memory_allocate(struct boot_info *info, uint64_t size, uint64_t low, uint64_t high,
			      enum boot_memory_type type);

// Sum of the usable bytes.
uint64_t boot_memory_usable(const struct boot_info *info);
