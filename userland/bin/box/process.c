// process.c: who runs: ps kill top pgrep pkill lslocks, from /proc.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <regex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/line/keys.h"
#include "userland/lib/signals/signals.h"

struct process {
	int pid, parent, group, session, terminal, threads, nice;
	char state, name[64], command[256];
	uid_t user;
	unsigned long user_ticks, kernel_ticks, start, bytes;
	long pages;
};

// One process from /proc/PID; false: it has gone meanwhile.
static bool read_process(int pid, struct process *process)
{
	char path[64], line[1024], *name, *close;
	struct stat status;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	bool found = file != NULL && fgets(line, sizeof(line), file) != NULL && fstat(fileno(file), &status) == 0;
	if (file != NULL)
		fclose(file);
	if (!found || (name = strchr(line, '(')) == NULL || (close = strrchr(line, ')')) == NULL)
		return false;
	*close = '\0'; // the name may hold anything, so fields count from the last ")"
	*process = (struct process){.pid = pid, .state = '?', .user = status.st_uid, .threads = 1};
	strlcpy(process->name, name + 1, sizeof(process->name));
	sscanf(close + 1, " %c %d %d %d %d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %d %d %*d %lu %lu %ld", &process->state, &process->parent,
	       &process->group, &process->session, &process->terminal, &process->user_ticks, &process->kernel_ticks, &process->nice, &process->threads,
	       &process->start, &process->bytes, &process->pages);
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

static int compare_processes(const void *a, const void *b)
{
	return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

// All processes by number; the caller frees the list. NULL: /proc cannot be read.
static struct process *read_processes(size_t *count)
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
	struct passwd *user;
	int terminal = process->terminal, minor = (terminal & 0xff) | (terminal >> 12 & 0xfff00);
	if (strcmp(name, "user") == 0 && (user = getpwuid(process->user)) != NULL)
		snprintf(to, size, "%s", user->pw_name);
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
	int number = SIGTERM, rc = 0, i = 0;
	if (call->count > 0 && strcmp(call->operands[0], "-l") == 0) {
		for (i = 1; call->count == 1 && *signal_name(i) != '?'; i++)
			puts(signal_name(i));
		for (i = 1; i < call->count; i++) {
			int known = signal_number(call->operands[i]);
			if (known < 0)
				rc = complain(call, "unknown signal '%s'", call->operands[i]);
			else if (isdigit((unsigned char)call->operands[i][0]))
				puts(signal_name(known > 128 ? known - 128 : known));
			else
				printf("%d\n", known);
		}
		return rc;
	}
	if (call->count > 0 && call->operands[0][0] == '-' && call->operands[0][1] != '\0' && strcmp(call->operands[0], "--") != 0) {
		const char *name = call->operands[0] + 1;
		if ((*name == 's' || *name == 'n') && name[1] == '\0' && call->count > 1)
			name = call->operands[++i];
		number = signal_number(name);
		if (number < 0)
			return complain(call, "unknown signal '%s'", name);
		i++;
	}
	i += i < call->count && strcmp(call->operands[i], "--") == 0;
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

static int run_pgrep(struct call *call) // and pkill
{
	regex_t pattern;
	size_t count;
	int number = SIGTERM, found = 0, at = 0;
	bool kills = call->tool->name[1] == 'k';
	if (kills && call->count > 1 && call->operands[0][0] == '-') {
		number = signal_number(call->operands[at++] + 1);
		if (number < 0)
			return complain(call, "unknown signal '%s'", call->operands[0] + 1), 2;
	}
	bool whole = at < call->count && strcmp(call->operands[at], "-f") == 0, exact = at < call->count && strcmp(call->operands[at], "-x") == 0,
	     names = at < call->count && strcmp(call->operands[at], "-l") == 0;
	at += whole || exact || names;
	if (at + 1 != call->count || regcomp(&pattern, call->operands[at], REG_EXTENDED | (exact ? 0 : REG_NOSUB)) != 0)
		return wrong_use(call, "one pattern is needed");
	struct process *list = read_processes(&count);
	for (size_t i = 0; list != NULL && i < count; i++) {
		const char *text = whole ? list[i].command : list[i].name;
		regmatch_t match;
		if (list[i].pid == getpid() || regexec(&pattern, text, exact, &match, 0) != 0 || (exact && (match.rm_so != 0 || text[match.rm_eo] != '\0')))
			continue;
		found++;
		if (!kills)
			printf(names ? "%d %s\n" : "%d\n", list[i].pid, list[i].name);
		else if (kill(list[i].pid, number) < 0)
			fail(call, list[i].name);
	}
	free(list);
	regfree(&pattern);
	return found == 0;
}

// What top sorts by: ticks used since the last look, then memory.
static const struct process *before_list;
static size_t before_count;

static unsigned long ticks_since(const struct process *process)
{
	unsigned long now = process->user_ticks + process->kernel_ticks;
	for (size_t i = 0; i < before_count; i++)
		if (before_list[i].pid == process->pid && before_list[i].start == process->start)
			return now - before_list[i].user_ticks - before_list[i].kernel_ticks;
	return now;
}

static int compare_use(const void *a, const void *b)
{
	unsigned long x = ticks_since(a), y = ticks_since(b);
	if (x != y)
		return x < y ? 1 : -1;
	long p = ((const struct process *)a)->pages, q = ((const struct process *)b)->pages;
	return p < q ? 1 : p > q ? -1 : compare_processes(a, b);
}

static void draw_top(struct process *list, size_t count, double seconds, int width, int rows)
{
	struct sysinfo info = {0};
	sysinfo(&info);
	size_t running = 0;
	unsigned long unit = info.mem_unit != 0 ? info.mem_unit : 1, used = 0;
	for (size_t i = 0; i < count; i++) {
		running += list[i].state == 'R';
		used += ticks_since(&list[i]);
	}
	struct process *sorted = malloc((count + 1) * sizeof(*sorted));
	if (sorted == NULL)
		return;
	memcpy(sorted, list, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_use);
	printf("up %ld:%02ld:%02ld, load %.2f %.2f %.2f, %zu processes, %zu running, %.0f%% of %ld processors\n", info.uptime / 3600, info.uptime / 60 % 60,
	       info.uptime % 60, (double)info.loads[0] / 65536, (double)info.loads[1] / 65536, (double)info.loads[2] / 65536, count, running,
	       seconds > 0 ? (double)used / seconds : 0, sysconf(_SC_NPROCESSORS_ONLN));
	printf("memory %lu MiB, free %lu MiB\n\n", info.totalram * unit >> 20, info.freeram * unit >> 20);
	printf("%5s %-8s %c %5s %8s %9s %s\n", "PID", "USER", 'S', "%CPU", "RSS KiB", "TIME", "COMMAND");
	for (size_t i = 0; i < count && (int)i < rows - 5; i++) {
		struct passwd *user = getpwuid(sorted[i].user);
		unsigned long total = sorted[i].user_ticks + sorted[i].kernel_ticks;
		char number[16], line[512];
		snprintf(number, sizeof(number), "%u", sorted[i].user);
		snprintf(line, sizeof(line), "%5d %-8.8s %c %5.1f %8ld %3lu:%02lu.%02lu %s", sorted[i].pid, user != NULL ? user->pw_name : number, sorted[i].state,
			 seconds > 0 ? (double)ticks_since(&sorted[i]) / seconds : 0, sorted[i].pages * 4, total / 6000, total / 100 % 60, total % 100, sorted[i].command);
		printf("%.*s\n", width, line);
	}
	free(sorted);
}

static int run_top(struct call *call)
{
	struct termios saved;
	struct timespec last = {0, 0}, now;
	struct process *list = NULL, *fresh;
	size_t count = 0, fresh_count;
	long rounds = -1;
	double delay = 2;
	char *end = "";
	int width, rows;
	bool batch = call->option['b'] || !isatty(STDOUT_FILENO);
	if ((call->option['n'] && take_number(call, call->value['n'], &rounds) < 0) || (call->option['d'] && ((delay = strtod(call->value['d'], &end)) < 0.1 || *end != '\0')))
		return wrong_use(call, "invalid number");
	rounds = batch && rounds < 0 ? 1 : rounds;
	bool keys = !batch && keys_start(STDIN_FILENO, &saved);
	for (int key = 0; rounds != 0 && key != 'q' && key != CONTROL('c') && key != KEY_CLOSED; rounds -= rounds > 0) {
		fresh = read_processes(&fresh_count);
		if (fresh == NULL)
			return fail(call, "/proc");
		clock_gettime(CLOCK_MONOTONIC, &now);
		screen_size(STDOUT_FILENO, &width, &rows);
		before_list = list;
		before_count = count;
		if (!batch)
			fputs("\033[H\033[J", stdout);
		double seconds = last.tv_sec != 0 ? (double)(now.tv_sec - last.tv_sec) + (double)(now.tv_nsec - last.tv_nsec) / 1e9 : 0;
		draw_top(fresh, fresh_count, seconds, batch ? 500 : width, batch ? INT_MAX : rows);
		fflush(stdout);
		last = now;
		free(list);
		list = fresh;
		count = fresh_count;
		struct timespec wanted = {(time_t)delay, (long)((delay - (double)(time_t)delay) * 1e9)};
		if (keys)
			key = key_read(STDIN_FILENO, (int)(delay * 1000));
		else if (rounds != 1)
			nanosleep(&wanted, NULL);
	}
	free(list);
	if (keys)
		keys_end(STDIN_FILENO, &saved);
	return 0;
}

// /proc/locks: "1: POSIX  ADVISORY  WRITE 123 08:01:456 0 EOF", with "->" before POSIX for one that waits.
static int run_lslocks(struct call *call)
{
	char line[256], kind[16], way[16], file_id[64], from[24], to[24], path[64], target[PATH_MAX];
	int pid;
	FILE *file = fopen("/proc/locks", "r");
	if (file == NULL)
		return fail(call, "/proc/locks");
	printf("%-16s %6s %-6s %-6s %-8s %12s %12s %s\n", "COMMAND", "PID", "TYPE", "MODE", "STATE", "START", "END", "FILE");
	while (fgets(line, sizeof(line), file) != NULL) {
		char *at = strchr(line, ':');
		bool waits = at != NULL && strstr(line, "->") != NULL;
		at = waits ? strstr(line, "->") + 2 : at != NULL ? at + 1 : line;
		if (sscanf(at, " %15s %*s %15s %d %63s %23s %23s", kind, way, &pid, file_id, from, to) != 6)
			continue;
		struct process process = {.name = "?"};
		read_process(pid, &process);
		unsigned long major_number, minor_number, inode;
		snprintf(target, sizeof(target), "%s", file_id);
		for (int fd = 0; fd < 256 && sscanf(file_id, "%lx:%lx:%lu", &major_number, &minor_number, &inode) == 3; fd++) {
			struct stat status;
			snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
			if (stat(path, &status) != 0 || status.st_ino != inode)
				continue;
			ssize_t size = readlink(path, target, sizeof(target) - 1);
			target[size > 0 ? size : 0] = '\0';
			break;
		}
		printf("%-16s %6d %-6s %-6s %-8s %12s %12s %s\n", process.name, pid, kind, way, waits ? "waits" : "held", from, to, target);
	}
	fclose(file);
	return 0;
}

TOOL("ps", "aefwxAlo:p:", "[-efl] [-o COLUMN,...] [-p PID,...]", "Prints the processes.", 0, -1, run_ps)
TOOL("kill", NULL, "[-s SIGNAL|-SIGNAL] PID...|-l [NUMBER...]", "Sends a signal, TERM if none is named.", 0, -1, run_kill)
TOOL("pgrep", NULL, "[-f|-x|-l] PATTERN", "Finds processes by name.", 0, -1, run_pgrep)
TOOL("pkill", NULL, "[-SIGNAL] [-f|-x] PATTERN", "Sends a signal to processes by name.", 0, -1, run_pgrep)
TOOL("top", "bn:d: batch=b iterations=n delay=d", "[-b] [-n ROUNDS] [-d SECONDS]", "Shows what the processors are at; q leaves.", 0, 0, run_top)
TOOL("lslocks", "", "", "Lists the locks on files, and who waits for them.", 0, 0, run_lslocks)
