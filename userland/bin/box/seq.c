// seq.c: numbers in a row.
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/box.h"

static int fraction_digits(const char *text)
{
	const char *point = strchr(text, '.');
	return point != NULL ? (int)strcspn(point + 1, "eE") : 0;
}

static int run_seq(struct call *call) // reads its operands itself: -1 is a number
{
	double value[3] = {1, 1, 1};
	const char *between = "\n", *format = NULL, *text[3] = {"1", "1", "1"};
	bool wide = false;
	int at = 0, digits, width = 0;
	for (; at < call->count && call->operands[at][0] == '-' && strchr("swf", call->operands[at][1]) != NULL && call->operands[at][1] != '\0'; at++) {
		char letter = call->operands[at][1];
		const char *rest = call->operands[at][2] != '\0' ? call->operands[at] + 2 : letter != 'w' ? call->operands[++at] : "";
		if (rest == NULL)
			return wrong_use(call, "an argument is missing");
		wide |= letter == 'w';
		between = letter == 's' ? rest : between;
		format = letter == 'f' ? rest : format;
	}
	int count = call->count - at;
	if (count < 1 || count > 3)
		return wrong_use(call, "one to three numbers are needed");
	for (int i = 0; i < count; i++) {
		char *end;
		int slot = count == 1 ? 2 : count == 2 ? i * 2 : i;
		text[slot] = call->operands[at + i];
		value[slot] = strtod(text[slot], &end);
		if (*end != '\0' || end == text[slot])
			return complain(call, "invalid number '%s'", text[slot]);
	}
	if (value[1] == 0)
		return complain(call, "the step is zero");
	digits = fraction_digits(text[0]) > fraction_digits(text[1]) ? fraction_digits(text[0]) : fraction_digits(text[1]);
	if (wide) {
		int first = snprintf(NULL, 0, "%.*f", digits, value[0]), last = snprintf(NULL, 0, "%.*f", digits, value[2]);
		width = first > last ? first : last;
	}
	if (format != NULL && (strchr(format, '%') == NULL || strspn(strchr(format, '%') + 1, "-+ #0123456789.efgEFG") == 0))
		return complain(call, "invalid format '%s'", format);
	for (long i = 0;; i++) {
		double now = value[0] + (double)i * value[1], slack = value[1] * 1e-9;
		if (value[1] > 0 ? now > value[2] + slack : now < value[2] + slack) {
			if (i > 0)
				putchar('\n');
			return 0;
		}
		if (i > 0)
			fputs(between, stdout);
		if (format != NULL)
			printf(format, now);
		else
			printf("%0*.*f", width, digits, now);
	}
}

TOOL("seq", NULL, "[-w] [-s TEXT] [-f FORMAT] [FIRST [STEP]] LAST", "Prints numbers.", 0, -1, run_seq)
