// pipe.h: pipes and FIFOs.
#pragma once
#include "kernel/fs/fs.h"

struct pipe {
	struct mutex lock;
	struct wait_queue readable, writable, opened;
	unsigned readers, writers;
	uint64_t reader_opens, writer_opens; // ever, so that a FIFO's open() misses nobody
	uint64_t head, tail, size; // size: of the ring, in bytes, a power of two
	char **pages, *first[PIPE_SIZE / PAGE_SIZE]; // first: while the size is PIPE_SIZE
};

static inline uint64_t pipe_used(const struct pipe *pipe)
{
	return READ_ONCE(pipe->head) - READ_ONCE(pipe->tail);
}

static inline uint64_t pipe_room(const struct pipe *pipe)
{
	uint64_t used = pipe_used(pipe), size = READ_ONCE(pipe->size);
	return used < size ? size - used : 0;
}

extern const struct file_operations fifo_operations; // of S_IFIFO inodes: open() waits for the other end
