// init.c: the tree at boot: tmpfs at /, devices at /dev, and what the kernel tells at /proc and /sys.
#include "kernel/core/printk.h"
#include "kernel/dev/firmware.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/lib/string.h"

// ---- devfs: a tmpfs with a name for every registered device ----

static struct filesystem devfs = {.name = "devtmpfs", .magic = 0x01021994, .fill = tmpfs_fill, .only_one = true};

// The directory of a device's name ("pts/3"), made when it is missing, with a reference; *name moves on to the last part.
static struct dentry *device_directory(const char **name)
{
	struct dentry *root = devfs.single != NULL ? devfs.single->root : NULL;
	const char *slash = strchr(*name, '/');
	struct inode *inode;

	if (root == NULL || slash == NULL) {
		if (root != NULL)
			dentry_get(root);
		return root;
	}
	struct dentry *directory = dentry_find(root, *name, (size_t)(slash - *name));
	mutex_lock(&root->inode->lock);
	if (directory == NULL && tmpfs_make(root->inode, S_IFDIR | 0755, 0, NULL, &inode) == 0) {
		directory = dentry_create(*name, (size_t)(slash - *name), inode);
		if (directory != NULL) {
			dentry_attach(root, directory, true);
			root->inode->link_count++;
		}
	}
	mutex_unlock(&root->inode->lock);
	*name = slash + 1;
	return directory;
}

static void device_name_add(struct chardev *device)
{
	const char *name = device->name;
	struct dentry *directory = device_directory(&name), *child = NULL;
	struct inode *inode = NULL;

	if (directory == NULL) // devfs is not there yet: fs_init() adds all
		return;
	mutex_lock(&directory->inode->lock);
	if (tmpfs_make(directory->inode, S_IFCHR | device->mode, device->major << 8 | device->minor, NULL, &inode) == 0)
		child = dentry_create(name, strlen(name), inode);
	if (child != NULL)
		dentry_attach(directory, child, true);
	mutex_unlock(&directory->inode->lock);
	dentry_put(child);
	dentry_put(directory);
}

static void device_name_remove(struct chardev *device)
{
	const char *name = device->name;
	struct dentry *directory = device_directory(&name), *child = NULL;

	if (directory == NULL)
		return;
	mutex_lock(&directory->inode->lock);
	child = dentry_find(directory, name, strlen(name));
	if (child != NULL) {
		child->inode->link_count = 0;
		dentry_detach(child);
	}
	mutex_unlock(&directory->inode->lock);
	dentry_put(child);
	dentry_put(directory);
}

static void mount_at(struct filesystem *type, const char *where)
{
	struct path path;

	name_make(AT_FDCWD, where, S_IFDIR | 0755, 0, NULL);
	int rc = path_walk(AT_FDCWD, where, WALK_FOLLOW, &path);
	if (rc == 0) {
		rc = mount_add(type, type->name, false, &path);
		path_put(&path);
	}
	if (rc != 0)
		panic("cannot mount %s at %s: error %d", type->name, where, -rc);
}

void fs_show_firmware(void)
{
	char path[128];

	for (struct firmware_file *file = firmware_first(); file != NULL; file = file->next) {
		format_buffer(path, sizeof(path), "firmware/qemu_fw_cfg/by_name/%s/raw", file->name);
		sysfs_add_bytes(path, 0444, file->bytes, file->size);
	}
}

void fs_init(void)
{
	memory_devices_init();
	filesystem_register(&tmpfs);
	filesystem_register(&devfs);
	filesystem_register(&procfs);
	filesystem_register(&sysfs);
	if (mount_add(&tmpfs, "tmpfs", false, NULL) != 0)
		panic("no memory for the root file system");
	mount_at(&devfs, "/dev");
	mount_at(&procfs, "/proc");
	mount_at(&sysfs, "/sys");
	chardev_added = device_name_add;
	chardev_removed = device_name_remove;
	for (struct chardev *device = chardev_first(); device != NULL; device = device->next)
		device_name_add(device);
	name_make(AT_FDCWD, "/dev/fd", S_IFLNK | 0777, 0, "/proc/self/fd");
	name_make(AT_FDCWD, "/dev/stdin", S_IFLNK | 0777, 0, "/proc/self/fd/0");
	name_make(AT_FDCWD, "/dev/stdout", S_IFLNK | 0777, 0, "/proc/self/fd/1");
	name_make(AT_FDCWD, "/dev/stderr", S_IFLNK | 0777, 0, "/proc/self/fd/2");
	procfs_init();
}
