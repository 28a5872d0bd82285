// limits.h: the compiler's limits of integer types, and the system's.
#pragma once
#define _LIBC_LIMITS_H_ // gcc's own limits.h then asks for no further one
#include_next <limits.h>
#undef MB_LEN_MAX
#define MB_LEN_MAX 6
#define PATH_MAX 4096
#define NAME_MAX 255
#define PIPE_BUF 4096
#define IOV_MAX 1024
#define ARG_MAX 131072
#define SSIZE_MAX LONG_MAX
#define PTHREAD_KEYS_MAX 128
#define NL_ARGMAX 64 // arguments that printf and scanf find by position
#define NGROUPS_MAX 65536
#define HOST_NAME_MAX 64
#define LOGIN_NAME_MAX 256
#define TTY_NAME_MAX 32
#define LINE_MAX 2048
#define RE_DUP_MAX 255
#define SYMLOOP_MAX 40
#define TZNAME_MAX 255
#define ATEXIT_MAX 32
#define NZERO 20
#define LONG_BIT 64
#define WORD_BIT 32
