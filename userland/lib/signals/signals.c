// signals.c: see signals.h.
#include "userland/lib/signals/signals.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
	"SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
	"XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"};
#define NAMES (int)(sizeof(names) / sizeof(*names))

const char *signal_name(int number)
{
	return number >= 0 && number < NAMES ? names[number] : "?";
}

int signal_number(const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);
	if (*end == '\0' && end != name)
		return number >= 0 && number < NSIG ? (int)number : -1;
	name += strncmp(name, "SIG", 3) == 0 ? 3 : 0;
	for (int i = 0; i < NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}
