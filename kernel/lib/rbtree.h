// rbtree.h: red-black tree; the node lives inside the element and the caller walks and compares (Cormen et al., ch. 13).
// Insert: walk from tree->root to the free child slot by your own order, then rbtree_insert(). No duplicates rule.
#pragma once
#include <stddef.h>
#include "kernel/lib/list.h"

struct rbtree_node {
	struct rbtree_node *parent, *left, *right;
	unsigned long red;
};

struct rbtree {
	struct rbtree_node *root;
};

// Links `node` at *slot (the NULL child pointer found by the walk; parent NULL for an empty tree) and rebalances.
void rbtree_insert(struct rbtree *tree, struct rbtree_node *node, struct rbtree_node *parent, struct rbtree_node **slot);
void rbtree_remove(struct rbtree *tree, struct rbtree_node *node);
struct rbtree_node *rbtree_first(const struct rbtree *tree);
struct rbtree_node *rbtree_last(const struct rbtree *tree);
struct rbtree_node *rbtree_next(const struct rbtree_node *node);
struct rbtree_node *rbtree_previous(const struct rbtree_node *node);
