// tmpfs.h: the file system in memory, and what devfs borrows of it.
#pragma once
#include "kernel/fs/fs.h"

extern struct filesystem tmpfs;
int tmpfs_fill(struct superblock *superblock);
int tmpfs_make(struct inode *directory, uint32_t mode, uint64_t rdev, const char *target, struct inode **result);
