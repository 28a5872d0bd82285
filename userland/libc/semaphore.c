// semaphore.c: semaphores, unnamed and named. A named one is a file in shared memory, mapped: POSIX wants
// that opening the same name twice in a process gives the same address, so what is open is remembered.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "kernel/lib/list.h"
#include "userland/libc/sync.h"

static int fail_with(int error)
{
	errno = error;
	return -1;
}

int sem_init(sem_t *semaphore, int shared, unsigned value)
{
	if (value > SEM_VALUE_MAX)
		return fail_with(EINVAL);
	*semaphore = (sem_t){(int)value, 0, shared != 0};
	return 0;
}

int sem_destroy(sem_t *semaphore)
{
	return 0;
}

int sem_trywait(sem_t *semaphore)
{
	for (int value; (value = LOAD(&semaphore->value)) > 0;)
		if (swap_if(&semaphore->value, value, value - 1))
			return 0;
	return fail_with(EAGAIN);
}

// A cancelled waiter passes on the wake that it may have had.
static void stop_waiting(void *argument)
{
	sem_t *semaphore = argument;
	__atomic_fetch_sub(&semaphore->waiting, 1, __ATOMIC_ACQ_REL);
	if (LOAD(&semaphore->value) > 0)
		futex_wake(&semaphore->value, 1, semaphore->shared);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
	pthread_testcancel();
	while (sem_trywait(semaphore) != 0) {
		int rc;
		if (!is_time(until))
			return fail_with(EINVAL);
		__atomic_fetch_add(&semaphore->waiting, 1, __ATOMIC_ACQ_REL);
		pthread_cleanup_push(stop_waiting, semaphore);
		rc = futex_wait_point(&semaphore->value, 0, semaphore->shared, CLOCK_REALTIME, until);
		pthread_cleanup_pop(0);
		__atomic_fetch_sub(&semaphore->waiting, 1, __ATOMIC_ACQ_REL);
		if (rc == -ETIMEDOUT || rc == -EINTR)
			return fail_with(-rc);
	}
	return 0;
}

int sem_wait(sem_t *semaphore)
{
	return sem_timedwait(semaphore, NULL);
}

int sem_post(sem_t *semaphore)
{
	int value;
	bool shared = semaphore->shared;
	do
		if ((value = LOAD(&semaphore->value)) == SEM_VALUE_MAX)
			return fail_with(EOVERFLOW);
	while (!swap_if(&semaphore->value, value, value + 1));
	if (LOAD(&semaphore->waiting) > 0)
		futex_wake(&semaphore->value, 1, shared);
	return 0;
}

int sem_getvalue(sem_t *restrict semaphore, int *restrict value)
{
	*value = LOAD(&semaphore->value);
	return 0;
}

// -------- names: /NAME is a file in /dev/shm, or in /tmp where that is not there

static int shared_path(char *to, size_t size, const char *prefix, const char *name)
{
	struct stat status;
	name += *name == '/';
	if (*name == '\0' || strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return fail_with(EINVAL);
	const char *folder = stat("/dev/shm", &status) == 0 && S_ISDIR(status.st_mode) ? "/dev/shm" : "/tmp";
	return strlen(name) > NAME_MAX - 4 || snprintf(to, size, "%s/%s%s", folder, prefix, name) >= (int)size
		   ? fail_with(ENAMETOOLONG)
		   : 0;
}

int shm_open(const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	return shared_path(path, sizeof(path), "", name) < 0
		   ? -1
		   : open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode);
}

int shm_unlink(const char *name)
{
	char path[PATH_MAX];
	return shared_path(path, sizeof(path), "", name) < 0 ? -1 : unlink(path);
}

struct opened {
	struct list list;
	sem_t *semaphore;
	dev_t device;
	ino_t inode;
	int count;
};
static struct list all = LIST_INIT(all);
static int all_lock;

// A new file under a name of its own, with the semaphore in it, linked to its name when it is whole: nobody
// sees half of it.
static int create(const char *path, mode_t mode, unsigned value)
{
	char own[PATH_MAX + 16];
	sem_t fresh = {(int)value, 0, 1};
	if (value > SEM_VALUE_MAX)
		return fail_with(EINVAL);
	snprintf(own, sizeof(own), "%s.%d.%d", path, getpid(), gettid());
	int fd = open(own, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -1;
	int rc = write(fd, &fresh, sizeof(fresh)) == sizeof(fresh) ? link(own, path) : -1, error = errno;
	unlink(own);
	if (rc == 0)
		return fd;
	close(fd);
	return fail_with(error);
}

static sem_t *remember(int fd)
{
	struct stat status;
	struct opened *entry;
	if (fstat(fd, &status) < 0)
		return SEM_FAILED;
	list_for_each (entry, &all, list)
		if (entry->device == status.st_dev && entry->inode == status.st_ino) {
			entry->count++;
			return entry->semaphore;
		}
	entry = malloc(sizeof(*entry));
	void *memory =
	    entry != NULL ? mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (memory == MAP_FAILED) {
		free(entry);
		return SEM_FAILED;
	}
	*entry =
	    (struct opened){.semaphore = memory, .device = status.st_dev, .inode = status.st_ino, .count = 1};
	list_push_back(&all, &entry->list);
	return memory;
}

sem_t *sem_open(const char *name, int flags, ...)
{
	char path[PATH_MAX];
	va_list rest;
	va_start(rest, flags);
	mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	unsigned value = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
	va_end(rest);
	if (shared_path(path, sizeof(path), "sem.", name) < 0)
		return SEM_FAILED;
	libc_lock(&all_lock);
	int fd;
	do {
		fd = flags & O_EXCL && flags & O_CREAT ? fail_with(ENOENT)
						       : open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && (flags & O_CREAT))
			fd = create(path, mode, value);
	} while (fd < 0 && errno == EEXIST && !(flags & O_EXCL)); // somebody else was first: open his
	sem_t *semaphore = fd < 0 ? SEM_FAILED : remember(fd);
	libc_unlock(&all_lock);
	if (fd >= 0)
		close(fd);
	return semaphore;
}

int sem_close(sem_t *semaphore)
{
	struct opened *entry;
	int rc = fail_with(EINVAL);
	libc_lock(&all_lock);
	list_for_each (entry, &all, list)
		if (entry->semaphore == semaphore) {
			rc = 0;
			if (--entry->count == 0) {
				munmap(semaphore, sizeof(*semaphore));
				list_remove(&entry->list);
				free(entry);
			}
			break;
		}
	libc_unlock(&all_lock);
	return rc;
}

int sem_unlink(const char *name)
{
	char path[PATH_MAX];
	return shared_path(path, sizeof(path), "sem.", name) < 0 ? -1 : unlink(path);
}
