// links.c: where names lead: readlink realpath mktemp link unlink mkfifo.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

// The real path of what may not exist in its last component (`missing` 1) or anywhere (2).
static char *resolve(const char *path, int missing)
{
	char *real = realpath(path, NULL), *copy, *joined;
	if (real != NULL || missing == 0 || errno != ENOENT)
		return real;
	copy = strdup(path);
	size_t size = strlen(copy);
	while (size > 1 && copy[size - 1] == '/')
		copy[--size] = '\0';
	char *slash = strrchr(copy, '/');
	const char *name = slash != NULL ? slash + 1 : copy, *above = slash == NULL ? "." : slash == copy ? "/" : copy;
	if (slash != NULL && slash != copy)
		*slash = '\0';
	char *parent = missing == 2 ? resolve(above, 2) : realpath(above, NULL);
	if (parent == NULL || asprintf(&joined, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, name) < 0)
		joined = NULL;
	free(parent);
	free(copy);
	return joined;
}

static int run_readlink(struct call *call) // and realpath
{
	bool plain = call->tool->name[4] == 'l' && !call->option['f'] && !call->option['e'] && !call->option['m'];
	int missing = call->option['e'] ? 0 : call->option['m'] ? 2 : 1, rc = 0;
	for (int i = 0; i < call->count; i++) {
		char target[PATH_MAX], *path = target;
		if (plain) {
			ssize_t size = readlink(call->operands[i], target, sizeof(target) - 1);
			path = size >= 0 ? target : NULL;
			target[size >= 0 ? size : 0] = '\0';
		} else {
			path = resolve(call->operands[i], missing);
		}
		if (path == NULL) {
			rc = 1;
			if (call->tool->name[4] != 'l' && !call->option['q'])
				fail(call, call->operands[i]);
			continue;
		}
		printf(call->option['n'] && i + 1 == call->count ? "%s" : "%s\n", path);
		if (path != target)
			free(path);
	}
	return rc;
}

static int run_mktemp(struct call *call)
{
	const char *template = call->count > 0 ? call->operands[0] : "tmp.XXXXXX", *directory = getenv("TMPDIR");
	char path[PATH_MAX];
	bool inside = call->option['p'] || call->option['t'] || call->count == 0;
	directory = call->option['p'] ? call->value['p'] : directory != NULL && *directory != '\0' ? directory : "/tmp";
	snprintf(path, sizeof(path), inside ? "%s/%s" : "%.0s%s", directory, template);
	size_t marks = 0;
	while (marks < strlen(path) && path[strlen(path) - 1 - marks] == 'X')
		marks++;
	if (marks < 6)
		return complain(call, "too few X's in template '%s'", template);
	int fd = call->option['d'] ? 0 : mkstemp(path);
	if (call->option['d'] ? mkdtemp(path) == NULL : fd < 0)
		return call->option['q'] ? 1 : fail(call, path);
	if (call->option['u'])
		(call->option['d'] ? rmdir : unlink)(path);
	puts(path);
	return 0;
}

static int run_link(struct call *call)
{
	return link(call->operands[0], call->operands[1]) < 0 ? fail(call, call->operands[1]) : 0;
}

static int run_unlink(struct call *call)
{
	return unlink(call->operands[0]) < 0 ? fail(call, call->operands[0]) : 0;
}

static int run_mkfifo(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++)
		if (mkfifo(call->operands[i], call->option['m'] ? (mode_t)strtoul(call->value['m'], NULL, 8) : 0666) < 0)
			rc = complain(call, "cannot create fifo '%s': %s", call->operands[i], strerror(errno));
	return rc;
}

TOOL("readlink", "femnqsvz canonicalize=f no-newline=n", "[-femn] FILE...", "Prints where a symbolic link points; -f the whole real path.", 1, -1, run_readlink)
TOOL("realpath", "emqs", "[-emq] FILE...", "Prints paths without links.", 1, -1, run_readlink)
TOOL("mktemp", "dqutp: directory=d quiet=q dry-run=u tmpdir=p", "[-dqut] [-p DIRECTORY] [TEMPLATE]", "Makes a file or directory of a new name.", 0, 1, run_mktemp)
TOOL("link", "", "FROM TO", "Makes a hard link.", 2, 2, run_link)
TOOL("unlink", "", "FILE", "Takes a name away.", 1, 1, run_unlink)
TOOL("mkfifo", "m:", "[-m MODE] NAME...", "Makes named pipes.", 1, -1, run_mkfifo)
