// directory.c: reading directories.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "userland/libc/directory.h"
#include "userland/libc/system.h"

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : malloc(sizeof(*directory));
	if (directory == NULL) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	directory->fd = fd;
	directory->next = directory->size = directory->place = 0;
	return directory;
}

// The entry lives in the stream's buffer until the next call.
struct dirent *readdir(DIR *directory)
{
	if (directory->next >= directory->size) {
		directory->next = 0;
		directory->size = CALL(getdents64, directory->fd, directory->buffer, sizeof(directory->buffer));
		if (directory->size <= 0)
			return NULL;
	}
	struct dirent *entry = (struct dirent *)(directory->buffer + directory->next);
	directory->next += entry->d_reclen;
	directory->place = entry->d_off;
	return entry;
}

int dirfd(DIR *directory)
{
	return directory->fd;
}

int closedir(DIR *directory)
{
	int rc = close(directory->fd);
	free(directory);
	return rc;
}
