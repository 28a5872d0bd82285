// expand.c: from a word as written to the arguments that a program gets (POSIX XCU 2.6): tilde, parameters, commands,
// arithmetic, then field splitting, file names, quote removal.
//
// Expansion appends to a `struct text`, in which every byte has a kind that says what may still happen to it. All
// later steps look at the kinds, so quoting needs no marks inside the text and any byte but NUL passes through.
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

enum kind {
	LITERAL,     // written without quotes: may be a pattern
	QUOTED,	     // stands for itself
	EXPANDED,    // from an unquoted expansion: is split, may be a pattern
	BREAK,	     // between the arguments of "$@": always ends a field
	SOFT_BREAK,  // between those of $@: ends a field that has something in it
	EMPTY_QUOTES // "": makes a field even with nothing in it
};

// Where a word stands decides what its characters mean.
enum mode {
	PLAIN,
	WORD,	    // in an unquoted ${ }: what is written without quotes is split like a value
	ASSIGNMENT, // a tilde may stand behind a colon too, and "$@" makes no fields
	DOUBLE,	    // inside double quotes
	BRACES,	    // inside double quotes and ${ }: a backslash may quote "}" too
	DOCUMENT    // a here-document: double quotes are ordinary characters
};

struct text {
	char *bytes;
	unsigned char *kinds;
	size_t size, capacity;
	bool no_arguments; // "$@" without arguments was seen: these quotes make no field
};

static void append(struct text *text, const char *bytes, size_t size, enum kind kind)
{
	if (text->size + size > text->capacity) {
		text->capacity = 2 * (text->size + size) + 32;
		text->bytes = keep(realloc(text->bytes, text->capacity));
		text->kinds = keep(realloc(text->kinds, text->capacity));
	}
	if (size == 0)
		return;
	memcpy(text->bytes + text->size, bytes, size);
	memset(text->kinds + text->size, kind, size);
	text->size += size;
}

static void append_value(struct text *text, const char *value, enum mode mode)
{
	append(text, value, strlen(value), mode >= DOUBLE ? QUOTED : EXPANDED);
}

static void expand(struct text *text, const char *raw, size_t size, enum mode mode);

enum escapes { BARE, PATTERN, FIELD };

// The text without kinds, on the shell's stack. PATTERN: quoted characters that a pattern would act on get a backslash;
// FIELD: so does every backslash, for all of them are taken away again.
static char *flatten(struct text *text, enum escapes escapes)
{
	char *flat = stack_allocate(2 * text->size + 1), *to = flat;
	for (size_t i = 0; i < text->size; i++) {
		if (text->kinds[i] == EMPTY_QUOTES)
			continue;
		if (escapes != BARE && strchr("*?[]\\!-^", text->bytes[i]) != NULL &&
		    (text->kinds[i] == QUOTED || (escapes == FIELD && text->bytes[i] == '\\')))
			*to++ = '\\';
		*to++ = text->kinds[i] == BREAK || text->kinds[i] == SOFT_BREAK ? ' ' : text->bytes[i];
	}
	free(text->bytes);
	free(text->kinds);
	*text = (struct text){0};
	return flat;
}

static char *expand_flat(const char *raw, size_t size, enum mode mode, enum escapes escapes)
{
	struct text text = {0};
	expand(&text, raw, size, mode);
	return flatten(&text, escapes);
}

char *expand_single(const char *raw, bool as_pattern)
{
	return expand_flat(raw, strlen(raw), PLAIN, as_pattern ? PATTERN : BARE);
}

char *expand_assignment(const char *raw)
{
	return expand_flat(raw, strlen(raw), ASSIGNMENT, BARE);
}

char *expand_document(const char *raw)
{
	return expand_flat(raw, strlen(raw), DOCUMENT, BARE);
}

static void expand_command(struct text *text, struct node *node, enum mode mode)
{
	char *output;
	size_t size;
	capture(node, &output, &size);
	while (size > 0 && output[size - 1] == '\n')
		size--;
	for (size_t i = 0; i < size; i++)
		if (output[i] != '\0')
			append(text, output + i, 1, mode >= DOUBLE ? QUOTED : EXPANDED);
	free(output);
}

static void expand_backquote(struct text *text, const char *raw, size_t size, enum mode mode)
{
	char *command = stack_allocate(size + 2), *to = command;
	for (size_t i = 0; i < size; i++) {
		bool quotes = mode == DOUBLE || mode == BRACES;
		if (raw[i] == '\\' && i + 1 < size && strchr(quotes ? "$`\\\"" : "$`\\", raw[i + 1]) != NULL)
			i++;
		*to++ = raw[i];
	}
	*to++ = '\n'; // ends a comment
	*to = ')';    // so that one parser serves both forms
	struct source source = {.text = command, .size = to - command + 1, .fd = -1, .line = line_number};
	if (alias_spliced != NULL)
		alias_spliced(NULL, &source, 0, 0);
	expand_command(text, parse_substitution(&source), mode);
	if (source.capacity != 0)
		free(source.text);
}

// $@ and $*: quoted, "$@" is one field an argument and "$*" one field, joined by IFS's first character.
static void expand_arguments(struct text *text, char name, enum mode mode)
{
	const char *separators = variable_get("IFS");
	char joint = separators == NULL ? ' ' : *separators;
	bool quoted = mode >= DOUBLE, fields = name == '@' && mode != DOCUMENT;
	if (parameters.count == 0 && name == '@')
		text->no_arguments = true;
	for (int i = 0; i < parameters.count; i++) {
		if (i > 0 && mode == ASSIGNMENT)
			append(text, name == '*' ? &joint : " ", name == '*' ? joint != '\0' : 1, QUOTED);
		else if (i > 0 && (!quoted || fields))
			append(text, " ", 1, quoted ? BREAK : SOFT_BREAK);
		else if (i > 0 && joint != '\0')
			append(text, &joint, 1, QUOTED);
		append_value(text, parameters.values[i], mode);
	}
}

// The value of a variable or special parameter; NULL when unset. The buffer is the caller's.
static const char *parameter_value(const char *name, char *buffer, size_t size)
{
	if (isdigit((unsigned char)*name)) {
		long index = strtol(name, NULL, 10);
		return index == 0 ? shell_name : index <= parameters.count ? parameters.values[index - 1] : NULL;
	}
	switch (*name) {
	case '?': snprintf(buffer, size, "%d", last_status); return buffer;
	case '#': snprintf(buffer, size, "%d", parameters.count); return buffer;
	case '$': return variable_get(" shell pid");
	case '!': snprintf(buffer, size, "%d", last_background); return last_background ? buffer : NULL;
	case '-': option_letters(buffer); return buffer;
	case '@':
	case '*': return parameters.count > 0 ? "set" : NULL;
	}
	if (strcmp(name, "LINENO") == 0 && variable_get(name) == NULL) {
		snprintf(buffer, size, "%d", line_number);
		return buffer;
	}
	return variable_get(name);
}

// "$*" and "$@" as one text, for the operators that look at a value.
static const char *joined_value(const char *name, const char *value, enum mode mode)
{
	struct text text = {0};
	if (*name != '@' && *name != '*')
		return value;
	expand_arguments(&text, '*', mode >= DOUBLE ? mode : ASSIGNMENT);
	return flatten(&text, BARE);
}

static void remove_affix(struct text *text, const char *value, const char *pattern, char side, bool longest,
			 enum mode mode)
{
	size_t length = strlen(value), cut = 0;
	char *copy = stack_copy(value, length);
	bool found = false;
	for (size_t i = 0; i <= length && !found; i++) { // try the shortest affix first, or the longest
		cut = longest ? length - i : i;
		char *part = side == '#' ? copy : copy + length - cut, saved = part[cut];
		part[cut] = '\0';
		found = fnmatch(pattern, part, 0) == 0;
		part[cut] = saved;
	}
	cut = found ? cut : 0;
	append(text, side == '#' ? value + cut : value, length - cut, mode >= DOUBLE ? QUOTED : EXPANDED);
}

static size_t name_length(const char *raw, size_t size)
{
	size_t length = 0;
	if (size > 0 && strchr("?#$!-@*", *raw) != NULL)
		return 1;
	if (size == 0 || !isdigit((unsigned char)*raw))
		return name_size(raw, size);
	while (length < size && isdigit((unsigned char)raw[length]))
		length++;
	return length;
}

static void expand_value(struct text *text, const char *name, const char *value, enum mode mode)
{
	if (value == NULL && option[OPTION_NOUNSET] && *name != '@' && *name != '*')
		shell_error(2, "%s: parameter not set", name);
	if (*name == '@' || *name == '*')
		expand_arguments(text, *name, mode);
	else if (value != NULL)
		append_value(text, value, mode);
}

static void expand_assigning(struct text *text, const char *name, const char *raw, size_t size, enum mode mode)
{
	if (!is_name(name, strlen(name)))
		shell_error(2, "%s: bad variable name", name);
	char *value = expand_flat(raw, size, mode >= DOUBLE ? BRACES : ASSIGNMENT, BARE);
	variable_assign(name, value, strlen(name));
	append_value(text, value, mode);
}

// What follows ${name: an operator and its word.
static void expand_operator(struct text *text, const char *name, const char *value, const char *raw, size_t size,
			    enum mode mode)
{
	bool colon = *raw == ':' && size > 1, missing = value == NULL;
	if (colon && !missing)
		missing = *joined_value(name, value, mode) == '\0';
	raw += colon;
	size -= colon;
	char operator = *raw++;
	size--;
	enum mode inner = mode == DOCUMENT ? DOCUMENT : mode >= DOUBLE ? BRACES : mode == PLAIN ? WORD : mode;
	bool twice = size > 0 && *raw == operator && (operator == '#' || operator == '%');
	if (colon && (operator == '#' || operator == '%'))
		shell_error(2, "Bad substitution");
	switch (operator) {
	case '-':
		return missing ? expand(text, raw, size, inner) : expand_value(text, name, value, mode);
	case '+':
		if (!missing)
			expand(text, raw, size, inner);
		return;
	case '=':
		return missing ? expand_assigning(text, name, raw, size, mode) : expand_value(text, name, value, mode);
	case '?':
		if (missing && size > 0)
			shell_error(2, "%s: %s", name, expand_flat(raw, size, inner, BARE));
		if (missing)
			shell_error(2, "%s: parameter not set%s", name, colon ? " or null" : "");
		return expand_value(text, name, value, mode);
	case '#':
	case '%':
		if (value == NULL)
			return expand_value(text, name, value, mode); // an error under set -u
		return remove_affix(text, joined_value(name, value, mode),
				    expand_flat(raw + twice, size - twice, PLAIN, PATTERN), operator, twice, mode);
	default:
		shell_error(2, "Bad substitution");
	}
}

static void expand_braces(struct text *text, const char *raw, size_t size, enum mode mode)
{
	char buffer[32], number[24];
	bool length_wanted = *raw == '#' && size > 1 && name_length(raw + 1, size - 1) == size - 1;
	raw += length_wanted;
	size -= length_wanted;
	size_t length = name_length(raw, size);
	char *name = stack_copy(raw, length);
	if (length == 0)
		shell_error(2, "Bad substitution");
	const char *value = parameter_value(name, buffer, sizeof(buffer));
	if (length_wanted) {
		if (value == NULL && option[OPTION_NOUNSET])
			shell_error(2, "%s: parameter not set", name);
		value = joined_value(name, value, mode);
		snprintf(number, sizeof(number), "%zu", value != NULL ? strlen(value) : 0);
		append_value(text, number, mode);
	} else if (length == size) {
		expand_value(text, name, value, mode);
	} else {
		expand_operator(text, name, value, raw + length, size - length, mode);
	}
}

// "$((": the length of what was taken behind "$", or 0 when it is "$(" and a subshell.
static size_t expand_arithmetic(struct text *text, const char *raw, size_t size, enum mode mode)
{
	size_t length = span(raw + 2, size - 2, '(', true);
	if (length == 0)
		return 0;
	if (arithmetic == NULL)
		shell_error(2, "arithmetic is not part of this shell");
	append_value(text, stack_format("%ld", arithmetic(expand_flat(raw + 2, length - 2, DOUBLE, BARE))), mode);
	return length + 2;
}

// `raw` points behind "$". Returns how much was taken.
static size_t expand_dollar(struct text *text, const char *raw, size_t size, enum mode mode)
{
	char buffer[32];
	size_t length;
	if (size > 1 && *raw == '{') {
		length = span(raw + 1, size - 1, '{', mode >= DOUBLE);
		expand_braces(text, raw + 1, length - 1, mode);
		return length + 1;
	}
	if (size > 1 && raw[0] == '(' && raw[1] == '(' && (length = expand_arithmetic(text, raw, size, mode)) != 0)
		return length;
	if (size > 0 && *raw == '(') {
		struct source source = {.text = stack_copy(raw + 1, size - 1), .size = size - 1, .fd = -1,
					.line = line_number, .plain = true};
		expand_command(text, parse_substitution(&source), mode);
		return source.position + 1;
	}
	length = size > 0 && isdigit((unsigned char)*raw) ? 1 : name_length(raw, size);
	if (length == 0) {
		append(text, "$", 1, mode >= DOUBLE ? QUOTED : LITERAL);
		return 0;
	}
	char *name = stack_copy(raw, length);
	expand_value(text, name, parameter_value(name, buffer, sizeof(buffer)), mode);
	return length;
}

// "~" or "~name" at `raw`. Returns how much was taken, 0 when it stands for itself.
static size_t expand_tilde(struct text *text, const char *raw, size_t size, enum mode mode)
{
	size_t length = 1;
	while (length < size && raw[length] != '/' && (mode != ASSIGNMENT || raw[length] != ':'))
		if (strchr("\\'\"$`", raw[length++]) != NULL)
			return 0;
	const char *home = length == 1 ? variable_get("HOME") : home_of != NULL ? home_of(stack_copy(raw + 1, length - 1)) : NULL;
	if (home == NULL)
		return 0;
	append(text, home, strlen(home), QUOTED);
	if (*home == '\0')
		append(text, "", 1, EMPTY_QUOTES);
	return length;
}

static size_t expand_quotes(struct text *text, const char *raw, size_t size)
{
	size_t length = span(raw, size, '"', true), before = text->size;
	bool outer = text->no_arguments;
	text->no_arguments = false;
	expand(text, raw, length - 1, DOUBLE);
	if (text->size == before && !text->no_arguments)
		append(text, "", 1, EMPTY_QUOTES);
	text->no_arguments = outer;
	return length;
}

static size_t expand_backslash(struct text *text, const char *raw, size_t size, enum mode mode)
{
	static const char *const special[] = {[DOUBLE] = "$`\"\\\n", [BRACES] = "$`\"\\\n}", [DOCUMENT] = "$`\\\n"};
	bool quotes = size > 0 && (mode < DOUBLE || strchr(special[mode], *raw) != NULL);
	if (!quotes)
		append(text, "\\", 1, QUOTED);
	else if (*raw != '\n')
		append(text, raw, 1, QUOTED);
	return quotes;
}

static void expand(struct text *text, const char *raw, size_t size, enum mode mode)
{
	const char *end = raw + size, *start = raw;
	while (raw < end) {
		char c = *raw++;
		size_t left = end - raw;
		if (c == '\\') {
			raw += expand_backslash(text, raw, left, mode);
		} else if (c == '\'' && mode < DOUBLE) {
			const char *close = memchr(raw, '\'', left) ?: end;
			append(text, raw, close - raw, QUOTED);
			if (close == raw)
				append(text, "", 1, EMPTY_QUOTES);
			raw = close + 1;
		} else if (c == '"' && mode != DOCUMENT) {
			raw += expand_quotes(text, raw, left);
		} else if (c == '$') {
			raw += expand_dollar(text, raw, left, mode);
		} else if (c == '`') {
			size_t length = span(raw, left, '`', false);
			expand_backquote(text, raw, length - 1, mode);
			raw += length;
		} else {
			bool may = c == '~' && mode < DOUBLE &&
				   (raw - 1 == start || (mode == ASSIGNMENT && raw[-2] == ':'));
			size_t taken = may ? expand_tilde(text, raw - 1, left + 1, mode) : 0;
			if (taken == 0)
				append(text, &c, 1, mode >= DOUBLE ? QUOTED : mode == WORD ? EXPANDED : LITERAL);
			else
				raw += taken - 1;
		}
	}
}

// Fields and file names.

struct fields {
	struct word *first, **tail;
};

static void finish_field(struct fields *fields, struct text *field)
{
	char *pattern = flatten(field, FIELD);
	struct word *found = option[OPTION_NOGLOB] ? NULL : expand_path(pattern);
	if (found == NULL) {
		unescape(pattern);
		found = stack_allocate(sizeof(*found));
		found->text = pattern;
	}
	*fields->tail = found;
	while (*fields->tail != NULL)
		fields->tail = &(*fields->tail)->next;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

// Splits at the characters of IFS that came from an expansion: runs of blanks, or one other character and blanks around.
static void split(struct fields *fields, struct text *text)
{
	const char *separators = variable_get("IFS");
	struct text field = {0};
	bool started = false;
	separators = separators != NULL ? separators : " \t\n";
	for (size_t i = 0; i < text->size; i++) {
		enum kind kind = text->kinds[i];
		bool hard = kind == BREAK, separator = kind == EXPANDED && strchr(separators, text->bytes[i]) != NULL;
		for (; separator; i++) { // take the whole separator
			hard = hard || !is_blank(text->bytes[i]);
			if (i + 1 == text->size || text->kinds[i + 1] != EXPANDED ||
			    strchr(separators, text->bytes[i + 1]) == NULL ||
			    (hard && !is_blank(text->bytes[i + 1])))
				break;
		}
		if (separator || hard || kind == SOFT_BREAK) {
			if (started || hard)
				finish_field(fields, &field);
			started = kind == BREAK;
		} else {
			started = true;
			append(&field, text->bytes + i, 1, kind);
		}
	}
	if (started)
		finish_field(fields, &field);
}

struct word *expand_words(const struct word *words)
{
	struct fields fields = {NULL, &fields.first};
	for (; words != NULL; words = words->next) {
		struct text text = {0};
		expand(&text, words->text, strlen(words->text), PLAIN);
		split(&fields, &text);
		free(text.bytes);
		free(text.kinds);
	}
	return fields.first;
}
