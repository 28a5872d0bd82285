// rbtree.c: see rbtree.h. Invariants: 1 the root is black; 2 a red node has black children; 3 every path from a node to
// its leaves passes the same number of black nodes. NULL leaves count as black.
#include "kernel/lib/rbtree.h"

static void replace(struct rbtree *tree, struct rbtree_node *old, struct rbtree_node *new)
{
	if (old->parent == NULL)
		tree->root = new;
	else if (old->parent->left == old)
		old->parent->left = new;
	else
		old->parent->right = new;
	if (new != NULL)
		new->parent = old->parent;
}

static void rotate_left(struct rbtree *tree, struct rbtree_node *node)
{
	struct rbtree_node *up = node->right;
	replace(tree, node, up);
	node->right = up->left;
	if (up->left != NULL)
		up->left->parent = node;
	up->left = node;
	node->parent = up;
}

static void rotate_right(struct rbtree *tree, struct rbtree_node *node)
{
	struct rbtree_node *up = node->left;
	replace(tree, node, up);
	node->left = up->right;
	if (up->right != NULL)
		up->right->parent = node;
	up->right = node;
	node->parent = up;
}

static int is_red(const struct rbtree_node *node)
{
	return node != NULL && node->red;
}

void rbtree_insert(struct rbtree *tree, struct rbtree_node *node, struct rbtree_node *parent, struct rbtree_node **slot)
{
	*node = (struct rbtree_node){.parent = parent, .red = 1};
	*slot = node;
	while (is_red(node->parent)) {
		struct rbtree_node *up = node->parent, *top = up->parent;
		int on_left = up == top->left;
		struct rbtree_node *uncle = on_left ? top->right : top->left;
		if (is_red(uncle)) {
			up->red = uncle->red = 0;
			top->red = 1;
			node = top;
			continue;
		}
		if (node == (on_left ? up->right : up->left)) {
			(on_left ? rotate_left : rotate_right)(tree, up);
			up = node;
		}
		up->red = 0;
		top->red = 1;
		(on_left ? rotate_right : rotate_left)(tree, top);
		break;
	}
	tree->root->red = 0;
}

// `node` (perhaps NULL, then `parent` says where) stands for a path that lacks one black node.
static void rebalance(struct rbtree *tree, struct rbtree_node *node, struct rbtree_node *parent)
{
	while (node != tree->root && !is_red(node)) {
		int on_left = node == parent->left;
		struct rbtree_node *sibling = on_left ? parent->right : parent->left;
		if (is_red(sibling)) {
			sibling->red = 0;
			parent->red = 1;
			(on_left ? rotate_left : rotate_right)(tree, parent);
			sibling = on_left ? parent->right : parent->left;
		}
		struct rbtree_node *outer = on_left ? sibling->right : sibling->left;
		struct rbtree_node *inner = on_left ? sibling->left : sibling->right;
		if (!is_red(outer) && !is_red(inner)) {
			sibling->red = 1;
			node = parent;
			parent = node->parent;
			continue;
		}
		if (!is_red(outer)) {
			inner->red = 0;
			sibling->red = 1;
			(on_left ? rotate_right : rotate_left)(tree, sibling);
			outer = sibling;
			sibling = inner;
		}
		sibling->red = parent->red;
		parent->red = outer->red = 0;
		(on_left ? rotate_left : rotate_right)(tree, parent);
		node = tree->root;
	}
	if (node != NULL)
		node->red = 0;
}

void rbtree_remove(struct rbtree *tree, struct rbtree_node *node)
{
	struct rbtree_node *child, *parent;
	unsigned long removed_red = node->red;
	if (node->left != NULL && node->right != NULL) {
		struct rbtree_node *next = rbtree_next(node);
		removed_red = next->red;
		child = next->right;
		parent = next->parent == node ? next : next->parent;
		if (next->parent != node) {
			replace(tree, next, child);
			next->right = node->right;
			next->right->parent = next;
		}
		replace(tree, node, next);
		next->left = node->left;
		next->left->parent = next;
		next->red = node->red;
	} else {
		child = node->left != NULL ? node->left : node->right;
		parent = node->parent;
		replace(tree, node, child);
	}
	if (!removed_red && tree->root != NULL)
		rebalance(tree, child, parent);
}

struct rbtree_node *rbtree_first(const struct rbtree *tree)
{
	struct rbtree_node *node = tree->root;
	while (node != NULL && node->left != NULL)
		node = node->left;
	return node;
}

struct rbtree_node *rbtree_last(const struct rbtree *tree)
{
	struct rbtree_node *node = tree->root;
	while (node != NULL && node->right != NULL)
		node = node->right;
	return node;
}

struct rbtree_node *rbtree_next(const struct rbtree_node *node)
{
	if (node->right != NULL)
		return rbtree_first(&(struct rbtree){node->right});
	while (node->parent != NULL && node == node->parent->right)
		node = node->parent;
	return node->parent;
}

struct rbtree_node *rbtree_previous(const struct rbtree_node *node)
{
	if (node->left != NULL)
		return rbtree_last(&(struct rbtree){node->left});
	while (node->parent != NULL && node == node->parent->left)
		node = node->parent;
	return node->parent;
}
