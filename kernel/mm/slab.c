// slab.c: small objects out of pages (Bonwick 1994, without constructors).
//
// A slab is one block of pages cut into equal objects; its first struct page holds the free list, the count in use and the
// link on its cache's list of slabs with room. cache->lock (irqsave) guards all three; it is taken before page_lock.
// Invariant: a free object's first word points to the next free object of the same slab, or is NULL.
#include "kernel/mm/slab.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sync/spinlock.h"

struct slab_cache {
	struct spinlock lock;
	const char *name;
	uint32_t size, count; // bytes an object, objects a slab
	uint32_t order;
	struct list partial; // slabs with a free object
	uint64_t slabs, in_use;
};

#define CACHE(bytes) {SPINLOCK_INIT("slab"), "kmalloc-" #bytes, bytes, 0, 0, {NULL, NULL}, 0, 0}
static struct slab_cache general[] = {CACHE(16),  CACHE(32),  CACHE(64),  CACHE(96),   CACHE(128), CACHE(192),
				      CACHE(256), CACHE(512), CACHE(1024), CACHE(2048), CACHE(4096)};

static void cache_prepare(struct slab_cache *cache)
{
	cache->order = cache->size <= 512 ? 0 : cache->size <= 1024 ? 1 : 3;
	cache->count = (PAGE_SIZE << cache->order) / cache->size;
	list_init(&cache->partial);
}

static struct page *slab_create(struct slab_cache *cache, unsigned flags)
{
	struct page *slab = page_alloc(cache->order, flags & ~ALLOC_ZERO);
	if (slab == NULL)
		return NULL;
	char *object = page_address(slab);
	for (uint32_t i = 0; i + 1 < cache->count; i++)
		*(void **)(object + i * cache->size) = object + (i + 1) * cache->size;
	*(void **)(object + (cache->count - 1) * cache->size) = NULL;
	for (uint32_t i = 0; i < 1u << cache->order; i++) {
		slab[i].slab = cache;
		slab[i].flags = PAGE_SLAB;
	}
	slab->slab_free = object;
	slab->slab_used = 0;
	return slab;
}

static void slab_destroy(struct page *slab, unsigned order)
{
	for (uint32_t i = 0; i < 1u << order; i++)
		slab[i].flags = 0;
	page_put(slab);
}

static void *take_object(struct slab_cache *cache)
{
	struct page *slab = list_first(&cache->partial, struct page, link);
	void *object = slab->slab_free;
	slab->slab_free = *(void **)object;
	slab->slab_used++;
	cache->in_use++;
	if (slab->slab_free == NULL)
		list_remove(&slab->link);
	return object;
}

static void *slab_alloc(struct slab_cache *cache, unsigned flags)
{
	void *object = NULL;
	unsigned long state = spin_lock_irqsave(&cache->lock);
	if (list_empty(&cache->partial)) {
		spin_unlock_irqrestore(&cache->lock, state);
		struct page *slab = slab_create(cache, flags); // may reclaim: not under the lock
		if (slab == NULL)
			return NULL;
		state = spin_lock_irqsave(&cache->lock);
		list_push_front(&cache->partial, &slab->link);
		cache->slabs++;
	}
	object = take_object(cache);
	spin_unlock_irqrestore(&cache->lock, state);
	if (flags & ALLOC_ZERO)
		memset(object, 0, cache->size);
	return object;
}

static struct page *slab_of(const void *object, struct slab_cache *cache)
{
	return page_of_address((void *)((uint64_t)object & -(PAGE_SIZE << cache->order)));
}

static void slab_free(struct slab_cache *cache, void *object)
{
	struct page *slab = slab_of(object, cache);
	assert(slab != NULL && slab->slab == cache && slab->slab_used != 0);
	assert(((uint64_t)object - (uint64_t)page_address(slab)) % cache->size == 0);
	unsigned long state = spin_lock_irqsave(&cache->lock);
	assert(slab->slab_free != object); // the cheap half of double-free detection
	if (slab->slab_free == NULL)
		list_push_front(&cache->partial, &slab->link);
	*(void **)object = slab->slab_free;
	slab->slab_free = object;
	slab->slab_used--;
	cache->in_use--;
	bool empty = slab->slab_used == 0 && cache->partial.next != cache->partial.previous;
	if (empty) { // keep one slab warm
		list_remove(&slab->link);
		cache->slabs--;
	}
	spin_unlock_irqrestore(&cache->lock, state);
	if (empty)
		slab_destroy(slab, cache->order);
}

void *kmalloc(size_t size, unsigned flags)
{
	for (size_t i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		if (size <= general[i].size)
			return slab_alloc(&general[i], flags);
	unsigned order = 0;
	while (PAGE_SIZE << order < size)
		order++;
	if (order > 10)
		return NULL;
	struct page *page = page_alloc(order, flags);
	return page != NULL ? page_address(page) : NULL;
}

void *kzalloc(size_t size, unsigned flags)
{
	return kmalloc(size, flags | ALLOC_ZERO);
}

void kfree(void *pointer)
{
	if (pointer == NULL)
		return;
	struct page *page = page_of_address(pointer);
	assert(page != NULL);
	if (page->flags & PAGE_SLAB)
		slab_free(page->slab, pointer);
	else
		page_put(page);
}

void slab_init(void)
{
	for (size_t i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		cache_prepare(&general[i]);
}
