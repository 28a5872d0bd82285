#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/fcntl.h"
int open(const char *path, int flags, ...);
int openat(int directory, const char *path, int flags, ...);
int creat(const char *path, unsigned mode);
int fcntl(int descriptor, int command, ...);
#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5
int posix_fadvise(int descriptor, off_t start, off_t size, int advice), posix_fallocate(int descriptor, off_t start, off_t size);
