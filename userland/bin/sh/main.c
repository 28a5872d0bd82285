// main.c: where the shell's text comes from (-c, a script, standard input, the terminal), and how it ends.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"
#include "userland/lib/line/line.h"

#define NESTING_MAX 500 // of eval, dot and traps inside each other

bool interactive, in_child;
const char *shell_name = "sh";
int last_status, line_number;
volatile sig_atomic_t interrupted, trap_pending;
int trap_status = -1;
struct rescue *rescue;
static int nesting;
static bool history_loaded;

void line_history_load(const char *path) __attribute__((weak));
void line_history_save(const char *path) __attribute__((weak));
char *line_read(const char *text, line_completer *completer) __attribute__((weak)); // NULL in a shell without the editor

static void print_message(const char *template, va_list args)
{
	char message[1024];
	vsnprintf(message, sizeof(message), template, args);
	if (*message == '\0')
		return;
	fflush(stdout);
	if (interactive || line_number == 0)
		fprintf(stderr, "%s: %s\n", shell_name, message);
	else
		fprintf(stderr, "%s: %d: %s\n", shell_name, line_number, message);
}

void shell_warn(const char *template, ...)
{
	va_list args;
	va_start(args, template);
	print_message(template, args);
	va_end(args);
}

// An error that ends a script, the command line of an interactive shell, or a regular builtin. An empty message prints nothing.
void shell_error(int status, const char *template, ...)
{
	va_list args;
	va_start(args, template);
	print_message(template, args);
	va_end(args);
	last_status = status;
	if (rescue != NULL) {
		loop_depth = rescue->loop_depth;
		function_depth = rescue->function_depth;
		call_depth = rescue->call_depth;
		condition_depth = rescue->condition_depth;
		nesting = rescue->nesting;
		leaving = LEAVE_NOTHING;
		redirects_stay = false;
		variable_local_restore(rescue->locals);
		longjmp(rescue->place, 1);
	}
	shell_exit(status);
}

void shell_exit(int status)
{
	last_status = status;
	rescue = NULL;
	if (trap_exit != NULL)
		trap_exit();
	if (interactive && !in_child && line_history_save != NULL && variable_get("HISTFILE") != NULL)
		line_history_save(variable_get("HISTFILE"));
	fflush(stdout);
	_exit(last_status);
}

static void add_text(struct source *source, const char *text, size_t size)
{
	if (source->size + size + 1 > source->capacity)
		source->text = keep(realloc(source->text, source->capacity = 2 * (source->size + size) + 128));
	memcpy(source->text + source->size, text, size);
	source->size += size;
}

// Reads a block where nobody else reads, else a byte at a time: a command may want the rest of standard input.
static ssize_t read_text(struct source *source)
{
	char block[1024];
	ssize_t size;
	bool whole = source->fd != STDIN_FILENO;
	size_t before = source->size;
	do {
		size = read(source->fd, block, whole ? sizeof(block) : 1);
		if (size > 0)
			add_text(source, block, size);
		if (interrupted && interactive)
			shell_error(130, "%s", "");
	} while ((size < 0 && errno == EINTR) || (size > 0 && !whole && block[0] != '\n'));
	if (option[OPTION_VERBOSE] && source->size > before)
		fwrite(source->text + before, 1, source->size - before, stderr);
	return source->size != before ? 1 : size;
}

// The prompt with its parameters and commands expanded; "!" is left alone.
static const char *prompt_text(bool continued)
{
	const char *prompt = variable_get(continued ? "PS2" : "PS1");
	int status = last_status;
	prompt = prompt != NULL ? expand_document(stack_copy(prompt, strlen(prompt))) : "";
	last_status = status;
	return prompt;
}

static bool read_terminal(struct source *source)
{
	const char *prompt = prompt_text(source->continued);
	if (line_read == NULL || !isatty(source->fd)) {
		fputs(prompt, stderr);
		return read_text(source) > 0;
	}
	char *line = line_read(prompt, complete_word);
	if (line == NULL && errno == EINTR) // ^C gives up the whole command
		shell_error(130, "%s", "");
	if (line == NULL)
		return false;
	add_text(source, line, strlen(line));
	add_text(source, "\n", 1);
	free(line);
	return true;
}

// More text, a line at least. False at the end of input.
bool source_refill(struct source *source)
{
	if (source->ended || source->fd < 0 || (source->terminal ? !read_terminal(source) : read_text(source) <= 0))
		source->ended = true;
	source->continued = true;
	return !source->ended;
}

static bool rest_is_blank(struct source *source)
{
	for (size_t i = source->position; i < source->size; i++)
		if (strchr(" \t\n", source->text[i]) == NULL)
			return false;
	return source->fd < 0;
}

// At the end of a terminal's input: whether the shell goes on all the same, after a word why.
static bool stays(struct source *source)
{
	static int refused;
	bool stopped = source->terminal && jobs_stopped() && refused++ == 0;
	if (!source->terminal || (!stopped && (!option[OPTION_IGNOREEOF] || refused++ > 50)))
		return false;
	fputs(stopped ? "\nThere are stopped jobs.\n" : "\nUse \"exit\" to leave the shell.\n", stderr);
	source->ended = false;
	return true;
}

// Runs commands, a line at a time, up to the end. may_exec: nothing follows, so the last program may replace the shell.
int run_source(struct source *source, bool may_exec)
{
	int status = 0;
	source->line = source->line != 0 ? source->line : 1;
	if (++nesting > NESTING_MAX)
		shell_error(2, "too many nested evals");
	if (alias_spliced != NULL)
		alias_spliced(NULL, source, 0, 0);
	for (;;) {
		struct mark mark = stack_mark();
		if (source->fd >= 0 && source->position > 0) { // what was run is not needed any more
			source->size -= source->position;
			memmove(source->text, source->text + source->position, source->size);
			if (alias_spliced != NULL)
				alias_spliced(NULL, source, source->position, -(long)source->position);
			source->position = 0;
		}
		source->continued = false;
		if (source->terminal)
			jobs_notify();
		struct node *node = parse_command_line(source);
		if (node != NULL && (!option[OPTION_NOEXEC] || interactive))
			status = execute(node, may_exec && rest_is_blank(source));
		else if (node == NULL && source->position == source->size && (source->ended || source->fd < 0) && !stays(source))
			break;
		stack_release(mark);
		if (leaving != LEAVE_NOTHING)
			break;
	}
	nesting--;
	return status;
}

int run_string(const char *text)
{
	size_t size = strlen(text);
	int line = line_number;
	struct source source = {.text = keep(strdup(text)), .size = size, .capacity = size + 1, .fd = -1, .line = line};
	int status = run_source(&source, false);
	free(source.text);
	line_number = line;
	return status;
}

// Runs a script in this shell. -1: it cannot be opened.
int run_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), line = line_number;
	if (fd < 0)
		return -1;
	struct source source = {.fd = move_fd(fd)};
	int status = run_source(&source, false);
	close(source.fd);
	free(source.text);
	line_number = line;
	return status;
}

static void note_interrupt(int number)
{
	interrupted = 1;
}

static void run_profile(const char *path)
{
	if (path != NULL && access(path, R_OK) == 0)
		run_file(path);
}

static int run_interactive(bool login)
{
	static struct source source;
	static struct rescue top;
	static bool started, profile;
	struct sigaction action = {.sa_handler = note_interrupt};
	sigaction(SIGINT, &action, NULL);
	option[OPTION_INTERACTIVE] = true;
	jobs_monitor(true);
	profile = login;
	if (setjmp(top.place) == 0)
		rescue = &top;
	else
		interrupted = 0;
	if (!started) {
		started = true;
		if (profile)
			run_profile("/etc/profile");
		const char *file = variable_get("ENV");
		if (file != NULL)
			run_profile(expand_document(stack_copy(file, strlen(file))));
	}
	rescue = &top;
	if (line_history_load != NULL && !history_loaded && variable_get("HISTFILE") != NULL)
		line_history_load(variable_get("HISTFILE"));
	history_loaded = true;
	source.position = source.size = 0;
	source.ended = false;
	source.terminal = true;
	run_source(&source, false);
	fputs("\n", stderr);
	return last_status;
}

static int run_standard_input(void)
{
	struct source source = {.fd = STDIN_FILENO};
	return run_source(&source, false);
}

static int run_command_string(int count, char **arguments)
{
	if (count < 1)
		shell_error(2, "-c requires an argument");
	if (count > 1)
		shell_name = arguments[1];
	parameters = (struct parameters){count > 2 ? count - 2 : 0, arguments + (count > 2 ? 2 : count)};
	struct source source = {.text = arguments[0], .size = strlen(arguments[0]), .fd = -1};
	if (option[OPTION_VERBOSE])
		fprintf(stderr, "%s\n", arguments[0]);
	return run_source(&source, true);
}

static int run_script(int count, char **arguments)
{
	shell_name = arguments[0];
	parameters = (struct parameters){count - 1, arguments + 1};
	int status = run_file(arguments[0]);
	if (status < 0) {
		fprintf(stderr, "sh: cannot open %s: %s\n", arguments[0], strerror(errno));
		return errno == EACCES ? 126 : 127;
	}
	return status;
}

static int usage(int status)
{
	fputs("usage: sh [-abCefhimnuvx] [-o OPTION] [-l] [-c COMMAND [NAME ARGUMENT...] | SCRIPT [ARGUMENT...] | -s [ARGUMENT...]]\n",
	      status != 0 ? stderr : stdout);
	return status;
}

int main(int count, char **arguments, char **environment)
{
	bool string = false, login = count > 0 && *arguments[0] == '-';
	int i = 1;
	variable_start(environment);
	while (i < count && (*arguments[i] == '-' || *arguments[i] == '+') && arguments[i][1] != '\0') {
		if (strcmp(arguments[i], "--help") == 0)
			return usage(0);
		if (strcmp(arguments[i], "--") == 0) {
			i++;
			break;
		}
		char *c = *arguments[i] == '-' ? strpbrk(arguments[i] + 1, "cl") : NULL;
		for (; c != NULL; c = strpbrk(c, "cl")) { // the two letters that `set` does not know
			string |= *c == 'c';
			login |= *c == 'l';
			memmove(c, c + 1, strlen(c));
		}
		i = arguments[i][1] != '\0' ? option_take(count, arguments, i, true) : i + 1;
		if (i < 0)
			return usage(2);
	}
	i += i < count && strcmp(arguments[i], "-") == 0;
	bool script = !string && !option[OPTION_STDIN] && i < count;
	parameters = (struct parameters){count - i, arguments + i};
	interactive = option[OPTION_INTERACTIVE] ||
		      (!string && !script && isatty(STDIN_FILENO) && isatty(STDERR_FILENO));
	if (!interactive && option[OPTION_MONITOR])
		jobs_monitor(true);
	if (string)
		last_status = run_command_string(count - i, arguments + i);
	else if (script)
		last_status = run_script(count - i, arguments + i);
	else if (interactive)
		last_status = run_interactive(login);
	else
		last_status = run_standard_input();
	shell_exit(last_status);
}
