// scan.c: the scanf family, character by character through fgetc and ungetc, so that it stops where the input stops
// matching. Numbers are collected as text of bounded length and converted by strtol and strtod.
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "userland/libc/stream.h"

#define NUMBER_MAX 400

struct scan {
	FILE *file;
	long taken; // characters, for %n
};

static int next(struct scan *scan)
{
	int character = fgetc(scan->file);
	scan->taken += character != EOF;
	return character;
}

static void back(struct scan *scan, int character)
{
	scan->taken -= character != EOF;
	ungetc(character, scan->file);
}

static void skip_blanks(struct scan *scan)
{
	int character;
	do
		character = next(scan);
	while (isspace(character));
	back(scan, character);
}

// Collects the longest text that can start a number. `kind`: 'i' integer in `base`, 'f' floating.
static void collect_number(struct scan *scan, char *text, int width, char kind, int base)
{
	int length = 0, character;
	bool point = false, exponent = false;
	while (length < width && length < NUMBER_MAX - 1) {
		character = next(scan);
		char previous = length > 0 ? text[length - 1] | 32 : 0;
		bool sign = (character == '+' || character == '-') && (length == 0 || (exponent && previous == 'e'));
		bool hex = base == 16 || (base == 0 && length > 1 && (text[1] | 32) == 'x') ||
			   (base == 0 && length > 2 && (text[2] | 32) == 'x');
		bool ok = sign || isdigit(character) || (kind == 'i' && hex && isxdigit(character)) ||
			  ((base == 0 || base == 16) && kind == 'i' && (character | 32) == 'x' && previous == '0');
		if (kind == 'f' && !ok) {
			ok = (character == '.' && !point && !exponent) ||
			     ((character | 32) == 'e' && !exponent && length > 0) ||
			     (isalpha(character) && strchr("infatyINFATY", character) != NULL);
			point |= character == '.';
			exponent |= (character | 32) == 'e';
		}
		if (!ok) {
			back(scan, character);
			break;
		}
		text[length++] = (char)character;
	}
	text[length] = '\0';
}

static void store_integer(void *to, char length, long value)
{
	switch (length) {
	case 'H': *(char *)to = (char)value; break;
	case 'h': *(short *)to = (short)value; break;
	case 0: *(int *)to = (int)value; break;
	default: *(long *)to = value;
	}
}

static bool take_integer(struct scan *scan, char conversion, char length, int width, void *to)
{
	char text[NUMBER_MAX], *end;
	int base = conversion == 'i' ? 0 : conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' ||
		   conversion == 'p' ? 16 : 10;
	collect_number(scan, text, width, 'i', base);
	long value = conversion == 'd' || conversion == 'i' ? strtol(text, &end, base)
							    : (long)strtoul(text, &end, base);
	if (end == text)
		return false;
	if (to != NULL)
		store_integer(to, conversion == 'p' ? 'l' : length, value);
	return true;
}

static bool take_floating(struct scan *scan, char length, int width, void *to)
{
	char text[NUMBER_MAX], *end;
	collect_number(scan, text, width, 'f', 10);
	double value = strtod(text, &end);
	if (end == text)
		return false;
	if (to != NULL && length == 'L')
		*(long double *)to = value;
	else if (to != NULL && length == 'l')
		*(double *)to = value;
	else if (to != NULL)
		*(float *)to = strtof(text, NULL);
	return true;
}

// %s, %c and %[: characters in `set` (NULL: any), up to `width`.
static bool take_text(struct scan *scan, const bool *set, int width, char *to, bool close)
{
	int length = 0;
	while (length < width) {
		int character = next(scan);
		if (character == EOF || (set != NULL && !set[character])) {
			back(scan, character);
			break;
		}
		if (to != NULL)
			to[length] = (char)character;
		length++;
	}
	if (to != NULL && close && length > 0)
		to[length] = '\0';
	return close ? length > 0 : length == width;
}

// Reads "[...]" behind '['; returns what follows it.
static const char *parse_set(const char *template, bool *set)
{
	bool inverted = *template == '^';
	template += inverted;
	memset(set, inverted, 256);
	for (bool first = true; *template != '\0' && (first || *template != ']'); first = false, template++) {
		unsigned char low = *template, high = low;
		if (template[1] == '-' && template[2] != ']' && template[2] != '\0') {
			high = template[2];
			template += 2;
		}
		for (int c = low; c <= high; c++)
			set[c] = !inverted;
	}
	return template + (*template == ']');
}

static bool convert(struct scan *scan, const char **template, va_list *args, int *assigned)
{
	bool set[256], suppressed = **template == '*', done;
	*template += suppressed;
	int width = isdigit(**template) ? (int)strtol(*template, (char **)template, 10) : 0;
	char length = 0;
	for (; **template != '\0' && strchr("hlLjzt", **template) != NULL; ++*template)
		length = length == 'h' && **template == 'h' ? 'H' : **template;
	char conversion = *(*template)++;
	if (conversion == '%') {
		skip_blanks(scan);
		return next(scan) == '%';
	}
	void *to = suppressed ? NULL : va_arg(*args, void *);
	if (conversion == 'n') {
		store_integer(to, length, scan->taken);
		return true;
	}
	if (conversion != 'c' && conversion != '[')
		skip_blanks(scan);
	int limit = width != 0 ? width : INT32_MAX;
	if (conversion == 's') {
		for (int c = 0; c < 256; c++)
			set[c] = !isspace(c);
		done = take_text(scan, set, limit, to, true);
	} else if (conversion == '[') {
		*template = parse_set(*template, set);
		done = take_text(scan, set, limit, to, true);
	} else if (conversion == 'c') {
		done = take_text(scan, NULL, width != 0 ? width : 1, to, false);
	} else if (conversion != '\0' && strchr("diuoxXp", conversion) != NULL) {
		done = take_integer(scan, conversion, length, limit, to);
	} else {
		done = take_floating(scan, length, limit, to);
	}
	*assigned += done && !suppressed;
	return done;
}

// Returns the number of conversions stored, or EOF when the input ended before the first.
int vfscanf(FILE *restrict file, const char *restrict template, va_list args)
{
	LOCKED(file);
	struct scan scan = {file, 0};
	const char *at = template;
	int assigned = 0;
	bool matches = true;
	va_list rest;
	va_copy(rest, args);
	while (matches && *at != '\0') {
		if (isspace(*at)) {
			skip_blanks(&scan);
			at++;
		} else if (*at == '%') {
			at++;
			matches = convert(&scan, &at, &rest, &assigned);
		} else {
			int character = next(&scan);
			matches = character == (unsigned char)*at++;
			if (!matches)
				back(&scan, character);
		}
	}
	va_end(rest);
	return !matches && assigned == 0 && feof(file) ? EOF : assigned;
}

int fscanf(FILE *restrict file, const char *restrict template, ...)
{
	va_list args;
	va_start(args, template);
	int count = vfscanf(file, template, args);
	va_end(args);
	return count;
}

int scanf(const char *restrict template, ...)
{
	va_list args;
	va_start(args, template);
	int count = vfscanf(stdin, template, args);
	va_end(args);
	return count;
}

int sscanf(const char *restrict text, const char *restrict template, ...)
{
	struct stream file = {.fd = -1, .readable = true, .buffer = (char *)text, .end = strlen(text)};
	va_list args;
	va_start(args, template);
	int count = vfscanf(&file, template, args);
	va_end(args);
	return count;
}
