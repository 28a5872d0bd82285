// heap.c: the heap of brk(2): one area above the program that grows and shrinks at its end.
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"

// The heap's area, when it ends at `old` and there is room above, grows to `new`.
static bool extend_heap(struct mm *mm, uint64_t old, uint64_t new)
{
	down_write(&mm->lock);
	struct vm_area *area = old != 0 ? mm_area_at(mm, old - 1) : NULL, *above = area != NULL ? mm_area_next(area) : NULL;
	bool grows = area != NULL && area->end == old && area->start >= mm->heap_start && area->mapping == NULL &&
		     area->protection == (PROT_READ | PROT_WRITE) && (above == NULL || above->start >= new) &&
		     mm->total_pages + (new - old) / PAGE_SIZE <= mm->address_limit / PAGE_SIZE;
	if (grows) {
		area->end = new;
		mm_grow(mm, (new - old) / PAGE_SIZE);
	}
	up_write(&mm->lock);
	return grows;
}

uint64_t mm_set_heap_end(struct mm *mm, uint64_t end)
{
	uint64_t old = (mm->heap_end + PAGE_SIZE - 1) & -PAGE_SIZE, new = (end + PAGE_SIZE - 1) & -PAGE_SIZE, start;
	struct vm_area heap = {.protection = PROT_READ | PROT_WRITE, .label = "[heap]"};
	if (end < mm->heap_start || end >= USER_END || end - mm->heap_start > mm->data_limit)
		return mm->heap_end;
	if (new > old && !extend_heap(mm, old, new) && mm_map(mm, &heap, old, new - old, false, &start) != 0)
		return mm->heap_end;
	if (new < old)
		mm_unmap(mm, new, old - new);
	mm->heap_end = end;
	return end;
}
