// forced.c: a debugger's way into another space: it reads what its owner may not read, and writes what its owner may not write
// (a breakpoint into code). A private page is copied first, and stays without the right to be written by its owner.
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"

// Makes a private page that may be shared this space's own. mm->lock held.
static int own_page(struct vm_area *area, uint64_t address, uint64_t entry)
{
	struct mm *mm = area->mm;
	struct page *copy = page_alloc(0, 0);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(page_address(copy), (char *)DIRECT_MAP + (entry & PTE_ADDRESS), PAGE_SIZE);
	spin_lock(&mm->table_lock);
	uint64_t *slot = paging_entry(mm->root, address, false);
	bool same = slot != NULL && *slot == entry;
	if (same)
		*slot = page_physical(copy) | (entry & ~(PTE_ADDRESS | PTE_COPY | PTE_WRITE));
	spin_unlock(&mm->table_lock);
	if (same)
		mm_flush(mm, address);
	page_put(same ? page_of_physical(entry & PTE_ADDRESS) : copy);
	return same ? 0 : -EAGAIN;
}

// One piece within a page. 0, -EFAULT, -ENOMEM; -EAGAIN: the page has just become its own.
static int access_piece(struct vm_area *area, uint64_t at, void *buffer, size_t size, bool write)
{
	struct mm *mm = area->mm;
	bool sealed = write && !(area->protection & PROT_WRITE); // its owner may not
	if (area->device_physical != 0 || (sealed && area->shared))
		return -EFAULT;
	int rc = vm_resolve(area, at & -PAGE_SIZE, write && !sealed);
	if (rc != 0)
		return rc;
	spin_lock(&mm->table_lock);
	uint64_t *slot = paging_entry(mm->root, at & -PAGE_SIZE, false), entry = slot != NULL ? *slot : 0;
	bool there = entry & PTE_PRESENT, foreign = write && !area->shared && (entry & PTE_COPY);
	if (there && !foreign) {
		char *place = (char *)DIRECT_MAP + (entry & PTE_ADDRESS) + at % PAGE_SIZE;
		memcpy(write ? place : (char *)buffer, write ? (char *)buffer : place, size);
	}
	spin_unlock(&mm->table_lock);
	if (there && !foreign)
		return 0;
	rc = foreign ? own_page(area, at & -PAGE_SIZE, entry) : -EAGAIN;
	return rc == 0 ? -EAGAIN : rc;
}

size_t mm_access_forced(struct mm *mm, uint64_t address, void *buffer, size_t size, bool write)
{
	size_t done = 0;
	while (done < size) {
		uint64_t at = address + done, offset = at % PAGE_SIZE;
		size_t chunk = size - done < PAGE_SIZE - offset ? size - done : PAGE_SIZE - offset;
		down_read(&mm->lock);
		struct vm_area *area = at < USER_END ? mm_area_at(mm, at) : NULL;
		int rc = area == NULL || area->start > at ? -EFAULT : access_piece(area, at, (char *)buffer + done, chunk, write);
		up_read(&mm->lock);
		if (rc == 0)
			done += chunk;
		else if (rc != -EAGAIN)
			break;
	}
	return done;
}
