#pragma once
#include <sys/types.h>
#include "kernel/uapi/mman.h"
#define MAP_FAILED ((void *)-1)
void *mmap(void *hint, size_t size, int protection, int flags, int descriptor, off_t offset);
int munmap(void *start, size_t size);
int mprotect(void *start, size_t size, int protection);
int madvise(void *start, size_t size, int advice);
