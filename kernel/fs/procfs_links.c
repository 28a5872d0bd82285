// procfs_links.c: the names under /proc that lead somewhere: self, PID/exe, cwd and root, and PID/fd with a link a descriptor.
#include "kernel/core/init.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

static struct file *node_file(const struct procfs_node *node)
{
	struct files *files = procfs_task_operations->files(node->pid);
	struct file *file = files != NULL ? files_get(files, node->fd) : NULL;

	files_put(files);
	return file;
}

// Where a link of ours leads.
static int link_place(struct inode *inode, struct path *path)
{
	struct procfs_node *node = inode->private;

	if (node->entry != NULL)
		return node->entry->place(node->pid, path);
	struct file *file = node_file(node);
	if (file == NULL)
		return -ENOENT;
	*path = file->path;
	if (path->dentry == NULL) { // a pipe: a name for the moment, so that it can be opened once more
		inode_get(file->inode);
		*path = (struct path){path_root().mount, dentry_create("", 0, file->inode)};
		if (path->dentry != NULL)
			refcount_get(&path->mount->references);
	} else {
		path_get(path);
	}
	file_put(file);
	return path->dentry != NULL ? 0 : -ENOMEM;
}

// "pipe:[7]", "anon_inode:[eventfd]": its length, or 0: the file has a name (or is gone).
static size_t nameless(const struct procfs_node *node, char *text, size_t size)
{
	struct file *file = node->entry == NULL ? node_file(node) : NULL;
	const char *name = file != NULL && file->operations != NULL ? file->operations->name : NULL;
	size_t length = file == NULL || file->path.dentry != NULL ? 0
			: name != NULL ? format_buffer(text, size, "anon_inode:%s", name)
				       : format_buffer(text, size, S_ISSOCK(file->inode->mode) ? "socket:[%lu]" : "pipe:[%lu]", file->inode->number);

	file_put(file);
	return length < size ? length : size;
}

static int link_read(struct inode *inode, char *text, size_t size)
{
	struct procfs_node *node = inode->private;
	struct path path, root = path_root();
	bool deleted;

	if (node->pid == 0)
		return (int)format_buffer(text, size, "%d", current->tgid);
	size_t length = nameless(node, text, size);
	if (length != 0)
		return (int)length;
	int rc = link_place(inode, &path);
	if (rc != 0)
		return rc;
	char *name = path_name(&path, &root, text, size, &deleted);
	length = name != NULL ? strlen(name) : 0;
	if (name != NULL)
		memmove(text, name, length);
	path_put(&path);
	return name != NULL ? (int)length : -ENAMETOOLONG;
}

const struct inode_operations procfs_link_operations = {.read_link = link_read, .jump = link_place, .release = procfs_node_free};

#define LINK_NUMBER 4096u // of inodes below /proc/PID: descriptors' links, and their texts
#define TEXT_NUMBER 8192u

static int descriptors_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct procfs_node node = {.pid = ((struct procfs_node *)directory->private)->pid, .fd = procfs_parse_number(name, length),
				   .operations = &procfs_link_operations};
	struct file *file = node.fd >= 0 && node.fd < DESCRIPTORS_MAX ? node_file(&node) : NULL;

	if (file == NULL)
		return -ENOENT;
	uint32_t mode = ((file->mode & FILE_READ) != 0 ? 0500u : 0) | ((file->mode & FILE_WRITE) != 0 ? 0300u : 0);
	file_put(file);
	return procfs_task_inode(directory, S_IFLNK | mode, &node, LINK_NUMBER + (uint64_t)node.fd, inode);
}

// One name a descriptor; `number` and `type` are what stands behind each.
static int list_descriptors(struct file *file, struct directory_sink *sink, int64_t *position, uint64_t number, unsigned type)
{
	struct procfs_node *node = file->inode->private;
	int rc = *position < 2 ? directory_readdir(file, sink, position) : 0;
	struct files *files = rc == 0 && *position >= 2 ? procfs_task_operations->files(node->pid) : NULL;

	number |= (uint64_t)node->pid << 20;
	for (int fd = files != NULL ? (int)*position - 2 : DESCRIPTORS_MAX; fd < DESCRIPTORS_MAX; fd++) {
		struct file *open = files_get(files, fd);
		bool room = open == NULL || procfs_list_number(sink, fd, number + (uint64_t)fd, type, fd + 3);
		file_put(open);
		if (!room)
			break;
		*position = fd + 3;
	}
	files_put(files);
	return rc;
}

static int descriptors_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	return list_descriptors(file, sink, position, LINK_NUMBER, DT_LNK);
}

static const struct inode_operations descriptors_operations = {.lookup = descriptors_lookup, .release = procfs_node_free};
static const struct file_operations descriptors_listing = {.readdir = descriptors_readdir};
PROCFS_TASK_ENTRY(fd, .mode = S_IFDIR | 0500, .operations = &descriptors_operations, .file_operations = &descriptors_listing);

// /proc/PID/fdinfo/FD: where its file stands and how it was opened.
static int show_descriptor(struct text *text, const struct procfs_node *node)
{
	struct files *files = procfs_task_operations->files(node->pid);
	struct file *file = files != NULL ? files_get(files, node->fd) : NULL;
	uint32_t close_on_exec = 0;

	if (file != NULL) {
		spin_lock(&files->lock);
		close_on_exec = (unsigned)node->fd < files->capacity && files->table[node->fd].close_on_exec ? O_CLOEXEC : 0;
		spin_unlock(&files->lock);
	}
	files_put(files);
	if (file == NULL)
		return -ENOENT;
	text_print(text, "pos:\t%ld\nflags:\t0%o\nmnt_id:\t%u\nino:\t%lu\n", file->position, file->flags | close_on_exec,
		   file->path.mount != NULL ? file->path.mount->id : 0, file->inode != NULL ? file->inode->number : 0);
	file_put(file);
	return 0;
}

static int texts_lookup(struct inode *directory, const char *name, size_t length, struct inode **inode)
{
	struct procfs_node node = {.pid = ((struct procfs_node *)directory->private)->pid, .fd = procfs_parse_number(name, length),
				   .show_node = show_descriptor};
	struct file *file = node.fd >= 0 && node.fd < DESCRIPTORS_MAX ? node_file(&node) : NULL;

	if (file == NULL)
		return -ENOENT;
	file_put(file);
	return procfs_task_inode(directory, S_IFREG | 0400, &node, TEXT_NUMBER + (uint64_t)node.fd, inode);
}

static int texts_readdir(struct file *file, struct directory_sink *sink, int64_t *position)
{
	return list_descriptors(file, sink, position, TEXT_NUMBER, DT_REG);
}

static const struct inode_operations texts_operations = {.lookup = texts_lookup, .release = procfs_node_free};
static const struct file_operations texts_listing = {.readdir = texts_readdir};
PROCFS_TASK_ENTRY(fdinfo, .mode = S_IFDIR | 0500, .operations = &texts_operations, .file_operations = &texts_listing);

static void add_self(void)
{
	static const struct inode_operations self_operations = {.read_link = link_read, .release = procfs_node_free};
	static const struct procfs_node node = {.operations = &self_operations};
	procfs_node_add(&procfs, "self", S_IFLNK | 0777, &node, 0);
}
INIT_LATE(add_self);
