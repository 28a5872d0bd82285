// run.c: tools that run others: env nohup timeout time watch, and date, which they need the clock for too.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/signals/signals.h"

static int exec_words(struct call *call, char **words)
{
	fflush(stdout);
	execvp(words[0], words);
	int status = errno == ENOENT ? 127 : 126;
	fail(call, words[0]);
	return status;
}

static int run_env(struct call *call)
{
	int i = 0;
	if (call->option['i'] || (call->count > 0 && strcmp(call->operands[0], "-") == 0)) {
		clearenv();
		i += !call->option['i'];
	}
	char *names = (char *)call->value['u'];
	for (char *name; (name = strsep(&names, "\n")) != NULL;)
		unsetenv(name);
	for (; i < call->count && strchr(call->operands[i], '=') != NULL; i++)
		putenv(call->operands[i]);
	if (i < call->count)
		return call->option['C'] && chdir(call->value['C']) < 0 ? (fail(call, call->value['C']), 125) : exec_words(call, call->operands + i);
	for (char **entry = environ; *entry != NULL; entry++)
		printf("%s%c", *entry, call->option['0'] ? '\0' : '\n');
	return 0;
}

static int run_printenv(struct call *call)
{
	int rc = 0;
	for (char **entry = environ; call->count == 0 && *entry != NULL; entry++)
		puts(*entry);
	for (int i = 0; i < call->count; i++) {
		const char *value = getenv(call->operands[i]);
		if (value != NULL)
			puts(value);
		else
			rc = 1;
	}
	return rc;
}

static int run_nohup(struct call *call)
{
	signal(SIGHUP, SIG_IGN);
	if (isatty(STDOUT_FILENO)) {
		int fd = open("nohup.out", O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (fd < 0)
			return fail(call, "nohup.out"), 127;
		dup2(fd, STDOUT_FILENO);
		if (isatty(STDERR_FILENO))
			dup2(fd, STDERR_FILENO);
	}
	return exec_words(call, call->operands);
}

static volatile sig_atomic_t rang;

static void note_alarm(int number)
{
	rang = 1;
}

static int wait_for(pid_t pid, struct rusage *usage)
{
	int status = 0;
	while (wait4(pid, &status, 0, usage) < 0)
		if (errno != EINTR || rang)
			return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static double seconds_of(const char *text, char **end)
{
	double seconds = strtod(text, end), unit = **end == 'm' ? 60 : **end == 'h' ? 3600 : **end == 'd' ? 86400 : 1;
	*end += **end != '\0' && strchr("smhd", **end) != NULL;
	return seconds * unit;
}

// The time runs in a child that kills: no timer calls are needed, and the command stays ours to wait for.
static int run_timeout(struct call *call)
{
	char *end, *kill_end = "";
	double seconds = seconds_of(call->operands[0], &end), grace = call->option['k'] ? seconds_of(call->value['k'], &kill_end) : 0;
	int number = call->option['s'] ? signal_number(call->value['s']) : SIGTERM, status;
	if (*end != '\0' || end == call->operands[0] || *kill_end != '\0' || number < 0 || seconds < 0)
		return complain(call, "invalid time or signal"), 125;
	struct sigaction action = {.sa_handler = note_alarm};
	sigaction(SIGALRM, &action, NULL);
	pid_t pid = fork(), self = getpid();
	if (pid == 0)
		_exit(exec_words(call, call->operands + 1));
	pid_t clock = pid > 0 && seconds > 0 ? fork() : -1;
	if (clock == 0) {
		struct timespec wanted = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
		nanosleep(&wanted, NULL);
		kill(self, SIGALRM);
		_exit(0);
	}
	status = wait_for(pid, NULL);
	if (status < 0 && rang) { // the clock was first
		kill(pid, number);
		if (call->option['k'] && grace >= 0) {
			struct timespec wanted = {(time_t)grace, (long)((grace - (double)(time_t)grace) * 1e9)};
			int known;
			for (double left = grace; left > 0 && waitpid(pid, &known, WNOHANG) == 0; left -= 0.02) {
				wanted = (struct timespec){0, 20000000};
				nanosleep(&wanted, NULL);
			}
			kill(pid, SIGKILL);
		}
		rang = 0;
		status = wait_for(pid, NULL);
		status = call->option['p'] || number == SIGKILL ? (status < 0 ? 128 + number : status) : 124;
	}
	if (clock > 0) {
		kill(clock, SIGKILL);
		waitpid(clock, NULL, 0);
	}
	return status;
}

static void print_seconds(const char *name, double seconds, bool posix)
{
	if (posix)
		fprintf(stderr, "%s %.2f\n", name, seconds);
	else
		fprintf(stderr, "%s\t%dm%.3fs\n", name, (int)(seconds / 60), seconds - 60 * (int)(seconds / 60));
}

static int run_time(struct call *call)
{
	struct timespec start, end;
	struct rusage usage = {0};
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid_t pid = fork();
	if (pid == 0)
		_exit(exec_words(call, call->operands));
	int status = pid > 0 ? wait_for(pid, &usage) : (fail(call, "fork"), 127);
	clock_gettime(CLOCK_MONOTONIC, &end);
	print_seconds("real", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, call->option['p']);
	print_seconds("user", (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6, call->option['p']);
	print_seconds("sys", (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6, call->option['p']);
	return status;
}

// The command's output fills the screen, again after each interval; lines beyond the screen are left out.
static int run_watch(struct call *call)
{
	double interval = 2;
	char *end = "", line[1024], command[4096] = "";
	if (call->option['n'])
		interval = strtod(call->value['n'], &end);
	if (*end != '\0' || !(interval >= 0.1))
		return complain(call, "invalid interval");
	for (int i = 0; i < call->count; i++)
		snprintf(command + strlen(command), sizeof(command) - strlen(command), "%s%s", i > 0 ? " " : "", call->operands[i]);
	for (;;) {
		struct winsize window = {.ws_row = 24, .ws_col = 80};
		time_t now = time(NULL);
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
		int columns = window.ws_col > 20 ? window.ws_col : 80, rows = window.ws_row > 4 ? window.ws_row : 24;
		fputs("\033[H\033[J", stdout);
		if (!call->option['t']) {
			strftime(line, sizeof(line), "%a %b %e %H:%M:%S %Y", localtime(&now));
			printf("Every %.1fs: %-*.*s %s\n\n", interval, columns - 42, columns - 42, command, line);
		}
		fflush(stdout);
		FILE *from = popen(command, "r");
		for (int row = call->option['t'] ? 0 : 2; from != NULL && row < rows - 1 && fgets(line, sizeof(line), from) != NULL; row++) {
			line[strcspn(line, "\n")] = '\0';
			printf("%.*s\n", columns, line);
		}
		int status = from != NULL ? pclose(from) : -1;
		fflush(stdout);
		if (status != 0 && call->option['e'])
			return 1;
		struct timespec wanted = {(time_t)interval, (long)((interval - (double)(time_t)interval) * 1e9)};
		nanosleep(&wanted, NULL);
	}
}

// "@seconds", "YYYY-MM-DD[ hh:mm[:ss]]", "hh:mm[:ss]", "now", "today", "tomorrow", "yesterday". False: another form.
static bool take_date(const char *text, time_t *when, bool utc)
{
	struct tm fields;
	char rest;
	int year, month, day, hour = 0, minute = 0, second = 0;
	time_t now = time(NULL);
	if (*text == '@')
		return sscanf(text + 1, "%ld%c", when, &rest) == 1;
	*when = strcmp(text, "tomorrow") == 0 ? now + 86400 : strcmp(text, "yesterday") == 0 ? now - 86400 : now;
	if (strcmp(text, "now") == 0 || strcmp(text, "today") == 0 || *when != now)
		return true;
	(utc ? gmtime_r : localtime_r)(&now, &fields);
	int found = sscanf(text, "%d-%d-%d%*[T ]%d:%d:%d%c", &year, &month, &day, &hour, &minute, &second, &rest);
	if (found == 3 || found == 5 || found == 6 || (found == 7 && rest == 'Z')) {
		fields = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
		utc |= found == 7;
		if (month < 1 || month > 12 || day < 1 || day > 31)
			return false;
	} else if (sscanf(text, "%d:%d:%d%c", &hour, &minute, &second, &rest) < 2) {
		return false;
	}
	fields.tm_hour = hour;
	fields.tm_min = minute;
	fields.tm_sec = second;
	fields.tm_isdst = -1;
	*when = utc ? timegm(&fields) : mktime(&fields);
	return hour < 24 && minute < 60 && second < 61;
}

static int run_date(struct call *call)
{
	struct timespec now;
	struct stat status;
	char format[512], text[1024], *to = format;
	const char *from = call->option['I'] ? (*call->value['I'] == 's' ? "%Y-%m-%dT%H:%M:%S%:z" : *call->value['I'] == 'm' ? "%Y-%m-%dT%H:%M%:z" : "%Y-%m-%d")
			 : call->option['R'] ? "%a, %d %b %Y %H:%M:%S %z"
					     : "%a %b %e %H:%M:%S %Z %Y";
	clock_gettime(CLOCK_REALTIME, &now);
	if (call->option['d'] && !take_date(call->value['d'], &now.tv_sec, call->option['u']))
		return complain(call, "invalid date '%s'", call->value['d']);
	if (call->option['r']) {
		if (stat(call->value['r'], &status) < 0)
			return fail(call, call->value['r']);
		now = status.st_mtim;
	}
	if (call->option['s']) {
		if (!take_date(call->value['s'], &now.tv_sec, call->option['u']))
			return complain(call, "invalid date '%s'", call->value['s']);
		now.tv_nsec = 0;
		if (clock_settime(CLOCK_REALTIME, &now) < 0)
			return fail(call, "cannot set the time");
	}
	if (call->count > 0 && *call->operands[0] != '+')
		return wrong_use(call, "the format starts with +");
	for (from = call->count > 0 ? call->operands[0] + 1 : from; *from != '\0' && to < format + sizeof(format) - 12; from++)
		if (from[0] == '%' && from[1] == 'N') { // nanoseconds, which strftime does not know
			to += sprintf(to, "%09ld", call->option['d'] || call->option['s'] ? 0 : now.tv_nsec);
			from++;
		} else {
			*to++ = *from;
			if (*from == '%' && from[1] != '\0')
				*to++ = *++from;
		}
	*to = '\0';
	if (call->option['u'])
		setenv("TZ", "UTC0", 1);
	strftime(text, sizeof(text), format, localtime(&now.tv_sec));
	puts(*format != '\0' ? text : "");
	return 0;
}

TOOL("env", "+i0*u:C: ignore-environment=i unset=u null=0 chdir=C", "[-i0] [-u NAME] [-C DIRECTORY] [NAME=VALUE...] [COMMAND...]", "Prints or changes the environment.", 0, -1, run_env)
TOOL("printenv", "", "[NAME...]", "Prints the environment.", 0, -1, run_printenv)
TOOL("nohup", "+", "COMMAND...", "Runs a command that outlives the terminal.", 1, -1, run_nohup)
TOOL("timeout", "+s:k:p signal=s kill-after=k preserve-status=p", "[-s SIGNAL] [-k GRACE] SECONDS COMMAND...", "Ends a command that takes too long, with status 124.", 2, -1, run_timeout)
TOOL("time", "+p", "[-p] COMMAND...", "Tells how long a command took.", 1, -1, run_time)
TOOL("watch", "+n:te interval=n no-title=t errexit=e", "[-te] [-n SECONDS] COMMAND...", "Runs a command again and again, full screen.", 1, -1, run_watch)
TOOL("date", "uRI?d:r:s: utc=u date=d reference=r set=s rfc-email=R iso-8601=I", "[-uR] [-d DATE] [-r FILE] [-s DATE] [+FORMAT]", "Prints the time.", 0, 1, run_date)
