// remove.c: rm and rmdir.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

int remove_path(struct call *call, const char *path, int depth)
{
	struct stat status;
	char below[PATH_MAX];
	int rc = 0;
	if (lstat(path, &status) < 0)
		return call->option['f'] && errno == ENOENT ? 0
			       : complain(call, "cannot remove '%s': %s", path, strerror(errno));
	if (call->option['i'] && !call->option['f'] && !agrees("%s: remove '%s'? ", call->tool->name, path))
		return 0;
	if (!S_ISDIR(status.st_mode)) {
		if (unlink(path) < 0)
			return complain(call, "cannot remove '%s': %s", path, strerror(errno));
		if (call->option['v'])
			printf("removed '%s'\n", path);
		return 0;
	}
	if (!call->option['r'] && !call->option['R'] && !call->option['d'])
		return complain(call, "cannot remove '%s': Is a directory", path);
	DIR *directory = depth < 10 * DEPTH_MAX && (call->option['r'] || call->option['R']) ? opendir(path) : NULL;
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) < PATH_MAX)
			rc |= remove_path(call, below, depth + 1);
	if (directory != NULL)
		closedir(directory);
	if (rc == 0 && rmdir(path) < 0)
		return complain(call, "cannot remove '%s': %s", path, strerror(errno));
	if (rc == 0 && call->option['v'])
		printf("removed directory '%s'\n", path);
	return rc;
}

static int run_rm(struct call *call)
{
	int rc = 0;
	if (call->count == 0 && !call->option['f'])
		return wrong_use(call, "too few operands");
	for (int i = 0; i < call->count; i++) {
		const char *slash = strrchr(call->operands[i], '/'),
			   *name = slash != NULL ? slash + 1 : call->operands[i];
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			rc = complain(call, "refusing to remove '.' or '..'");
		else
			rc |= remove_path(call, call->operands[i], 0);
	}
	return rc;
}

static int run_rmdir(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		char *path = call->operands[i], *slash;
		do { // -p: those above too
			if (rmdir(path) < 0) {
				if (!call->option['q'] || errno != ENOTEMPTY)
					rc = complain(call, "failed to remove '%s': %s", path, strerror(errno));
				break;
			}
			if (call->option['v'])
				printf("rmdir: removing directory, '%s'\n", path);
			slash = strrchr(path, '/');
			if (slash != NULL)
				*slash = '\0';
		} while (call->option['p'] && slash != NULL && slash > path);
	}
	return rc;
}

TOOL("rm", "rRfivd recursive=r force=f interactive=i verbose=v dir=d", "[-rfivd] FILE...", "Removes; -r whole directories, -f without complaint.", 0, -1, run_rm)
TOOL("rmdir", "pv parents=p verbose=v ignore-fail-on-non-empty=q", "[-pv] DIRECTORY...", "Removes empty directories.", 1, -1, run_rmdir)
