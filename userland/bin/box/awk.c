// awk.c: awk's command line; the language is userland/lib/awk.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/awk/awk.h"

// The files named in `names`, one a line, behind each other.
static char *read_program(struct call *call, char *names)
{
	char *program = strdup("");
	for (char *name; (name = strsep(&names, "\n")) != NULL;) {
		FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
		char *part = NULL, *joined;
		size_t room = 0;
		if (file == NULL) {
			fail(call, name);
			exit(2);
		}
		if (getdelim(&part, &room, '\0', file) > 0 && asprintf(&joined, "%s%s\n", program, part) >= 0) {
			free(program);
			program = joined;
		}
		free(part);
		fclose(file);
	}
	return program;
}

static int run_awk(struct call *call)
{
	char **arguments = call->operands, *program;
	int count = call->count;
	if (call->option['f']) {
		program = read_program(call, (char *)call->value['f']);
		arguments--;
		count++;
	} else if (count == 0) {
		return wrong_use(call, "no program");
	} else {
		program = *arguments;
	}
	arguments[0] = "awk";
	awk_start(count, arguments, environ);
	if (call->option['F'])
		awk_assign("FS", strcmp(call->value['F'], "t") == 0 ? "\t" : call->value['F']);
	char *assignments = (char *)call->value['v'];
	for (char *one; (one = strsep(&assignments, "\n")) != NULL;) {
		char *equals = strchr(one, '=');
		if (equals == NULL)
			return wrong_use(call, "-v wants NAME=VALUE");
		*equals = '\0';
		awk_assign(one, equals + 1);
	}
	return awk_run(program);
}

TOOL("awk", "+F:*v:*f: field-separator=F assign=v file=f", "[-F SEPARATOR] [-v NAME=VALUE] PROGRAM|-f FILE [FILE|NAME=VALUE...]",
     "Runs a program of patterns and actions over lines and their fields.", 0, -1, run_awk)
