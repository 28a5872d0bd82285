// cred.h: who a thread acts for. Immutable once published: a change makes a new one.
#pragma once
#include <stdint.h>
#include "kernel/core/limits.h"
#include "kernel/core/refcount.h"

struct cred {
	struct refcount references;
	uint32_t uid, gid, euid, egid, suid, sgid, fsuid, fsgid;
	uint32_t group_count;
	uint32_t groups[GROUPS_MAX];
};
