// protect.c: changes to mapped memory: protection, and giving pages back.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"

static void protect_area(struct vm_area *area, uint32_t protection)
{
	struct mm *mm = area->mm;
	area->protection = protection;
	spin_lock(&mm->table_lock);
	for (uint64_t at = area->start; at < area->end; at += PAGE_SIZE) {
		uint64_t *entry = paging_entry(mm->root, at, false);
		if (entry == NULL) {
			at |= 0x1ff000;
			continue;
		}
		if (!(*entry & PTE_PRESENT))
			continue;
		uint64_t value = *entry & ~(PTE_WRITE | PTE_NO_EXECUTE | PTE_USER); // a write faults and gets it back
		value |= protection & PROT_EXEC ? 0 : PTE_NO_EXECUTE;
		value |= protection != PROT_NONE ? PTE_USER : 0;
		WRITE_ONCE(*entry, value);
	}
	spin_unlock(&mm->table_lock);
}

int mm_protect(struct mm *mm, uint64_t start, uint64_t size, uint32_t protection)
{
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (size == 0)
		return 0;
	if (!mm_range_ok(start, size))
		return start % PAGE_SIZE != 0 ? -EINVAL : -ENOMEM;
	down_write(&mm->lock);
	int rc = mm_isolate(mm, start, start + size);
	uint64_t at = start;
	for (struct vm_area *area = mm_area_at(mm, start); rc == 0 && at < start + size; area = mm_area_next(area)) {
		if (area == NULL || area->start != at) {
			rc = -ENOMEM; // a hole
			break;
		}
		if (area->never_written && (protection & PROT_WRITE)) {
			rc = -EACCES;
			break;
		}
		protect_area(area, protection);
		at = area->end;
	}
	mm_flush(mm, 0);
	up_write(&mm->lock);
	return rc;
}

int mm_discard(struct mm *mm, uint64_t start, uint64_t size)
{
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (size == 0)
		return 0;
	if (!mm_range_ok(start, size))
		return -EINVAL;
	struct tlb_gather gather = {.mm = mm};
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, start); area != NULL && area->start < start + size; area = mm_area_next(area)) {
		uint64_t from = area->start > start ? area->start : start;
		mm_zap_range(&gather, area, from, area->end < start + size ? area->end : start + size);
	}
	tlb_gather_finish(&gather);
	up_read(&mm->lock);
	return 0;
}
