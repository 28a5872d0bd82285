// system.c: what the machine is: uname nproc tour.
#include <ctype.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define TOUR_FILE "/etc/tour"

static int run_uname(struct call *call)
{
	static const char letters[] = "snrvm";
	struct utsname system;
	const char *values[] = {system.sysname, system.nodename, system.release, system.version, system.machine};
	bool any = false, none = true;
	if (uname(&system) < 0)
		return fail(call, NULL);
	for (int i = 0; i < 5; i++)
		none &= !call->option[(int)letters[i]];
	for (int i = 0; i < 5; i++)
		if (call->option['a'] || call->option[(int)letters[i]] || (none && i == 0)) {
			printf("%s%s", any ? " " : "", values[i]);
			any = true;
		}
	putchar('\n');
	return 0;
}

static int run_nproc(struct call *call)
{
	printf("%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	return 0;
}

// The reading path: a paragraph a stop, each beginning with its number. With an operand, that stop only.
static int run_tour(struct call *call)
{
	char line[512];
	FILE *file = fopen(TOUR_FILE, "r");
	long wanted = 0;
	bool all = call->count == 0, found = all, shown = all;
	if (file == NULL)
		return fail(call, TOUR_FILE);
	if (call->count > 0 && take_number(call, call->operands[0], &wanted) < 0)
		return 2;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (isdigit((unsigned char)line[0]) || line[0] == ' ')
			shown = all ||
				(line[0] == ' ' && !isdigit((unsigned char)line[1]) ? shown
										    : atol(line) == wanted);
		found |= shown;
		if (shown)
			fputs(line, stdout);
	}
	fclose(file);
	return found ? 0 : complain(call, "there is no stop %ld", wanted);
}

TOOL("uname", "asnrvm", "[-asnrvm]", "Names the system.", 0, 0, run_uname)
TOOL("nproc", "", "", "Prints the number of processors.", 0, 0, run_nproc)
TOOL("tour", "", "[STOP]", "Prints the reading path.", 0, 1, run_tour)
