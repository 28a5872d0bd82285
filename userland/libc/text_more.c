// text_more.c: the rest of <string.h> that the smallest programs do without.
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

char *strncpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strnlen(from, size);
	memcpy(to, from, length);
	memset(to + length, 0, size - length);
	return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
	stpcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t limit)
{
	size_t length = strnlen(from, limit);
	char *end = mempcpy(to + strlen(to), from, length);
	*end = '\0';
	return to;
}

char *strtok_r(char *restrict text, const char *restrict separators, char **restrict rest)
{
	if (text == NULL)
		text = *rest;
	text += strspn(text, separators);
	char *end = text + strcspn(text, separators);
	*rest = end + (*end != '\0');
	if (end == text)
		return NULL;
	*end = '\0';
	return text;
}

char *strtok(char *restrict text, const char *restrict separators)
{
	static char *rest;
	return strtok_r(text, separators, &rest);
}

int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

char *strcasestr(const char *text, const char *wanted)
{
	size_t size = strlen(wanted);
	for (; strncasecmp(text, wanted, size) != 0; text++)
		if (*text == '\0')
			return NULL;
	return (char *)text;
}
