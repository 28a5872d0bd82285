// printf.c: printf, shared by the tools and the shell.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/echo.h"

static char **rest;
static bool failed;

static void complain(const char *text, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "printf: %s: %s\n", text, why);
	failed = true;
}

static void check_end(const char *text, const char *end)
{
	if (end == text)
		complain(text, "expected numeric value");
	else if (*end != '\0')
		complain(text, "not completely converted");
	else if (errno == ERANGE)
		complain(text, strerror(errno));
}

static bool is_character(const char *text) // "'A": its code
{
	return (*text == '"' || *text == '\'') && text[1] != '\0';
}

static long next_number(bool is_signed)
{
	const char *text = *rest != NULL ? *rest++ : "0";
	char *end;
	if (is_character(text))
		return (unsigned char)text[1];
	errno = 0;
	long value = is_signed || *text == '-' ? strtol(text, &end, 0) : (long)strtoul(text, &end, 0);
	check_end(text, end);
	return value;
}

static double next_double(void)
{
	const char *text = *rest != NULL ? *rest++ : "0";
	char *end;
	if (is_character(text))
		return (unsigned char)text[1];
	errno = 0;
	double value = strtod(text, &end);
	check_end(text, end);
	return value;
}

// A width or precision: digits, or "*" and the next argument.
static const char *take_field(const char *at, int *value)
{
	char *end = (char *)at + 1;
	*value = *at == '*' ? (int)next_number(true) : (int)strtol(at, &end, 10);
	return *at == '*' ? at + 1 : end;
}

// One conversion: flags, width, precision and letter, checked before they reach the C library. NULL: \c or an error.
static const char *put_conversion(const char *at)
{
	char one[24] = "%", *to = one + 1;
	int width = 0, precision = -1;
	for (; *at != '\0' && strchr("-+ #0", *at) != NULL; at++)
		if (strchr(one, *at) == NULL)
			*to++ = *at;
	if (*at == '*' || isdigit((unsigned char)*at))
		at = take_field(at, &width);
	if (*at == '.')
		at = at[1] == '*' || isdigit((unsigned char)at[1]) ? take_field(at + 1, &precision) : (precision = 0, at + 1);
	while (*at != '\0' && strchr("hlLjzt", *at) != NULL)
		at++;
	char letter = *at;
	strcpy(to, "*.*");
	to += 3;
	if (letter == 's' || letter == 'b') {
		const char *text = *rest != NULL ? *rest++ : "";
		bool left = strchr(one, '-') != NULL && width > 0;
		if (letter == 'b' && !put_escaped(text, left ? -width : width, precision))
			return NULL;
		strcpy(to, "s");
		if (letter == 's')
			printf(one, width, precision, text);
	} else if (letter == 'c') {
		strcpy(to, "s");
		printf(one, width, 1, *rest != NULL ? *rest++ : "");
	} else if (letter != '\0' && strchr("diouxX", letter) != NULL) {
		to[0] = 'l';
		to[1] = letter;
		to[2] = '\0';
		printf(one, width, precision, next_number(letter == 'd' || letter == 'i'));
	} else if (letter != '\0' && strchr("aAeEfFgG", letter) != NULL) {
		to[0] = letter;
		to[1] = '\0';
		printf(one, width, precision, next_double());
	} else if (letter == '%') {
		putchar('%');
	} else {
		complain((char[]){'%', letter, '\0'}, "invalid directive");
		return NULL;
	}
	return at + 1;
}

// The format is used again until the arguments are used up.
int printf_main(int count, char **arguments)
{
	int first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1;
	if (count <= first) {
		fputs("printf: usage: printf FORMAT [ARGUMENT...]\n", stderr);
		return 2;
	}
	rest = arguments + first + 1;
	failed = false;
	char **before;
	do {
		before = rest;
		for (const char *at = arguments[first]; *at != '\0';) {
			int c = *at++;
			if (c == '\\' && (c = take_escape(&at, false)) == STOP)
				return failed;
			if (at[-1] == '%' && c == '%') {
				if ((at = put_conversion(at)) == NULL)
					return failed;
			} else {
				putchar(c);
			}
		}
	} while (*rest != NULL && rest != before);
	return failed;
}
