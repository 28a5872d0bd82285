// stream_lock.c: who holds a stream, once there are threads. The holder may take it again.
#include <stdio.h>
#include "userland/libc/thread.h"
#undef HOOK
#define HOOK
#include "userland/libc/stream.h"

void flockfile(FILE *file)
{
	if (!threads_started)
		return;
	if (file->owner != thread_self()) {
		libc_lock(&file->lock);
		file->owner = thread_self();
	}
	file->depth++;
}

int ftrylockfile(FILE *file)
{
	int free_now = 0;
	if (threads_started && file->owner != thread_self() && !__atomic_compare_exchange_n(&file->lock, &free_now, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return -1;
	file->owner = threads_started ? thread_self() : NULL;
	file->depth += threads_started;
	return 0;
}

void funlockfile(FILE *file)
{
	if (!threads_started || file->depth == 0 || --file->depth > 0) // depth 0: taken before there were threads
		return;
	file->owner = NULL;
	libc_unlock(&file->lock);
}
