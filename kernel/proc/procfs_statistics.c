// procfs_statistics.c: /proc/stat, loadavg, interrupts and version; formats of proc(5).
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/core/power.h"
#include "kernel/dev/irq.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"

static int show_machine_stat(struct text *text)
{
	uint64_t interrupts = 0, idle = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++) {
		interrupts += cpus[cpu]->interrupts;
		idle += cpus[cpu]->idle_ns / 10000000;
	}
	uint64_t busy = time_monotonic_ns() / 10000000 * cpus_online() - idle;
	text_print(text, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\nintr %lu\nctxt %lu\nbtime %lu\nprocesses %lu\n", busy, idle, interrupts,
		 sched_switches(), (uint64_t)((time_realtime_ns() - time_monotonic_ns()) / NS_PER_SECOND), process_count());
	return 0;
}

static int show_loadavg(struct text *text)
{
	uint64_t runnable = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		runnable += sched_runnable(cpu);
	text_print(text, "%lu.00 %lu.00 %lu.00 %lu/%lu 0\n", runnable, runnable, runnable, runnable, process_count());
	return 0;
}

static int show_version(struct text *text)
{
	text_print(text, "Linux version 6.1.0-groundup (groundup) %s\n", kernel_version_text);
	return 0;
}

static int show_interrupts(struct text *text)
{
	unsigned vector;
	const char *name;
	uint64_t count;
	for (unsigned i = 0; irq_describe(i, &vector, &name, &count); i++)
		text_print(text, "%4u: %10lu  %s\n", vector, count, name);
	return 0;
}

PROCFS_FILE(interrupts, "interrupts", 0444, show_interrupts);
PROCFS_FILE(loadavg, "loadavg", 0444, show_loadavg);
PROCFS_FILE(stat, "stat", 0444, show_machine_stat);
PROCFS_FILE(version, "version", 0444, show_version);
