// sendfile.c: from file to file, through one kernel buffer (sendfile(2)).
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"

#define COPY_SIZE 16384u

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
