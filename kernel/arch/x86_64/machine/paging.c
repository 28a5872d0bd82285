// paging.c: see paging.h.
//
// The kernel half of every PML4 is the same set of entries, all made in paging_init(), so that later kernel mappings show in
// every address space without a visit. vmap_lock guards the vmap cursor, the kernel's lower tables and the stack cache.
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/core/panic.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/early.h"
#include "kernel/mm/page.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock.h"

extern const char __image_start[], __image_end[], __text_start[], __text_end[], __rodata_start[], __rodata_end[];

static uint64_t kernel_root; // physical
static uint64_t frame_count;
static uint64_t vmap_cursor = VMAP_BEGIN;
static bool allocator_ready;
static struct spinlock vmap_lock = SPINLOCK_INIT("vmap");
static void *free_stacks; // linked by their first word

uint64_t paging_kernel_root(void)
{
	return kernel_root;
}

uint64_t paging_frame_count(void)
{
	return frame_count;
}

static uint64_t table_create(void)
{
	if (!allocator_ready)
		return early_alloc(PAGE_SIZE);
	struct page *page = page_alloc(0, ALLOC_ATOMIC | ALLOC_ZERO);
	return page != NULL ? page_physical(page) : 0;
}

// The entry at `level` (1: page table, 2: page directory) that maps `address` in the kernel's half.
static uint64_t *kernel_entry_at(uint64_t address, int level)
{
	uint64_t *table = early_pointer(kernel_root);
	for (int depth = 4;; depth--) {
		uint64_t *entry = &table[address >> (3 + 9 * depth) & 511];
		if (depth == level)
			return entry;
		if (!(*entry & PTE_PRESENT)) {
			uint64_t child = table_create();
			if (child == 0)
				return NULL;
			*entry = child | PTE_PRESENT | PTE_WRITE;
		}
		table = early_pointer(*entry & PTE_ADDRESS);
	}
}

static int kernel_map(uint64_t address, uint64_t physical, uint64_t size, uint64_t flags)
{
	for (uint64_t offset = 0; offset < size; offset += PAGE_SIZE) {
		uint64_t *entry = kernel_entry_at(address + offset, 1);
		if (entry == NULL)
			return -1;
		*entry = (physical + offset) | flags | PTE_PRESENT;
	}
	return 0;
}

static uint64_t image_flags(uint64_t address)
{
	if (address >= (uint64_t)__text_start && address < (uint64_t)__text_end)
		return PTE_GLOBAL;
	if (address < (uint64_t)__rodata_end)
		return PTE_GLOBAL | PTE_NO_EXECUTE;
	return PTE_GLOBAL | PTE_NO_EXECUTE | PTE_WRITE;
}

static void map_image(const struct boot_info *info)
{
	uint64_t size = __image_end - __image_start;
	for (uint64_t offset = 0; offset < size; offset += PAGE_SIZE) {
		uint64_t address = (uint64_t)__image_start + offset;
		kernel_map(address, info->kernel_physical + offset, PAGE_SIZE, image_flags(address));
	}
}

// 2 MiB pages, but for the pieces that hold the image: there 4 KiB ones, so that text and rodata cannot be written here.
static void map_direct(const struct boot_info *info, uint64_t from, uint64_t to)
{
	uint64_t image = info->kernel_physical, image_size = __image_end - __image_start;
	for (uint64_t physical = from & -0x200000ul; physical < to; physical += 0x200000) {
		if (physical + 0x200000 <= image || physical >= image + image_size) {
			*kernel_entry_at(DIRECT_MAP + physical, 2) =
				physical | PTE_PRESENT | PTE_WRITE | PTE_LARGE | PTE_GLOBAL | PTE_NO_EXECUTE;
			continue;
		}
		for (uint64_t frame = physical; frame < physical + 0x200000; frame += PAGE_SIZE) {
			uint64_t flags = PTE_GLOBAL | PTE_WRITE;
			if (frame >= image && frame < image + image_size)
				flags = image_flags((uint64_t)__image_start + frame - image);
			kernel_map(DIRECT_MAP + frame, frame, PAGE_SIZE, flags | PTE_NO_EXECUTE);
		}
	}
}

static bool is_memory(const struct boot_memory_range *range)
{
	return range->type != BOOT_MEMORY_RESERVED && range->type != BOOT_MEMORY_NVS;
}

static void make_shared_tables(void)
{
	for (uint64_t address = VMAP_BEGIN; address < VMAP_END; address += 1ul << 39)
		kernel_entry_at(address, 3);
	for (uint64_t address = VMEMMAP; address < VMEMMAP_END; address += 1ul << 39)
		kernel_entry_at(address, 3);
}

static void map_vmemmap(void)
{
	uint64_t size = (frame_count * sizeof(struct page) + PAGE_SIZE - 1) & -PAGE_SIZE;
	kernel_map(VMEMMAP, early_alloc(size), size, PTE_WRITE | PTE_GLOBAL | PTE_NO_EXECUTE);
}

static int readable(uint64_t address)
{
	uint64_t *table = early_pointer(kernel_root);
	for (int depth = 4; address >> 47 == 0x1ffff; depth--) {
		uint64_t entry = table[address >> (3 + 9 * depth) & 511];
		if (!(entry & PTE_PRESENT))
			return 0;
		if (depth == 1 || (entry & PTE_LARGE))
			return 1;
		table = early_pointer(entry & PTE_ADDRESS);
	}
	return 0;
}

void paging_init(struct boot_info *info)
{
	kernel_root = early_alloc(PAGE_SIZE);
	for (uint32_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		if (is_memory(range) && (range->base + range->length) >> PAGE_SHIFT > frame_count)
			frame_count = (range->base + range->length) >> PAGE_SHIFT;
	}
	make_shared_tables();
	map_image(info);
	for (uint32_t i = 0; i < info->memory_count; i++)
		if (is_memory(&info->memory[i]))
			map_direct(info, info->memory[i].base, info->memory[i].base + info->memory[i].length);
	map_vmemmap();
	write_cr3(kernel_root);
	write_cr4(read_cr4() | CR4_PGE);
	early_use_direct_map();
	backtrace_readable = readable;
}

void paging_allocator_ready(void)
{
	allocator_ready = true;
}

void *vmap_physical(uint64_t physical, size_t size, bool cached)
{
	uint64_t offset = physical % PAGE_SIZE;
	size = (size + offset + PAGE_SIZE - 1) & -PAGE_SIZE;
	unsigned long state = spin_lock_irqsave(&vmap_lock);
	uint64_t address = vmap_cursor;
	vmap_cursor += size + PAGE_SIZE;
	uint64_t flags = PTE_WRITE | PTE_GLOBAL | PTE_NO_EXECUTE | (cached ? 0 : PTE_NO_CACHE | PTE_WRITE_THROUGH);
	int rc = kernel_map(address, physical - offset, size, flags);
	spin_unlock_irqrestore(&vmap_lock, state);
	return rc == 0 ? (void *)(address + offset) : NULL;
}

void *vmap_memory(size_t size)
{
	unsigned long state = spin_lock_irqsave(&vmap_lock);
	uint64_t address = vmap_cursor, end = address + ((size + PAGE_SIZE - 1) & -PAGE_SIZE);
	vmap_cursor = end + PAGE_SIZE;
	for (; address < end; address += PAGE_SIZE) {
		struct page *page = page_alloc(0, ALLOC_ATOMIC);
		if (page == NULL ||
		    kernel_map(address, page_physical(page), PAGE_SIZE, PTE_WRITE | PTE_GLOBAL | PTE_NO_EXECUTE) != 0)
			break; // what is mapped so far stays unused
	}
	spin_unlock_irqrestore(&vmap_lock, state);
	return address == end ? (void *)(end - ((size + PAGE_SIZE - 1) & -PAGE_SIZE)) : NULL;
}

static void *stack_create(void)
{
	uint64_t address = vmap_cursor + PAGE_SIZE;
	for (uint64_t offset = 0; offset < KERNEL_STACK_SIZE; offset += PAGE_SIZE) {
		if (readable(address + offset))
			continue; // mapped by a caller who then ran out of memory: the cursor has not moved
		struct page *page = page_alloc(0, ALLOC_ATOMIC);
		if (page == NULL)
			return NULL;
		if (kernel_map(address + offset, page_physical(page), PAGE_SIZE, PTE_WRITE | PTE_GLOBAL | PTE_NO_EXECUTE) != 0) {
			page_put(page);
			return NULL;
		}
	}
	vmap_cursor = address + KERNEL_STACK_SIZE;
	return (void *)address;
}

void *stack_alloc(void)
{
	unsigned long state = spin_lock_irqsave(&vmap_lock);
	void *stack = free_stacks;
	if (stack != NULL)
		free_stacks = *(void **)stack;
	else
		stack = stack_create();
	spin_unlock_irqrestore(&vmap_lock, state);
	return stack;
}

void stack_free(void *stack)
{
	unsigned long state = spin_lock_irqsave(&vmap_lock);
	*(void **)stack = free_stacks;
	free_stacks = stack;
	spin_unlock_irqrestore(&vmap_lock, state);
}

bool stack_guard_hit(uint64_t address)
{
	return address >= VMAP_BEGIN && address < vmap_cursor && !readable(address);
}

uint64_t *paging_root_create(void)
{
	struct page *page = page_alloc(0, ALLOC_ZERO);
	if (page == NULL)
		return NULL;
	uint64_t *root = page_address(page);
	memcpy(root + 256, (uint64_t *)early_pointer(kernel_root) + 256, PAGE_SIZE / 2);
	return root;
}

static void table_destroy(uint64_t *table, int level, unsigned entries)
{
	for (unsigned i = 0; level > 1 && i < entries; i++)
		if (table[i] & PTE_PRESENT)
			table_destroy(early_pointer(table[i] & PTE_ADDRESS), level - 1, 512);
	page_put(page_of_address(table));
}

void paging_root_destroy(uint64_t *root)
{
	table_destroy(root, 4, 256);
}

uint64_t *paging_entry(uint64_t *root, uint64_t address, bool create)
{
	uint64_t *table = root;
	for (int depth = 4; depth > 1; depth--) {
		uint64_t *entry = &table[address >> (3 + 9 * depth) & 511];
		if (!(*entry & PTE_PRESENT)) {
			uint64_t child = create ? table_create() : 0;
			if (child == 0)
				return NULL;
			*entry = child | PTE_PRESENT | PTE_WRITE | PTE_USER;
		}
		table = early_pointer(*entry & PTE_ADDRESS);
	}
	return &table[address >> 12 & 511];
}

// One round at a time: the request words are global. A CPU that waits here has interrupts on, so it answers others.
static struct spinlock flush_lock = SPINLOCK_INIT("tlb_flush");
static uint64_t flush_address, flush_pending;

static void flush_here(uint64_t address)
{
	if (address >= TLB_LEAVE) {
		if (this_cpu()->mm != (void *)address)
			return; // it has gone over to another address space since we were asked
		this_cpu()->mm = NULL;
		write_cr3(kernel_root);
	} else if (address != 0)
		invalidate_page(address);
	else
		write_cr3(read_cr3());
}

void tlb_flush_handler(void)
{
	if (!(READ_ONCE(flush_pending) & 1ul << cpu_number()))
		return;
	flush_here(READ_ONCE(flush_address));
	atomic_and(&flush_pending, ~(1ul << cpu_number()));
}

void tlb_flush(uint64_t cpus, uint64_t address)
{
	assert(interrupts_enabled());
	preempt_disable();
	uint64_t self = 1ul << cpu_number();
	if (cpus & self)
		flush_here(address);
	cpus &= ~self;
	if (cpus != 0) {
		while (!spin_trylock(&flush_lock))
			cpu_pause(); // interrupts stay on, or two CPUs would wait for each other
		WRITE_ONCE(flush_address, address);
		atomic_store_release(&flush_pending, cpus);
		apic_send_mask(cpus, VECTOR_TLB_FLUSH);
		while (READ_ONCE(flush_pending) != 0)
			cpu_pause();
		spin_unlock(&flush_lock);
	}
	preempt_enable();
}
