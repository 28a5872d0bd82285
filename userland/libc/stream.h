// stream.h: what a FILE is.
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "kernel/lib/list.h"

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
};

void stream_lend(FILE *file, char *buffer, size_t size);
void stream_take_back(FILE *file);
