// pipe.c: a ring of bytes between processes.
//
// One mutex guards a pipe; user memory is copied under it (a page fault never needs a pipe). head counts bytes ever written,
// tail bytes ever read, so head - tail lie in the ring. Its pages come with the first byte that needs them. Invariants:
// head - tail <= size; a write of at most PIPE_ATOMIC bytes goes in whole; `readers` and `writers` count open ends.
// A FIFO is the same thing found through its inode: the pipe lives as long as some end is open.
#include "kernel/ipc/pipe.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/signal.h"
#include "kernel/uapi/termios.h"

static struct pipe *pipe_create(void)
{
	struct pipe *pipe = kzalloc(sizeof(*pipe), ALLOC_SLEEP);

	if (pipe == NULL)
		return NULL;
	pipe->pages = pipe->first;
	pipe->size = PIPE_SIZE;
	mutex_init(&pipe->lock);
	wait_queue_init(&pipe->readable);
	wait_queue_init(&pipe->writable);
	wait_queue_init(&pipe->opened);
	return pipe;
}

static void pipe_destroy(struct pipe *pipe)
{
	for (size_t i = 0; i < pipe->size / PAGE_SIZE; i++)
		kfree(pipe->pages[i]);
	if (pipe->pages != pipe->first)
		kfree(pipe->pages);
	kfree(pipe);
}

// Moves up to `size` bytes between ring and caller. Bytes moved, -EFAULT or -ENOMEM when none.
static long pipe_copy(struct pipe *pipe, struct uio *uio, size_t size, bool in)
{
	size_t done = 0;
	int rc = 0;

	while (done < size) {
		uint64_t *at = in ? &pipe->head : &pipe->tail;
		char **page = &pipe->pages[*at / PAGE_SIZE % (pipe->size / PAGE_SIZE)];
		size_t offset = *at % PAGE_SIZE, piece = PAGE_SIZE - offset;
		piece = piece > size - done ? size - done : piece;
		if (*page == NULL)
			*page = kmalloc(PAGE_SIZE, ALLOC_SLEEP);
		rc = *page == NULL ? -ENOMEM : in ? uio_copy_in(uio, *page + offset, piece) : uio_copy_out(uio, *page + offset, piece);
		if (rc != 0)
			break;
		WRITE_ONCE(*at, *at + piece);
		done += piece;
	}
	return done != 0 ? (long)done : rc;
}

// Waits until the condition may hold: drops the pipe's lock meanwhile and takes it again.
#define pipe_wait(pipe, queue, condition, uio)                                                                    \
	({                                                                                                             \
		mutex_unlock(&(pipe)->lock);                                                                            \
		long pipe_rc_ = (uio)->nonblock ? -EAGAIN : wait_event_interruptible(queue, condition);                \
		mutex_lock(&(pipe)->lock);                                                                              \
		pipe_rc_;                                                                                              \
	})

static long pipe_read(struct file *file, struct uio *uio, int64_t *position)
{
	struct pipe *pipe = file->inode->pipe;
	long rc = 0;

	if (uio->left == 0)
		return 0;
	mutex_lock(&pipe->lock);
	while (rc == 0 && pipe_used(pipe) == 0 && pipe->writers != 0)
		rc = pipe_wait(pipe, &pipe->readable, pipe_used(pipe) != 0 || READ_ONCE(pipe->writers) == 0, uio);
	uint64_t used = pipe_used(pipe);
	if (rc == 0 && used != 0)
		rc = pipe_copy(pipe, uio, used < uio->left ? used : uio->left, false);
	mutex_unlock(&pipe->lock);
	if (rc > 0)
		wake_up(&pipe->writable);
	return rc;
}

static long pipe_write(struct file *file, struct uio *uio, int64_t *position)
{
	struct pipe *pipe = file->inode->pipe;
	size_t done = 0;
	long rc = 0;

	if (uio->left == 0)
		return 0;
	mutex_lock(&pipe->lock);
	while (rc >= 0 && uio->left != 0) {
		size_t needed = done == 0 && uio->left <= PIPE_ATOMIC ? uio->left : 1, room = pipe_room(pipe);
		if (pipe->readers == 0) {
			rc = -EPIPE;
		} else if (room < needed) {
			rc = pipe_wait(pipe, &pipe->writable,
				       pipe_room(pipe) >= needed || READ_ONCE(pipe->readers) == 0, uio);
		} else {
			rc = pipe_copy(pipe, uio, room < uio->left ? room : uio->left, true);
			done += rc > 0 ? (size_t)rc : 0;
			wake_up(&pipe->readable);
		}
	}
	mutex_unlock(&pipe->lock);
	if (rc == -EPIPE && task_operations != NULL)
		task_operations->send_signal_current(SIGPIPE);
	return done != 0 ? (long)done : rc;
}

static unsigned pipe_poll(struct file *file, struct poll_table *table)
{
	struct pipe *pipe = file->inode->pipe;
	unsigned events = 0;

	if ((file->mode & FILE_READ) != 0) {
		poll_wait(table, &pipe->readable);
		events |= pipe_used(pipe) != 0 ? POLLIN | POLLRDNORM : 0;
		events |= READ_ONCE(pipe->writers) == 0 && READ_ONCE(pipe->writer_opens) != 0 ? POLLHUP : 0;
	}
	if ((file->mode & FILE_WRITE) != 0) {
		poll_wait(table, &pipe->writable);
		events |= pipe_room(pipe) >= PIPE_ATOMIC ? POLLOUT | POLLWRNORM : 0;
		events |= READ_ONCE(pipe->readers) == 0 ? POLLERR : 0;
	}
	return events;
}

static long pipe_ioctl(struct file *file, unsigned command, uint64_t argument)
{
	int32_t used = (int32_t)pipe_used(file->inode->pipe);

	return command == FIONREAD ? copy_to_user(argument, &used, sizeof(used)) : -ENOTTY;
}

// One end more; the inode's lock is held. The pipe is made by the first.
static int pipe_join(struct inode *inode, unsigned mode)
{
	if (inode->pipe == NULL)
		inode->pipe = pipe_create();
	if (inode->pipe == NULL)
		return -ENOMEM;
	struct pipe *pipe = inode->pipe;
	mutex_lock(&pipe->lock);
	pipe->readers += (mode & FILE_READ) != 0;
	pipe->writers += (mode & FILE_WRITE) != 0;
	pipe->reader_opens += (mode & FILE_READ) != 0;
	pipe->writer_opens += (mode & FILE_WRITE) != 0;
	mutex_unlock(&pipe->lock);
	wake_up(&pipe->opened);
	return 0;
}

static void pipe_release(struct file *file)
{
	struct inode *inode = file->inode;
	struct pipe *pipe = inode->pipe;

	mutex_lock(&inode->lock);
	mutex_lock(&pipe->lock);
	pipe->readers -= (file->mode & FILE_READ) != 0;
	pipe->writers -= (file->mode & FILE_WRITE) != 0;
	bool last = pipe->readers == 0 && pipe->writers == 0;
	mutex_unlock(&pipe->lock);
	wake_up(&pipe->readable); // end of file, or nobody to write to
	wake_up(&pipe->writable);
	if (last) {
		inode->pipe = NULL;
		pipe_destroy(pipe);
	}
	mutex_unlock(&inode->lock);
}

// open(2) of a FIFO: a reader waits for a writer and a writer for a reader; without blocking, a lone writer gets ENXIO. A pipe (by
// /dev/fd) is opened at once.
static int fifo_open(struct file *file)
{
	struct inode *inode = file->inode;
	bool both = (file->mode & FILE_READ) != 0 && (file->mode & FILE_WRITE) != 0, reader = (file->mode & FILE_READ) != 0;

	mutex_lock(&inode->lock);
	bool lonely = !both && inode->superblock != NULL && (inode->pipe == NULL || (reader ? inode->pipe->writers : inode->pipe->readers) == 0);
	int rc = lonely && !reader && (file->flags & O_NONBLOCK) != 0 ? -ENXIO : pipe_join(inode, file->mode);
	struct pipe *pipe = inode->pipe;
	uint64_t *opens = rc != 0 ? NULL : reader ? &pipe->writer_opens : &pipe->reader_opens, seen = opens != NULL ? *opens : 0;
	mutex_unlock(&inode->lock);
	if (rc == 0 && lonely && (file->flags & O_NONBLOCK) == 0)
		rc = wait_event_interruptible(&pipe->opened, READ_ONCE(*opens) != seen);
	if (rc != 0 && opens != NULL)
		pipe_release(file);
	return rc;
}

const struct file_operations fifo_operations = {
	.open = fifo_open,
	.release = pipe_release,
	.read = pipe_read,
	.write = pipe_write,
	.ioctl = pipe_ioctl,
	.poll = pipe_poll,
	.stream = true,
};

static uint64_t last_pipe;

// Makes both ends. 0 with two references, or -ENOMEM.
static int pipe_files(int flags, struct file *ends[2])
{
	struct inode *inode = inode_create(NULL, S_IFIFO | 0600);

	if (inode == NULL)
		return -ENOMEM;
	inode->number = atomic_add(&last_pipe, 1);
	inode->file_operations = &fifo_operations; // /dev/fd/N opens it once more
	int rc = pipe_join(inode, FILE_READ);
	if (rc == 0)
		rc = pipe_join(inode, FILE_WRITE);
	if (rc != 0) {
		inode_put(inode);
		return rc;
	}
	struct pipe *pipe = inode->pipe;
	inode_get(inode);
	ends[0] = file_create(inode, &fifo_operations, FILE_READ, O_RDONLY | (flags & O_NONBLOCK));
	ends[1] = file_create(inode, &fifo_operations, FILE_WRITE, O_WRONLY | (flags & O_NONBLOCK));
	if (ends[0] != NULL && ends[1] != NULL)
		return 0;
	pipe->readers -= ends[0] == NULL; // the end that came to life takes the pipe down
	pipe->writers -= ends[1] == NULL;
	if (ends[0] == NULL && ends[1] == NULL)
		pipe_destroy(pipe);
	file_put(ends[0]);
	file_put(ends[1]);
	return -ENOMEM;
}

long sys_pipe2(user_addr to, int flags)
{
	struct file *ends[2];
	int32_t fds[2];

	if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0)
		return -EINVAL;
	int rc = pipe_files(flags, ends);
	if (rc != 0)
		return rc;
	fds[0] = files_install(current->files, ends[0], 0, (flags & O_CLOEXEC) != 0);
	if (fds[0] < 0) {
		file_put(ends[1]);
		return fds[0];
	}
	fds[1] = files_install(current->files, ends[1], 0, (flags & O_CLOEXEC) != 0);
	rc = fds[1] < 0 ? fds[1] : copy_to_user(to, fds, sizeof(fds));
	if (rc != 0) {
		sys_close(fds[0]);
		if (fds[1] >= 0)
			sys_close(fds[1]);
	}
	return rc;
}

long sys_pipe(user_addr to)
{
	return sys_pipe2(to, 0);
}
