// regex.c: awk's regular expressions for regcomp: awk's escapes are taken out first.
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/internal.h"

char awk_escape(const char **at)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"//";
	for (size_t i = 0; letters[i] != '\0'; i += 2)
		if (letters[i] == **at) {
			++*at;
			return letters[i + 1];
		}
	if (**at >= '0' && **at <= '7') {
		int value = 0;
		for (int i = 0; i < 3 && **at >= '0' && **at <= '7'; i++)
			value = value * 8 + *(*at)++ - '0';
		return (char)value;
	}
	return '\\';
}

regex_t *awk_regex(const char *bytes, size_t size)
{
	char *pattern = awk_keep(malloc(2 * size + 1)), *to = pattern, message[100];
	for (const char *at = bytes; at < bytes + size;) {
		if (*at != '\\' || at + 1 == bytes + size) {
			*to++ = *at++;
			continue;
		}
		at++;
		if (strchr("fnrtv/\"a", *at) != NULL || (*at >= '0' && *at <= '7')) {
			char c = awk_escape(&at);
			if (strchr(".[]*^$+?(){}|\\", c) != NULL)
				*to++ = '\\';
			*to++ = c;
		} else {
			*to++ = '\\';
			*to++ = *at == 'y' ? 'b' : *at;
			at++;
		}
	}
	*to = '\0';
	regex_t *regex = awk_keep(malloc(sizeof(*regex)));
	int error = regcomp(regex, pattern, REG_EXTENDED);
	if (error != 0) {
		regerror(error, regex, message, sizeof(message));
		awk_die("%s: /%s/", message, pattern);
	}
	free(pattern);
	return regex;
}

// A compiled form of a value's text; the last few are kept.
const regex_t *awk_dynamic_regex(struct value value)
{
	static struct {
		struct value text;
		regex_t *regex;
	} cache[32];
	static unsigned next;
	value = value_text(value);
	for (int i = 0; i < 32; i++)
		if (cache[i].regex != NULL && cache[i].text.text->size == value.text->size &&
		    memcmp(cache[i].text.text->bytes, value.text->bytes, value.text->size) == 0) {
			value_drop(value);
			return cache[i].regex;
		}
	unsigned slot = next++ % 32;
	regex_t *regex = awk_regex(value.text->bytes, value.text->size);
	if (cache[slot].regex != NULL) {
		regfree(cache[slot].regex);
		free(cache[slot].regex);
		value_drop(cache[slot].text);
	}
	cache[slot].text = value;
	return cache[slot].regex = regex;
}
