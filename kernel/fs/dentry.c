// dentry.c: names and mounts.
//
// One spinlock, dentry_lock, guards the hash, the trees (parent, name, children) and the mount list; it is a leaf but for the
// reference counts. Invariants: a child holds a reference to its parent; a hashed dentry of a pinned tree holds one to itself;
// dentry->inode never changes; a dentry whose count is zero may still stand in the hash and is skipped there.
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

#define DENTRY_BUCKETS 1024u

struct spinlock dentry_lock = SPINLOCK_INIT("dentry");
static struct dentry *buckets[DENTRY_BUCKETS];
struct list mount_list = LIST_INIT(mount_list);
static int64_t last_cookie = 2; // "." and ".." come first
static uint64_t last_device;

static uint32_t name_hash(const struct dentry *parent, const char *name, size_t length)
{
	uint64_t hash = (uintptr_t)parent >> 4;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)name[i]) * 0x100000001b3ull;
	return (uint32_t)(hash ^ hash >> 32);
}

static struct dentry **bucket_of(uint32_t hash)
{
	return &buckets[hash % DENTRY_BUCKETS];
}

char *name_copy(const char *name, size_t length)
{
	char *copy = kmalloc(length + 1, ALLOC_SLEEP);

	if (copy == NULL)
		return NULL;
	memcpy(copy, name, length);
	copy[length] = 0;
	return copy;
}

// A detached name with one reference; it takes over the caller's reference to the inode, also when it fails.
struct dentry *dentry_create(const char *name, size_t length, struct inode *inode)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry), ALLOC_SLEEP);
	char *copy = name_copy(name, length);

	if (dentry == NULL || copy == NULL) {
		kfree(dentry);
		kfree(copy);
		inode_put(inode);
		return NULL;
	}
	refcount_set(&dentry->references, 1);
	dentry->inode = inode;
	dentry->parent = dentry;
	dentry->name = copy;
	dentry->length = (uint32_t)length;
	list_init(&dentry->children);
	list_init(&dentry->sibling);
	return dentry;
}

void dentry_hash(struct dentry *dentry) // dentry_lock held
{
	dentry->hash = name_hash(dentry->parent, dentry->name, dentry->length);
	dentry->hash_next = *bucket_of(dentry->hash);
	*bucket_of(dentry->hash) = dentry;
	dentry->hashed = true;
	dentry->cookie = ++last_cookie;
	list_push_back(&dentry->parent->children, &dentry->sibling);
}

void dentry_unhash(struct dentry *dentry) // dentry_lock held
{
	struct dentry **slot = bucket_of(dentry->hash);

	while (*slot != dentry)
		slot = &(*slot)->hash_next;
	*slot = dentry->hash_next;
	dentry->hashed = false;
	list_remove(&dentry->sibling);
}

// Puts the name into the parent's directory; `visible` names are found again by dentry_find().
void dentry_attach(struct dentry *parent, struct dentry *child, bool visible)
{
	dentry_get(parent);
	if (visible && child->inode->superblock->pinned)
		dentry_get(child);
	spin_lock(&dentry_lock);
	child->parent = parent;
	if (visible)
		dentry_hash(child);
	spin_unlock(&dentry_lock);
}

void dentry_detach(struct dentry *dentry)
{
	spin_lock(&dentry_lock);
	bool was = dentry->hashed;
	if (was)
		dentry_unhash(dentry);
	dentry->deleted = true;
	spin_unlock(&dentry_lock);
	if (was && dentry->inode->superblock->pinned)
		dentry_put(dentry);
}

// Renames; `name` is a name_copy() that the dentry takes over. Returns the old one for the caller to kfree().
char *dentry_move(struct dentry *dentry, struct dentry *parent, char *name, size_t length)
{
	dentry_get(parent);
	spin_lock(&dentry_lock);
	struct dentry *old_parent = dentry->parent;
	char *old_name = dentry->name;
	dentry_unhash(dentry);
	dentry->parent = parent;
	dentry->name = name;
	dentry->length = (uint32_t)length;
	dentry_hash(dentry);
	spin_unlock(&dentry_lock);
	dentry_put(old_parent);
	return old_name;
}

struct dentry *dentry_find(struct dentry *parent, const char *name, size_t length)
{
	uint32_t hash = name_hash(parent, name, length);

	spin_lock(&dentry_lock);
	struct dentry *dentry = *bucket_of(hash);
	for (; dentry != NULL; dentry = dentry->hash_next)
		if (dentry->hash == hash && dentry->parent == parent && dentry->length == length &&
		    memcmp(dentry->name, name, length) == 0 && refcount_get_not_zero(&dentry->references))
			break;
	spin_unlock(&dentry_lock);
	return dentry;
}

static struct dentry *dentry_parent(struct dentry *dentry)
{
	spin_lock(&dentry_lock);
	struct dentry *parent = dentry->parent;
	dentry_get(parent);
	spin_unlock(&dentry_lock);
	return parent;
}

void dentry_get(struct dentry *dentry)
{
	refcount_get(&dentry->references);
}

void dentry_put(struct dentry *dentry)
{
	while (dentry != NULL && refcount_put(&dentry->references)) { // upwards, without recursion
		struct dentry *parent = dentry->parent != dentry ? dentry->parent : NULL;
		spin_lock(&dentry_lock);
		if (dentry->hashed)
			dentry_unhash(dentry);
		spin_unlock(&dentry_lock);
		if (dentry->inode->link_count == 0)
			file_noticed(dentry->inode, NULL, IN_DELETE_SELF);
		inode_put(dentry->inode);
		kfree(dentry->name);
		kfree(dentry);
		dentry = parent;
	}
}

bool dentry_has_children(struct dentry *dentry)
{
	spin_lock(&dentry_lock);
	bool any = !list_empty(&dentry->children);
	spin_unlock(&dentry_lock);
	return any;
}

bool dentry_is_below(struct dentry *dentry, const struct dentry *ancestor)
{
	spin_lock(&dentry_lock);
	while (dentry != ancestor && dentry->parent != dentry)
		dentry = dentry->parent;
	spin_unlock(&dentry_lock);
	return dentry == ancestor;
}

// The directory's inode lock keeps its list of children still.
int directory_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	struct dentry *directory = file->path.dentry, *parent = dentry_parent(directory), *child;
	uint64_t numbers[2] = {directory->inode->number, parent->inode->number};
	bool room = true;

	dentry_put(parent);
	for (; room && *position < 2; *position += room)
		room = sink->emit(sink, "..", 1 + (size_t)*position, numbers[*position], DT_DIR, *position + 1);
	if (!room)
		return 0;
	mutex_lock(&file->inode->lock);
	list_for_each (child, &directory->children, sibling) {
		if (child->cookie < *position)
			continue;
		if (!sink->emit(sink, child->name, child->length, child->inode->number, child->inode->mode >> 12 & 15,
				child->cookie + 1))
			break;
		*position = child->cookie + 1;
	}
	mutex_unlock(&file->inode->lock);
	return 0;
}

const struct file_operations directory_operations = {.readdir = directory_readdir};

// ---- paths ----

void path_get(const struct path *path)
{
	refcount_get(&path->mount->references);
	dentry_get(path->dentry);
}

void path_put(struct path *path)
{
	if (path->dentry != NULL)
		dentry_put(path->dentry);
	if (path->mount != NULL)
		refcount_put(&path->mount->references); // mount_remove() took the list's: it frees nothing while we hold one
	path->mount = NULL;
	path->dentry = NULL;
}

struct path path_root(void)
{
	struct mount *first = list_first(&mount_list, struct mount, link);

	return (struct path){first, first->root};
}

static struct mount *mount_on(const struct path *path) // dentry_lock held
{
	struct mount *mount;

	list_for_each (mount, &mount_list, link)
		if (mount->parent == path->mount && mount->mountpoint == path->dentry)
			return mount;
	return NULL;
}

void path_descend(struct path *path)
{
	struct mount *mount = NULL;

	do {
		spin_lock(&dentry_lock);
		mount = path->dentry->mounts != 0 ? mount_on(path) : NULL;
		struct path inner = {mount, mount != NULL ? mount->root : NULL};
		if (mount != NULL)
			path_get(&inner);
		spin_unlock(&dentry_lock);
		if (mount != NULL) {
			path_put(path);
			*path = inner;
		}
	} while (mount != NULL);
}

void path_ascend(struct path *path, const struct path *root)
{
	struct path up = *path;

	spin_lock(&dentry_lock);
	while (up.dentry == up.mount->root && up.mount->parent != NULL &&
	       (up.mount != root->mount || up.dentry != root->dentry))
		up = (struct path){up.mount->parent, up.mount->mountpoint};
	if (up.mount != root->mount || up.dentry != root->dentry)
		up.dentry = up.dentry->parent;
	path_get(&up);
	spin_unlock(&dentry_lock);
	path_put(path);
	*path = up;
	path_descend(path);
}

static char *prepend(char *start, const char *buffer, const char *text, size_t length)
{
	if (start == NULL || (size_t)(start - buffer) < length)
		return NULL;
	return memcpy(start - length, text, length);
}

char *path_name(const struct path *path, const struct path *root, char *buffer, size_t size, bool *deleted)
{
	struct path at = *path;
	char *start = buffer + size - 1;

	*start = 0;
	spin_lock(&dentry_lock);
	*deleted = at.dentry->deleted;
	if (*deleted)
		start = prepend(start, buffer, " (deleted)", 10);
	char *end = start;
	while (at.mount != root->mount || at.dentry != root->dentry) {
		if (at.dentry == at.mount->root || at.dentry == at.dentry->parent) {
			if (at.mount->parent == NULL) {
				start = prepend(start, buffer, "(unreachable)", 13);
				break;
			}
			at = (struct path){at.mount->parent, at.mount->mountpoint};
			continue;
		}
		start = prepend(start, buffer, at.dentry->name, at.dentry->length);
		start = prepend(start, buffer, "/", 1);
		at.dentry = at.dentry->parent;
	}
	if (start == end)
		start = prepend(start, buffer, "/", 1);
	spin_unlock(&dentry_lock);
	return start;
}

// ---- mounts ----

static struct superblock *superblock_create(struct filesystem *type, int *rc)
{
	if (type->single != NULL)
		return type->single;
	struct superblock *superblock = kzalloc(sizeof(*superblock), ALLOC_SLEEP);
	if (superblock == NULL) {
		*rc = -ENOMEM;
		return NULL;
	}
	superblock->type = type;
	superblock->device = atomic_add(&last_device, 1);
	superblock->pinned = true;
	superblock->permanent = type->only_one;
	*rc = type->fill(superblock);
	if (*rc != 0) {
		kfree(superblock);
		return NULL;
	}
	if (type->only_one)
		type->single = superblock;
	return superblock;
}

// Mounts an instance of `type` at a directory (NULL: as the root of all). The topmost mount there is covered.
int mount_add(struct filesystem *type, const char *source, unsigned flags, const struct path *at)
{
	int rc = 0;
	struct mount *mount = kzalloc(sizeof(*mount), ALLOC_SLEEP);
	struct superblock *superblock = mount != NULL ? superblock_create(type, &rc) : NULL;
	static unsigned last_id;

	if (superblock == NULL) {
		kfree(mount);
		return mount == NULL ? -ENOMEM : rc;
	}
	refcount_set(&mount->references, 1);
	mount->superblock = superblock;
	mount->root = superblock->root;
	mount->read_only = (flags & MOUNT_READ_ONLY) != 0;
	mount->no_set_id = (flags & MOUNT_NO_SET_ID) != 0;
	strlcpy(mount->source, source, sizeof(mount->source));
	if (at != NULL)
		path_get(at);
	spin_lock(&dentry_lock);
	if (at != NULL) {
		mount->parent = at->mount;
		mount->mountpoint = at->dentry;
		at->dentry->mounts++;
	}
	mount->id = ++last_id;
	list_push_back(&mount_list, &mount->link);
	spin_unlock(&dentry_lock);
	return 0;
}
