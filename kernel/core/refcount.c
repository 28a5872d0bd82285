// refcount.c: see refcount.h. Invariant: a count at or above REFCOUNT_SATURATED never comes down again.
#include "kernel/core/refcount.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"

static void saturate(struct refcount *count, const char *what)
{
	WRITE_ONCE(count->value, REFCOUNT_SATURATED + 0x10000000u);
	printk("refcount: %s; pinned for ever\n", what);
}

void refcount_set(struct refcount *count, uint32_t value)
{
	WRITE_ONCE(count->value, value);
}

void refcount_get(struct refcount *count)
{
	uint32_t value = atomic_add(&count->value, 1);
	if (value == 1 || value >= REFCOUNT_SATURATED)
		saturate(count, value == 1 ? "get after the last put" : "overflow");
}

bool refcount_get_not_zero(struct refcount *count)
{
	uint32_t value = READ_ONCE(count->value);
	do
		if (value == 0)
			return false;
	while (!atomic_compare_exchange(&count->value, &value, value + 1));
	if (value + 1 >= REFCOUNT_SATURATED)
		saturate(count, "overflow");
	return true;
}

bool refcount_put(struct refcount *count)
{
	uint32_t value = atomic_sub(&count->value, 1);
	if (value >= REFCOUNT_SATURATED - 1) {
		saturate(count, value == UINT32_MAX ? "put of a dead object" : "put of a pinned object");
		return false;
	}
	return value == 0;
}
