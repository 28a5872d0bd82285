// procfs_memory.c: /proc/PID/mem, another's memory as a file (its offset is the address), for who may trace it; and /proc/PID/auxv, the
// auxiliary vector that exec made, as it was then.
//
// An open mem names one address space: when the process has ended or has executed another program, there is nothing more to read (0).
// It holds the task, not the space, so that a debugger that forgot to close it keeps no memory alive.
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/ptrace.h"
#include "kernel/vm/area.h"

struct memory { // file->private
	struct task *task;
	uint64_t number; // of the space
};

static int memory_open(struct file *file)
{
	struct task *task = task_leader_get(((struct procfs_node *)file->inode->private)->pid);
	struct memory *memory = task != NULL ? kmalloc(sizeof(*memory), ALLOC_SLEEP) : NULL;
	if (task == NULL)
		return -ESRCH;
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool permitted = ptrace_permitted(task);
	spin_unlock_irqrestore(&process_lock, state);
	struct mm *mm = task_mm_get(task);
	if (memory == NULL || !permitted) {
		task_put(task);
		kfree(memory);
	} else {
		*memory = (struct memory){task, mm != NULL ? mm->number : 0};
		file->private = memory;
	}
	if (mm != NULL)
		mm_put(mm);
	return memory == NULL ? -ENOMEM : permitted ? 0 : -EACCES;
}

static void memory_release(struct file *file)
{
	struct memory *memory = file->private;
	task_put(memory->task);
	kfree(memory);
}

// Up to a page. Bytes moved, or -errno.
static long move_piece(struct mm *mm, uint64_t address, struct uio *uio, char *bounce, bool write)
{
	size_t piece = PAGE_SIZE - address % PAGE_SIZE;
	piece = piece < uio->left ? piece : uio->left;
	if (write && uio_copy_in(uio, bounce, piece) != 0)
		return -EFAULT;
	size_t moved = mm_access_forced(mm, address, bounce, piece, write);
	return moved == 0 ? -EIO : !write && uio_copy_out(uio, bounce, moved) != 0 ? -EFAULT : (long)moved;
}

static long memory_move(struct file *file, struct uio *uio, int64_t *position, bool write)
{
	const struct memory *memory = file->private;
	struct mm *mm = task_mm_get(memory->task);
	char *bounce = kmalloc(PAGE_SIZE, ALLOC_SLEEP);
	long done = 0, rc = bounce == NULL ? -ENOMEM : 1;
	bool same = mm != NULL && mm->number == memory->number;
	while (same && rc > 0 && uio->left != 0) {
		rc = move_piece(mm, (uint64_t)(*position + done), uio, bounce, write);
		done += rc > 0 ? rc : 0;
	}
	kfree(bounce);
	if (mm != NULL)
		mm_put(mm);
	*position += done;
	return done != 0 || rc > 0 ? done : rc;
}

static long memory_read(struct file *file, struct uio *uio, int64_t *position)
{
	return memory_move(file, uio, position, false);
}

static long memory_write(struct file *file, struct uio *uio, int64_t *position)
{
	return memory_move(file, uio, position, true);
}

static int show_auxv(struct text *text, int pid)
{
	struct task *task = task_leader_get(pid);
	struct mm *mm = task != NULL ? task_mm_get(task) : NULL;
	size_t words = 0;
	if (task == NULL)
		return -ESRCH;
	while (mm != NULL && words + 2 < AUXILIARY_WORDS && mm->auxiliary[words] != 0)
		words += 2;
	if (mm != NULL) {
		text_put(text, (const char *)mm->auxiliary, (words + 2) * sizeof(uint64_t));
		mm_put(mm);
	}
	task_put(task);
	return 0;
}

static const struct file_operations memory_operations = {.open = memory_open, .release = memory_release, .read = memory_read, .write = memory_write};
PROCFS_TASK_ENTRY(auxv, .mode = S_IFREG | 0400, .show = show_auxv);
PROCFS_TASK_ENTRY(mem, .mode = S_IFREG | 0600, .file_operations = &memory_operations);
