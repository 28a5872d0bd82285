// grep_regex.c: grep's regular expressions, by the C library's engine.
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/grep.h"

// `text` with a backslash before each operator. NULL: no memory.
static char *escape(const char *text, size_t size)
{
	char *escaped = calloc(2, size + 1), *to = escaped;
	for (size_t i = 0; escaped != NULL && i < size; i++) {
		if (strchr(".[]*^$\\", text[i]) != NULL)
			*to++ = '\\';
		*to++ = text[i];
	}
	return escaped;
}

const char *regex_compile(struct pattern *pattern, bool extended, bool fixed, bool fold)
{
	static char message[128];
	regex_t *regex = pattern->regex = malloc(sizeof(*regex));
	if (fixed)
		pattern->text = escape(pattern->text, pattern->size);
	int error = regex == NULL || pattern->text == NULL ? REG_ESPACE
		  : regcomp(regex, pattern->text, (extended && !fixed ? REG_EXTENDED : 0) | (fold ? REG_ICASE : 0));
	if (error == 0)
		return NULL;
	regerror(error, NULL, message, sizeof(message));
	return message;
}

bool regex_find(const struct pattern *pattern, const char *line, size_t from, size_t limit, size_t size, struct match *match)
{
	regmatch_t found = {(regoff_t)from, (regoff_t)limit};
	int flags = REG_STARTEND | (from > 0 ? REG_NOTBOL : 0) | (limit < size ? REG_NOTEOL : 0);
	if (regexec(pattern->regex, line, 1, &found, flags) != 0)
		return false;
	*match = (struct match){found.rm_so, found.rm_eo};
	return true;
}
