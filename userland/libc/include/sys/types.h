#pragma once
#include <stddef.h>
#include <stdint.h>
typedef long ssize_t, off_t, blksize_t, blkcnt_t, time_t, suseconds_t, clock_t;
typedef void *timer_t;
typedef int pid_t, clockid_t, key_t;
typedef unsigned uid_t, gid_t, mode_t, useconds_t, id_t;
typedef unsigned idtype_t;
typedef unsigned long dev_t, ino_t, nlink_t;
