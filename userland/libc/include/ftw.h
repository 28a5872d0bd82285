// ftw.h: a walk over a tree of files.
#pragma once
#include <sys/stat.h>
enum { FTW_F, FTW_D, FTW_DNR, FTW_NS, FTW_SL, FTW_DP, FTW_SLN };
#define FTW_PHYS 1
#define FTW_MOUNT 2
#define FTW_CHDIR 4
#define FTW_DEPTH 8
struct FTW {
	int base, level;
};
int ftw(const char *path, int (*visit)(const char *path, const struct stat *status, int kind), int descriptors);
int nftw(const char *path, int (*visit)(const char *path, const struct stat *status, int kind, struct FTW *place), int descriptors, int flags);
