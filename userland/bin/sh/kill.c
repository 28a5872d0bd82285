// kill.c: the builtin kill, which knows jobs.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

static int run_kill(int count, char **arguments)
{
	int status = 0, i = 1;
	if (count > 1 && strcmp(arguments[1], "-l") == 0) {
		const char *unknown = signal_list(count - 2, arguments + 2);
		if (unknown != NULL)
			shell_error(2, "kill: invalid signal number or exit status: %s", unknown);
		return 0;
	}
	int number = signal_option(count, arguments, &i);
	if (number < 0)
		shell_error(2, "kill: %s: no such signal", i < count ? arguments[i] : "-s");
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
