// initramfs.c: an archive in memory becomes a tree of files.
//
// File data that starts on a page boundary of managed memory is not copied: its whole pages go into the page cache as they
// stand, with a reference of their own. Only what is left behind the last whole page is copied.
#include "kernel/fs/fs.h"
#include "kernel/core/printk.h"
#include "kernel/lib/cpio.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/time.h"

// Makes the directories that lead to `name` and are missing.
static void make_parents(char *name)
{
	for (char *slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		name_make(AT_FDCWD, name, S_IFDIR | 0755, 0, NULL);
		*slash = '/';
	}
}

static bool climbs(const char *name) // has a ".." component
{
	while (name != NULL && !(name[0] == '.' && name[1] == '.' && (name[2] == 0 || name[2] == '/'))) {
		name = strchr(name, '/');
		name += name != NULL;
	}
	return name != NULL;
}

// How many bytes of the data became page cache without a copy: whole pages from the start, as far as they can be taken.
static size_t adopt_pages(struct inode *inode, const struct cpio_entry *entry)
{
	size_t done = 0;

	if ((uintptr_t)entry->data % PAGE_SIZE != 0)
		return 0;
	while (entry->size - done >= PAGE_SIZE) {
		struct page *page = page_of_address((const char *)entry->data + done);
		if (page == NULL || !refcount_get_not_zero(&page->references))
			break;
		if (mapping_insert(&inode->mapping, done / PAGE_SIZE, page) != 0) {
			page_put(page);
			break;
		}
		done += PAGE_SIZE;
	}
	return done;
}

static int unpack_file(const char *name, const struct cpio_entry *entry)
{
	struct file *file = NULL;
	int rc = file_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, entry->mode & 07777, &file);

	if (rc != 0)
		return rc;
	size_t done = adopt_pages(file->inode, entry);
	if (done != 0)
		rc = inode_truncate(file->inode, done);
	if (rc == 0 && done < entry->size) {
		long written = file_write_kernel(file, (const char *)entry->data + done, entry->size - done, (int64_t)done);
		rc = written < 0 ? (int)written : (size_t)written != entry->size - done ? -ENOSPC : 0;
	}
	file->inode->mode = S_IFREG | (entry->mode & 07777);
	file->inode->uid = entry->uid;
	file->inode->gid = entry->gid;
	file->inode->modify_ns = entry->modified_s * NS_PER_SECOND;
	file_put(file);
	return rc;
}

static int unpack_link(const char *name, const struct cpio_entry *entry)
{
	if (entry->size == 0 || entry->size >= PATH_MAX)
		return -EINVAL;
	char *target = name_copy(entry->data, entry->size);
	if (target == NULL)
		return -ENOMEM;
	int rc = name_make(AT_FDCWD, name, S_IFLNK | 0777, 0, target);
	kfree(target);
	return rc;
}

static int unpack_entry(const char *name, const struct cpio_entry *entry)
{
	uint32_t type = entry->mode & S_IFMT;
	int rc = -EINVAL;

	if (type == S_IFREG)
		return unpack_file(name, entry);
	if (type == S_IFLNK)
		rc = unpack_link(name, entry);
	else if (type == S_IFDIR || type == S_IFCHR || type == S_IFIFO)
		rc = name_make(AT_FDCWD, name, type | (entry->mode & 07777),
			       entry->device_major << 8 | (entry->device_minor & 0xff), NULL);
	return rc == -EEXIST ? 0 : rc;
}

int initramfs_unpack(const void *archive, size_t size, const char *under)
{
	struct cpio cpio;
	struct cpio_entry entry;
	char *name = kmalloc(PATH_MAX, ALLOC_SLEEP);
	int rc, failed = 0;

	if (name == NULL)
		return -ENOMEM;
	cpio_begin(&cpio, archive, size);
	while ((rc = cpio_next(&cpio, &entry)) == 1) {
		const char *relative = entry.name;
		while (*relative == '/' || (relative[0] == '.' && relative[1] == '/'))
			relative++;
		if (*relative == 0 || strcmp(relative, ".") == 0)
			continue;
		if (climbs(relative) || format_buffer(name, PATH_MAX, "%s/%s", under, relative) >= PATH_MAX) {
			failed = -EINVAL;
			continue;
		}
		rc = unpack_entry(name, &entry);
		if (rc == -ENOENT) {
			make_parents(name);
			rc = unpack_entry(name, &entry);
		}
		if (rc != 0) {
			printk("initramfs: %s: error %d\n", name, -rc);
			failed = rc;
		}
	}
	kfree(name);
	return rc < 0 ? rc : failed;
}
