// move.c: mv.
#include <errno.h>
#include <string.h>
#include "userland/bin/box/box.h"

static int move_one(struct call *call, const char *from, const char *to)
{
	if (!may_replace(call, to))
		return 0;
	if (rename(from, to) == 0) {
		if (call->option['v'])
			printf("renamed '%s' -> '%s'\n", from, to);
		return 0;
	}
	if (errno != EXDEV)
		return complain(call, "cannot move '%s' to '%s': %s", from, to, strerror(errno));
	call->option['r'] = call->option['p'] = true;
	int rc = copy_path(call, from, to, 0);
	return rc == 0 ? remove_path(call, from, 0) : rc;
}

static int run_mv(struct call *call)
{
	return for_each_target(call, move_one);
}

TOOL("mv", "finvT force=f interactive=i no-clobber=n verbose=v", "[-finvT] FROM... TO", "Moves or renames.", 2, -1, run_mv)
