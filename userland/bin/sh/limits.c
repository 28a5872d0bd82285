// limits.c: what the shell asks the system: umask, ulimit, times, homes; and printf.
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <unistd.h>
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

// Applies "u=rwx,g-w" to the permissions that `mask` leaves; the new mask, or -1.
static long symbolic_mask(const char *text, mode_t mask)
{
	mode_t allowed = ~mask & 0777;
	while (*text != '\0') {
		mode_t who = 0;
		for (; *text != '\0' && strchr("ugoa", *text) != NULL; text++)
			who |= *text == 'u' ? 0700 : *text == 'g' ? 0070 : *text == 'o' ? 0007 : 0777;
		who = who != 0 ? who : 0777;
		if (*text != '+' && *text != '-' && *text != '=')
			return -1;
		while (*text == '+' || *text == '-' || *text == '=') {
			char operator = *text++;
			mode_t bits = 0;
			for (; *text != '\0' && strchr("rwxXstugo", *text) != NULL; text++)
				bits |= *text == 'r'		     ? 0444
					: *text == 'w'		     ? 0222
					: *text == 'x'		     ? 0111
					: *text == 'X'		     ? (allowed & 0111 ? 0111 : 0)
					: *text == 'u'		     ? (allowed >> 6 & 7) * 0111
					: *text == 'g'		     ? (allowed >> 3 & 7) * 0111
					: *text == 'o'		     ? (allowed & 7) * 0111
								     : 0;
			allowed = operator == '+' ? allowed | (who & bits)
				: operator == '-' ? allowed & ~(who & bits)
						  : (allowed & ~who) | (who & bits);
		}
		if (*text != '\0' && *text++ != ',')
			return -1;
	}
	return ~allowed & 0777;
}

static int run_umask(int count, char **arguments)
{
	mode_t mask = umask(0);
	bool symbolic = count > 1 && strcmp(arguments[1], "-S") == 0;
	const char *text = count > 1 + symbolic ? arguments[1 + symbolic] : NULL;
	umask(mask);
	if (text == NULL) {
		if (symbolic)
			print_symbolic(mask);
		else
			printf("%04o\n", mask);
		return 0;
	}
	char *end;
	long wanted = strtol(text, &end, 8);
	if (*text >= '0' && *text <= '9' ? *end != '\0' || wanted > 0777 : (wanted = symbolic_mask(text, mask)) < 0)
		shell_error(2, "umask: Illegal mode: %s", text);
	umask((mode_t)wanted);
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
