// page.c: the buddy allocator (Knuth, vol. 1, 2.5).
//
// Owns: free_lists[order] of blocks of 2^order frames, aligned to their size; page_lock guards them and the `flags` and
// `order` of free heads. Taken with irqsave: a leaf lock.
// Invariants: 1 a frame with references == 0 belongs to exactly one free block, whose head has PAGE_FREE and the order;
// 2 two free buddies of the same order are never both on a list: they were merged.
#include "kernel/mm/page.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/allocator.h"
#include "kernel/mm/layout.h"
#include "kernel/sync/spinlock.h"

#define ORDER_MAX 10
#define RESERVE_PAGES 64 // for ALLOC_ATOMIC only

static struct list free_lists[ORDER_MAX + 1];
static struct spinlock page_lock = SPINLOCK_INIT("page_allocator");
static uint64_t frames, total_pages, free_pages;
uint64_t (*page_reclaim)(void);

static struct page *const pages = (struct page *)VMEMMAP;

void *page_address(const struct page *page)
{
	return (void *)(DIRECT_MAP + page_physical(page));
}

uint64_t page_physical(const struct page *page)
{
	return (uint64_t)(page - pages) << PAGE_SHIFT;
}

struct page *page_of_physical(uint64_t physical)
{
	uint64_t frame = physical >> PAGE_SHIFT;
	return frame < frames && !(READ_ONCE(pages[frame].flags) & PAGE_RESERVED) ? &pages[frame] : NULL;
}

struct page *page_of_address(const void *address)
{
	return page_of_physical((uint64_t)address - DIRECT_MAP);
}

void page_allocator_init(uint64_t frame_count)
{
	frames = frame_count;
	for (int order = 0; order <= ORDER_MAX; order++)
		list_init(&free_lists[order]);
	for (uint64_t frame = 0; frame < frames; frame++)
		pages[frame].flags = PAGE_RESERVED;
}

static void insert_block(struct page *page, unsigned order)
{
	page->flags = PAGE_FREE;
	page->order = order;
	list_push_front(&free_lists[order], &page->link);
}

static void free_block(struct page *page, unsigned order)
{
	free_pages += 1ul << order;
	uint64_t frame = page - pages;
	for (; order < ORDER_MAX; order++) {
		uint64_t buddy = frame ^ (1ul << order);
		if (buddy >= frames || !(pages[buddy].flags & PAGE_FREE) || pages[buddy].order != order)
			break;
		list_remove(&pages[buddy].link);
		pages[buddy].flags = 0;
		frame &= buddy;
	}
	insert_block(&pages[frame], order);
}

void page_allocator_add(uint64_t base, uint64_t length)
{
	uint64_t frame = base >> PAGE_SHIFT, end = (base + length) >> PAGE_SHIFT;
	unsigned long state = spin_lock_irqsave(&page_lock);
	total_pages += end - frame;
	while (frame < end) {
		unsigned order = 0;
		while (order < ORDER_MAX && frame % (2ul << order) == 0 && frame + (2ul << order) <= end)
			order++;
		for (uint64_t i = 0; i < 1ul << order; i++)
			pages[frame + i].flags = 0;
		free_block(&pages[frame], order);
		frame += 1ul << order;
	}
	spin_unlock_irqrestore(&page_lock, state);
}

void page_allocator_keep(uint64_t base, uint64_t length)
{
	for (uint64_t frame = base >> PAGE_SHIFT; frame < (base + length) >> PAGE_SHIFT; frame++) {
		pages[frame].flags = 0;
		pages[frame].order = 0;
		refcount_set(&pages[frame].references, 1);
	}
	total_pages += length >> PAGE_SHIFT;
}

void page_allocator_release(uint64_t base, uint64_t length)
{
	for (uint64_t frame = base >> PAGE_SHIFT; frame < (base + length) >> PAGE_SHIFT; frame++)
		page_put(&pages[frame]);
}

// The smallest free block that fits, split down to `order`; NULL: none.
static struct page *take_block(unsigned order)
{
	unsigned found = order;
	while (found <= ORDER_MAX && list_empty(&free_lists[found]))
		found++;
	if (found > ORDER_MAX)
		return NULL;
	struct page *page = list_first(&free_lists[found], struct page, link);
	list_remove(&page->link);
	while (found-- > order)
		insert_block(page + (1ul << found), found);
	page->flags = 0;
	page->order = order;
	free_pages -= 1ul << order;
	return page;
}

static struct page *try_alloc(unsigned order, unsigned flags)
{
	uint64_t reserve = flags & ALLOC_ATOMIC ? 0 : RESERVE_PAGES;
	unsigned long state = spin_lock_irqsave(&page_lock);
	struct page *page = free_pages >= reserve + (1ul << order) ? take_block(order) : NULL;
	spin_unlock_irqrestore(&page_lock, state);
	return page;
}

struct page *page_alloc(unsigned order, unsigned flags)
{
	assert(order <= ORDER_MAX);
	struct page *page = try_alloc(order, flags);
	if (page == NULL && !(flags & ALLOC_ATOMIC) && page_reclaim != NULL && page_reclaim() != 0)
		page = try_alloc(order, flags);
	if (page == NULL)
		return NULL;
	assert(page->references.value == 0);
	page->mapping = NULL;
	page->index = 0;
	page->map_count = 0;
	refcount_set(&page->references, 1);
	if (flags & ALLOC_ZERO)
		memset(page_address(page), 0, PAGE_SIZE << order);
	return page;
}

void page_get(struct page *page)
{
	refcount_get(&page->references);
}

void page_put(struct page *page)
{
	if (!refcount_put(&page->references))
		return;
	assert(!(page->flags & (PAGE_FREE | PAGE_RESERVED)));
	unsigned long state = spin_lock_irqsave(&page_lock);
	free_block(page, page->order);
	spin_unlock_irqrestore(&page_lock, state);
}

uint64_t memory_total_pages(void)
{
	return total_pages;
}

uint64_t memory_free_pages(void)
{
	return READ_ONCE(free_pages);
}
