// early.c: see early.h. One CPU, interrupts off: no lock.
#include "kernel/mm/early.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/layout.h"

static struct boot_memory_range *source;
static uint64_t window; // added to a physical address

void early_memory_init(struct boot_info *info)
{
	for (uint32_t i = 0; i < info->memory_count; i++) {
		struct boot_memory_range *range = &info->memory[i];
		if (range->type == BOOT_MEMORY_USABLE && range->base + range->length <= 1ull << 32 &&
		    (source == NULL || range->length > source->length))
			source = range;
	}
	if (source == NULL)
		panic("no usable memory below 4 GiB in the loader's map");
}

uint64_t early_alloc(uint64_t size)
{
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (source->length < size + 0x100000)
		panic("too little memory: %lu KiB left, %lu KiB wanted for the kernel's tables", source->length / 1024,
		      size / 1024);
	source->length -= size;
	uint64_t physical = source->base + source->length;
	memset(early_pointer(physical), 0, size);
	return physical;
}

void *early_pointer(uint64_t physical)
{
	return (void *)(physical + window);
}

void early_use_direct_map(void)
{
	window = DIRECT_MAP;
}
