// memory.c: the shell's stack of short-lived memory. A command marks it, allocates at will and releases to the mark.
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

#define CHUNK_SIZE 4000

struct chunk {
	struct chunk *previous;
	size_t size;
	char bytes[] __attribute__((aligned(16)));
};
static struct chunk *top;
static size_t used;

void *keep(void *pointer)
{
	if (pointer == NULL)
		shell_error(2, "out of memory");
	return pointer;
}

void *stack_allocate(size_t size)
{
	size = (size + 15) & ~15ul;
	if (top == NULL || used + size > top->size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		struct chunk *chunk = keep(malloc(sizeof(*chunk) + room));
		*chunk = (struct chunk){top, room};
		top = chunk;
		used = 0;
	}
	used += size;
	return memset(top->bytes + used - size, 0, size);
}

char *stack_copy(const char *text, size_t size)
{
	return memcpy(stack_allocate(size + 1), text, size);
}

char *stack_format(const char *template, ...)
{
	char *text;
	va_list args;
	va_start(args, template);
	int size = vasprintf(&text, template, args);
	va_end(args);
	keep(size < 0 ? NULL : text);
	char *copy = stack_copy(text, size);
	free(text);
	return copy;
}

struct mark stack_mark(void)
{
	return (struct mark){top, used};
}

void stack_release(struct mark mark)
{
	while (top != mark.chunk) {
		struct chunk *chunk = top;
		top = chunk->previous;
		free(chunk);
	}
	used = mark.used;
}

struct mark stack_suspend(void)
{
	struct mark mark = stack_mark();
	top = NULL;
	return mark;
}

void *stack_resume(struct mark mark)
{
	void *heap = top;
	top = mark.chunk;
	used = mark.used;
	return heap;
}

void stack_free(void *heap)
{
	for (struct chunk *chunk = heap, *previous; chunk != NULL; chunk = previous) {
		previous = chunk->previous;
		free(chunk);
	}
}
