// process.c: ps and kill.
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
#include "userland/bin/box/box.h"
#include "userland/lib/signals/signals.h"

#define TOUR_FILE "/etc/tour"

static int compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

// One line of ps from /proc/PID/stat and cmdline; a process that has gone meanwhile leaves none.
static void print_process(int pid)
{
	char path[64], line[1024], command[256] = "", *name, *close;
	int parent = 0;
	char state = '?';
	unsigned long user = 0, kernel = 0;
	long pages = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	bool found = file != NULL && fgets(line, sizeof(line), file) != NULL;
	if (file != NULL)
		fclose(file);
	if (!found || (name = strchr(line, '(')) == NULL || (close = strrchr(line, ')')) == NULL)
		return;
	*close = '\0'; // the name may hold anything, so fields count from the last ")"
	sscanf(close + 1,
	       " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld",
	       &state, &parent, &user, &kernel, &pages);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	size_t size = (file = fopen(path, "r")) != NULL ? fread(command, 1, sizeof(command) - 1, file) : 0;
	if (file != NULL)
		fclose(file);
	while (size > 0 && command[size - 1] == '\0')
		size--;
	for (size_t i = 0; i < size; i++)
		command[i] = isprint((unsigned char)command[i]) ? command[i] : ' ';
	unsigned long seconds = (user + kernel) / 100;
	printf("%5d %5d %c %6ld %3lu:%02lu ", pid, parent, state, pages * 4, seconds / 60, seconds % 60);
	printf(size > 0 ? "%s\n" : "[%s]\n", size > 0 ? command : name + 1);
}

static int run_ps(struct call *call)
{
	int *pids = NULL;
	size_t count = 0;
	DIR *directory = opendir("/proc");
	if (directory == NULL)
		return fail(call, "/proc");
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pids = realloc(pids, (count + 1) * sizeof(*pids));
		if (pids == NULL)
			return fail(call, "/proc");
		pids[count++] = atoi(entry->d_name);
	}
	closedir(directory);
	qsort(pids, count, sizeof(*pids), compare_numbers);
	puts("  PID  PPID S    RSS   TIME COMMAND");
	for (size_t i = 0; i < count; i++)
		print_process(pids[i]);
	return 0;
}

static int run_kill(struct call *call)
{
	int number = SIGTERM, rc = 0, i = 0;
	if (call->count > 0 && strcmp(call->operands[0], "-l") == 0) {
		for (i = 1; *signal_name(i) != '?'; i++)
			puts(signal_name(i));
		return 0;
	}
	if (call->count > 0 && call->operands[0][0] == '-' && call->operands[0][1] != '\0') {
		const char *name = call->operands[0] + 1;
		if (strcmp(name, "s") == 0 && call->count > 1)
			name = call->operands[++i];
		number = strcmp(name, "-") == 0 ? SIGTERM : signal_number(name);
		if (number < 0)
			return wrong_use(call, "no such signal");
		i++;
	}
	if (i == call->count)
		return wrong_use(call, "too few operands");
	for (; i < call->count; i++) {
		char *end;
		long pid = strtol(call->operands[i], &end, 10);
		if (*end != '\0' || end == call->operands[i])
			rc = complain(call, "invalid process '%s'", call->operands[i]);
		else if (kill((pid_t)pid, number) < 0)
			rc = fail(call, call->operands[i]);
	}
	return rc;
}

TOOL("ps", "aefwxA", "", "Prints the processes.", 0, -1, run_ps)
TOOL("kill", NULL, "[-SIGNAL] PID...|-l", "Sends a signal, TERM if none is named.", 0, -1, run_kill)
