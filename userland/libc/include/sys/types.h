#pragma once
#include <stddef.h>
#include <stdint.h>
typedef long ssize_t, off_t, blksize_t, blkcnt_t, time_t, suseconds_t, clock_t;
typedef int pid_t, clockid_t, key_t;
typedef unsigned uid_t, gid_t, mode_t, useconds_t, id_t;
typedef unsigned long dev_t, ino_t, nlink_t;
#define major(device) ((unsigned)(((device) >> 8 & 0xfff) | ((device) >> 32 & ~0xfffu)))
#define minor(device) ((unsigned)(((device) & 0xff) | ((device) >> 12 & ~0xffu)))
#define makedev(high, low) ((dev_t)((((high) & 0xffful) << 8) | ((low) & 0xfful) | (((low) & ~0xfful) << 12)))
