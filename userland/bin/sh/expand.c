// expand.c: from a word as written to the arguments that a program gets (POSIX XCU 2.6): tilde, parameters, commands,
// arithmetic, then field splitting, file names, quote removal.
//
// Expansion appends to a `struct text`, in which every byte has a kind that says what may still happen to it. All
// later steps look at the kinds, so quoting needs no marks inside the text and any byte but NUL passes through.
#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

enum kind {
	LITERAL,     // written without quotes: may be a pattern
	QUOTED,	     // stands for itself
	EXPANDED,    // from an unquoted expansion: is split, may be a pattern
	BREAK,	     // between the arguments of "$@": always ends a field
	SOFT_BREAK,  // between those of $@: ends a field that has something in it
	EMPTY_QUOTES // "": makes a field even with nothing in it
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

static void append_text(struct text *text, const char *bytes, enum kind kind)
{
	append(text, bytes, strlen(bytes), kind);
}

static void expand(struct text *text, const char *raw, size_t size, bool quoted, bool document);

// The text without kinds, on the shell's stack; `escaped`: quoted characters that a pattern would act on get a backslash.
static char *flatten(struct text *text, bool escaped)
{
	char *flat = stack_allocate(2 * text->size + 1), *to = flat;
	for (size_t i = 0; i < text->size; i++) {
		if (text->kinds[i] == EMPTY_QUOTES)
			continue;
		if (escaped && (text->kinds[i] == QUOTED || text->bytes[i] == '\\') &&
		    strchr("*?[]\\!-^", text->bytes[i]))
			*to++ = '\\';
		*to++ = text->kinds[i] == BREAK || text->kinds[i] == SOFT_BREAK ? ' ' : text->bytes[i];
	}
	free(text->bytes);
	free(text->kinds);
	*text = (struct text){0};
	return flat;
}

static char *expand_flat(const char *raw, size_t size, bool quoted, bool escaped)
{
	struct text text = {0};
	expand(&text, raw, size, quoted, false);
	return flatten(&text, escaped);
}

char *expand_single(const char *raw, bool as_pattern)
{
	return expand_flat(raw, strlen(raw), false, as_pattern);
}

char *expand_document(const char *raw)
{
	struct text text = {0};
	expand(&text, raw, strlen(raw), true, true);
	return flatten(&text, false);
}

static void expand_command(struct text *text, struct node *node, bool quoted)
{
	char *output;
	size_t size;
	last_status = capture(node, &output, &size);
	while (size > 0 && output[size - 1] == '\n')
		size--;
	for (size_t i = 0; i < size; i++)
		if (output[i] != '\0')
			append(text, output + i, 1, quoted ? QUOTED : EXPANDED);
	free(output);
}

static void expand_backquote(struct text *text, const char *raw, size_t size, bool quoted)
{
	char *command = stack_allocate(size + 2), *to = command;
	for (size_t i = 0; i < size; i++) {
		if (raw[i] == '\\' && i + 1 < size && strchr(quoted ? "$`\\\"" : "$`\\", raw[i + 1]) != NULL)
			i++;
		*to++ = raw[i];
	}
	*to = ')'; // so that one parser serves both forms
	struct source source = {.text = command, .size = to - command + 1, .fd = -1};
	expand_command(text, parse_substitution(&source), quoted);
}

// $@ and $*: quoted, "$@" is one field an argument and "$*" one field, joined by IFS's first character.
static void expand_arguments(struct text *text, char name, bool quoted)
{
	const char *separators = variable_get("IFS");
	char joint = separators == NULL ? ' ' : *separators;
	if (parameters.count == 0 && name == '@')
		text->no_arguments = true;
	for (int i = 0; i < parameters.count; i++) {
		if (i > 0 && (!quoted || name == '@'))
			append(text, " ", 1, quoted ? BREAK : SOFT_BREAK);
		else if (i > 0 && joint != '\0')
			append(text, &joint, 1, QUOTED);
		append_text(text, parameters.values[i], quoted ? QUOTED : EXPANDED);
	}
}

// The value of a variable or special parameter; NULL when unset. The buffer is the caller's.
static const char *parameter_value(const char *name, char *buffer, size_t size)
{
	static const char options[] = "exuf";
	const bool set[] = {option_errexit, option_xtrace, option_nounset, option_noglob};
	if (isdigit((unsigned char)*name)) {
		long index = strtol(name, NULL, 10);
		return index == 0 ? shell_name : index <= parameters.count ? parameters.values[index - 1] : NULL;
	}
	switch (*name) {
	case '?': snprintf(buffer, size, "%d", last_status); return buffer;
	case '#': snprintf(buffer, size, "%d", parameters.count); return buffer;
	case '$': snprintf(buffer, size, "%s", variable_get(" shell pid")); return buffer;
	case '!': snprintf(buffer, size, "%d", last_background); return last_background ? buffer : NULL;
	case '-':
		for (int i = 0; options[i] != '\0'; i++)
			if (set[i])
				*buffer++ = options[i];
		if (interactive)
			*buffer++ = 'i';
		*buffer = '\0';
		return buffer - (interactive + set[0] + set[1] + set[2] + set[3]);
	case '@':
	case '*': return parameters.count > 0 ? "set" : NULL;
	default: return variable_get(name);
	}
}

static void remove_affix(struct text *text, const char *value, const char *pattern, char side, bool longest,
			 bool quoted)
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
	append(text, side == '#' ? value + cut : value, length - cut, quoted ? QUOTED : EXPANDED);
}

// The length of what stands between "{" and its "}", quotes and nesting taken into account.
static size_t span_nested(const char *raw, const char *end, char opening, char closing)
{
	const char *at = raw;
	for (int level = 1; at < end; at++) {
		if (*at == '\\' && at + 1 < end)
			at++;
		else if (*at == '\'' && closing == '}')
			at = memchr(at + 1, '\'', end - at - 1) ?: end - 1;
		else if (*at == '"' && closing != '"')
			at += 1 + span_nested(at + 1, end, 0, '"');
		else if (*at == '$' && at + 1 < end && at[1] == '{')
			at += 2 + span_nested(at + 2, end, 0, '}');
		else if (*at == '$' && at + 1 < end && at[1] == '(')
			at += 2 + span_nested(at + 2, end, '(', ')');
		else
			level += (opening != 0 && *at == opening) - (*at == closing);
		if (level == 0)
			break;
	}
	return at - raw;
}

static size_t name_length(const char *raw, size_t size)
{
	size_t length = 0;
	if (size > 0 && strchr("?#$!-@*", *raw) != NULL)
		return 1;
	if (size > 0 && isdigit((unsigned char)*raw))
		while (length < size && isdigit((unsigned char)raw[length]))
			length++;
	else
		while (length < size && is_name(raw, length + 1))
			length++;
	return length;
}

static void expand_value(struct text *text, const char *name, const char *value, bool quoted)
{
	if (value == NULL && option_nounset && *name != '@' && *name != '*')
		shell_error(2, "%s: parameter not set", name);
	if (*name == '@' || *name == '*')
		expand_arguments(text, *name, quoted);
	else if (value != NULL)
		append_text(text, value, quoted ? QUOTED : EXPANDED);
}

// What follows ${name: an operator and its word.
static void expand_operator(struct text *text, const char *name, const char *value, const char *raw, size_t size,
			    bool quoted)
{
	bool colon = *raw == ':' && size > 1, missing = value == NULL || (colon && *value == '\0');
	raw += colon;
	size -= colon;
	bool twice = size > 1 && raw[1] == *raw && (*raw == '#' || *raw == '%');
	switch (*raw) {
	case '-':
		return missing ? expand(text, raw + 1, size - 1, quoted, false)
			       : expand_value(text, name, value, quoted);
	case '+':
		if (!missing)
			expand(text, raw + 1, size - 1, quoted, false);
		return;
	case '=':
		if (missing) {
			value = expand_flat(raw + 1, size - 1, quoted, false);
			variable_assign(name, value, strlen(name));
		}
		return expand_value(text, name, value, quoted);
	case '?':
		if (missing && size > 1)
			shell_error(2, "%s: %s", name, expand_flat(raw + 1, size - 1, quoted, false));
		if (missing)
			shell_error(2, "%s: parameter not set%s", name, colon ? " or null" : "");
		return expand_value(text, name, value, quoted);
	case '#':
	case '%':
		return remove_affix(text, value != NULL ? value : "",
				    expand_flat(raw + 1 + twice, size - 1 - twice, false, true), *raw, twice, quoted);
	default:
		shell_error(2, "Bad substitution");
	}
}

static void expand_braces(struct text *text, const char *raw, size_t size, bool quoted)
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
		snprintf(number, sizeof(number), "%zu", value != NULL ? strlen(value) : 0);
		append_text(text, number, quoted ? QUOTED : EXPANDED);
	} else if (length == size) {
		expand_value(text, name, value, quoted);
	} else {
		expand_operator(text, name, value, raw + length, size - length, quoted);
	}
}

// `raw` points behind "$". Returns how much was taken.
static size_t expand_dollar(struct text *text, const char *raw, size_t size, bool quoted)
{
	char buffer[32];
	size_t inner, length;
	if (size > 1 && *raw == '{') {
		inner = span_nested(raw + 1, raw + size, 0, '}');
		expand_braces(text, raw + 1, inner, quoted);
		return inner + 2;
	}
	if (size > 1 && raw[0] == '(' && raw[1] == '(') {
		inner = span_nested(raw + 2, raw + size, '(', ')');
		if (raw[2 + inner + 1] == ')') {
			if (arithmetic == NULL)
				shell_error(2, "arithmetic is not part of this shell");
			snprintf(buffer, sizeof(buffer), "%ld", arithmetic(expand_flat(raw + 2, inner, true, false)));
			append_text(text, buffer, quoted ? QUOTED : EXPANDED);
			return inner + 4;
		}
	}
	if (size > 0 && *raw == '(') {
		struct source source = {.text = (char *)raw + 1, .size = size - 1, .fd = -1};
		expand_command(text, parse_substitution(&source), quoted);
		return source.position + 1;
	}
	length = name_length(raw, size);
	if (isdigit((unsigned char)*raw))
		length = 1;
	if (length == 0) {
		append(text, "$", 1, quoted ? QUOTED : LITERAL);
		return 0;
	}
	char *name = stack_copy(raw, length);
	expand_value(text, name, parameter_value(name, buffer, sizeof(buffer)), quoted);
	return length;
}

static size_t expand_tilde(struct text *text, const char *raw, size_t size)
{
	const char *home = variable_get("HOME");
	if (home == NULL || (size > 1 && raw[1] != '/' && raw[1] != ':'))
		return 0;
	append_text(text, home, QUOTED);
	return 1;
}

// `document`: a here-document, where double quotes are ordinary characters.
static void expand(struct text *text, const char *raw, size_t size, bool quoted, bool document)
{
	const char *end = raw + size, *start = raw;
	while (raw < end) {
		char c = *raw++;
		if (c == '\\' && raw < end) {
			bool special = !quoted || strchr(document ? "$`\\\n" : "$`\"\\\n", *raw) != NULL;
			if (!special)
				append(text, "\\", 1, QUOTED);
			else if (*raw != '\n')
				append(text, raw, 1, QUOTED);
			raw += special;
		} else if (c == '\'' && !quoted) {
			const char *close = memchr(raw, '\'', end - raw) ?: end;
			append(text, raw, close - raw, QUOTED);
			if (close == raw)
				append(text, "", 1, EMPTY_QUOTES);
			raw = close + 1;
		} else if (c == '"' && !document) {
			size_t inner = span_nested(raw, end, 0, '"'), before = text->size;
			text->no_arguments = false;
			expand(text, raw, inner, true, false);
			if (text->size == before && !text->no_arguments)
				append(text, "", 1, EMPTY_QUOTES);
			raw += inner + 1;
		} else if (c == '$') {
			raw += expand_dollar(text, raw, end - raw, quoted);
		} else if (c == '`') {
			size_t inner = span_nested(raw, end, 0, '`');
			expand_backquote(text, raw, inner, quoted);
			raw += inner + 1;
		} else if (c != '~' || quoted || (raw - 1 != start && raw[-2] != '=' && raw[-2] != ':') ||
			   expand_tilde(text, raw - 1, end - raw + 1) == 0) {
			append(text, &c, 1, quoted ? QUOTED : LITERAL);
		}
	}
}

// Fields and file names.

struct fields {
	struct word *first, **tail;
};

static void add_field(struct fields *fields, const char *text)
{
	struct word *word = stack_allocate(sizeof(*word));
	word->text = stack_copy(text, strlen(text));
	*fields->tail = word;
	fields->tail = &word->next;
}

static void unescape(char *text)
{
	char *to = text;
	for (; *text != '\0'; text++) {
		text += *text == '\\' && text[1] != '\0';
		*to++ = *text;
	}
	*to = '\0';
}

static bool has_magic(const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		if (strchr("*?[", *pattern) != NULL)
			return true;
		pattern += *pattern == '\\' && pattern[1] != '\0';
	}
	return false;
}

// Adds every existing path that `prefix` (plain) and `pattern` make. Works one component at a time.
static void glob_component(struct fields *fields, const char *prefix, const char *pattern)
{
	size_t slashes = strspn(pattern, "/"), size = strcspn(pattern + slashes, "/");
	char *component = stack_copy(pattern + slashes, size);
	const char *rest = pattern + slashes + size;
	char *base = stack_allocate(strlen(prefix) + slashes + 1);
	sprintf(base, "%s%.*s", prefix, (int)slashes, pattern);
	struct stat status;
	if (!has_magic(component)) {
		unescape(component);
		char *path = stack_allocate(strlen(base) + size + 1);
		sprintf(path, "%s%s", base, component);
		if (*rest != '\0')
			glob_component(fields, path, rest);
		else if (lstat(path, &status) == 0)
			add_field(fields, path);
		return;
	}
	DIR *directory = opendir(*base != '\0' ? base : ".");
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		if (fnmatch(component, entry->d_name, FNM_PERIOD) != 0)
			continue;
		char *path = stack_allocate(strlen(base) + strlen(entry->d_name) + 1);
		sprintf(path, "%s%s", base, entry->d_name);
		if (*rest == '\0')
			add_field(fields, path);
		else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			glob_component(fields, path, rest);
	}
	if (directory != NULL)
		closedir(directory);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp((*(struct word *const *)a)->text, (*(struct word *const *)b)->text);
}

static void sort_fields(struct fields *fields)
{
	size_t count = 0, i = 0;
	for (struct word *word = fields->first; word != NULL; word = word->next)
		count++;
	struct word **all = stack_allocate((count + 1) * sizeof(*all));
	for (struct word *word = fields->first; word != NULL; word = word->next)
		all[i++] = word;
	qsort(all, count, sizeof(*all), compare_words);
	fields->tail = &fields->first;
	for (i = 0; i < count; i++) {
		*fields->tail = all[i];
		fields->tail = &all[i]->next;
	}
	*fields->tail = NULL;
}

static void finish_field(struct fields *fields, struct text *field)
{
	char *pattern = flatten(field, true);
	struct fields found = {NULL, &found.first};
	if (!option_noglob && has_magic(pattern))
		glob_component(&found, "", pattern);
	if (found.first != NULL) {
		sort_fields(&found);
		*fields->tail = found.first;
		fields->tail = found.tail;
	} else {
		unescape(pattern);
		add_field(fields, pattern);
	}
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
			hard = hard || !isspace((unsigned char)text->bytes[i]);
			if (i + 1 == text->size || text->kinds[i + 1] != EXPANDED ||
			    strchr(separators, text->bytes[i + 1]) == NULL ||
			    (hard && !isspace((unsigned char)text->bytes[i + 1])))
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
		expand(&text, words->text, strlen(words->text), false, false);
		split(&fields, &text);
		free(text.bytes);
		free(text.kinds);
	}
	return fields.first;
}
