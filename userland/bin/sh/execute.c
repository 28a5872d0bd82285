// execute.c: walks the tree. A status is 0 to 255; `leaving` unwinds loops and functions on break, continue and return.
//
// may_exec says that the shell has nothing left to do after this node (the last command of -c, an element of a pipeline,
// a subshell): the last program then replaces the shell instead of being forked, which halves the cost of a short job.
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

#define DEPTH_MAX 1000 // of functions; of commands eight times that
#define DEFAULT_PATH "/bin:/sbin:/usr/bin"

enum leaving leaving;
int leaving_levels, loop_depth, function_depth, call_depth, condition_depth; // in a condition, errexit does not count
bool redirects_stay;
static int captures, capture_status; // how many, and the status of the last

// The first executable file of that name in `directories`, or `name` itself when it has a slash. NULL: errno says why not.
const char *find_program(const char *name, const char *directories, char *path)
{
	struct stat status;
	int reason = ENOENT;
	if (strchr(name, '/') != NULL)
		return stat(name, &status) != 0 ? NULL
		       : access(name, X_OK) == 0 && !S_ISDIR(status.st_mode) ? name : (errno = EACCES, NULL);
	for (const char *next; directories != NULL; directories = next) {
		size_t size = strcspn(directories, ":");
		next = directories[size] == ':' ? directories + size + 1 : NULL;
		snprintf(path, PATH_MAX, "%.*s%s%s", (int)size, directories, size > 0 ? "/" : "", name);
		if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
			continue;
		if (access(path, X_OK) == 0)
			return path;
		reason = EACCES;
	}
	errno = reason;
	return NULL;
}

// Replaces this process. `directories` NULL: the shell's PATH.
void run_program(char **arguments, const char *directories)
{
	char path[PATH_MAX];
	if (directories == NULL)
		directories = variable_get("PATH");
	environ = variable_environment();
	const char *program = find_program(arguments[0], directories, path);
	if (program != NULL)
		execve(program, arguments, environ);
	if (program != NULL && errno == ENOEXEC) { // a script without "#!"
		shell_name = program;
		parameters.values = arguments + 1;
		for (parameters.count = 0; parameters.values[parameters.count] != NULL;)
			parameters.count++;
		shell_exit(run_file(program));
	}
	bool missing = errno == ENOENT || errno == ENOTDIR;
	shell_warn("%s: %s", arguments[0],
		   missing && strchr(arguments[0], '/') == NULL ? "not found" : strerror(errno));
	shell_exit(missing ? 127 : 126);
}

static void trace_start(void)
{
	const char *prompt = variable_get("PS4");
	int status = last_status;
	fflush(stdout);
	option[OPTION_XTRACE] = false; // the prompt's own commands are not traced
	fputs(prompt != NULL ? expand_document(stack_copy(prompt, strlen(prompt))) : "+ ", stderr);
	option[OPTION_XTRACE] = true;
	last_status = status;
}

// The assignments in front of a command, expanded in order. The list is NAME=VALUE on the shell's stack.
static void assign_all(const struct word *assignments, bool exported, bool local)
{
	bool first = true;
	for (; assignments != NULL; assignments = assignments->next) {
		size_t size = strcspn(assignments->text, "=");
		char *name = stack_copy(assignments->text, size);
		const char *value = expand_assignment(assignments->text + size + 1);
		if (local)
			variable_local(name);
		variable_assign(name, value, size);
		if (exported || option[OPTION_ALLEXPORT])
			variable_flag(name, true, false);
		if (option[OPTION_XTRACE]) {
			if (first)
				trace_start();
			fprintf(stderr, "%s%s=%s", first ? "" : " ", name, value);
		}
		first = false;
	}
	if (!first && option[OPTION_XTRACE])
		fputs("\n", stderr);
}

static int call_function(struct function *function, int count, char **arguments)
{
	struct parameters before = parameters;
	int loops = loop_depth;
	size_t mark = variable_local_mark();
	if (function_depth == DEPTH_MAX)
		shell_error(2, "%s: functions call each other too deeply", arguments[0]);
	parameters = (struct parameters){count - 1, arguments + 1};
	loop_depth = 0;
	function_depth++;
	function->users++;
	int status = execute(function->body, false);
	function_release(function);
	function_depth--;
	loop_depth = loops;
	parameters = before;
	variable_local_restore(mark);
	if (leaving == LEAVE_RETURN)
		leaving = LEAVE_NOTHING;
	return status;
}

// An error inside a regular builtin is its status; inside a special one it ends the shell.
static int run_regular(const struct builtin *builtin, int count, char **arguments)
{
	struct rescue here = {.outer = rescue, .loop_depth = loop_depth, .function_depth = function_depth,
			      .call_depth = call_depth, .condition_depth = condition_depth,
			      .locals = variable_local_mark()};
	int status;
	if (setjmp(here.place) == 0) {
		rescue = &here;
		status = builtin->run(count, arguments);
	} else {
		status = last_status;
	}
	rescue = here.outer;
	return status;
}

// Runs a function or a builtin in this process, its redirections and assignments undone afterwards. `plain`: behind
// `command`, which takes what is special away from a builtin.
static int run_inside(struct node *node, struct function *function, const struct builtin *builtin, bool plain, int count,
		      char **arguments)
{
	struct saved_fds saved = {.count = 0};
	size_t mark = variable_local_mark();
	bool special = builtin != NULL && builtin->special && !plain;
	int status = 2;
	if (redirect_all(node->redirects, &saved) == 0) {
		assign_all(node->assignments, true, !special);
		status = function != NULL ? call_function(function, count, arguments)
			 : special	  ? builtin->run(count, arguments)
					  : run_regular(builtin, count, arguments);
		if ((fflush(stdout) != 0 || ferror(stdout)) && status <= 1) {
			shell_warn("%s: write error: %s", arguments[0], strerror(errno));
			status = 1;
		}
		clearerr(stdout);
	} else if (special) {
		redirect_restore(&saved);
		shell_error(2, "%s", "");
	}
	if (redirects_stay)
		redirect_forget(&saved);
	else
		redirect_restore(&saved);
	redirects_stay = false;
	if (!special)
		variable_local_restore(mark);
	return status;
}

static int run_outside(struct node *node, char **arguments, const char *directories, bool may_exec)
{
	may_exec = may_exec && (traps_set == NULL || !traps_set());
	struct job *job = may_exec ? NULL : job_create(node->text != NULL ? node->text : arguments[0]);
	fflush(stdout);
	if (may_exec || job_fork(job, true) == 0) {
		if (redirect_all(node->redirects, NULL) < 0)
			shell_exit(2);
		assign_all(node->assignments, true, false);
		run_program(arguments, directories);
	}
	return job_wait(job);
}

static void trace(char **arguments)
{
	trace_start();
	for (bool first = true; *arguments != NULL; arguments++, first = false)
		fprintf(stderr, "%s%s", first ? "" : " ", *arguments);
	fputs("\n", stderr);
}

static int run_nothing(struct node *node, int captures_before)
{
	struct saved_fds saved = {.count = 0};
	int rc = redirect_all(node->redirects, &saved);
	redirect_restore(&saved);
	if (rc == 0)
		assign_all(node->assignments, false, false);
	return rc < 0 ? 2 : captures != captures_before ? capture_status : 0;
}

// Takes "command", "command -p" and "command --" away. Returns how many words; -1: it is -v or -V, a builtin's work.
static int skip_command(char **arguments, const char **directories)
{
	int i = 0;
	while (arguments[i] != NULL && strcmp(arguments[i], "command") == 0 && arguments[i + 1] != NULL) {
		int next = i + 1;
		while (arguments[next] != NULL && strcmp(arguments[next], "-p") == 0) {
			*directories = DEFAULT_PATH;
			next++;
		}
		bool end = arguments[next] != NULL && strcmp(arguments[next], "--") == 0;
		if (arguments[next] == NULL || (!end && arguments[next][0] == '-' && arguments[next][1] != '\0'))
			return i > 0 ? i : -1;
		i = next + end;
	}
	return arguments[i] != NULL ? i : -1;
}

static int run_command(struct node *node, bool may_exec)
{
	int captures_before = captures, count = 0;
	const char *directories = NULL;
	line_number = node->line;
	struct word *words = expand_words(node->words);
	for (struct word *word = words; word != NULL; word = word->next)
		count++;
	char **arguments = stack_allocate((count + 1) * sizeof(char *)), **argument = arguments;
	for (; words != NULL; words = words->next)
		*argument++ = words->text;
	if (count == 0)
		return run_nothing(node, captures_before);
	if (option[OPTION_XTRACE])
		trace(arguments);
	int skipped = skip_command(arguments, &directories);
	bool plain = skipped > 0;
	arguments += plain ? skipped : 0;
	count -= plain ? skipped : 0;
	const struct builtin *builtin = builtin_find(arguments[0]);
	struct function *function =
	    plain || (builtin != NULL && builtin->special) ? NULL : function_find(arguments[0]);
	if (function != NULL)
		return run_inside(node, function, NULL, false, count, arguments);
	if (builtin != NULL)
		return run_inside(node, NULL, builtin, plain, count, arguments);
	return run_outside(node, arguments, directories, may_exec);
}

static int run_pipeline(struct node *node)
{
	struct job *job = job_create(node->text);
	int input = -1, ends[2];
	fflush(stdout);
	for (; node != NULL; node = node->second) {
		ends[0] = ends[1] = -1;
		if (node->second != NULL && pipe2(ends, O_CLOEXEC) < 0)
			shell_error(2, "pipe: %s", strerror(errno));
		if (job_fork(job, true) == 0) {
			if (input >= 0)
				dup2(input, STDIN_FILENO);
			if (ends[1] >= 0)
				dup2(ends[1], STDOUT_FILENO);
			close(input);
			close(ends[0]);
			close(ends[1]);
			shell_exit(execute(node->first, true));
		}
		if (input >= 0)
			close(input);
		if (ends[1] >= 0)
			close(ends[1]);
		input = ends[0];
	}
	return job_wait(job);
}

static int run_background(struct node *node)
{
	struct job *job = job_create(node->text);
	fflush(stdout);
	if (job_fork(job, false) == 0)
		shell_exit(execute(node->first, true));
	job_background(job);
	return 0;
}

static int run_subshell(struct node *node, bool may_exec)
{
	may_exec = may_exec && (traps_set == NULL || !traps_set());
	struct job *job = may_exec ? NULL : job_create(node->text != NULL ? node->text : "( ... )");
	fflush(stdout);
	if (!may_exec && job_fork(job, true) != 0)
		return job_wait(job);
	in_child = true;
	if (redirect_all(node->redirects, NULL) < 0)
		shell_exit(2);
	shell_exit(execute(node->first, true));
}

// Whether the loop ends now: called after each round of its body, and of its condition.
static bool loop_leaves(void)
{
	if (leaving == LEAVE_NOTHING)
		return false;
	if (leaving == LEAVE_RETURN || --leaving_levels > 0)
		return true;
	bool again = leaving == LEAVE_CONTINUE;
	leaving = LEAVE_NOTHING;
	return !again;
}

static int run_condition(struct node *node)
{
	condition_depth++;
	int status = execute(node, false);
	condition_depth--;
	return status;
}

static int run_while(struct node *node)
{
	int status = 0;
	loop_depth++;
	for (;;) {
		int condition = run_condition(node->first);
		if (leaving != LEAVE_NOTHING) {
			if (leaving == LEAVE_RETURN)
				status = condition;
			if (loop_leaves())
				break;
			continue;
		}
		if ((condition == 0) != (node->kind == NODE_WHILE))
			break;
		status = execute(node->second, false);
		if (loop_leaves())
			break;
	}
	loop_depth--;
	return status;
}

static int run_for(struct node *node)
{
	struct word *words = node->listed ? expand_words(node->words) : NULL;
	struct parameters all = parameters; // `set` inside does not change the list
	int status = 0;
	loop_depth++;
	for (int i = 0; node->listed ? words != NULL : i < all.count; i++) {
		const char *value = node->listed ? words->text : all.values[i];
		variable_assign(node->name, value, strlen(node->name));
		words = node->listed ? words->next : NULL;
		status = execute(node->first, false);
		if (loop_leaves())
			break;
	}
	loop_depth--;
	return status;
}

static int run_arm(struct case_arm *arm, bool may_exec)
{
	int status = 0;
	for (; arm != NULL; arm = arm->falls_through ? arm->next : NULL) {
		status = arm->body != NULL ? execute(arm->body, may_exec && !arm->falls_through) : 0;
		if (leaving != LEAVE_NOTHING)
			break;
	}
	return status;
}

static int run_case(struct node *node, bool may_exec)
{
	const char *subject = expand_single(node->words->text, false);
	for (struct case_arm *arm = node->arms; arm != NULL; arm = arm->next)
		for (struct word *pattern = arm->patterns; pattern != NULL; pattern = pattern->next)
			if (fnmatch(expand_single(pattern->text, true), subject, 0) == 0)
				return run_arm(arm, may_exec);
	return 0;
}

static int run_compound(struct node *node, bool may_exec)
{
	int condition;
	switch (node->kind) {
	case NODE_GROUP: return execute(node->first, may_exec);
	case NODE_IF:
		condition = run_condition(node->first);
		if (leaving != LEAVE_NOTHING)
			return condition;
		if (condition == 0)
			return execute(node->second, may_exec);
		return node->third != NULL ? execute(node->third, may_exec) : 0;
	case NODE_WHILE:
	case NODE_UNTIL: return run_while(node);
	case NODE_FOR: return run_for(node);
	case NODE_CASE: return run_case(node, may_exec);
	default: function_define(node->name, node->first); return 0;
	}
}

static int run_redirected(struct node *node, bool may_exec)
{
	struct saved_fds saved = {.count = 0};
	if (node->redirects == NULL)
		return run_compound(node, may_exec);
	line_number = node->line;
	int status = redirect_all(node->redirects, &saved) == 0 ? run_compound(node, false) : 2;
	fflush(stdout);
	redirect_restore(&saved);
	return status;
}

static int run_node(struct node *node, bool may_exec)
{
	int status;
	switch (node->kind) {
	case NODE_COMMAND: return run_command(node, may_exec);
	case NODE_PIPE: return run_pipeline(node);
	case NODE_NOT:
		status = run_condition(node->first);
		return leaving != LEAVE_NOTHING ? status : !status;
	case NODE_AND:
	case NODE_OR:
		status = run_condition(node->first);
		if (leaving != LEAVE_NOTHING || (status == 0) != (node->kind == NODE_AND))
			return status;
		return execute(node->second, may_exec);
	case NODE_SEQUENCE:
		status = execute(node->first, false);
		return leaving != LEAVE_NOTHING ? status : execute(node->second, may_exec);
	case NODE_BACKGROUND: return run_background(node);
	case NODE_SUBSHELL: return run_subshell(node, may_exec);
	default: return run_redirected(node, may_exec);
	}
}

int execute(struct node *node, bool may_exec)
{
	if (node == NULL)
		return 0;
	if (++call_depth > DEPTH_MAX * 8)
		shell_error(2, "commands nest too deeply");
	if (interrupted) {
		interrupted = 0;
		fputs("\n", stderr);
		shell_error(130, "%s", "");
	}
	struct mark mark = stack_mark();
	int status = last_status = run_node(node, may_exec);
	stack_release(mark);
	call_depth--;
	if (trap_pending) {
		traps_run();
		status = last_status;
	}
	bool counts = node->kind == NODE_COMMAND || node->kind == NODE_PIPE || node->kind == NODE_SUBSHELL ||
		      (node->redirects != NULL && node->kind != NODE_FUNCTION);
	if (option[OPTION_ERREXIT] && status != 0 && counts && condition_depth == 0 && leaving == LEAVE_NOTHING)
		shell_exit(status);
	return status;
}

// Runs `node` in a child and collects what it writes; the caller frees *output.
void capture(struct node *node, char **output, size_t *size)
{
	int ends[2], status = 0;
	size_t capacity = 512;
	ssize_t part;
	if (pipe2(ends, O_CLOEXEC) < 0)
		shell_error(2, "pipe: %s", strerror(errno));
	captures++;
	fflush(stdout);
	pid_t child = job_fork(NULL, true);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		condition_depth = 0;
		shell_exit(execute(node, true));
	}
	close(ends[1]);
	*output = keep(malloc(capacity));
	*size = 0;
	while ((part = read(ends[0], *output + *size, capacity - *size)) > 0 || (part < 0 && errno == EINTR)) {
		*size += part > 0 ? part : 0;
		if (*size == capacity)
			*output = keep(realloc(*output, capacity *= 2));
	}
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	capture_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
