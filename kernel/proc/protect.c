// protect.c: changing memory that is mapped: its protection, and advice about it.
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
