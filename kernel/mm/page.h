// page.h: physical memory: one 64-byte struct page a frame in a flat array, and a buddy allocator over them.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "kernel/core/limits.h"
#include "kernel/core/refcount.h"
#include "kernel/lib/list.h"

enum allocation_flags {
	ALLOC_SLEEP = 0,  // thread context; may reclaim, may wait
	ALLOC_ATOMIC = 1, // any context; may use the reserve; fails rather than waits
	ALLOC_ZERO = 2,
};

enum page_flags {
	PAGE_FREE = 1, // heads a free block of the buddy allocator, `order` pages long
	PAGE_SLAB = 2,
	PAGE_RESERVED = 4,
	PAGE_TABLE = 8,
};

struct mapping;
struct slab_cache;

struct page {
	struct list link; // free list, slab list
	union {
		struct mapping *mapping; // page-cache page: whose ...
		struct slab_cache *slab;
	};
	union {
		uint64_t index; // ... and which page of the file
		void *slab_free;
	};
	struct refcount references; // 0: free
	uint32_t map_count;         // user page-table entries that point here
	uint32_t flags;
	uint16_t order;
	uint16_t slab_used;
	uint32_t reserved[4];
};
_Static_assert(sizeof(struct page) == 64, "struct page is one cache line");

// 2^order pages, aligned to their size, with one reference. NULL: no memory.
struct page *page_alloc(unsigned order, unsigned flags);
void page_get(struct page *page);
void page_put(struct page *page); // the last put frees the whole block

void *page_address(const struct page *page); // kernel address in the direct map
uint64_t page_physical(const struct page *page);
struct page *page_of_address(const void *address); // of a direct-map address
struct page *page_of_physical(uint64_t physical);  // NULL: not memory that we manage

uint64_t memory_total_pages(void);
uint64_t memory_free_pages(void);
