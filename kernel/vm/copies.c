// copies.c: what truncation does to private mappings: their copies of pages behind the new end go, too.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/vm/internal.h"
#include "kernel/vm/mapping.h"

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
