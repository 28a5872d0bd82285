// mount.c: mounting and unmounting (mount(2)).
#include "kernel/core/init.h"
#include "kernel/core/printk.h"
#include "kernel/fs/calls.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

#define MS_SILENT 0x8000u
#define MNT_FORCE 1 // for file systems that wait for somebody; none of ours does
#define UMOUNT_NOFOLLOW 8

// Takes down the names of a tree that nobody can reach any more: leaves first, without recursion.
static void superblock_destroy(struct superblock *superblock)
{
	struct dentry *dentry = superblock->root;

	for (;;) {
		while (!list_empty(&dentry->children))
			dentry = list_first(&dentry->children, struct dentry, sibling);
		if (dentry == superblock->root)
			break;
		struct dentry *parent = dentry->parent;
		dentry_detach(dentry);
		dentry = parent;
	}
	dentry_put(superblock->root);
	kfree(superblock);
}

// Unmounts what `path` (the root of a mount) shows, and drops the path. -EBUSY while anything below is in use.
static int mount_remove(struct path *path)
{
	struct mount *mount = path->mount, *other;
	int rc = path->dentry != mount->root ? -EINVAL : mount->parent == NULL ? -EBUSY : 0;

	spin_lock(&dentry_lock);
	list_for_each (other, &mount_list, link)
		if (rc == 0 && other->parent == mount)
			rc = -EBUSY;
	if (rc == 0 && READ_ONCE(mount->references.value) != 2) // the list's and the caller's
		rc = -EBUSY;
	if (rc == 0) {
		list_remove(&mount->link);
		mount->mountpoint->mounts--;
	}
	spin_unlock(&dentry_lock);
	path_put(path);
	if (rc != 0)
		return rc;
	struct path under = {mount->parent, mount->mountpoint};
	path_put(&under);
	if (!mount->superblock->permanent && notify_unmount != NULL)
		notify_unmount(mount->superblock);
	if (!mount->superblock->permanent)
		superblock_destroy(mount->superblock);
	kfree(mount);
	return 0;
}

static struct filesystem *filesystem_named(const char *name)
{
	struct filesystem *type = filesystem_first();

	while (type != NULL && strcmp(type->name, name) != 0)
		type = type->next;
	return type;
}

static int mount_here(struct filesystem *type, const char *source, const char *where, unsigned flags)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, where, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	if (!S_ISDIR(path.dentry->inode->mode))
		rc = -ENOTDIR;
	else if (type->single != NULL && path.dentry == type->single->root)
		rc = -EBUSY; // it is there already
	else if (!path.dentry->hashed && path.dentry->parent != path.dentry)
		rc = -ENOENT; // removed, or of a process in /proc: nobody would find the mount again
	else
		rc = mount_add(type, source, flags, &path);
	if (rc == 0 && type == &tmpfs) { // everybody's, as on Linux
		path_descend(&path);
		path.dentry->inode->mode = S_IFDIR | S_ISVTX | 0777;
	}
	path_put(&path);
	return rc;
}

// Where POSIX shared memory and semaphores have their names.
static void shared_memory_init(void)
{
	static const char where[] = "/dev/shm";
	int rc = name_make(AT_FDCWD, where, S_IFDIR | 0755, 0, NULL);

	rc = rc == 0 ? mount_here(&tmpfs, "tmpfs", where, 0) : rc;
	if (rc != 0)
		printk("fs: no %s: error %d\n", where, rc);
}
INIT_LATE(shared_memory_init);

static int mount_action(int directory, const char *where, uint64_t flags, const char *type_name)
{
	struct filesystem *type = filesystem_named(type_name);

	return type == NULL ? -ENODEV : mount_here(type, type_name, where, (unsigned)flags & (MOUNT_READ_ONLY | MOUNT_NO_SET_ID));
}

long sys_mount(user_addr source, user_addr where, user_addr type, uint64_t flags, user_addr data)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	if ((flags & ~(uint64_t)(MOUNT_READ_ONLY | MOUNT_NO_SET_ID | MS_SILENT)) != 0 || type == 0)
		return -EINVAL;
	return with_name(AT_FDCWD, where, mount_action, flags, type);
}

static int unmount_action(int directory, const char *name, uint64_t flags, const char *second)
{
	struct path path;
	int rc = path_walk(AT_FDCWD, name, (flags & UMOUNT_NOFOLLOW) != 0 ? 0 : WALK_FOLLOW, &path);

	return rc != 0 ? rc : mount_remove(&path);
}

long sys_umount2(user_addr name, int flags)
{
	if (current->cred != NULL && current->cred->fsuid != 0)
		return -EPERM;
	return (flags & ~(MNT_FORCE | UMOUNT_NOFOLLOW)) != 0 ? -EINVAL : with_name(AT_FDCWD, name, unmount_action, (uint64_t)flags, 0);
}

// ---- what /proc says ----

// Visits the mounts in order, each with its place as seen from the root. `where` is valid during the visit.
static void mounts_for_each(void (*visit)(struct mount *mount, const char *where, void *argument), void *argument)
{
	char *buffer = kmalloc(PATH_MAX, ALLOC_SLEEP);
	struct path root = path_root();

	for (unsigned wanted = 0; buffer != NULL; wanted++) {
		struct mount *mount = NULL, *each;
		unsigned number = 0;
		bool deleted;
		spin_lock(&dentry_lock);
		list_for_each (each, &mount_list, link)
			if (number++ == wanted)
				mount = each;
		if (mount != NULL)
			refcount_get(&mount->references);
		spin_unlock(&dentry_lock);
		if (mount == NULL)
			break;
		struct path place = {mount, mount->root};
		const char *where = path_name(&place, &root, buffer, PATH_MAX, &deleted);
		visit(mount, where != NULL ? where : "?", argument);
		refcount_put(&mount->references);
	}
	kfree(buffer);
}

static void show_mount(struct mount *mount, const char *where, void *argument)
{
	text_print(argument, "%s %s %s %s%s,relatime 0 0\n", mount->source, where, mount->superblock->type->name,
		   mount->read_only ? "ro" : "rw", mount->no_set_id ? ",nosuid" : "");
}

static int show_mounts(struct text *text)
{
	mounts_for_each(show_mount, text);
	return 0;
}

static int show_mounts_of(struct text *text, int pid) // all processes see the same
{
	return show_mounts(text);
}
PROCFS_TASK_ENTRY(mounts, .mode = S_IFREG | 0444, .show = show_mounts_of);

static void show_mount_more(struct mount *mount, const char *where, void *argument)
{
	uint64_t device = mount->superblock->device;

	text_print(argument, "%u %u %lu:%lu / %s %s%s,relatime - %s %s %s\n", mount->id, mount->parent != NULL ? mount->parent->id : 0,
		   device >> 8, device & 0xff, where, mount->read_only ? "ro" : "rw", mount->no_set_id ? ",nosuid" : "",
		   mount->superblock->type->name, mount->source, mount->read_only ? "ro" : "rw");
}

static int show_mountinfo(struct text *text, int pid)
{
	mounts_for_each(show_mount_more, text);
	return 0;
}
PROCFS_TASK_ENTRY(mountinfo, .mode = S_IFREG | 0444, .show = show_mountinfo);

static int show_filesystems(struct text *text)
{
	for (struct filesystem *type = filesystem_first(); type != NULL; type = type->next)
		text_print(text, "nodev\t%s\n", type->name);
	return 0;
}

PROCFS_FILE(mounts, "mounts", 0444, show_mounts);
PROCFS_FILE(filesystems, "filesystems", 0444, show_filesystems);
