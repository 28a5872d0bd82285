// robust.c: robust futexes: a thread that ends while it holds some marks them, and wakes who waits (Linux's
// Documentation/locking/robust-futex-ABI). The list is the program's own, so it is walked with a limit and believed in nothing.
#include "kernel/core/init.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

#define OWNER_DIED 0x40000000u
#define WAITERS 0x80000000u
#define TID_MASK 0x3fffffffu
#define ENTRIES_MAX 2048

struct robust_head { // in user memory
	uint64_t first; // circular: the last points back to the head; bit 0: a priority-inheritance futex
	int64_t offset; // from an entry to its word
	uint64_t pending;
};

long sys_set_robust_list(user_addr head, size_t size)
{
	if (size != sizeof(struct robust_head))
		return -EINVAL;
	current_task()->robust_list = head;
	return 0;
}

long sys_get_robust_list(int tid, user_addr to, user_addr to_size)
{
	uint64_t size = sizeof(struct robust_head);
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = tid == 0 ? current_task() : task_find(tid);
	user_addr head = task != NULL ? task->robust_list : 0;
	int rc = task == NULL ? -ESRCH : task->process == current_process() || signal_permitted(task->process) ? 0 : -EPERM;
	spin_unlock_irqrestore(&process_lock, state);
	if (rc == 0)
		rc = copy_to_user(to_size, &size, sizeof(size));
	return rc != 0 ? rc : copy_to_user(to, &head, sizeof(head));
}

static void owner_died(user_addr word)
{
	uint32_t value;
	bool done = false;
	while (!done) {
		if (load_user32(&value, word) != 0 || (value & TID_MASK) != (uint32_t)current->tid)
			return;
		if (compare_exchange_user32(word, value, (value & WAITERS) | OWNER_DIED, &done) != 0)
			return;
	}
	if (value & WAITERS)
		thread_id_cleared(word); // wakes one
}

static void walk(struct task *task)
{
	struct robust_head head;
	if (task->robust_list == 0 || copy_from_user(&head, task->robust_list, sizeof(head)) != 0)
		return;
	uint64_t entry = head.first & ~1ul;
	for (unsigned i = 0; i < ENTRIES_MAX && entry != task->robust_list; i++) {
		uint64_t next;
		if (copy_from_user(&next, entry, sizeof(next)) != 0) // before the word is given away
			return;
		if (entry != (head.pending & ~1ul))
			owner_died(entry + (uint64_t)head.offset);
		entry = next & ~1ul;
	}
	if (head.pending != 0)
		owner_died((head.pending & ~1ul) + (uint64_t)head.offset);
}

static void robust_init(void)
{
	thread_ends = walk;
}
INIT_EARLY(robust_init);

long sys_set_tid_address(user_addr address)
{
	current_task()->clear_child_tid = address;
	return current->tid;
}
