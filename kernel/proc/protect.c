// protect.c: calls about memory that is mapped: its protection, advice, what of it is there. mlock.c has those that make more of it.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

long sys_mprotect(uint64_t address, size_t size, int protection)
{
	return (protection & ~PROTECTION_KNOWN) == 0 ? mm_protect(current->mm, address, size, protection) : -EINVAL;
}

long sys_madvise(uint64_t address, size_t size, int advice)
{
	if (address % PAGE_SIZE != 0)
		return -EINVAL;
	if (advice == MADV_DONTNEED)
		return mm_discard(current->mm, address, size);
	return advice >= 0 && advice <= MADV_FREE ? 0 : -EINVAL; // the others are hints
}

// Files live in memory, so there is nothing to write; what is not mapped is told.
long sys_msync(uint64_t address, size_t size, int flags)
{
	if (address % PAGE_SIZE != 0 || (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	for (uint64_t at = address; at < address + size; at += PAGE_SIZE)
		if (mm_resident(current->mm, at) < 0)
			return -ENOMEM;
	return 0;
}

long sys_mincore(uint64_t address, size_t size, user_addr to)
{
	if (address % PAGE_SIZE != 0)
		return -EINVAL;
	for (uint64_t at = address; at < address + size; at += PAGE_SIZE) {
		int there = mm_resident(current->mm, at);
		if (there < 0)
			return there;
		uint8_t byte = (uint8_t)there;
		if (copy_to_user(to + (at - address) / PAGE_SIZE, &byte, 1) != 0)
			return -EFAULT;
	}
	return 0;
}
