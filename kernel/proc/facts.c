// facts.c: calls that tell about the machine and the kernel: CPUs, memory, messages, a thread's name.
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_sched_getaffinity(int pid, size_t size, user_addr mask)
{
	uint64_t cpus = machine_online_mask() & current->affinity;
	if (size < 8 || size % 8 != 0)
		return -EINVAL;
	(void)pid;
	return copy_to_user(mask, &cpus, 8) != 0 ? -EFAULT : 8;
}

long sys_sysinfo(user_addr buffer)
{
	struct abi_sysinfo info = {.uptime = time_monotonic_ns() / NS_PER_SECOND,
				   .totalram = memory_total_pages() * PAGE_SIZE,
				   .freeram = memory_free_pages() * PAGE_SIZE,
				   .procs = process_count(),
				   .mem_unit = 1};
	return copy_to_user(buffer, &info, sizeof(info));
}

long sys_prctl(int option, uint64_t argument)
{
	char name[16] = {0};
	switch (option) {
	case 15: // PR_SET_NAME
		if (strncpy_from_user(name, argument, sizeof(name) - 1) == -EFAULT)
			return -EFAULT;
		memcpy(current->name, name, sizeof(name));
		return 0;
	case 16: // PR_GET_NAME
		return copy_to_user(argument, current->name, sizeof(name));
	default: return -EINVAL;
	}
}
