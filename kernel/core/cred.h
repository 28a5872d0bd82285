// cred.h: who a thread acts for. Immutable once published: a change makes a new one.
#pragma once
#include <stdint.h>
#include "kernel/core/limits.h"
#include "kernel/core/refcount.h"

#define CAPABILITIES ((1ul << 41) - 1) // of Linux 6.1; effective user id 0 has all of them, everybody else none

struct cred {
	struct refcount references;
	uint32_t uid, gid, euid, egid, suid, sgid, fsuid, fsgid;
	uint32_t group_count;
	uint32_t groups[GROUPS_MAX];
};
