// io.c: the system calls on open files: open, read, write, seek, list, copy.
//
// A shared position is guarded by file->position_lock; streams (pipes, terminals) have none, so a blocked reader holds nothing.
#include "kernel/core/trace.h"
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

#define GETDENTS_SIZE 32768u

bool file_is_stream(const struct file *file)
{
	return file->device != NULL ? !file->device->seekable : file->operations != NULL && file->operations->stream;
}

static uint32_t masked(uint32_t mode)
{
	return mode & 07777 & ~(current->fs != NULL ? READ_ONCE(current->fs->umask) : 0);
}

long sys_openat(int directory, user_addr name, int flags, uint32_t mode)
{
	struct file *file;
	char *text;
	long rc = name_from_user(name, &text);

	if (rc != 0)
		return rc;
	rc = file_open(directory, text, flags & ~O_EXECUTE, masked(mode), &file);
	kfree(text);
	return rc != 0 ? rc : files_install(current->files, file, 0, (flags & O_CLOEXEC) != 0);
}

long sys_open(user_addr name, int flags, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, flags, mode);
}

int64_t transfer_piece(struct file *file, transfer_move move, struct uio *uio, const int64_t *position)
{
	int64_t at = position != NULL ? *position : 0;

	if (position != NULL)
		return file_is_stream(file) ? -ESPIPE : at < 0 ? -EINVAL : move(file, uio, &at);
	if (file_is_stream(file))
		return move(file, uio, &at);
	mutex_lock(&file->position_lock);
	long rc = move(file, uio, &file->position);
	mutex_unlock(&file->position_lock);
	return rc;
}

long transfer_user(int fd, transfer_move move, user_addr buffer, size_t size, const int64_t *position)
{
	struct file *file = file_from_fd(fd);
	struct uio uio = {.address = buffer, .left = size};

	if (file == NULL)
		return -EBADF;
	long rc = (int64_t)size < 0 ? -EINVAL : transfer_piece(file, move, &uio, position);
	file_put(file);
	return rc;
}

long sys_read(int fd, user_addr buffer, size_t size)
{
	return transfer_user(fd, file_read, buffer, size, NULL);
}

long sys_write(int fd, user_addr buffer, size_t size)
{
	TRACE("write(2) entered: bytes", size);
	return transfer_user(fd, file_write, buffer, size, NULL);
}

long sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = file_from_fd(fd);
	int64_t base, position;
	long rc = 0;

	if (file == NULL)
		return -EBADF;
	bool known = whence <= SEEK_END || (whence <= SEEK_HOLE && file_extent != NULL);
	if (!known || file_is_stream(file)) { // files without a name (eventfd) only look as if they moved
		rc = !known ? -EINVAL : file->operations != NULL && file->operations->name != NULL ? 0 : -ESPIPE;
	} else {
		mutex_lock(&file->position_lock);
		base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->position : (int64_t)READ_ONCE(file->inode->size);
		if (whence > SEEK_END)
			rc = file_extent(file, offset, whence == SEEK_HOLE, &position);
		else if (__builtin_add_overflow(base, offset, &position) || position < 0)
			rc = -EINVAL;
		if (rc == 0)
			rc = file->position = file->device != NULL ? 0 : position; // /dev/null and its like stand still
		mutex_unlock(&file->position_lock);
	}
	file_put(file);
	return rc;
}

long sys_ioctl(int fd, unsigned command, uint64_t argument)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	long rc = ioctl_common != NULL ? ioctl_common(fd, file, command, argument) : -ENOTTY;
	if (rc == -ENOTTY && file->operations->ioctl != NULL)
		rc = file->operations->ioctl(file, command, argument);
	file_put(file);
	return rc;
}

// ---- getdents64: entries are gathered in the kernel, since a directory is listed under its lock ----

struct gathered {
	struct directory_sink sink;
	char *buffer;
	size_t size, used;
	bool full;
};

static bool gather_entry(struct directory_sink *sink, const char *name, size_t length, uint64_t inode, unsigned type,
			 int64_t next)
{
	struct gathered *gathered = (struct gathered *)sink;
	size_t header = offsetof(struct abi_dirent64, d_name), size = (header + length + 1 + 7) & ~(size_t)7;

	if (gathered->size - gathered->used < size) {
		gathered->full = true;
		return false;
	}
	struct abi_dirent64 *entry = (struct abi_dirent64 *)(gathered->buffer + gathered->used);
	memset(entry, 0, size);
	entry->d_ino = inode;
	entry->d_off = next;
	entry->d_reclen = (uint16_t)size;
	entry->d_type = (uint8_t)type;
	memcpy(entry->d_name, name, length);
	gathered->used += size;
	return true;
}

long sys_getdents64(int fd, user_addr buffer, unsigned size)
{
	struct file *file = file_from_fd(fd);
	struct gathered gathered = {.sink.emit = gather_entry, .size = size < GETDENTS_SIZE ? size : GETDENTS_SIZE};
	long rc = 0;

	if (file == NULL)
		return -EBADF;
	if (file->operations->readdir == NULL)
		rc = -ENOTDIR;
	else if ((gathered.buffer = kmalloc(gathered.size + 1, ALLOC_SLEEP)) == NULL)
		rc = -ENOMEM;
	if (rc == 0) {
		mutex_lock(&file->position_lock);
		int64_t before = file->position;
		rc = file->path.dentry->deleted ? -ENOENT : file->operations->readdir(file, &gathered.sink, &file->position);
		if (rc == 0 && gathered.used == 0 && gathered.full)
			rc = -EINVAL; // not even one entry fits
		if (rc == 0)
			rc = copy_to_user(buffer, gathered.buffer, gathered.used);
		if (rc != 0)
			file->position = before;
		mutex_unlock(&file->position_lock);
		if (rc == 0)
			file_noticed(file->inode, file->path.dentry, IN_ACCESS);
	}
	kfree(gathered.buffer);
	file_put(file);
	return rc != 0 ? rc : (long)gathered.used;
}

long sys_sync(void)
{
	return 0;
}
