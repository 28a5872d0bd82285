// procfs.h: files whose bytes are made when they are read, under /proc and /sys.
#pragma once
#include "kernel/fs/fs.h"
#include "kernel/fs/text.h"

// Adds a file ("groundup/deadlock"; directories are made on the way). `show` appends the text; thread context, may sleep.
int procfs_add(const char *path, uint32_t mode, int (*show)(struct text *text, void *argument), void *argument);
// Adds a file of fixed bytes, which stay the caller's.
int sysfs_add_bytes(const char *path, uint32_t mode, const void *bytes, size_t size);

// What stands in /proc/PID: a text, or a link to an object. A task that is gone answers -ESRCH.
struct procfs_task_entry {
	const char *name;
	uint32_t mode;
	int (*show)(struct text *text, int pid);
	int (*place)(int pid, struct path *path); // exe, cwd, root: with references
};

struct procfs_task_operations {
	int (*next)(int pid);                                  // the smallest process id above `pid`, 0: none
	int (*owner)(int pid, uint32_t *uid, uint32_t *gid);   // 0 or -ESRCH
	struct files *(*files)(int pid);                       // with a reference, NULL: gone
	const struct procfs_task_entry *entries;               // the last has no name
};
extern const struct procfs_task_operations *procfs_task_operations; // proc sets it; NULL: no processes

extern struct filesystem procfs, sysfs;
