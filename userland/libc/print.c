// print.c: the printf family: sinks for the engine in kernel/lib/format.c, with the floating conversions of print_float.c.
#include <errno.h>
#include <limits.h>
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

int print_format(struct format_sink *sink, const char *template, va_list args)
{
	if (print_positional != NULL && strchr(template, '$') != NULL)
		print_positional(sink, template, args);
	else
		format(sink, template, args);
	if (!sink->failed && sink->written > INT_MAX) {
		sink->failed = true;
		errno = EOVERFLOW;
	}
	return sink->failed ? -1 : (int)sink->written;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict template, va_list args)
{
	struct memory_sink memory = {{.put = memory_put, .floating = print_floating}, to, size};
	int rc = print_format(&memory.sink, template, args);
	if (size != 0)
		to[memory.sink.written < size ? memory.sink.written : size - 1] = '\0';
	return rc;
}

int vsprintf(char *restrict to, const char *restrict template, va_list args)
{
	return vsnprintf(to, INT_MAX, template, args);
}

int vasprintf(char **to, const char *template, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, template, args);
	*to = length < 0 ? NULL : malloc((size_t)length + 1);
	if (*to != NULL)
		vsnprintf(*to, (size_t)length + 1, template, again);
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
	struct stream_sink stream = {{.put = stream_put, .floating = print_floating}, file};
	char borrowed[256], *buffer = file->buffer;
	bool unbuffered = file->mode == STREAM_UNBUFFERED, failed = file->error;
	file->error = false;
	if (unbuffered)
		stream_lend(file, borrowed, sizeof(borrowed));
	int length = print_format(&stream.sink, template, args);
	if (unbuffered)
		stream_take_back(file, buffer);
	bool error = file->error;
	file->error |= failed;
	return error ? -1 : length;
}

// The rest of the family: each hands its "..." to the v form.
#define FORWARD(call)                                                                                              \
	va_list args;                                                                                              \
	va_start(args, template);                                                                                  \
	int length = call;                                                                                         \
	va_end(args);                                                                                              \
	return length

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
