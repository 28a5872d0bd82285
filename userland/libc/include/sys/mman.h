#pragma once
#include <sys/types.h>
#include "kernel/uapi/mman.h"
#define MAP_FAILED ((void *)-1)
void *mmap(void *hint, size_t size, int protection, int flags, int descriptor, off_t offset);
int munmap(void *start, size_t size);
int mprotect(void *start, size_t size, int protection);
int madvise(void *start, size_t size, int advice);
#define POSIX_MADV_NORMAL 0
#define POSIX_MADV_RANDOM 1
#define POSIX_MADV_SEQUENTIAL 2
#define POSIX_MADV_WILLNEED 3
#define POSIX_MADV_DONTNEED 4
int posix_madvise(void *start, size_t size, int advice), msync(void *start, size_t size, int flags);
int mlock(const void *start, size_t size), munlock(const void *start, size_t size), munlockall(void);
int mlock2(const void *start, size_t size, unsigned flags), mlockall(int flags);
int shm_open(const char *name, int flags, mode_t mode), shm_unlink(const char *name);
