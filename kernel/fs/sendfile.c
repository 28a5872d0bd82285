// sendfile.c: from file to file, through one kernel buffer (sendfile(2), copy_file_range(2)).
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"

#define COPY_SIZE 16384u

// To *to when given, else to the file's own position.
static long copy_to_place(struct file *out, struct file *in, int64_t *position, size_t count, int64_t *to)
{
	char *buffer = kmalloc(COPY_SIZE, ALLOC_SLEEP);
	long rc = buffer == NULL ? -ENOMEM : 0, done = 0;

	while (rc >= 0 && (size_t)done < count) {
		size_t piece = count - (size_t)done < COPY_SIZE ? count - (size_t)done : COPY_SIZE;
		struct uio uio = {(user_addr)(uintptr_t)buffer, piece, .kernel = true};
		int64_t at = *position;
		long got = rc = file_read(in, &uio, &at);
		if (got <= 0)
			break;
		uio = (struct uio){(user_addr)(uintptr_t)buffer, (size_t)got, .kernel = true};
		rc = transfer_piece(out, file_write, &uio, to);
		if (rc > 0) {
			*position += rc;
			if (to != NULL)
				*to += rc;
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
		rc = copy_to_place(out, in, &position, count, NULL);
		WRITE_ONCE(in->position, position);
		return rc;
	}
	rc = copy_from_user(&position, offset, sizeof(position));
	if (rc == 0)
		rc = position < 0 ? -EINVAL : copy_to_place(out, in, &position, count, NULL);
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

// One position of copy_file_range: in user memory, or (0) the file's own.
static long take_position(struct file *file, user_addr from, int64_t *position)
{
	*position = READ_ONCE(file->position);
	return from != 0 ? copy_from_user(position, from, sizeof(*position)) : 0;
}

static long give_position(struct file *file, user_addr to, int64_t position)
{
	if (to != 0)
		return copy_to_user(to, &position, sizeof(position));
	WRITE_ONCE(file->position, position);
	return 0;
}

static long copy_range(struct file *in, user_addr in_at, struct file *out, user_addr out_at, size_t count)
{
	int64_t from, to;
	long rc = take_position(in, in_at, &from);

	rc = rc != 0 ? rc : take_position(out, out_at, &to);
	if (rc == 0 && (from < 0 || to < 0))
		rc = -EINVAL;
	if (rc == 0 && in->inode == out->inode && from < to + (int64_t)count && to < from + (int64_t)count)
		rc = -EINVAL; // onto itself
	int64_t start = from;
	if (rc == 0)
		rc = copy_to_place(out, in, &from, count, &to);
	if (rc > 0 && (give_position(in, in_at, start + rc) != 0 || give_position(out, out_at, to) != 0))
		rc = -EFAULT;
	return rc;
}

long sys_copy_file_range(int in_fd, user_addr in_at, int out_fd, user_addr out_at, size_t count, unsigned flags)
{
	struct file *in = file_from_fd(in_fd), *out = file_from_fd(out_fd);
	long rc = in == NULL || out == NULL || (in->mode & FILE_READ) == 0 || (out->mode & FILE_WRITE) == 0 ? -EBADF
		  : flags != 0 ? -EINVAL
		  : S_ISDIR(in->inode->mode) || S_ISDIR(out->inode->mode) ? -EISDIR
		  : !S_ISREG(in->inode->mode) || !S_ISREG(out->inode->mode) ? -EINVAL
		  : (READ_ONCE(out->flags) & O_APPEND) != 0 ? -EBADF : 0;

	if (rc == 0)
		rc = copy_range(in, in_at, out, out_at, count < 0x7ffff000u ? count : 0x7ffff000u);
	file_put(in);
	file_put(out);
	return rc;
}
