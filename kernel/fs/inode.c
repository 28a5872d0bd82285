// inode.c: what a name stands for: life, permission, time stamps; the registry of file systems; device files.
#include "kernel/fs/fs.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/time.h"
#include "kernel/uapi/poll.h"

const struct task_operations *task_operations;
const struct notify_operations *notify;
static struct filesystem *filesystems;

int filesystem_register(struct filesystem *filesystem)
{
	filesystem->next = filesystems;
	filesystems = filesystem;
	return 0;
}

struct filesystem *filesystem_first(void)
{
	return filesystems;
}

// A fresh inode with one reference, owned by the current thread's fsuid; NULL: no memory.
struct inode *inode_create(struct superblock *superblock, uint32_t mode)
{
	struct inode *inode = kzalloc(sizeof(*inode), ALLOC_SLEEP);

	if (inode == NULL)
		return NULL;
	refcount_set(&inode->references, 1);
	inode->mode = mode;
	inode->link_count = S_ISDIR(mode) ? 2 : 1;
	if (current->cred != NULL) {
		inode->uid = current->cred->fsuid;
		inode->gid = current->cred->fsgid;
	}
	inode->superblock = superblock;
	inode->number = superblock != NULL ? atomic_add(&superblock->next_inode, 1) : 0;
	inode->access_ns = inode->modify_ns = inode->change_ns = time_realtime_ns();
	inode->file_operations = S_ISCHR(mode) ? &device_operations : S_ISDIR(mode) ? &directory_operations : NULL;
	mutex_init(&inode->lock);
	mapping_init(&inode->mapping, NULL, inode);
	inode->mapping.size = &inode->size;
	list_init(&inode->locks);
	list_init(&inode->flocks);
	return inode;
}

void inode_get(struct inode *inode)
{
	refcount_get(&inode->references);
}

void inode_put(struct inode *inode)
{
	if (inode == NULL || !refcount_put(&inode->references))
		return;
	if (inode->operations != NULL && inode->operations->release != NULL)
		inode->operations->release(inode);
	if (inode->xattrs != NULL)
		xattr_forget(inode);
	mapping_destroy(&inode->mapping);
	kfree(inode);
}

static bool in_group(const struct cred *cred, uint32_t gid)
{
	if (cred->fsgid == gid)
		return true;
	for (uint32_t i = 0; i < cred->group_count; i++)
		if (cred->groups[i] == gid)
			return true;
	return false;
}

int inode_permission(const struct inode *inode, unsigned mask)
{
	const struct cred *cred = current->cred;
	uint32_t mode = READ_ONCE(inode->mode);

	if (cred == NULL || cred->fsuid == 0) // the superuser: all but executing what nobody may execute
		return (mask & X_OK) == 0 || S_ISDIR(mode) || (mode & 0111) != 0 ? 0 : -EACCES;
	unsigned granted = cred->fsuid == inode->uid ? mode >> 6 : in_group(cred, inode->gid) ? mode >> 3 : mode;
	return (mask & ~granted & 7) == 0 ? 0 : -EACCES;
}

bool inode_owner(const struct inode *inode)
{
	return current->cred == NULL || current->cred->fsuid == 0 || current->cred->fsuid == inode->uid;
}

void inode_touch(struct inode *inode)
{
	int64_t now = time_realtime_ns();

	WRITE_ONCE(inode->modify_ns, now);
	WRITE_ONCE(inode->change_ns, now);
}

// ---- character devices: the file's calls go to the driver's table ----

static int device_open(struct file *file)
{
	struct inode *inode = file->inode;
	struct chardev *device = chardev_find((uint32_t)(inode->rdev >> 8 & 0xfff), (uint32_t)(inode->rdev & 0xff));

	if (device == NULL)
		return -ENXIO;
	file->device = device;
	return device->operations->open != NULL ? device->operations->open(device, file->flags, &file->private) : 0;
}

static void device_release(struct file *file)
{
	if (file->device != NULL && file->device->operations->release != NULL)
		file->device->operations->release(file->device, file->private);
}

static long device_read(struct file *file, struct uio *uio, int64_t *position)
{
	const struct chardev_operations *operations = file->device->operations;

	return operations->read != NULL ? operations->read(file->device, file->private, uio, position) : -EINVAL;
}

static long device_write(struct file *file, struct uio *uio, int64_t *position)
{
	const struct chardev_operations *operations = file->device->operations;

	return operations->write != NULL ? operations->write(file->device, file->private, uio, position) : -EINVAL;
}

static long device_ioctl(struct file *file, unsigned command, uint64_t argument)
{
	const struct chardev_operations *operations = file->device->operations;

	return operations->ioctl != NULL ? operations->ioctl(file->device, file->private, command, argument) : -ENOTTY;
}

static unsigned device_poll(struct file *file, struct poll_table *table)
{
	const struct chardev_operations *operations = file->device->operations;

	return operations->poll != NULL ? operations->poll(file->device, file->private, table)
					: POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

static int device_mmap(struct file *file, struct vm_area *area)
{
	const struct chardev_operations *operations = file->device->operations;

	return operations->mmap != NULL ? operations->mmap(file->device, file->private, area) : -ENODEV;
}

const struct file_operations device_operations = {device_open,  device_release, device_read, device_write, device_ioctl,
						  device_poll, device_mmap,    NULL,        false, NULL, NULL};
