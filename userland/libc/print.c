// print.c: the printf family: sinks for the engine in kernel/lib/format.c, with the floating conversions of print_float.c.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/lib/format.h"
#include "userland/libc/decimal.h"
#include "userland/libc/stream.h"

struct memory_sink {
	struct format_sink sink;
	char *buffer;
	size_t size;
};

static void memory_put(struct format_sink *sink, const char *bytes, size_t count)
{
	struct memory_sink *memory = (struct memory_sink *)sink;
	if (sink->written < memory->size) {
		size_t room = memory->size - sink->written;
		memcpy(memory->buffer + sink->written, bytes, count < room ? count : room);
	}
}

int vsnprintf(char *restrict to, size_t size, const char *restrict template, va_list args)
{
	struct memory_sink memory = {{memory_put, print_floating, 0}, to, size};
	size_t length = format(&memory.sink, template, args);
	if (size != 0)
		to[length < size ? length : size - 1] = '\0';
	return (int)length;
}

int vsprintf(char *restrict to, const char *restrict template, va_list args)
{
	return vsnprintf(to, INT32_MAX, template, args);
}

int vasprintf(char **to, const char *template, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, template, args);
	*to = malloc(length + 1);
	if (*to != NULL)
		vsnprintf(*to, length + 1, template, again);
	va_end(again);
	return *to != NULL ? length : -1;
}

struct stream_sink {
	struct format_sink sink;
	FILE *file;
};

static void stream_put(struct format_sink *sink, const char *bytes, size_t count)
{
	fwrite(bytes, 1, count, ((struct stream_sink *)sink)->file);
}

// An unbuffered stream borrows a buffer for the call, so that a message is one write.
int vfprintf(FILE *restrict file, const char *restrict template, va_list args)
{
	LOCKED(file);
	struct stream_sink stream = {{stream_put, print_floating, 0}, file};
	char borrowed[256];
	bool unbuffered = file->mode == STREAM_UNBUFFERED, failed = file->error;
	file->error = false;
	if (unbuffered)
		stream_lend(file, borrowed, sizeof(borrowed));
	size_t length = format(&stream.sink, template, args);
	if (unbuffered)
		stream_take_back(file);
	bool error = file->error;
	file->error |= failed;
	return error ? -1 : (int)length;
}

// The rest of the family: each hands its "..." to the v form.
#define FORWARD(call)                                                                                              \
	va_list args;                                                                                              \
	va_start(args, template);                                                                                  \
	int length = call;                                                                                         \
	va_end(args);                                                                                              \
	return length

int vprintf(const char *restrict template, va_list args)
{
	return vfprintf(stdout, template, args);
}

int printf(const char *restrict template, ...)
{
	FORWARD(vfprintf(stdout, template, args));
}

int fprintf(FILE *restrict file, const char *restrict template, ...)
{
	FORWARD(vfprintf(file, template, args));
}

int snprintf(char *restrict to, size_t size, const char *restrict template, ...)
{
	FORWARD(vsnprintf(to, size, template, args));
}

int sprintf(char *restrict to, const char *restrict template, ...)
{
	FORWARD(vsprintf(to, template, args));
}

int asprintf(char **to, const char *template, ...)
{
	FORWARD(vasprintf(to, template, args));
}

int dprintf(int fd, const char *restrict template, ...)
{
	struct stream file = {.fd = fd, .mode = STREAM_UNBUFFERED, .writable = true};
	FORWARD(vfprintf(&file, template, args));
}
