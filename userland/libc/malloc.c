// malloc.c: the allocator. Blocks of one size share a 64 KiB slab that starts at a multiple of 64 KiB, so a pointer
// finds its slab by masking and a block has no header. Sizes step by 8 bytes to 128, then by four a doubling to 32 KiB;
// what is larger gets a mapping of its own with the same slab header in front.
//
// Invariants:
// 1. A slab is on its class's list exactly when it has a free block.
// 2. Blocks from `fresh` on were never handed out: their pages are untouched, so a small program costs few pages.
// 3. An empty slab leaves its class (but for the class's last) and is kept for any other class, its pages returned.
// 4. One thread at a time: programs here have one.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "kernel/lib/list.h"

#define SLAB_SIZE 0x10000ul
#define HEADER_SIZE 64ul
#define SMALL_MAX 0x8000ul
#define CLASSES (16 + 8 * 4)
#define RESERVE_SIZE (16 * SLAB_SIZE) // address space asked of the kernel at a time
#define MAGIC 0x736c6162u

struct slab {
	struct list list;
	void *free;	    // first freed block; each holds the next
	uint32_t magic;
	uint32_t class;	    // CLASSES: a mapping of its own
	uint32_t used, capacity;
	size_t block_size;  // for a large block: the bytes a caller may use
	uint32_t fresh;	    // index of the first block never handed out
};
_Static_assert(sizeof(struct slab) <= HEADER_SIZE, "slab header");

static struct list partial[CLASSES];
static struct slab *empty_slabs; // linked by `free`
static char *reserve, *reserve_end;

static unsigned class_of(size_t size)
{
	if (size <= 128)
		return size == 0 ? 0 : (unsigned)(size - 1) / 8;
	unsigned doubling = 63 - __builtin_clzl(size - 1); // 2^doubling < size <= 2^(doubling + 1)
	return 16 + (doubling - 7) * 4 + ((size - 1) >> (doubling - 2) & 3);
}

static size_t class_size(unsigned class)
{
	if (class < 16)
		return (class + 1) * 8;
	unsigned doubling = 7 + (class - 16) / 4;
	return (1ul << doubling) + (((class - 16) % 4 + 1ul) << (doubling - 2));
}

// Address space aligned to a slab; the pages come on first touch.
static void *map_aligned(size_t size)
{
	char *start = mmap(NULL, size + SLAB_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED)
		return NULL;
	char *aligned = (char *)(((uintptr_t)start + SLAB_SIZE - 1) & -SLAB_SIZE);
	if (aligned != start)
		munmap(start, aligned - start);
	if (aligned != start + SLAB_SIZE)
		munmap(aligned + size, start + SLAB_SIZE - aligned);
	return aligned;
}

static struct slab *slab_create(unsigned class)
{
	struct slab *slab = empty_slabs;
	if (slab != NULL) {
		empty_slabs = slab->free;
	} else {
		if (reserve == reserve_end) {
			reserve = map_aligned(RESERVE_SIZE);
			reserve_end = reserve != NULL ? reserve + RESERVE_SIZE : NULL;
		}
		if (reserve == NULL)
			return NULL;
		slab = (struct slab *)reserve;
		reserve += SLAB_SIZE;
	}
	size_t size = class_size(class);
	*slab = (struct slab){.magic = MAGIC, .class = class, .block_size = size,
			      .capacity = (uint32_t)((SLAB_SIZE - HEADER_SIZE) / size)};
	list_push_front(&partial[class], &slab->list);
	return slab;
}

static struct slab *slab_of(void *pointer)
{
	struct slab *slab = (struct slab *)((uintptr_t)pointer & -SLAB_SIZE);
	if (slab->magic != MAGIC)
		abort(); // not a pointer of ours
	return slab;
}

static void *large_create(size_t size)
{
	if (size > PTRDIFF_MAX - 2 * SLAB_SIZE)
		return NULL;
	size = (size + HEADER_SIZE + 4095) & -4096ul;
	struct slab *slab = map_aligned(size);
	if (slab == NULL)
		return NULL;
	*slab = (struct slab){.magic = MAGIC, .class = CLASSES, .block_size = size - HEADER_SIZE};
	return (char *)slab + HEADER_SIZE;
}

void *malloc(size_t size)
{
	void *block;
	if (size > SMALL_MAX) {
		block = large_create(size);
	} else {
		unsigned class = class_of(size);
		if (partial[class].next == NULL)
			list_init(&partial[class]);
		struct slab *slab = list_empty(&partial[class]) ? slab_create(class)
								: list_first(&partial[class], struct slab, list);
		block = slab == NULL ? NULL : slab->free;
		if (block != NULL)
			slab->free = *(void **)block;
		else if (slab != NULL)
			block = (char *)slab + HEADER_SIZE + slab->fresh++ * slab->block_size;
		if (slab != NULL && ++slab->used == slab->capacity)
			list_remove(&slab->list);
	}
	if (block == NULL)
		errno = ENOMEM;
	return block;
}

static void slab_retire(struct slab *slab)
{
	list_remove(&slab->list);
	madvise((char *)slab + 4096, SLAB_SIZE - 4096, MADV_DONTNEED);
	slab->magic = 0;
	slab->free = empty_slabs;
	empty_slabs = slab;
}

void free(void *pointer)
{
	if (pointer == NULL)
		return;
	struct slab *slab = slab_of(pointer);
	if (slab->class == CLASSES) {
		munmap(slab, slab->block_size + HEADER_SIZE);
		return;
	}
	*(void **)pointer = slab->free;
	slab->free = pointer;
	if (slab->used-- == slab->capacity)
		list_push_front(&partial[slab->class], &slab->list);
	if (slab->used == 0 && partial[slab->class].next != partial[slab->class].previous)
		slab_retire(slab);
}

// The bytes that may be used, which may be more than were asked for.
size_t malloc_usable_size(void *pointer)
{
	return pointer != NULL ? slab_of(pointer)->block_size : 0;
}

void *calloc(size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		total = SIZE_MAX;
	void *block = malloc(total);
	return block != NULL && total <= SMALL_MAX ? memset(block, 0, total) : block; // a fresh mapping is zero
}

void *realloc(void *old, size_t size)
{
	size_t usable = malloc_usable_size(old);
	if (old != NULL && size <= usable && (usable <= 128 || size > usable / 2))
		return old;
	void *block = malloc(size);
	if (block == NULL || old == NULL)
		return block;
	memcpy(block, old, usable < size ? usable : size);
	free(old);
	return block;
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t total;
	return realloc(old, __builtin_mul_overflow(count, size, &total) ? SIZE_MAX : total);
}

// Alignment up to a page. Blocks of a power-of-two size lie at odd places behind the header, so 64 is the most that the
// classes give by themselves; more takes a mapping of its own with the header in front of an aligned block.
int posix_memalign(void **result, size_t alignment, size_t size)
{
	if (alignment & (alignment - 1) || alignment < sizeof(void *) || alignment > HEADER_SIZE)
		return EINVAL;
	*result = malloc(size <= SMALL_MAX && alignment > 8 ? (size + alignment - 1) & -alignment : size);
	if (*result != NULL && (uintptr_t)*result % alignment != 0) {
		free(*result);
		*result = large_create(size);
	}
	return *result != NULL ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	void *block;
	int rc = posix_memalign(&block, alignment < sizeof(void *) ? sizeof(void *) : alignment, size);
	if (rc != 0)
		errno = rc;
	return rc == 0 ? block : NULL;
}
