// text.h: text that grows while it is written; what procfs files are made of.
#pragma once
#include <stddef.h>
#include "kernel/lib/format.h"

struct text {
	struct format_sink sink;
	char *bytes; // kfree() them
	size_t length, capacity;
	int rc; // -ENOMEM once memory ran out; what came later is lost
};

void text_print(struct text *text, const char *template, ...) __attribute__((format(printf, 2, 3)));
void text_put(struct text *text, const char *bytes, size_t count);
