// credentials.c: changing user and group ids. A struct cred is never changed: a call that changes ids puts a new one in its place.
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

// A changed copy of this thread's cred takes its place.
static struct cred *cred_copy(void)
{
	struct cred *cred = kmalloc(sizeof(*cred), ALLOC_SLEEP);
	if (cred == NULL)
		return NULL;
	*cred = *current->cred;
	refcount_set(&cred->references, 1);
	return cred;
}

static void cred_replace(struct cred *cred)
{
	const struct cred *old = current->cred;
	if (old->euid != cred->euid || old->egid != cred->egid || old->fsuid != cred->fsuid || old->fsgid != cred->fsgid) {
		current_process()->not_dumpable = true; // its memory may hold what the new ids must not see
		current_process()->death_signal = 0;
	}
	task_set_cred(current_task(), cred);
}

static bool one_of(uint32_t id, uint32_t a, uint32_t b, uint32_t c)
{
	return id == ~0u || id == a || id == b || id == c;
}

static long set_users(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	cred->uid = real != ~0u ? real : cred->uid;
	cred->euid = cred->fsuid = effective != ~0u ? effective : cred->euid;
	cred->suid = saved != ~0u ? saved : cred->suid;
	cred_replace(cred);
	return 0;
}

static long set_groups(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	cred->gid = real != ~0u ? real : cred->gid;
	cred->egid = cred->fsgid = effective != ~0u ? effective : cred->egid;
	cred->sgid = saved != ~0u ? saved : cred->sgid;
	cred_replace(cred);
	return 0;
}

long sys_setresuid(unsigned real, unsigned effective, unsigned saved)
{
	const struct cred *old = current->cred;
	if (old->euid != 0 && !(one_of(real, old->uid, old->euid, old->suid) && one_of(effective, old->uid, old->euid, old->suid) &&
				one_of(saved, old->uid, old->euid, old->suid)))
		return -EPERM;
	return set_users(real, effective, saved);
}

long sys_setresgid(unsigned real, unsigned effective, unsigned saved)
{
	const struct cred *old = current->cred;
	if (old->euid != 0 && !(one_of(real, old->gid, old->egid, old->sgid) && one_of(effective, old->gid, old->egid, old->sgid) &&
				one_of(saved, old->gid, old->egid, old->sgid)))
		return -EPERM;
	return set_groups(real, effective, saved);
}

long sys_setuid(unsigned id)
{
	bool root = current->cred->euid == 0;
	return sys_setresuid(root ? id : ~0u, id, root ? id : ~0u);
}

long sys_setgid(unsigned id)
{
	bool root = current->cred->euid == 0;
	return sys_setresgid(root ? id : ~0u, id, root ? id : ~0u);
}

long sys_getgroups(int size, user_addr list)
{
	const struct cred *cred = current->cred;
	if (size < 0 || (size != 0 && (uint32_t)size < cred->group_count))
		return -EINVAL;
	if (size != 0 && copy_to_user(list, cred->groups, cred->group_count * 4) != 0)
		return -EFAULT;
	return cred->group_count;
}

long sys_setgroups(size_t count, user_addr list)
{
	if (current->cred->euid != 0)
		return -EPERM;
	if (count > GROUPS_MAX)
		return -EINVAL;
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	cred->group_count = count;
	if (copy_from_user(cred->groups, list, count * 4) != 0) {
		kfree(cred);
		return -EFAULT;
	}
	cred_replace(cred);
	return 0;
}

// setreuid(2): the saved id follows the effective one when the real id is set or the effective becomes another than the real was.
long sys_setreuid(unsigned real, unsigned effective)
{
	const struct cred *old = current->cred;
	if (old->euid != 0 && !(one_of(real, old->uid, old->euid, old->euid) && one_of(effective, old->uid, old->euid, old->suid)))
		return -EPERM;
	unsigned now = effective != ~0u ? effective : old->euid;
	bool follows = real != ~0u || (effective != ~0u && effective != old->uid);
	return set_users(real, effective, follows ? now : ~0u);
}

long sys_setregid(unsigned real, unsigned effective)
{
	const struct cred *old = current->cred;
	if (old->euid != 0 && !(one_of(real, old->gid, old->egid, old->egid) && one_of(effective, old->gid, old->egid, old->sgid)))
		return -EPERM;
	unsigned now = effective != ~0u ? effective : old->egid;
	bool follows = real != ~0u || (effective != ~0u && effective != old->gid);
	return set_groups(real, effective, follows ? now : ~0u);
}

static long put_three(uint32_t a, uint32_t b, uint32_t c, user_addr to_a, user_addr to_b, user_addr to_c)
{
	int rc = copy_to_user(to_a, &a, sizeof(a));
	rc = rc != 0 ? rc : copy_to_user(to_b, &b, sizeof(b));
	return rc != 0 ? rc : copy_to_user(to_c, &c, sizeof(c));
}

long sys_getresuid(user_addr real, user_addr effective, user_addr saved)
{
	return put_three(current->cred->uid, current->cred->euid, current->cred->suid, real, effective, saved);
}

long sys_getresgid(user_addr real, user_addr effective, user_addr saved)
{
	return put_three(current->cred->gid, current->cred->egid, current->cred->sgid, real, effective, saved);
}

// They return the id that was, whatever happens.
long sys_setfsuid(unsigned id)
{
	const struct cred *old = current->cred;
	uint32_t before = old->fsuid;
	struct cred *cred = old->euid == 0 || one_of(id, old->uid, old->euid, old->suid) ? cred_copy() : NULL;
	if (cred != NULL && id != ~0u) {
		cred->fsuid = id;
		cred_replace(cred);
	} else
		kfree(cred);
	return before;
}

long sys_setfsgid(unsigned id)
{
	const struct cred *old = current->cred;
	uint32_t before = old->fsgid;
	struct cred *cred = old->euid == 0 || one_of(id, old->gid, old->egid, old->sgid) ? cred_copy() : NULL;
	if (cred != NULL && id != ~0u) {
		cred->fsgid = id;
		cred_replace(cred);
	} else
		kfree(cred);
	return before;
}

#define CAPABILITY_VERSION 0x20080522u // 3: 64 bits in two structs

// Power here is the effective user id 0, as before capabilities: root has all of them, everybody else none.
long sys_capget(user_addr header, user_addr data)
{
	uint32_t version, wanted = CAPABILITY_VERSION;
	int32_t pid;
	if (copy_from_user(&version, header, 4) != 0 || copy_from_user(&pid, header + 4, 4) != 0)
		return -EFAULT;
	if (version != CAPABILITY_VERSION)
		return copy_to_user(header, &wanted, 4) != 0 ? -EFAULT : data == 0 ? 0 : -EINVAL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = pid == 0 ? current_task() : task_find(pid);
	uint64_t set = task != NULL && task->thread.cred->euid == 0 ? CAPABILITIES : 0;
	spin_unlock_irqrestore(&process_lock, state);
	uint32_t words[6] = {(uint32_t)set, (uint32_t)set, 0, set >> 32, set >> 32, 0}; // effective, permitted, inheritable; twice
	return pid < 0 ? -EINVAL : task == NULL ? -ESRCH : data == 0 ? 0 : copy_to_user(data, words, sizeof(words));
}

long sys_personality(unsigned persona)
{
	return persona == 0 || persona == ~0u ? 0 : -EINVAL; // 0: Linux
}

long sys_geteuid(void)
{
	return current->cred->euid;
}

long sys_getgid(void)
{
	return current->cred->gid;
}

long sys_getegid(void)
{
	return current->cred->egid;
}
