// signals.c: see signals.h.
#include "userland/lib/signals/signals.h"
#include <signal.h>
#include <stdio.h>
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

const char *signal_list(int count, char **texts)
{
	for (int i = 1; count == 0 && i < NAMES; i++)
		puts(names[i]);
	for (int i = 0; i < count; i++) {
		long status = strtol(texts[i], NULL, 10);
		int number = status > 128 && status < 128 + NAMES ? (int)status - 128 : signal_number(texts[i]);
		if (number < 0 || number >= NAMES)
			return texts[i];
		if (texts[i][0] >= '0' && texts[i][0] <= '9')
			puts(names[number]);
		else
			printf("%d\n", number);
	}
	return NULL;
}

int signal_option(int count, char **arguments, int *at)
{
	int number = SIGTERM;
	if (*at < count && arguments[*at][0] == '-' && arguments[*at][1] != '\0' && strcmp(arguments[*at], "--") != 0) {
		const char *name = arguments[*at] + 1;
		if (strcmp(name, "s") == 0 || strcmp(name, "n") == 0)
			name = *at + 1 < count ? arguments[++*at] : "";
		if ((number = signal_number(name)) < 0)
			return -1;
		++*at;
	}
	*at += *at < count && strcmp(arguments[*at], "--") == 0;
	return number;
}
