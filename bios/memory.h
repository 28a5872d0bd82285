// memory.h: the ROM's own memory, and the map that INT 15h E820 gives out.
#pragma once
#include "bios/e820.h"
#include <stddef.h>

// Zeroed, reserved memory for good: below 4 GiB at the end of RAM, or below 640 KiB beside the EBDA.
// `align` is a power of two. NULL when there is no more. Only during POST.
void *memory_high(size_t bytes, size_t align);
void *memory_low(size_t bytes, size_t align);

extern struct e820 memory_map;
extern uint32_t memory_below_4g; // where RAM below 4 GiB ends
extern uint64_t memory_above_4g; // bytes of RAM from 4 GiB on

// memory_high() never gives out anything below this.
uint32_t memory_high_limit(void);
// All that memory_high() gave out lies above this.
uint32_t memory_high_next(void);
// Learns how much RAM there is; the allocators work from here on.
void memory_init(void);
// Sets [base, base + length) in the map.
void memory_mark(uint64_t base, uint64_t length, uint32_t type);
// Marks what the allocators gave out, and the ROM. The last step before boot.
void memory_finish(void);
// Segment of the EBDA, and KiB of RAM below it, as they stand in the BIOS data area.
void memory_bda(void);
