// small.c: more of the smallest tools: printf basename dirname clear reset sync yes tty which.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int run_printf(struct call *call)
{
	return printf_main(call->count + 1, call->operands - 1);
}

static void print_directory(char *path)
{
	char *slash = strrchr(path, '/');
	while (slash != NULL && slash > path && slash[-1] == '/')
		slash--;
	puts(slash == NULL ? "." : slash == path ? "/" : (*slash = '\0', path));
}

static void print_base(char *path, const char *suffix)
{
	char *slash = strrchr(path, '/');
	path = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
	size_t size = strlen(path), length = strlen(suffix);
	if (length != 0 && length < size && strcmp(path + size - length, suffix) == 0)
		path[size - length] = '\0';
	puts(path);
}

static int run_basename(struct call *call) // and dirname
{
	bool directory = call->tool->name[0] == 'd', all = directory || call->option['a'] || call->option['s'];
	const char *suffix = call->option['s'] ? call->value['s'] : !all && call->count > 1 ? call->operands[1] : "";
	if (!all && call->count > 2)
		return wrong_use(call, "too many operands");
	for (int i = 0; i < (all ? call->count : 1); i++) {
		char *path = call->operands[i], *end = path + strlen(path);
		while (end > path + 1 && end[-1] == '/')
			*--end = '\0';
		if (directory)
			print_directory(path);
		else
			print_base(path, suffix);
	}
	return 0;
}

static int run_clear(struct call *call)
{
	if (call->tool->name[0] == 'r') { // reset: plain modes too, and the character set
		struct termios modes;
		if (tcgetattr(STDIN_FILENO, &modes) == 0) {
			modes.c_iflag |= ICRNL | IXON;
			modes.c_oflag |= OPOST | ONLCR;
			modes.c_lflag |= ICANON | ECHO | ECHOE | ECHOK | ISIG | IEXTEN;
			tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
		}
		fputs("\033c\033[0m\033[?25h", stdout);
	}
	return fputs("\033[H\033[2J", stdout) < 0;
}

static int run_sync(struct call *call)
{
	sync();
	return 0;
}

static int run_yes(struct call *call)
{
	for (;;) {
		for (int i = 0; i < call->count; i++)
			printf("%s%s", i > 0 ? " " : "", call->operands[i]);
		if (puts(call->count > 0 ? "" : "y") < 0 || ferror(stdout))
			return fail(call, "standard output");
	}
}

static int run_tty(struct call *call)
{
	char path[64], name[PATH_MAX];
	sprintf(path, "/proc/self/fd/0");
	ssize_t size = isatty(STDIN_FILENO) ? readlink(path, name, sizeof(name) - 1) : -1;
	name[size >= 0 ? size : 0] = '\0';
	if (!call->option['s'])
		puts(size >= 0 ? name : "not a tty");
	return size < 0;
}

static int run_which(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		const char *at = getenv("PATH"), *next, *name = call->operands[i];
		bool found = strchr(name, '/') != NULL && access(name, X_OK) == 0 && puts(name) >= 0;
		for (at = strchr(name, '/') != NULL ? NULL : at; at != NULL && (!found || call->option['a']); at = next) {
			char path[PATH_MAX];
			struct stat status;
			size_t size = strcspn(at, ":");
			next = at[size] == ':' ? at + size + 1 : NULL;
			snprintf(path, sizeof(path), "%.*s/%s", (int)size, at, name);
			if (access(path, X_OK) == 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode))
				found = puts(path) >= 0;
		}
		rc |= !found;
	}
	return rc;
}

TOOL("printf", NULL, "FORMAT [ARGUMENT...]", "Prints by a format.", 0, -1, run_printf)
TOOL("basename", "as: multiple=a suffix=s", "PATH [SUFFIX]|-a|-s SUFFIX PATH...", "Prints a path's last component.", 1, -1, run_basename)
TOOL("dirname", "", "PATH...", "Prints a path without its last component.", 1, -1, run_basename)
TOOL("clear", "", "", "Empties the screen.", 0, 0, run_clear)
TOOL("reset", "", "", "Brings the terminal back to its senses.", 0, 0, run_clear)
TOOL("sync", "", "", "Waits until all written data is on its disk.", 0, 0, run_sync)
TOOL("yes", "", "[TEXT...]", "Prints a line for ever.", 0, -1, run_yes)
TOOL("tty", "s", "[-s]", "Names the terminal.", 0, 0, run_tty)
TOOL("which", "a", "[-a] NAME...", "Finds programs along PATH.", 1, -1, run_which)
