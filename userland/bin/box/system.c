// system.c: what the machine is and does: uname free uptime nproc tour.
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

static const char *amount(struct call *call, unsigned long bytes)
{
	static char text[4][24];
	static int next;
	char *to = text[next++ % 4];
	double value = (double)bytes;
	int unit = 0;
	if (call->option['h']) {
		for (; value >= 1024; unit++)
			value /= 1024;
		sprintf(to, unit == 0 ? "%.0fB" : value < 10 ? "%.1f%ci" : "%.0f%ci", value, " KMGTPE"[unit]);
	} else {
		sprintf(to, "%lu", bytes >> (call->option['b'] ? 0 : call->option['m'] ? 20 : call->option['g'] ? 30 : 10));
	}
	return to;
}

// A line of /proc/meminfo in bytes; 0 when there is none.
static unsigned long memory_line(const char *name)
{
	char line[128];
	unsigned long value = 0;
	size_t size = strlen(name);
	FILE *file = fopen("/proc/meminfo", "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, size) == 0 && line[size] == ':')
			value = strtoul(line + size + 1, NULL, 10) * 1024;
	if (file != NULL)
		fclose(file);
	return value;
}

static int run_free(struct call *call)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return fail(call, "");
	unsigned long unit = info.mem_unit != 0 ? info.mem_unit : 1, total = info.totalram * unit, left = info.freeram * unit, cached = memory_line("Cached"),
		      available = memory_line("MemAvailable");
	printf("              total        used        free      cached   available\n");
	printf("Mem:    %11s %11s %11s ", amount(call, total), amount(call, total - left - cached), amount(call, left));
	printf("%11s %11s\n", amount(call, cached), amount(call, available != 0 ? available : left));
	printf("Swap:   %11s %11s %11s\n", amount(call, info.totalswap * unit), amount(call, (info.totalswap - info.freeswap) * unit), amount(call, info.freeswap * unit));
	return 0;
}

static int run_uptime(struct call *call)
{
	struct sysinfo info;
	char now[16];
	time_t seconds = time(NULL);
	if (sysinfo(&info) < 0)
		return fail(call, "");
	strftime(now, sizeof(now), "%H:%M:%S", localtime(&seconds));
	printf(" %s up ", now);
	if (info.uptime >= 86400)
		printf("%ld day%s, ", info.uptime / 86400, info.uptime >= 172800 ? "s" : "");
	printf("%ld:%02ld:%02ld, %u processes,  load average: %.2f, %.2f, %.2f\n", info.uptime % 86400 / 3600, info.uptime / 60 % 60, info.uptime % 60,
	       info.procs, (double)info.loads[0] / 65536, (double)info.loads[1] / 65536, (double)info.loads[2] / 65536);
	return 0;
}

static int run_nproc(struct call *call)
{
	printf("%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
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
TOOL("free", "bkmgh bytes=b kibi=k mebi=m gibi=g human=h", "[-bkmgh]", "Prints the use of memory.", 0, 0, run_free)
TOOL("uptime", "", "", "Prints how long the machine has run.", 0, 0, run_uptime)
TOOL("nproc", "", "", "Prints the number of processors.", 0, 0, run_nproc)
TOOL("tour", "", "[STOP]", "Prints the reading path.", 0, 1, run_tour)
