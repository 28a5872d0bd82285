// calls.h: what the files with system calls on files and names share.
#pragma once
#include "kernel/fs/fs.h"

void context_stand(struct path *place, const struct path *path); // names.c: the current root or directory becomes another

// names.c: copies the name in (`second` too, unless 0), does the action, frees them. Returns the action's result or an error.
typedef int (*name_action)(int directory, const char *name, uint64_t argument, const char *second);
long with_name(int directory, user_addr name, name_action action, uint64_t argument, user_addr second);
uint32_t file_mask(void); // the umask
// May the current thread take `child` out of its directory (locked)? The sticky bit asks for the owner of either.
int may_remove(const struct path *parent, const struct dentry *child);
// Takes a name away that may_remove() allowed: one link less, and a directory's two at once if it is empty.
int drop_name(struct dentry *parent, struct dentry *child);

// stat.c: the inode that a (descriptor, name, AT_ flags) triple means, and its place (none: a pipe), both with references; a name
// of 0 means the descriptor.
int inode_at(int directory, user_addr name, int flags, struct inode **inode, struct path *path);
void inode_at_end(struct inode *inode, struct path *path);
static inline bool path_read_only(const struct path *path)
{
	return path->mount != NULL && path->mount->read_only;
}

// inotify.c: no event of this file system any more
void notify_unmount(const struct superblock *superblock) __attribute__((weak));

// flock.c: commands that every file knows; -ENOTTY: none of them
long ioctl_common(int fd, struct file *file, unsigned command, uint64_t argument) __attribute__((weak));

// space.c: the first byte at or after `from` that is in a hole, or in none
int file_extent(struct file *file, int64_t from, bool hole, int64_t *found) __attribute__((weak));

// io.c
typedef long (*transfer_move)(struct file *file, struct uio *uio, int64_t *position);
bool file_is_stream(const struct file *file); // has no position
// One piece at the file's own position, or at *position when given (pread).
int64_t transfer_piece(struct file *file, transfer_move move, struct uio *uio, const int64_t *position);
long transfer_user(int fd, transfer_move move, user_addr buffer, size_t size, const int64_t *position);
