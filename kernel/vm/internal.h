// internal.h: between mm.c, fault.c and mapping.c.
#pragma once
#include "kernel/vm/area.h"

struct page;

// Pages that leave the page tables wait here until every CPU has flushed: gather, one round, free.
struct tlb_gather {
	struct mm *mm;
	unsigned count;
	bool flush; // an entry was present
	struct page *pages[64];
};
void tlb_gather_finish(struct tlb_gather *gather); // interrupts on, no spinlock

void mm_zap_range(struct tlb_gather *gather, struct vm_area *area, uint64_t start, uint64_t end);
void mm_flush(struct mm *mm, uint64_t address); // every CPU that runs it; 0: everything
// Cuts areas at both ends of a range, so that it holds whole areas only. mm->lock for writing; 0 or -ENOMEM.
int mm_isolate(struct mm *mm, uint64_t start, uint64_t end);

static inline bool mm_range_ok(uint64_t start, uint64_t size)
{
	return start % PAGE_SIZE == 0 && size != 0 && size <= USER_END && start <= USER_END - size;
}
