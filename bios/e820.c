// e820.c: see e820.h. Each change builds the list anew beside the old one: left of the new range, the new
// one, right of it.
#include "bios/e820.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

static struct e820 fresh;

static int emit(uint64_t base, uint64_t end, uint32_t type)
{
	struct e820_range *last = fresh.count > 0 ? &fresh.range[fresh.count - 1] : NULL;

	if (base >= end || type == E820_NONE)
		return 0;
	if (last != NULL && last->end == base && last->type == type) {
		last->end = end;
		return 0;
	}
	if (fresh.count == E820_MAX)
		return -ENOSPC;
	fresh.range[fresh.count++] = (struct e820_range){base, end, type};
	return 0;
}

int e820_add(struct e820 *map, uint64_t base, uint64_t length, uint32_t type)
{
	uint64_t end = base + length;
	int rc = 0, done = 0;

	if (end < base)
		return -EINVAL;
	fresh.count = 0;
	for (uint32_t i = 0; i < map->count && rc == 0; i++) {
		const struct e820_range *old = &map->range[i];
		rc = emit(old->base, old->end < base ? old->end : base, old->type);
		if (rc == 0 && !done && old->end > base) {
			rc = emit(base, end, type);
			done = 1;
		}
		if (rc == 0)
			rc = emit(old->base > end ? old->base : end, old->end, old->type);
	}
	if (rc == 0 && !done)
		rc = emit(base, end, type);
	if (rc == 0)
		*map = fresh;
	return rc;
}
