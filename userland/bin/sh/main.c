// main.c: where the shell's text comes from (-c, a script, standard input, the terminal), and how it ends.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"
#include "userland/lib/line/line.h"

bool interactive, in_child, option_errexit, option_nounset, option_xtrace, option_noglob;
const char *shell_name = "sh";
int last_status;
volatile sig_atomic_t interrupted;
static jmp_buf top_level; // where an error in an interactive shell goes
static int nesting;

bool source_refill(struct source *source);
void execute_reset(void);

void shell_warn(const char *template, ...)
{
	char message[1024];
	va_list args;
	va_start(args, template);
	vsnprintf(message, sizeof(message), template, args);
	va_end(args);
	fprintf(stderr, "%s: %s\n", shell_name, message);
}

// An error that ends a script, or the command line of an interactive shell. An empty message prints nothing.
void shell_error(int status, const char *template, ...)
{
	char message[1024];
	va_list args;
	va_start(args, template);
	vsnprintf(message, sizeof(message), template, args);
	va_end(args);
	if (*message != '\0')
		fprintf(stderr, "%s: %s\n", shell_name, message);
	last_status = status;
	if (interactive && !in_child)
		longjmp(top_level, 1);
	shell_exit(status);
}

void shell_exit(int status)
{
	last_status = status;
	trap_exit();
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

// Reads a block where the descriptor can be moved back, else a byte: a command may want the rest of standard input.
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
	} while ((size < 0 && errno == EINTR) || (size > 0 && !whole && block[0] != '\n'));
	return source->size != before ? 1 : size;
}

char *line_read(const char *text, line_completer *completer) __attribute__((weak)); // NULL in a shell without the editor

static ssize_t read_text(struct source *source);

static bool read_terminal(struct source *source)
{
	const char *prompt = variable_get(source->continued ? "PS2" : "PS1");
	prompt = prompt != NULL ? prompt : source->continued ? "> " : getuid() == 0 ? "# " : "$ ";
	if (line_read == NULL) {
		fputs(prompt, stderr);
		return read_text(source) > 0;
	}
	char *line = line_read(prompt, complete_word);
	if (line == NULL && errno == EINTR) { // ^C gives up the whole command
		last_status = 130;
		longjmp(top_level, 1);
	}
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

// Runs commands, a line at a time, up to the end. may_exec: nothing follows, so the last program may replace the shell.
int run_source(struct source *source, bool may_exec)
{
	int status = 0;
	source->line = source->line != 0 ? source->line : 1;
	if (++nesting > 500)
		shell_error(2, "too many nested evals");
	for (;;) {
		struct mark mark = stack_mark();
		if (source->fd >= 0 && source->position > 0) { // what was run is not needed any more
			source->size -= source->position;
			memmove(source->text, source->text + source->position, source->size);
			source->position = 0;
		}
		source->continued = false;
		if (source->terminal)
			jobs_notify();
		struct node *node = parse_command_line(source);
		if (node != NULL)
			status = execute(node, may_exec && rest_is_blank(source));
		else if (source->position == source->size && (source->ended || source->fd < 0))
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
	struct source source = {.text = (char *)text, .size = strlen(text), .fd = -1};
	return run_source(&source, false);
}

// Runs a script in this shell. -1: it cannot be opened.
int run_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), moved;
	if (fd < 0)
		return -1;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, 10); // out of the way of redirections
	close(fd);
	struct source source = {.fd = moved};
	int status = run_source(&source, false);
	close(moved);
	free(source.text);
	return status;
}

static void note_interrupt(int number)
{
	interrupted = 1;
}

static int run_interactive(void)
{
	struct sigaction action = {.sa_handler = note_interrupt};
	static struct source source;
	sigaction(SIGINT, &action, NULL);
	jobs_start();
	if (setjmp(top_level) != 0) {
		execute_reset();
		interrupted = 0;
		nesting = 0;
	}
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
	const char *text = arguments[0];
	if (count > 1)
		shell_name = arguments[1];
	parameters = (struct parameters){count > 2 ? count - 2 : 0, arguments + (count > 2 ? 2 : count)};
	struct source source = {.text = (char *)text, .size = strlen(text), .fd = -1};
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
	fputs("usage: sh [-eufx] [-il] [-c COMMAND [NAME ARGUMENT...] | SCRIPT [ARGUMENT...]]\n",
	      status != 0 ? stderr : stdout);
	return status;
}

int main(int count, char **arguments, char **environment)
{
	bool string = false, standard = false, ask = false;
	int i = 1;
	for (; i < count && (*arguments[i] == '-' || *arguments[i] == '+') && arguments[i][1] != '\0'; i++) {
		if (strcmp(arguments[i], "--help") == 0)
			return usage(0);
		if (strcmp(arguments[i], "--") == 0) {
			i++;
			break;
		}
		for (const char *letter = arguments[i] + 1; *letter != '\0'; letter++) {
			bool on = *arguments[i] == '-';
			switch (*letter) {
			case 'c': string = true; break;
			case 'e': option_errexit = on; break;
			case 'f': option_noglob = on; break;
			case 'i': ask = true; break;
			case 'l': break;
			case 's': standard = true; break;
			case 'u': option_nounset = on; break;
			case 'x': option_xtrace = on; break;
			default: return usage(2);
			}
		}
	}
	variable_start(environment);
	parameters.values = arguments + count;
	interactive = ask || (!string && i == count && isatty(STDIN_FILENO) && isatty(STDERR_FILENO));
	if (string)
		last_status = run_command_string(count - i, arguments + i);
	else if (i < count && !standard)
		last_status = run_script(count - i, arguments + i);
	else if (interactive)
		last_status = run_interactive();
	else
		last_status = run_standard_input();
	shell_exit(last_status);
}
