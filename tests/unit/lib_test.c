// lib_test.c: the pure pieces under everything: tree, sparse array, printf engine, ChaCha20, string functions.
// sources: kernel/lib/rbtree.c kernel/mm/xarray.c kernel/lib/format.c kernel/lib/chacha20.c kernel/lib/strlcpy.c
#include "tests/unit/check.h"
#include <stdio.h>
#include <stdlib.h>
#include "kernel/lib/chacha20.h"
#include "kernel/lib/format.h"
#include "kernel/lib/rbtree.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/xarray.h"

static int blocks, fail_after = -1;

void *kzalloc(size_t size, unsigned flags) // what xarray asks for
{
	if (fail_after >= 0 && fail_after-- == 0)
		return NULL;
	blocks++;
	return calloc(1, size);
}

void kfree(void *pointer)
{
	blocks -= pointer != NULL;
	free(pointer);
}

struct item {
	struct rbtree_node node;
	int key;
	bool inside;
};

// Black height of a subtree; fails on a red node with a red child, unequal heights or a wrong parent.
static int black_height(const struct rbtree_node *node, const struct rbtree_node *parent)
{
	if (node == NULL)
		return 1;
	CHECK(node->parent == parent, "parent");
	CHECK(!(node->red && parent != NULL && parent->red), "red below red");
	int left = black_height(node->left, node), right = black_height(node->right, node);
	CHECK(left == right, "black heights %d and %d", left, right);
	return left + !node->red;
}

static void insert(struct rbtree *tree, struct item *item)
{
	struct rbtree_node **slot = &tree->root, *parent = NULL;
	while (*slot != NULL) {
		parent = *slot;
		slot = item->key < container_of(parent, struct item, node)->key ? &parent->left : &parent->right;
	}
	rbtree_insert(tree, &item->node, parent, slot);
	item->inside = true;
}

Test(rbtree, stays_sorted_and_balanced)
{
	static struct item items[200];
	struct rbtree tree = {NULL};
	int count = 0;
	srand(11);
	for (int round = 0; round < 20000; round++) {
		struct item *item = &items[rand() % 200];
		if (item->inside) {
			rbtree_remove(&tree, &item->node);
			item->inside = false;
			count--;
		} else {
			item->key = rand() % 100;
			insert(&tree, item);
			count++;
		}
		if (round % 16 != 0)
			continue;
		black_height(tree.root, NULL);
		CHECK(tree.root == NULL || !tree.root->red, "red root");
		int seen = 0, last = -1, back = 0;
		for (struct rbtree_node *node = rbtree_first(&tree); node != NULL; node = rbtree_next(node), seen++) {
			int key = container_of(node, struct item, node)->key;
			CHECK(key >= last, "%d behind %d", key, last);
			last = key;
		}
		for (struct rbtree_node *node = rbtree_last(&tree); node != NULL; node = rbtree_previous(node))
			back++;
		CHECK(seen == count && back == count, "%d and %d of %d", seen, back, count);
	}
}

Test(xarray, is_a_sparse_array)
{
	static uint64_t indices[64];
	static void *values[64];
	struct xarray array = {0};
	int dummy[64];
	for (int i = 0; i < 64; i++)
		indices[i] = i < 40 ? (uint64_t)i * 3 : 1ull << i; // dense below, one a level above
	srand(12);
	for (int round = 0; round < 20000; round++) {
		int i = rand() % 64;
		void *value = rand() % 2 ? &dummy[i] : NULL;
		CHECK(xarray_store(&array, indices[i], value) == 0, "store");
		values[i] = value;
		int k = rand() % 64;
		CHECK(xarray_load(&array, indices[k]) == values[k], "index %lu", (unsigned long)indices[k]);
	}
	uint64_t at = 0;
	int found = 0, wanted = 0;
	for (void *value; (value = xarray_next(&array, &at)) != NULL; at++, found++)
		CHECK(xarray_load(&array, at) == value, "next");
	for (int i = 0; i < 64; i++)
		wanted += values[i] != NULL;
	cr_assert_eq(found, wanted);
	for (int i = 0; i < 64; i++)
		xarray_store(&array, indices[i], NULL);
	cr_assert_eq(blocks, 0, "%d nodes left", blocks);
	for (fail_after = 0; fail_after < 12;) { // every allocation on the way may fail
		int allowed = fail_after;
		int rc = xarray_store(&array, 1ull << 60, dummy);
		fail_after = -1;
		cr_assert(rc == 0 || rc == -12);
		cr_assert_eq(xarray_load(&array, 1ull << 60), rc == 0 ? dummy : NULL);
		xarray_destroy(&array);
		cr_assert_eq(blocks, 0);
		fail_after = allowed + 1;
	}
	fail_after = -1;
}

Test(chacha20, rfc_8439_section_2_3_2)
{
	uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
			      0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c, 0x00000001, 0x09000000, 0x4a000000, 0x00000000};
	static const uint32_t wanted[16] = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
					    0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
	uint32_t out[16];
	chacha20_block(state, out);
	cr_assert_arr_eq(out, wanted, sizeof(wanted));
}

#define SAME(...)                                                                                                 \
	do {                                                                                                           \
		char ours[128], theirs[128];                                                                           \
		size_t length = format_buffer(ours, sizeof(ours), __VA_ARGS__);                                         \
		int expected = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                                           \
		cr_assert_str_eq(ours, theirs);                                                                        \
		cr_assert_eq(length, (size_t)expected);                                                                \
	} while (0)

Test(format, is_printf)
{
	SAME("%d %5d %-5d| %05d %+d % d %.3d %8.3d", -3, 42, 42, 42, 42, 42, 7, 7);
	SAME("%u %x %X %#x %o %#o %lx %zu %hhd %hd", 3u, 255u, 255u, 255u, 8u, 8u, ~0ul, (size_t)9, 300, 70000);
	SAME("%s|%10s|%-10s|%.2s|%c|%%|%p", "abc", "abc", "abc", "abc", 'x', (void *)0x1234);
	SAME("%*d|%-*d|%.*s|%ld|%lld", 6, 1, 6, 1, 2, "abc", -9223372036854775807l - 1, -1ll);
	SAME("%.0d|%#.0x|%x|%5.1d|%c", 0, 0, 0, 0, 0);
	char small[4];
	cr_assert_eq(format_buffer(small, sizeof(small), "%s", "abcdef"), 6);
	cr_assert_str_eq(small, "abc");
}
