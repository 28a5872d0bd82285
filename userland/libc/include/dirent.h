#pragma once
#include <abi_names.h>
#include "kernel/uapi/stat.h"
typedef struct directory_stream DIR;
DIR *opendir(const char *path);
struct dirent *readdir(DIR *directory);
void rewinddir(DIR *directory);
int dirfd(DIR *directory);
int closedir(DIR *directory);
