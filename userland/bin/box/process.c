// process.c: who runs: ps kill, from /proc.
#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/process.h"
#include "userland/lib/signals/signals.h"

// The numbers of /proc/PID/stat behind the state (proc(5)).
enum { PARENT, GROUP, SESSION, TERMINAL, USER_TICKS = 10, KERNEL_TICKS, NICE = 15, THREADS, START = 18, BYTES, PAGES, FIELDS };

bool read_process(int pid, struct process *process)
{
	char path[64], line[1024], *name, *close;
	struct stat status;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	bool found = file != NULL && fgets(line, sizeof(line), file) != NULL && fstat(fileno(file), &status) == 0;
	if (file != NULL)
		fclose(file);
	if (!found || (name = strchr(line, '(')) == NULL || (close = strrchr(line, ')')) == NULL || close[1] == '\0')
		return false;
	*close = '\0'; // the name may hold anything, so fields count from the last ")"
	long field[FIELDS];
	char *at = close + 3; // behind the state's letter
	for (int i = 0; i < FIELDS; i++)
		field[i] = strtol(at, &at, 10);
	*process = (struct process){.pid = pid, .user = status.st_uid, .state = close[2], .parent = (int)field[PARENT], .group = (int)field[GROUP],
				    .session = (int)field[SESSION], .terminal = (int)field[TERMINAL], .user_ticks = field[USER_TICKS],
				    .kernel_ticks = field[KERNEL_TICKS], .nice = (int)field[NICE], .threads = (int)field[THREADS],
				    .start = field[START], .bytes = field[BYTES], .pages = field[PAGES]};
	strlcpy(process->name, name + 1, sizeof(process->name));
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	size_t size = (file = fopen(path, "r")) != NULL ? fread(process->command, 1, sizeof(process->command) - 1, file) : 0;
	if (file != NULL)
		fclose(file);
	while (size > 0 && process->command[size - 1] == '\0')
		size--;
	for (size_t i = 0; i < size; i++)
		process->command[i] = isprint((unsigned char)process->command[i]) ? process->command[i] : ' ';
	process->command[size] = '\0';
	if (size == 0)
		snprintf(process->command, sizeof(process->command), "[%s]", process->name);
	return true;
}

int compare_processes(const void *a, const void *b)
{
	return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

struct process *read_processes(size_t *count)
{
	struct process *list = NULL, one;
	DIR *directory = opendir("/proc");
	*count = 0;
	if (directory == NULL)
		return NULL;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (isdigit((unsigned char)entry->d_name[0]) && read_process(atoi(entry->d_name), &one)) {
			list = realloc(list, (*count + 1) * sizeof(*list));
			if (list == NULL)
				break;
			list[(*count)++] = one;
		}
	closedir(directory);
	if (list != NULL)
		qsort(list, *count, sizeof(*list), compare_processes);
	return list;
}

static const struct column {
	const char *name, *title;
	int width; // negative: left
} columns_of_ps[] = {{"pid", "PID", 5}, {"ppid", "PPID", 5}, {"pgid", "PGID", 5}, {"sid", "SID", 5}, {"user", "USER", -8}, {"uid", "UID", 5}, {"stat", "S", 1},
		     {"state", "S", 1}, {"s", "S", 1}, {"rss", "RSS", 6}, {"vsz", "VSZ", 7}, {"time", "TIME", 8}, {"comm", "COMMAND", -15}, {"ucomm", "COMMAND", -15},
		     {"args", "COMMAND", -27}, {"cmd", "CMD", -27}, {"command", "COMMAND", -27}, {"tty", "TT", -8}, {"nice", "NI", 3}, {"ni", "NI", 3}, {"nlwp", "NLWP", 4}};

static void column_text(const char *name, const struct process *process, char *to, size_t size)
{
	unsigned long seconds = (process->user_ticks + process->kernel_ticks) / 100;
	const char *user;
	int terminal = process->terminal, minor = (terminal & 0xff) | (terminal >> 12 & 0xfff00);
	if (strcmp(name, "user") == 0 && user_name != NULL && (user = user_name(process->user)) != NULL)
		snprintf(to, size, "%s", user);
	else if (strcmp(name, "time") == 0)
		snprintf(to, size, "%02lu:%02lu:%02lu", seconds / 3600, seconds / 60 % 60, seconds % 60);
	else if (name[0] == 's' && name[1] != 'i')
		snprintf(to, size, "%c", process->state);
	else if (strcmp(name, "comm") == 0 || strcmp(name, "ucomm") == 0)
		snprintf(to, size, "%s", process->name);
	else if (strcmp(name, "args") == 0 || strncmp(name, "c", 1) == 0)
		snprintf(to, size, "%s", process->command);
	else if (strcmp(name, "tty") == 0)
		snprintf(to, size, terminal == 0 ? "?" : terminal >> 8 == 136 ? "pts/%d" : "tty%d", minor);
	else
		snprintf(to, size, "%ld", strcmp(name, "pid") == 0 ? (long)process->pid : strcmp(name, "ppid") == 0 ? process->parent : strcmp(name, "pgid") == 0
			 ? process->group : strcmp(name, "sid") == 0 ? process->session : strcmp(name, "rss") == 0 ? process->pages * 4 : strcmp(name, "vsz") == 0
			 ? (long)(process->bytes / 1024) : name[0] == 'n' && name[1] == 'l' ? process->threads : name[0] == 'n' ? process->nice : (long)process->user);
}

static bool in_numbers(const char *list, int number)
{
	for (char *end; list != NULL && *list != '\0'; list = end + (*end != '\0'))
		if (strtol(list, &end, 10) == number && end != list)
			return true;
		else if (end == list)
			break;
	return false;
}

static int run_ps(struct call *call)
{
	char format[256], text[300], *rest = format;
	const struct column *chosen[32];
	int chosen_count = 0;
	size_t count;
	snprintf(format, sizeof(format), "%s", call->option['o'] ? call->value['o'] : call->option['f'] ? "user,pid,ppid,stat,time,args" : call->option['l'] ? "stat,uid,pid,ppid,nice,vsz,rss,time,args" : "pid,ppid,stat,rss,time,args");
	for (char *name; (name = strsep(&rest, ", \n")) != NULL && chosen_count < 32;) {
		size_t i = 0;
		name[strcspn(name, "=")] = '\0';
		while (i < sizeof(columns_of_ps) / sizeof(*columns_of_ps) && strcmp(columns_of_ps[i].name, name) != 0)
			i++;
		if (i == sizeof(columns_of_ps) / sizeof(*columns_of_ps))
			return complain(call, "unknown column '%s'", name);
		chosen[chosen_count++] = &columns_of_ps[i];
	}
	struct process *list = read_processes(&count);
	if (list == NULL)
		return fail(call, "/proc");
	bool title = !call->option['o'] || strchr(call->value['o'], '=') == NULL, any = false;
	for (long i = title ? -1 : 0; i < (long)count; i++) {
		if (i >= 0 && call->option['p'] && !in_numbers(call->value['p'], list[i].pid))
			continue;
		any |= i >= 0;
		for (int j = 0; j < chosen_count; j++) {
			if (i >= 0)
				column_text(chosen[j]->name, &list[i], text, sizeof(text));
			bool last = j + 1 == chosen_count && chosen[j]->width < 0;
			printf("%s%*s", j > 0 ? " " : "", last ? 0 : chosen[j]->width, i < 0 ? chosen[j]->title : text);
		}
		putchar('\n');
	}
	free(list);
	return !any;
}

static int run_kill(struct call *call)
{
	int rc = 0, i = 0;
	if (call->count > 0 && strcmp(call->operands[0], "-l") == 0) {
		const char *unknown = signal_list(call->count - 1, call->operands + 1);
		return unknown != NULL ? complain(call, "unknown signal '%s'", unknown) : 0;
	}
	int number = signal_option(call->count, call->operands, &i);
	if (number < 0)
		return complain(call, "unknown signal '%s'", i < call->count ? call->operands[i] : "-s");
	if (i == call->count)
		return wrong_use(call, "no process is named");
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

TOOL("ps", "aefwxAlo:p:", "[-efl] [-o COLUMN,...] [-p PID,...]", "Prints the processes.", 0, -1, run_ps)
TOOL("kill", NULL, "[-s SIGNAL|-SIGNAL] PID...|-l [NUMBER...]", "Sends a signal, TERM if none is named.", 0, -1, run_kill)
