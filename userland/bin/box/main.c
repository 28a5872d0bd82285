// main.c: finds the tool, reads its options, and holds what all tools share.
#include "userland/bin/box/box.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

extern const struct tool *const tools_start[] __asm__("__start_tools"), *const tools_end[] __asm__("__stop_tools");

int complain(const struct call *call, const char *template, ...)
{
	char message[PATH_MAX];
	va_list args;
	va_start(args, template);
	vsnprintf(message, sizeof(message), template, args);
	va_end(args);
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", call->tool->name, message);
	return 1;
}

int fail(const struct call *call, const char *path)
{
	const char *name = path == NULL || *path != '\0' ? path : "''";
	return complain(call, "%s%s%s", name != NULL ? name : "", name != NULL ? ": " : "", strerror(errno));
}

static int print_usage(const struct tool *tool, FILE *to)
{
	return fprintf(to, "usage: %s%s%s\n", tool->name, *tool->operands != '\0' ? " " : "", tool->operands);
}

int wrong_use(const struct call *call, const char *why)
{
	complain(call, "%s", why);
	print_usage(call->tool, stderr);
	return 2;
}

int take_number(const struct call *call, const char *text, long *value)
{
	char *end;
	errno = 0;
	*value = strtol(text, &end, 10);
	if (*end == '\0' && end != text && errno == 0)
		return 0;
	complain(call, "invalid number '%s'", text);
	return -1;
}

bool agrees(const char *template, ...)
{
	va_list args;
	va_start(args, template);
	fflush(stdout);
	vfprintf(stderr, template, args);
	va_end(args);
	int first = getchar();
	for (int c = first; c != '\n' && c != EOF;)
		c = getchar();
	return first == 'y' || first == 'Y';
}

int for_each_input(struct call *call, int (*each)(struct call *call, FILE *file, const char *name))
{
	int status = 0;
	if (call->count == 0)
		return each(call, stdin, "-");
	for (int i = 0; i < call->count; i++) {
		bool standard = strcmp(call->operands[i], "-") == 0;
		FILE *file = standard ? stdin : fopen(call->operands[i], "r");
		int rc = file == NULL ? fail(call, call->operands[i]) : each(call, file, call->operands[i]);
		if (file != NULL && ferror(file))
			rc = fail(call, call->operands[i]);
		if (file != NULL && !standard)
			fclose(file);
		status = rc > status ? rc : status;
	}
	return status;
}

// The letter of a long option, "recursive" or its beginning; 0 when no name or more than one fits.
static int long_letter(const char *names, const char *name, size_t size)
{
	int letter = 0;
	for (const char *at = names; at != NULL && *at != '\0'; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		size_t length = strcspn(at, "=");
		if (length < size || strncmp(at, name, size) != 0)
			continue;
		if (length == size)
			return at[length + 1];
		letter = letter == 0 || letter == at[length + 1] ? at[length + 1] : -1;
	}
	return letter > 0 ? letter : 0;
}

static const char *find_letter(const char *options, int letter)
{
	for (; *options != '\0' && *options != ' '; options++)
		if (*options == letter && letter != ':' && letter != '*')
			return options;
	return NULL;
}

static void set_option(struct call *call, const char *entry, const char *value)
{
	int letter = *entry;
	char *joined;
	if (entry > call->tool->options && entry[-1] == '*' && call->value[letter] != NULL &&
	    asprintf(&joined, "%s\n%s", call->value[letter], value) >= 0)
		value = joined;
	call->option[letter] = true;
	call->value[letter] = value;
}

// Reads arguments[*at], an option or a cluster of them, and moves *at to what follows. 0, or 2 after a message.
static int take_option(struct call *call, char **arguments, int *at)
{
	const char *options = call->tool->options, *text = arguments[(*at)++] + 1, *entry, *equals = NULL;
	char message[64];
	if (*text == '-') {
		size_t size = strcspn(text + 1, "=");
		int letter = long_letter(strchr(options, ' '), text + 1, size);
		equals = text[1 + size] == '=' ? text + size + 2 : NULL;
		entry = letter != 0 ? find_letter(options, letter) : NULL;
		if (entry == NULL || (equals != NULL && entry[1] != ':' && entry[1] != '?')) {
			snprintf(message, sizeof(message), "unknown option -%.40s", text);
			return wrong_use(call, message);
		}
		text = "";
		if (entry[1] != ':' || equals != NULL) {
			set_option(call, entry, equals == NULL && entry[1] == '?' ? "" : equals);
			return 0;
		}
	} else if (isdigit((unsigned char)*text) && find_letter(options, '#') != NULL) {
		set_option(call, find_letter(options, 'n'), text);
		return 0;
	} else {
		for (;; text++) { // a cluster, up to one that takes an argument
			entry = find_letter(options, *text);
			if (entry == NULL) {
				snprintf(message, sizeof(message), "unknown option -%c", *text);
				return wrong_use(call, message);
			}
			if (entry[1] == ':')
				break;
			if (entry[1] == '?') {
				set_option(call, entry, text + 1);
				return 0;
			}
			set_option(call, entry, NULL);
			if (text[1] == '\0')
				return 0;
		}
		text++;
	}
	if (*text == '\0' && (text = arguments[*at]) != NULL)
		++*at;
	if (text == NULL) {
		snprintf(message, sizeof(message), "option -%c needs an argument", *entry);
		return wrong_use(call, message);
	}
	set_option(call, entry, text);
	return 0;
}

// Options and operands in any order, up to "--". 0, or 2 after a message.
static int take_arguments(struct call *call, int count, char **arguments)
{
	int at = 1, rc = 0;
	while (at < count && rc == 0) {
		if (strcmp(arguments[at], "--") == 0) {
			for (at++; at < count;)
				arguments[call->count++] = arguments[at++];
		} else if (arguments[at][0] == '-' && arguments[at][1] != '\0') {
			rc = take_option(call, arguments, &at);
		} else {
			arguments[call->count++] = arguments[at++];
			while (*call->tool->options == '+' && at < count) // options stand before the operands only
				arguments[call->count++] = arguments[at++];
		}
	}
	return rc;
}

int run_tool(const struct tool *tool, int count, char **arguments)
{
	static struct call call;
	bool help = count == 2 && strcmp(arguments[1], "--help") == 0 && *tool->name != '[';
	call.tool = tool;
	call.operands = arguments + (tool->options == NULL);
	call.count = tool->options == NULL ? count - 1 : 0;
	int status = tool->options != NULL && !help ? take_arguments(&call, count, arguments) : 0;
	if (status != 0)
		return status;
	if (tool->options != NULL)
		arguments[call.count] = NULL;
	if (call.count < tool->minimum && !help)
		return wrong_use(&call, "too few operands");
	if (tool->maximum >= 0 && call.count > tool->maximum)
		return wrong_use(&call, "too many operands");
	status = !help ? tool->run(&call) : print_usage(tool, stdout) < 0 || printf("%s\n", tool->help) < 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain(&call, "write error: %s", strerror(errno));
		return status != 0 ? status : 1;
	}
	return status;
}

const struct tool *find_tool(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	for (const struct tool *const *tool = tools_start; tool < tools_end; tool++)
		if (strcmp((*tool)->name, name + (*name == '-')) == 0)
			return *tool;
	return NULL;
}

static int compare_tools(const void *a, const void *b)
{
	return strcmp((*(const struct tool *const *)a)->name, (*(const struct tool *const *)b)->name);
}

static void list_tools(FILE *to, const char *before, const char *after)
{
	size_t count = tools_end - tools_start;
	const struct tool **sorted = malloc((count + 1) * sizeof(*sorted));
	if (sorted == NULL)
		return;
	memcpy(sorted, tools_start, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_tools);
	for (size_t i = 0; i < count; i++)
		fprintf(to, "%s%s%s", before, sorted[i]->name, after);
	free(sorted);
}

int main(int count, char **arguments)
{
	const struct tool *tool = count > 0 ? find_tool(arguments[0]) : NULL;
	if (tool != NULL)
		return run_tool(tool, count, arguments);
	if (count > 1 && (tool = find_tool(arguments[1])) != NULL)
		return run_tool(tool, count - 1, arguments + 1);
	if (count > 1 && strcmp(arguments[1], "--list") == 0) {
		list_tools(stdout, "", "\n");
		return 0;
	}
	bool help = count > 1 && strcmp(arguments[1], "--help") == 0;
	FILE *to = help ? stdout : stderr;
	fputs("usage: box TOOL [ARGUMENT...]\nTools:", to);
	list_tools(to, " ", "");
	fputs("\n", to);
	return help ? 0 : 2;
}
