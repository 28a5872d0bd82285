// paging.h: 4-level page tables (Intel SDM vol. 3, 4.5), the kernel's own half, and TLB shootdown.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "boot/common/boot_info.h"
#include "kernel/core/limits.h"

#define PTE_PRESENT 0x1ul
#define PTE_WRITE 0x2ul
#define PTE_USER 0x4ul
#define PTE_WRITE_THROUGH 0x8ul
#define PTE_NO_CACHE 0x10ul
#define PTE_ACCESSED 0x20ul
#define PTE_DIRTY 0x40ul
#define PTE_LARGE 0x80ul
#define PTE_GLOBAL 0x100ul
#define PTE_COPY 0x200ul   // ours: private page, copy before the first write
#define PTE_SPECIAL 0x400ul // ours: device memory, no struct page behind it
#define PTE_NO_EXECUTE (1ul << 63)
#define PTE_ADDRESS 0x000ffffffffff000ul

// Leaves the loader's tables for our own: image W^X, direct map, vmemmap; the identity map goes away. Boot CPU, once.
void paging_init(struct boot_info *info);
void paging_allocator_ready(void); // tables come from the page allocator from now on
uint64_t paging_kernel_root(void); // physical address of the kernel's PML4
uint64_t paging_frame_count(void); // frames up to the end of memory

// Maps physical memory of a device, uncached unless `cached`, into the vmap range for ever. Thread context or boot.
void *vmap_physical(uint64_t physical, size_t size, bool cached);
void *vmap_memory(size_t size); // fresh pages side by side, for ever; NULL: no memory. Not in the direct map

// Kernel stacks of KERNEL_STACK_SIZE with an unmapped guard page below. Recycled, never unmapped. NULL: no memory.
void *stack_alloc(void);
void stack_free(void *stack);
bool stack_guard_hit(uint64_t address); // a fault here is a kernel stack overflow

// User halves. `root` is the PML4 in the direct map. The caller holds the address space's table lock.
uint64_t *paging_root_create(void);
void paging_root_destroy(uint64_t *root); // frees the tables; the leaves must be gone
// The leaf entry for `address`; tables are created on the way if `create`. NULL: not there, or no memory.
uint64_t *paging_entry(uint64_t *root, uint64_t address, bool create);
static inline uint64_t paging_root_physical(const uint64_t *root);

// Runs flush on every CPU in `cpus` (a mask) and returns when all have. Interrupts on, no spinlock held.
// address == 0: everything of the user half; from TLB_LEAVE on it is a struct mm: who has it loaded goes over to
// the kernel's own tables; otherwise that page.
#define TLB_LEAVE (1ul << 63)
void tlb_flush(uint64_t cpus, uint64_t address);
void tlb_flush_handler(void);

#include "kernel/mm/layout.h"
static inline uint64_t paging_root_physical(const uint64_t *root)
{
	return (uint64_t)root - DIRECT_MAP;
}
