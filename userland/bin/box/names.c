// names.c: makes names: mkdir ln touch.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int run_mkdir(struct call *call)
{
	mode_t mode = call->option['m'] ? (mode_t)strtoul(call->value['m'], NULL, 8) : 0777;
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		char *path = call->operands[i];
		struct stat status;
		for (char *slash = strchr(path + 1, '/'); call->option['p'] && slash != NULL;
		     slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			mkdir(path, 0777);
			*slash = '/';
		}
		if (mkdir(path, mode) == 0 || (errno == EEXIST && call->option['p'] && stat(path, &status) == 0 &&
					       S_ISDIR(status.st_mode)))
			continue;
		rc = complain(call, "cannot create directory '%s': %s", path, strerror(errno));
	}
	return rc;
}

static int run_ln(struct call *call)
{
	const char *target = call->operands[0], *slash = strrchr(target, '/');
	const char *name = call->count > 1 ? call->operands[1] : slash != NULL ? slash + 1 : target;
	char path[PATH_MAX];
	struct stat status;
	bool inside = stat(name, &status) == 0 && S_ISDIR(status.st_mode);
	snprintf(path, sizeof(path), inside ? "%s/%s" : "%s", name, slash != NULL ? slash + 1 : target);
	if (call->option['f'])
		unlink(path);
	if ((call->option['s'] ? symlink : link)(target, path) == 0)
		return 0;
	return complain(call, "failed to create %slink '%s': %s", call->option['s'] ? "symbolic " : "", path,
			strerror(errno));
}

static int run_touch(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		if (utimensat(AT_FDCWD, call->operands[i], NULL, 0) == 0)
			continue;
		int fd = errno != ENOENT || call->option['c']
			     ? -1
			     : open(call->operands[i], O_WRONLY | O_CREAT, 0666);
		if (fd >= 0)
			close(fd);
		else if (!call->option['c'] || errno != ENOENT)
			rc = complain(call, "cannot touch '%s': %s", call->operands[i], strerror(errno));
	}
	return rc;
}

TOOL("mkdir", "pm:", "[-p] [-m MODE] DIRECTORY...", "Makes directories; -p with those above.", 1, -1, run_mkdir)
TOOL("ln", "sf", "TARGET [NAME]", "Makes a link; -s a symbolic one.", 1, 2, run_ln)
TOOL("touch", "c", "FILE...", "Makes files, or sets their times to now.", 1, -1, run_touch)
