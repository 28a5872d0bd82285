// options.c: `set` and the shell's options; the positional parameters are set here too.
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

bool option[OPTIONS];

static const struct {
	char letter;
	const char *name;
} options[OPTIONS] = {
	{'a', "allexport"}, {'b', "notify"}, {'C', "noclobber"}, {'e', "errexit"}, {'f', "noglob"}, {'h', "hashall"},
	{'i', "interactive"}, {'m', "monitor"}, {'n', "noexec"}, {'s', "stdin"}, {'u', "nounset"}, {'v', "verbose"},
	{'x', "xtrace"}, {'\0', "ignoreeof"}, {'\0', "pipefail"}, {'\0', "nolog"}, {'V', "vi"},
};

static void change(int which, bool on)
{
	bool before = option[which];
	option[which] = on;
	if (which == OPTION_MONITOR && on != before)
		jobs_monitor(on);
}

static bool settable(int which, bool invoked) // -i and -s are for the command line that starts the shell
{
	return invoked || (which != OPTION_INTERACTIVE && which != OPTION_STDIN);
}

static bool change_named(const char *name, bool on, bool invoked)
{
	for (int i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].name, name) == 0 && settable(i, invoked)) {
			change(i, on);
			return true;
		}
	shell_warn("set: Illegal option %co %s", on ? '-' : '+', name);
	return false;
}

static void print_options(bool as_commands)
{
	if (!as_commands)
		puts("Current option settings");
	for (int i = 0; i < OPTIONS; i++)
		if (as_commands && settable(i, false))
			printf("set %co %s\n", option[i] ? '-' : '+', options[i].name);
		else if (!as_commands)
			printf("%-16s%s\n", options[i].name, option[i] ? "on" : "off");
}

// Takes the option at arguments[at], "-eu", "+x" or "-o name"; `invoked`: on the shell's own command line.
int option_take(int count, char **arguments, int at, bool invoked)
{
	bool on = *arguments[at] == '-';
	for (const char *letter = arguments[at++] + 1; *letter != '\0'; letter++) {
		int which = 0;
		if (*letter == 'o') {
			if (at == count)
				print_options(!on);
			else if (!change_named(arguments[at++], on, invoked))
				return -1;
			continue;
		}
		while (which < OPTIONS && (options[which].letter != *letter || !settable(which, invoked)))
			which++;
		if (which == OPTIONS) {
			shell_warn("Illegal option -%c", *letter);
			return -1;
		}
		change(which, on);
	}
	return at;
}

char *option_letters(char *to) // for $-
{
	for (int i = 0; i < OPTIONS; i++)
		if (option[i] && options[i].letter != '\0')
			*to++ = options[i].letter;
	*to = '\0';
	return to;
}

void parameters_set(int count, char **arguments)
{
	char **values = keep(malloc((count + 1) * sizeof(char *))); // old ones may still be in use up the call chain
	for (int i = 0; i < count; i++)
		values[i] = keep(strdup(arguments[i]));
	values[count] = NULL;
	parameters = (struct parameters){count, values};
}

static int run_shift(int count, char **arguments)
{
	char *end = "";
	long by = count > 1 ? strtol(arguments[1], &end, 10) : 1;
	if (*end != '\0' || by < 0 || (count > 1 && *arguments[1] == '\0'))
		shell_error(2, "shift: Illegal number: %s", arguments[1]);
	if (by > parameters.count)
		shell_error(2, "shift: can't shift that many");
	parameters.count -= (int)by;
	parameters.values += by;
	return 0;
}

BUILTIN("shift", run_shift, true)
