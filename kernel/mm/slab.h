// slab.h: small objects. kmalloc() for anything (power-of-two caches up to two pages, then whole pages), slab_cache for
// many of a kind. All memory is aligned to 16 bytes at least.
#pragma once
#include <stddef.h>
#include "kernel/mm/page.h"

void *kmalloc(size_t size, unsigned flags); // enum allocation_flags; NULL: no memory
void *kzalloc(size_t size, unsigned flags); // zeroed
void kfree(void *pointer);                  // NULL is fine; any context

void slab_init(void); // after the page allocator, before the first kmalloc()
struct slab_cache *slab_cache_create(const char *name, size_t size);
void *slab_alloc(struct slab_cache *cache, unsigned flags);
void slab_free(struct slab_cache *cache, void *object);
