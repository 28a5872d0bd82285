// names.c: the system calls that change names: make, remove, rename, link, mount; and where a process stands.
//
// Order: rename_mutex (only renames between directories need it), the parents (ancestor first), the child. A directory that is
// removed is locked too, so that nothing is made in it meanwhile; dentry->deleted stops who comes later.
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"


long with_name(int directory, user_addr name, name_action action, uint64_t argument, user_addr second)
{
	char *text = NULL, *text2 = NULL;
	long rc = name_from_user(name, &text);

	if (rc == 0 && second != 0)
		rc = name_from_user(second, &text2);
	if (rc == 0)
		rc = action(directory, text, argument, text2);
	kfree(text);
	kfree(text2);
	return rc;
}

uint32_t file_mask(void)
{
	return current->fs != NULL ? READ_ONCE(current->fs->umask) : 0;
}

static int make_directory(int directory, const char *name, uint64_t mode, const char *second)
{
	return name_make(directory, name, S_IFDIR | ((uint32_t)mode & 01777 & ~file_mask()), 0, NULL);
}

long sys_mkdirat(int directory, user_addr name, uint32_t mode)
{
	return with_name(directory, name, make_directory, mode, 0);
}

long sys_mkdir(user_addr name, uint32_t mode)
{
	return sys_mkdirat(AT_FDCWD, name, mode);
}

// ---- removing ----

int may_remove(const struct path *parent, const struct dentry *child)
{
	struct inode *directory = parent->dentry->inode;
	int rc = parent->mount->read_only ? -EROFS : inode_permission(directory, W_OK | X_OK);

	if (rc == 0 && (!directory->operations->may_remove || !child->inode->operations->may_remove))
		rc = -EPERM;
	if (rc == 0 && (directory->mode & S_ISVTX) != 0 && !inode_owner(directory) && !inode_owner(child->inode))
		rc = -EPERM;
	return rc == 0 && READ_ONCE(child->mounts) != 0 ? -EBUSY : rc;
}

int drop_name(struct dentry *parent, struct dentry *child)
{
	struct inode *inode = child->inode;
	int rc = 0;

	mutex_lock(&inode->lock);
	if (S_ISDIR(inode->mode) && dentry_has_children(child)) {
		rc = -ENOTEMPTY;
	} else {
		parent->inode->link_count -= S_ISDIR(inode->mode);
		inode->link_count -= S_ISDIR(inode->mode) ? 2 : 1;
		inode->change_ns = time_realtime_ns();
		dentry_detach(child);
		inode_touch(parent->inode);
	}
	mutex_unlock(&inode->lock);
	return rc;
}

static int remove_last(struct walk *walk, bool is_directory)
{
	struct inode *directory = walk->path.dentry->inode;
	struct path child = {NULL, NULL};

	mutex_lock(&directory->lock);
	child.dentry = dentry_find(walk->path.dentry, walk->last, walk->last_length);
	int rc = child.dentry != NULL ? may_remove(&walk->path, child.dentry)
		 : directory->operations->lookup != NULL ? -EPERM : -ENOENT; // names of procfs are not ours to remove
	if (rc == 0 && S_ISDIR(child.dentry->inode->mode) != is_directory)
		rc = is_directory ? -ENOTDIR : -EISDIR;
	if (rc == 0 && walk->directory && !is_directory)
		rc = -ENOTDIR;
	if (rc == 0)
		rc = drop_name(walk->path.dentry, child.dentry);
	mutex_unlock(&directory->lock);
	if (rc == 0 && !is_directory)
		file_noticed(child.dentry->inode, NULL, IN_ATTRIB); // a link less
	dentry_put(child.dentry);
	if (rc == 0)
		name_noticed(directory, walk->last, IN_DELETE | (is_directory ? IN_ISDIR : 0), 0);
	return rc;
}

static int remove_action(int directory, const char *name, uint64_t is_directory, const char *second)
{
	struct walk walk;
	int rc = walk_parent(&walk, directory, name);

	if (rc == 0 && walk.last_length == 0)
		rc = !is_directory ? -EISDIR : strcmp(walk.last, ".") == 0 ? -EINVAL : walk.last[0] == '.' ? -ENOTEMPTY : -EBUSY;
	else if (rc == 0)
		rc = remove_last(&walk, is_directory);
	walk_end(&walk);
	return rc;
}

long sys_unlinkat(int directory, user_addr name, int flags)
{
	if ((flags & ~AT_REMOVEDIR) != 0)
		return -EINVAL;
	return with_name(directory, name, remove_action, (flags & AT_REMOVEDIR) != 0, 0);
}

long sys_unlink(user_addr name)
{
	return sys_unlinkat(AT_FDCWD, name, 0);
}

long sys_rmdir(user_addr name)
{
	return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

// ---- where a process stands ----

void context_stand(struct path *place, const struct path *path)
{
	struct fs_context *context = current->fs;

	path_get(path);
	spin_lock(&context->lock);
	struct path old = *place;
	*place = *path;
	spin_unlock(&context->lock);
	path_put(&old);
}

static int change_directory(int directory, const char *name, uint64_t argument, const char *second)
{
	struct path path;
	int rc = path_walk(directory, name, WALK_FOLLOW, &path);

	if (rc != 0)
		return rc;
	rc = !S_ISDIR(path.dentry->inode->mode) ? -ENOTDIR : inode_permission(path.dentry->inode, X_OK);
	if (rc == 0)
		context_stand(&current->fs->cwd, &path);
	path_put(&path);
	return rc;
}

long sys_chdir(user_addr name)
{
	return with_name(AT_FDCWD, name, change_directory, 0, 0);
}

long sys_getcwd(user_addr buffer, size_t size)
{
	struct fs_context *context = current->fs;
	char *text = kmalloc(PATH_MAX, ALLOC_SLEEP);
	bool deleted = false;
	long rc = -ENOMEM;

	if (text == NULL)
		return rc;
	spin_lock(&context->lock);
	struct path root = context->root, cwd = context->cwd;
	path_get(&root);
	path_get(&cwd);
	spin_unlock(&context->lock);
	const char *name = path_name(&cwd, &root, text, PATH_MAX, &deleted);
	if (name == NULL)
		rc = -ENAMETOOLONG;
	else if (deleted)
		rc = -ENOENT;
	else if (strlen(name) + 1 > size)
		rc = -ERANGE;
	else if ((rc = copy_to_user(buffer, name, strlen(name) + 1)) == 0)
		rc = (long)strlen(name) + 1;
	path_put(&root);
	path_put(&cwd);
	kfree(text);
	return rc;
}

long sys_umask(uint32_t mask)
{
	return atomic_exchange(&current->fs->umask, mask & 0777);
}
