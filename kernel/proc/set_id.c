// set_id.c: what execve(2) does to ids: set-user-ID and set-group-ID programs, and what a program with borrowed power loses.
//
// Power is not lent on a mount with nosuid, nor to a thread that gave up new privileges (prctl), nor to one whose root and working
// directory another process shares or whose tracer has no power itself: they could lead the program astray. Linux's security/commoncap.c
// is the model; here the effective user id 0 stands for all capabilities.
#include "kernel/fs/fs.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/exec.h"

static bool shares_place(void)
{
	bool shared = false;
	struct process *process = NULL;
	struct task *task;
	unsigned long state = spin_lock_irqsave(&process_lock);
	for (int pid = 0; !shared && (process = process_next(pid)) != NULL; pid = process->pid)
		list_for_each(task, &process->threads, link)
			shared |= process != current_process() && task->thread.fs == current->fs;
	spin_unlock_irqrestore(&process_lock, state);
	return shared;
}

int exec_credentials(struct exec *exec)
{
	const struct cred *old = current->cred;
	const struct inode *inode = exec->file->inode;
	bool refused = current_task()->no_new_privileges, lends = !refused && !exec->file->path.mount->no_set_id;
	uint32_t mode = READ_ONCE(inode->mode), uid = lends && (mode & S_ISUID) ? inode->uid : old->euid;
	uint32_t gid = lends && (mode & (S_ISGID | 010)) == (S_ISGID | 010) ? inode->gid : old->egid;
	exec->secure = uid != old->uid || gid != old->gid;
	if (exec->secure && (refused || (old->euid != 0 && (shares_place() || (ptrace_limits_exec != NULL && ptrace_limits_exec()))))) {
		uid = old->uid;
		gid = old->gid;
	}
	if (uid == old->euid && uid == old->suid && uid == old->fsuid && gid == old->egid && gid == old->sgid && gid == old->fsgid)
		return 0;
	kfree(exec->cred);
	exec->cred = kmalloc(sizeof(*exec->cred), ALLOC_SLEEP);
	if (exec->cred == NULL)
		return -ENOMEM;
	*exec->cred = *old;
	refcount_set(&exec->cred->references, 1);
	exec->cred->euid = exec->cred->suid = exec->cred->fsuid = uid;
	exec->cred->egid = exec->cred->sgid = exec->cred->fsgid = gid;
	return 0;
}

void exec_committed(struct exec *exec)
{
	struct process *process = current_process();
	bool readable = inode_permission(exec->file->inode, R_OK) == 0;
	if (exec->cred != NULL)
		task_set_cred(current_task(), exec->cred);
	exec->cred = NULL;
	const struct cred *cred = current->cred;
	process->not_dumpable = !readable || cred->uid != cred->euid || cred->gid != cred->egid;
	if (exec->secure)
		process->death_signal = 0;
}
