#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/process.h"
int sched_yield(void);
#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
struct sched_param {
	int sched_priority;
};
#define CPU_SETSIZE 1024
typedef struct {
	unsigned long word[CPU_SETSIZE / 64];
} cpu_set_t;
#define CPU_ZERO(set) (*(set) = (cpu_set_t){{0}})
#define CPU_SET(cpu, set) ((set)->word[(cpu) / 64] |= 1ul << (cpu) % 64)
#define CPU_CLR(cpu, set) ((set)->word[(cpu) / 64] &= ~(1ul << (cpu) % 64))
#define CPU_ISSET(cpu, set) ((set)->word[(cpu) / 64] >> (cpu) % 64 & 1)
int sched_get_priority_max(int policy), sched_get_priority_min(int policy);
int sched_getparam(pid_t pid, struct sched_param *parameter), sched_setparam(pid_t pid, const struct sched_param *parameter);
int sched_getscheduler(pid_t pid), sched_setscheduler(pid_t pid, int policy, const struct sched_param *parameter);
int sched_rr_get_interval(pid_t pid, struct timespec *interval);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set), sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
