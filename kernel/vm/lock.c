// lock.c: memory that is to be there always (mlock(2)). Nothing is ever paged out, so a lock is a mark that is counted and limited, and
// a promise that the pages are there from the start.
#include "kernel/uapi/errno.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"

int mm_populate(struct mm *mm, uint64_t start, uint64_t size)
{
	for (uint64_t at = start & -PAGE_SIZE; at < start + size; at += PAGE_SIZE) {
		int code;
		down_read(&mm->lock);
		struct vm_area *area = mm_area_at(mm, at);
		bool there = area != NULL && area->start <= at, write = there && (area->protection & PROT_WRITE) != 0 && !area->shared;
		up_read(&mm->lock);
		if (!there || mm_fault(mm, at, write, false, &code) != 0)
			return -ENOMEM;
	}
	return 0;
}

int mm_lock(struct mm *mm, uint64_t start, uint64_t size, bool locked)
{
	uint64_t end = start + size, at = start;
	int rc = 0;
	if (size == 0)
		return 0;
	down_write(&mm->lock);
	struct vm_area *area = mm_area_at(mm, start);
	if (area == NULL || area->start > start)
		rc = -ENOMEM;
	rc = rc == 0 ? mm_isolate(mm, start, end) : rc;
	for (area = mm_area_at(mm, start); rc == 0 && at < end; area = mm_area_next(area)) {
		if (area == NULL || area->start > at)
			rc = -ENOMEM;
		else if (area->device_physical == 0)
			area->locked_by = locked ? mm->number : 0;
		at = rc == 0 ? area->end : at;
	}
	up_write(&mm->lock);
	return rc;
}

uint64_t mm_locked_pages(struct mm *mm, uint64_t start, uint64_t size)
{
	uint64_t pages = 0, end = start + size;
	down_read(&mm->lock);
	for (struct vm_area *area = mm_area_at(mm, start); area != NULL && area->start < end; area = mm_area_next(area)) {
		uint64_t from = area->start > start ? area->start : start, to = area->end < end ? area->end : end;
		pages += area->locked_by == mm->number ? (to - from) / PAGE_SIZE : 0;
	}
	up_read(&mm->lock);
	return pages;
}
