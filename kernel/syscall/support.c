// support.c: the support page, /proc/groundup/syscalls: what stands in syscalls.tbl and flags.tbl, as the kernel that runs has it.
#include "kernel/fs/procfs.h"
#include "kernel/syscall/prototypes.h"

#define CALL(number, name, arguments, shown, support) extern __typeof__(sys_##name) sys_##name __attribute__((weak));
#include "kernel/syscall/table.h"
#undef CALL

static const struct described_call {
	unsigned number;
	const char *name, *arguments, *support;
	const void *place; // NULL: not in this kernel
} calls[] = {
#define CALL(number, name, arguments, shown, support) {number, #name, shown, support, sys_##name},
#include "kernel/syscall/table.h"
#undef CALL
};

static int show_calls(struct text *text)
{
	for (const struct described_call *call = calls; call < calls + sizeof(calls) / sizeof(*calls); call++)
		if (call->place != NULL)
			text_print(text, "%u %s (%s) %s\n", call->number, call->name, call->arguments, call->support);
	return 0;
}

PROCFS_FILE(calls, "groundup/syscalls", 0444, show_calls);
