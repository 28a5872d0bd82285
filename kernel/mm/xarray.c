// xarray.c: see xarray.h. Invariant: a tree of height h holds indices below 64^h; every node has at least one entry.
#include "kernel/mm/xarray.h"
#include <stddef.h>
#include "kernel/mm/slab.h"

#define SLOT_BITS 6
#define SLOTS (1u << SLOT_BITS)

struct node {
	void *slots[SLOTS];
	uint32_t count;
};

static bool fits(const struct xarray *array, uint64_t index)
{
	return array->height * SLOT_BITS >= 64 || index >> (array->height * SLOT_BITS) == 0;
}

static unsigned slot_of(uint64_t index, uint32_t level) // level 0: the leaves
{
	return index >> (level * SLOT_BITS) & (SLOTS - 1);
}

void *xarray_load(const struct xarray *array, uint64_t index)
{
	if (array->root == NULL || !fits(array, index))
		return NULL;
	void *entry = array->root;
	for (uint32_t level = array->height; level-- > 0 && entry != NULL;)
		entry = ((struct node *)entry)->slots[slot_of(index, level)];
	return entry;
}

static int grow(struct xarray *array, uint64_t index)
{
	while (array->root == NULL || !fits(array, index)) {
		struct node *node = kzalloc(sizeof(*node), ALLOC_ATOMIC);
		if (node == NULL)
			return -12;
		if (array->root != NULL) {
			node->slots[0] = array->root;
			node->count = 1;
		}
		array->root = node;
		array->height++;
	}
	return 0;
}

// Removes `index` below `node`; true when the node became empty and was freed.
static bool erase(struct node *node, uint32_t level, uint64_t index)
{
	void **slot = &node->slots[slot_of(index, level)];
	if (*slot == NULL)
		return false;
	if (level != 0 && !erase(*slot, level - 1, index))
		return false;
	*slot = NULL;
	if (--node->count != 0)
		return false;
	kfree(node);
	return true;
}

int xarray_store(struct xarray *array, uint64_t index, void *pointer)
{
	if (pointer == NULL) {
		if (array->root != NULL && fits(array, index) && erase(array->root, array->height - 1, index))
			*array = (struct xarray){NULL, 0};
		return 0;
	}
	int rc = grow(array, index);
	struct node *node = array->root;
	for (uint32_t level = array->height - 1; rc == 0 && level > 0; level--) {
		void **slot = &node->slots[slot_of(index, level)];
		if (*slot == NULL) {
			*slot = kzalloc(sizeof(*node), ALLOC_ATOMIC);
			if (*slot == NULL)
				return -12; // empty inner nodes stay until the array goes: harmless to look-ups
			node->count++;
		}
		node = *slot;
	}
	if (rc != 0)
		return rc;
	void **slot = &node->slots[slot_of(index, 0)];
	node->count += *slot == NULL;
	*slot = pointer;
	return 0;
}

static void *next_below(struct node *node, uint32_t level, uint64_t *index)
{
	for (unsigned i = slot_of(*index, level); i < SLOTS; i++) {
		if (node->slots[i] != NULL) {
			void *entry = level == 0 ? node->slots[i] : next_below(node->slots[i], level - 1, index);
			if (entry != NULL)
				return entry;
		}
		uint64_t step = 1ull << (level * SLOT_BITS);
		if (i + 1 < SLOTS)
			*index = (*index & -step) + step;
	}
	return NULL;
}

void *xarray_next(const struct xarray *array, uint64_t *index)
{
	if (array->root == NULL || !fits(array, *index))
		return NULL;
	return next_below(array->root, array->height - 1, index);
}

static void destroy(struct node *node, uint32_t level)
{
	for (unsigned i = 0; level != 0 && i < SLOTS; i++)
		if (node->slots[i] != NULL)
			destroy(node->slots[i], level - 1);
	kfree(node);
}

void xarray_destroy(struct xarray *array)
{
	if (array->root != NULL)
		destroy(array->root, array->height - 1);
	*array = (struct xarray){NULL, 0};
}
