// memory.c: BUILD=checked: what the kernel does to its small objects. The linker sends every call of kmalloc,
// kzalloc and kfree from another file here (--wrap), and from here on to slab.c.
//
// A block is 8 bytes longer than asked for: the word behind it must stay as it is. Fresh memory holds FRESH
// bytes. What is freed is filled with FREED bytes and waits among the last QUARANTINE ones before it really
// is given back: a byte that has changed by then was written too late. Who asked for each block stands in a
// table, so that /proc/groundup/allocations says who keeps what. `lock` is a leaf.
#include "kernel/check/check.h"
#include "kernel/core/symbols.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

#define BLOCKS 131072u // more than are ever in use
#define QUARANTINE 1024u
#define CALLERS 512u
#define FRESH 0xa5
#define FREED 0x5c
#define GONE ((char *)1) // the place of a slot that was used

static const uint64_t behind = 0xfee1deadc0ffee11;
static struct block {
	char *place; // NULL: never used
	uint64_t by, freed_by;
	uint32_t size;
} blocks[BLOCKS], waiting[QUARANTINE];
static unsigned next_waiting;
static struct spinlock lock = SPINLOCK_INIT("check");

static struct block *find(const void *place) // the block, or the slot where it would go; NULL: no room
{
	struct block *free = NULL;
	uint32_t at = (uint32_t)((uint64_t)place >> 4) * 2654435761u >> 8;

	for (unsigned i = 0; i < BLOCKS; i++) {
		struct block *block = &blocks[(at + i) % BLOCKS];
		if (block->place == place)
			return block;
		if (block->place == GONE && free == NULL)
			free = block;
		if (block->place == NULL)
			return free != NULL ? free : block;
	}
	return free;
}

static void *allocate(size_t size, unsigned flags, uint64_t by)
{
	if ((flags & ALLOC_ATOMIC) == 0)
		check_may_sleep("kmalloc");
	char *place = __real_kmalloc(size + sizeof(behind), flags);
	if (place == NULL)
		return NULL;
	if (!(flags & ALLOC_ZERO))
		memset(place, FRESH, size);
	memcpy(place + size, &behind, sizeof(behind));
	unsigned long state = __real_spin_lock_irqsave(&lock);
	struct block *block = find(place);
	if (block == NULL || block->place == place)
		panic("check: %s", block == NULL ? "too many blocks" : "the allocator gave one block twice");
	*block = (struct block){place, by, 0, (uint32_t)size};
	__real_spin_unlock_irqrestore(&lock, state);
	return place;
}

void *__wrap_kmalloc(size_t size, unsigned flags)
{
	return allocate(size, flags, HERE);
}

void *__wrap_kzalloc(size_t size, unsigned flags)
{
	return allocate(size, flags | ALLOC_ZERO, HERE);
}

static _Noreturn void complain(const char *what, const struct block *block, uint64_t at)
{
	char by[80], freed_by[80];

	symbol_format(by, sizeof(by), block->by);
	symbol_format(freed_by, sizeof(freed_by), block->freed_by);
	panic("check: %s: byte %lu of %u, allocated by %s, freed by %s", what, at, block->size, by, freed_by);
}

static void still_freed(const struct block *block)
{
	for (uint32_t i = 0; block->place != NULL && i < block->size; i++)
		if ((uint8_t)block->place[i] != FREED)
			complain("written after it was freed", block, i);
}

static _Noreturn void unknown(const void *pointer)
{
	for (unsigned i = 0; i < QUARANTINE; i++)
		if (waiting[i].place == pointer)
			complain("freed twice", &waiting[i], 0);
	panic("check: kfree of what kmalloc did not give");
}

void __wrap_kfree(void *pointer)
{
	if (pointer == NULL)
		return;
	unsigned long state = __real_spin_lock_irqsave(&lock);
	struct block *block = find(pointer);
	if (block == NULL || block->place != pointer)
		unknown(pointer);
	block->freed_by = HERE;
	if (memcmp(block->place + block->size, &behind, sizeof(behind)) != 0)
		complain("written behind its end", block, block->size);
	memset(block->place, FREED, block->size);
	struct block *slot = &waiting[next_waiting++ % QUARANTINE], old = *slot;
	*slot = *block;
	block->place = GONE;
	still_freed(&old);
	__real_spin_unlock_irqrestore(&lock, state);
	__real_kfree(old.place);
}

// Who keeps how much: blocks, bytes, the caller.
static int show_allocations(struct text *text)
{
	static struct caller {
		uint64_t by, count, bytes;
	} callers[CALLERS];
	unsigned used = 0, j;
	char name[80];
	unsigned long state = __real_spin_lock_irqsave(&lock);

	for (unsigned i = 0; i < BLOCKS; i++) {
		if (blocks[i].place == NULL || blocks[i].place == GONE)
			continue;
		for (j = 0; j < used && callers[j].by != blocks[i].by; j++)
			;
		if (j == CALLERS)
			continue;
		if (j == used)
			callers[used++] = (struct caller){blocks[i].by, 0, 0};
		callers[j].count++;
		callers[j].bytes += blocks[i].size;
	}
	__real_spin_unlock_irqrestore(&lock, state);
	for (j = 0; j < used; j++) {
		symbol_format(name, sizeof(name), callers[j].by);
		text_print(text, "%lu %lu %s\n", callers[j].count, callers[j].bytes, name);
	}
	return 0;
}
PROCFS_FILE(allocations, "groundup/allocations", 0444, show_allocations);
