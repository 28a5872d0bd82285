// procfs.c: files that are made when read.
//
// Fixed files are pinned names over a struct procfs_node. /proc/PID and all below are looked up afresh each time (their dentries are not
// hashed), through the table that proc fills, and identify a process by its id alone: whoever is gone answers ESRCH.
// An open file keeps the text that its first read made, so a reader sees one moment; a read at position 0 makes it anew.
#include "kernel/fs/procfs.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

struct session { // file->private
	struct mutex lock;
	struct text text;
};

const struct procfs_task_operations *procfs_task_operations;
static const struct inode_operations node_operations, process_operations;

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

static int node_make_text(struct procfs_node *node, struct text *text)
{
	kfree(text->bytes);
	text_begin(text);
	int rc = node->show_node != NULL ? node->show_node(text, node)
		 : node->entry != NULL   ? node->entry->show(text, node->pid)
					 : node->show(text);
	return rc != 0 ? rc : text->rc;
}

static long node_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct procfs_node *node = file->inode->private;
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

void procfs_node_free(struct inode *inode)
{
	kfree(inode->private);
}

// A directory or file of ours. `node` is copied.
static struct inode *node_inode(struct superblock *superblock, uint32_t mode, const struct procfs_node *node)
{
	struct inode *inode = inode_create(superblock, mode);
	struct procfs_node *copy = inode != NULL ? kmalloc(sizeof(*copy), ALLOC_SLEEP) : NULL;

	if (copy == NULL) {
		inode_put(inode);
		return NULL;
	}
	*copy = *node;
	inode->private = copy;
	inode->uid = inode->gid = 0;
	inode->operations = node->operations != NULL ? node->operations : &node_operations;
	if (S_ISREG(mode))
		inode->file_operations = &node_file_operations;
	return inode;
}

// The directory `name` under `parent`, made when it is missing; with a reference.
static struct dentry *node_directory(struct dentry *parent, const char *name, size_t length)
{
	static const struct procfs_node nothing;
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

int procfs_node_add(struct filesystem *type, const char *path, uint32_t mode, const struct procfs_node *node, uint64_t size)
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
	struct inode *inode = directory != NULL ? node_inode(type->single, mode, node) : NULL;
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

void procfs_init(void)
{
	TABLE_EACH(procfs_files, struct procfs_file, file)
	{
		struct procfs_node node = {.show = file->show};
		procfs_node_add(&procfs, file->path, S_IFREG | file->mode, &node, 0);
	}
}

int sysfs_add_bytes(const char *path, uint32_t mode, const void *bytes, size_t size)
{
	struct procfs_node node = {.bytes = bytes};

	return procfs_node_add(&sysfs, path, S_IFREG | mode, &node, size);
}

// ---- /proc/PID ----

int procfs_parse_number(const char *name, size_t length)
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
int procfs_task_inode(struct inode *directory, uint32_t mode, const struct procfs_node *node, uint64_t kind, struct inode **result)
{
	uint32_t uid = 0, gid = 0;

	if (procfs_task_operations->owner(node->pid, &uid, &gid) != 0)
		return -ENOENT;
	struct inode *inode = node_inode(directory->superblock, mode, node);
	if (inode == NULL)
		return -ENOMEM;
	inode->uid = uid;
	inode->gid = gid;
	inode->number = (uint64_t)node->pid << 20 | kind;
	if (node->entry != NULL && node->entry->file_operations != NULL)
		inode->file_operations = node->entry->file_operations;
	*result = inode;
	return 0;
}

static int processes_readdir(struct file *file, struct directory_sink *sink, int64_t *position);
static int process_readdir(struct file *file, struct directory_sink *sink, int64_t *position);
static const struct file_operations processes_listing = {.readdir = processes_readdir};
const struct procfs_task_entry procfs_process_entry = {
	.operations = &process_operations, .file_operations = &(const struct file_operations){.readdir = process_readdir}};

static int root_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct procfs_node node = {.pid = procfs_parse_number(name, length), .entry = &procfs_process_entry, .operations = &process_operations};

	if (node.pid <= 0 || procfs_task_operations == NULL)
		return -ENOENT;
	return procfs_task_inode(directory, S_IFDIR | 0555, &node, 0, inode);
}

static int process_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	uint64_t kind = 16;
	TABLE_EACH(procfs_task_entries, struct procfs_task_entry, entry)
	{
		if (strlen(entry->name) == length && memcmp(entry->name, name, length) == 0) {
			struct procfs_node node = {.pid = ((struct procfs_node *)directory->private)->pid, .entry = entry,
						   .operations = entry->operations};
			return procfs_task_inode(directory, entry->mode, &node, kind, inode);
		}
		kind++;
	}
	return -ENOENT;
}

bool procfs_list_number(struct directory_sink *sink, int number, uint64_t inode, unsigned type, int64_t next)
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
	int pid = *position < PROCESSES_POSITION ? 0 : (int)(*position - PROCESSES_POSITION);
	while ((pid = procfs_task_operations->next(pid)) != 0) {
		if (!procfs_list_number(sink, pid, (uint64_t)pid << 20, DT_DIR, PROCESSES_POSITION + pid))
			break;
		*position = PROCESSES_POSITION + pid;
	}
	return 0;
}

static int process_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	int rc = *position < 2 ? directory_readdir(file, sink, position) : 0;
	int64_t at = 2; // behind . and ..

	if (rc != 0 || *position < at)
		return rc;
	TABLE_EACH(procfs_task_entries, struct procfs_task_entry, entry)
	{
		if (at++ < *position)
			continue;
		if (!sink->emit(sink, entry->name, strlen(entry->name), file->inode->number | (uint64_t)(13 + at),
				entry->mode >> 12, at))
			break;
		*position = at;
	}
	return 0;
}

static const struct inode_operations node_operations = {.release = procfs_node_free};
static const struct inode_operations root_operations = {.lookup = root_lookup, .release = procfs_node_free};
static const struct inode_operations process_operations = {.lookup = process_lookup, .release = procfs_node_free};

static int tree_fill(struct superblock *superblock)
{
	static const struct procfs_node nothing;
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
