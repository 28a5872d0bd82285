// builtin.c: the commands that must run inside the shell because they change what runs next, and a few that run here to save
// a fork. The others stand in names.c, trap.c, options.c, directory.c, read.c, limits.c, jobs.c and alias.c.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

extern const struct builtin *const builtins_start[] __asm__("__start_builtins");
extern const struct builtin *const builtins_end[] __asm__("__stop_builtins");

const struct builtin *builtin_find(const char *name)
{
	for (const struct builtin *const *builtin = builtins_start; builtin < builtins_end; builtin++)
		if (strcmp((*builtin)->name, name) == 0)
			return *builtin;
	return NULL;
}

static int run_true(int count, char **arguments)
{
	return 0;
}

static int run_false(int count, char **arguments)
{
	return 1;
}

static int number_argument(int count, char **arguments, int fallback)
{
	char *end;
	if (count < 2)
		return fallback;
	long value = strtol(arguments[1], &end, 10);
	if (*end != '\0' || end == arguments[1] || value < 0 || value > INT_MAX)
		shell_error(2, "%s: Illegal number: %s", arguments[0], arguments[1]);
	return (int)value;
}

static int run_exit(int count, char **arguments)
{
	static bool warned;
	if (interactive && jobs_stopped() && !warned) {
		warned = true;
		fputs("There are stopped jobs.\n", stderr);
		return 0;
	}
	shell_exit(number_argument(count, arguments, trap_status >= 0 ? trap_status : last_status) & 0xff);
}

static int run_return(int count, char **arguments)
{
	int status = number_argument(count, arguments, trap_status >= 0 && function_depth == 0 ? trap_status : last_status);
	leaving = LEAVE_RETURN;
	return status & 0xff;
}

static int run_break(int count, char **arguments) // and continue
{
	int levels = number_argument(count, arguments, 1);
	if (levels < 1)
		shell_error(2, "%s: Illegal number: %s", arguments[0], arguments[1]);
	if (loop_depth == 0)
		return 0;
	leaving = arguments[0][0] == 'b' ? LEAVE_BREAK : LEAVE_CONTINUE;
	leaving_levels = levels < loop_depth ? levels : loop_depth;
	return 0;
}

static int run_eval(int count, char **arguments)
{
	char *text = "";
	for (int i = 1 + (count > 1 && strcmp(arguments[1], "--") == 0); i < count; i++)
		text = stack_format("%s%s%s", text, *text != '\0' ? " " : "", arguments[i]);
	return run_string(text);
}

// The file that `.` means: as it is with a slash, else the first readable one along PATH, else one here.
static const char *find_script(const char *name, char *path)
{
	const char *directory = strchr(name, '/') == NULL ? variable_get("PATH") : NULL, *next;
	for (; directory != NULL; directory = next) {
		size_t size = strcspn(directory, ":");
		next = directory[size] == ':' ? directory + size + 1 : NULL;
		snprintf(path, PATH_MAX, "%.*s%s%s", (int)size, directory, size > 0 ? "/" : "", name);
		if (access(path, R_OK) == 0)
			return path;
	}
	return name;
}

static int run_dot(int count, char **arguments)
{
	char path[PATH_MAX];
	int first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1, loops = loop_depth;
	if (count <= first)
		shell_error(2, ".: filename argument required");
	loop_depth = 0;
	function_depth++;
	int status = run_file(find_script(arguments[first], path));
	function_depth--;
	loop_depth = loops;
	if (status < 0)
		shell_error(2, ".: cannot open %s: %s", arguments[first], strerror(errno));
	if (leaving == LEAVE_RETURN)
		leaving = LEAVE_NOTHING;
	return status;
}

static int run_exec(int count, char **arguments)
{
	int first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1;
	redirects_stay = true;
	if (count <= first)
		return 0;
	char path[PATH_MAX];
	if (interactive && find_program(arguments[first], variable_get("PATH"), path) == NULL) {
		shell_warn("exec: %s: %s", arguments[first], errno == ENOENT ? "not found" : strerror(errno));
		return errno == ENOENT ? 127 : 126;
	}
	if (interactive)
		jobs_monitor(false);
	run_program(arguments + first, NULL);
}

BUILTIN(":", run_true, true)
BUILTIN("true", run_true, false)
BUILTIN("false", run_false, false)
BUILTIN("exit", run_exit, true)
BUILTIN("return", run_return, true)
BUILTIN("break", run_break, true)
BUILTIN("continue", run_break, true)
BUILTIN("eval", run_eval, true)
BUILTIN(".", run_dot, true)
BUILTIN("exec", run_exec, true)
BUILTIN("[", test_main, false)
BUILTIN("test", test_main, false)
BUILTIN("echo", echo_main, false)
