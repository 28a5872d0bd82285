// names.c: builtins about names: export readonly local unset, and what a name means: command -v, type, hash.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

static int run_export(int count, char **arguments) // and readonly, local
{
	bool exported = arguments[0][0] == 'e', local = arguments[0][0] == 'l';
	int first = 1;
	while (first < count && (strcmp(arguments[first], "-p") == 0 || strcmp(arguments[first], "--") == 0))
		first++;
	if (first == count && !local)
		variable_print(exported, !exported);
	if (local && function_depth == 0)
		shell_error(2, "local: not in a function");
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
	int i = 1;
	for (; i < count && (strcmp(arguments[i], "-f") == 0 || strcmp(arguments[i], "-v") == 0); i++)
		function = arguments[i][1] == 'f';
	i += i < count && strcmp(arguments[i], "--") == 0;
	for (; i < count; i++) {
		if (function) {
			function_unset(arguments[i]);
			continue;
		}
		if (!is_name(arguments[i], strlen(arguments[i])))
			shell_error(2, "unset: %s: bad variable name", arguments[i]);
		if (variable_unset(arguments[i]) < 0)
			shell_error(2, "unset: %s: is read only", arguments[i]);
	}
	return 0;
}

static bool is_keyword(const char *name)
{
	static const char *const keywords[] = {"!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if",
					       "in", "then", "until", "while"};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strcmp(keywords[i], name) == 0)
			return true;
	return false;
}

static bool describe_alias(const char *name, bool terse)
{
	struct source nowhere = {0};
	const char *value = alias_find != NULL ? alias_find(name, &nowhere, 0) : NULL;
	if (value == NULL)
		return false;
	if (!terse) {
		printf("%s is an alias for %s\n", name, value);
		return true;
	}
	printf("alias ");
	return alias_print(name);
}

// Says what `name` means as a command. False, after a message when it is not to be terse: nothing.
static bool describe(const char *name, const char *directories, bool terse)
{
	char path[PATH_MAX];
	const struct builtin *builtin = builtin_find(name);
	const char *program;
	if (describe_alias(name, terse))
		return true;
	if (is_keyword(name)) {
		printf(terse ? "%s\n" : "%s is a shell keyword\n", name);
	} else if (function_find(name) != NULL) {
		printf(terse ? "%s\n" : "%s is a shell function\n", name);
	} else if (builtin != NULL && terse) {
		puts(name);
	} else if (builtin != NULL) {
		printf("%s is a %sshell builtin\n", name, builtin->special ? "special " : "");
	} else if ((program = find_program(name, directories, path)) != NULL) {
		printf(terse ? "%.0s%s\n" : "%s is %s\n", name, program);
	} else {
		if (!terse)
			fprintf(stderr, "%s: not found\n", name);
		return false;
	}
	return true;
}

static int run_type(int count, char **arguments)
{
	int status = 0;
	for (int i = 1 + (count > 1 && strcmp(arguments[1], "--") == 0); i < count; i++)
		if (!describe(arguments[i], variable_get("PATH"), false))
			status = 127;
	return status;
}

// command -v and -V; without them execute.c has taken the word away.
static int run_command_builtin(int count, char **arguments)
{
	const char *directories = variable_get("PATH");
	bool terse = false, any = false;
	int i = 1, status = 0;
	for (; i < count && arguments[i][0] == '-' && strcmp(arguments[i], "--") != 0; i++)
		for (const char *letter = arguments[i] + 1; *letter != '\0'; letter++) {
			if (strchr("pvV", *letter) == NULL)
				shell_error(2, "command: Illegal option -%c", *letter);
			directories = *letter == 'p' ? "/bin:/usr/bin" : directories;
			any |= *letter != 'p';
			terse = *letter == 'p' ? terse : *letter == 'v';
		}
	i += i < count && strcmp(arguments[i], "--") == 0;
	for (; any && i < count; i++)
		if (!describe(arguments[i], directories, terse))
			status = 127;
	return status;
}

// Programs are looked up anew each time, so there is nothing to remember or to forget: only to check.
static int run_hash(int count, char **arguments)
{
	char path[PATH_MAX];
	int status = 0;
	for (int i = 1; i < count; i++)
		if (strcmp(arguments[i], "-r") != 0 && builtin_find(arguments[i]) == NULL &&
		    function_find(arguments[i]) == NULL &&
		    find_program(arguments[i], variable_get("PATH"), path) == NULL) {
			shell_warn("hash: %s: not found", arguments[i]);
			status = 1;
		}
	return status;
}

BUILTIN("export", run_export, true)
BUILTIN("readonly", run_export, true)
BUILTIN("local", run_export, true)
BUILTIN("unset", run_unset, true)
BUILTIN("type", run_type, false)
BUILTIN("command", run_command_builtin, false)
BUILTIN("hash", run_hash, false)
