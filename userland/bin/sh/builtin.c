// builtin.c: the commands that must run inside the shell because they change it, and a few that run here to save a fork.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

static char *trap_actions[NSIG];
static volatile sig_atomic_t trap_flags[NSIG];
volatile sig_atomic_t trap_pending;

static int run_true(int count, char **arguments)
{
	return 0;
}

static int run_false(int count, char **arguments)
{
	return 1;
}

static int run_cd(int count, char **arguments)
{
	const char *before = variable_get("PWD"), *to = count > 1 ? arguments[1] : variable_get("HOME");
	char path[PATH_MAX];
	bool back = to != NULL && strcmp(to, "-") == 0;
	if (back)
		to = variable_get("OLDPWD");
	if (to == NULL || chdir(to) < 0) {
		shell_warn("cd: can't cd to %s", to != NULL ? to : "nowhere: not set");
		return 2;
	}
	if (before != NULL)
		variable_set("OLDPWD", stack_copy(before, strlen(before)));
	if (getcwd(path, sizeof(path)) != NULL)
		variable_set("PWD", path);
	if (back)
		puts(path);
	return 0;
}

static int run_pwd(int count, char **arguments)
{
	char path[PATH_MAX];
	if (getcwd(path, sizeof(path)) == NULL) {
		shell_warn("pwd: %s", strerror(errno));
		return 1;
	}
	puts(path);
	return 0;
}

static int number_argument(int count, char **arguments, int fallback)
{
	char *end;
	if (count < 2)
		return fallback;
	long value = strtol(arguments[1], &end, 10);
	if (*end != '\0' || end == arguments[1] || value < 0)
		shell_error(2, "%s: Illegal number: %s", arguments[0], arguments[1]);
	return (int)value;
}

static int run_exit(int count, char **arguments)
{
	shell_exit(number_argument(count, arguments, last_status) & 0xff);
}

static int run_return(int count, char **arguments)
{
	leaving = LEAVE_RETURN;
	return number_argument(count, arguments, last_status) & 0xff;
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

static int run_export(int count, char **arguments) // and readonly, local
{
	bool exported = arguments[0][0] == 'e', local = arguments[0][0] == 'l';
	int first = count > 1 && strcmp(arguments[1], "-p") == 0 ? 2 : 1;
	if (first == count && !local)
		variable_print(exported, !exported);
	for (int i = first; i < count; i++) {
		size_t size = strcspn(arguments[i], "=");
		char *name = stack_copy(arguments[i], size);
		if (!is_name(name, size))
			shell_error(2, "%s: %s: bad variable name", arguments[0], name);
		if (local)
			variable_local(name);
		if (arguments[i][size] == '=')
			variable_assign(name, arguments[i] + size + 1, size);
		variable_flag(name, exported, !exported && !local);
	}
	return 0;
}

static int run_unset(int count, char **arguments)
{
	bool function = false;
	for (int i = 1; i < count; i++) {
		struct node **slot = function_slot(arguments[i], false);
		if (strcmp(arguments[i], "-f") == 0 || strcmp(arguments[i], "-v") == 0)
			function = arguments[i][1] == 'f';
		else if (function && slot != NULL)
			*slot = NULL;
		else if (!function && variable_unset(arguments[i]) < 0)
			shell_error(2, "unset: %s: is read only", arguments[i]);
	}
	return 0;
}

static void set_parameters(int count, char **arguments)
{
	char **values = keep(malloc((count + 1) * sizeof(char *))); // old ones may still be in use up the call chain
	for (int i = 0; i < count; i++)
		values[i] = keep(strdup(arguments[i]));
	values[count] = NULL;
	parameters = (struct parameters){count, values};
}

// One "-eux" or "+e". False when it is no option.
static bool set_options(const char *text)
{
	bool on = *text == '-';
	for (const char *letter = text + 1; *letter != '\0'; letter++) {
		bool *option = *letter == 'e' ? &option_errexit : *letter == 'u' ? &option_nounset
			     : *letter == 'x' ? &option_xtrace : *letter == 'f' ? &option_noglob : NULL;
		if (option == NULL)
			shell_error(2, "set: illegal option %s", text);
		*option = on;
	}
	return text[1] != '\0';
}

static int run_set(int count, char **arguments)
{
	int i = 1;
	if (count == 1)
		variable_print(false, false);
	for (; i < count && (*arguments[i] == '-' || *arguments[i] == '+'); i++) {
		if (strcmp(arguments[i], "--") == 0) {
			set_parameters(count - i - 1, arguments + i + 1);
			return 0;
		}
		if (!set_options(arguments[i]))
			break;
	}
	if (i < count)
		set_parameters(count - i, arguments + i);
	return 0;
}

static int run_shift(int count, char **arguments)
{
	int by = number_argument(count, arguments, 1);
	if (by > parameters.count)
		shell_error(2, "shift: can't shift that many");
	parameters.count -= by;
	parameters.values += by;
	return 0;
}

// A line from standard input, byte by byte: what follows it belongs to the next command. False at the end of input.
static bool read_line(char **line, bool raw)
{
	size_t size = 0, capacity = 0;
	bool escaped = false;
	*line = NULL;
	for (;;) {
		char c;
		ssize_t rc = read(STDIN_FILENO, &c, 1);
		if (rc < 0 && errno == EINTR && !interrupted && !trap_pending)
			continue;
		if (size + 2 >= capacity)
			*line = keep(realloc(*line, capacity = 2 * capacity + 64));
		(*line)[size] = '\0';
		if (rc <= 0)
			return false;
		if (escaped && c == '\n') {
			size--;
		} else if (c == '\n') {
			return true;
		} else {
			(*line)[size++] = c;
		}
		escaped = !raw && !escaped && c == '\\';
	}
}

// The next field of *rest for `read`: the last name takes all that is left, less trailing blanks.
static char *take_field(char **rest, const char *separators, bool last, bool raw)
{
	char *at = *rest, *field, *to, *end;
	while (*at != '\0' && isspace((unsigned char)*at) && strchr(separators, *at) != NULL)
		at++;
	field = to = end = at;
	for (; *at != '\0' && (last || strchr(separators, *at) == NULL); at++) {
		bool escaped = !raw && *at == '\\' && at[1] != '\0';
		at += escaped;
		*to++ = *at;
		if (escaped || !isspace((unsigned char)*at) || strchr(separators, *at) == NULL)
			end = to;
	}
	bool blank = isspace((unsigned char)*at);
	at += *at != '\0';
	while (blank && *at != '\0' && isspace((unsigned char)*at) && strchr(separators, *at) != NULL)
		at++;
	*rest = at;
	*(last ? end : to) = '\0';
	return field;
}

static int run_read(int count, char **arguments)
{
	const char *separators = variable_get("IFS");
	bool raw = false;
	int i = 1;
	for (; i < count && arguments[i][0] == '-'; i++) {
		raw |= strchr(arguments[i], 'r') != NULL;
		if (strcmp(arguments[i], "-p") == 0 && i + 1 < count)
			fputs(arguments[++i], stderr);
	}
	char *line, *rest;
	bool found = read_line(&line, raw);
	rest = line;
	for (; i < count; i++) {
		char *value = take_field(&rest, separators != NULL ? separators : " \t\n", i == count - 1, raw);
		if (!is_name(arguments[i], strlen(arguments[i])))
			shell_error(2, "read: %s: bad variable name", arguments[i]);
		variable_assign(arguments[i], value, strlen(arguments[i]));
	}
	free(line);
	return found ? 0 : 1;
}

static int run_eval(int count, char **arguments)
{
	size_t size = 1;
	for (int i = 1; i < count; i++)
		size += strlen(arguments[i]) + 1;
	char *text = stack_allocate(size), *to = text;
	for (int i = 1; i < count; i++)
		to += sprintf(to, "%s%s", i > 1 ? " " : "", arguments[i]);
	return run_string(text);
}

static int run_dot(int count, char **arguments)
{
	char path[PATH_MAX];
	const char *directory = variable_get("PATH");
	if (count < 2)
		shell_error(2, ".: filename argument required");
	if (strchr(arguments[1], '/') != NULL)
		directory = NULL;
	for (; directory != NULL && *directory != '\0'; directory += strspn(directory, ":")) {
		size_t size = strcspn(directory, ":");
		snprintf(path, sizeof(path), "%.*s/%s", (int)size, directory, arguments[1]);
		if (access(path, R_OK) == 0)
			break;
		directory += size;
	}
	function_depth++;
	int status = run_file(directory != NULL && *directory != '\0' ? path : arguments[1]);
	function_depth--;
	if (status < 0)
		shell_error(2, ".: cannot open %s", arguments[1]);
	if (leaving == LEAVE_RETURN)
		leaving = LEAVE_NOTHING;
	return status;
}

static int run_exec(int count, char **arguments)
{
	if (count < 2) {
		redirects_stay = true;
		return 0;
	}
	environ = variable_environment();
	execvpe(arguments[1], arguments + 1, environ);
	int status = errno == ENOENT ? 127 : 126;
	shell_warn("exec: %s: %s", arguments[1], errno == ENOENT ? "not found" : strerror(errno));
	if (!interactive)
		shell_exit(status);
	return status;
}

static void note_signal(int number)
{
	trap_flags[number] = 1;
	trap_pending = 1;
}

static void set_trap(int number, const char *action)
{
	free(trap_actions[number]);
	trap_actions[number] = action != NULL ? keep(strdup(action)) : NULL;
	if (number != 0) {
		struct sigaction handling = {.sa_handler = action == NULL    ? SIG_DFL
							   : *action == '\0' ? SIG_IGN
									     : note_signal};
		sigaction(number, &handling, NULL);
	}
}

static int run_trap(int count, char **arguments)
{
	for (int number = 0; count == 1 && number < NSIG; number++)
		if (trap_actions[number] != NULL)
			printf("trap -- '%s' %s\n", trap_actions[number], signal_name(number));
	bool only_signals = count > 1 && signal_number(arguments[1]) >= 0 && isdigit((unsigned char)arguments[1][0]);
	const char *action = count < 2 || only_signals || strcmp(arguments[1], "-") == 0 ? NULL : arguments[1];
	for (int i = only_signals ? 1 : 2; i < count; i++) {
		int number = signal_number(arguments[i]);
		if (number < 0) {
			shell_warn("trap: %s: bad trap", arguments[i]);
			return 1;
		}
		set_trap(number, action);
	}
	return 0;
}

static void run_action(const char *action)
{
	int status = last_status;
	enum leaving before = leaving;
	leaving = LEAVE_NOTHING;
	run_string(stack_copy(action, strlen(action)));
	leaving = before;
	last_status = status;
}

void traps_run(void)
{
	trap_pending = 0;
	for (int number = 1; number < NSIG; number++)
		if (trap_flags[number]) {
			trap_flags[number] = 0;
			if (trap_actions[number] != NULL)
				run_action(trap_actions[number]);
		}
}

// In a child: handlers go back to the default, ignored signals stay ignored.
void traps_clear(void)
{
	for (int number = 0; number < NSIG; number++)
		if (trap_actions[number] != NULL && trap_actions[number][0] != '\0')
			set_trap(number, NULL);
}

void trap_exit(void)
{
	char *action = trap_actions[0];
	trap_actions[0] = NULL;
	if (action != NULL)
		run_action(action);
}

static const char *find_program(const char *name, char *path)
{
	const char *directory = variable_get("PATH");
	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0 ? name : NULL;
	for (; directory != NULL && *directory != '\0'; directory += strspn(directory, ":")) {
		size_t size = strcspn(directory, ":");
		snprintf(path, PATH_MAX, "%.*s/%s", (int)size, directory, name);
		if (access(path, X_OK) == 0)
			return path;
		directory += size;
	}
	return NULL;
}

static int run_type(int count, char **arguments) // and command -v
{
	bool terse = arguments[0][0] == 'c';
	char path[PATH_MAX];
	int status = 0;
	for (int i = terse ? 2 : 1; i < count; i++) {
		const char *name = arguments[i], *program = find_program(name, path);
		struct node **function = function_slot(name, false);
		if (function != NULL && *function != NULL)
			printf(terse ? "%s\n" : "%s is a shell function\n", name);
		else if (builtin_find(name) != NULL)
			printf(terse ? "%s\n" : "%s is a shell builtin\n", name);
		else if (program != NULL)
			printf(terse ? "%.0s%s\n" : "%s is %s\n", name, program);
		else if (status = 127, !terse)
			printf("%s: not found\n", name);
	}
	return status;
}

static int run_umask(int count, char **arguments)
{
	mode_t mask = umask(0);
	umask(count > 1 ? (mode_t)strtoul(arguments[1], NULL, 8) : mask);
	if (count == 1)
		printf("%04o\n", mask);
	return 0;
}

static int run_ulimit(int count, char **arguments) // -u processes, -n descriptors, -v address space in KiB
{
	static const struct {
		char letter;
		int resource, unit;
	} limits[] = {{'u', RLIMIT_NPROC, 1},
		      {'n', RLIMIT_NOFILE, 1},
		      {'v', RLIMIT_AS, 1024},
		      {'s', RLIMIT_STACK, 1024}};
	struct rlimit limit;
	for (size_t i = 0; count > 1 && i < sizeof(limits) / sizeof(*limits); i++) {
		if (arguments[1][0] != '-' || arguments[1][1] != limits[i].letter ||
		    getrlimit(limits[i].resource, &limit) < 0)
			continue;
		if (count > 2) {
			limit.rlim_cur = limit.rlim_max = strtoul(arguments[2], NULL, 10) * limits[i].unit;
			return setrlimit(limits[i].resource, &limit) == 0
				   ? 0
				   : (shell_warn("ulimit: %s", strerror(errno)), 2);
		}
		if (limit.rlim_cur == RLIM_INFINITY)
			puts("unlimited");
		else
			printf("%lu\n", limit.rlim_cur / limits[i].unit);
		return 0;
	}
	shell_warn("usage: ulimit -u|-n|-s|-v [LIMIT]");
	return 2;
}

extern const struct builtin *const builtins_start[] __asm__("__start_builtins"), *const builtins_end[] __asm__("__stop_builtins");

const struct builtin *builtin_find(const char *name)
{
	for (const struct builtin *const *builtin = builtins_start; builtin < builtins_end; builtin++)
		if (strcmp((*builtin)->name, name) == 0)
			return *builtin;
	return NULL;
}

BUILTIN(".", run_dot, true)
BUILTIN(":", run_true, true)
BUILTIN("[", test_main, false)
BUILTIN("break", run_break, true)
BUILTIN("cd", run_cd, false)
BUILTIN("command", run_type, false)
BUILTIN("continue", run_break, true)
BUILTIN("echo", echo_main, false)
BUILTIN("eval", run_eval, true)
BUILTIN("exec", run_exec, true)
BUILTIN("exit", run_exit, true)
BUILTIN("export", run_export, true)
BUILTIN("false", run_false, false)
BUILTIN("local", run_export, true)
BUILTIN("printf", printf_main, false)
BUILTIN("pwd", run_pwd, false)
BUILTIN("read", run_read, false)
BUILTIN("readonly", run_export, true)
BUILTIN("return", run_return, true)
BUILTIN("set", run_set, true)
BUILTIN("shift", run_shift, true)
BUILTIN("test", test_main, false)
BUILTIN("trap", run_trap, true)
BUILTIN("true", run_true, false)
BUILTIN("type", run_type, false)
BUILTIN("ulimit", run_ulimit, false)
BUILTIN("umask", run_umask, false)
BUILTIN("unset", run_unset, true)
