// stream.h: what a FILE is.
#pragma once
#include "userland/libc/hook.h"
#include <stdbool.h>
#include <stdio.h>
#include "kernel/lib/list.h"
#include "userland/libc/thread.h"

enum stream_mode { STREAM_FULL = _IOFBF, STREAM_LINE = _IOLBF, STREAM_UNBUFFERED = _IONBF, STREAM_UNKNOWN };

// Reading: buffer[start, end) was read and not yet taken. Writing: buffer[0, end) waits to be written.
// One of the two at a time; `writing` says which. Behind the buffer is a descriptor, or what `operations` do (then fd is -1).
struct stream {
	struct list list; // of open streams; not linked for a temporary one
	int fd;
	enum stream_mode mode; // STREAM_UNKNOWN until the first use: line-buffered on a terminal, else full
	bool readable, writable, writing, end_of_file, error, owned, append;
	char *buffer;
	size_t size, start, end;
	const struct stream_operations *operations;
	void *cookie;
	int orientation; // -1: bytes, 1: wide characters, 0: not used yet
	int lock, depth; // held by `owner`, who may take it again
	struct thread *owner;
};

// A stream that is no descriptor: each takes the cookie and answers as the system call does. NULL: it always succeeds.
struct stream_operations {
	ssize_t (*read)(void *cookie, char *to, size_t size);
	ssize_t (*write)(void *cookie, const char *from, size_t size);
	off_t (*seek)(void *cookie, off_t offset, int whence);
	int (*close)(void *cookie);
};

#define STREAM_PUSHBACK 8 // room that ungetc always finds in front of what was read

FILE *stream_create(int fd, const char *mode);	// a stream in the list of open ones, or NULL
int stream_flags(const char *mode);		// what open() wants for fopen's mode, or -1 with EINVAL

// Holds the stream's lock to the end of the block. stream_lock.c has the lock; with one thread nobody asks for it.
void flockfile(FILE *file) HOOK;
void funlockfile(FILE *file) HOOK;
#define LOCKED(file) FILE *locked __attribute__((cleanup(stream_release), unused)) = stream_hold(file)
static inline FILE *stream_hold(FILE *file)
{
	if (threads_started)
		flockfile(file);
	if (file->orientation == 0)
		file->orientation = -1;
	return file;
}

static inline void stream_release(FILE **file)
{
	if (threads_started)
		funlockfile(*file);
}

void stream_lend(FILE *file, char *buffer, size_t size); // to an unbuffered stream, for one call
void stream_take_back(FILE *file, char *buffer);	  // with the buffer that it had
