// memory_stream.c: streams whose file is memory: fmemopen, open_memstream, open_wmemstream (POSIX.1-2017).
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "userland/libc/stream.h"

static FILE *stream_open(const struct stream_operations *operations, void *cookie, const char *mode)
{
	FILE *file = stream_create(-1, mode);
	if (file == NULL) {
		free(cookie);
		return NULL;
	}
	file->operations = operations;
	file->cookie = cookie;
	file->mode = STREAM_FULL;
	return file;
}

// Where a seek leads, within 0..limit; -1 with EINVAL.
static off_t seek_target(size_t position, size_t end, size_t limit, off_t offset, int whence)
{
	off_t start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)position : (off_t)end, target;
	if (whence >= SEEK_SET && whence <= SEEK_END && !__builtin_add_overflow(start, offset, &target) &&
	    target >= 0 && (size_t)target <= limit)
		return target;
	errno = EINVAL;
	return -1;
}

// -------- fmemopen: a buffer of fixed size

struct fixed {
	char *bytes;
	size_t room, size, position; // size: of the contents
	bool append, update, owned;
};

static ssize_t fixed_read(void *cookie, char *to, size_t count)
{
	struct fixed *memory = cookie;
	if (memory->position >= memory->size)
		return 0;
	if (count > memory->size - memory->position)
		count = memory->size - memory->position;
	memcpy(to, memory->bytes + memory->position, count);
	memory->position += count;
	return (ssize_t)count;
}

// Contents that grow are followed by a NUL where there is room; one that is only being filled loses its last
// byte to it.
static ssize_t fixed_write(void *cookie, const char *from, size_t count)
{
	struct fixed *memory = cookie;
	if (memory->append)
		memory->position = memory->size;
	if (count > memory->room - memory->position)
		count = memory->room - memory->position;
	if (count == 0) {
		errno = ENOSPC;
		return -1;
	}
	memcpy(memory->bytes + memory->position, from, count);
	memory->position += count;
	if (memory->position > memory->size) {
		memory->size = memory->position;
		if (memory->size < memory->room)
			memory->bytes[memory->size] = '\0';
		else if (!memory->update && !memory->append)
			memory->bytes[memory->room - 1] = '\0';
	}
	return (ssize_t)count;
}

static off_t fixed_seek(void *cookie, off_t offset, int whence)
{
	struct fixed *memory = cookie;
	off_t target = seek_target(memory->position, memory->size, memory->room, offset, whence);
	memory->position = target < 0 ? memory->position : (size_t)target;
	return target;
}

static int fixed_close(void *cookie)
{
	struct fixed *memory = cookie;
	if (memory->owned)
		free(memory->bytes);
	free(memory);
	return 0;
}

FILE *fmemopen(void *restrict buffer, size_t size, const char *restrict mode)
{
	static const struct stream_operations operations = {fixed_read, fixed_write, fixed_seek, fixed_close};
	if (stream_flags(mode) < 0)
		return NULL;
	struct fixed *memory = calloc(1, sizeof(*memory) + (buffer == NULL ? size : 0));
	if (memory == NULL)
		return NULL;
	*memory = (struct fixed){.bytes = buffer != NULL ? buffer : (char *)(memory + 1),
				 .room = size,
				 .append = *mode == 'a',
				 .update = strchr(mode, '+') != NULL};
	memory->size = *mode == 'r' ? size : *mode == 'a' ? strnlen(memory->bytes, size) : 0;
	memory->position = *mode == 'a' ? memory->size : 0;
	if (*mode == 'w' && memory->update && size > 0)
		*memory->bytes = '\0';
	return stream_open(&operations, memory, mode);
}

// -------- open_memstream and open_wmemstream: memory that grows. `unit` bytes are an element; a NUL one
// follows the contents.

struct growing {
	char **text;
	size_t *result; // elements, of which the caller is told
	size_t unit, room, size, position;
	mbstate_t state;
};

static void tell(struct growing *memory)
{
	*memory->result = memory->position < memory->size ? memory->position : memory->size;
}

// Room for `wanted` elements and the NUL; what is new is 0.
static int grow(struct growing *memory, size_t wanted)
{
	if (wanted < memory->room)
		return 0;
	size_t room = wanted + wanted / 2 + 64;
	char *grown =
	    wanted > SIZE_MAX / 8 / memory->unit ? NULL : realloc(*memory->text, room * memory->unit);
	if (grown == NULL) {
		errno = ENOMEM;
		return -1;
	}
	memset(grown + memory->room * memory->unit, 0, (room - memory->room) * memory->unit);
	*memory->text = grown;
	memory->room = room;
	return 0;
}

static void advance(struct growing *memory, size_t count)
{
	memory->position += count;
	if (memory->position > memory->size) {
		memory->size = memory->position;
		memset(*memory->text + memory->size * memory->unit, 0, memory->unit);
	}
	tell(memory);
}

static ssize_t growing_write(void *cookie, const char *from, size_t count)
{
	struct growing *memory = cookie;
	if (grow(memory, memory->position + count) < 0)
		return -1;
	memcpy(*memory->text + memory->position, from, count);
	advance(memory, count);
	return (ssize_t)count;
}

static ssize_t growing_write_wide(void *cookie, const char *from, size_t count)
{
	struct growing *memory = cookie;
	for (size_t i = 0; i < count; i++) {
		wchar_t c;
		size_t rc = mbrtowc(&c, from + i, 1, &memory->state);
		if (rc == (size_t)-2)
			continue;
		if (rc == (size_t)-1 || grow(memory, memory->position + 1) < 0)
			return -1;
		((wchar_t *)*memory->text)[memory->position] = c;
		advance(memory, 1);
	}
	return (ssize_t)count;
}

static off_t growing_seek(void *cookie, off_t offset, int whence)
{
	struct growing *memory = cookie;
	off_t target = seek_target(memory->position, memory->size, LONG_MAX, offset, whence);
	memory->position = target < 0 ? memory->position : (size_t)target;
	tell(memory);
	return target;
}

static int growing_close(void *cookie)
{
	free(cookie); // the text is the caller's
	return 0;
}

static FILE *open_growing(const struct stream_operations *operations, char **text, size_t *size, size_t unit)
{
	struct growing *memory = malloc(sizeof(*memory));
	if (memory == NULL)
		return NULL;
	*memory = (struct growing){.text = text, .result = size, .unit = unit};
	*text = NULL;
	if (grow(memory, 0) < 0) {
		free(memory);
		return NULL;
	}
	tell(memory);
	char *start = *text;
	FILE *file = stream_open(operations, memory, "w");
	if (file == NULL)
		free(start);
	return file;
}

FILE *open_memstream(char **text, size_t *size)
{
	static const struct stream_operations operations = {NULL, growing_write, growing_seek, growing_close};
	return open_growing(&operations, text, size, 1);
}

// Unbuffered: a position counts characters, so none may wait as bytes.
FILE *open_wmemstream(wchar_t **text, size_t *size)
{
	static const struct stream_operations operations = {NULL, growing_write_wide, growing_seek,
							    growing_close};
	FILE *file = open_growing(&operations, (char **)text, size, sizeof(wchar_t));
	if (file != NULL) {
		file->mode = STREAM_UNBUFFERED;
		file->size = 0;
		file->orientation = 1;
	}
	return file;
}
