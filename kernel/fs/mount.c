// mount.c: mounting and unmounting (mount(2)).
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

#define MS_RDONLY 1u
#define MS_SILENT 0x8000u

static struct filesystem *filesystem_named(const char *name)
{
	struct filesystem *type = filesystem_first();

	while (type != NULL && strcmp(type->name, name) != 0)
		type = type->next;
	return type;
}

static int mount_here(struct filesystem *type, const char *source, const char *where, bool read_only)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, where, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	if (!S_ISDIR(path.dentry->inode->mode))
		rc = -ENOTDIR;
	else if (type->single != NULL && path.dentry == type->single->root)
		rc = -EBUSY; // it is there already
	else
		rc = mount_add(type, source, read_only, &path);
	path_put(&path);
	return rc;
}

static int mount_action(int directory, const char *where, uint64_t flags, const char *type_name)
{
	struct filesystem *type = filesystem_named(type_name);

	return type == NULL ? -ENODEV : mount_here(type, type_name, where, (flags & MS_RDONLY) != 0);
}

long sys_mount(user_addr source, user_addr where, user_addr type, uint64_t flags, user_addr data)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	if ((flags & ~(uint64_t)(MS_RDONLY | MS_SILENT)) != 0 || type == 0)
		return -EINVAL;
	return with_name(AT_FDCWD, where, mount_action, flags, type);
}

static int unmount_action(int directory, const char *name, uint64_t flags, const char *second)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, name, WALK_FOLLOW, &path);

	return rc != 0 ? rc : mount_remove(&path);
}

long sys_umount2(user_addr name, int flags)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	return flags != 0 ? -EINVAL : with_name(AT_FDCWD, name, unmount_action, 0, 0);
}
