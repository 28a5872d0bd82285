#pragma once
#include <abi_names.h>
#include "kernel/uapi/fcntl.h"
int open(const char *path, int flags, ...);
int openat(int directory, const char *path, int flags, ...);
int creat(const char *path, unsigned mode);
int fcntl(int descriptor, int command, ...);
