// wide_more.c: the rest of <wchar.h>: numbers, bounded conversions, comparison, time.
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include "userland/libc/wide.h"

// -------- numbers: the text is narrowed as far as it is ASCII, then read by the narrow function

#define NARROW_ROOM 64 // longer text is narrowed into allocated memory

static char *narrow(const wchar_t *text, char *own, size_t *blanks)
{
	size_t length = 0, from = 0;
	while (iswspace((wint_t)text[from]))
		from++;
	while (text[from + length] > 32 && text[from + length] < 127)
		length++;
	char *digits = length < NARROW_ROOM ? own : malloc(length + 1);
	for (size_t i = 0; digits != NULL && i < length; i++)
		digits[i] = (char)text[from + i];
	if (digits != NULL)
		digits[length] = '\0';
	*blanks = from;
	return digits;
}

#define WIDE_NUMBER(type, name, parameters, call)                                                         \
	type name parameters                                                                              \
	{                                                                                                 \
		char own[NARROW_ROOM], *stop = NULL;                                                      \
		size_t blanks;                                                                            \
		char *digits = narrow(text, own, &blanks);                                                \
		type value = digits != NULL ? call : 0;                                                   \
		if (end != NULL)                                                                          \
			*end = (wchar_t *)text + (stop == digits ? 0 : blanks + (size_t)(stop - digits)); \
		if (digits != own)                                                                        \
			free(digits);                                                                     \
		return value;                                                                             \
	}
#define TEXT const wchar_t *restrict text, wchar_t **restrict end

WIDE_NUMBER(long, wcstol, (TEXT, int base), strtol(digits, &stop, base))
WIDE_NUMBER(unsigned long, wcstoul, (TEXT, int base), strtoul(digits, &stop, base))
WIDE_NUMBER(long long, wcstoll, (TEXT, int base), strtoll(digits, &stop, base))
WIDE_NUMBER(unsigned long long, wcstoull, (TEXT, int base), strtoull(digits, &stop, base))
WIDE_NUMBER(intmax_t, wcstoimax, (TEXT, int base), strtol(digits, &stop, base))
WIDE_NUMBER(uintmax_t, wcstoumax, (TEXT, int base), strtoul(digits, &stop, base))
WIDE_NUMBER(double, wcstod, (TEXT), strtod(digits, &stop))
WIDE_NUMBER(float, wcstof, (TEXT), strtof(digits, &stop))
WIDE_NUMBER(long double, wcstold, (TEXT), strtold(digits, &stop))

// -------- strings

wchar_t *wcpcpy(wchar_t *restrict to, const wchar_t *restrict from)
{
	size_t length = wcslen(from);
	return wmemcpy(to, from, length + 1) + length;
}

wchar_t *wcpncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
	return wcsncpy(to, from, size) + wcsnlen(from, size);
}

int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t size)
{
	for (; size > 0; size--, a++, b++) {
		wint_t x = towlower((wint_t)*a), y = towlower((wint_t)*b);
		if (x != y || x == 0)
			return x < y ? -1 : x > y;
	}
	return 0;
}

// Order is by code points, so a text is its own key.
size_t wcsxfrm(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
	size_t length = wcslen(from);
	if (size > 0)
		wmemcpy(to, from, length < size ? length + 1 : size);
	return length;
}

// As strftime, in characters.
size_t wcsftime(wchar_t *restrict to, size_t size, const wchar_t *restrict template,
		const struct tm *restrict fields)
{
	struct wide_decoder decoder = {0, 0};
	char *narrow_template = wide_narrow(template), *text = reallocarray(NULL, size + 1, WIDE_BYTES_MAX);
	size_t count = 0, length = narrow_template != NULL && text != NULL
				       ? strftime(text, (size + 1) * WIDE_BYTES_MAX, narrow_template, fields)
				       : 0;
	for (size_t i = 0; i < length; i++) {
		wchar_t c;
		if (!wide_decode(&decoder, text[i], &c))
			continue;
		if (count < size)
			to[count] = c;
		count++;
	}
	if (count < size)
		to[count] = 0;
	free(narrow_template);
	free(text);
	return count < size ? count : 0;
}
