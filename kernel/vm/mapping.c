// mapping.c: see mapping.h. Order: mapping->lock, then mm->table_lock.
#include "kernel/vm/mapping.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/core/printk.h"
#include "kernel/uapi/errno.h"
#include "kernel/vm/area.h"

void mapping_init(struct mapping *mapping, const struct mapping_operations *operations, void *owner)
{
	*mapping = (struct mapping){.lock = SPINLOCK_INIT("mapping"), .operations = operations, .owner = owner};
	list_init(&mapping->areas);
}

static struct page *lookup(struct mapping *mapping, uint64_t index)
{
	spin_lock(&mapping->lock);
	struct page *page = xarray_load(&mapping->pages, index);
	if (page != NULL)
		page_get(page);
	spin_unlock(&mapping->lock);
	return page;
}

int mapping_insert(struct mapping *mapping, uint64_t index, struct page *page)
{
	spin_lock(&mapping->lock);
	int rc = xarray_load(&mapping->pages, index) != NULL ? -EEXIST : xarray_store(&mapping->pages, index, page);
	if (rc == 0) {
		page->mapping = mapping;
		page->index = index;
		mapping->page_count++;
	}
	spin_unlock(&mapping->lock);
	return rc;
}

int mapping_get_page(struct mapping *mapping, uint64_t index, int create, struct page **result)
{
	for (;;) {
		*result = lookup(mapping, index);
		if (*result != NULL || !create)
			return 0;
		if (mapping->operations == NULL && memory_free_pages() < memory_total_pages() / 16)
			return -ENOSPC; // that much stays for processes, however much is written to files in memory
		struct page *page = page_alloc(0, ALLOC_ZERO);
		if (page == NULL)
			return -ENOMEM;
		int rc = mapping->operations != NULL ? mapping->operations->fill(mapping, page, index) : 0;
		if (rc == 0)
			rc = mapping_insert(mapping, index, page);
		if (rc != 0)
			page_put(page);
		if (rc != 0 && rc != -EEXIST) // -EEXIST: somebody else brought it in meanwhile
			return rc;
	}
}

// Takes up to `limit` pages from `first` on out of the cache; they keep the cache's reference.
static unsigned detach(struct mapping *mapping, uint64_t first, struct page **pages, unsigned limit)
{
	unsigned count = 0;
	spin_lock(&mapping->lock);
	while (count < limit) {
		struct page *page = xarray_next(&mapping->pages, &first);
		if (page == NULL)
			break;
		xarray_store(&mapping->pages, first, NULL);
		page->mapping = NULL; // a fault that still holds it sees this under table_lock and gives up
		mapping->page_count--;
		pages[count++] = page;
	}
	spin_unlock(&mapping->lock);
	return count;
}

static void unmap_everywhere(struct mapping *mapping, uint64_t first)
{
	struct vm_area *area;
	spin_lock(&mapping->lock);
	list_for_each(area, &mapping->areas, mapping_link)
		vm_area_zap_from(area, first);
	spin_unlock(&mapping->lock);
}

void mapping_truncate(struct mapping *mapping, uint64_t first)
{
	struct page *pages[32];
	for (unsigned count; (count = detach(mapping, first, pages, 32)) != 0;) {
		if (!list_empty(&mapping->areas)) {
			unmap_everywhere(mapping, first);
			tlb_flush(machine_online_mask(), 0);
		}
		while (count != 0)
			page_put(pages[--count]);
	}
	if (mapping_drop_copies != NULL)
		mapping_drop_copies(mapping, first);
}

void mapping_destroy(struct mapping *mapping)
{
	assert(list_empty(&mapping->areas));
	mapping_truncate(mapping, 0);
	xarray_destroy(&mapping->pages);
}
