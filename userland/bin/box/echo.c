// echo.c: echo, shared by the tools and the shell.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/echo.h"

int take_escape(const char **text, bool leading_zero)
{
	static const char letters[] = "abfnrtve\\\"'", values[] = "\a\b\f\n\r\t\v\033\\\"'";
	const char *found = **text != '\0' ? strchr(letters, **text) : NULL;
	int value = 0, digits = 0;
	if (**text == 'c')
		return STOP;
	if (found != NULL) {
		++*text;
		return (unsigned char)values[found - letters];
	}
	if (**text < '0' || **text > '7' || (leading_zero && **text != '0'))
		return '\\';
	*text += leading_zero;
	for (; digits < 3 && **text >= '0' && **text <= '7'; digits++)
		value = value * 8 + *(*text)++ - '0';
	return value & 0xff;
}

bool put_escaped(const char *text, int width, int precision)
{
	char *decoded = malloc(strlen(text) + 1);
	int size = 0, c = 0;
	while (decoded != NULL && *text != '\0') {
		c = (unsigned char)*text++;
		if (c == '\\' && (c = take_escape(&text, true)) == STOP)
			break;
		decoded[size++] = (char)c;
	}
	size = precision >= 0 && precision < size ? precision : size;
	if (width > size)
		printf("%*s", width - size, "");
	fwrite(decoded, 1, size, stdout);
	if (-width > size)
		printf("%*s", -width - size, "");
	free(decoded);
	return c != STOP;
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
		if (escapes && !put_escaped(arguments[i], 0, -1))
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
