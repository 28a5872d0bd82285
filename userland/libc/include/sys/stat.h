#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/stat.h"
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXU 0700
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXG 0070
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001
#define S_IRWXO 0007
int stat(const char *restrict path, struct stat *restrict status);
int lstat(const char *restrict path, struct stat *restrict status), fstat(int descriptor, struct stat *status);
int fstatat(int directory, const char *restrict path, struct stat *restrict status, int flags);
int mkdir(const char *path, mode_t mode), mknod(const char *path, mode_t mode, dev_t device);
int mkfifo(const char *path, mode_t mode), chmod(const char *path, mode_t mode), fchmod(int descriptor, mode_t mode);
mode_t umask(mode_t mask);
int utimensat(int directory, const char *path, const struct timespec times[2], int flags);
int futimens(int descriptor, const struct timespec times[2]);
int fchmodat(int directory, const char *path, mode_t mode, int flags);
int mkdirat(int directory, const char *path, mode_t mode), mkfifoat(int directory, const char *path, mode_t mode);
int mknodat(int directory, const char *path, mode_t mode, dev_t device);
