// process.h: processes as /proc tells of them, for ps, kill, top and pgrep.
#pragma once
#include "userland/bin/box/box.h"

struct process {
	int pid, parent, group, session, terminal, threads, nice;
	char state, name[64], command[256];
	uid_t user;
	unsigned long user_ticks, kernel_ticks, start, bytes;
	long pages;
};

// All processes by number; the caller frees the list. NULL: /proc cannot be read.
struct process *read_processes(size_t *count);
// One process from /proc/PID; false: it has gone meanwhile.
bool read_process(int pid, struct process *process);
int compare_processes(const void *a, const void *b); // by number, for qsort
