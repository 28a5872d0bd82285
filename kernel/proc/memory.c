// memory.c: mapping and unmapping memory.
#include "kernel/fs/tmpfs.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

static int map_file(int fd, uint64_t offset, int protection, struct vm_area *area, struct file **file)
{
	*file = file_from_fd(fd);
	if (*file == NULL)
		return -EBADF;
	if (!((*file)->mode & FILE_READ) || (area->shared && (protection & PROT_WRITE) && !((*file)->mode & FILE_WRITE)))
		return -EACCES;
	area->first_page = offset / PAGE_SIZE;
	area->operations = &file_area_operations;
	area->owner = *file;
	if ((*file)->operations->mmap != NULL)
		return (*file)->operations->mmap(*file, area);
	if (!S_ISREG((*file)->inode->mode))
		return -ENODEV;
	bool sealed = (*file)->inode->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
	if (sealed && area->shared && (protection & PROT_WRITE))
		return -EPERM;
	area->never_written = area->shared && (!((*file)->mode & FILE_WRITE) || sealed);
	int rc = area->shared && !area->never_written && mapping_writer_begin != NULL ? mapping_writer_begin(&(*file)->inode->mapping) : 0;
	area->mapping = rc == 0 ? &(*file)->inode->mapping : NULL;
	return rc;
}

// Shared anonymous memory is a nameless file in memory.
static int shared_anonymous(uint64_t size, struct vm_area *area, struct file **file)
{
	struct path root = path_root();
	struct inode *inode;
	int rc = tmpfs_make(root.dentry->inode, S_IFREG | 0600, 0, NULL, &inode);
	if (rc != 0)
		return rc;
	*file = file_create(inode, inode->file_operations, FILE_READ | FILE_WRITE, O_RDWR);
	if (*file == NULL)
		return -ENOMEM;
	inode->size = size;
	area->mapping = &inode->mapping;
	area->operations = &file_area_operations;
	area->owner = *file;
	area->label = "/dev/zero (deleted)";
	return 0;
}

#define MAP_KNOWN                                                                                                 \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE | MAP_STACK |                \
	 MAP_FIXED_NOREPLACE | MAP_GROWSDOWN | MAP_LOCKED | 0x800 | 0x1000)

long sys_mmap(uint64_t address, size_t size, int protection, int flags, int fd, uint64_t offset)
{
	struct vm_area area = {.protection = protection, .shared = (flags & 3) == MAP_SHARED};
	struct file *file = NULL;
	uint64_t start = 0;
	if ((protection & ~PROTECTION_KNOWN) || (flags & ~MAP_KNOWN) || (flags & 3) == 0 || (flags & 3) == 3)
		return -EINVAL;
	if (size == 0 || offset % PAGE_SIZE != 0)
		return -EINVAL;
	if (size > USER_END)
		return -ENOMEM;
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	if (fixed && address % PAGE_SIZE != 0)
		return -EINVAL;
	area.end = (size + PAGE_SIZE - 1) & -PAGE_SIZE; // a device's mmap wants the length
	int rc = memory_wanted != NULL ? memory_wanted(flags, &area) : 0;
	if (rc == 0 && (flags & MAP_ANONYMOUS))
		rc = area.shared ? shared_anonymous(size, &area, &file) : 0;
	else if (rc == 0)
		rc = map_file(fd, offset, protection, &area, &file);
	bool hint = rc == 0 && !fixed && address != 0; // honoured when it is free
	if (hint)
		rc = mm_map(current->mm, &area, address & -PAGE_SIZE, size, false, &start);
	if (hint ? rc == -EEXIST || rc == -EPERM : rc == 0)
		rc = mm_map(current->mm, &area, fixed ? address : 0, size, flags & MAP_FIXED, &start);
	if (area.shared && !area.never_written && mapping_writer_end != NULL && area.mapping != NULL && !(flags & MAP_ANONYMOUS))
		mapping_writer_end(area.mapping);
	if (file != NULL)
		file_put(file);
	if (rc == 0 && memory_mapped != NULL)
		memory_mapped(start, size, flags);
	return rc != 0 ? rc : (long)start;
}

long sys_munmap(uint64_t address, size_t size)
{
	return mm_unmap(current->mm, address, size);
}
