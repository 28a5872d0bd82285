// vector.c: reading and writing several pieces of memory in one call (readv(2)), and at a place of the caller's (pread(2)).
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/uapi/process.h"

#define VECTORS_MAX 1024u

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
	struct uio uio = {(user_addr)(uintptr_t)buffer, total, .kernel = true};
	size_t filled = 0;
	long rc = buffer == NULL ? -ENOMEM : 0;

	for (int i = 0; rc == 0 && i < count; filled += vectors[i++].iov_len)
		rc = copy_from_user(buffer + filled, vectors[i].iov_base, vectors[i].iov_len);
	if (rc == 0)
		rc = transfer_piece(file, file_write, &uio, NULL);
	kfree(buffer);
	return rc;
}

static long transfer_vectors(int fd, transfer_move move, user_addr from, int count, int64_t *position, bool append)
{
	struct file *file = file_from_fd(fd);
	struct abi_iovec *vectors;
	long done = 0;

	if (file == NULL)
		return -EBADF;
	long total = vectors_from_user(from, count, &vectors), rc = total;
	if (total >= 0 && position == NULL && file->operations != NULL && file->operations->vectors != NULL) {
		rc = done = file->operations->vectors(file, vectors, count, move == file_write);
		count = 0;
	} else if (total > 0 && position == NULL && move == file_write && file_is_stream(file) && total <= (long)PIPE_ATOMIC) {
		rc = done = write_gathered(file, vectors, count, (size_t)total);
		count = 0;
	}
	for (int i = 0; rc >= 0 && i < count; i++) {
		if (vectors[i].iov_len == 0)
			continue;
		struct uio uio = {vectors[i].iov_base, vectors[i].iov_len, false, done != 0 && file_is_stream(file), append};
		rc = transfer_piece(file, move, &uio, position);
		done += rc > 0 ? rc : 0;
		if (position != NULL)
			*position += rc > 0 ? rc : 0;
		if (rc != (long)vectors[i].iov_len)
			break;
	}
	kfree(vectors);
	file_put(file);
	return done != 0 ? done : rc < 0 ? rc : 0;
}

long sys_readv(int fd, user_addr vectors, int count)
{
	return transfer_vectors(fd, file_read, vectors, count, NULL, false);
}

long sys_writev(int fd, user_addr vectors, int count)
{
	return transfer_vectors(fd, file_write, vectors, count, NULL, false);
}

long sys_pread64(int fd, user_addr buffer, size_t size, int64_t position)
{
	return transfer_user(fd, file_read, buffer, size, &position);
}

long sys_pwrite64(int fd, user_addr buffer, size_t size, int64_t position)
{
	return transfer_user(fd, file_write, buffer, size, &position);
}

long sys_preadv(int fd, user_addr vectors, int count, int64_t position)
{
	return transfer_vectors(fd, file_read, vectors, count, &position, false);
}

long sys_pwritev(int fd, user_addr vectors, int count, int64_t position)
{
	return transfer_vectors(fd, file_write, vectors, count, &position, false);
}

// What a flag asks for is so here already (RWF_HIPRI, DSYNC, SYNC: nothing lies below the page cache), or cannot be promised (NOWAIT).
#define RWF_NO_EFFECT 7u
#define RWF_APPEND 0x10u

static long transfer_flagged(int fd, transfer_move move, user_addr vectors, int count, int64_t position, unsigned flags)
{
	struct file *file = (flags & ~(RWF_NO_EFFECT | RWF_APPEND)) != 0 ? file_from_fd(fd) : NULL;
	long rc = flags == 0 || (flags & ~(RWF_NO_EFFECT | RWF_APPEND)) == 0 ? 0 : file == NULL ? -EBADF : -EOPNOTSUPP;

	file_put(file);
	return rc != 0 ? rc : transfer_vectors(fd, move, vectors, count, position == -1 ? NULL : &position, (flags & RWF_APPEND) != 0);
}

// Position -1 is the file's own. `high` is for 32-bit programs.
long sys_preadv2(int fd, user_addr vectors, int count, int64_t position, uint64_t high, unsigned flags)
{
	return transfer_flagged(fd, file_read, vectors, count, position, flags);
}

long sys_pwritev2(int fd, user_addr vectors, int count, int64_t position, uint64_t high, unsigned flags)
{
	return transfer_flagged(fd, file_write, vectors, count, position, flags);
}
