// realpath.c: parts of a path; and a path without symbolic links, "." and "..": components are taken one by one; a link's text goes in front of the rest.
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40

// `to` has PATH_MAX bytes, or is NULL: then the result is the caller's to free. NULL with errno.
char *realpath(const char *restrict path, char *restrict to)
{
	char rest[PATH_MAX], done[PATH_MAX] = "", link[PATH_MAX];
	struct stat status;
	size_t size = 0;
	int links = 0;
	if (path == NULL || *path == '\0') {
		errno = path == NULL ? EINVAL : ENOENT;
		return NULL;
	}
	if (*path != '/') {
		if (getcwd(done, sizeof(done)) == NULL)
			return NULL;
		size = strcmp(done, "/") == 0 ? 0 : strlen(done);
	}
	if (strlcpy(rest, path, sizeof(rest)) >= sizeof(rest))
		goto too_long;
	for (char *at = rest; *(at += strspn(at, "/")) != '\0';) {
		size_t length = strcspn(at, "/");
		if (length == 1 && *at == '.') {
			at++;
		} else if (length == 2 && at[0] == '.' && at[1] == '.') {
			while (size > 0 && done[--size] != '/')
				;
			at += 2;
		} else {
			if (size + length + 2 > PATH_MAX)
				goto too_long;
			done[size] = '/';
			memcpy(done + size + 1, at, length);
			done[size + length + 1] = '\0';
			at += length;
			if (lstat(done, &status) < 0)
				return NULL;
			if (!S_ISLNK(status.st_mode)) {
				if (*at == '/' && !S_ISDIR(status.st_mode)) {
					errno = ENOTDIR;
					return NULL;
				}
				size += length + 1;
				continue;
			}
			ssize_t target = readlink(done, link, sizeof(link) - 1);
			if (target < 0 || ++links > LINKS_MAX) {
				errno = target < 0 ? errno : ELOOP;
				return NULL;
			}
			if (target + strlen(at) + 1 > PATH_MAX)
				goto too_long;
			memmove(rest + target, at, strlen(at) + 1);
			memcpy(rest, link, target);
			at = rest;
			size = *rest == '/' ? 0 : size;
		}
	}
	if (size == 0)
		done[size++] = '/';
	done[size] = '\0';
	return to != NULL ? strcpy(to, done) : strdup(done);
too_long:
	errno = ENAMETOOLONG;
	return NULL;
}

// The last part of a path, and what stands before it, both cut out of the text itself (POSIX): "." for nothing, "/" for slashes alone.
char *basename(char *path)
{
	size_t end = path != NULL ? strlen(path) : 0;
	while (end > 1 && path[end - 1] == '/')
		path[--end] = '\0';
	if (end == 0)
		return (char *)".";
	char *slash = strrchr(path, '/');
	return slash != NULL && end > 1 ? slash + 1 : path;
}

char *dirname(char *path)
{
	char *slash = path != NULL && *path != '\0' ? strrchr(basename(path), '\0') : NULL; // basename has cut off the slashes behind
	while (slash != NULL && slash > path && slash[-1] != '/')
		slash--;
	while (slash != NULL && slash > path && slash[-1] == '/')
		slash--;
	if (slash == NULL || (slash == path && *path != '/'))
		return (char *)".";
	slash[slash == path] = '\0';
	return path;
}
