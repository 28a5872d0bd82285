// search.c: <search.h>: a hash table, a linear search, a linked list and a tree. The tree is a treap: each node has a random weight, and
// a parent's is never less than its children's, so no order of insertion makes it deep.
#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// -------- the hash table: open addressing, at most three quarters full

static ENTRY *table;
static size_t table_size, table_count, table_limit;

int hcreate(size_t room)
{
	if (table != NULL || room > SIZE_MAX / 4 / sizeof(ENTRY))
		return 0;
	for (table_size = 8; table_size < room + room / 3 + 1;)
		table_size *= 2;
	table_limit = room;
	table = calloc(table_size, sizeof(*table));
	return table != NULL;
}

void hdestroy(void)
{
	free(table);
	table = NULL;
	table_count = 0;
}

// NULL with ESRCH (FIND: not there) or ENOMEM (ENTER: full).
ENTRY *hsearch(ENTRY item, ACTION action)
{
	uint32_t hash = 2166136261u;
	for (const char *c = item.key; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	size_t at = hash & (table_size - 1);
	for (; table != NULL && table[at].key != NULL; at = (at + 1) & (table_size - 1))
		if (strcmp(table[at].key, item.key) == 0)
			return &table[at];
	if (action == FIND || table == NULL || table_count == table_limit) {
		errno = action == FIND ? ESRCH : ENOMEM;
		return NULL;
	}
	table_count++;
	table[at] = item;
	return &table[at];
}

// -------- the list

struct element {
	struct element *next, *previous;
};

void insque(void *element, void *before)
{
	struct element *one = element, *after = before;
	*one = (struct element){after != NULL ? after->next : NULL, after};
	if (after != NULL)
		after->next = one;
	if (one->next != NULL)
		one->next->previous = one;
}

void remque(void *element)
{
	struct element *one = element;
	if (one->next != NULL)
		one->next->previous = one->previous;
	if (one->previous != NULL)
		one->previous->next = one->next;
}

// -------- the linear search

void *lfind(const void *key, const void *base, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
	const char *at = base;
	for (size_t i = 0; i < *count; i++, at += size)
		if (compare(key, at) == 0)
			return (void *)at;
	return NULL;
}

void *lsearch(const void *key, void *base, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
	void *found = lfind(key, base, count, size, compare);
	return found != NULL ? found : memcpy((char *)base + (*count)++ * size, key, size);
}

// -------- the tree; a caller sees a node as a pointer to its key

struct node {
	const void *key;
	struct node *left, *right;
	uint32_t weight;
};

static uint32_t draw_weight(void)
{
	static uint32_t state = 2463534242u;
	state ^= state << 13;
	state ^= state >> 17;
	return state ^= state << 5;
}

// Parts `tree` into what is less than `key` and the rest.
static void part(struct node *tree, const void *key, int (*compare)(const void *, const void *), struct node **less, struct node **more)
{
	while (tree != NULL) {
		if (compare(key, tree->key) > 0) {
			*less = tree;
			less = &tree->right;
			tree = tree->right;
		} else {
			*more = tree;
			more = &tree->left;
			tree = tree->left;
		}
	}
	*less = *more = NULL;
}

static struct node *join(struct node *a, struct node *b) // all of a is less than all of b
{
	struct node *result, **slot = &result;
	while (a != NULL && b != NULL)
		if (a->weight >= b->weight) {
			*slot = a;
			slot = &a->right;
			a = a->right;
		} else {
			*slot = b;
			slot = &b->left;
			b = b->left;
		}
	*slot = a != NULL ? a : b;
	return result;
}

void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *))
{
	struct node *node = root != NULL ? *root : NULL;
	for (int order; node != NULL && (order = compare(key, node->key)) != 0;)
		node = order < 0 ? node->left : node->right;
	return node;
}

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
	void *found = root != NULL ? tfind(key, root, compare) : NULL;
	struct node *node = root == NULL || found != NULL ? found : malloc(sizeof(*node));
	if (found != NULL || node == NULL)
		return node;
	*node = (struct node){.key = key, .weight = draw_weight()};
	struct node **slot = (struct node **)root;
	while (*slot != NULL && (*slot)->weight >= node->weight)
		slot = compare(key, (*slot)->key) < 0 ? &(*slot)->left : &(*slot)->right;
	part(*slot, key, compare, &node->left, &node->right);
	*slot = node;
	return node;
}

// Returns the parent of what was deleted (the root's: something that is not NULL), or NULL when it was not there.
void *tdelete(const void *restrict key, void **restrict root, int (*compare)(const void *, const void *))
{
	if (root == NULL)
		return NULL;
	struct node **slot = (struct node **)root, *parent = (struct node *)root;
	for (int order; *slot != NULL && (order = compare(key, (*slot)->key)) != 0;) {
		parent = *slot;
		slot = order < 0 ? &parent->left : &parent->right;
	}
	struct node *node = *slot;
	if (node == NULL)
		return NULL;
	*slot = join(node->left, node->right);
	free(node);
	return parent;
}

static void walk(const struct node *node, void (*visit)(const void *node, VISIT order, int depth), int depth)
{
	if (node == NULL)
		return;
	if (node->left == NULL && node->right == NULL) {
		visit(node, leaf, depth);
		return;
	}
	visit(node, preorder, depth);
	walk(node->left, visit, depth + 1);
	visit(node, postorder, depth);
	walk(node->right, visit, depth + 1);
	visit(node, endorder, depth);
}

void twalk(const void *root, void (*visit)(const void *node, VISIT order, int depth))
{
	walk(root, visit, 0);
}
