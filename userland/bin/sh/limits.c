// limits.c: what the shell asks the system: umask, ulimit, times, homes; and printf.
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/bin/sh/sh.h"

const char *home_of(const char *user)
{
	struct passwd *entry = getpwnam(user);
	return entry != NULL ? entry->pw_dir : NULL;
}

static void print_symbolic(mode_t mask)
{
	for (int who = 0; who < 3; who++) {
		unsigned bits = ~mask >> (6 - 3 * who) & 7;
		printf("%s%c=%s%s%s", who > 0 ? "," : "", "ugo"[who], bits & 4 ? "r" : "", bits & 2 ? "w" : "",
		       bits & 1 ? "x" : "");
	}
	putchar('\n');
}

static int run_umask(int count, char **arguments)
{
	mode_t mask = umask(0);
	bool symbolic = count > 1 && strcmp(arguments[1], "-S") == 0;
	const char *text = count > 1 + symbolic ? arguments[1 + symbolic] : NULL;
	if (text == NULL) {
		umask(mask);
		if (symbolic)
			print_symbolic(mask);
		else
			printf("%04o\n", mask);
		return 0;
	}
	char *end;
	long wanted = strtol(text, &end, 8);
	bool octal = *text >= '0' && *text <= '9';
	if (!octal && (wanted = change_mode(text, ~mask & 0777, false)) >= 0)
		wanted = ~wanted & 0777;
	if (octal && (*end != '\0' || wanted > 0777))
		wanted = -1;
	umask(wanted < 0 ? mask : (mode_t)wanted);
	if (wanted < 0)
		shell_error(2, "umask: Illegal mode: %s", text);
	return 0;
}

static const struct limit_name {
	char letter;
	int resource, unit;
	const char *name;
} limits[] = {
	{'t', RLIMIT_CPU, 1, "time(seconds)"}, {'f', RLIMIT_FSIZE, 512, "file(blocks)"},
	{'d', RLIMIT_DATA, 1024, "data(kbytes)"}, {'s', RLIMIT_STACK, 1024, "stack(kbytes)"},
	{'c', RLIMIT_CORE, 512, "coredump(blocks)"}, {'m', RLIMIT_RSS, 1024, "memory(kbytes)"},
	{'l', RLIMIT_MEMLOCK, 1024, "locked memory(kbytes)"}, {'u', RLIMIT_NPROC, 1, "process"},
	{'n', RLIMIT_NOFILE, 1, "nofiles"}, {'v', RLIMIT_AS, 1024, "vmemory(kbytes)"},
};
#define LIMITS (sizeof(limits) / sizeof(*limits))

static void print_limit(const struct limit_name *name, bool hard)
{
	struct rlimit limit = {0};
	getrlimit(name->resource, &limit);
	unsigned long value = hard ? limit.rlim_max : limit.rlim_cur;
	if (value == RLIM_INFINITY)
		puts("unlimited");
	else
		printf("%lu\n", value / name->unit);
}

static int run_ulimit(int count, char **arguments)
{
	const struct limit_name *which = &limits[1];
	bool hard = false, soft = false, all = false;
	int i = 1;
	for (; i < count && arguments[i][0] == '-'; i++)
		for (const char *letter = arguments[i] + 1; *letter != '\0'; letter++) {
			size_t found = 0;
			while (found < LIMITS && limits[found].letter != *letter)
				found++;
			if (found < LIMITS)
				which = &limits[found];
			else if (strchr("HSa", *letter) == NULL)
				shell_error(2, "ulimit: Illegal option -%c", *letter);
			hard |= *letter == 'H';
			soft |= *letter == 'S';
			all |= *letter == 'a';
		}
	for (size_t each = 0; all && each < LIMITS; each++) {
		printf("%-22s", limits[each].name);
		print_limit(&limits[each], hard);
	}
	if (!all && i == count)
		print_limit(which, hard);
	if (all || i == count)
		return 0;
	char *end;
	struct rlimit limit;
	unsigned long value = strtoul(arguments[i], &end, 10) * which->unit;
	if (strcmp(arguments[i], "unlimited") == 0)
		value = RLIM_INFINITY;
	else if (*end != '\0' || end == arguments[i])
		shell_error(2, "ulimit: bad number");
	if (getrlimit(which->resource, &limit) < 0)
		shell_error(2, "ulimit: %s", strerror(errno));
	if (soft || !hard)
		limit.rlim_cur = value;
	if (hard || !soft)
		limit.rlim_max = value;
	if (setrlimit(which->resource, &limit) < 0)
		shell_error(2, "ulimit: error setting limit: %s", strerror(errno));
	return 0;
}

static void print_time(clock_t ticks, char end)
{
	long rate = sysconf(_SC_CLK_TCK), seconds = ticks / rate;
	printf("%ldm%ld.%06lds%c", seconds / 60, seconds % 60, ticks % rate * (1000000 / rate), end);
}

static int run_times(int count, char **arguments)
{
	struct tms used;
	times(&used);
	print_time(used.tms_utime, ' ');
	print_time(used.tms_stime, '\n');
	print_time(used.tms_cutime, ' ');
	print_time(used.tms_cstime, '\n');
	return 0;
}

BUILTIN("umask", run_umask, false)
BUILTIN("ulimit", run_ulimit, false)
BUILTIN("times", run_times, true)
BUILTIN("printf", printf_main, false)
