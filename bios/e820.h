// e820.h: the memory map as a sorted list without overlaps. Pure.
#pragma once
#include <stdint.h>

#define E820_MAX 128
enum { E820_NONE, E820_RAM, E820_RESERVED, E820_ACPI, E820_NVS, E820_UNUSABLE };

struct e820 {
	uint32_t count;
	struct e820_range {
		uint64_t base, end; // end is exclusive
		uint32_t type;
	} range[E820_MAX];
};

// Makes [base, base + length) be of `type`, whatever it was before (E820_NONE: takes it out). Neighbours of
// one type become one range. -EINVAL: wraps around; -ENOSPC: too many ranges (the map is as it was).
int e820_add(struct e820 *map, uint64_t base, uint64_t length, uint32_t type);
