// execute.c: walks the tree. A status is 0 to 255; `leaving` unwinds loops and functions on break, continue and return.
//
// may_exec says that the shell has nothing left to do after this node (the last command of -c, an element of a pipeline,
// a subshell): the last program then replaces the shell instead of being forked, which halves the cost of a short job.
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

#define SAVED_FDS 10 // redirections name one digit
#define DEPTH_MAX 1000
#define DOCUMENT_IN_PIPE 4096 // a pipe takes this much without a reader

enum leaving leaving;
int leaving_levels, loop_depth, function_depth;
bool redirects_stay;
static int condition_depth, call_depth, captures; // in a condition, errexit does not count

struct saved_fds {
	int copy[SAVED_FDS]; // 0: untouched; -1: it was closed
};

static int open_document(const struct redirect *redirect)
{
	const char *body = redirect->verbatim ? redirect->target : expand_document(redirect->target);
	size_t size = strlen(body);
	int ends[2];
	if (pipe(ends) < 0)
		return -1;
	if (size > DOCUMENT_IN_PIPE && job_fork(NULL, true) == 0) {
		close(ends[0]);
		signal(SIGPIPE, SIG_DFL);
		while (size > 0) {
			ssize_t written = write(ends[1], body, size);
			if (written <= 0)
				break;
			body += written;
			size -= written;
		}
		_exit(0);
	}
	if (size <= DOCUMENT_IN_PIPE && write(ends[1], body, size) != (ssize_t)size)
		shell_warn("here-document: %s", strerror(errno));
	close(ends[1]);
	return ends[0];
}

// Opens what a redirection names. -1 with a message; -2: the descriptor is to be closed.
static int open_target(const struct redirect *redirect)
{
	int operator = redirect->operator, flags = O_WRONLY | O_CREAT | O_TRUNC;
	if (operator == TOKEN('<', '<', 0) || operator == TOKEN('<', '<', '-'))
		return open_document(redirect);
	const char *target = expand_single(redirect->target, false);
	if (operator == TOKEN('<', '&', 0) || operator == TOKEN('>', '&', 0)) {
		if (strcmp(target, "-") == 0)
			return -2;
		int fd = target[0] >= '0' && target[0] <= '9' && !target[1]
			     ? fcntl(*target - '0', F_DUPFD_CLOEXEC, 10)
			     : -1;
		if (fd < 0)
			shell_warn("%s: bad file descriptor", target);
		return fd;
	}
	if (operator == '<')
		flags = O_RDONLY;
	else if (operator == TOKEN('<', '>', 0))
		flags = O_RDWR | O_CREAT;
	else if (operator == TOKEN('>', '>', 0))
		flags = O_WRONLY | O_CREAT | O_APPEND;
	int fd = open(target, flags | O_CLOEXEC, 0666);
	if (fd < 0)
		shell_warn("cannot %s %s: %s", operator == '<' ? "open" : "create", target, strerror(errno));
	return fd;
}

// Redirects in order; with `saved`, what was there can be put back. -1: a message was printed.
static int redirect_all(const struct redirect *redirect, struct saved_fds *saved)
{
	for (; redirect != NULL; redirect = redirect->next) {
		int fd = open_target(redirect), to = redirect->fd;
		if (fd == -1)
			return -1;
		if (saved != NULL && saved->copy[to] == 0)
			saved->copy[to] = fcntl(to, F_DUPFD_CLOEXEC, 10);
		if (fd == -2) {
			close(to);
		} else if (fd == to) {
			fcntl(fd, F_SETFD, 0);
		} else {
			dup2(fd, to);
			close(fd);
		}
	}
	return 0;
}

static void restore(struct saved_fds *saved)
{
	for (int fd = 0; fd < SAVED_FDS; fd++) {
		if (saved->copy[fd] > 0) {
			dup2(saved->copy[fd], fd);
			close(saved->copy[fd]);
		} else if (saved->copy[fd] < 0) {
			close(fd);
		}
	}
}

static void run_program(char **arguments) __attribute__((noreturn));
static void run_program(char **arguments)
{
	environ = variable_environment();
	execvpe(arguments[0], arguments, environ);
	if (errno == ENOEXEC) { // a script without "#!"
		shell_name = arguments[0];
		parameters.values = arguments + 1;
		for (parameters.count = 0; parameters.values[parameters.count] != NULL;)
			parameters.count++;
		shell_exit(run_file(arguments[0]));
	}
	bool missing = errno == ENOENT || errno == ENOTDIR;
	shell_warn("%s: %s", arguments[0],
		   missing && strchr(arguments[0], '/') == NULL ? "not found" : strerror(errno));
	shell_exit(missing ? 127 : 126);
}

static void assign_all(const struct word *assignments, bool exported, bool local)
{
	for (; assignments != NULL; assignments = assignments->next) {
		size_t size = strcspn(assignments->text, "=");
		char *name = stack_copy(assignments->text, size);
		const char *value = expand_single(assignments->text + size + 1, false);
		if (local)
			variable_local(name);
		variable_assign(name, value, size);
		if (exported)
			variable_flag(name, true, false);
		if (option_xtrace)
			fprintf(stderr, "+ %s=%s\n", name, value);
	}
}

static int call_function(struct node *body, int count, char **arguments)
{
	struct parameters before = parameters;
	int loops = loop_depth;
	size_t mark = variable_local_mark();
	if (function_depth == DEPTH_MAX)
		shell_error(2, "%s: functions call each other too deeply", arguments[0]);
	parameters = (struct parameters){count - 1, arguments + 1};
	loop_depth = 0;
	function_depth++;
	int status = execute(body, false);
	function_depth--;
	loop_depth = loops;
	parameters = before;
	variable_local_restore(mark);
	if (leaving == LEAVE_RETURN)
		leaving = LEAVE_NOTHING;
	return status;
}

// Runs a function or a builtin in this process, its redirections and assignments undone afterwards.
static int run_inside(struct node *node, struct node *body, const struct builtin *builtin, int count,
		      char **arguments)
{
	struct saved_fds saved = {{0}};
	size_t mark = variable_local_mark();
	int status = 2;
	if (redirect_all(node->redirects, &saved) == 0) {
		assign_all(node->assignments, true, builtin == NULL || !builtin->special);
		status = body != NULL ? call_function(body, count, arguments) : builtin->run(count, arguments);
		fflush(stdout);
		clearerr(stdout);
	} else if (builtin != NULL && builtin->special && !interactive) {
		shell_exit(2);
	}
	if (!redirects_stay)
		restore(&saved);
	redirects_stay = false;
	if (builtin == NULL || !builtin->special)
		variable_local_restore(mark);
	return status;
}

static int run_outside(struct node *node, char **arguments, bool may_exec)
{
	struct job *job = may_exec ? NULL : job_create(node->text != NULL ? node->text : arguments[0]);
	if (may_exec || job_fork(job, true) == 0) {
		if (redirect_all(node->redirects, NULL) < 0)
			shell_exit(2);
		assign_all(node->assignments, true, false);
		run_program(arguments);
	}
	return job_wait(job);
}

static void trace(char **arguments)
{
	fputs("+", stderr);
	for (; *arguments != NULL; arguments++)
		fprintf(stderr, " %s", *arguments);
	fputs("\n", stderr);
}

static int run_command(struct node *node, bool may_exec)
{
	int captures_before = captures, count = 0;
	struct word *words = expand_words(node->words);
	for (struct word *word = words; word != NULL; word = word->next)
		count++;
	char **arguments = stack_allocate((count + 1) * sizeof(char *)), **argument = arguments;
	for (; words != NULL; words = words->next)
		*argument++ = words->text;
	if (option_xtrace && count > 0)
		trace(arguments);
	if (count == 0) {
		struct saved_fds saved = {{0}};
		int rc = redirect_all(node->redirects, &saved);
		restore(&saved);
		assign_all(node->assignments, false, false);
		return rc < 0 ? 2 : captures != captures_before ? last_status : 0;
	}
	bool plain = strcmp(*arguments, "command") == 0 && count > 1 && arguments[1][0] != '-';
	if (plain) {
		arguments++;
		count--;
	}
	const struct builtin *builtin = builtin_find(arguments[0]);
	struct node **function =
	    plain || (builtin != NULL && builtin->special) ? NULL : function_slot(arguments[0], false);
	if (function != NULL && *function != NULL)
		return run_inside(node, *function, NULL, count, arguments);
	if (builtin != NULL)
		return run_inside(node, NULL, builtin, count, arguments);
	return run_outside(node, arguments, may_exec);
}

static int run_pipeline(struct node *node)
{
	struct job *job = job_create(node->text);
	int input = -1, ends[2];
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
	if (job_fork(job, false) == 0)
		shell_exit(execute(node->first, true));
	job_background(job);
	return 0;
}

static int run_subshell(struct node *node, bool may_exec)
{
	struct job *job = may_exec ? NULL : job_create(node->text != NULL ? node->text : "( ... )");
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
		if (leaving != LEAVE_NOTHING && loop_leaves())
			break;
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
	int status = 0;
	loop_depth++;
	for (int i = 0; node->listed ? words != NULL : i < parameters.count; i++) {
		const char *value = node->listed ? words->text : parameters.values[i];
		variable_assign(node->name, value, strlen(node->name));
		words = node->listed ? words->next : NULL;
		status = execute(node->first, false);
		if (loop_leaves())
			break;
	}
	loop_depth--;
	return status;
}

static int run_case(struct node *node, bool may_exec)
{
	const char *subject = expand_single(node->words->text, false);
	for (struct case_arm *arm = node->arms; arm != NULL; arm = arm->next)
		for (struct word *pattern = arm->patterns; pattern != NULL; pattern = pattern->next)
			if (fnmatch(expand_single(pattern->text, true), subject, 0) == 0)
				return arm->body != NULL ? execute(arm->body, may_exec) : 0;
	return 0;
}

static int define_function(struct node *node)
{
	struct mark mark = stack_suspend();
	size_t size = strlen(node->text);
	struct source source = {.text = stack_copy(node->text, size), .size = size, .fd = -1};
	*function_slot(node->name, true) = parse_command_line(&source);
	stack_resume(mark);
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
	default: return define_function(node);
	}
}

static int run_redirected(struct node *node, bool may_exec)
{
	struct saved_fds saved = {{0}};
	if (node->redirects == NULL)
		return run_compound(node, may_exec);
	int status = redirect_all(node->redirects, &saved) == 0 ? run_compound(node, false) : 2;
	restore(&saved);
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
	if (trap_pending)
		traps_run();
	bool counts = node->kind == NODE_COMMAND || node->kind == NODE_PIPE || node->kind == NODE_SUBSHELL;
	if (option_errexit && status != 0 && counts && condition_depth == 0 && leaving == LEAVE_NOTHING)
		shell_exit(status);
	return status;
}

// Runs `node` in a child and collects what it writes; the caller frees *output. Returns its status.
int capture(struct node *node, char **output, size_t *size)
{
	int ends[2], status = 0;
	size_t capacity = 512;
	ssize_t part;
	if (pipe2(ends, O_CLOEXEC) < 0)
		shell_error(2, "pipe: %s", strerror(errno));
	captures++;
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
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void execute_reset(void);
void execute_reset(void)
{
	call_depth = condition_depth = loop_depth = function_depth = 0;
	leaving = LEAVE_NOTHING;
	variable_local_restore(0);
}
