// memory.c: see memory.h.
//
// A new range is appended, then settle() looks for the first neighbours that are out of order, overlap or touch, mends
// these two, and starts again, until nothing is left to mend. Quadratic, for a few dozen ranges, once a boot.
#include "boot/common/memory.h"
#include "kernel/uapi/errno.h"

#define PAGE 4096ull

static uint64_t end_of(const struct boot_memory_range *range)
{
	return range->base + range->length;
}

static void remove_at(struct boot_info *info, unsigned index)
{
	for (info->memory_count--; index < info->memory_count; index++)
		info->memory[index] = info->memory[index + 1];
}

static int append(struct boot_info *info, uint64_t base, uint64_t end, uint32_t type)
{
	if (info->memory_count == BOOT_MEMORY_RANGES_MAX)
		return -ENOSPC;
	info->memory[info->memory_count++] =
		(struct boot_memory_range){.base = base, .length = end - base, .type = type};
	return 0;
}

// Mends the pair at `index`, `index` + 1. Returns 1 when something changed, 0 when all is well, or -ENOSPC.
static int mend(struct boot_info *info, unsigned index)
{
	struct boot_memory_range *a = &info->memory[index], *b = a + 1, old = *a;
	uint64_t a_end = end_of(a), b_end = end_of(b);

	if (b->base < a->base || (b->base == a->base && b->length > a->length)) {
		*a = *b;
		*b = old;
	} else if (a->type == b->type && b->base <= a_end) {
		a->length = (a_end > b_end ? a_end : b_end) - a->base;
		remove_at(info, index + 1);
	} else if (b->base >= a_end) {
		return 0;
	} else if (a->type > b->type) {
		if (b_end <= a_end) {
			remove_at(info, index + 1);
		} else {
			b->base = a_end;
			b->length = b_end - a_end;
		}
	} else {
		a->length = b->base - a->base;
		if (a->length == 0)
			remove_at(info, index);
		return a_end > b_end && append(info, b_end, a_end, old.type) != 0 ? -ENOSPC : 1;
	}
	return 1;
}

int boot_memory_add(struct boot_info *info, uint64_t base, uint64_t length, enum boot_memory_type type)
{
	uint64_t end = base + length;
	int rc;

	if (end < base || end > UINT64_MAX - PAGE)
		return -EINVAL;
	if (type == BOOT_MEMORY_USABLE) {
		base = (base + PAGE - 1) & ~(PAGE - 1);
		end &= ~(PAGE - 1);
	} else {
		base &= ~(PAGE - 1);
		end = (end + PAGE - 1) & ~(PAGE - 1);
	}
	if (length == 0 || end <= base)
		return 0;
	rc = append(info, base, end, type);
	for (unsigned i = 0; rc == 0 && i + 1 < info->memory_count;) {
		int changed = mend(info, i);
		if (changed < 0)
			rc = changed;
		i = changed != 0 ? 0 : i + 1;
	}
	return rc;
}

uint64_t boot_memory_allocate(struct boot_info *info, uint64_t size, uint64_t low, uint64_t high,
			      enum boot_memory_type type)
{
	for (unsigned i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		uint64_t base = range->base > low ? range->base : low;
		uint64_t end = end_of(range) < high ? end_of(range) : high;

		if (range->type != BOOT_MEMORY_USABLE || base >= end || size > end - base)
			continue;
		return boot_memory_add(info, base, size, type) == 0 ? base : 0;
	}
	return 0;
}

uint64_t boot_memory_usable(const struct boot_info *info)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < info->memory_count; i++)
		if (info->memory[i].type == BOOT_MEMORY_USABLE)
			sum += info->memory[i].length;
	return sum;
}
