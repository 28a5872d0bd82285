// copy.c: cp, and copying for others.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

int copy_bytes(struct call *call, int in, int out, const char *from, const char *to)
{
	static char block[65536];
	for (ssize_t size; (size = read(in, block, sizeof(block))) != 0;) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail(call, from);
		for (ssize_t done = 0, part; done < size; done += part)
			if ((part = write(out, block + done, size - done)) < 0)
				return fail(call, to);
	}
	return 0;
}

static int copy_file(struct call *call, const char *from, const char *to, const struct stat *status)
{
	int in = open(from, O_RDONLY), out, rc;
	if (in < 0)
		return fail(call, from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	if (out < 0 && call->option['f'] && unlink(to) == 0)
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	rc = out < 0 ? complain(call, "cannot create '%s': %s", to, strerror(errno)) : copy_bytes(call, in, out, from, to);
	close(in);
	if (out >= 0 && close(out) < 0)
		rc = fail(call, to);
	return rc;
}

static int copy_directory(struct call *call, const char *from, const char *to, const struct stat *status, int depth)
{
	char below_from[PATH_MAX], below_to[PATH_MAX];
	int rc = 0;
	DIR *directory = opendir(from);
	if (directory == NULL)
		return fail(call, from);
	if (depth > 10 * DEPTH_MAX) {
		closedir(directory);
		return complain(call, "%s: too deep", from);
	}
	if (mkdir(to, (status->st_mode & 0777) | 0700) < 0 && errno != EEXIST)
		rc = complain(call, "cannot create directory '%s': %s", to, strerror(errno));
	for (struct dirent *entry; rc == 0 && (entry = readdir(directory)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(below_from, PATH_MAX, "%s/%s", from, entry->d_name) >= PATH_MAX ||
		    snprintf(below_to, PATH_MAX, "%s/%s", to, entry->d_name) >= PATH_MAX)
			rc = complain(call, "%s: path too long", from);
		else
			rc |= copy_path(call, below_from, below_to, depth + 1);
	}
	closedir(directory);
	return rc;
}

int copy_path(struct call *call, const char *from, const char *to, int depth)
{
	bool whole = (call->option['r'] || call->option['R']) && !call->option['L'];
	struct stat status, target;
	char link[PATH_MAX];
	int rc;
	if ((whole || call->option['d'] || call->option['P'] ? lstat : stat)(from, &status) < 0)
		return complain(call, "cannot stat '%s': %s", from, strerror(errno));
	if (stat(to, &target) == 0 && target.st_dev == status.st_dev && target.st_ino == status.st_ino)
		return complain(call, "'%s' and '%s' are the same file", from, to);
	if (S_ISDIR(status.st_mode) && !call->option['r'] && !call->option['R'])
		return complain(call, "-r not specified; omitting directory '%s'", from);
	if (S_ISDIR(status.st_mode)) {
		rc = copy_directory(call, from, to, &status, depth);
	} else if (S_ISLNK(status.st_mode)) {
		ssize_t size = readlink(from, link, sizeof(link) - 1);
		link[size < 0 ? 0 : size] = '\0';
		if (lstat(to, &target) == 0 && !S_ISDIR(target.st_mode))
			unlink(to);
		return size < 0 || symlink(link, to) < 0 ? fail(call, to) : 0;
	} else if (whole && !S_ISREG(status.st_mode)) {
		rc = mknod(to, status.st_mode, status.st_rdev) < 0 ? fail(call, to) : 0;
	} else {
		rc = copy_file(call, from, to, &status);
	}
	if (rc == 0 && call->option['p']) {
		struct timespec times[2] = {status.st_atim, status.st_mtim};
		if (getuid() == 0)
			rc = chown(to, status.st_uid, status.st_gid);
		rc = chmod(to, status.st_mode & 07777) < 0 || utimensat(AT_FDCWD, to, times, 0) < 0
			 ? fail(call, to)
			 : 0;
	}
	return rc;
}

// For each operand but the last: what its name is inside the last one, if that is a directory.
int for_each_target(struct call *call, int (*each)(struct call *call, const char *from, const char *to))
{
	const char *last = call->operands[call->count - 1];
	struct stat status;
	bool inside = !call->option['T'] && stat(last, &status) == 0 && S_ISDIR(status.st_mode);
	int rc = 0;
	if (call->count > 2 && !inside)
		return complain(call, "target '%s' is not a directory", last);
	for (int i = 0; i + 1 < call->count; i++) {
		char path[PATH_MAX], *from = call->operands[i];
		size_t size = strlen(from);
		while (size > 1 && from[size - 1] == '/')
			from[--size] = '\0';
		const char *slash = strrchr(from, '/'), *name = slash != NULL ? slash + 1 : from;
		if (snprintf(path, sizeof(path), inside ? "%s/%s" : "%s", last, name) >= PATH_MAX)
			rc = complain(call, "%s: path too long", last);
		else
			rc |= each(call, from, path);
	}
	return rc;
}

bool may_replace(struct call *call, const char *to)
{
	struct stat status;
	if (lstat(to, &status) != 0)
		return true;
	return !call->option['n'] && (!call->option['i'] || agrees("%s: overwrite '%s'? ", call->tool->name, to));
}

static int copy_one(struct call *call, const char *from, const char *to)
{
	if (!may_replace(call, to))
		return 0;
	int rc = copy_path(call, from, to, 0);
	if (rc == 0 && call->option['v'])
		printf("'%s' -> '%s'\n", from, to);
	return rc;
}

static int run_cp(struct call *call)
{
	call->option['r'] |= call->option['a'];
	call->option['p'] |= call->option['a'];
	return for_each_target(call, copy_one);
}

TOOL("cp", "rRpfaidnvTtLPH recursive=r archive=a force=f interactive=i no-clobber=n verbose=v", "[-rRpfainvT] FROM... TO", "Copies. -r takes whole directories, -p keeps mode and times, -a both.", 2, -1, run_cp)
