// sys/statvfs.h: what a file system holds.
#pragma once
#include <sys/types.h>
#define ST_RDONLY 1
#define ST_NOSUID 2
struct statvfs {
	unsigned long f_bsize, f_frsize;
	fsblkcnt_t f_blocks, f_bfree, f_bavail;
	fsfilcnt_t f_files, f_ffree, f_favail;
	unsigned long f_fsid, f_flag, f_namemax;
};
int statvfs(const char *restrict path, struct statvfs *restrict status), fstatvfs(int descriptor, struct statvfs *status);
