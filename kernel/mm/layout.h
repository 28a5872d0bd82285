// layout.h: the map of the 48-bit address space, in one place.
//
//   0x0000000000010000 .. 0x00007ffffffff000   user
//   0xffff800000000000   + 64 TiB              direct map: all memory, at physical + DIRECT_MAP
//   0xffffc90000000000   + 1 TiB               vmap: kernel stacks with guard pages, device registers
//   0xffffea0000000000   + 1 TiB               vmemmap: struct page of every frame
//   0xffffec0000000000   + 16 TiB              kept free for KASAN's shadow
//   0xffffffff80000000   + 2 GiB               the image, at a random slide
#pragma once
#include "kernel/core/limits.h"

#define USER_BEGIN 0x10000ul
#define USER_END 0x7ffffffff000ul
#define DIRECT_MAP 0xffff800000000000ul
#define DIRECT_MAP_SIZE (1ul << 46)
#define VMAP_BEGIN 0xffffc90000000000ul
#define VMAP_END (VMAP_BEGIN + (1ul << 40))
#define VMEMMAP 0xffffea0000000000ul
#define VMEMMAP_END (VMEMMAP + (1ul << 40))
#define KASAN_SHADOW 0xffffec0000000000ul
#define KASAN_SHADOW_END (KASAN_SHADOW + (1ul << 44))
#define IMAGE_BEGIN 0xffffffff80000000ul

_Static_assert(DIRECT_MAP + DIRECT_MAP_SIZE <= VMAP_BEGIN && VMAP_END <= VMEMMAP && VMEMMAP_END <= KASAN_SHADOW &&
		       KASAN_SHADOW_END <= IMAGE_BEGIN,
	       "the ranges do not overlap");
_Static_assert(USER_END == (1ul << 47) - PAGE_SIZE, "the last user page stays unmapped: SYSRET must never see it");
