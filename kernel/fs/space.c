// space.c: calls about where a file's bytes are: allocating and punching them, and advice about reading them.
#include "kernel/fs/calls.h"
#include "kernel/mm/slab.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/vm/holes.h"

#define FALLOC_KEEP_SIZE 1
#define FALLOC_PUNCH_HOLE 2
#define ZERO_PIECE 4096u

// Zeroes bytes that are there; what lies behind the end stays so.
static long write_zeros(struct file *file, int64_t offset, int64_t length)
{
	int64_t end = (int64_t)READ_ONCE(file->inode->size), stop = length < end - offset ? offset + length : end;
	char *zeros = kzalloc(ZERO_PIECE, ALLOC_SLEEP);
	long rc = zeros == NULL ? -ENOMEM : 0;

	while (rc >= 0 && offset < stop) {
		size_t piece = stop - offset < ZERO_PIECE ? (size_t)(stop - offset) : ZERO_PIECE;
		struct uio uio = {(user_addr)(uintptr_t)zeros, piece, .kernel = true};
		rc = file_write(file, &uio, &offset);
	}
	kfree(zeros);
	return rc < 0 ? rc : 0;
}

// The part of a page that is no whole one; a hole needs nothing.
static long punch_part(struct file *file, int64_t offset, int64_t length)
{
	struct page *page = NULL;
	int rc = length > 0 ? mapping_get_page(&file->inode->mapping, (uint64_t)offset / PAGE_SIZE, 0, &page) : 0;

	if (page == NULL)
		return rc;
	page_put(page);
	return write_zeros(file, offset, length);
}

static long punch(struct file *file, int64_t offset, int64_t length)
{
	int64_t end = offset + length, last = end & -(int64_t)PAGE_SIZE, first;

	if (file->inode->operations->truncate == NULL)
		return -EOPNOTSUPP;
	if (__builtin_add_overflow(offset, (int64_t)PAGE_SIZE - 1, &first) || (first &= -(int64_t)PAGE_SIZE) > last)
		return punch_part(file, offset, length);
	mutex_lock(&file->inode->lock);
	mapping_punch(&file->inode->mapping, (uint64_t)first / PAGE_SIZE, (uint64_t)last / PAGE_SIZE);
	inode_touch(file->inode);
	mutex_unlock(&file->inode->lock);
	long rc = punch_part(file, offset, first - offset);
	return rc != 0 ? rc : punch_part(file, last, end - last);
}

// Memory is given when bytes are written, so allocating is growing; what is punched is given back.
static long allocate(struct file *file, int mode, int64_t offset, int64_t length)
{
	struct inode *inode = file->inode;
	long rc = 0;

	if ((file->mode & FILE_WRITE) == 0)
		return -EBADF;
	if (!S_ISREG(inode->mode))
		return S_ISFIFO(inode->mode) ? -ESPIPE : S_ISDIR(inode->mode) ? -EISDIR : -ENODEV;
	if (inode->operations == NULL || inode->operations->truncate == NULL)
		return -EOPNOTSUPP; // a text of procfs
	if (mode == (FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE) && (inode->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0)
		return -EPERM;
	if (mode == (FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE))
		return punch(file, offset, length);
	if (mode != 0 && mode != FALLOC_KEEP_SIZE)
		return -EOPNOTSUPP;
	mutex_lock(&inode->lock);
	if ((inode->seals & F_SEAL_GROW) != 0 && (uint64_t)(offset + length) > inode->size)
		rc = -EPERM;
	else if (mode == 0 && (uint64_t)(offset + length) > inode->size)
		rc = inode->operations->truncate(inode, (uint64_t)(offset + length));
	mutex_unlock(&inode->lock);
	return rc;
}

long sys_fallocate(int fd, int mode, int64_t offset, int64_t length)
{
	struct file *file = file_from_fd(fd);
	int64_t end;
	long rc = file == NULL ? -EBADF : offset < 0 || length <= 0 ? -EINVAL : __builtin_add_overflow(offset, length, &end) ? -EFBIG : 0;

	if (rc == 0)
		rc = allocate(file, mode, offset, length);
	if (rc == 0)
		file_noticed(file->inode, file->path.dentry, IN_MODIFY);
	file_put(file);
	return rc;
}

// Advice changes nothing: files are in memory.
long sys_fadvise64(int fd, int64_t offset, int64_t length, int advice)
{
	struct file *file = file_from_fd(fd);
	long rc = file == NULL ? -EBADF : S_ISFIFO(file->inode->mode) ? -ESPIPE : length < 0 || advice < 0 || advice > 5 ? -EINVAL : 0;

	file_put(file);
	return rc;
}

long sys_readahead(int fd, int64_t offset, size_t count)
{
	struct file *file = file_from_fd(fd);
	long rc = file == NULL || (file->mode & FILE_READ) == 0 ? -EBADF : !S_ISREG(file->inode->mode) ? -EINVAL : 0;

	file_put(file);
	return rc;
}

long sys_sync_file_range(int fd, int64_t offset, int64_t length, unsigned flags)
{
	struct file *file = file_from_fd(fd);
	long rc = file == NULL ? -EBADF : (flags & ~7u) != 0 || offset < 0 || length < 0 ? -EINVAL
		  : file_is_stream(file) ? -ESPIPE : 0;

	file_put(file);
	return rc;
}

long sys_syncfs(int fd)
{
	struct file *file = file_from_fd(fd);
	long rc = file == NULL ? -EBADF : 0;

	file_put(file);
	return rc;
}

// A page that nobody wrote is a hole, and what is behind the end is one.
int file_extent(struct file *file, int64_t from, bool hole, int64_t *found)
{
	struct mapping *mapping = &file->inode->mapping;
	uint64_t size = READ_ONCE(file->inode->size), index = (uint64_t)from / PAGE_SIZE, at = (uint64_t)from;

	if (file->inode->operations == NULL || file->inode->operations->truncate == NULL)
		return -EINVAL; // its bytes are not pages
	if (from < 0 || (uint64_t)from >= size)
		return -ENXIO;
	while (hole && index * PAGE_SIZE < size && mapping_next(mapping, index) == index)
		index++;
	index = hole ? index : mapping_next(mapping, index);
	if (index > size / PAGE_SIZE)
		index = size / PAGE_SIZE + 1;
	at = index * PAGE_SIZE > at ? index * PAGE_SIZE : at;
	if (!hole && at >= size)
		return -ENXIO;
	*found = (int64_t)(at < size ? at : size);
	return 0;
}
