// procfs.h: files whose bytes are made when they are read, under /proc and /sys.
#pragma once
#include "kernel/fs/fs.h"
#include "kernel/fs/text.h"
#include "kernel/lib/table.h"

// A file of /proc ("groundup/deadlock"; directories are made on the way), from whichever part has something to show. `show`
// appends the text; thread context, may sleep.
struct procfs_file {
	const char *path;
	uint32_t mode;
	int (*show)(struct text *text);
};
#define PROCFS_FILE(name, path, mode, show)                                                                       \
	static const struct procfs_file procfs_file_##name = {path, mode, show};                                  \
	TABLE_ADD(procfs_files, name, &procfs_file_##name)

// What stands in /proc/PID: a text, or, with operations, a link or a directory. A task that is gone answers -ESRCH.
struct procfs_task_entry {
	const char *name;
	uint32_t mode; // with its S_IF bits
	int (*show)(struct text *text, int pid);
	int (*place)(int pid, struct path *path); // of a link: where it leads, with references
	const struct inode_operations *operations;
	const struct file_operations *file_operations;
};
#define PROCFS_TASK_ENTRY(entry, ...)                                                                             \
	static const struct procfs_task_entry procfs_task_entry_##entry = {.name = #entry, __VA_ARGS__};                  \
	TABLE_ADD(procfs_task_entries, entry, &procfs_task_entry_##entry)

struct procfs_task_operations {
	int (*next)(int pid);                                  // the smallest process id above `pid`, 0: none
	int (*owner)(int pid, uint32_t *uid, uint32_t *gid);   // 0 or -ESRCH
	struct files *(*files)(int pid);                       // with a reference, NULL: gone
};
extern const struct procfs_task_operations *procfs_task_operations; // proc sets it; NULL: no processes

void procfs_init(void); // procfs stands: makes what the tables hold
// Adds a file of fixed bytes to /sys; they stay the caller's.
int sysfs_add_bytes(const char *path, uint32_t mode, const void *bytes, size_t size);

extern struct filesystem procfs, sysfs;

// ---- between procfs.c and procfs_links.c ----

struct procfs_node { // inode->private
	int (*show)(struct text *text);
	int (*show_node)(struct text *text, const struct procfs_node *node); // for one that needs its numbers
	const void *bytes; // fixed content instead of show
	int pid, fd;
	const struct procfs_task_entry *entry;
	const struct inode_operations *operations; // NULL: a plain file or directory
};

extern const struct inode_operations procfs_link_operations; // of an entry with a place
extern const struct procfs_task_entry procfs_process_entry; // a directory /proc/PID or task/TID
void procfs_node_free(struct inode *inode);
int procfs_node_add(struct filesystem *type, const char *path, uint32_t mode, const struct procfs_node *node, uint64_t size);
int procfs_task_inode(struct inode *directory, uint32_t mode, const struct procfs_node *node, uint64_t kind, struct inode **result);
int procfs_parse_number(const char *name, size_t length); // -1: none, or above six digits
bool procfs_list_number(struct directory_sink *sink, int number, uint64_t inode, unsigned type, int64_t next);
