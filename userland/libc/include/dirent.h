#pragma once
#include <abi_names.h>
#include "kernel/uapi/stat.h"
typedef struct directory_stream DIR;
DIR *opendir(const char *path);
struct dirent *readdir(DIR *directory);
void rewinddir(DIR *directory);
int dirfd(DIR *directory), closedir(DIR *directory);
DIR *fdopendir(int descriptor);
long telldir(DIR *directory);
void seekdir(DIR *directory, long place);
int readdir_r(DIR *restrict directory, struct dirent *restrict entry, struct dirent **restrict result);
int alphasort(const struct dirent **a, const struct dirent **b);
int scandir(const char *path, struct dirent ***list, int (*select)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **));
