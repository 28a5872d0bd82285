// fault.c: page faults and what they leave in the page tables.
//
// A fault holds mm->lock for reading, so areas stay; it prepares a page without spinlocks, then installs it under
// mm->table_lock if the entry is still what it looked at. Every present entry of ordinary memory holds one page reference.
// Copy-on-write: PTE_COPY marks a private page that may be shared; the writer copies it, or takes it over when its own
// reference is the only one.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/mman.h"
#include "kernel/uapi/signal.h"
#include "kernel/vm/internal.h"
#include "kernel/vm/mapping.h"

#define FAULT_AROUND 16 // pages of a file that one read fault maps, when they are cached

void (*vm_out_of_memory)(void);

static uint64_t entry_flags(const struct vm_area *area, bool write)
{
	uint64_t flags = PTE_PRESENT | PTE_USER | PTE_ACCESSED;
	if (write)
		flags |= PTE_WRITE | PTE_DIRTY;
	if (!(area->protection & PROT_EXEC))
		flags |= PTE_NO_EXECUTE;
	return flags;
}

// Puts `page` (whose reference the entry takes) at `address` if the entry still is `expected`. False: it was not.
static bool install(struct vm_area *area, uint64_t address, uint64_t expected, struct page *page, uint64_t flags,
		    bool cached)
{
	struct mm *mm = area->mm;
	spin_lock(&mm->table_lock);
	uint64_t *entry = paging_entry(mm->root, address, true);
	bool valid = entry != NULL && *entry == expected && (!cached || page->mapping != NULL);
	if (valid) {
		WRITE_ONCE(*entry, page_physical(page) | flags);
		mm->resident_pages += !(expected & PTE_PRESENT);
		if (mm->resident_pages > mm->most_resident)
			mm->most_resident = mm->resident_pages;
	}
	spin_unlock(&mm->table_lock);
	return valid;
}

static uint64_t read_entry(struct mm *mm, uint64_t address)
{
	spin_lock(&mm->table_lock);
	uint64_t *entry = paging_entry(mm->root, address, false);
	uint64_t value = entry != NULL ? *entry : 0;
	spin_unlock(&mm->table_lock);
	return value;
}

static int fault_anonymous(struct vm_area *area, uint64_t address)
{
	struct page *page = page_alloc(0, ALLOC_ZERO);
	if (page == NULL)
		return -ENOMEM;
	if (!install(area, address, 0, page, entry_flags(area, area->protection & PROT_WRITE), false))
		page_put(page);
	return 0;
}

static int copy_page(struct page *from, struct page **copy)
{
	*copy = page_alloc(0, 0);
	if (*copy == NULL)
		return -ENOMEM;
	memcpy(page_address(*copy), page_address(from), PAGE_SIZE);
	return 0;
}

// Neighbours that are in the cache already: one fault instead of sixteen.
static void map_around(struct vm_area *area, uint64_t address)
{
	uint64_t start = address & -(FAULT_AROUND * PAGE_SIZE), end = start + FAULT_AROUND * PAGE_SIZE;
	start = start > area->start ? start : area->start;
	end = end < area->end ? end : area->end;
	for (uint64_t at = start; at < end; at += PAGE_SIZE) {
		struct page *page;
		uint64_t index = area->first_page + (at - area->start) / PAGE_SIZE;
		if (at == address || read_entry(area->mm, at) != 0)
			continue;
		if (mapping_get_page(area->mapping, index, 0, &page) != 0 || page == NULL)
			continue;
		uint64_t flags = entry_flags(area, false) | (area->shared ? 0 : PTE_COPY);
		if (!install(area, at, 0, page, flags, true))
			page_put(page);
	}
}

static bool beyond_end(const struct mapping *mapping, uint64_t index)
{
	return mapping->size != NULL && index >= (READ_ONCE(*mapping->size) + PAGE_SIZE - 1) / PAGE_SIZE;
}

static int fault_mapping(struct vm_area *area, uint64_t address, bool write)
{
	struct page *page, *copy;
	uint64_t index = area->first_page + (address - area->start) / PAGE_SIZE;
	if (beyond_end(area->mapping, index))
		return -EFAULT;
	int rc = mapping_get_page(area->mapping, index, 1, &page);
	if (rc != 0)
		return rc;
	if (write && !area->shared) {
		rc = copy_page(page, &copy);
		page_put(page);
		if (rc == 0 && !install(area, address, 0, copy, entry_flags(area, true), false))
			page_put(copy);
		return rc;
	}
	uint64_t flags = entry_flags(area, area->shared && (area->protection & PROT_WRITE));
	if (!install(area, address, 0, page, flags | (area->shared ? 0 : PTE_COPY), true))
		page_put(page);
	if (!write)
		map_around(area, address);
	return 0;
}

static int fault_device(struct vm_area *area, uint64_t address)
{
	struct mm *mm = area->mm;
	uint64_t flags = entry_flags(area, area->protection & PROT_WRITE) | PTE_SPECIAL;
	if (!area->device_cached)
		flags |= PTE_NO_CACHE | PTE_WRITE_THROUGH;
	spin_lock(&mm->table_lock);
	uint64_t *entry = paging_entry(mm->root, address, true);
	if (entry != NULL)
		WRITE_ONCE(*entry, (area->device_physical + address - area->start) | flags);
	spin_unlock(&mm->table_lock);
	return entry != NULL ? 0 : -ENOMEM;
}

static int fault_copy(struct vm_area *area, uint64_t address, uint64_t old)
{
	struct mm *mm = area->mm;
	struct page *page = page_of_physical(old & PTE_ADDRESS), *copy;
	spin_lock(&mm->table_lock);
	uint64_t *entry = paging_entry(mm->root, address, false);
	if (entry == NULL || *entry != old) {
		spin_unlock(&mm->table_lock);
		return 0;
	}
	if (page->mapping == NULL && READ_ONCE(page->references.value) == 1) { // nobody else: ours from now on
		WRITE_ONCE(*entry, (old & ~PTE_COPY) | PTE_WRITE | PTE_DIRTY);
		spin_unlock(&mm->table_lock);
		mm_flush(mm, address);
		return 0;
	}
	page_get(page); // stays while we copy
	spin_unlock(&mm->table_lock);
	int rc = copy_page(page, &copy);
	if (rc == 0) {
		if (install(area, address, old, copy, entry_flags(area, true), false)) {
			mm_flush(mm, address);
			page_put(page); // the entry's
		} else
			page_put(copy);
	}
	page_put(page);
	return rc;
}

int vm_resolve(struct vm_area *area, uint64_t address, bool write)
{
	uint64_t entry = read_entry(area->mm, address);
	if (entry & PTE_PRESENT) {
		if (!write || (entry & PTE_WRITE))
			return 0; // another thread was faster; or a stale TLB entry, gone by the fault itself
		if (entry & PTE_COPY)
			return fault_copy(area, address, entry);
		spin_lock(&area->mm->table_lock); // protection was widened: the page is ours alone or shared for writing
		uint64_t *slot = paging_entry(area->mm->root, address, false);
		if (slot != NULL && *slot == entry)
			WRITE_ONCE(*slot, entry | PTE_WRITE | PTE_DIRTY);
		spin_unlock(&area->mm->table_lock);
		mm_flush(area->mm, address);
		return 0;
	}
	if (area->device_physical != 0)
		return fault_device(area, address);
	return area->mapping != NULL ? fault_mapping(area, address, write) : fault_anonymous(area, address);
}

// The stack grows to the faulting page, within its limit and away from the area below.
static bool grow_stack(struct mm *mm, uint64_t address)
{
	down_write(&mm->lock);
	struct vm_area *area = mm_area_at(mm, address);
	bool grows = area != NULL && area->grows_down && area->end - address <= mm->stack_limit;
	if (grows && area->start > address) {
		struct rbtree_node *below = rbtree_previous(&area->node);
		uint64_t floor = below != NULL ? container_of(below, struct vm_area, node)->end + 256 * PAGE_SIZE : USER_BEGIN;
		grows = address >= floor;
		if (grows) {
			mm_grow(mm, (area->start - address + PAGE_SIZE - 1) / PAGE_SIZE);
			area->start = address & -PAGE_SIZE;
		}
	}
	up_write(&mm->lock);
	return grows;
}

static int check_access(const struct vm_area *area, bool write, bool execute)
{
	uint32_t wanted = write ? PROT_WRITE : execute ? PROT_EXEC : PROT_READ | PROT_WRITE | PROT_EXEC;
	return area->protection & wanted ? 0 : -EACCES;
}

int mm_fault(struct mm *mm, uint64_t address, bool write, bool execute, int *code)
{
	for (int attempt = 0; address >= USER_BEGIN && address < USER_END; attempt++) {
		down_read(&mm->lock);
		struct vm_area *area = mm_area_at(mm, address);
		bool inside = area != NULL && area->start <= address;
		int rc = !inside ? -ENOENT : check_access(area, write, execute);
		if (rc == 0)
			rc = vm_resolve(area, address & -PAGE_SIZE, write);
		up_read(&mm->lock);
		if (rc == -ENOENT && attempt == 0 && area != NULL && grow_stack(mm, address))
			continue;
		if (rc == -ENOMEM && attempt < 1000 && vm_out_of_memory != NULL) {
			vm_out_of_memory(); // somebody is killed, perhaps we: then the signal is taken on the way out
			if (current->signal_bits & THREAD_SIGNAL_FATAL)
				return SIGKILL;
			continue;
		}
		*code = rc == -EACCES ? SEGV_ACCERR : rc == -ENOENT ? SEGV_MAPERR : BUS_ADRERR;
		return rc == 0 ? 0 : rc == -EACCES || rc == -ENOENT ? SIGSEGV : SIGBUS;
	}
	*code = SEGV_MAPERR;
	return SIGSEGV;
}

static void zap_entry(struct tlb_gather *gather, struct vm_area *area, uint64_t *entry)
{
	uint64_t value = *entry;
	WRITE_ONCE(*entry, 0);
	gather->flush = true;
	if (value & PTE_SPECIAL)
		return;
	area->mm->resident_pages--;
	gather->pages[gather->count++] = page_of_physical(value & PTE_ADDRESS);
}

void mm_zap_range(struct tlb_gather *gather, struct vm_area *area, uint64_t start, uint64_t end)
{
	struct mm *mm = area->mm;
	while (start < end) {
		spin_lock(&mm->table_lock);
		while (start < end && gather->count < 64) {
			uint64_t *entry = paging_entry(mm->root, start, false);
			if (entry == NULL) {
				start = (start & -0x200000ul) + 0x200000;
				continue;
			}
			if (*entry & PTE_PRESENT)
				zap_entry(gather, area, entry);
			start += PAGE_SIZE;
		}
		spin_unlock(&mm->table_lock);
		if (gather->count == 64)
			tlb_gather_finish(gather);
	}
}

void tlb_gather_finish(struct tlb_gather *gather)
{
	if (gather->flush)
		mm_flush(gather->mm, 0);
	for (unsigned i = 0; i < gather->count; i++)
		page_put(gather->pages[i]);
	gather->count = 0;
	gather->flush = false;
}

// Under mapping->lock, and the pages are kept by the caller until it has flushed: their entries' references go here.
void vm_area_zap_from(struct vm_area *area, uint64_t first_page)
{
	struct mm *mm = area->mm;
	uint64_t start = first_page > area->first_page ? area->start + (first_page - area->first_page) * PAGE_SIZE : area->start;
	spin_lock(&mm->table_lock);
	for (; start < area->end; start += PAGE_SIZE) {
		uint64_t *entry = paging_entry(mm->root, start, false);
		if (entry == NULL) {
			start |= 0x1ff000;
			continue;
		}
		struct page *page = *entry & PTE_PRESENT ? page_of_physical(*entry & PTE_ADDRESS) : NULL;
		if (page == NULL || (!area->shared && !(*entry & PTE_COPY)))
			continue; // not there, or a private copy: stays
		if (page->mapping != NULL)
			continue; // still in the cache: another round takes it
		WRITE_ONCE(*entry, 0);
		mm->resident_pages--;
		page_put(page);
	}
	spin_unlock(&mm->table_lock);
}

void mm_flush(struct mm *mm, uint64_t address)
{
	atomic_add(&mm->tlb_generation, 1);
	uint64_t cpus = READ_ONCE(mm->cpus);
	if (cpus != 0)
		tlb_flush(cpus, address);
}
