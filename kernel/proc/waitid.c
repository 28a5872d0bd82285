// waitid.c: waitid(2): wait4 with a choice of what to wait for, and the answer in a siginfo.
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

static void describe(const struct wait_result *result, struct abi_siginfo *info)
{
	int signal = result->status & 0x7f;
	*info = (struct abi_siginfo){.si_signo = SIGCHLD, .si_pid = result->pid, .si_uid = result->uid};
	if (result->status == 0xffff) {
		info->si_code = CLD_CONTINUED;
		info->si_status = SIGCONT;
	} else if (signal == 0x7f) {
		info->si_code = result->trapped ? CLD_TRAPPED : CLD_STOPPED;
		info->si_status = result->status >> 8;
	} else {
		info->si_code = signal == 0 ? CLD_EXITED : CLD_KILLED;
		info->si_status = signal == 0 ? result->status >> 8 & 0xff : signal;
	}
}

long sys_waitid(int kind, int id, user_addr to, int options, user_addr usage)
{
	struct wait_result result;
	struct abi_siginfo info = {0};
	if ((options & ~(int)(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | WNOTHREAD | WALL | WCLONE)) || !(options & (WUNTRACED | WEXITED | WCONTINUED)))
		return -EINVAL;
	if (kind < P_ALL || kind > P_PGID || (kind == P_PID && id <= 0) || (kind == P_PGID && id < 0))
		return -EINVAL;
	int rc = wait_for_child(kind == P_ALL ? -1 : kind == P_PID ? id : -id, options, &result);
	if (rc != 0)
		return rc;
	if (result.pid != 0) {
		describe(&result, &info);
		if (usage != 0 && copy_to_user(usage, &result.usage, sizeof(result.usage)) != 0)
			return -EFAULT;
	}
	return to != 0 ? copy_to_user(to, &info, sizeof(info)) : 0;
}
