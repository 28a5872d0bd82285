// tmpfs.c: files that live in the page cache and nowhere else. Names are the dentries; this file is about bytes.
//
// A write goes user memory -> bounce buffer -> page: user memory is never touched under the inode lock, and each piece of up to
// BOUNCE_SIZE bytes is seen whole or not at all by other writers. A read copies straight from the page, holding only a reference.
#include "kernel/fs/tmpfs.h"
#include "kernel/ipc/pipe.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/time.h"

#define BOUNCE_SIZE 32768u
#define FILE_SIZE_MAX INT64_MAX

static const struct inode_operations tmpfs_operations;

static long tmpfs_read(struct file *file, struct uio *uio, int64_t *position)
{
	static const char zeros[512];
	size_t done = 0;

	while (uio->left != 0) {
		uint64_t size = READ_ONCE(file->inode->size), at = (uint64_t)*position;
		if (at >= size)
			break;
		size_t offset = at % PAGE_SIZE, piece = PAGE_SIZE - offset;
		piece = piece > uio->left ? uio->left : piece;
		piece = piece > size - at ? (size_t)(size - at) : piece;
		struct page *page = NULL;
		int rc = mapping_get_page(&file->inode->mapping, at / PAGE_SIZE, 0, &page);
		if (page == NULL && piece > sizeof(zeros))
			piece = sizeof(zeros);
		if (rc == 0)
			rc = uio_copy_out(uio, page != NULL ? (char *)page_address(page) + offset : zeros, piece);
		if (page != NULL)
			page_put(page);
		if (rc != 0)
			return done != 0 ? (long)done : rc;
		*position += (int64_t)piece;
		done += piece;
	}
	WRITE_ONCE(file->inode->access_ns, time_realtime_ns());
	return (long)done;
}

// Puts bytes of the kernel's into the file; the inode lock is held. Bytes written, or -errno when none.
static long put_bytes(struct inode *inode, const char *from, size_t size, uint64_t at)
{
	size_t done = 0;
	int rc = 0;

	while (done < size) {
		struct page *page = NULL;
		size_t offset = at % PAGE_SIZE, piece = PAGE_SIZE - offset;
		piece = piece > size - done ? size - done : piece;
		rc = -EPERM;
		if ((inode->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) || ((inode->seals & F_SEAL_GROW) && at + piece > inode->size))
			break;
		rc = mapping_get_page(&inode->mapping, at / PAGE_SIZE, 1, &page);
		if (rc != 0)
			break;
		memcpy((char *)page_address(page) + offset, from + done, piece);
		page_put(page);
		done += piece;
		at += piece;
	}
	if (done != 0 && at > inode->size)
		WRITE_ONCE(inode->size, at);
	inode_touch(inode);
	return done != 0 ? (long)done : rc;
}

static long tmpfs_write(struct file *file, struct uio *uio, int64_t *position)
{
	struct inode *inode = file->inode;
	size_t done = 0, room = uio->left < BOUNCE_SIZE ? uio->left : BOUNCE_SIZE;
	long rc = 0;

	if (uio->left == 0)
		return 0;
	char *bounce = kmalloc(room, ALLOC_SLEEP);
	if (bounce == NULL)
		return -ENOMEM;
	while (uio->left != 0 && rc >= 0) {
		size_t piece = uio->left < room ? uio->left : room;
		rc = uio_copy_in(uio, bounce, piece);
		if (rc < 0)
			break;
		mutex_lock(&inode->lock);
		uint64_t at = ((READ_ONCE(file->flags) & O_APPEND) | uio->append) != 0 ? inode->size : (uint64_t)*position;
		rc = at > FILE_SIZE_MAX - piece ? -EFBIG : put_bytes(inode, bounce, piece, at);
		mutex_unlock(&inode->lock);
		if (rc >= 0) {
			*position = (int64_t)at + rc;
			done += (size_t)rc;
		}
		if (rc != (long)piece)
			break;
	}
	kfree(bounce);
	return done != 0 ? (long)done : rc;
}

static const struct file_operations tmpfs_file_operations = {.read = tmpfs_read, .write = tmpfs_write};

static int tmpfs_truncate(struct inode *inode, uint64_t size)
{
	struct page *page = NULL;

	if (size > FILE_SIZE_MAX)
		return -EFBIG;
	if (size != inode->size && (inode->seals & (size < inode->size ? F_SEAL_SHRINK : F_SEAL_GROW)))
		return -EPERM;
	if (size < inode->size) {
		WRITE_ONCE(inode->size, size);
		mapping_truncate(&inode->mapping, (size + PAGE_SIZE - 1) / PAGE_SIZE);
		if (size % PAGE_SIZE != 0 && mapping_get_page(&inode->mapping, size / PAGE_SIZE, 0, &page) == 0 && page != NULL) {
			memset((char *)page_address(page) + size % PAGE_SIZE, 0, PAGE_SIZE - size % PAGE_SIZE);
			page_put(page);
		}
	}
	WRITE_ONCE(inode->size, size);
	inode_touch(inode);
	return 0;
}

static int tmpfs_read_link(struct inode *inode, char *text, size_t size)
{
	size_t length = strlen(inode->private);

	memcpy(text, inode->private, length < size ? length : size);
	return (int)(length < size ? length : size);
}

static void tmpfs_release(struct inode *inode)
{
	kfree(inode->private);
}

// A new inode of any type; `target` is a symbolic link's text.
int tmpfs_make(struct inode *directory, uint32_t mode, uint64_t rdev, const char *target, struct inode **result)
{
	struct inode *inode = inode_create(directory->superblock, mode);

	if (inode == NULL)
		return -ENOMEM;
	inode->operations = &tmpfs_operations;
	inode->rdev = rdev;
	if (S_ISREG(mode))
		inode->file_operations = &tmpfs_file_operations;
	inode->seals = F_SEAL_SEAL;
	if (S_ISFIFO(mode))
		inode->file_operations = &fifo_operations;
	if (S_ISLNK(mode)) {
		inode->size = strlen(target);
		inode->private = kmalloc(inode->size + 1, ALLOC_SLEEP);
		if (inode->private == NULL) {
			inode_put(inode);
			return -ENOMEM;
		}
		memcpy(inode->private, target, inode->size + 1);
	}
	*result = inode;
	return 0;
}

static const struct inode_operations tmpfs_operations = {
	.make = tmpfs_make,
	.may_remove = true,
	.read_link = tmpfs_read_link,
	.truncate = tmpfs_truncate,
	.release = tmpfs_release,
};

// The root directory of a file system whose names live in memory.
int tmpfs_fill(struct superblock *superblock)
{
	struct inode *root = inode_create(superblock, S_IFDIR | 0755);

	if (root == NULL)
		return -ENOMEM;
	root->operations = &tmpfs_operations;
	superblock->root = dentry_create("/", 1, root);
	return superblock->root != NULL ? 0 : -ENOMEM;
}

struct filesystem tmpfs = {.name = "tmpfs", .magic = 0x01021994, .fill = tmpfs_fill};
