// sys/select.h: which descriptors of three sets are ready.
#pragma once
#include <signal.h>
#include <sys/types.h>
#include <time.h>
#define FD_SETSIZE 1024
typedef struct {
	unsigned long word[FD_SETSIZE / 64];
} fd_set;
#define FD_ZERO(set) (*(set) = (fd_set){{0}})
#define FD_SET(descriptor, set) ((void)((set)->word[(descriptor) / 64] |= 1ul << (descriptor) % 64))
#define FD_CLR(descriptor, set) ((void)((set)->word[(descriptor) / 64] &= ~(1ul << (descriptor) % 64)))
#define FD_ISSET(descriptor, set) ((int)((set)->word[(descriptor) / 64] >> (descriptor) % 64 & 1))
int select(int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict exceptional, struct timeval *restrict timeout);
int pselect(int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict exceptional, const struct timespec *restrict timeout,
	    const sigset_t *restrict mask);
