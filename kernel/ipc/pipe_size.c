// pipe_size.c: how much a pipe holds (fcntl F_SETPIPE_SZ): its bytes move into a ring of another size.
#include "kernel/ipc/pipe.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

static void free_pages(char **pages, uint64_t count)
{
	for (uint64_t i = 0; pages != NULL && i < count; i++)
		kfree(pages[i]);
}

// Copies what the pipe holds to where it belongs in a ring of `count` pages. 0 or -ENOMEM.
static int copy_bytes(const struct pipe *pipe, char **pages, uint64_t count)
{
	for (uint64_t at = pipe->tail, piece; at < pipe->head; at += piece) {
		const char *from = pipe->pages[at / PAGE_SIZE % (pipe->size / PAGE_SIZE)];
		char **to = &pages[at / PAGE_SIZE % count];
		uint64_t offset = at % PAGE_SIZE;
		piece = PAGE_SIZE - offset < pipe->head - at ? PAGE_SIZE - offset : pipe->head - at;
		if (*to == NULL)
			*to = kmalloc(PAGE_SIZE, ALLOC_SLEEP);
		if (*to == NULL)
			return -ENOMEM;
		memcpy(*to + offset, from + offset, piece);
	}
	return 0;
}

// pipe->lock held; `size` is a power of two, at least a page.
static int resize(struct pipe *pipe, uint64_t size)
{
	uint64_t count = size / PAGE_SIZE, old_count = pipe->size / PAGE_SIZE;
	if (pipe->head - pipe->tail > size)
		return -EBUSY;
	char **pages = kzalloc(count * sizeof(*pages), ALLOC_SLEEP);
	int rc = pages != NULL ? copy_bytes(pipe, pages, count) : -ENOMEM;
	if (rc != 0) {
		free_pages(pages, count);
		kfree(pages);
		return rc;
	}
	free_pages(pipe->pages, old_count);
	if (pipe->pages != pipe->first)
		kfree(pipe->pages);
	pipe->pages = pages;
	WRITE_ONCE(pipe->size, size);
	return 0;
}

long pipe_size(struct pipe *pipe, int command, uint64_t wanted)
{
	uint64_t size = PAGE_SIZE;
	if (command == F_GETPIPE_SZ)
		return (long)READ_ONCE(pipe->size);
	wanted = (uint32_t)wanted;
	if (wanted > 1ul << 31)
		return -EINVAL;
	while (size < wanted)
		size *= 2;
	if (size > PIPE_SIZE_MAX)
		return -EPERM;
	mutex_lock(&pipe->lock);
	int rc = size != pipe->size ? resize(pipe, size) : 0;
	mutex_unlock(&pipe->lock);
	wake_up(&pipe->writable);
	return rc != 0 ? rc : (long)size;
}
