// seq.c: numbers.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int run_seq(struct call *call) // reads its operands itself: -1 is a number
{
	double value[3] = {1, 1, 1};
	int digits = 0;
	if (call->count < 1 || call->count > 3)
		return wrong_use(call, "one to three numbers are needed");
	for (int i = 0; i < call->count; i++) {
		char *end, *point = strchr(call->operands[i], '.');
		double number = strtod(call->operands[i], &end);
		if (*end != '\0' || end == call->operands[i])
			return complain(call, "invalid number '%s'", call->operands[i]);
		if (point != NULL && (int)strlen(point + 1) > digits && i + 1 < call->count + (call->count == 1))
			digits = (int)strlen(point + 1);
		value[call->count == 1 ? 2 : call->count == 2 ? i * 2 : i] = number;
	}
	if (value[1] == 0)
		return complain(call, "the step is zero");
	for (long i = 0;; i++) {
		double now = value[0] + (double)i * value[1];
		if (value[1] > 0 ? now > value[2] + value[1] * 1e-9 : now < value[2] + value[1] * 1e-9)
			return 0;
		printf("%.*f\n", digits, now);
	}
}

TOOL("seq", NULL, "[FIRST [STEP]] LAST", "Prints numbers.", 0, -1, run_seq)
