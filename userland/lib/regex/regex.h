// regex.h: POSIX basic and extended regular expressions without back-references, in time proportional to text times pattern.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct regex;

// Compiles `pattern`; regex_free() gives it back. NULL: *error says why, in words.
struct regex *regex_compile(const char *pattern, bool extended, bool fold_case, const char **error);
void regex_free(struct regex *regex);

// The longest of the leftmost matches in text[0, size) that start at `from` or later: *start, *end. False: there is none.
// Anchors mean text[0] and text[size]. Not for two threads at once: the regex holds the working lists.
bool regex_search(const struct regex *regex, const char *text, size_t size, size_t from, size_t *start, size_t *end);
