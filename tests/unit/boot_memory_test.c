// boot_memory_test.c: the memory map against a naive twin, an array of one type a page.
// sources: boot/common/memory.c
#include "boot/common/memory.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PAGES 64
#define PAGE 4096ull

static void paint(uint8_t *pages, uint64_t base, uint64_t length, uint8_t type)
{
	for (uint64_t page = 0; page < PAGES; page++) {
		uint64_t start = page * PAGE, end = start + PAGE;
		int inside = type == BOOT_MEMORY_USABLE ? start >= base && end <= base + length
							: start < base + length && end > base;
		if (inside && length > 0 && type > pages[page])
			pages[page] = type;
	}
}

static int equal(const struct boot_info *info, const uint8_t *pages)
{
	uint8_t ours[PAGES] = {0};
	uint64_t end = 0;
	uint32_t type = 0;

	for (uint32_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		if (range->length == 0 || range->base < end)
			return 0; // not sorted, or an overlap
		if (i > 0 && range->base == end && range->type == type)
			return 0; // neighbours of one type are one
		end = range->base + range->length;
		type = range->type;
		for (uint64_t page = range->base / PAGE; page < end / PAGE; page++)
			ours[page] = type;
	}
	return memcmp(ours, pages, PAGES) == 0;
}

Test(boot_memory, random_maps_equal_the_twin)
{
	for (unsigned seed = 1; seed <= 3000; seed++) {
		static struct boot_info info;
		uint8_t pages[PAGES] = {0};

		srand(seed);
		memset(&info, 0, sizeof(info));
		for (unsigned i = 0; i < 20; i++) {
			uint64_t base = rand() % ((PAGES - 1) * PAGE), length = rand() % (PAGES * PAGE - base);
			uint8_t type = 1 + rand() % 6;
			if (rand() % 2) {
				base &= ~(PAGE - 1);
				length &= ~(PAGE - 1);
			}
			paint(pages, base, length, type);
			if (boot_memory_add(&info, base, length, type) != 0 || !equal(&info, pages))
				cr_assert(0, "seed %u, range %u", seed, i);
		}
	}
}

Test(boot_memory, hostile_ranges)
{
	static struct boot_info info;

	cr_assert(boot_memory_add(&info, UINT64_MAX - 10, 100, BOOT_MEMORY_USABLE) == -EINVAL);
	cr_assert(boot_memory_add(&info, UINT64_MAX - 4096, 4096, BOOT_MEMORY_RESERVED) == -EINVAL);
	cr_assert(boot_memory_add(&info, 100, 100, BOOT_MEMORY_USABLE) == 0 && info.memory_count == 0);
	for (unsigned i = 0; i < BOOT_MEMORY_RANGES_MAX; i++)
		boot_memory_add(&info, i * 2 * PAGE, PAGE, BOOT_MEMORY_USABLE);
	cr_assert(boot_memory_add(&info, 1ull << 40, PAGE, BOOT_MEMORY_USABLE) == -ENOSPC);
	cr_assert(info.memory_count == BOOT_MEMORY_RANGES_MAX);
}

Test(boot_memory, allocate_takes_the_lowest_that_fits)
{
	static struct boot_info info;

	boot_memory_add(&info, 0, 2 * PAGE, BOOT_MEMORY_USABLE);
	boot_memory_add(&info, 4 * PAGE, 8 * PAGE, BOOT_MEMORY_USABLE);
	cr_assert(boot_memory_allocate(&info, 3 * PAGE, 0, 1ull << 32, BOOT_MEMORY_KERNEL) == 4 * PAGE);
	cr_assert(boot_memory_allocate(&info, PAGE, PAGE, 1ull << 32, BOOT_MEMORY_LOADER) == PAGE);
	cr_assert(boot_memory_allocate(&info, 6 * PAGE, 0, 1ull << 32, BOOT_MEMORY_LOADER) == 0);
	cr_assert(boot_memory_allocate(&info, 5 * PAGE, 0, 11 * PAGE, BOOT_MEMORY_LOADER) == 0);
	cr_assert(boot_memory_usable(&info) == 6 * PAGE);
}
