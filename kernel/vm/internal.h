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
int vm_resolve(struct vm_area *area, uint64_t address, bool write); // brings the page in; mm->lock held for reading
void mm_flush(struct mm *mm, uint64_t address); // every CPU that runs it; 0: everything
// These want mm->lock for writing.
void mm_area_link(struct mm *mm, struct vm_area *area); // it becomes part of the space; takes references by its operations
int mm_unmap_locked(struct mm *mm, uint64_t start, uint64_t end);
uint64_t mm_find_gap(struct mm *mm, uint64_t size); // the highest below the stack's region that fits; 0: none
// Cuts areas at both ends of a range, so that it holds whole areas only. 0 or -ENOMEM.
int mm_isolate(struct mm *mm, uint64_t start, uint64_t end);

static inline bool mm_range_ok(uint64_t start, uint64_t size)
{
	return start % PAGE_SIZE == 0 && size != 0 && size <= USER_END && start <= USER_END - size;
}
