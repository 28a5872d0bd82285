// refcount.h: 32-bit reference counts that saturate: an overflow or a get after the last put pins the object for ever
// (a leak, reported once) instead of freeing it under somebody's feet.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define REFCOUNT_SATURATED 0xc0000000u

struct refcount {
	uint32_t value;
};

void refcount_set(struct refcount *count, uint32_t value);
void refcount_get(struct refcount *count);          // the caller holds a reference already
bool refcount_get_not_zero(struct refcount *count); // for objects found under RCU or a table's lock
bool refcount_put(struct refcount *count);          // true: that was the last one, free the object
