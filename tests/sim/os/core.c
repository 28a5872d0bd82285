// core.c: memory, log, user copies and counts of the simulated kernel. See sim.h.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/log.h"
#include "kernel/core/printk.h"
#include "kernel/core/random.h"
#include "kernel/core/refcount.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vm/holes.h"
#include "tests/sim/os/sim.h"

#define ARENA_PAGES 16384u

uint64_t sim_live_objects, sim_live_pages;
static uint64_t fail_one_in;

// Simulated threads end in the middle of things; leaks are counted by sim_live_objects instead.
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}

void printk(const char *template, ...)
{
	va_list args;

	va_start(args, template);
	if (getenv("SIM_LOG") != NULL)
		vfprintf(stderr, template, args);
	va_end(args);
}

_Noreturn void panic(const char *template, ...)
{
	va_list args;

	va_start(args, template);
	vfprintf(stderr, template, args);
	fputc('\n', stderr);
	abort();
}

size_t log_read(char *buffer, size_t size, uint64_t *position)
{
	static const char text[] = "a line of the log\n";
	size_t left = *position < sizeof(text) - 1 ? sizeof(text) - 1 - *position : 0, piece = left < size ? left : size;

	memcpy(buffer, text + *position, piece);
	*position += piece;
	return piece;
}

uint64_t log_start(void)
{
	return 0;
}

uint64_t log_end(void)
{
	return 18;
}

void random_bytes(void *buffer, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)buffer)[i] = (uint8_t)sim_random(256);
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strlen(from), copied = length < size ? length : size - 1;

	memcpy(to, from, copied);
	to[copied] = 0;
	return length;
}

// ---- counts ----

void refcount_set(struct refcount *count, uint32_t value)
{
	count->value = value;
}

void refcount_get(struct refcount *count)
{
	if (count->value == 0)
		panic("sim: refcount_get() of a dead object");
	count->value++;
}

bool refcount_get_not_zero(struct refcount *count)
{
	return count->value != 0 && count->value++ != 0;
}

bool refcount_put(struct refcount *count)
{
	if (count->value == 0)
		panic("sim: refcount_put() of a dead object");
	return --count->value == 0;
}

// ---- memory ----

void sim_fail_allocations(uint64_t one_in)
{
	fail_one_in = one_in;
}

static void may_sleep(unsigned flags)
{
	if ((flags & ALLOC_ATOMIC) == 0 && sim_locks_held() != 0)
		panic("sim: an allocation that may sleep, under a spinlock");
}

void *kmalloc(size_t size, unsigned flags)
{
	may_sleep(flags);
	if (fail_one_in != 0 && sim_random(fail_one_in) == 0)
		return NULL;
	sim_live_objects++;
	void *memory = malloc(size);
	memset(memory, (flags & ALLOC_ZERO) != 0 ? 0 : 0xa5, size);
	return memory;
}

void *kzalloc(size_t size, unsigned flags)
{
	return kmalloc(size, flags | ALLOC_ZERO);
}

void kfree(void *pointer)
{
	sim_live_objects -= pointer != NULL;
	free(pointer);
}

static char *arena;
static struct page pages[ARENA_PAGES];

struct page *page_alloc(unsigned order, unsigned flags)
{
	static unsigned hint;
	unsigned count = 1u << order;

	may_sleep(flags);
	if (arena == NULL)
		arena = aligned_alloc(PAGE_SIZE, (size_t)ARENA_PAGES * PAGE_SIZE);
	if (fail_one_in != 0 && sim_random(fail_one_in) == 0)
		return NULL;
	for (unsigned tried = 0; tried < ARENA_PAGES; tried += count) {
		unsigned at = hint = (hint + count) % ARENA_PAGES & ~(count - 1), used = 0;
		for (unsigned i = 0; i < count; i++)
			used += pages[at + i].references.value != 0;
		if (used != 0 || at + count > ARENA_PAGES)
			continue;
		sim_live_pages += count;
		for (unsigned i = 0; i < count; i++)
			pages[at + i].references.value = 1;
		memset(arena + at * PAGE_SIZE, (flags & ALLOC_ZERO) != 0 ? 0 : 0x5a, count * PAGE_SIZE);
		pages[at].order = (uint16_t)order;
		return &pages[at];
	}
	return NULL;
}

void page_get(struct page *page)
{
	refcount_get(&page->references);
}

void page_put(struct page *page)
{
	if (!refcount_put(&page->references))
		return;
	sim_live_pages -= 1ul << page->order;
	for (unsigned i = 1; i < 1u << page->order; i++)
		page[i].references.value = 0;
}

void *page_address(const struct page *page)
{
	return arena + (page - pages) * (ptrdiff_t)PAGE_SIZE;
}

struct page *page_of_address(const void *address)
{
	const char *at = address;

	return arena != NULL && at >= arena && at < arena + (size_t)ARENA_PAGES * PAGE_SIZE ? &pages[(at - arena) / PAGE_SIZE] : NULL;
}

uint64_t memory_total_pages(void)
{
	return ARENA_PAGES;
}

uint64_t memory_free_pages(void)
{
	return ARENA_PAGES - sim_live_pages;
}

// ---- the page cache: a list of pages ----

static struct list *cache_of(struct mapping *mapping)
{
	if (mapping->pages.root == NULL) {
		mapping->pages.root = malloc(sizeof(struct list));
		list_init(mapping->pages.root);
	}
	return mapping->pages.root;
}

void mapping_init(struct mapping *mapping, const struct mapping_operations *operations, void *owner)
{
	memset(mapping, 0, sizeof(*mapping));
	list_init(&mapping->areas);
	mapping->operations = operations;
	mapping->owner = owner;
}

void mapping_punch(struct mapping *mapping, uint64_t first, uint64_t end)
{
	struct page *page, *following;

	sim_yield();
	list_for_each_safe (page, following, cache_of(mapping), link)
		if (page->index >= first && page->index < end) {
			list_remove(&page->link);
			mapping->page_count--;
			page_put(page);
		}
}

void mapping_truncate(struct mapping *mapping, uint64_t first)
{
	mapping_punch(mapping, first, ~0ul);
}

uint64_t mapping_next(struct mapping *mapping, uint64_t first)
{
	struct page *page;
	uint64_t least = ~0ul;

	list_for_each (page, cache_of(mapping), link)
		least = page->index >= first && page->index < least ? page->index : least;
	return least;
}

void mapping_destroy(struct mapping *mapping)
{
	mapping_truncate(mapping, 0);
	free(mapping->pages.root);
	mapping->pages.root = NULL;
}

int mapping_get_page(struct mapping *mapping, uint64_t index, int create, struct page **result)
{
	struct page *page;

	sim_yield();
	*result = NULL;
	list_for_each (page, cache_of(mapping), link)
		if (page->index == index) {
			page_get(page);
			*result = page;
			return 0;
		}
	if (!create)
		return 0;
	page = page_alloc(0, ALLOC_ZERO);
	if (page == NULL)
		return -ENOMEM;
	page_get(page);
	*result = page;
	return mapping_insert(mapping, index, page);
}

int mapping_insert(struct mapping *mapping, uint64_t index, struct page *page)
{
	page->mapping = mapping;
	page->index = index;
	mapping->page_count++;
	list_push_back(cache_of(mapping), &page->link);
	return 0;
}

// ---- user memory: the host's own; the first page stands for what is not mapped ----

static int user_check(user_addr address, size_t size)
{
	if (sim_locks_held() != 0)
		panic("sim: a user copy under a spinlock");
	sim_yield();
	return size != 0 && (address < 4096 || address + size < address || address >> 47 != 0) ? -EFAULT : 0;
}

int copy_from_user(void *to, user_addr from, size_t size)
{
	int rc = user_check(from, size);

	if (rc == 0 && size != 0)
		memcpy(to, (const void *)(uintptr_t)from, size);
	return rc;
}

int copy_to_user(user_addr to, const void *from, size_t size)
{
	int rc = user_check(to, size);

	if (rc == 0 && size != 0)
		memcpy((void *)(uintptr_t)to, from, size);
	return rc;
}

long strncpy_from_user(char *to, user_addr from, size_t size)
{
	int rc = user_check(from, 1);

	for (size_t i = 0; rc == 0 && i < size; i++)
		if ((to[i] = ((const char *)(uintptr_t)from)[i]) == 0)
			return (long)i;
	return rc != 0 ? rc : -ENAMETOOLONG;
}

void log_set_quiet(bool quiet)
{
}

// Trace points find nobody listening.
uint32_t trace_enabled;

void trace_add(const char *what, uint64_t value, const char *file, uint32_t line, int user)
{
}
