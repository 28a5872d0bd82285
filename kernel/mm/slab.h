// slab.h: small objects. kmalloc() for anything: a cache of slabs a size class up to 4096 bytes, then whole pages. All memory is
// aligned to 16 bytes at least.
#pragma once
#include <stddef.h>
#include "kernel/mm/page.h"

void *kmalloc(size_t size, unsigned flags); // enum allocation_flags; NULL: no memory
void *kzalloc(size_t size, unsigned flags); // zeroed
void kfree(void *pointer);                  // NULL is fine; any context

void slab_init(void); // after the page allocator, before the first kmalloc()
