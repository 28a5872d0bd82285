// facts.c: calls that tell about the machine: memory, its names.
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/sysinfo.h"

long sys_sysinfo(user_addr buffer)
{
	struct abi_sysinfo info = {.uptime = time_monotonic_ns() / NS_PER_SECOND,
				   .loads = {load_average(0) << 5, load_average(1) << 5, load_average(2) << 5}, // 65536 is one
				   .totalram = memory_total_pages() * PAGE_SIZE,
				   .freeram = memory_free_pages() * PAGE_SIZE,
				   .procs = process_count(),
				   .mem_unit = 1};
	return copy_to_user(buffer, &info, sizeof(info));
}

static long set_name(char *name, user_addr from, int size)
{
	char bytes[64];
	if (current->cred->euid != 0)
		return -EPERM;
	if (size < 0 || size > (int)sizeof(bytes))
		return -EINVAL;
	if (copy_from_user(bytes, from, (size_t)size) != 0)
		return -EFAULT;
	unsigned long state = spin_lock_irqsave(&process_lock);
	memcpy(name, bytes, (size_t)size);
	name[size] = '\0';
	spin_unlock_irqrestore(&process_lock, state);
	return 0;
}

long sys_sethostname(user_addr name, int size)
{
	return set_name(uts_names.nodename, name, size);
}

long sys_setdomainname(user_addr name, int size)
{
	return set_name(uts_names.domainname, name, size);
}
