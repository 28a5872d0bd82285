// io.c: the system calls on open files: open, read, write, seek, list, copy.
//
// A shared position is guarded by file->position_lock; streams (pipes, terminals) have none, so a blocked reader holds nothing.
#include "kernel/core/trace.h"
#include "kernel/fs/fs.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/process.h"

#define VECTORS_MAX 1024u
#define COPY_SIZE 16384u
#define GETDENTS_SIZE 32768u

static bool is_stream(const struct file *file)
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
	rc = file_open(directory, text, flags, masked(mode), &file);
	kfree(text);
	return rc != 0 ? rc : files_install(current->files, file, 0, (flags & O_CLOEXEC) != 0);
}

long sys_open(user_addr name, int flags, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, flags, mode);
}

long sys_creat(user_addr name, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

typedef long (*transfer)(struct file *file, struct uio *uio, int64_t *position);

// One piece at the file's own position, or at *position when given (pread).
static long transfer_piece(struct file *file, transfer move, struct uio *uio, const int64_t *position)
{
	int64_t at = position != NULL ? *position : 0;

	if (position != NULL)
		return is_stream(file) ? -ESPIPE : at < 0 ? -EINVAL : move(file, uio, &at);
	if (is_stream(file))
		return move(file, uio, &at);
	mutex_lock(&file->position_lock);
	long rc = move(file, uio, &file->position);
	mutex_unlock(&file->position_lock);
	return rc;
}

static long transfer_user(int fd, transfer move, user_addr buffer, size_t size, const int64_t *position)
{
	struct file *file = file_from_fd(fd);
	struct uio uio = {buffer, size, false, false};

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

long sys_pread64(int fd, user_addr buffer, size_t size, int64_t position)
{
	return transfer_user(fd, file_read, buffer, size, &position);
}

long sys_pwrite64(int fd, user_addr buffer, size_t size, int64_t position)
{
	return transfer_user(fd, file_write, buffer, size, &position);
}

static long vectors_from_user(user_addr from, int count, struct abi_iovec **vectors)
{
	size_t total = 0;

	*vectors = NULL;
	if (count < 0 || (unsigned)count > VECTORS_MAX)
		return -EINVAL;
	if (count == 0)
		return 0;
	*vectors = kmalloc((size_t)count * sizeof(**vectors), ALLOC_SLEEP);
	if (*vectors == NULL)
		return -ENOMEM;
	long rc = copy_from_user(*vectors, from, (size_t)count * sizeof(**vectors));
	for (int i = 0; rc == 0 && i < count; i++) {
		if ((*vectors)[i].iov_len > (size_t)INT64_MAX - total)
			rc = -EINVAL;
		total += (*vectors)[i].iov_len;
	}
	return rc != 0 ? rc : (long)total;
}

// A small writev() to a stream goes as one write, so that it stays whole (PIPE_ATOMIC, a line on the terminal).
static long write_gathered(struct file *file, const struct abi_iovec *vectors, int count, size_t total)
{
	char *buffer = kmalloc(total, ALLOC_SLEEP);
	struct uio uio = {(user_addr)(uintptr_t)buffer, total, true, false};
	size_t filled = 0;
	long rc = buffer == NULL ? -ENOMEM : 0;

	for (int i = 0; rc == 0 && i < count; filled += vectors[i++].iov_len)
		rc = copy_from_user(buffer + filled, vectors[i].iov_base, vectors[i].iov_len);
	if (rc == 0)
		rc = transfer_piece(file, file_write, &uio, NULL);
	kfree(buffer);
	return rc;
}

static long transfer_vectors(int fd, transfer move, user_addr from, int count)
{
	struct file *file = file_from_fd(fd);
	struct abi_iovec *vectors;
	long done = 0;

	if (file == NULL)
		return -EBADF;
	long total = vectors_from_user(from, count, &vectors), rc = total;
	if (total > 0 && move == file_write && is_stream(file) && total <= (long)PIPE_ATOMIC) {
		rc = done = write_gathered(file, vectors, count, (size_t)total);
		count = 0;
	}
	for (int i = 0; rc >= 0 && i < count; i++) {
		if (vectors[i].iov_len == 0)
			continue;
		struct uio uio = {vectors[i].iov_base, vectors[i].iov_len, false, done != 0 && is_stream(file)};
		rc = transfer_piece(file, move, &uio, NULL);
		done += rc > 0 ? rc : 0;
		if (rc != (long)vectors[i].iov_len)
			break;
	}
	kfree(vectors);
	file_put(file);
	return done != 0 ? done : rc < 0 ? rc : 0;
}

long sys_readv(int fd, user_addr vectors, int count)
{
	return transfer_vectors(fd, file_read, vectors, count);
}

long sys_writev(int fd, user_addr vectors, int count)
{
	return transfer_vectors(fd, file_write, vectors, count);
}

long sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = file_from_fd(fd);
	int64_t base, position;
	long rc = 0;

	if (file == NULL)
		return -EBADF;
	if (whence > SEEK_END || is_stream(file)) {
		rc = whence > SEEK_END ? -EINVAL : -ESPIPE;
	} else {
		mutex_lock(&file->position_lock);
		base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->position : (int64_t)READ_ONCE(file->inode->size);
		if (__builtin_add_overflow(base, offset, &position) || position < 0)
			rc = -EINVAL;
		else
			rc = file->position = file->device != NULL ? 0 : position; // /dev/null and its like stand still
		mutex_unlock(&file->position_lock);
	}
	file_put(file);
	return rc;
}

#define FIONBIO 0x5421u
#define FIOCLEX 0x5451u
#define FIONCLEX 0x5450u

long sys_ioctl(int fd, unsigned command, uint64_t argument)
{
	struct file *file = file_from_fd(fd);
	int32_t on = 0;
	long rc = 0;

	if (file == NULL)
		return -EBADF;
	if (command == FIOCLEX || command == FIONCLEX) {
		rc = sys_fcntl(fd, F_SETFD, command == FIOCLEX ? FD_CLOEXEC : 0);
	} else if (command == FIONBIO) {
		rc = copy_from_user(&on, argument, sizeof(on));
		if (rc == 0)
			rc = sys_fcntl(fd, F_SETFL, (file->flags & ~O_NONBLOCK) | (on != 0 ? O_NONBLOCK : 0));
	} else {
		rc = file->operations->ioctl != NULL ? file->operations->ioctl(file, command, argument) : -ENOTTY;
	}
	file_put(file);
	return rc;
}

// Nothing lies below the page cache of these file systems: what was written is where it will ever be.
long sys_fsync(int fd)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	long rc = is_stream(file) || file->device != NULL ? -EINVAL : 0;
	file_put(file);
	return rc;
}

long sys_fdatasync(int fd)
{
	return sys_fsync(fd);
}

long sys_sync(void)
{
	return 0;
}

static long truncate_inode(struct inode *inode, int64_t size)
{
	if (!S_ISREG(inode->mode))
		return S_ISDIR(inode->mode) ? -EISDIR : -EINVAL;
	if (task_operations != NULL && (uint64_t)size > task_operations->limit(RLIMIT_FSIZE))
		return -EFBIG;
	return inode_truncate(inode, (uint64_t)size);
}

long sys_ftruncate(int fd, int64_t size)
{
	struct file *file = file_from_fd(fd);

	if (file == NULL)
		return -EBADF;
	bool writable = (file->mode & FILE_WRITE) != 0 && S_ISREG(file->inode->mode);
	long rc = size < 0 || !writable ? -EINVAL : truncate_inode(file->inode, size);
	file_put(file);
	return rc;
}

long sys_truncate(user_addr name, int64_t size)
{
	struct path path;
	char *text;
	long rc = size < 0 ? -EINVAL : name_from_user(name, &text);

	if (rc != 0)
		return rc;
	rc = path_walk(AT_FDCWD, text, WALK_FOLLOW, &path);
	kfree(text);
	if (rc != 0)
		return rc;
	rc = path.mount->read_only ? -EROFS : inode_permission(path.dentry->inode, W_OK);
	if (rc == 0 || S_ISDIR(path.dentry->inode->mode))
		rc = truncate_inode(path.dentry->inode, size);
	path_put(&path);
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
	}
	kfree(gathered.buffer);
	file_put(file);
	return rc != 0 ? rc : (long)gathered.used;
}

// ---- sendfile: through one kernel buffer ----

static long copy_between(struct file *out, struct file *in, int64_t *position, size_t count)
{
	char *buffer = kmalloc(COPY_SIZE, ALLOC_SLEEP);
	long rc = buffer == NULL ? -ENOMEM : 0, done = 0;

	while (rc >= 0 && (size_t)done < count) {
		size_t piece = count - (size_t)done < COPY_SIZE ? count - (size_t)done : COPY_SIZE;
		struct uio uio = {(user_addr)(uintptr_t)buffer, piece, true, false};
		int64_t at = *position;
		long got = rc = file_read(in, &uio, &at);
		if (got <= 0)
			break;
		uio = (struct uio){(user_addr)(uintptr_t)buffer, (size_t)got, true, false};
		rc = transfer_piece(out, file_write, &uio, NULL);
		if (rc > 0) {
			*position += rc;
			done += rc;
		}
		if (rc != got)
			break;
	}
	kfree(buffer);
	return done != 0 ? done : rc;
}

static long send_between(struct file *out, struct file *in, user_addr offset, size_t count)
{
	int64_t position = 0;
	long rc;

	if (!S_ISREG(in->inode->mode) || (READ_ONCE(out->flags) & O_APPEND) != 0)
		return -EINVAL;
	if (offset == 0) {
		position = READ_ONCE(in->position); // not locked meanwhile: in and out may be one file
		rc = copy_between(out, in, &position, count);
		WRITE_ONCE(in->position, position);
		return rc;
	}
	rc = copy_from_user(&position, offset, sizeof(position));
	if (rc == 0)
		rc = position < 0 ? -EINVAL : copy_between(out, in, &position, count);
	if (rc >= 0 && copy_to_user(offset, &position, sizeof(position)) != 0)
		rc = -EFAULT;
	return rc;
}

long sys_sendfile(int out_fd, int in_fd, user_addr offset, size_t count)
{
	struct file *in = file_from_fd(in_fd), *out = file_from_fd(out_fd);
	bool usable = in != NULL && out != NULL && (in->mode & FILE_READ) != 0 && (out->mode & FILE_WRITE) != 0;
	long rc = usable ? send_between(out, in, offset, count < 0x7ffff000u ? count : 0x7ffff000u) : -EBADF;

	file_put(in);
	file_put(out);
	return rc;
}
