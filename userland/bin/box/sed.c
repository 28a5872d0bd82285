// sed.c: the stream editor. A script becomes an array of commands; a block's "{" knows where its "}" is, a branch its target.
// The input is a list of files read as one, a line ahead, because "$" must know the last line.
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define FILES_MAX 32 // that w writes to
#define GROUPS 10

enum address_kind { NO_ADDRESS, AT_LINE, AT_LAST, AT_PATTERN, AT_STEP, AT_PLUS };

struct address {
	enum address_kind kind;
	long line, step;
	regex_t *regex; // NULL in AT_PATTERN: the last one used
};

struct command {
	struct address first, second;
	bool inverted, active; // active: inside its range
	long until;	       // the range's last line, when that is known
	char name;
	int target;	       // { and b, t: index
	char *text;	       // a i c: text; b t : label; y: table of 256; s: replacement
	regex_t *regex;
	long occurrence;
	bool global, print;
	FILE *file;
};

struct buffer {
	char *text;
	size_t size, room;
};

static struct command *commands;
static int command_count;
static bool quiet, extended, failed;
static struct {
	char *name;
	FILE *file;
} outputs[FILES_MAX];
static int output_count;
static const regex_t *last_regex;

static struct call *sed_call;
static char **inputs;
static int input_count, input_at;
static FILE *input, *output;
static char *ahead; // the next line, read already
static size_t ahead_room;
static ssize_t ahead_size;
static bool ahead_newline, line_newline; // whether the line ended with one
static char *in_place, *temporary;
static long line_number;
static struct buffer pattern, hold, appended;
static bool substituted;

static void __attribute__((noreturn)) die(const char *why)
{
	complain(sed_call, "%s", why);
	exit(1);
}

static void *keep(void *pointer)
{
	if (pointer == NULL)
		die("out of memory");
	return pointer;
}

static void put(struct buffer *buffer, const char *text, size_t size)
{
	if (buffer->size + size + 1 > buffer->room) {
		buffer->room = 2 * (buffer->size + size) + 64;
		buffer->text = keep(realloc(buffer->text, buffer->room));
	}
	memcpy(buffer->text + buffer->size, text, size);
	buffer->size += size;
	buffer->text[buffer->size] = '\0';
}

static void set(struct buffer *buffer, const char *text, size_t size)
{
	buffer->size = 0;
	put(buffer, text, size);
}

// -------- the script

static const char *at;

static void skip_blanks(void)
{
	while (*at == ' ' || *at == '\t')
		at++;
}

// The text up to `close`, with \close made plain and \n a newline. In a pattern everything else keeps its backslash.
static char *take_delimited(char close, bool is_pattern)
{
	struct buffer text = {0};
	bool set = false;
	put(&text, "", 0);
	for (; *at != '\0' && (*at != close || set); at++) {
		if (*at == '\\' && at[1] != '\0' && !set) {
			at++;
			if (*at == close)
				put(&text, at, 1);
			else if (*at == 'n' && is_pattern)
				put(&text, "\n", 1);
			else if (*at == 't' && is_pattern)
				put(&text, "\t", 1);
			else
				put(&text, at - 1, 2);
			continue;
		}
		if (set && *at == '\\' && (at[1] == 'n' || at[1] == 't')) {
			put(&text, at[1] == 'n' ? "\n" : "\t", 1);
			at++;
			continue;
		}
		if (is_pattern && !set && *at == '[') {
			set = true;
			put(&text, at, 1);
			if (at[1] == '^')
				put(&text, ++at, 1);
			if (at[1] == ']')
				put(&text, ++at, 1);
			continue;
		}
		if (set && *at == '[' && strchr(":.=", at[1]) != NULL && at[1] != '\0') { // [:class:]
			const char *end = at + 2;
			while (*end != '\0' && !(end[0] == at[1] && end[1] == ']'))
				end++;
			if (*end != '\0') {
				put(&text, at, end - at + 2);
				at = end + 1;
				continue;
			}
		}
		set = set && *at != ']';
		put(&text, at, 1);
	}
	if (*at != close)
		die("unterminated pattern or replacement");
	at++;
	return text.text;
}

static regex_t *compile_regex(const char *text, int flags)
{
	char message[128];
	if (*text == '\0')
		return NULL;
	regex_t *regex = keep(calloc(1, sizeof(*regex)));
	int error = regcomp(regex, text, flags | (extended ? REG_EXTENDED : 0));
	if (error != 0) {
		regerror(error, regex, message, sizeof(message));
		die(message);
	}
	return regex;
}

static struct address take_address(void)
{
	struct address address = {.kind = NO_ADDRESS};
	char *end;
	if (*at == '~' && isdigit((unsigned char)at[1])) { // "2,~4": up to a multiple
		address.kind = AT_STEP;
		address.step = strtol(at + 1, &end, 10);
		at = end;
	} else if (isdigit((unsigned char)*at)) {
		address.kind = AT_LINE;
		address.line = strtol(at, &end, 10);
		at = end;
		if (*at == '~') {
			address.kind = AT_STEP;
			address.step = strtol(at + 1, &end, 10);
			at = end;
		}
	} else if (*at == '$') {
		address.kind = AT_LAST;
		at++;
	} else if (*at == '+') {
		address.kind = AT_PLUS;
		address.line = strtol(at + 1, &end, 10);
		at = end;
	} else if (*at == '/' || (*at == '\\' && at[1] != '\0')) {
		at += *at == '\\';
		char close = *at++, *text = take_delimited(close, true);
		int flags = 0;
		for (; *at == 'I' || *at == 'M'; at++)
			flags |= *at == 'I' ? REG_ICASE : REG_NEWLINE;
		address.kind = AT_PATTERN;
		address.regex = compile_regex(text, flags);
	}
	return address;
}

// The text of a, i, c: "a\", newline, lines joined by a backslash; or on the same line.
static char *take_text(void)
{
	struct buffer text = {0};
	skip_blanks();
	if (*at == '\\') {
		const char *blanks = ++at;
		skip_blanks();
		if (*at == '\n')
			at++;
		else if (*at != '\0')
			at = blanks; // "i\  text" keeps its blanks
		else if (*at == '\0')
			die("expected \\ after a, c or i");
	}
	for (; *at != '\0' && *at != '\n'; at++) {
		at += *at == '\\' && at[1] != '\0';
		put(&text, at, 1);
	}
	put(&text, "\n", 1);
	return text.text;
}

static char *take_word(const char *stops)
{
	skip_blanks();
	size_t size = strcspn(at, stops);
	char *word = keep(strndup(at, size));
	at += size;
	while (size > 0 && strchr(" \t", word[size - 1]) != NULL && strchr(stops, ';') != NULL)
		word[--size] = '\0';
	return word;
}

static FILE *take_output(void)
{
	char *name = take_word("\n");
	for (int i = 0; i < output_count; i++)
		if (strcmp(outputs[i].name, name) == 0)
			return outputs[i].file;
	if (strcmp(name, "/dev/stdout") == 0)
		return stdout;
	FILE *file = strcmp(name, "/dev/stderr") == 0 ? stderr : output_count < FILES_MAX ? fopen(name, "w") : NULL;
	if (file == NULL)
		die("cannot open the file of w");
	outputs[output_count].name = name;
	outputs[output_count++].file = file;
	return file;
}

static void take_substitution(struct command *command)
{
	char close = *at++, *end;
	int flags = 0;
	if (close == '\0' || close == '\n' || close == '\\')
		die("s needs a delimiter");
	char *text = take_delimited(close, true);
	command->text = take_delimited(close, false);
	command->occurrence = 1;
	for (;; at++) {
		if (*at == 'g')
			command->global = true;
		else if (*at == 'p')
			command->print = true;
		else if (*at == 'i' || *at == 'I')
			flags |= REG_ICASE;
		else if (*at == 'm' || *at == 'M')
			flags |= REG_NEWLINE;
		else if (isdigit((unsigned char)*at) && *at != '0') {
			command->occurrence = strtol(at, &end, 10);
			at = end - 1;
		} else if (*at == 'w') {
			at++;
			command->file = take_output();
			break;
		} else {
			break;
		}
	}
	command->regex = compile_regex(text, flags);
	for (const char *digit = command->text; command->regex != NULL && *digit != '\0'; digit++)
		if (*digit == '\\' && *++digit >= '1' && *digit <= '9' && (size_t)(*digit - '0') > command->regex->re_nsub)
			die("the replacement names a group that the pattern lacks");
}

static char take_escaped(const char **text)
{
	char c = *(*text)++;
	if (c == '\\' && **text != '\0') {
		c = *(*text)++;
		c = c == 'n' ? '\n' : c;
	}
	return c;
}

static void take_table(struct command *command)
{
	char close = *at++;
	const char *from = take_delimited(close, false), *to = take_delimited(close, false);
	command->text = keep(malloc(256));
	for (int c = 0; c < 256; c++)
		command->text[c] = (char)c;
	while (*from != '\0' && *to != '\0') {
		unsigned char key = take_escaped(&from);
		command->text[key] = take_escaped(&to);
	}
	if (*from != *to)
		die("the two strings of y differ in length");
}

static void take_end(void)
{
	skip_blanks();
	if (*at == '#' || *at == '}' || *at == '\0')
		return;
	if (*at != ';' && *at != '\n')
		die("extra characters after a command");
	at++;
}

static struct command *new_command(void)
{
	commands = keep(realloc(commands, (command_count + 1) * sizeof(*commands)));
	struct command *command = &commands[command_count++];
	*command = (struct command){.first = take_address()};
	skip_blanks();
	if (*at == ',' && command->first.kind != NO_ADDRESS) {
		at++;
		skip_blanks();
		command->second = take_address();
		if (command->second.kind == NO_ADDRESS)
			die("an address is missing behind ','");
	}
	for (skip_blanks(); *at == '!'; skip_blanks()) {
		command->inverted = true;
		at++;
	}
	return command;
}

static void parse_command(int *blocks, int *depth)
{
	struct command *command = new_command();
	command->name = *at != '\0' ? *at++ : '\0';
	switch (command->name) {
	case '{':
		blocks[(*depth)++] = command_count - 1;
		if (*depth == DEPTH_MAX)
			die("blocks nest too deeply");
		return;
	case '}':
		if (*depth == 0 || command->first.kind != NO_ADDRESS)
			die("unexpected '}'");
		commands[blocks[--*depth]].target = command_count - 1;
		take_end();
		return;
	case 'a':
	case 'i':
	case 'c': command->text = take_text(); return;
	case ':':
	case 'b':
	case 't':
	case 'T': command->text = take_word(command->name == ':' ? "\n;" : "\n;}"); break;
	case 'r': command->text = take_word("\n"); return;
	case 'w': command->file = take_output(); return;
	case 's': take_substitution(command); break;
	case 'y': take_table(command); break;
	case 'q':
	case 'Q':
	case 'l':
		skip_blanks();
		if (isdigit((unsigned char)*at))
			command->target = (int)strtol(at, (char **)&at, 10);
		break;
	case '#':
		at += strcspn(at, "\n");
		break;
	default:
		if (command->name == '\0' || strchr("=dDgGhHnNpPxzF", command->name) == NULL)
			die("unknown command");
	}
	take_end();
}

static void parse_script(const char *script)
{
	int blocks[DEPTH_MAX], depth = 0;
	at = script;
	if (strncmp(at, "#n\n", 3) == 0 || strcmp(at, "#n") == 0)
		quiet = true;
	for (;;) {
		while (*at == ' ' || *at == '\t' || *at == '\n' || *at == ';')
			at++;
		if (*at == '\0')
			break;
		parse_command(blocks, &depth);
	}
	if (depth > 0)
		die("unmatched '{'");
	for (int i = 0; i < command_count; i++) {
		struct command *command = &commands[i];
		if (command->name == '\0' || strchr("btT", command->name) == NULL)
			continue;
		command->target = *command->text == '\0' ? command_count : -1;
		for (int j = 0; j < command_count && command->target < 0; j++)
			if (commands[j].name == ':' && strcmp(commands[j].text, command->text) == 0)
				command->target = j;
		if (command->target < 0)
			die("a label is missing");
	}
}

// -------- input

static void close_output(void)
{
	if (in_place == NULL || temporary == NULL)
		return;
	struct stat status;
	const char *name = inputs[input_at - 1];
	if (stat(name, &status) == 0)
		fchmod(fileno(output), status.st_mode & 07777);
	if (fclose(output) != 0)
		die("write error");
	char *backup;
	if (*in_place != '\0' && asprintf(&backup, "%s%s", name, in_place) >= 0) {
		rename(name, backup);
		free(backup);
	}
	if (rename(temporary, name) < 0)
		failed = fail(sed_call, name);
	free(temporary);
	temporary = NULL;
	output = stdout;
}

static void open_output(const char *name)
{
	if (in_place == NULL)
		return;
	if (asprintf(&temporary, "%s.sedXXXXXX", name) < 0)
		die("out of memory");
	int fd = mkstemp(temporary);
	output = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (output == NULL)
		die("cannot make a temporary file");
	line_number = 0;
}

// Reads a line ahead, over the ends of files; with -i or -s (`here`) only in the present one.
static bool read_ahead(bool here)
{
	while (ahead_size <= 0) {
		if (input == NULL) {
			if (here || input_at >= input_count)
				return false;
			const char *name = inputs[input_at++];
			input = strcmp(name, "-") == 0 && in_place == NULL ? stdin : fopen(name, "r");
			if (input == NULL) {
				failed = fail(sed_call, name);
				continue;
			}
			open_output(name);
		}
		ahead_size = getline(&ahead, &ahead_room, input);
		if (ahead_size > 0)
			break;
		if (ferror(input))
			failed = fail(sed_call, inputs[input_at - 1]);
		if (here) // the output goes on until the line that is worked on is done
			return false;
		if (input != stdin)
			fclose(input);
		input = NULL;
		close_output();
	}
	ahead_newline = ahead[ahead_size - 1] == '\n';
	return true;
}

static bool is_last(void)
{
	bool separate = in_place != NULL || sed_call->option['s'];
	return !read_ahead(separate);
}

// The next line at the end of the pattern space (`joined`: behind a newline). False at the end of input.
static bool next_line(bool joined)
{
	if (!read_ahead(in_place != NULL && joined))
		return false;
	if (!joined)
		pattern.size = 0;
	else
		put(&pattern, "\n", 1);
	line_newline = ahead_newline;
	put(&pattern, ahead, ahead_size - ahead_newline);
	ahead_size = 0;
	line_number++;
	return true;
}

// -------- running

static void print(FILE *file, const char *text, size_t size, bool newline)
{
	fwrite(text, 1, size, file);
	if (newline)
		putc('\n', file);
	if (file != stdout && file != output)
		fflush(file);
}

static bool matches(const regex_t *regex, regmatch_t *match, size_t count, size_t from)
{
	last_regex = regex = regex != NULL ? regex : last_regex;
	if (regex == NULL)
		die("no pattern was used before");
	match[0] = (regmatch_t){(regoff_t)from, (regoff_t)pattern.size};
	return regexec(regex, pattern.text, count, match, REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)) == 0;
}

static bool at_address(const struct address *address)
{
	regmatch_t match;
	switch (address->kind) {
	case AT_LINE: return line_number == address->line;
	case AT_LAST: return is_last();
	case AT_STEP:
		return address->step <= 0 ? line_number == address->line
					  : line_number >= address->line && (line_number - address->line) % address->step == 0;
	case AT_PATTERN: return matches(address->regex, &match, 1, 0);
	default: return true;
	}
}

static bool in_range(struct command *command)
{
	if (command->active) {
		struct address *last = &command->second;
		if (last->kind == AT_PATTERN)
			command->active = !at_address(last);
		else if (last->kind == AT_LAST)
			command->active = !is_last();
		else if (line_number >= command->until) {
			command->active = false;
			return line_number == command->until;
		}
		return true;
	}
	bool from_start = command->first.kind == AT_LINE && command->first.line == 0 && line_number == 1; // 0,/x/
	if (!from_start && !at_address(&command->first))
		return false;
	command->until = command->second.kind == AT_PLUS ? line_number + command->second.line
		       : command->second.kind == AT_STEP && command->second.step > 0
			   ? (line_number + command->second.step - 1) / command->second.step * command->second.step
			   : command->second.line;
	command->active = command->second.kind == AT_PATTERN || command->second.kind == AT_LAST || command->until > line_number;
	if (from_start && command->second.kind == AT_PATTERN)
		command->active = !at_address(&command->second);
	return true;
}

static bool is_selected(struct command *command)
{
	bool selected = command->second.kind != NO_ADDRESS ? in_range(command) : at_address(&command->first);
	return selected != command->inverted;
}

enum case_change { AS_IT_IS, UPPER, LOWER };

// Appends with the case that \U \L \u \l ask for.
static void put_cased(struct buffer *to, const char *text, size_t size, enum case_change all, enum case_change *once)
{
	for (size_t i = 0; i < size; i++) {
		enum case_change now = *once != AS_IT_IS ? *once : all;
		char c = now == UPPER ? (char)toupper((unsigned char)text[i]) : now == LOWER ? (char)tolower((unsigned char)text[i]) : text[i];
		put(to, &c, 1);
		*once = AS_IT_IS;
	}
}

static void put_replacement(struct buffer *to, const char *text, const regmatch_t *match)
{
	enum case_change all = AS_IT_IS, once = AS_IT_IS;
	for (; *text != '\0'; text++) {
		int group = *text == '&' ? 0 : -1;
		char c = *text;
		if (c == '\\' && text[1] != '\0') {
			c = *++text;
			group = isdigit((unsigned char)c) ? c - '0' : -1;
			if (strchr("ULE", c) != NULL)
				all = c == 'U' ? UPPER : c == 'L' ? LOWER : AS_IT_IS;
			if (c == 'u' || c == 'l')
				once = c == 'u' ? UPPER : LOWER;
			if (strchr("ULEul", c) != NULL)
				continue;
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		if (group < 0)
			put_cased(to, &c, 1, all, &once);
		else if (match[group].rm_so >= 0)
			put_cased(to, pattern.text + match[group].rm_so, match[group].rm_eo - match[group].rm_so, all, &once);
	}
}

static bool substitute(struct command *command)
{
	regmatch_t match[GROUPS];
	struct buffer result = {0};
	size_t from = 0, copied = 0;
	long found = 0;
	while (from <= pattern.size && matches(command->regex, match, GROUPS, from)) {
		size_t start = match[0].rm_so, end = match[0].rm_eo;
		if (++found >= command->occurrence) {
			put(&result, pattern.text + copied, start - copied);
			put_replacement(&result, command->text, match);
			copied = end;
			if (!command->global)
				break;
		}
		from = end;
		if (end == start) { // an empty match: the next character is passed, and no other may start behind it
			from++;
		} else if (from <= pattern.size) {
			regmatch_t next[1];
			if (matches(command->regex, next, 1, from) && next[0].rm_so == next[0].rm_eo && (size_t)next[0].rm_so == from)
				from++;
		}
	}
	if (found < command->occurrence) {
		free(result.text);
		return false;
	}
	put(&result, pattern.text + copied, pattern.size - copied);
	free(pattern.text);
	pattern = result;
	return true;
}

static void print_visibly(int width)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\";
	int column = 0;
	for (size_t i = 0; i < pattern.size; i++) {
		char one[8] = {pattern.text[i], '\0'};
		const char *letter = letters + 1;
		while (*letter != pattern.text[i] && letter < letters + sizeof(letters) - 3)
			letter += 2;
		if (*letter == pattern.text[i])
			sprintf(one, "\\%c", letter[-1]);
		else if (!isprint((unsigned char)one[0]))
			sprintf(one, "\\%03o", (unsigned char)pattern.text[i]);
		if (width > 1 && column + (int)strlen(one) > width - 1) {
			fputs("\\\n", output);
			column = 0;
		}
		column += (int)strlen(one);
		fputs(one, output);
	}
	fputs("$\n", output);
}

static void append_file(const char *name)
{
	char block[4096];
	FILE *file = fopen(name, "r");
	for (size_t size; file != NULL && (size = fread(block, 1, sizeof(block), file)) > 0;)
		put(&appended, block, size);
	if (file != NULL)
		fclose(file);
}

static void flush_appended(void)
{
	fwrite(appended.text, 1, appended.size, output);
	appended.size = 0;
}

static void end_cycle(void)
{
	if (!quiet)
		print(output, pattern.text, pattern.size, line_newline || appended.size > 0);
	flush_appended();
}

enum outcome { GO_ON, NEXT_CYCLE, AGAIN, QUIT };

static enum outcome delete_first_line(void)
{
	char *newline = memchr(pattern.text, '\n', pattern.size);
	if (newline == NULL)
		return NEXT_CYCLE;
	pattern.size -= newline + 1 - pattern.text;
	memmove(pattern.text, newline + 1, pattern.size);
	pattern.text[pattern.size] = '\0';
	return AGAIN;
}

static enum outcome take_next(bool joined)
{
	if (is_last() && (in_place == NULL || input_at >= input_count)) { // no line left: GNU prints, POSIX leaves it open
		if (!quiet)
			print(output, pattern.text, pattern.size, line_newline);
		flush_appended();
		return QUIT;
	}
	if (!joined && !quiet)
		print(output, pattern.text, pattern.size, line_newline);
	flush_appended();
	return next_line(joined) ? GO_ON : QUIT;
}

static enum outcome run_one(struct command *command, int *next)
{
	struct buffer other;
	char *newline;
	switch (command->name) {
	case '=': fprintf(output, "%ld\n", line_number); break;
	case 'a': put(&appended, command->text, strlen(command->text)); break;
	case 'i': fputs(command->text, output); break;
	case 'c':
		if (command->second.kind == NO_ADDRESS || command->inverted || !command->active)
			fputs(command->text, output);
		return NEXT_CYCLE;
	case 'b': *next = command->target; break;
	case 't':
	case 'T':
		if (substituted == (command->name == 't'))
			*next = command->target;
		substituted = false;
		break;
	case 'd': return NEXT_CYCLE;
	case 'D': return delete_first_line();
	case 'g': set(&pattern, hold.size > 0 ? hold.text : "", hold.size); break;
	case 'G':
		put(&pattern, "\n", 1);
		put(&pattern, hold.size > 0 ? hold.text : "", hold.size);
		break;
	case 'h': set(&hold, pattern.text, pattern.size); break;
	case 'H':
		put(&hold, "\n", 1);
		put(&hold, pattern.text, pattern.size);
		break;
	case 'l': print_visibly(command->target > 0 ? command->target : 70); break;
	case 'n': return take_next(false);
	case 'N': return take_next(true);
	case 'p': print(output, pattern.text, pattern.size, true); break;
	case 'P':
		newline = memchr(pattern.text, '\n', pattern.size);
		print(output, pattern.text, newline != NULL ? (size_t)(newline - pattern.text) : pattern.size, true);
		break;
	case 'q': end_cycle(); return QUIT;
	case 'Q': return QUIT;
	case 'r': append_file(command->text); break;
	case 's':
		if (substitute(command)) {
			substituted = true;
			if (command->print)
				print(output, pattern.text, pattern.size, true);
			if (command->file != NULL)
				print(command->file, pattern.text, pattern.size, true);
		}
		break;
	case 'w': print(command->file, pattern.text, pattern.size, true); break;
	case 'x':
		other = pattern;
		pattern = hold;
		hold = other;
		put(&pattern, "", 0);
		break;
	case 'y':
		for (size_t i = 0; i < pattern.size; i++)
			pattern.text[i] = command->text[(unsigned char)pattern.text[i]];
		break;
	case 'z': set(&pattern, "", 0); break;
	case 'F': fprintf(output, "%s\n", input_at > 0 ? inputs[input_at - 1] : "-"); break;
	}
	return GO_ON;
}

static enum outcome run_script(int *status)
{
	for (int i = 0; i < command_count;) {
		struct command *command = &commands[i++];
		if (!is_selected(command)) {
			if (command->name == '{')
				i = command->target;
			continue;
		}
		enum outcome outcome = run_one(command, &i);
		if (outcome == QUIT && strchr("qQ", command->name) != NULL)
			*status = command->target;
		if (outcome != GO_ON)
			return outcome;
	}
	return GO_ON;
}

static char *read_script(struct call *call, const char *path)
{
	struct buffer text = {0};
	char block[4096];
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	put(&text, "", 0);
	if (file == NULL) {
		fail(call, path);
		exit(4);
	}
	for (size_t size; (size = fread(block, 1, sizeof(block), file)) > 0;)
		put(&text, block, size);
	fclose(file);
	if (text.size > 0 && text.text[text.size - 1] == '\n')
		text.text[--text.size] = '\0';
	return text.text;
}

static int run_sed(struct call *call)
{
	static char *standard[] = {"-"};
	const char *script = call->value['e'];
	int status = 0;
	char *joined;
	sed_call = call;
	output = stdout;
	quiet = call->option['n'];
	extended = call->option['E'] || call->option['r'];
	in_place = (char *)call->value['i'];
	if (call->option['f']) {
		char *more = read_script(call, call->value['f']);
		script = script == NULL ? more : asprintf(&joined, "%s\n%s", script, more) >= 0 ? joined : NULL;
	}
	if (script == NULL && call->count == 0)
		return wrong_use(call, "no script");
	inputs = call->operands;
	input_count = call->count;
	if (script == NULL) {
		script = *inputs++;
		input_count--;
	}
	parse_script(script);
	if (input_count == 0) {
		inputs = standard;
		input_count = 1;
	}
	put(&hold, "", 0);
	put(&appended, "", 0);
	for (bool again = false; again || next_line(false);) {
		if (!again)
			substituted = false;
		enum outcome outcome = run_script(&status);
		again = outcome == AGAIN;
		if (outcome == GO_ON)
			end_cycle();
		else if (outcome != QUIT)
			flush_appended();
		else
			break;
	}
	if (temporary != NULL) { // q inside -i: what is left is kept
		while (in_place != NULL && next_line(false) && temporary != NULL)
			print(output, pattern.text, pattern.size, line_newline);
		close_output();
	}
	for (int i = 0; i < output_count; i++)
		fflush(outputs[i].file);
	return status != 0 ? status : failed ? 2 : 0;
}

TOOL("sed", "nErs*e:f:i?uz quiet=n silent=n regexp-extended=E expression=e file=f in-place=i separate=s",
     "[-nErs] [-i[SUFFIX]] SCRIPT|-e SCRIPT|-f FILE [FILE...]", "Edits a stream of lines.", 0, -1, run_sed)
