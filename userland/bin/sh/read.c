// read.c: read, which takes a line apart, and getopts, which takes arguments apart.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

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
		} else if (c != '\0') {
			(*line)[size++] = c;
		}
		escaped = !raw && !escaped && c == '\\';
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool separates(char c, const char *separators)
{
	return c != '\0' && strchr(separators, c) != NULL;
}

// Behind one separator: blanks, at most one that is none, blanks.
static char *skip_separator(char *at, const char *separators)
{
	while (is_blank(*at) && separates(*at, separators))
		at++;
	if (!is_blank(*at) && separates(*at, separators))
		at++;
	while (is_blank(*at) && separates(*at, separators))
		at++;
	return at;
}

static char *field_end(char *at, const char *separators, bool raw)
{
	while (*at != '\0' && !separates(*at, separators))
		at += !raw && *at == '\\' && at[1] != '\0' ? 2 : 1;
	return at;
}

// Takes the backslashes out of text[0, end).
static void take_out(char *text, char *end, bool raw)
{
	char *to = text;
	for (; text < end; text++) {
		text += !raw && *text == '\\' && text + 1 < end;
		*to++ = *text;
	}
	*to = '\0';
}

// The next field of *rest; the last name takes all that is left, less the separator behind it.
static char *take_field(char **rest, const char *separators, bool last, bool raw)
{
	char *field = *rest, *end = field_end(field, separators, raw), *next = skip_separator(end, separators);
	if (last && *next != '\0') { // more fields than names: to the end, less its blanks
		end = field;
		for (char *at = field; *at != '\0'; at++) {
			bool escaped = !raw && *at == '\\' && at[1] != '\0';
			at += escaped;
			if (escaped || !is_blank(*at) || !separates(*at, separators))
				end = at + 1;
		}
	}
	*rest = next;
	take_out(field, end, raw);
	return field;
}

static int run_read(int count, char **arguments)
{
	const char *separators = variable_get("IFS");
	bool raw = false;
	int i = 1;
	for (; i < count && arguments[i][0] == '-' && arguments[i][1] != '\0'; i++) {
		if (strcmp(arguments[i], "--") == 0) {
			i++;
			break;
		}
		if (strcmp(arguments[i], "-p") == 0 && i + 1 < count)
			fputs(arguments[++i], stderr);
		else if (strcmp(arguments[i], "-r") == 0)
			raw = true;
		else
			shell_error(2, "read: Illegal option %s", arguments[i]);
	}
	if (i == count)
		shell_error(2, "read: arg count");
	char *line, *rest;
	bool found = read_line(&line, raw);
	separators = separators != NULL ? separators : " \t\n";
	for (rest = line; is_blank(*rest) && separates(*rest, separators); rest++)
		;
	for (; i < count; i++) {
		char *value = take_field(&rest, separators, i == count - 1, raw);
		if (!is_name(arguments[i], strlen(arguments[i])))
			shell_error(2, "read: %s: bad variable name", arguments[i]);
		variable_assign(arguments[i], value, strlen(arguments[i]));
	}
	free(line);
	return found ? 0 : 1;
}

static void getopts_set(const char *name, char letter)
{
	variable_assign(name, (char[]){letter, '\0'}, strlen(name));
}

// One option of the arguments at OPTIND. Where a cluster "-abc" was left is kept beside, and forgotten when OPTIND changes.
static int run_getopts(int count, char **arguments)
{
	static long expected, offset;
	if (count < 3)
		shell_error(2, "usage: getopts LETTERS NAME [ARGUMENT...]");
	const char *letters = arguments[1], *name = arguments[2], *known = variable_get("OPTIND");
	char **list = count > 3 ? arguments + 3 : parameters.values;
	int total = count > 3 ? count - 3 : parameters.count;
	long index = known != NULL ? strtol(known, NULL, 10) : 1;
	bool silent = *letters == ':', done;
	if (index < 1)
		index = 1;
	if (index != expected || offset == 0)
		offset = 1;
	const char *argument = index <= total ? list[index - 1] : NULL;
	if (argument != NULL && offset >= (long)strlen(argument))
		offset = 1;
	done = argument == NULL || (offset == 1 && (argument[0] != '-' || argument[1] == '\0'));
	bool end = !done && offset == 1 && strcmp(argument, "--") == 0;
	if (done || end) {
		expected = index + end;
		variable_assign("OPTIND", stack_format("%ld", expected), 6);
		variable_unset("OPTARG");
		getopts_set(name, '?');
		offset = 1;
		return 1;
	}
	char letter = argument[offset++], found[2] = {letter, '\0'};
	const char *entry = letter != ':' ? strchr(letters + silent, letter) : NULL, *value = NULL;
	bool missing = false;
	if (entry != NULL && entry[1] == ':') {
		value = argument[offset] != '\0' ? argument + offset : index < total ? list[index++] : NULL;
		missing = value == NULL;
		offset = 0;
	}
	if (offset == 0 || argument[offset] == '\0') {
		index++;
		offset = 1;
	}
	expected = index;
	variable_assign("OPTIND", stack_format("%ld", index), 6);
	if (entry == NULL || missing) {
		if (silent)
			variable_assign("OPTARG", found, 6);
		else
			variable_unset("OPTARG");
		if (!silent)
			fprintf(stderr, missing ? "No arg for -%c option\n" : "Illegal option -%c\n", letter);
		getopts_set(name, missing && silent ? ':' : '?');
		return 0;
	}
	if (value != NULL)
		variable_assign("OPTARG", value, 6);
	else
		variable_unset("OPTARG");
	getopts_set(name, letter);
	return 0;
}

BUILTIN("read", run_read, false)
BUILTIN("getopts", run_getopts, false)
