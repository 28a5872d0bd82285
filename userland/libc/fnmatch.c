// fnmatch.c: names against shell patterns (POSIX XCU 2.13).
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>
#include "userland/libc/class.h"

// A library without wide.c has the C locale only, so these are not asked.
wint_t towlower(wint_t c) __attribute__((weak));
wint_t towupper(wint_t c) __attribute__((weak));

// The character at `text` and its length; a byte that is no UTF-8 stands above all characters.
static int decode(const char *text, size_t *length)
{
	int c;
	*length = 1;
	if (MB_CUR_MAX == 1 || (unsigned char)*text < 0x80)
		return (unsigned char)*text;
	size_t size = class_decode(&c, text, 4);
	if (size == 0 || size > 4)
		return 0x110000 + (unsigned char)*text;
	*length = size;
	return c;
}

static int fold(int c, int flags)
{
	if ((flags & FNM_CASEFOLD) == 0)
		return c;
	return MB_CUR_MAX == 1 ? tolower(c) : (int)towlower((wint_t)c);
}

static bool in_class(const char *name, size_t size, int c, int flags)
{
	char text[16] = "";
	if (size < sizeof(text))
		memcpy(text, name, size);
	wctype_t class = wctype(text);
	if (MB_CUR_MAX == 1 && c > 127)
		return false;
	int upper = MB_CUR_MAX == 1 ? toupper(c) : (int)towupper((wint_t)c);
	return iswctype((wint_t)c, class) ||
	       ((flags & FNM_CASEFOLD) && (iswctype((wint_t)fold(c, flags), class) || iswctype((wint_t)upper, class)));
}

// One end of a range at *pattern, and behind it: a character, maybe behind a backslash, or [.x.] or [=x=]. -1: none.
static int take_element(const char **pattern, int flags)
{
	const char *at = *pattern;
	size_t length;
	char kind = at[0] == '[' && (at[1] == '.' || at[1] == '=') ? at[1] : '\0';
	if (kind != '\0')
		at += 2;
	else if (*at == '\\' && at[1] != '\0' && !(flags & FNM_NOESCAPE))
		at++;
	if (*at == '\0')
		return -1;
	int c = decode(at, &length);
	at += length;
	if (kind != '\0' && (at[0] != kind || at[1] != ']'))
		return -1;
	*pattern = at + (kind != '\0' ? 2 : 0);
	return c;
}

// `pattern` points behind '['. Returns what follows the bracket expression, or NULL when it is none.
static const char *match_bracket(const char *pattern, int c, int flags, bool *matches)
{
	bool inverted = *pattern == '!' || *pattern == '^', found = false;
	pattern += inverted;
	for (bool first = true; first || *pattern != ']'; first = false) {
		const char *colon = pattern[0] == '[' && pattern[1] == ':' ? strstr(pattern + 2, ":]") : NULL;
		if (colon != NULL) {
			found |= in_class(pattern + 2, colon - pattern - 2, c, flags);
			pattern = colon + 2;
			continue;
		}
		if (*pattern == '/' && (flags & FNM_PATHNAME))
			return NULL; // a slash cannot stand in brackets
		int low = take_element(&pattern, flags), high = low;
		if (low < 0)
			return NULL;
		if (pattern[0] == '-' && pattern[1] != ']' && pattern[1] != '\0') {
			pattern++;
			if ((high = take_element(&pattern, flags)) < 0)
				return NULL;
		}
		found |= (low <= c && c <= high) || (fold(low, flags) <= fold(c, flags) && fold(c, flags) <= fold(high, flags));
	}
	*matches = found != inverted;
	return pattern + 1;
}

// On a mismatch after a '*' the last star takes one more character: no recursion, so no pattern is exponential.
int fnmatch(const char *pattern, const char *text, int flags)
{
	const char *star = NULL, *resume = NULL, *start = text;
	for (;;) {
		size_t length = 0, pattern_length;
		int c = decode(text, &length);
		bool slash = (flags & FNM_PATHNAME) && *text == '/', matches = false;
		bool hidden = (flags & FNM_PERIOD) && *text == '.' &&
			      (text == start || ((flags & FNM_PATHNAME) && text[-1] == '/'));
		const char *next = pattern + 1;
		if (*pattern == '*' && !hidden) {
			star = pattern++;
			resume = text;
			continue;
		}
		if (*pattern == '\0' && (*text == '\0' || ((flags & FNM_LEADING_DIR) && *text == '/')))
			return 0;
		if (*text != '\0' && *pattern != '\0') {
			const char *after = *pattern == '[' ? match_bracket(next, c, flags, &matches) : NULL;
			if (after != NULL) {
				next = after;
				matches = matches && !hidden && !slash;
			} else if (*pattern == '?') {
				matches = !hidden && !slash;
			} else {
				const char *literal = *pattern == '\\' && pattern[1] != '\0' && !(flags & FNM_NOESCAPE) ? next : pattern;
				matches = fold(decode(literal, &pattern_length), flags) == fold(c, flags);
				next = literal + pattern_length;
			}
		}
		if (matches) {
			pattern = next;
			text += length;
		} else if (star != NULL && *resume != '\0' && !((flags & FNM_PATHNAME) && *resume == '/')) {
			decode(resume, &length);
			text = resume += length;
			pattern = star + 1;
		} else {
			return FNM_NOMATCH;
		}
	}
}
