// copies.c: what truncation does to private mappings: their copies of pages behind the new end go, too. And holes, which leave them.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/vm/internal.h"
#include "kernel/vm/holes.h"

// Under mapping->lock: takes up to `limit` private pages at or behind first_page out of the tables; their references go to the
// caller, who flushes first.
static unsigned take_copies(struct vm_area *area, uint64_t first_page, struct page **pages, unsigned limit)
{
	struct mm *mm = area->mm;
	uint64_t at = first_page > area->first_page ? area->start + (first_page - area->first_page) * PAGE_SIZE : area->start;
	unsigned count = 0;
	spin_lock(&mm->table_lock);
	for (; at < area->end && count < limit; at += PAGE_SIZE) {
		uint64_t *entry = paging_entry(mm->root, at, false);
		if (entry == NULL) {
			at |= 0x1ff000;
			continue;
		}
		struct page *page = *entry & PTE_PRESENT ? page_of_physical(*entry & PTE_ADDRESS) : NULL;
		if (page == NULL || page->mapping != NULL)
			continue;
		WRITE_ONCE(*entry, 0);
		mm->resident_pages--;
		pages[count++] = page;
	}
	spin_unlock(&mm->table_lock);
	return count;
}

// Copies that private mappings made of pages behind the new end.
void mapping_drop_copies(struct mapping *mapping, uint64_t first)
{
	struct page *pages[32];
	struct vm_area *area;
	unsigned count;
	do {
		count = 0;
		spin_lock(&mapping->lock);
		list_for_each(area, &mapping->areas, mapping_link)
			if (!area->shared)
				count += take_copies(area, first, pages + count, 32 - count);
		spin_unlock(&mapping->lock);
		if (count != 0)
			tlb_flush(machine_online_mask(), 0);
		for (unsigned i = 0; i < count; i++)
			page_put(pages[i]);
	} while (count != 0);
}

// Takes a page that left the cache out of the tables of all who see it. mapping->lock held.
static void unmap_page(struct mapping *mapping, struct page *page, uint64_t index)
{
	struct vm_area *area;
	list_for_each(area, &mapping->areas, mapping_link) {
		uint64_t at = area->start + (index - area->first_page) * PAGE_SIZE;
		if (index < area->first_page || at >= area->end)
			continue;
		spin_lock(&area->mm->table_lock);
		uint64_t *entry = paging_entry(area->mm->root, at, false);
		if (entry != NULL && (*entry & PTE_PRESENT) && page_of_physical(*entry & PTE_ADDRESS) == page) {
			WRITE_ONCE(*entry, 0);
			area->mm->resident_pages--;
			page_put(page); // never the last: the caller has the cache's
		}
		spin_unlock(&area->mm->table_lock);
	}
}

uint64_t mapping_next(struct mapping *mapping, uint64_t first)
{
	spin_lock(&mapping->lock);
	bool any = xarray_next(&mapping->pages, &first) != NULL;
	spin_unlock(&mapping->lock);
	return any ? first : ~0ul;
}

void mapping_punch(struct mapping *mapping, uint64_t first, uint64_t end)
{
	struct page *pages[32];
	unsigned count;
	do {
		struct page *page;
		count = 0;
		spin_lock(&mapping->lock);
		while (count < 32 && (page = xarray_next(&mapping->pages, &first)) != NULL && first < end) {
			xarray_store(&mapping->pages, first, NULL);
			page->mapping = NULL; // a fault that still holds it sees this under table_lock and gives up
			mapping->page_count--;
			unmap_page(mapping, page, first);
			pages[count++] = page;
		}
		bool seen = !list_empty(&mapping->areas);
		spin_unlock(&mapping->lock);
		if (count != 0 && seen)
			tlb_flush(machine_online_mask(), 0);
		for (unsigned i = 0; i < count; i++)
			page_put(pages[i]);
	} while (count != 0);
}
