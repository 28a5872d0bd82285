// box.h: all tools in one ELF, which saves a page cache and an exec's cold start for each.
//
// A tool registers itself: TOOL(...) at the end of its file puts a row into the section "tools", whose borders the linker
// names. So the list of files that are linked decides which tools there are, and no table repeats it. main() reads the
// options that the row names, so every tool has --help, the same message for an unknown option, and status 2 for wrong use.
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#define DEPTH_MAX 64 // of directories inside each other, against loops

struct call {
	const struct tool *tool;
	int count;		// operands
	char **operands;
	bool option[128];	// by letter
	const char *value[128];	// of options with an argument
};

struct tool {
	// getopt's letters, then long names: "ab:# all=a bytes=b". A letter that comes again joins its values by newlines
	// when it stands behind '*' ("*e:"). '+' first: options end at the first
	// operand. '?' behind a letter: what is stuck to it is its value.
	// '#': -NUMBER is -n NUMBER. NULL: the tool reads its arguments itself.
	const char *name, *options;
	const char *operands, *help;
	int minimum, maximum;	    // operands; maximum -1: any number
	int (*run)(struct call *call);
};

// A row: TOOL(name, options, operands, help, minimum, maximum, run). userland/module.mk finds the names by "^TOOL(".
#define TOOL_JOIN(a, b) a##b
#define TOOL_NAME(a, b) TOOL_JOIN(a, b)
#define TOOL(...)                                                                                                  \
	static const struct tool TOOL_NAME(tool_, __LINE__) = {__VA_ARGS__};                                       \
	static const struct tool *const TOOL_NAME(entry_, __LINE__) __attribute__((used, section("tools"))) =      \
	    &TOOL_NAME(tool_, __LINE__);

// The tool of that name, as the last component of a path; NULL: there is none.
const struct tool *find_tool(const char *path);
int run_tool(const struct tool *tool, int count, char **arguments);

// "cat: path: No such file or directory"; returns 1, a tool's status after a failure. NULL: no path.
int fail(const struct call *call, const char *path);
int complain(const struct call *call, const char *template, ...) __attribute__((format(printf, 2, 3)));
int wrong_use(const struct call *call, const char *why); // 2, after the usage line

// A file to be read, "-" is standard input; NULL after a message. A directory is none (not in the smallest box).
FILE *open_input(const struct call *call, const char *name);

// Calls `each` with every operand's stream, or standard input's for none and for "-". Returns the worst status.
int for_each_input(struct call *call, int (*each)(struct call *call, FILE *file, const char *name));

// The whole number of an option's or operand's text: 0, or -1 after a message.
int take_number(const struct call *call, const char *text, long *value);

// Asks on standard error; true for an answer that starts with y.
bool agrees(const char *template, ...) __attribute__((format(printf, 1, 2)));

// The permissions that "u+x,go-w", "a=rX" or "755" makes of `mode`; -1 when it is neither. Without a letter in front the umask holds.
long change_mode(const char *text, mode_t mode, bool directory);

// copy.c, remove.c: 0, or 1 after a message. They obey the options r R p f of `call`.
int copy_path(struct call *call, const char *from, const char *to, int depth);
bool may_replace(struct call *call, const char *to); // whether `to` may be written over, as -n and -i say
int copy_bytes(struct call *call, int in, int out, const char *from, const char *to);
int remove_path(struct call *call, const char *path, int depth);
// For each operand but the last: what its name is inside the last one, if that is a directory.
int for_each_target(struct call *call, int (*each)(struct call *call, const char *from, const char *to));

const char *user_name(uid_t user) __attribute__((weak)); // mode.c: NULL for a number without a name; a box without it shows numbers
int echo_main(int count, char **arguments), printf_main(int count, char **arguments);
int test_main(int count, char **arguments);
