// procfs.c: files that are made when read.
//
// Fixed files are pinned names over a struct node. /proc/PID and all below are looked up afresh each time (their dentries are not
// hashed), through the table that proc fills, and identify a process by its id alone: whoever is gone answers ESRCH.
// An open file keeps the text that its first read made, so a reader sees one moment; a read at position 0 makes it anew.
#include "kernel/fs/procfs.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

struct node { // inode->private
	int (*show)(struct text *text, void *argument);
	void *argument;
	const void *bytes; // fixed content instead of show
	int pid, fd;
	const struct procfs_task_entry *entry;
};

struct session { // file->private
	struct mutex lock;
	struct text text;
};

const struct procfs_task_operations *procfs_task_operations;
static const struct inode_operations node_operations, process_operations, descriptors_operations, self_operations, link_operations;

// ---- text ----

static void sink_put(struct format_sink *sink, const char *bytes, size_t count)
{
	text_put(container_of(sink, struct text, sink), bytes, count);
}

static void text_begin(struct text *text)
{
	memset(text, 0, sizeof(*text));
	text->sink.put = sink_put;
}

void text_put(struct text *text, const char *bytes, size_t count)
{
	if (text->rc != 0 || count == 0)
		return;
	if (text->capacity - text->length < count) {
		size_t capacity = text->capacity != 0 ? text->capacity : 512;
		while (capacity - text->length < count)
			capacity *= 2;
		char *grown = kmalloc(capacity, ALLOC_SLEEP);
		if (grown == NULL) {
			text->rc = -ENOMEM;
			return;
		}
		if (text->length != 0)
			memcpy(grown, text->bytes, text->length);
		kfree(text->bytes);
		text->bytes = grown;
		text->capacity = capacity;
	}
	memcpy(text->bytes + text->length, bytes, count);
	text->length += count;
}

void text_print(struct text *text, const char *template, ...)
{
	va_list args;

	va_start(args, template);
	format(&text->sink, template, args);
	va_end(args);
}

// ---- files ----

static int node_open(struct file *file)
{
	struct session *session = kzalloc(sizeof(*session), ALLOC_SLEEP);

	if (session == NULL)
		return -ENOMEM;
	mutex_init(&session->lock);
	text_begin(&session->text);
	file->private = session;
	return 0;
}

static void node_release(struct file *file)
{
	struct session *session = file->private;

	kfree(session->text.bytes);
	kfree(session);
}

static int node_make_text(struct node *node, struct text *text)
{
	kfree(text->bytes);
	text_begin(text);
	int rc = node->entry != NULL ? node->entry->show(text, node->pid) : node->show(text, node->argument);
	return rc != 0 ? rc : text->rc;
}

static long node_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct node *node = file->inode->private;
	struct session *session = file->private;
	const char *bytes = node->bytes;
	size_t length = file->inode->size;
	long rc = 0;

	mutex_lock(&session->lock);
	if (bytes == NULL) {
		if (*position == 0)
			rc = node_make_text(node, &session->text);
		bytes = session->text.bytes;
		length = session->text.length;
	}
	if (rc == 0 && (uint64_t)*position < length) {
		size_t piece = length - (size_t)*position < uio->left ? length - (size_t)*position : uio->left;
		rc = uio_copy_out(uio, bytes + *position, piece);
		if (rc == 0) {
			*position += (int64_t)piece;
			rc = (long)piece;
		}
	}
	mutex_unlock(&session->lock);
	return rc;
}

static const struct file_operations node_file_operations = {.open = node_open, .release = node_release, .read = node_read};

static void node_free(struct inode *inode)
{
	kfree(inode->private);
}

// A directory or file of ours. `node` is copied.
static struct inode *node_inode(struct superblock *superblock, uint32_t mode, const struct node *node)
{
	struct inode *inode = inode_create(superblock, mode);
	struct node *copy = inode != NULL ? kmalloc(sizeof(*copy), ALLOC_SLEEP) : NULL;

	if (copy == NULL) {
		inode_put(inode);
		return NULL;
	}
	*copy = *node;
	inode->private = copy;
	inode->uid = inode->gid = 0;
	inode->operations = &node_operations;
	if (S_ISREG(mode))
		inode->file_operations = &node_file_operations;
	return inode;
}

// The directory `name` under `parent`, made when it is missing; with a reference.
static struct dentry *node_directory(struct dentry *parent, const char *name, size_t length)
{
	static const struct node nothing;
	struct dentry *dentry = dentry_find(parent, name, length);

	if (dentry != NULL)
		return dentry;
	struct inode *inode = node_inode(parent->inode->superblock, S_IFDIR | 0555, &nothing);
	dentry = inode != NULL ? dentry_create(name, length, inode) : NULL;
	if (dentry != NULL) {
		mutex_lock(&parent->inode->lock);
		dentry_attach(parent, dentry, true);
		parent->inode->link_count++;
		mutex_unlock(&parent->inode->lock);
	}
	return dentry;
}

static int node_add(struct filesystem *type, const char *path, uint32_t mode, const struct node *node, uint64_t size)
{
	struct dentry *directory = type->single != NULL ? type->single->root : NULL, *child = NULL;
	const char *slash;

	if (directory == NULL)
		return -ENODEV;
	dentry_get(directory);
	while ((slash = strchr(path, '/')) != NULL && directory != NULL) {
		child = node_directory(directory, path, (size_t)(slash - path));
		dentry_put(directory);
		directory = child;
		path = slash + 1;
	}
	struct inode *inode = directory != NULL ? node_inode(type->single, S_IFREG | mode, node) : NULL;
	child = inode != NULL ? dentry_create(path, strlen(path), inode) : NULL;
	if (child != NULL) {
		inode->size = size;
		mutex_lock(&directory->inode->lock);
		dentry_attach(directory, child, true);
		mutex_unlock(&directory->inode->lock);
	}
	dentry_put(directory);
	dentry_put(child);
	return child != NULL ? 0 : -ENOMEM;
}

int procfs_add(const char *path, uint32_t mode, int (*show)(struct text *text, void *argument), void *argument)
{
	struct node node = {.show = show, .argument = argument};

	return node_add(&procfs, path, mode, &node, 0);
}

int sysfs_add_bytes(const char *path, uint32_t mode, const void *bytes, size_t size)
{
	struct node node = {.bytes = bytes};

	return node_add(&sysfs, path, mode, &node, size);
}

// ---- /proc/PID ----

static int parse_number(const char *name, size_t length)
{
	int value = 0;

	for (size_t i = 0; i < length; i++) {
		if (name[i] < '0' || name[i] > '9' || i >= 6 || (length > 1 && name[0] == '0'))
			return -1;
		value = value * 10 + (name[i] - '0');
	}
	return length == 0 ? -1 : value;
}

// Inode numbers below /proc/PID say what they are, so that two looks at one name give one number.
static int task_inode(struct inode *directory, uint32_t mode, const struct node *node, uint64_t kind,
		      const struct inode_operations *operations, const struct file_operations *file_operations, struct inode **result)
{
	uint32_t uid = 0, gid = 0;

	if (node->pid != 0 && procfs_task_operations->owner(node->pid, &uid, &gid) != 0)
		return -ENOENT;
	struct inode *inode = node_inode(directory->superblock, mode, node);
	if (inode == NULL)
		return -ENOMEM;
	inode->uid = uid;
	inode->gid = gid;
	inode->number = (uint64_t)node->pid << 20 | kind;
	if (operations != NULL)
		inode->operations = operations;
	if (file_operations != NULL)
		inode->file_operations = file_operations;
	*result = inode;
	return 0;
}

static int processes_readdir(struct file *file, struct directory_sink *sink, int64_t *position);
static int process_readdir(struct file *file, struct directory_sink *sink, int64_t *position);
static int descriptors_readdir(struct file *file, struct directory_sink *sink, int64_t *position);
static const struct file_operations processes_listing = {.readdir = processes_readdir};
static const struct file_operations process_listing = {.readdir = process_readdir};
static const struct file_operations descriptors_listing = {.readdir = descriptors_readdir};

static int root_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct node node = {.pid = parse_number(name, length)};

	if (length == 4 && memcmp(name, "self", 4) == 0) {
		node.pid = 0;
		return task_inode(directory, S_IFLNK | 0777, &node, 1, &self_operations, NULL, inode);
	}
	if (node.pid <= 0 || procfs_task_operations == NULL)
		return -ENOENT;
	return task_inode(directory, S_IFDIR | 0555, &node, 0, &process_operations, &process_listing, inode);
}

static int process_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct node node = {.pid = ((struct node *)directory->private)->pid};
	const struct procfs_task_entry *entry = procfs_task_operations->entries;

	if (length == 2 && memcmp(name, "fd", 2) == 0)
		return task_inode(directory, S_IFDIR | 0500, &node, 2, &descriptors_operations, &descriptors_listing, inode);
	while (entry->name != NULL && (strlen(entry->name) != length || memcmp(entry->name, name, length) != 0))
		entry++;
	if (entry->name == NULL)
		return -ENOENT;
	node.entry = entry;
	uint64_t kind = 16 + (uint64_t)(entry - procfs_task_operations->entries);
	if (entry->place != NULL)
		return task_inode(directory, S_IFLNK | 0777, &node, kind, &link_operations, NULL, inode);
	return task_inode(directory, S_IFREG | entry->mode, &node, kind, NULL, NULL, inode);
}

static struct file *node_file(const struct node *node)
{
	struct files *files = procfs_task_operations->files(node->pid);
	struct file *file = files != NULL ? files_get(files, node->fd) : NULL;

	files_put(files);
	return file;
}

static int descriptors_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct node node = {.pid = ((struct node *)directory->private)->pid, .fd = parse_number(name, length)};
	struct file *file = node.fd >= 0 && node.fd < DESCRIPTORS_MAX ? node_file(&node) : NULL;

	if (file == NULL)
		return -ENOENT;
	uint32_t mode = ((file->mode & FILE_READ) != 0 ? 0500u : 0) | ((file->mode & FILE_WRITE) != 0 ? 0300u : 0);
	file_put(file);
	return task_inode(directory, S_IFLNK | mode, &node, 4096 + (uint64_t)node.fd, &link_operations, NULL, inode);
}

// Where a link of ours leads; -ENXIO for an open file without a name (a pipe).
static int link_place(struct inode *inode, struct path *path)
{
	struct node *node = inode->private;

	if (node->entry != NULL)
		return node->entry->place(node->pid, path);
	struct file *file = node_file(node);
	if (file == NULL)
		return -ENOENT;
	*path = file->path;
	int rc = path->dentry == NULL ? -ENXIO : 0;
	if (rc == 0)
		path_get(path);
	file_put(file);
	return rc;
}

static int link_read(struct inode *inode, char *text, size_t size)
{
	struct node *node = inode->private;
	struct path path, root = path_root();
	bool deleted;

	if (node->pid == 0)
		return (int)format_buffer(text, size, "%d", current->tgid);
	int rc = link_place(inode, &path);
	if (rc == -ENXIO) {
		struct file *file = node_file(node);
		size_t length = file == NULL ? 0 : format_buffer(text, size, "pipe:[%lu]", file->inode->number);
		file_put(file);
		return length == 0 ? -ENOENT : length < size ? (int)length : (int)size;
	}
	if (rc != 0)
		return rc;
	char *name = path_name(&path, &root, text, size, &deleted);
	size_t length = name != NULL ? strlen(name) : 0;
	if (name != NULL)
		memmove(text, name, length);
	path_put(&path);
	return name != NULL ? (int)length : -ENAMETOOLONG;
}

static int list_number(struct directory_sink *sink, int number, uint64_t inode, unsigned type, int64_t next)
{
	char name[16];
	size_t length = format_buffer(name, sizeof(name), "%d", number);

	return sink->emit(sink, name, length, inode, type, next);
}

#define PROCESSES_POSITION (1ll << 40) // positions of fixed names lie below

static int processes_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	int rc = *position < PROCESSES_POSITION ? directory_readdir(file, sink, position) : 0;

	if (rc != 0 || procfs_task_operations == NULL)
		return rc;
	if (*position < PROCESSES_POSITION) { // `self` stands between the two
		if (!sink->emit(sink, "self", 4, 1, DT_LNK, PROCESSES_POSITION))
			return 0;
		*position = PROCESSES_POSITION;
	}
	int pid = (int)(*position - PROCESSES_POSITION);
	while ((pid = procfs_task_operations->next(pid)) != 0) {
		if (!list_number(sink, pid, (uint64_t)pid << 20, DT_DIR, PROCESSES_POSITION + pid))
			break;
		*position = PROCESSES_POSITION + pid;
	}
	return 0;
}

static int process_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	const struct procfs_task_entry *entries = procfs_task_operations->entries;
	uint64_t base = file->inode->number;
	int rc = *position < 2 ? directory_readdir(file, sink, position) : 0;

	if (rc != 0 || *position < 2)
		return rc;
	if (*position == 2 && !sink->emit(sink, "fd", 2, base | 2, DT_DIR, 3))
		return 0;
	*position = *position == 2 ? 3 : *position;
	for (int64_t i = 0; entries[i].name != NULL; i++) {
		if (i + 3 < *position)
			continue;
		if (!sink->emit(sink, entries[i].name, strlen(entries[i].name), base | (uint64_t)(16 + i),
				entries[i].place != NULL ? DT_LNK : DT_REG, i + 4))
			break;
		*position = i + 4;
	}
	return 0;
}

static int descriptors_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	struct node *node = file->inode->private;
	int rc = *position < 2 ? directory_readdir(file, sink, position) : 0;
	struct files *files = rc == 0 && *position >= 2 ? procfs_task_operations->files(node->pid) : NULL;

	for (int fd = files != NULL ? (int)*position - 2 : DESCRIPTORS_MAX; fd < DESCRIPTORS_MAX; fd++) {
		struct file *open = files_get(files, fd);
		bool room = open == NULL || list_number(sink, fd, file->inode->number | 4096 | (uint64_t)fd, DT_LNK, fd + 3);
		file_put(open);
		if (!room)
			break;
		*position = fd + 3;
	}
	files_put(files);
	return rc;
}

static const struct inode_operations node_operations = {.release = node_free};
static const struct inode_operations root_operations = {.lookup = root_lookup, .release = node_free};
static const struct inode_operations process_operations = {.lookup = process_lookup, .release = node_free};
static const struct inode_operations descriptors_operations = {.lookup = descriptors_lookup, .release = node_free};
static const struct inode_operations self_operations = {.read_link = link_read, .release = node_free};
static const struct inode_operations link_operations = {.read_link = link_read, .jump = link_place, .release = node_free};

static int tree_fill(struct superblock *superblock)
{
	static const struct node nothing;
	struct inode *root = node_inode(superblock, S_IFDIR | 0555, &nothing);

	if (root == NULL)
		return -ENOMEM;
	if (superblock->type == &procfs) {
		root->operations = &root_operations;
		root->file_operations = &processes_listing;
	}
	superblock->root = dentry_create("/", 1, root);
	return superblock->root != NULL ? 0 : -ENOMEM;
}

struct filesystem procfs = {.name = "proc", .magic = 0x9fa0, .fill = tree_fill, .only_one = true};
struct filesystem sysfs = {.name = "sysfs", .magic = 0x62656572, .fill = tree_fill, .only_one = true};
