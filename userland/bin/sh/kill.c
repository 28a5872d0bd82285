// kill.c: the builtin kill, which knows jobs.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

// kill -l: all names, or those of numbers, where a status above 128 counts as its signal's.
static int list_signals(int count, char **arguments)
{
	for (int i = 1; count == 2 && *signal_name(i) != '?'; i++)
		puts(signal_name(i));
	for (int i = 2; i < count; i++) {
		int number = signal_number(arguments[i]);
		long status = strtol(arguments[i], NULL, 10);
		if (status > 128 && status < 128 + NSIG)
			number = (int)status - 128;
		if (number < 0 || *signal_name(number) == '?')
			shell_error(2, "kill: invalid signal number or exit status: %s", arguments[i]);
		if (arguments[i][0] >= '0' && arguments[i][0] <= '9')
			puts(signal_name(number));
		else
			printf("%d\n", number);
	}
	return 0;
}

// Reads -NAME, -NUMBER, "-s NAME" and "--" before the operands; *first: the first of these.
static int signal_wanted(int count, char **arguments, int *first)
{
	int number = SIGTERM, i = 1;
	if (i < count && arguments[i][0] == '-' && arguments[i][1] != '\0' && strcmp(arguments[i], "--") != 0) {
		const char *name = strchr("sn", arguments[i][1]) == NULL ? arguments[i] + 1
				 : arguments[i][2] != '\0'		    ? arguments[i] + 2
				 : i + 1 < count		    ? arguments[++i]
								    : "";
		if ((number = signal_number(name)) < 0)
			shell_error(2, "kill: %s: no such signal", name);
		i++;
	}
	*first = i + (i < count && strcmp(arguments[i], "--") == 0);
	return number;
}

static int run_kill(int count, char **arguments)
{
	int status = 0, i, number;
	if (count > 1 && strcmp(arguments[1], "-l") == 0)
		return list_signals(count, arguments);
	number = signal_wanted(count, arguments, &i);
	if (i == count)
		shell_error(2, "usage: kill [-s SIGNAL] PID|%%JOB...");
	for (; i < count; i++) {
		char *end = "";
		bool job = arguments[i][0] == '%', stopped = false;
		pid_t pid = job ? job_target(arguments[i], &stopped) : (pid_t)strtol(arguments[i], &end, 10);
		bool named = job ? pid != 0 : *end == '\0' && end != arguments[i];
		if (!named || kill(pid, number) < 0) {
			shell_warn("kill: %s: %s", arguments[i], named ? strerror(errno) : "no such process or job");
			status = 1;
		} else if (stopped && (number == SIGTERM || number == SIGHUP)) {
			kill(pid, SIGCONT); // so that it can hear it
		}
	}
	return status;
}

BUILTIN("kill", run_kill, false)
