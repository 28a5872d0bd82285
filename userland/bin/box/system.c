// system.c: tools that ask or tell the kernel something: ps kill dmesg uname sleep date mount free uptime poweroff env
// nproc, and tour, which prints a text.
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

int run_ps(struct call *call)
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

int run_kill(struct call *call)
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

int run_dmesg(struct call *call)
{
	int room = klogctl(10, NULL, 0), size;
	char *text = room < 0 ? NULL : malloc(room + 1);
	if (text == NULL || (size = klogctl(3, text, room)) < 0)
		return fail(call, "cannot read the kernel's messages");
	text[size] = '\0';
	for (char *line = text, *end; *line != '\0'; line = end) {
		end = strchrnul(line, '\n');
		end += *end == '\n';
		char *close = *line == '<' ? memchr(line, '>', end - line) : NULL; // "<6>": the level
		line = close != NULL ? close + 1 : line;
		fwrite(line, 1, end - line, stdout);
	}
	free(text);
	return 0;
}

int run_uname(struct call *call)
{
	static const char letters[] = "snrvm";
	struct utsname system;
	const char *values[] = {system.sysname, system.nodename, system.release, system.version, system.machine};
	bool any = false, none = true;
	if (uname(&system) < 0)
		return fail(call, "");
	for (int i = 0; i < 5; i++)
		none &= !call->option[(int)letters[i]];
	for (int i = 0; i < 5; i++)
		if (call->option['a'] || call->option[(int)letters[i]] || (none && i == 0)) {
			printf("%s%s", any ? " " : "", values[i]);
			any = true;
		}
	putchar('\n');
	return 0;
}

int run_sleep(struct call *call)
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

int run_date(struct call *call)
{
	const char *format =
	    call->count > 0 && *call->operands[0] == '+' ? call->operands[0] + 1 : "%a %b %e %H:%M:%S UTC %Y";
	char text[512];
	time_t now = time(NULL);
	if (call->count > 0 && *call->operands[0] != '+')
		return wrong_use(call, "the format starts with +");
	strftime(text, sizeof(text), format, gmtime(&now));
	puts(text);
	return 0;
}

static int print_file(struct call *call, const char *path)
{
	char line[512];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return fail(call, path);
	while (fgets(line, sizeof(line), file) != NULL)
		fputs(line, stdout);
	fclose(file);
	return 0;
}

int run_mount(struct call *call) // and umount
{
	if (call->tool->name[0] == 'u')
		return umount(call->operands[0]) < 0 ? fail(call, call->operands[0]) : 0;
	if (call->count == 0)
		return print_file(call, "/proc/mounts");
	if (call->count < 2 || !call->option['t'])
		return wrong_use(call, "type, source and directory are needed");
	return mount(call->operands[0], call->operands[1], call->value['t'], 0, NULL) < 0
		   ? fail(call, call->operands[1])
		   : 0;
}

int run_free(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return fail(call, "");
	unsigned long unit = info.mem_unit != 0 ? info.mem_unit : 1, total = info.totalram * unit / 1024,
		      left = info.freeram * unit / 1024;
	printf("              total        used        free\nMem:    %11lu %11lu %11lu\n", total, total - left, left);
	return 0;
}

int run_uptime(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return fail(call, "");
	printf("up %ld:%02ld:%02ld, %u processes\n", info.uptime / 3600, info.uptime / 60 % 60,
	       info.uptime % 60, info.procs);
	return 0;
}

int run_nproc(struct call *call)
{
	printf("%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	return 0;
}

// Process 1 ends the machine in order: SIGTERM switches off, SIGINT restarts, SIGUSR1 halts (userland/bin/init.c).
int run_poweroff(struct call *call) // and reboot, halt
{
	char kind = call->tool->name[0];
	int number = kind == 'p' ? SIGTERM : kind == 'r' ? SIGINT : SIGUSR1;
	int command = kind == 'p' ? RB_POWER_OFF : kind == 'r' ? RB_AUTOBOOT : RB_HALT_SYSTEM;
	if (!call->option['f'])
		return kill(1, number) < 0 ? fail(call, "process 1") : 0;
	sync();
	return reboot(command) < 0 ? fail(call, "") : 0;
}

int run_env(struct call *call)
{
	int i = 0;
	if (call->count > 0 && (strcmp(call->operands[0], "-i") == 0 || strcmp(call->operands[0], "-") == 0)) {
		clearenv();
		i++;
	}
	for (; i < call->count && strchr(call->operands[i], '=') != NULL; i++)
		putenv(call->operands[i]);
	if (i < call->count) {
		execvp(call->operands[i], call->operands + i);
		fail(call, call->operands[i]);
		return errno == ENOENT ? 127 : 126;
	}
	for (char **entry = environ; *entry != NULL; entry++)
		puts(*entry);
	return 0;
}

// The reading path: a paragraph a stop, each beginning with its number. With an operand, that stop only.
int run_tour(struct call *call)
{
	char line[512];
	FILE *file = fopen(TOUR_FILE, "r");
	long wanted = 0;
	bool found = call->count == 0, shown = found;
	if (file == NULL)
		return fail(call, TOUR_FILE);
	if (call->count > 0 && take_number(call, call->operands[0], &wanted) < 0)
		return 2;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (isdigit((unsigned char)line[0]) || line[0] == ' ')
			shown = wanted == 0 ||
				(line[0] == ' ' && !isdigit((unsigned char)line[1]) ? shown
										    : atol(line) == wanted);
		found |= shown && wanted != 0;
		if (shown)
			fputs(line, stdout);
	}
	fclose(file);
	return found ? 0 : complain(call, "there is no stop %ld", wanted);
}
