// malloc.c: the allocator. Blocks of one size share a 64 KiB slab that starts at a multiple of 64 KiB, so a pointer
// finds its slab by masking and a block has no header. Sizes step by 8 bytes to 128, then by four a doubling to 32 KiB;
// what is larger gets a mapping of its own with the same slab header in front.
//
// Invariants:
// 1. A slab is on its class's list exactly when it has a free block.
// 2. Blocks from `fresh` on were never handed out: their pages are untouched, so a small program costs few pages.
// 3. An empty slab leaves its class (but for the class's last) and is kept for any other class, its pages returned.
// 4. Slabs change under `lock`. Each thread keeps a few free blocks a class (CACHE_BYTES' worth) that it takes and gives without;
//    for their slab they count as used.
// 5. A free block's link is stored turned by a random word and its own address, and a pointer that is freed must lie at a block's
//    start in a slab: what overwrites or guesses links ends the program.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include "kernel/lib/list.h"
#include "userland/libc/thread.h"

#define SLAB_SIZE 0x10000ul
#define HEADER_SIZE 64ul
#define SMALL_MAX 0x8000ul
#define CLASSES (16 + 8 * 4)
#define RESERVE_SIZE (16 * SLAB_SIZE) // address space asked of the kernel at a time
#define MAGIC 0x736c6162u
#define CACHE_BYTES 4096ul // of free blocks a class and thread; only classes up to 1 KiB
#define CACHED_CLASSES (16 + 3 * 4)

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
static int lock;
static uintptr_t secret; // 0: not drawn yet

static _Thread_local struct cache {
	void *first;
	unsigned count;
} caches[CACHED_CLASSES];

static void damaged(void)
{
	abort();
}

static void *link_of(void *block)
{
	return (void *)(*(uintptr_t *)block ^ secret ^ (uintptr_t)block >> 4);
}

static void set_link(void *block, void *next)
{
	*(uintptr_t *)block = (uintptr_t)next ^ secret ^ (uintptr_t)block >> 4;
}

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
	size_t offset = (uintptr_t)pointer - (uintptr_t)slab - HEADER_SIZE;
	if (slab->magic != MAGIC || (slab->class != CLASSES && (offset % slab->block_size != 0 || offset / slab->block_size >= slab->fresh)))
		damaged(); // not a pointer of ours
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

// One block of a class from its slabs; under `lock`.
static void *take_block(unsigned class)
{
	if (partial[class].next == NULL)
		list_init(&partial[class]);
	if (secret == 0) {
		getrandom(&secret, sizeof(secret), 0);
		secret |= 1;
	}
	struct slab *slab = list_empty(&partial[class]) ? slab_create(class) : list_first(&partial[class], struct slab, list);
	if (slab == NULL)
		return NULL;
	void *block = slab->free;
	if (block != NULL) {
		slab->free = link_of(block);
		if (slab->free != NULL && ((uintptr_t)slab->free & -SLAB_SIZE) != (uintptr_t)slab)
			damaged();
	} else {
		block = (char *)slab + HEADER_SIZE + slab->fresh++ * slab->block_size;
	}
	if (++slab->used == slab->capacity)
		list_remove(&slab->list);
	return block;
}

static unsigned cache_room(unsigned class)
{
	return (unsigned)(CACHE_BYTES / class_size(class));
}

void *malloc(size_t size)
{
	void *block;
	if (size > SMALL_MAX) {
		block = large_create(size);
	} else {
		unsigned class = class_of(size);
		struct cache *cache = class < CACHED_CLASSES ? &caches[class] : NULL;
		if (cache != NULL && cache->first != NULL) {
			block = cache->first;
			cache->first = link_of(block);
			cache->count--;
			return block;
		}
		libc_lock(&lock);
		block = take_block(class);
		for (unsigned more = cache != NULL && threads_started ? cache_room(class) / 2 : 0; block != NULL && more > 0; more--) {
			void *spare = take_block(class); // the next calls need no lock
			if (spare == NULL)
				break;
			set_link(spare, cache->first);
			cache->first = spare;
			cache->count++;
		}
		libc_unlock(&lock);
	}
	if (block == NULL)
		errno = ENOMEM;
	return block;
}

void malloc_thread_end(void);

static void slab_retire(struct slab *slab)
{
	list_remove(&slab->list);
	madvise((char *)slab + 4096, SLAB_SIZE - 4096, MADV_DONTNEED);
	slab->magic = 0;
	slab->free = empty_slabs;
	empty_slabs = slab;
}

// Gives a block back to its slab; under `lock`.
static void give_block(struct slab *slab, void *pointer)
{
	if (slab->free == pointer || slab->used == 0)
		damaged(); // freed twice
	set_link(pointer, slab->free);
	slab->free = pointer;
	if (slab->used-- == slab->capacity)
		list_push_front(&partial[slab->class], &slab->list);
	if (slab->used == 0 && partial[slab->class].next != partial[slab->class].previous)
		slab_retire(slab);
}

static void empty_cache(struct cache *cache, unsigned keep)
{
	libc_lock(&lock);
	while (cache->count > keep) {
		void *block = cache->first;
		cache->first = link_of(block);
		cache->count--;
		give_block(slab_of(block), block);
	}
	libc_unlock(&lock);
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
	if (slab->class >= CACHED_CLASSES || !threads_started) {
		libc_lock(&lock);
		give_block(slab, pointer);
		libc_unlock(&lock);
		return;
	}
	struct cache *cache = &caches[slab->class];
	if (cache->first == pointer)
		damaged(); // freed twice
	set_link(pointer, cache->first);
	cache->first = pointer;
	if (++cache->count > cache_room(slab->class))
		empty_cache(cache, cache_room(slab->class) / 2);
}

// A thread ends: what it kept goes back.
void malloc_thread_end(void)
{
	for (unsigned class = 0; class < CACHED_CLASSES; class++)
		empty_cache(&caches[class], 0);
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

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t total;
	return realloc(old, __builtin_mul_overflow(count, size, &total) ? SIZE_MAX : total);
}

void malloc_hold(bool hold)
{
	if (hold)
		libc_lock(&lock);
	else
		libc_unlock(&lock);
}
