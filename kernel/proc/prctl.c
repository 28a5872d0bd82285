// prctl.c: prctl(2): what a process or thread may set for itself and fits nowhere else.
#include "kernel/lib/string.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

enum option {
	PR_SET_PDEATHSIG = 1,
	PR_GET_PDEATHSIG = 2,
	PR_GET_DUMPABLE = 3,
	PR_SET_DUMPABLE = 4,
	PR_SET_NAME = 15,
	PR_GET_NAME = 16,
	PR_CAPBSET_READ = 23,
	PR_SET_TIMERSLACK = 29,
	PR_GET_TIMERSLACK = 30,
	PR_SET_CHILD_SUBREAPER = 36,
	PR_GET_CHILD_SUBREAPER = 37,
	PR_SET_NO_NEW_PRIVS = 38,
	PR_GET_NO_NEW_PRIVS = 39,
};

#define CAPABILITY_LAST 40
#define TIMER_SLACK_NS 50000

static long name_thread(user_addr from)
{
	char name[16] = {0};
	if (strncpy_from_user(name, from, sizeof(name) - 1) == -EFAULT)
		return -EFAULT;
	memcpy(current->name, name, sizeof(name));
	return 0;
}

static long put_int(user_addr to, int32_t value)
{
	return copy_to_user(to, &value, sizeof(value));
}

long sys_prctl(int option, uint64_t argument, uint64_t argument3, uint64_t argument4, uint64_t argument5)
{
	struct process *process = current_process();
	switch (option) {
	case PR_SET_NAME: return name_thread(argument);
	case PR_GET_NAME: return copy_to_user(argument, current->name, sizeof(current->name));
	case PR_SET_PDEATHSIG:
		if (argument > SIGNAL_MAX)
			return -EINVAL;
		process->death_signal = (int)argument;
		return 0;
	case PR_GET_PDEATHSIG: return put_int(argument, process->death_signal);
	case PR_SET_DUMPABLE: // nothing is dumped; the flag is kept for who asks
		if (argument > 1)
			return -EINVAL;
		process->not_dumpable = argument == 0;
		return 0;
	case PR_GET_DUMPABLE: return !process->not_dumpable;
	case PR_CAPBSET_READ: return argument > CAPABILITY_LAST ? -EINVAL : 1;
	case PR_SET_TIMERSLACK: return 0; // timers are exact
	case PR_GET_TIMERSLACK: return TIMER_SLACK_NS;
	case PR_SET_CHILD_SUBREAPER: process->subreaper = argument != 0; return 0;
	case PR_GET_CHILD_SUBREAPER: return put_int(argument, process->subreaper);
	case PR_SET_NO_NEW_PRIVS:
		if (argument != 1 || argument3 != 0 || argument4 != 0 || argument5 != 0)
			return -EINVAL;
		current_task()->no_new_privileges = true;
		return 0;
	case PR_GET_NO_NEW_PRIVS: return current_task()->no_new_privileges;
	default: return -EINVAL;
	}
}
