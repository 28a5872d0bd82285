// main.c: the table of tools, and what all of them share.
#include "userland/bin/box/box.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run_true(struct call *call)
{
	return 0;
}

static int run_false(struct call *call)
{
	return 1;
}

static int run_echo(struct call *call)
{
	return echo_main(call->count + 1, call->operands - 1);
}

static int run_printf(struct call *call)
{
	return printf_main(call->count + 1, call->operands - 1);
}

static int run_test(struct call *call)
{
	return test_main(call->count + 1, call->operands - 1);
}

static int run_pwd(struct call *call)
{
	char path[PATH_MAX];
	return getcwd(path, sizeof(path)) != NULL ? puts(path) < 0 : fail(call, "");
}

static int run_basename(struct call *call) // and dirname
{
	char *path = call->operands[0], *end = path + strlen(path);
	while (end > path + 1 && end[-1] == '/')
		*--end = '\0';
	char *slash = strrchr(path, '/');
	if (call->tool->name[0] == 'd') {
		while (slash != NULL && slash > path && slash[-1] == '/')
			slash--;
		puts(slash == NULL ? "." : slash == path ? "/" : (*slash = '\0', path));
		return 0;
	}
	path = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
	size_t size = strlen(path), suffix = call->count > 1 ? strlen(call->operands[1]) : 0;
	if (suffix != 0 && suffix < size && strcmp(path + size - suffix, call->operands[1]) == 0)
		path[size - suffix] = '\0';
	puts(path);
	return 0;
}

static int run_clear(struct call *call)
{
	return fputs("\033[H\033[2J", stdout) < 0;
}

static int run_sync(struct call *call)
{
	sync();
	return 0;
}

static const struct tool tools[] = {
	{"[", NULL, "EXPRESSION ]", "Succeeds when the expression is true.", 0, -1, run_test},
	{"basename", "", "PATH [SUFFIX]", "Prints a path's last component.", 1, 2, run_basename},
	{"cat", "n", "[FILE...]", "Joins files. -n numbers lines.", 0, -1, run_cat},
	{"chmod", "", "OCTAL|[ugoa]+-=[rwx] FILE...", "Changes permissions.", 2, -1, run_chmod},
	{"clear", "", "", "Empties the screen.", 0, 0, run_clear},
	{"cmp", "s", "FILE FILE", "Finds the first byte that differs. -s only tells by status.", 2, 2, run_cmp},
	{"cp", "rRpf", "FROM... TO", "Copies. -r takes whole directories, -p keeps mode and times.", 2, -1, run_cp},
	{"cut", "d:f:c:b:s", "-f LIST|-c LIST [-d CHARACTER] [FILE...]", "Prints parts of lines.", 0, -1, run_cut},
	{"date", "u", "[+FORMAT]", "Prints the time (UTC).", 0, 1, run_date},
	{"dirname", "", "PATH", "Prints a path without its last component.", 1, 1, run_basename},
	{"dmesg", "", "", "Prints the kernel's messages.", 0, 0, run_dmesg},
	{"echo", NULL, "[-neE] [TEXT...]", "Prints its arguments.", 0, -1, run_echo},
	{"env", NULL, "[-i] [NAME=VALUE...] [COMMAND...]", "Prints or changes the environment.", 0, -1, run_env},
	{"false", "", "", "Fails.", 0, -1, run_false},
	{"free", "", "", "Prints the memory's use in KiB.", 0, 0, run_free},
	{"grep", "EFGivcnlqosxwhHre:", "[-EFivcnlqosxwhHr] PATTERN|-e PATTERN [FILE...]",
	 "Prints the lines that match.", 0, -1, run_grep},
	{"halt", "f", "", "Stops the machine. -f: at once.", 0, 0, run_poweroff},
	{"head", "n:c:", "[-n LINES|-c BYTES] [FILE...]", "Prints the beginning.", 0, -1, run_head},
	{"hexdump", "Cn:", "[-C] [-n BYTES] [FILE...]", "Prints bytes in hexadecimal.", 0, -1, run_hexdump},
	{"kill", NULL, "[-SIGNAL] PID...|-l", "Sends a signal, TERM if none is named.", 0, -1, run_kill},
	{"ln", "sf", "TARGET [NAME]", "Makes a link; -s a symbolic one.", 1, 2, run_ln},
	{"ls", "aA1lndiFRrtSh", "[-aA1lndiFRrtSh] [FILE...]", "Lists files.", 0, -1, run_ls},
	{"mkdir", "pm:", "[-p] [-m MODE] DIRECTORY...", "Makes directories; -p with those above.", 1, -1, run_mkdir},
	{"mount", "t:", "[-t TYPE SOURCE DIRECTORY]", "Mounts a file system, or prints those mounted.", 0, 2, run_mount},
	{"mv", "f", "FROM... TO", "Moves or renames.", 2, -1, run_mv},
	{"nproc", "", "", "Prints the number of processors.", 0, 0, run_nproc},
	{"poweroff", "f", "", "Switches the machine off. -f: at once.", 0, 0, run_poweroff},
	{"printf", NULL, "FORMAT [ARGUMENT...]", "Prints by a format.", 0, -1, run_printf},
	{"ps", "aefwxA", "", "Prints the processes.", 0, -1, run_ps},
	{"pwd", "", "", "Prints the working directory.", 0, 0, run_pwd},
	{"reboot", "f", "", "Starts the machine again. -f: at once.", 0, 0, run_poweroff},
	{"rm", "rRfv", "[-rf] FILE...", "Removes; -r whole directories, -f without complaint.", 0, -1, run_rm},
	{"rmdir", "", "DIRECTORY...", "Removes empty directories.", 1, -1, run_rmdir},
	{"seq", NULL, "[FIRST [STEP]] LAST", "Prints numbers.", 0, -1, run_seq},
	{"sleep", "", "SECONDS", "Waits; fractions are understood.", 1, 1, run_sleep},
	{"sort", "nruft:k:o:", "[-nruf] [-t CHARACTER] [-k FIELD] [FILE...]", "Sorts lines.", 0, -1, run_sort},
	{"sync", "", "", "Waits until all written data is on its disk.", 0, 0, run_sync},
	{"tail", "n:c:", "[-n LINES|-c BYTES] [FILE...]", "Prints the end; +N: from line N on.", 0, -1, run_tail},
	{"tee", "a", "[-a] [FILE...]", "Copies its input to files and to its output.", 0, -1, run_tee},
	{"test", NULL, "EXPRESSION", "Succeeds when the expression is true.", 0, -1, run_test},
	{"touch", "c", "FILE...", "Makes files, or sets their times to now.", 1, -1, run_touch},
	{"tour", "", "[STOP]", "Prints the reading path.", 0, 1, run_tour},
	{"tr", "dsc", "[-dsc] SET1 [SET2]", "Replaces characters.", 1, 2, run_tr},
	{"true", "", "", "Succeeds.", 0, -1, run_true},
	{"umount", "", "DIRECTORY", "Unmounts.", 1, 1, run_mount},
	{"uname", "asnrvm", "[-asnrvm]", "Names the system.", 0, 0, run_uname},
	{"uniq", "cdui", "[-cdui] [FILE]", "Joins equal lines that follow each other.", 0, 1, run_uniq},
	{"uptime", "", "", "Prints how long the machine has run.", 0, 0, run_uptime},
	{"wc", "lwcm", "[-lwc] [FILE...]", "Counts lines, words and bytes.", 0, -1, run_wc},
};
#define TOOLS (sizeof(tools) / sizeof(*tools))

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
	return complain(call, "%s%s%s", path, *path != '\0' ? ": " : "", strerror(errno));
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

// Records an option; one that comes again has its values joined by newlines, which is how grep -e wants them.
static int note_option(struct call *call, int letter)
{
	char message[64], *joined;
	if (letter == '?') {
		bool known = optopt != 0 && strchr(call->tool->options, optopt) != NULL;
		snprintf(message, sizeof(message), known ? "option -%c needs an argument" : "unknown option -%c",
			 optopt != 0 ? optopt : '-');
		return wrong_use(call, message);
	}
	if (letter == 'e' && call->value['e'] != NULL && asprintf(&joined, "%s\n%s", call->value['e'], optarg) >= 0)
		optarg = joined;
	call->option[letter] = true;
	call->value[letter] = optarg;
	return 0;
}

static int run(const struct tool *tool, int count, char **arguments)
{
	static struct call call;
	char letters[64]; // "+": getopt leaves the order to us, here and under other C libraries
	call.tool = tool;
	snprintf(letters, sizeof(letters), "+%s", tool->options != NULL ? tool->options : "");
	if (count == 2 && strcmp(arguments[1], "--help") == 0 && strchr("[", *tool->name) == NULL) {
		print_usage(tool, stdout);
		printf("%s\n", tool->help);
		return 0;
	}
	// head -3 and tail -3, as everybody types them
	if (count > 1 && tool->options != NULL && strncmp(tool->options, "n:c:", 4) == 0 && arguments[1][0] == '-' &&
	    isdigit((unsigned char)arguments[1][1])) {
		call.option['n'] = true;
		call.value['n'] = arguments[1] + 1;
		optind = 2;
	}
	opterr = 0;
	call.operands = arguments + (tool->options == NULL);
	call.count = tool->options == NULL ? count - 1 : 0;
	while (tool->options != NULL && optind < count) {
		int letter = getopt(count, arguments, letters), rc = letter != -1 ? note_option(&call, letter) : 0;
		if (rc != 0)
			return rc;
		if (letter != -1)
			continue;
		bool rest = strcmp(arguments[optind - 1], "--") == 0;
		for (int last = rest ? count : optind + 1; optind < last;) // an operand; options may follow it
			arguments[call.count++] = arguments[optind++];
	}
	if (call.count < tool->minimum)
		return wrong_use(&call, "too few operands");
	if (tool->maximum >= 0 && call.count > tool->maximum)
		return wrong_use(&call, "too many operands");
	int status = tool->run(&call);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain(&call, "write error: %s", strerror(errno));
		return status != 0 ? status : 1;
	}
	return status;
}

static const struct tool *find_tool(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	for (size_t i = 0; i < TOOLS; i++)
		if (strcmp(tools[i].name, name + (*name == '-')) == 0)
			return &tools[i];
	return NULL;
}

int main(int count, char **arguments)
{
	const struct tool *tool = count > 0 ? find_tool(arguments[0]) : NULL;
	if (tool != NULL)
		return run(tool, count, arguments);
	if (count > 1 && (tool = find_tool(arguments[1])) != NULL)
		return run(tool, count - 1, arguments + 1);
	bool listed = count > 1 && strcmp(arguments[1], "--list") == 0;
	if (!listed)
		fputs("usage: box TOOL [ARGUMENT...]\nTools:",
		      count > 1 && !strcmp(arguments[1], "--help") ? stdout : stderr);
	for (size_t i = 0; i < TOOLS; i++)
		fprintf(count > 1 ? stdout : stderr, listed ? "%s\n" : " %s", tools[i].name);
	if (!listed)
		fputs("\n", count > 1 ? stdout : stderr);
	return count > 1 && (listed || !strcmp(arguments[1], "--help")) ? 0 : 2;
}
