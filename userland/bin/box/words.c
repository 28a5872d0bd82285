// words.c: the smallest tools: true false echo printf test pwd basename dirname sleep clear sync.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <limits.h>
#include "userland/bin/box/box.h"
#include "userland/lib/signals/signals.h"

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

static int run_printf(struct call *call)
{
	return printf_main(call->count + 1, call->operands - 1);
}

static int run_test(struct call *call)
{
	return test_main(call->count + 1, call->operands - 1);
}

static int run_pwd(struct call *call)
{
	char path[PATH_MAX];
	return getcwd(path, sizeof(path)) != NULL ? puts(path) < 0 : fail(call, "");
}

static int run_basename(struct call *call) // and dirname
{
	char *path = call->operands[0], *end = path + strlen(path);
	while (end > path + 1 && end[-1] == '/')
		*--end = '\0';
	char *slash = strrchr(path, '/');
	if (call->tool->name[0] == 'd') {
		while (slash != NULL && slash > path && slash[-1] == '/')
			slash--;
		puts(slash == NULL ? "." : slash == path ? "/" : (*slash = '\0', path));
		return 0;
	}
	path = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
	size_t size = strlen(path), suffix = call->count > 1 ? strlen(call->operands[1]) : 0;
	if (suffix != 0 && suffix < size && strcmp(path + size - suffix, call->operands[1]) == 0)
		path[size - suffix] = '\0';
	puts(path);
	return 0;
}

static int run_clear(struct call *call)
{
	return fputs("\033[H\033[2J", stdout) < 0;
}

static int run_sync(struct call *call)
{
	sync();
	return 0;
}

static int run_sleep(struct call *call)
{
	char *end;
	double seconds = strtod(call->operands[0], &end);
	double unit = *end == 'm' ? 60 : *end == 'h' ? 3600 : 1;
	end += *end == 's' || *end == 'm' || *end == 'h';
	if (*end != '\0' || end == call->operands[0] || !(seconds >= 0) || seconds > 1e9)
		return complain(call, "invalid time interval '%s'", call->operands[0]);
	seconds *= unit;
	struct timespec wanted = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	while (nanosleep(&wanted, &wanted) < 0)
		if (errno != EINTR)
			return fail(call, "");
	return 0;
}

TOOL("true", "", "", "Succeeds.", 0, -1, run_true)
TOOL("false", "", "", "Fails.", 0, -1, run_false)
TOOL("echo", NULL, "[-neE] [TEXT...]", "Prints its arguments.", 0, -1, run_echo)
TOOL("printf", NULL, "FORMAT [ARGUMENT...]", "Prints by a format.", 0, -1, run_printf)
TOOL("[", NULL, "EXPRESSION ]", "Succeeds when the expression is true.", 0, -1, run_test)
TOOL("test", NULL, "EXPRESSION", "Succeeds when the expression is true.", 0, -1, run_test)
TOOL("pwd", "", "", "Prints the working directory.", 0, 0, run_pwd)
TOOL("basename", "", "PATH [SUFFIX]", "Prints a path's last component.", 1, 2, run_basename)
TOOL("dirname", "", "PATH", "Prints a path without its last component.", 1, 1, run_basename)
TOOL("clear", "", "", "Empties the screen.", 0, 0, run_clear)
TOOL("sync", "", "", "Waits until all written data is on its disk.", 0, 0, run_sync)
TOOL("sleep", "", "SECONDS", "Waits; fractions are understood.", 1, 1, run_sleep)
