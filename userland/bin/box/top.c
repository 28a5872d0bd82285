// top.c: who runs, watched and searched: top pgrep pkill lslocks, from /proc.
#include <limits.h>
#include <regex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/process.h"
#include "userland/lib/line/keys.h"
#include "userland/lib/signals/signals.h"

// pgrep and pkill. Before the pattern: -f looks at the whole command, -x wants all of the name, -l prints it; pkill takes a signal.
static int run_pgrep(struct call *call)
{
	char **at = call->operands, option = '\0';
	bool kills = call->tool->name[1] == 'k';
	int number = SIGTERM, found = 0;
	for (; *at != NULL && **at == '-'; at++)
		if (strlen(*at) == 2 && strchr(kills ? "fx" : "fxl", (*at)[1]) != NULL)
			option = (*at)[1];
		else if (!kills || (number = signal_number(*at + 1)) < 0)
			return wrong_use(call, kills ? "no such option or signal" : "no such option");
	regex_t pattern;
	if (*at == NULL || **at == '\0' || at[1] != NULL || regcomp(&pattern, *at, REG_EXTENDED) != 0)
		return wrong_use(call, "one pattern is needed"); // an empty one would mean everybody
	size_t count;
	struct process *list = read_processes(&count);
	for (size_t i = 0; list != NULL && i < count; i++) {
		const char *text = option == 'f' ? list[i].command : list[i].name;
		regmatch_t match;
		if (list[i].pid == getpid() || regexec(&pattern, text, 1, &match, 0) != 0 ||
		    (option == 'x' && (match.rm_so != 0 || text[match.rm_eo] != '\0')))
			continue;
		found++;
		if (!kills)
			printf(option == 'l' ? "%d %s\n" : "%d\n", list[i].pid, list[i].name);
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
		const char *user = user_name(sorted[i].user);
		unsigned long total = sorted[i].user_ticks + sorted[i].kernel_ticks;
		char number[16], line[512];
		snprintf(number, sizeof(number), "%u", sorted[i].user);
		snprintf(line, sizeof(line), "%5d %-8.8s %c %5.1f %8ld %3lu:%02lu.%02lu %s", sorted[i].pid, user != NULL ? user : number, sorted[i].state,
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
		if (keys)
			screen_ask(STDIN_FILENO);
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

TOOL("pgrep", NULL, "[-f|-x|-l] PATTERN", "Finds processes by name.", 0, -1, run_pgrep)
TOOL("pkill", NULL, "[-SIGNAL] [-f|-x] PATTERN", "Sends a signal to processes by name.", 0, -1, run_pgrep)
TOOL("top", "bn:d: batch=b iterations=n delay=d", "[-b] [-n ROUNDS] [-d SECONDS]", "Shows what the processors are at; q leaves.", 0, 0, run_top)
TOOL("lslocks", "", "", "Lists the locks on files, and who waits for them.", 0, 0, run_lslocks)
