// mapping.h: the page cache of one object (a file's inode): its pages by index. File systems come in through the table.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "kernel/lib/rbtree.h"
#include "kernel/mm/page.h"
#include "kernel/mm/xarray.h"
#include "kernel/sync/spinlock.h"

struct mapping;

struct mapping_operations {
	// Fills a fresh page with the file's bytes (zero beyond its end). Thread context, may sleep. 0 or -errno.
	int (*fill)(struct mapping *mapping, struct page *page, uint64_t index);
};

struct mapping {
	struct spinlock lock; // guards pages, page_count, areas; a leaf lock
	struct xarray pages;
	uint64_t page_count;
	struct list areas; // vm areas that map it shared or private: truncation unmaps there
	const struct mapping_operations *operations; // NULL: fresh pages are zero (tmpfs)
	const uint64_t *size; // bytes of the object: a fault behind the page that holds the last one is SIGBUS; NULL: no end
	void *owner;                                  // the inode
	int32_t writers; // shared writable maps on their way; -1: there may be none (a sealed file)
};

void mapping_init(struct mapping *mapping, const struct mapping_operations *operations, void *owner);
// Drops all pages; nobody maps or reads it any more.
void mapping_destroy(struct mapping *mapping);

// The page at `index` with a reference for the caller. When it is not cached: created and filled if `create`, else *page is
// NULL. 0, -ENOMEM or what fill() said.
int mapping_get_page(struct mapping *mapping, uint64_t index, int create, struct page **page);

// Gives a page to the cache, which takes over the caller's reference (an initramfs page adopted without a copy).
int mapping_insert(struct mapping *mapping, uint64_t index, struct page *page);

// A shared map that may write comes: -EPERM if it may not; end() when it stands in `areas`, or failed.
int mapping_writer_begin(struct mapping *mapping) __attribute__((weak));
void mapping_writer_end(struct mapping *mapping) __attribute__((weak));
bool mapping_runs(struct mapping *mapping) __attribute__((weak)); // a program that runs is mapped from it

// Drops the pages from `first` on and unmaps them from every address space (ftruncate). The caller zeroes a partial page.
void mapping_drop_copies(struct mapping *mapping, uint64_t first) __attribute__((weak)); // copies.c
void mapping_truncate(struct mapping *mapping, uint64_t first);
