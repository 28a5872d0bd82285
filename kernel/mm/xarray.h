// xarray.h: a sparse array of pointers indexed by u64, as a radix tree of 64 slots a node. The caller's lock guards it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct xarray {
	void *root; // a node, or NULL
	uint32_t height;
};

void *xarray_load(const struct xarray *array, uint64_t index);
// Stores (NULL erases). 0 or -ENOMEM; erasing never fails. Allocates with ALLOC_ATOMIC: fine under a spinlock.
int xarray_store(struct xarray *array, uint64_t index, void *pointer);
// The first entry at or after *index, which moves to it; NULL: none left.
void *xarray_next(const struct xarray *array, uint64_t *index);
void xarray_destroy(struct xarray *array); // frees the nodes, not what they point to
