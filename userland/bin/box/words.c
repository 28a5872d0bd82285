// words.c: the smallest tools: true false echo test pwd sleep.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int run_true(struct call *call)
{
	return 0;
}

static int run_false(struct call *call)
{
	return 1;
}

static int run_echo(struct call *call)
{
	return echo_main(call->count + 1, call->operands - 1);
}

static int run_test(struct call *call)
{
	return test_main(call->count + 1, call->operands - 1);
}

static int run_pwd(struct call *call)
{
	char path[PATH_MAX];
	return getcwd(path, sizeof(path)) != NULL ? puts(path) < 0 : fail(call, NULL);
}

// The sum of "1.5", "2m", "1h", "1d" as seconds; -1 after a message.
static double take_seconds(struct call *call, char **texts, int count)
{
	double sum = 0;
	for (int i = 0; i < count; i++) {
		char *end;
		double seconds = strtod(texts[i], &end), unit = *end == 'm' ? 60 : *end == 'h' ? 3600 : *end == 'd' ? 86400 : 1;
		end += *end != '\0' && strchr("smhd", *end) != NULL;
		if (*end != '\0' || end == texts[i] || !(seconds >= 0) || seconds > 1e9) {
			complain(call, "invalid time interval '%s'", texts[i]);
			return -1;
		}
		sum += seconds * unit;
	}
	return sum;
}

static int run_sleep(struct call *call)
{
	double seconds = take_seconds(call, call->operands, call->count);
	if (seconds < 0)
		return 1;
	struct timespec wanted = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	while (nanosleep(&wanted, &wanted) < 0)
		if (errno != EINTR)
			return fail(call, NULL);
	return 0;
}

TOOL("true", "", "", "Succeeds.", 0, -1, run_true)
TOOL("false", "", "", "Fails.", 0, -1, run_false)
TOOL("echo", NULL, "[-neE] [TEXT...]", "Prints its arguments.", 0, -1, run_echo)
TOOL("[", NULL, "EXPRESSION ]", "Succeeds when the expression is true.", 0, -1, run_test)
TOOL("test", NULL, "EXPRESSION", "Succeeds when the expression is true.", 0, -1, run_test)
TOOL("pwd", "", "", "Prints the working directory.", 0, 0, run_pwd)
TOOL("sleep", "", "SECONDS[smhd]...", "Waits; fractions are understood.", 1, -1, run_sleep)
