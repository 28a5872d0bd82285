// stream.h: what a FILE is.
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "kernel/lib/list.h"
#include "userland/libc/thread.h"

enum stream_mode { STREAM_FULL = _IOFBF, STREAM_LINE = _IOLBF, STREAM_UNBUFFERED = _IONBF, STREAM_UNKNOWN };

// Reading: buffer[start, end) was read and not yet taken. Writing: buffer[0, end) waits to be written.
// One of the two at a time; `writing` says which. A stream over text in memory has fd -1.
struct stream {
	struct list list; // of open streams; not linked for a temporary one
	int fd;
	enum stream_mode mode; // STREAM_UNKNOWN until the first use: line-buffered on a terminal, else full
	bool readable, writable, writing, end_of_file, error, owned, append;
	char *buffer;
	size_t size, start, end;
	int lock, depth; // held by `owner`, who may take it again
	struct thread *owner;
};

// Holds the stream's lock to the end of the block. stream_lock.c has the lock; with one thread nobody asks for it.
void flockfile(FILE *file) __attribute__((weak));
void funlockfile(FILE *file) __attribute__((weak));
#define LOCKED(file) FILE *locked __attribute__((cleanup(stream_release), unused)) = stream_hold(file)
static inline FILE *stream_hold(FILE *file)
{
	if (threads_started)
		flockfile(file);
	return file;
}

static inline void stream_release(FILE **file)
{
	if (threads_started)
		funlockfile(*file);
}

void stream_lend(FILE *file, char *buffer, size_t size);
void stream_take_back(FILE *file);
