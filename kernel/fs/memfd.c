// memfd.c: memfd_create(2): a file in memory that has no name, and its seals; close_range(2).
#include "kernel/fs/tmpfs.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/vm/area.h"

#define MFD_CLOEXEC 1u
#define MFD_ALLOW_SEALING 2u
#define MFD_NAME_MAX 249
#define SEALS_KNOWN (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)
#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u

// The name that /proc shows, as Linux's: it is in no directory.
static int name_file(struct file *file, const char *name)
{
	struct path root = path_root();

	inode_get(file->inode);
	struct dentry *dentry = dentry_create(name, strlen(name), file->inode);
	if (dentry == NULL)
		return -ENOMEM;
	dentry_attach(root.dentry, dentry, false);
	dentry->deleted = true;
	file->path = (struct path){root.mount, dentry};
	refcount_get(&root.mount->references);
	return 0;
}

long sys_memfd_create(user_addr user_name, unsigned flags)
{
	char name[MFD_NAME_MAX + 7] = "memfd:";
	struct path root = path_root();
	struct inode *inode;
	long length = strncpy_from_user(name + 6, user_name, MFD_NAME_MAX + 1);

	if ((flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING)) != 0 || length < 0)
		return length == -EFAULT ? -EFAULT : -EINVAL;
	int rc = tmpfs_make(root.dentry->inode, S_IFREG | 0777, 0, NULL, &inode);
	if (rc != 0)
		return rc;
	inode->link_count = 0;
	inode->seals = (flags & MFD_ALLOW_SEALING) != 0 ? 0 : F_SEAL_SEAL;
	struct file *file = file_create(inode, inode->file_operations, FILE_READ | FILE_WRITE, O_RDWR | O_LARGEFILE);
	rc = file != NULL ? name_file(file, name) : -ENOMEM;
	if (rc != 0)
		file_put(file);
	return rc != 0 ? rc : files_install(current->files, file, 0, (flags & MFD_CLOEXEC) != 0);
}

// Nobody maps it shared with the right to write, nor will.
static int deny_writers(struct mapping *mapping)
{
	struct vm_area *area;

	spin_lock(&mapping->lock);
	int rc = mapping->writers > 0 ? -EBUSY : 0;
	list_for_each (area, &mapping->areas, mapping_link)
		if (area->shared && !area->never_written)
			rc = -EBUSY;
	if (rc == 0)
		mapping->writers = -1;
	spin_unlock(&mapping->lock);
	return rc;
}

// Seals hold for the file's life. Every regular file of tmpfs has them; those made by others than memfd_create can get none.
long file_seals(struct file *file, int command, uint64_t seals)
{
	struct inode *inode = file->inode;
	bool sealable = S_ISREG(inode->mode) && (inode->superblock == NULL || strcmp(inode->superblock->type->name, "tmpfs") == 0);

	if (command == F_GET_SEALS)
		return sealable ? (long)inode->seals : -EINVAL;
	if (seals > UINT32_MAX)
		return -EINVAL;
	if ((file->mode & FILE_WRITE) == 0)
		return -EPERM;
	if ((seals & ~(uint64_t)SEALS_KNOWN) != 0 || !sealable)
		return -EINVAL;
	mutex_lock(&inode->lock);
	int rc = (inode->seals & F_SEAL_SEAL) != 0 ? -EPERM : 0;
	if (rc == 0 && (seals & F_SEAL_WRITE) != 0 && (inode->seals & F_SEAL_WRITE) == 0)
		rc = deny_writers(&inode->mapping);
	if (rc == 0)
		inode->seals |= (uint32_t)seals;
	mutex_unlock(&inode->lock);
	return rc;
}

long sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0 || first > last)
		return -EINVAL;
	if ((flags & CLOSE_RANGE_UNSHARE) != 0 && READ_ONCE(current->files->references.value) > 1) {
		struct files *own = files_clone(current->files);
		if (own == NULL)
			return -ENOMEM;
		struct files *old = current->files;
		current->files = own;
		files_put(old);
	}
	for (unsigned fd = first; fd <= last && fd < DESCRIPTORS_MAX; fd++)
		if ((flags & CLOSE_RANGE_CLOEXEC) != 0)
			sys_fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		else
			sys_close((int)fd);
	return 0;
}
