// trap.c: what the shell does on a signal and at its end. A handler only notes the signal; the actions run between commands.
//
// 1. A signal that was ignored when the shell started stays so, unless it is interactive.
// 2. A child has no traps, but `trap` shows its parent's until it sets one.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

static char *actions[NSIG];
static bool inherited; // the actions are the parent's: to be shown only
static volatile sig_atomic_t flags[NSIG];

static void note_signal(int number)
{
	flags[number] = 1;
	trap_pending = number;
}

static bool ignored_at_start(int number)
{
	static char known[NSIG]; // 0: not asked yet
	struct sigaction action;
	if (known[number] == 0) {
		bool ignored = sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
		known[number] = ignored && !interactive ? 'i' : 'n';
	}
	return known[number] == 'i';
}

static void set_trap(int number, const char *action)
{
	if (number != 0 && ignored_at_start(number))
		return;
	free(actions[number]);
	actions[number] = action != NULL ? keep(strdup(action)) : NULL;
	if (number == 0 || number == SIGKILL || number == SIGSTOP)
		return;
	struct sigaction handling = {.sa_handler = action == NULL    ? SIG_DFL
						   : *action == '\0' ? SIG_IGN
								     : note_signal};
	if (action == NULL && interactive && (number == SIGTERM || number == SIGQUIT))
		handling.sa_handler = SIG_IGN;
	sigaction(number, &handling, NULL);
}

static void forget_inherited(void)
{
	for (int number = 0; inherited && number < NSIG; number++)
		if (actions[number] != NULL && *actions[number] != '\0') {
			free(actions[number]);
			actions[number] = NULL;
		}
	inherited = false;
}

static int run_trap(int count, char **arguments)
{
	int status = 0, first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1;
	for (int number = 0; first == count && number < NSIG; number++)
		if (actions[number] != NULL) {
			printf("trap -- ");
			print_quoted(stdout, actions[number]);
			printf(" %s\n", signal_name(number));
		}
	if (first == count)
		return 0;
	forget_inherited();
	bool only_signals = count - first == 1 || isdigit((unsigned char)arguments[first][0]);
	const char *action = only_signals || strcmp(arguments[first], "-") == 0 ? NULL : arguments[first];
	for (int i = only_signals ? first : first + 1; i < count; i++) {
		int number = signal_number(arguments[i]);
		if (number >= 0) {
			set_trap(number, action);
		} else {
			shell_warn("trap: %s: bad trap", arguments[i]);
			status = 1;
		}
	}
	return status;
}

static void run_action(const char *action)
{
	int status = last_status, outer = trap_status;
	enum leaving before = leaving;
	leaving = LEAVE_NOTHING;
	trap_status = status;
	run_string(stack_copy(action, strlen(action)));
	trap_status = outer;
	if (leaving == LEAVE_NOTHING) {
		leaving = before;
		last_status = status;
	}
}

void traps_run(void)
{
	trap_pending = 0;
	for (int number = 1; number < NSIG; number++)
		if (flags[number]) {
			flags[number] = 0;
			if (actions[number] != NULL)
				run_action(actions[number]);
		}
}

// In a child: handlers go back to the default, ignored signals stay ignored.
void traps_clear(void)
{
	trap_pending = 0;
	for (int number = 0; number < NSIG; number++) {
		flags[number] = 0;
		if (number != 0 && !inherited && actions[number] != NULL && *actions[number] != '\0')
			signal(number, SIG_DFL);
	}
	inherited = true;
	trap_status = -1;
}

bool traps_set(void)
{
	for (int number = 0; !inherited && number < NSIG; number++)
		if (actions[number] != NULL && *actions[number] != '\0')
			return true;
	return false;
}

void trap_exit(void)
{
	char *action = inherited ? NULL : actions[0];
	actions[0] = NULL;
	if (action == NULL || *action == '\0')
		return;
	struct rescue here = {.outer = NULL};
	if (setjmp(here.place) == 0) {
		rescue = &here; // an error in the action ends the shell all the same
		call_depth = 0;
		run_action(action);
	}
	rescue = NULL;
}

BUILTIN("trap", run_trap, true)
