// fnmatch.c: names against shell patterns.
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

static bool in_class(const char *name, size_t size, int character)
{
	static const struct {
		const char *name;
		int (*test)(int);
	} classes[] = {{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum}, {"upper", isupper},
		       {"lower", islower}, {"space", isspace}, {"blank", isblank}, {"punct", ispunct},
		       {"print", isprint}, {"graph", isgraph}, {"cntrl", iscntrl}, {"xdigit", isxdigit}};
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strlen(classes[i].name) == size && strncmp(classes[i].name, name, size) == 0)
			return classes[i].test(character);
	return false;
}

// `pattern` points behind '['. Returns what follows the bracket expression, or NULL when it never closes.
static const char *match_bracket(const char *pattern, unsigned char character, bool *matches)
{
	bool inverted = *pattern == '!' || *pattern == '^', found = false;
	pattern += inverted;
	for (bool first = true; first || *pattern != ']'; first = false) {
		const char *colon = pattern[0] == '[' && pattern[1] == ':' ? strstr(pattern + 2, ":]") : NULL;
		if (colon != NULL) {
			found |= in_class(pattern + 2, colon - pattern - 2, character);
			pattern = colon + 2;
			continue;
		}
		if (*pattern == '\\' && pattern[1] != '\0')
			pattern++;
		unsigned char low = *pattern, high = low;
		if (low == '\0')
			return NULL;
		if (pattern[1] == '-' && pattern[2] != ']' && pattern[2] != '\0') {
			pattern += 2;
			pattern += *pattern == '\\' && pattern[1] != '\0';
			high = *pattern;
		}
		pattern++;
		found |= low <= character && character <= high;
	}
	*matches = found != inverted;
	return pattern + 1;
}

// On a mismatch after a '*' the last star takes one more character: no recursion, so no pattern is exponential.
int fnmatch(const char *pattern, const char *text, int flags)
{
	const char *star = NULL, *resume = NULL, *start = text;
	for (;;) {
		bool matches = false, hidden = (flags & FNM_PERIOD) && *text == '.' && text == start;
		const char *next = pattern + 1;
		if (*pattern == '*' && !hidden) {
			star = pattern++;
			resume = text;
			continue;
		}
		if (*text == '\0' && *pattern == '\0')
			return 0;
		if (*text != '\0' && *pattern != '\0') {
			const char *after = *pattern == '[' && !hidden ? match_bracket(next, *text, &matches) : NULL;
			if (after != NULL) {
				next = after;
			} else if (*pattern == '?') {
				matches = !hidden;
			} else if (*pattern == '\\' && pattern[1] != '\0' && !(flags & FNM_NOESCAPE)) {
				matches = pattern[1] == *text;
				next = pattern + 2;
			} else {
				matches = *pattern == *text;
			}
		}
		if (matches) {
			pattern = next;
			text++;
		} else if (star != NULL && *resume != '\0' && !((flags & FNM_PATHNAME) && *resume == '/')) {
			text = ++resume;
			pattern = star + 1;
		} else {
			return FNM_NOMATCH;
		}
	}
}
