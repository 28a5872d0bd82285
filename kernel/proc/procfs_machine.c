// procfs_machine.c: /proc/cpuinfo, meminfo and uptime; formats of proc(5).
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/proc/internal.h"

static int show_cpuinfo(struct text *text)
{
	char brand[49] = {0};
	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid id = cpuid(0x80000002 + i, 0);
		memcpy(brand + 16 * i, &id, 16);
	}
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		text_print(text, "processor\t: %u\nmodel name\t: %s\ncpu MHz\t\t: %lu.%03lu\napicid\t\t: %u\n\n", cpu, brand,
			 clock_tsc_khz() / 1000, clock_tsc_khz() % 1000, cpus[cpu]->lapic_id);
	return 0;
}

static int show_meminfo(struct text *text)
{
	uint64_t total = memory_total_pages() * 4, free = memory_free_pages() * 4;
	text_print(text, "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n", total, free, free);
	return 0;
}

static int show_uptime(struct text *text)
{
	uint64_t up = time_monotonic_ns() / 10000000, idle = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		idle += cpus[cpu]->idle_ns / 10000000;
	text_print(text, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
	return 0;
}

PROCFS_FILE(cpuinfo, "cpuinfo", 0444, show_cpuinfo);
PROCFS_FILE(meminfo, "meminfo", 0444, show_meminfo);
PROCFS_FILE(uptime, "uptime", 0444, show_uptime);
