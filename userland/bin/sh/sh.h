// sh.h: the shell's parts and what flows between them.
//
// text --parse.c--> tree --execute.c--> processes, with expand.c turning words into arguments on the way, redirect.c the
// descriptors, variable.c holding the names, jobs.c the children, builtin.c and its neighbours the commands that must run
// inside the shell, and lib/line the typed line.
#pragma once
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <signal.h>
#include <sys/types.h>
#include "userland/lib/signals/signals.h"

#define USER_FDS 64 // descriptors that redirections may name; the shell's own lie above where the limit allows it

struct word {
	struct word *next;
	char *text; // as written, with its quotes
};

struct redirect {
	struct redirect *next, *next_document;
	int fd;
	int operator;	// a token, such as TOKEN('>', '>', 0)
	char *target;	// file name, descriptor number or here-document
	bool verbatim;	// a here-document whose delimiter was quoted
};

struct case_arm {
	struct case_arm *next;
	struct word *patterns;
	struct node *body;
	bool falls_through; // ends with ";&"
};

enum node_kind {
	NODE_COMMAND, NODE_PIPE, NODE_NOT, NODE_AND, NODE_OR, NODE_SEQUENCE, NODE_BACKGROUND, NODE_SUBSHELL, NODE_GROUP,
	NODE_IF, NODE_WHILE, NODE_UNTIL, NODE_FOR, NODE_CASE, NODE_FUNCTION
};

struct node {
	enum node_kind kind;
	int line;
	struct word *words;	   // COMMAND: arguments; FOR: the list; CASE: the subject
	struct word *assignments;  // COMMAND
	struct redirect *redirects;
	struct node *first, *second, *third; // IF: condition, then, else; PIPE: command, rest of the pipeline
	struct case_arm *arms;
	char *name;		   // FOR, FUNCTION
	bool listed;		   // FOR with "in"
	char *text;		   // source of a pipeline, for `jobs`
};

#define TOKEN(a, b, c) ((a) | (b) << 8 | (c) << 16)

// Input: `text` grows by a line at a time from `fd` (or from the editor); fd -1 is a string. The parser may change it.
struct source {
	char *text;
	size_t size, position, capacity;
	int fd, line;
	bool terminal, ended;
	bool plain;	// aliases were put in before
	bool continued; // inside a command: the editor asks with PS2
};

// The options of `set`, in the order of their letters' list in options.c.
enum option {
	OPTION_ALLEXPORT, OPTION_NOTIFY, OPTION_NOCLOBBER, OPTION_ERREXIT, OPTION_NOGLOB, OPTION_HASHALL, OPTION_INTERACTIVE,
	OPTION_MONITOR, OPTION_NOEXEC, OPTION_STDIN, OPTION_NOUNSET, OPTION_VERBOSE, OPTION_XTRACE, OPTION_IGNOREEOF,
	OPTION_PIPEFAIL, OPTION_NOLOG, OPTION_VI, OPTIONS
};
extern bool option[OPTIONS];
int option_take(int count, char **arguments, int at, bool invoked); // index behind the option, -1 after a message
char *option_letters(char *to);

// shell state (main.c)
extern bool interactive, in_child;
extern const char *shell_name;
extern int last_status, line_number;
extern volatile sig_atomic_t interrupted;
extern volatile sig_atomic_t trap_pending; // set by handlers; execute.c runs the traps between commands
extern int trap_status;			   // $? as it was before the action of the trap that runs now; -1: none runs
void shell_error(int status, const char *template, ...) __attribute__((noreturn, format(printf, 2, 3)));
void shell_warn(const char *template, ...) __attribute__((format(printf, 1, 2)));
void shell_exit(int status) __attribute__((noreturn));
int run_source(struct source *source, bool may_exec);
int run_string(const char *text);
int run_file(const char *path);
bool source_refill(struct source *source);

// Where shell_error goes instead of ending a script: main's loop when interactive, or around a regular builtin.
struct rescue {
	jmp_buf place;
	struct rescue *outer;
	int loop_depth, function_depth, call_depth, condition_depth, nesting;
	size_t locals;
};
extern struct rescue *rescue;

// Memory that lives until the command that asked for it is done (memory.c): a stack of marks.
struct mark { void *chunk; size_t used; };
void *stack_allocate(size_t size);
char *stack_copy(const char *text, size_t size);
char *stack_format(const char *template, ...) __attribute__((format(printf, 1, 2)));
struct mark stack_mark(void);
void stack_release(struct mark mark);
struct mark stack_suspend(void);	// what is allocated until stack_resume() makes a heap of its own,
void *stack_resume(struct mark mark);	// which is returned for stack_free()
void stack_free(void *heap);
void *keep(void *pointer); // ends the shell when memory is out

// parse.c
struct node *parse_command_line(struct source *source); // up to the end of a line; NULL when it is empty
struct node *parse_substitution(struct source *source); // the commands up to and with ")"
size_t span(const char *raw, size_t size, char opening, bool quoted); // bytes up to and with what closes " ` { or (
bool is_name(const char *text, size_t size);
size_t name_size(const char *text, size_t limit);	// of the name at the start of `text`

// expand.c
struct word *expand_words(const struct word *words);	// splitting and globbing; `text` is what a program gets
char *expand_single(const char *raw, bool as_pattern);	// no splitting; as_pattern: quoted characters escaped
char *expand_assignment(const char *raw);		// no splitting; a tilde may stand behind each colon
char *expand_document(const char *raw);			// a here-document's body, or a prompt
long arithmetic(const char *text) __attribute__((weak)); // $((text)), already expanded; NULL in a shell without it

// limits.c: the home of a user, NULL: there is none; weak, a shell without it knows only "~"
const char *home_of(const char *user) __attribute__((weak));

// glob.c
struct word *expand_path(const char *pattern);		// existing files, sorted; NULL: none
void unescape(char *pattern);

// redirect.c
struct saved_fds {
	struct saved_fd { int fd, copy; } entry[USER_FDS]; // copy -1: it was closed
	int count;
};
int redirect_all(const struct redirect *redirect, struct saved_fds *saved); // -1 after a message
void redirect_restore(struct saved_fds *saved);
void redirect_forget(struct saved_fds *saved); // the new ones stay
int move_fd(int fd); // a close-on-exec copy out of the way of redirections; `fd` is closed

// variable.c
const char *variable_get(const char *name);
int variable_set(const char *name, const char *value);	// -1: read-only
void variable_assign(const char *assignment, const char *value, size_t name_size); // error when read-only
int variable_unset(const char *name);
void variable_flag(const char *name, bool exported, bool read_only);
void variable_print(bool exported_only, bool read_only_only);
void print_quoted(FILE *to, const char *value);
char **variable_environment(void);
void variable_start(char **environment);
void variable_local(const char *name);
size_t variable_local_mark(void);
void variable_local_restore(size_t mark);
struct parameters { int count; char **values; };
extern struct parameters parameters;			// $1 ...
void parameters_set(int count, char **arguments);
struct function { struct node *body; void *heap; int users; };
struct function *function_find(const char *name);
void function_define(const char *name, struct node *body);
bool function_unset(const char *name);
void function_release(struct function *function);

// alias.c: weak, a shell without it has no aliases
const char *alias_find(const char *name, struct source *source, size_t start) __attribute__((weak));
void alias_spliced(const char *name, struct source *source, size_t start, long growth) __attribute__((weak));
bool alias_print(const char *name) __attribute__((weak));

// execute.c
enum leaving { LEAVE_NOTHING, LEAVE_BREAK, LEAVE_CONTINUE, LEAVE_RETURN };
extern enum leaving leaving;				// unwinds loops and functions
extern int leaving_levels, loop_depth, function_depth, call_depth, condition_depth;
extern bool redirects_stay;				// `exec` without a command keeps its redirections
int execute(struct node *node, bool may_exec);		// may_exec: nothing follows, so the shell may become the program
void capture(struct node *node, char **output, size_t *size);
const char *find_program(const char *name, const char *directories, char *path); // NULL with errno
void run_program(char **arguments, const char *directories) __attribute__((noreturn));

// jobs.c
struct job;
struct job *job_create(const char *text);
pid_t job_fork(struct job *job, bool foreground);	// 0 in the child, which is ready to run a command
int job_wait(struct job *job);				// foreground: its status, 128 + signal when killed or stopped
void job_background(struct job *job);
void jobs_notify(void);
extern pid_t last_background;
void jobs_monitor(bool on);
bool jobs_stopped(void);
pid_t job_target(const char *name, bool *stopped); // what to kill for "%1": a process, or -group; 0: no such job

// builtin.c
typedef int builtin_function(int count, char **arguments);
struct builtin { const char *name; builtin_function *run; bool special; };
// A file's builtins register themselves in a section whose borders the linker names: the files linked decide which there are.
#define BUILTIN_JOIN(a, b) a##b
#define BUILTIN_NAME(a, b) BUILTIN_JOIN(a, b)
#define BUILTIN(...)                                                                                               \
	static const struct builtin BUILTIN_NAME(builtin_, __LINE__) = {__VA_ARGS__};                              \
	static const struct builtin *const BUILTIN_NAME(entry_, __LINE__)                                          \
	    __attribute__((used, section("builtins"))) = &BUILTIN_NAME(builtin_, __LINE__);
const struct builtin *builtin_find(const char *name);
int test_main(int count, char **arguments), echo_main(int count, char **arguments);
int printf_main(int count, char **arguments);

// trap.c: weak, a shell without it has no traps
void traps_run(void) __attribute__((weak));
void traps_clear(void) __attribute__((weak)); // in a child
bool traps_set(void) __attribute__((weak));   // any that exec would lose
void trap_exit(void) __attribute__((weak));

// complete.c: a line_completer.
char **complete_word(const char *word, bool first) __attribute__((weak)); // NULL in a shell without it
