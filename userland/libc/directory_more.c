// directory_more.c: the rest of <dirent.h>: a stream over a descriptor, places in it, a directory sorted.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/libc/directory.h"

// The descriptor is the stream's from now on.
DIR *fdopendir(int fd)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return NULL;
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		return NULL;
	}
	DIR *directory = calloc(1, sizeof(*directory));
	if (directory == NULL)
		return NULL;
	directory->fd = fd;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return directory;
}

void rewinddir(DIR *directory)
{
	lseek(directory->fd, 0, SEEK_SET);
	directory->next = directory->size = directory->place = 0;
}

long telldir(DIR *directory)
{
	return directory->place;
}

void seekdir(DIR *directory, long place)
{
	if (lseek(directory->fd, place, SEEK_SET) < 0)
		return;
	directory->next = directory->size = 0;
	directory->place = place;
}

// 0, with *result NULL at the end, or an errno.
int readdir_r(DIR *restrict directory, struct dirent *restrict entry, struct dirent **restrict result)
{
	int before = errno;
	errno = 0;
	struct dirent *found = readdir(directory);
	int rc = found == NULL ? errno : 0;
	errno = before;
	if (found != NULL)
		memcpy(entry, found, found->d_reclen);
	*result = found != NULL ? entry : NULL;
	return rc;
}

int alphasort(const struct dirent **a, const struct dirent **b)
{
	return strcoll((*a)->d_name, (*b)->d_name);
}

static int collect(DIR *directory, struct dirent ***list, int (*select)(const struct dirent *))
{
	size_t count = 0, room = 0;
	struct dirent *entry;
	errno = 0;
	while ((entry = readdir(directory)) != NULL) {
		if (select != NULL && !select(entry))
			continue;
		if (count == room) {
			struct dirent **grown = reallocarray(*list, room = 2 * room + 16, sizeof(*grown));
			if (grown == NULL)
				break;
			*list = grown;
		}
		if (((*list)[count] = malloc(entry->d_reclen)) == NULL)
			break;
		memcpy((*list)[count++], entry, entry->d_reclen);
		errno = 0;
	}
	if (errno == 0)
		return (int)count;
	while (count > 0)
		free((*list)[--count]);
	free(*list);
	return -1;
}

// The entries that `select` wants, in the order of `compare`; each and the list are the caller's to free.
// Their number, or -1.
int scandir(const char *path, struct dirent ***list, int (*select)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	DIR *directory = opendir(path);
	if (directory == NULL)
		return -1;
	*list = NULL;
	int count = collect(directory, list, select), error = errno;
	closedir(directory);
	errno = error;
	if (count > 0 && compare != NULL)
		qsort(*list, (size_t)count, sizeof(**list), (int (*)(const void *, const void *))compare);
	return count;
}
