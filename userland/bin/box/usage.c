// usage.c: how much of the machine is in use: free uptime.
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include "userland/bin/box/box.h"

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
		return fail(call, NULL);
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
		return fail(call, NULL);
	strftime(now, sizeof(now), "%H:%M:%S", localtime(&seconds));
	printf(" %s up ", now);
	if (info.uptime >= 86400)
		printf("%ld day%s, ", info.uptime / 86400, info.uptime >= 172800 ? "s" : "");
	printf("%ld:%02ld:%02ld, %u processes,  load average: %.2f, %.2f, %.2f\n", info.uptime % 86400 / 3600, info.uptime / 60 % 60, info.uptime % 60,
	       info.procs, (double)info.loads[0] / 65536, (double)info.loads[1] / 65536, (double)info.loads[2] / 65536);
	return 0;
}

TOOL("free", "bkmgh bytes=b kibi=k mebi=m gibi=g human=h", "[-bkmgh]", "Prints the use of memory.", 0, 0, run_free)
TOOL("uptime", "", "", "Prints how long the machine has run.", 0, 0, run_uptime)
