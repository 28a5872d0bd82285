// system.c: what the machine is and does: uname free uptime nproc date env tour.
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

static int run_uname(struct call *call)
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

static int run_date(struct call *call)
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

static int run_free(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return fail(call, "");
	unsigned long unit = info.mem_unit != 0 ? info.mem_unit : 1, total = info.totalram * unit / 1024,
		      left = info.freeram * unit / 1024;
	printf("              total        used        free\nMem:    %11lu %11lu %11lu\n", total, total - left, left);
	return 0;
}

static int run_uptime(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return fail(call, "");
	printf("up %ld:%02ld:%02ld, %u processes\n", info.uptime / 3600, info.uptime / 60 % 60,
	       info.uptime % 60, info.procs);
	return 0;
}

static int run_nproc(struct call *call)
{
	printf("%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	return 0;
}

static int run_env(struct call *call)
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
static int run_tour(struct call *call)
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

TOOL("uname", "asnrvm", "[-asnrvm]", "Names the system.", 0, 0, run_uname)
TOOL("date", "u", "[+FORMAT]", "Prints the time (UTC).", 0, 1, run_date)
TOOL("free", "", "", "Prints the memory's use in KiB.", 0, 0, run_free)
TOOL("uptime", "", "", "Prints how long the machine has run.", 0, 0, run_uptime)
TOOL("nproc", "", "", "Prints the number of processors.", 0, 0, run_nproc)
TOOL("env", NULL, "[-i] [NAME=VALUE...] [COMMAND...]", "Prints or changes the environment.", 0, -1, run_env)
TOOL("tour", "", "[STOP]", "Prints the reading path.", 0, 1, run_tour)
