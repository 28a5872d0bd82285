// echo.c: echo and printf, shared by the tools and the shell.
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int echo_main(int count, char **arguments);
int printf_main(int count, char **arguments);

// Writes one backslash escape, `text` pointing behind the backslash; returns what follows, or NULL after "\c".
// `leading_zero`: octal numbers are \0ddd (echo, %b) rather than \ddd (printf's format).
static const char *put_escape(const char *text, bool leading_zero)
{
	static const char letters[] = "abfnrtve\\\"'", values[] = "\a\b\f\n\r\t\v\033\\\"'";
	const char *found = *text != '\0' ? strchr(letters, *text) : NULL;
	int value = 0, digits = 0;
	if (*text == 'c')
		return NULL;
	if (found != NULL) {
		putchar(values[found - letters]);
		return text + 1;
	}
	if (*text < '0' || *text > '7' || (leading_zero && *text != '0')) {
		putchar('\\');
		return text;
	}
	text += leading_zero;
	for (; digits < 3 && *text >= '0' && *text <= '7'; digits++)
		value = value * 8 + *text++ - '0';
	putchar(value);
	return text;
}

static bool put_escaped(const char *text)
{
	while (*text != '\0') {
		if (*text != '\\') {
			putchar(*text++);
		} else if ((text = put_escape(text + 1, true)) == NULL) {
			return false;
		}
	}
	return true;
}

// Options -n (no newline), -e (escapes) and -E; anything else that starts with "-" is text.
int echo_main(int count, char **arguments)
{
	bool newline = true, escapes = false;
	int i = 1;
	for (; i < count && arguments[i][0] == '-' && arguments[i][1] != '\0'; i++) {
		if (arguments[i][1 + strspn(arguments[i] + 1, "neE")] != '\0')
			break;
		newline &= strchr(arguments[i], 'n') == NULL;
		escapes |= strchr(arguments[i], 'e') != NULL;
	}
	for (; i < count; i++) {
		if (escapes && !put_escaped(arguments[i]))
			return 0;
		if (!escapes)
			fputs(arguments[i], stdout);
		if (i + 1 < count)
			putchar(' ');
	}
	if (newline)
		putchar('\n');
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

static char **rest;
static bool failed;

static long next_number(void)
{
	const char *text = *rest != NULL ? *rest++ : "0";
	char *end;
	if (*text == '"' || *text == '\'')
		return (unsigned char)text[1];
	errno = 0;
	long value = *text == '-' ? strtol(text, &end, 0) : (long)strtoul(text, &end, 0);
	if (*end != '\0' || end == text || errno != 0) {
		fprintf(stderr, "printf: %s: %s\n", text,
			end == text ? "expected numeric value" : "not completely converted");
		failed = true;
	}
	return value;
}

// One conversion: "%", flags, width, precision and letter, checked before they reach the C library. NULL: \c or an error.
static const char *put_conversion(const char *at)
{
	char one[64] = "%", *to = one + 1;
	for (; *at != '\0' && strchr("-+ #0123456789.*", *at) != NULL; at++) {
		if (to > one + 40)
			break;
		to += *at == '*' ? sprintf(to, "%d", (int)next_number()) : (*to = *at, 1);
	}
	char letter = *at;
	if (letter == 's' || letter == 'c') {
		const char *text = *rest != NULL ? *rest++ : "";
		strcpy(to, letter == 's' ? "s" : ".1s");
		printf(one, text);
	} else if (letter == 'b') {
		if (!put_escaped(*rest != NULL ? *rest++ : ""))
			return NULL;
	} else if (letter != '\0' && strchr("diouxX", letter) != NULL) {
		sprintf(to, "l%c", letter);
		printf(one, next_number());
	} else if (letter != '\0' && strchr("aAeEfFgG", letter) != NULL) {
		sprintf(to, "%c", letter);
		printf(one, strtod(*rest != NULL ? *rest++ : "0", NULL));
	} else if (letter == '%') {
		putchar('%');
	} else {
		fprintf(stderr, "printf: %%%c: invalid directive\n", letter);
		failed = true;
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
		for (const char *at = arguments[first]; at != NULL && *at != '\0';) {
			if (*at == '\\')
				at = put_escape(at + 1, false);
			else if (*at == '%')
				at = put_conversion(at + 1);
			else
				putchar(*at++);
			if (at == NULL)
				return failed;
		}
	} while (*rest != NULL && rest != before);
	return failed;
}
