// remap.c: mapped memory that grows, shrinks or moves with its pages (mremap(2)), and what of it is there.
//
// A move links a second area over the same backing at the new place, moves the entries of the page tables over, and unmaps what is
// then an empty area. The new area comes later in its mapping's list than the old one, so a truncation that walks the list meanwhile
// finds each page in one of the two.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/mm/slab.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"
#include "kernel/vm/mapping.h"

// -ENOMEM: no page for a table; what was moved is at the new place, the rest at the old.
static int move_entries(struct mm *mm, uint64_t from, uint64_t to, uint64_t size)
{
	int rc = 0;
	for (uint64_t at = 0; at < size && rc == 0; at += PAGE_SIZE) {
		spin_lock(&mm->table_lock);
		uint64_t *source = paging_entry(mm->root, from + at, false);
		if (source != NULL && *source != 0) {
			uint64_t *target = paging_entry(mm->root, to + at, true);
			rc = target == NULL ? -ENOMEM : 0;
			if (rc == 0) {
				WRITE_ONCE(*target, *source);
				WRITE_ONCE(*source, 0);
			}
		}
		spin_unlock(&mm->table_lock);
	}
	return rc;
}

static int move(struct mm *mm, uint64_t old, uint64_t old_size, uint64_t new_size, uint64_t where)
{
	int rc = mm_isolate(mm, old, old + old_size);
	struct vm_area *area = mm_area_at(mm, old), *moved = rc == 0 ? kmalloc(sizeof(*moved), ALLOC_SLEEP) : NULL;
	if (moved == NULL)
		return -ENOMEM;
	*moved = *area;
	moved->start = where;
	moved->end = where + new_size;
	mm_area_link(mm, moved);
	mm_grow(mm, new_size / PAGE_SIZE);
	uint64_t kept = new_size < old_size ? new_size : old_size;
	rc = move_entries(mm, old, where, kept);
	if (rc != 0)
		(void)move_entries(mm, where, old, kept); // the tables there exist
	mm_flush(mm, 0);
	(void)mm_unmap_locked(mm, rc == 0 ? old : where, rc == 0 ? old + old_size : where + new_size); // whole areas: cannot fail
	return rc;
}

// The area grows where it is, when what follows is free.
static bool grow(struct mm *mm, struct vm_area *area, uint64_t end)
{
	struct vm_area *above = mm_area_next(area);
	if (end > USER_END - PAGE_SIZE || (above != NULL && above->start < end))
		return false;
	mm_grow(mm, (end - area->end) / PAGE_SIZE);
	WRITE_ONCE(area->end, end);
	return true;
}

// The cases of mremap(2) in the manual's order; mm->lock held for writing.
static int remap(struct mm *mm, uint64_t old, uint64_t old_size, uint64_t new_size, unsigned flags, uint64_t *where)
{
	struct vm_area *area = mm_area_at(mm, old);
	if (area == NULL || area->start > old || area->end < old + old_size)
		return -EFAULT;
	if (new_size > old_size && area->device_physical != 0)
		return -EFAULT;
	if (new_size > old_size && mm->total_pages + (new_size - old_size) / PAGE_SIZE > mm->address_limit / PAGE_SIZE)
		return -ENOMEM;
	if (flags & MREMAP_FIXED) {
		int rc = mm_unmap_locked(mm, *where, *where + new_size);
		return rc != 0 ? rc : move(mm, old, old_size, new_size, *where);
	}
	*where = old;
	if (new_size <= old_size)
		return new_size < old_size ? mm_unmap_locked(mm, old + new_size, old + old_size) : 0;
	if (area->end == old + old_size && grow(mm, area, old + new_size))
		return 0;
	if (!(flags & MREMAP_MAYMOVE) || (*where = mm_find_gap(mm, new_size)) == 0)
		return -ENOMEM;
	return move(mm, old, old_size, new_size, *where);
}

int mm_remap(struct mm *mm, uint64_t old, uint64_t old_size, uint64_t new_size, unsigned flags, uint64_t *where)
{
	old_size = (old_size + PAGE_SIZE - 1) & -PAGE_SIZE;
	new_size = (new_size + PAGE_SIZE - 1) & -PAGE_SIZE;
	bool fixed = flags & MREMAP_FIXED;
	if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) || (fixed && !(flags & MREMAP_MAYMOVE)) || !mm_range_ok(old, old_size) ||
	    new_size == 0 || new_size > USER_END)
		return -EINVAL;
	if (fixed && (!mm_range_ok(*where, new_size) || *where < USER_BEGIN || (*where < old + old_size && old < *where + new_size)))
		return -EINVAL;
	down_write(&mm->lock);
	int rc = remap(mm, old, old_size, new_size, flags, where);
	up_write(&mm->lock);
	return rc;
}

// ---- what is there ----

int mm_resident(struct mm *mm, uint64_t address)
{
	down_read(&mm->lock);
	struct vm_area *area = mm_area_at(mm, address);
	int rc = area == NULL || area->start > address ? -ENOMEM : 0;
	if (rc == 0) {
		spin_lock(&mm->table_lock);
		uint64_t *entry = paging_entry(mm->root, address, false);
		rc = entry != NULL && (*entry & PTE_PRESENT);
		spin_unlock(&mm->table_lock);
	}
	struct page *page = NULL;
	if (rc == 0 && area->mapping != NULL &&
	    mapping_get_page(area->mapping, area->first_page + (address - area->start) / PAGE_SIZE, 0, &page) == 0 && page != NULL) {
		page_put(page);
		rc = 1;
	}
	up_read(&mm->lock);
	return rc;
}
