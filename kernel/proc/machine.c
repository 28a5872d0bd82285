// machine.c: calls about the machine: its name, its randomness, a thread's registers, switching it off.
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/core/power.h"
#include "kernel/core/random.h"
#include "kernel/lib/string.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/vm/area.h"

struct abi_utsname uts_names = {"Linux", "groundup", "6.1.0-groundup", "", "x86_64", "(none)"};

long sys_uname(user_addr buffer)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct abi_utsname names = uts_names;
	spin_unlock_irqrestore(&process_lock, state);
	strlcpy(names.version, kernel_version_text, sizeof(names.version));
	return copy_to_user(buffer, &names, sizeof(names));
}

long sys_getrandom(user_addr buffer, size_t size, unsigned flags)
{
	char bytes[256];
	if (flags & ~7u || (flags & 6) == 6) // GRND_NONBLOCK, or RANDOM, or INSECURE: all the same here
		return -EINVAL;
	size = size < 1ul << 25 ? size : (1ul << 25) - 1;
	for (size_t done = 0, chunk; done < size; done += chunk) {
		chunk = size - done < sizeof(bytes) ? size - done : sizeof(bytes);
		random_bytes(bytes, chunk);
		if (copy_to_user(buffer + done, bytes, chunk) != 0)
			return done != 0 ? (long)done : -EFAULT;
	}
	return size;
}

long sys_arch_prctl(int code, user_addr address)
{
	switch (code) {
	case ARCH_SET_FS:
		if (address >= USER_END)
			return -EPERM;
		current->fs_base = address;
		write_msr(MSR_FS_BASE, address);
		return 0;
	case ARCH_GET_FS: return copy_to_user(address, &current->fs_base, 8);
	default: return -EINVAL;
	}
}

long sys_reboot(unsigned magic1, unsigned magic2, unsigned command)
{
	if (current->cred->euid != 0)
		return -EPERM;
	if (magic1 != REBOOT_MAGIC1 || magic2 != REBOOT_MAGIC2)
		return -EINVAL;
	switch (command) {
	case REBOOT_POWER_OFF:
	case REBOOT_HALT:
		power_off();
		return 0;
	case REBOOT_RESTART:
		power_reset();
		return 0;
	default: return -EINVAL;
	}
}
