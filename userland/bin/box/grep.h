// grep.h: a pattern and where it was found, between grep.c and its regular expressions.
#pragma once
#include "userland/bin/box/box.h"

struct match {
	long start, end;
};

struct pattern {
	char *text;
	size_t size;
	bool plain, at_start, at_end; // plain: `text` as it stands, maybe only at an end of the line
	void *regex;
};

// grep_regex.c; a box without it has plain patterns only.
// Compiles pattern->text: a basic expression, an extended one or (-F with -i) a fixed text. NULL, or what is wrong with it.
const char *regex_compile(struct pattern *pattern, bool extended, bool fixed, bool fold) __attribute__((weak));
// The first match of line[0, size) that lies within [from, limit).
bool regex_find(const struct pattern *pattern, const char *line, size_t from, size_t limit, size_t size, struct match *match)
	__attribute__((weak));
