// mkdir.c: makes directories.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/box.h"

static int run_mkdir(struct call *call)
{
	char *end = "";
	mode_t mode = call->option['m'] ? (mode_t)strtoul(call->value['m'], &end, 8) : 0777;
	int rc = 0;
	if (*end != '\0')
		return complain(call, "invalid mode '%s'", call->value['m']);
	for (int i = 0; i < call->count; i++) {
		char *path = call->operands[i];
		struct stat status;
		for (char *slash = strchr(path + 1, '/'); call->option['p'] && slash != NULL; slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			mkdir(path, 0777);
			*slash = '/';
		}
		if (mkdir(path, mode) == 0) {
			if (call->option['m'])
				chmod(path, mode);
			if (call->option['v'])
				printf("%s: created directory '%s'\n", call->tool->name, path);
			continue;
		}
		if (errno == EEXIST && call->option['p'] && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			continue;
		rc = complain(call, "cannot create directory '%s': %s", path, strerror(errno));
	}
	return rc;
}

TOOL("mkdir", "pvm: parents=p mode=m verbose=v", "[-pv] [-m MODE] DIRECTORY...", "Makes directories; -p with those above.", 1, -1, run_mkdir)
