// mlock.c: mlock(2) and its kin: who may lock how much, and the areas that come later (mlockall's MCL_FUTURE, mmap's MAP_LOCKED). RLIMIT_MEMLOCK
// binds all but root.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

#define MCL_KNOWN (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)

static bool is_bound(void)
{
	return current->cred->euid != 0;
}

static uint64_t pages_allowed(void)
{
	return current_process()->limits[RLIMIT_MEMLOCK].rlim_cur / PAGE_SIZE;
}

static bool may_lock(void)
{
	return !is_bound() || current_process()->limits[RLIMIT_MEMLOCK].rlim_cur != 0;
}

static uint64_t all_locked(void)
{
	return mm_locked_pages(current->mm, 0, USER_END);
}

long sys_mlock2(uint64_t address, size_t size, int flags)
{
	uint64_t start = address & -PAGE_SIZE, length = (size + address % PAGE_SIZE + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	if (!may_lock())
		return -EPERM;
	if (is_bound() && length / PAGE_SIZE + all_locked() - mm_locked_pages(current->mm, start, length) > pages_allowed())
		return -ENOMEM;
	if (start + length < start)
		return -EINVAL;
	int rc = mm_lock(current->mm, start, length, true);
	return rc != 0 || (flags & MLOCK_ONFAULT) ? rc : mm_populate(current->mm, start, length);
}

long sys_mlock(uint64_t address, size_t size)
{
	return sys_mlock2(address, size, 0);
}

long sys_munlock(uint64_t address, size_t size)
{
	uint64_t start = address & -PAGE_SIZE, length = (size + address % PAGE_SIZE + PAGE_SIZE - 1) & -PAGE_SIZE;
	return start + length < start ? -EINVAL : mm_lock(current->mm, start, length, false);
}

// Each area that there is. Those whose pages cannot be there are locked all the same.
static void lock_all(struct mm *mm, bool locked, bool populate)
{
	uint64_t start = 0, end;
	for (;; start = end) {
		down_read(&mm->lock);
		struct vm_area *area = mm_area_at(mm, start);
		start = area != NULL ? area->start : 0;
		end = area != NULL ? area->end : 0;
		up_read(&mm->lock);
		if (end == 0)
			return;
		mm_lock(mm, start, end - start, locked);
		if (populate)
			mm_populate(mm, start, end - start);
	}
}

long sys_mlockall(int flags)
{
	struct mm *mm = current->mm;
	if ((flags & ~MCL_KNOWN) || !(flags & (MCL_CURRENT | MCL_FUTURE)))
		return -EINVAL;
	if (!may_lock())
		return -EPERM;
	if ((flags & MCL_CURRENT) && is_bound() && mm->total_pages > pages_allowed())
		return -ENOMEM;
	mm->lock_new = flags & MCL_FUTURE ? (uint64_t)flags : 0;
	if (flags & MCL_CURRENT)
		lock_all(mm, true, !(flags & MCL_ONFAULT));
	return 0;
}

long sys_munlockall(void)
{
	current->mm->lock_new = 0;
	lock_all(current->mm, false, false);
	return 0;
}

// ---- areas that come ----

static bool too_much(uint64_t size)
{
	return is_bound() && all_locked() + (size + PAGE_SIZE - 1) / PAGE_SIZE > pages_allowed();
}

int memory_wanted(int flags, struct vm_area *area)
{
	if (!(flags & MAP_LOCKED) && current->mm->lock_new == 0)
		return 0;
	area->locked_by = current->mm->number;
	return (flags & MAP_LOCKED) && !may_lock() ? -EPERM : too_much(area->end) ? -EAGAIN : 0;
}

void memory_mapped(uint64_t start, uint64_t size, int flags)
{
	uint64_t lock_new = current->mm->lock_new;
	if ((flags & (MAP_LOCKED | MAP_POPULATE)) || (lock_new != 0 && !(lock_new & MCL_ONFAULT)))
		mm_populate(current->mm, start, size);
}

long sys_brk(uint64_t end)
{
	struct mm *mm = current->mm;
	uint64_t old = mm->heap_end, from = (old + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (mm->lock_new == 0 || end <= from)
		return (long)mm_set_heap_end(mm, end);
	if (too_much(end - from))
		return (long)old;
	uint64_t new = mm_set_heap_end(mm, end);
	if (new > from && mm_lock(mm, from, ((new + PAGE_SIZE - 1) & -PAGE_SIZE) - from, true) == 0 && !(mm->lock_new & MCL_ONFAULT))
		mm_populate(mm, from, new - from);
	return (long)new;
}

long sys_mremap(uint64_t old, size_t old_size, size_t new_size, unsigned flags, uint64_t where)
{
	struct mm *mm = current->mm;
	bool grows = new_size > old_size, locked = grows && old % PAGE_SIZE == 0 && mm_locked_pages(mm, old, PAGE_SIZE) != 0;
	if (locked && too_much(new_size - old_size))
		return -EAGAIN;
	int rc = mm_remap(mm, old, old_size, new_size, flags, &where);
	if (rc == 0 && locked)
		mm_populate(mm, where + old_size, new_size - old_size);
	return rc != 0 ? rc : (long)where;
}
