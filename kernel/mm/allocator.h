// allocator.h: what boot code tells the page allocator, once.
#pragma once
#include <stdint.h>

void page_allocator_init(uint64_t frame_count); // vmemmap is mapped and zero; every frame starts reserved
void page_allocator_add(uint64_t base, uint64_t length);     // reserved frames become free memory
void page_allocator_keep(uint64_t base, uint64_t length);    // frames of the loader: one reference each, to be put later
void page_allocator_release(uint64_t base, uint64_t length); // puts that reference

extern uint64_t (*page_reclaim)(void); // called without locks when an ALLOC_SLEEP request fails; pages freed
