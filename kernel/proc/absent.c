// absent.c: calls that are there to say no. C libraries ask for them at every start and do without.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

// Restartable sequences: glibc uses them for sched_getcpu() only, and falls back to getcpu(2).
long sys_rseq(user_addr area, unsigned size, int flags, unsigned signature)
{
	return -ENOSYS;
}
