// locks.h: file locks: POSIX byte ranges (owner: the process, named by its descriptor table), open-file-description locks and
// flock (owner: the open file). See locks.c for the rules.
#pragma once
#include <stddef.h>
#include "kernel/fs/fs.h"

long locks_fcntl(int fd, struct file *file, int command, user_addr argument); // F_GETLK, F_SETLK, F_SETLKW and F_OFD_*
long locks_take_whole(struct file *file, uint32_t type, bool wait);
void locks_release_owner(struct inode *inode, const void *owner); // close(2): the process's POSIX locks on the inode go
void locks_release_file(struct file *file);                       // last close: OFD locks and flock go
