// file.c: open files and the tables that number them.
//
// A struct file is shared by every descriptor that dup() or fork() made of it, with one position. A table slot holds one
// reference. The table's spinlock is a leaf; whatever closes a file does so after dropping it.
#include "kernel/fs/fs.h"
#include "kernel/fs/locks.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/process.h"
#include "kernel/uapi/signal.h"

void (*file_forgotten)(struct file *file);

#define FILES_FIRST 64u
#define IO_SIZE_MAX 0x7ffff000u // bytes of one read or write, as in Linux

// An open file on an inode whose reference it takes, also when it fails (NULL).
struct file *file_create(struct inode *inode, const struct file_operations *operations, unsigned mode, int flags)
{
	struct file *file = kzalloc(sizeof(*file), ALLOC_SLEEP);

	if (file == NULL) {
		inode_put(inode);
		return NULL;
	}
	refcount_set(&file->references, 1);
	file->inode = inode;
	file->operations = operations;
	file->mode = mode;
	file->flags = (uint32_t)flags;
	mutex_init(&file->position_lock);
	return file;
}

void file_get(struct file *file)
{
	refcount_get(&file->references);
}

void file_put(struct file *file)
{
	if (file == NULL || !refcount_put(&file->references))
		return;
	if (file->watchers != NULL)
		file_forgotten(file);
	if (file->path.dentry != NULL && (file->mode & FILE_PATH) == 0 && file->operations != NULL)
		file_noticed(file->inode, file->path.dentry, (file->mode & FILE_WRITE) != 0 ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
	locks_release_file(file);
	if (file->operations != NULL && file->operations->release != NULL)
		file->operations->release(file);
	path_put(&file->path);
	inode_put(file->inode);
	kfree(file);
}

struct file *file_open_kernel(const char *path, int flags, int *rc)
{
	struct file *file = NULL;

	*rc = file_open(AT_FDCWD, path, flags, 0644, &file);
	return file;
}

int file_may_execute(struct file *file)
{
	return S_ISREG(file->inode->mode) ? inode_permission(file->inode, X_OK) : -EACCES;
}

// ---- reading and writing ----

// *position moves on by what was read; the caller serialises a shared position.
long file_read(struct file *file, struct uio *uio, int64_t *position)
{
	if ((file->mode & FILE_READ) == 0)
		return -EBADF;
	if (S_ISDIR(file->inode->mode))
		return -EISDIR;
	if (file->operations == NULL || file->operations->read == NULL || *position < 0)
		return -EINVAL;
	uio->left = uio->left > IO_SIZE_MAX ? IO_SIZE_MAX : uio->left;
	uio->nonblock |= (READ_ONCE(file->flags) & O_NONBLOCK) != 0;
	long rc = file->operations->read(file, uio, position);
	if (rc > 0 && file->path.dentry != NULL)
		file_noticed(file->inode, file->path.dentry, IN_ACCESS);
	return rc;
}

long file_write(struct file *file, struct uio *uio, int64_t *position)
{
	if ((file->mode & FILE_WRITE) == 0)
		return -EBADF;
	if (file->operations == NULL || file->operations->write == NULL || *position < 0)
		return -EINVAL;
	uio->left = uio->left > IO_SIZE_MAX ? IO_SIZE_MAX : uio->left;
	uio->nonblock |= (READ_ONCE(file->flags) & O_NONBLOCK) != 0;
	if ((file->inode->mode & (S_ISUID | S_ISGID)) != 0 && inode_drop_set_id != NULL)
		inode_drop_set_id(file->inode);
	if (S_ISREG(file->inode->mode) && task_operations != NULL) {
		uint64_t limit = task_operations->limit(RLIMIT_FSIZE);
		if ((uint64_t)*position >= limit && uio->left != 0) {
			task_operations->send_signal_current(SIGXFSZ);
			return -EFBIG;
		}
		if (uio->left > limit - (uint64_t)*position)
			uio->left = (size_t)(limit - (uint64_t)*position);
	}
	long rc = file->operations->write(file, uio, position);
	if (rc > 0 && file->path.dentry != NULL)
		file_noticed(file->inode, file->path.dentry, IN_MODIFY);
	return rc;
}

long file_read_kernel(struct file *file, void *to, size_t size, int64_t position)
{
	struct uio uio = {(user_addr)(uintptr_t)to, size, .kernel = true};

	return file_read(file, &uio, &position);
}

long file_write_kernel(struct file *file, const void *from, size_t size, int64_t position)
{
	struct uio uio = {(user_addr)(uintptr_t)from, size, .kernel = true};

	return file_write(file, &uio, &position);
}

int inode_truncate(struct inode *inode, uint64_t size)
{
	if (inode->operations == NULL || inode->operations->truncate == NULL)
		return -EINVAL;
	if ((inode->mode & (S_ISUID | S_ISGID)) != 0 && inode_drop_set_id != NULL)
		inode_drop_set_id(inode);
	mutex_lock(&inode->lock);
	int rc = inode->operations->truncate(inode, size);
	mutex_unlock(&inode->lock);
	return rc;
}

// ---- descriptor tables ----

struct files *files_create(void)
{
	struct files *files = kzalloc(sizeof(*files), ALLOC_SLEEP);

	if (files == NULL)
		return NULL;
	refcount_set(&files->references, 1);
	spin_init(&files->lock, "files");
	files->table = kzalloc(FILES_FIRST * sizeof(*files->table), ALLOC_SLEEP);
	files->capacity = FILES_FIRST;
	if (files->table == NULL) {
		kfree(files);
		return NULL;
	}
	return files;
}

static unsigned files_limit(void)
{
	uint64_t limit = task_operations != NULL ? task_operations->limit(RLIMIT_NOFILE) : DESCRIPTORS_MAX;

	return limit < DESCRIPTORS_MAX ? (unsigned)limit : DESCRIPTORS_MAX;
}

// Makes room for descriptor `wanted`. Returns with the lock held, whatever happens.
static int files_grow(struct files *files, unsigned wanted)
{
	unsigned capacity = files->capacity;

	if (wanted < capacity)
		return 0;
	while (capacity <= wanted)
		capacity *= 2;
	spin_unlock(&files->lock);
	struct descriptor *table = kzalloc(capacity * sizeof(*table), ALLOC_SLEEP), *old = NULL;
	spin_lock(&files->lock);
	if (table == NULL)
		return -EMFILE;
	if (files->capacity < capacity) { // nobody else grew it meanwhile
		memcpy(table, files->table, files->capacity * sizeof(*table));
		old = files->table;
		files->table = table;
		files->capacity = capacity;
	} else {
		old = table;
	}
	kfree(old);
	return 0;
}

struct files *files_clone(struct files *files)
{
	struct files *clone = files_create();

	if (clone == NULL)
		return NULL;
	spin_lock(&files->lock);
	while (clone->capacity < files->capacity) { // threads of the same process may grow it meanwhile
		unsigned wanted = files->capacity - 1;
		spin_unlock(&files->lock);
		spin_lock(&clone->lock);
		int rc = files_grow(clone, wanted);
		spin_unlock(&clone->lock);
		if (rc != 0) {
			files_put(clone);
			return NULL;
		}
		spin_lock(&files->lock);
	}
	for (unsigned fd = 0; fd < files->capacity; fd++) {
		clone->table[fd] = files->table[fd];
		if (clone->table[fd].file != NULL)
			file_get(clone->table[fd].file);
	}
	spin_unlock(&files->lock);
	return clone;
}

// Closes one slot: the file leaves the table, POSIX locks of the process on its inode go, the reference is dropped.
static int files_close(struct files *files, unsigned fd)
{
	struct file *file = NULL;

	spin_lock(&files->lock);
	if (fd < files->capacity) {
		file = files->table[fd].file;
		files->table[fd] = (struct descriptor){NULL, false};
	}
	spin_unlock(&files->lock);
	if (file == NULL)
		return -EBADF;
	locks_release_owner(file->inode, files);
	file_put(file);
	return 0;
}

void files_put(struct files *files)
{
	if (files == NULL || !refcount_put(&files->references))
		return;
	for (unsigned fd = 0; fd < files->capacity; fd++)
		if (files->table[fd].file != NULL)
			files_close(files, fd);
	kfree(files->table);
	kfree(files);
}

void files_close_on_exec(struct files *files)
{
	for (unsigned fd = 0; fd < files->capacity; fd++)
		if (files->table[fd].file != NULL && files->table[fd].close_on_exec)
			files_close(files, fd);
}

// Puts a file at the lowest free number from `lowest` on. The reference goes to the table, or is dropped with -EMFILE.
int files_install(struct files *files, struct file *file, unsigned lowest, bool close_on_exec)
{
	unsigned limit = files_limit(), fd = lowest;
	int rc = 0;

	spin_lock(&files->lock);
	for (; rc == 0; fd++) {
		rc = fd >= limit ? -EMFILE : files_grow(files, fd);
		if (rc == 0 && files->table[fd].file == NULL)
			break;
	}
	if (rc == 0)
		files->table[fd] = (struct descriptor){file, close_on_exec};
	spin_unlock(&files->lock);
	if (rc != 0)
		file_put(file);
	return rc != 0 ? rc : (int)fd;
}

struct file *files_get(struct files *files, int fd)
{
	struct file *file = NULL;

	spin_lock(&files->lock);
	if (fd >= 0 && (unsigned)fd < files->capacity)
		file = files->table[fd].file;
	if (file != NULL)
		file_get(file);
	spin_unlock(&files->lock);
	return file;
}

struct file *file_from_fd_any(int fd)
{
	return current->files != NULL ? files_get(current->files, fd) : NULL;
}

struct file *file_from_fd(int fd)
{
	struct file *file = file_from_fd_any(fd);

	if (file != NULL && (file->mode & FILE_PATH) != 0) {
		file_put(file);
		return NULL;
	}
	return file;
}

long sys_close(int fd)
{
	return fd < 0 ? -EBADF : files_close(current->files, (unsigned)fd);
}

static long duplicate_to(int fd, int to, bool close_on_exec)
{
	struct file *file = file_from_fd_any(fd), *old = NULL;

	if (file == NULL || to < 0 || (unsigned)to >= files_limit()) {
		file_put(file);
		return -EBADF;
	}
	struct files *files = current->files;
	spin_lock(&files->lock);
	int rc = files_grow(files, (unsigned)to);
	if (rc == 0) {
		old = files->table[to].file;
		files->table[to] = (struct descriptor){file, close_on_exec};
	}
	spin_unlock(&files->lock);
	if (rc != 0)
		file_put(file);
	if (old != NULL) {
		locks_release_owner(old->inode, files);
		file_put(old);
	}
	return rc != 0 ? rc : to;
}

long sys_dup(int fd)
{
	struct file *file = file_from_fd_any(fd);

	return file == NULL ? -EBADF : files_install(current->files, file, 0, false);
}

long sys_dup2(int fd, int to)
{
	if (fd != to)
		return duplicate_to(fd, to, false);
	struct file *file = file_from_fd_any(fd);
	file_put(file);
	return file == NULL ? -EBADF : fd;
}

long sys_dup3(int fd, int to, int flags)
{
	return fd == to || (flags & ~O_CLOEXEC) != 0 ? -EINVAL : duplicate_to(fd, to, (flags & O_CLOEXEC) != 0);
}

static long descriptor_flags(int fd, int command, uint64_t argument)
{
	struct files *files = current->files;
	long rc = -EBADF;

	spin_lock(&files->lock);
	if (fd >= 0 && (unsigned)fd < files->capacity && files->table[fd].file != NULL) {
		struct descriptor *descriptor = &files->table[fd];
		if (command == F_SETFD)
			descriptor->close_on_exec = (argument & FD_CLOEXEC) != 0;
		rc = command == F_SETFD ? 0 : descriptor->close_on_exec ? FD_CLOEXEC : 0;
	}
	spin_unlock(&files->lock);
	return rc;
}

#define SETTABLE (O_APPEND | O_NONBLOCK)

long sys_fcntl(int fd, int command, uint64_t argument)
{
	if (command == F_GETFD || command == F_SETFD)
		return descriptor_flags(fd, command, argument);
	struct file *file = file_from_fd_any(fd);
	long rc = -EINVAL;
	if (file == NULL)
		return -EBADF;
	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
		if (argument < files_limit()) // the table takes the reference
			return files_install(current->files, file, (unsigned)argument, command == F_DUPFD_CLOEXEC);
	} else if (command == F_GETFL) {
		rc = READ_ONCE(file->flags);
	} else if ((file->mode & FILE_PATH) != 0) {
		rc = -EBADF;
	} else if (command == F_SETFL) {
		spin_lock(&current->files->lock);
		WRITE_ONCE(file->flags, (file->flags & ~SETTABLE) | ((uint32_t)argument & SETTABLE));
		spin_unlock(&current->files->lock);
		rc = 0;
	} else if (command == F_GETPIPE_SZ || command == F_SETPIPE_SZ) {
		rc = file->inode->pipe != NULL && pipe_size != NULL ? pipe_size(file->inode->pipe, command, argument) : -EBADF;
	} else if (command == F_ADD_SEALS || command == F_GET_SEALS) {
		rc = file_seals != NULL ? file_seals(file, command, argument) : -EINVAL;
	} else {
		rc = locks_fcntl(fd, file, command, argument);
	}
	file_put(file);
	return rc;
}

// ---- where a process stands ----

struct fs_context *fs_context_create(void)
{
	struct fs_context *context = kzalloc(sizeof(*context), ALLOC_SLEEP);

	if (context == NULL)
		return NULL;
	refcount_set(&context->references, 1);
	spin_init(&context->lock, "fs_context");
	context->umask = 022;
	context->root = context->cwd = path_root();
	path_get(&context->root);
	path_get(&context->cwd);
	return context;
}

struct fs_context *fs_context_clone(struct fs_context *context)
{
	struct fs_context *clone = kzalloc(sizeof(*clone), ALLOC_SLEEP);

	if (clone == NULL)
		return NULL;
	refcount_set(&clone->references, 1);
	spin_init(&clone->lock, "fs_context");
	spin_lock(&context->lock);
	clone->umask = context->umask;
	clone->root = context->root;
	clone->cwd = context->cwd;
	path_get(&clone->root);
	path_get(&clone->cwd);
	spin_unlock(&context->lock);
	return clone;
}

void fs_context_put(struct fs_context *context)
{
	if (context == NULL || !refcount_put(&context->references))
		return;
	path_put(&context->root);
	path_put(&context->cwd);
	kfree(context);
}
