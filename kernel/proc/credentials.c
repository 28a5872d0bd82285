// credentials.c: user and group ids. A struct cred is never changed: a call that changes ids puts a new one in its place.
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_getuid(void)
{
	return current->cred->uid;
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
	task_put_cred(current_task());
	current->cred = cred;
}

static bool one_of(uint32_t id, uint32_t a, uint32_t b, uint32_t c)
{
	return id == ~0u || id == a || id == b || id == c;
}

long sys_setresuid(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	if (cred->euid != 0 &&
	    !(one_of(real, cred->uid, cred->euid, cred->suid) && one_of(effective, cred->uid, cred->euid, cred->suid) &&
	      one_of(saved, cred->uid, cred->euid, cred->suid))) {
		kfree(cred);
		return -EPERM;
	}
	cred->uid = real != ~0u ? real : cred->uid;
	cred->euid = cred->fsuid = effective != ~0u ? effective : cred->euid;
	cred->suid = saved != ~0u ? saved : cred->suid;
	cred_replace(cred);
	return 0;
}

long sys_setresgid(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	if (cred->euid != 0 &&
	    !(one_of(real, cred->gid, cred->egid, cred->sgid) && one_of(effective, cred->gid, cred->egid, cred->sgid) &&
	      one_of(saved, cred->gid, cred->egid, cred->sgid))) {
		kfree(cred);
		return -EPERM;
	}
	cred->gid = real != ~0u ? real : cred->gid;
	cred->egid = cred->fsgid = effective != ~0u ? effective : cred->egid;
	cred->sgid = saved != ~0u ? saved : cred->sgid;
	cred_replace(cred);
	return 0;
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
