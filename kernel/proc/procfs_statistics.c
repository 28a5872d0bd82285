// procfs_statistics.c: /proc/stat, interrupts and version; formats of proc(5).
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/core/power.h"
#include "kernel/dev/irq.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"

#define TICK_NS 10000000 // what /proc counts in: 1/100 s

static void show_times(struct text *text, const char *name, uint64_t user, uint64_t idle, uint64_t all)
{
	text_print(text, "%s %lu 0 %lu %lu 0 0 0 0 0 0\n", name, user / TICK_NS, all > user + idle ? (all - user - idle) / TICK_NS : 0,
		   idle / TICK_NS);
}

static int show_machine_stat(struct text *text)
{
	uint64_t interrupts = 0, user = 0, idle = 0, up = (uint64_t)time_monotonic_ns();
	char name[16];

	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++) {
		interrupts += cpus[cpu]->interrupts;
		user += clock_tsc_to_ns(READ_ONCE(cpus[cpu]->user_tsc));
		idle += READ_ONCE(cpus[cpu]->idle_ns);
	}
	show_times(text, "cpu ", user, idle, up * cpus_online());
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++) {
		format_buffer(name, sizeof(name), "cpu%u", cpu);
		show_times(text, name, clock_tsc_to_ns(READ_ONCE(cpus[cpu]->user_tsc)), READ_ONCE(cpus[cpu]->idle_ns), up);
	}
	text_print(text, "intr %lu\nctxt %lu\nbtime %lu\nprocesses %lu\nprocs_running %lu\nprocs_blocked 0\n", interrupts, sched_switches(),
		   (uint64_t)((time_realtime_ns() - time_monotonic_ns()) / NS_PER_SECOND), READ_ONCE(process_births), load_running());
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
PROCFS_FILE(stat, "stat", 0444, show_machine_stat);
PROCFS_FILE(version, "version", 0444, show_version);
