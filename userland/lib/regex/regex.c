// regex.c: see regex.h. Regular expressions by simulating an automaton: the pattern becomes a program, and the set of places where
// the program may be moves along the text one character at a time (Thompson 1968). No pattern is exponential.
//
// A place is an instruction. SPLIT continues at two, JUMP at one; the others wait for a character or a condition.
#include "userland/lib/regex/regex.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_MAX 4000
#define DEPTH_MAX 100
#define REPEAT_MAX 255

enum operation { CHARACTER, ANY, SET, LINE_START, LINE_END, WORD_START, WORD_END, SPLIT, JUMP, MATCH };

struct instruction {
	enum operation operation;
	int first, second;     // CHARACTER: the byte; SPLIT, JUMP: targets; SET: index
};

struct regex {
	int size, sets;
	bool extended, fold;
	const char *at, *error;
	int depth;
	struct instruction program[PROGRAM_MAX];
	unsigned char (*set)[32];
	int *now, *next, *mark; // lists of places, and the step at which each was added
};

static void parse_alternatives(struct regex *regex);

static int emit(struct regex *regex, enum operation operation, int first, int second)
{
	if (regex->size == PROGRAM_MAX - 1) {
		regex->error = "pattern too long";
		return regex->size;
	}
	regex->program[regex->size] = (struct instruction){operation, first, second};
	return regex->size++;
}

// Makes room for one instruction at `at`; what followed moves up, with its inner targets.
static void insert(struct regex *regex, int at, enum operation operation, int first, int second)
{
	emit(regex, JUMP, 0, 0);
	memmove(&regex->program[at + 1], &regex->program[at], (regex->size - 1 - at) * sizeof(struct instruction));
	for (int i = at + 1; i < regex->size; i++) {
		struct instruction *moved = &regex->program[i];
		if (moved->operation == SPLIT || moved->operation == JUMP) {
			moved->first += moved->first >= at;
			moved->second += moved->second >= at;
		}
	}
	regex->program[at] = (struct instruction){operation, first, second};
}

static void set_add(struct regex *regex, unsigned char *set, int character)
{
	set[character / 8] |= 1 << character % 8;
	if (regex->fold && isalpha(character)) {
		character ^= 32;
		set[character / 8] |= 1 << character % 8;
	}
}

static void set_add_class(struct regex *regex, unsigned char *set, const char *name, size_t size)
{
	static const struct {
		const char *name;
		int (*test)(int);
	} classes[] = {{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum}, {"upper", isupper},
		       {"lower", islower}, {"space", isspace}, {"blank", isblank}, {"punct", ispunct},
		       {"print", isprint}, {"graph", isgraph}, {"cntrl", iscntrl}, {"xdigit", isxdigit}};
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strlen(classes[i].name) == size && strncmp(classes[i].name, name, size) == 0)
			for (int c = 0; c < 256; c++)
				if (classes[i].test(c))
					set_add(regex, set, c);
}

static unsigned char *new_set(struct regex *regex)
{
	unsigned char(*grown)[32] = realloc(regex->set, (regex->sets + 1) * 32);
	if (grown == NULL)
		exit(2);
	regex->set = grown;
	emit(regex, SET, regex->sets, 0);
	return memset(regex->set[regex->sets++], 0, 32);
}

static void parse_set(struct regex *regex)
{
	unsigned char *set = new_set(regex);
	bool inverted = *regex->at == '^', first = true;
	for (regex->at += inverted; *regex->at != '\0' && (first || *regex->at != ']'); first = false) {
		const char *close = strncmp(regex->at, "[:", 2) == 0 ? strstr(regex->at, ":]") : NULL;
		if (close != NULL) {
			set_add_class(regex, set, regex->at + 2, close - regex->at - 2);
			regex->at = close + 2;
			continue;
		}
		unsigned char low = *regex->at++, high = low;
		if (regex->at[0] == '-' && regex->at[1] != ']' && regex->at[1] != '\0') {
			high = regex->at[1];
			regex->at += 2;
		}
		for (int c = low; c <= high; c++)
			set_add(regex, set, c);
	}
	if (*regex->at++ != ']')
		regex->error = "Unmatched [";
	for (int i = 0; inverted && i < 32; i++)
		set[i] = ~set[i];
}

// What a backslash makes of the letter behind it: \w \W \s \S \< \> \b; anything else stands for itself.
static void parse_escape(struct regex *regex)
{
	char letter = *regex->at++;
	if (letter == '<' || letter == '>') {
		emit(regex, letter == '<' ? WORD_START : WORD_END, 0, 0);
	} else if (strchr("wWsS", letter) != NULL && letter != '\0') {
		unsigned char *set = new_set(regex);
		set_add_class(regex, set, tolower(letter) == 'w' ? "alnum" : "space", 5);
		if (tolower(letter) == 'w')
			set_add(regex, set, '_');
		for (int i = 0; isupper(letter) && i < 32; i++)
			set[i] = ~set[i];
	} else if (letter == '\0') {
		regex->error = "Trailing backslash";
		regex->at--;
	} else {
		emit(regex, CHARACTER, (unsigned char)letter, 0);
	}
}

// At `text`: an operator that is bare in extended patterns and behind a backslash in basic ones. Its length, or 0.
static int at_operator(const struct regex *regex, char operator)
{
	if (regex->extended)
		return *regex->at == operator;
	return regex->at[0] == '\\' && regex->at[1] == operator ? 2 : 0;
}

static bool at_end_of_branch(const struct regex *regex)
{
	return *regex->at == '\0' || at_operator(regex, '|') || (regex->depth > 0 && at_operator(regex, ')'));
}

static void parse_atom(struct regex *regex, bool first)
{
	int group = at_operator(regex, '(');
	char c = *regex->at;
	if (group) {
		regex->at += group;
		if (++regex->depth > DEPTH_MAX)
			regex->error = "too deeply nested";
		else
			parse_alternatives(regex);
		regex->depth--;
		int close = at_operator(regex, ')');
		if (close == 0 && regex->error == NULL)
			regex->error = "Unmatched ( or \\(";
		regex->at += close;
		return;
	}
	regex->at++;
	if (c == '[')
		parse_set(regex);
	else if (c == '.')
		emit(regex, ANY, 0, 0);
	else if (c == '^' && (regex->extended || first))
		emit(regex, LINE_START, 0, 0);
	else if (c == '$' && (regex->extended || at_end_of_branch(regex)))
		emit(regex, LINE_END, 0, 0);
	else if (c == '\\')
		parse_escape(regex);
	else
		emit(regex, CHARACTER, (unsigned char)c, 0);
}

static void repeat_once(struct regex *regex, int start, bool optional, bool again)
{
	if (again) {
		emit(regex, SPLIT, start, regex->size + 1);
		if (optional) {
			insert(regex, start, SPLIT, start + 1, regex->size + 1);
			regex->program[regex->size - 1].first = start + 1;
		}
	} else if (optional) {
		insert(regex, start, SPLIT, start + 1, regex->size + 1);
	}
}

// x{low,high}: the atom from `start` to here is copied; high -1 is no limit.
static void repeat_counted(struct regex *regex, int start, long low, long high)
{
	int size = regex->size - start;
	struct instruction *atom = malloc((size + 1) * sizeof(*atom));
	long copies = high < 0 ? low + 1 : high;
	if (atom == NULL || low > REPEAT_MAX || copies > REPEAT_MAX || (high >= 0 && high < low)) {
		regex->error = "Invalid content of \\{\\}";
		free(atom);
		return;
	}
	memcpy(atom, &regex->program[start], size * sizeof(*atom));
	regex->size = start;
	for (long copy = 0; copy < copies && regex->error == NULL; copy++) {
		int at = regex->size;
		for (int i = 0; i < size; i++) {
			bool jumps = atom[i].operation == SPLIT || atom[i].operation == JUMP;
			emit(regex, atom[i].operation, atom[i].first + (jumps ? at - start : 0),
			     atom[i].second + (jumps ? at - start : 0));
		}
		repeat_once(regex, at, copy >= low, high < 0 && copy + 1 == copies);
	}
	free(atom);
}

static void parse_repeats(struct regex *regex, int start)
{
	for (int length; regex->error == NULL;) {
		if (*regex->at == '*') {
			regex->at++;
			repeat_once(regex, start, true, true);
		} else if ((length = at_operator(regex, '+')) != 0) {
			regex->at += length;
			repeat_once(regex, start, false, true);
		} else if ((length = at_operator(regex, '?')) != 0) {
			regex->at += length;
			repeat_once(regex, start, true, false);
		} else if ((length = at_operator(regex, '{')) != 0 && isdigit((unsigned char)regex->at[length])) {
			char *end;
			long low = strtol(regex->at + length, &end, 10), high = low;
			if (*end == ',')
				high = isdigit((unsigned char)*++end) ? strtol(end, &end, 10) : -1;
			regex->at = end;
			length = at_operator(regex, '}');
			if (length == 0)
				regex->error = "Unmatched { or \\{";
			regex->at += length;
			repeat_counted(regex, start, low, high);
		} else {
			return;
		}
	}
}

static void parse_branch(struct regex *regex)
{
	for (bool first = true; !at_end_of_branch(regex) && regex->error == NULL; first = false) {
		int start = regex->size;
		bool anchor = *regex->at == '^' && first;
		parse_atom(regex, first);
		if (anchor && *regex->at == '*' && !regex->extended) { // "^*" in a basic pattern: a plain star
			regex->at++;
			start = emit(regex, CHARACTER, '*', 0);
		}
		parse_repeats(regex, start);
	}
}

static void parse_alternatives(struct regex *regex)
{
	int start = regex->size, length;
	parse_branch(regex);
	while (regex->error == NULL && (length = at_operator(regex, '|')) != 0) {
		regex->at += length;
		insert(regex, start, SPLIT, start + 1, regex->size + 2);
		int jump = emit(regex, JUMP, 0, 0);
		parse_alternatives(regex);
		regex->program[jump].first = regex->size;
	}
}

struct regex *regex_compile(const char *pattern, bool extended, bool fold_case, const char **error)
{
	struct regex *regex = calloc(1, sizeof(*regex));
	if (regex == NULL) {
		*error = "out of memory";
		return NULL;
	}
	regex->extended = extended;
	regex->fold = fold_case;
	regex->at = pattern;
	parse_alternatives(regex);
	if (*regex->at != '\0' && regex->error == NULL)
		regex->error = "Unmatched ) or \\)";
	regex->program[regex->size++] = (struct instruction){MATCH, 0, 0};
	regex->now = calloc(3 * (regex->size + 1), sizeof(int));
	*error = regex->now == NULL ? "out of memory" : regex->error;
	if (*error != NULL) {
		regex_free(regex);
		return NULL;
	}
	regex->next = regex->now + regex->size + 1;
	regex->mark = regex->next + regex->size + 1;
	return regex;
}

void regex_free(struct regex *regex)
{
	free(regex->set);
	free(regex->now);
	free(regex);
}

static bool is_word(const char *text, size_t size, size_t at)
{
	return at < size && (isalnum((unsigned char)text[at]) || text[at] == '_');
}

static bool holds(enum operation condition, const char *text, size_t size, size_t at)
{
	switch (condition) {
	case LINE_START: return at == 0;
	case LINE_END: return at == size;
	case WORD_START: return is_word(text, size, at) && (at == 0 || !is_word(text, size, at - 1));
	default: return !is_word(text, size, at) && at > 0 && is_word(text, size, at - 1);
	}
}

// Adds `place` and all that it reaches without a character to list[0, count). Returns the new count.
static int add(const struct regex *regex, int *list, int count, int place, int step, const char *text,
	       size_t size, size_t at)
{
	const struct instruction *instruction = &regex->program[place];
	if (regex->mark[place] == step)
		return count;
	regex->mark[place] = step;
	switch (instruction->operation) {
	case JUMP: return add(regex, list, count, instruction->first, step, text, size, at);
	case SPLIT:
		count = add(regex, list, count, instruction->first, step, text, size, at);
		return add(regex, list, count, instruction->second, step, text, size, at);
	case LINE_START:
	case LINE_END:
	case WORD_START:
	case WORD_END:
		return holds(instruction->operation, text, size, at)
			       ? add(regex, list, count, place + 1, step, text, size, at) : count;
	default:
		list[count] = place;
		return count + 1;
	}
}

static bool accepts(const struct regex *regex, const struct instruction *instruction, unsigned char c)
{
	switch (instruction->operation) {
	case CHARACTER: return instruction->first == c || (regex->fold && tolower(instruction->first) == tolower(c));
	case ANY: return true;
	case SET: return regex->set[instruction->first][c / 8] >> c % 8 & 1;
	default: return false;
	}
}

// The longest match that starts at `start`: its end, or -1.
static long match_at(const struct regex *regex, const char *text, size_t size, size_t start)
{
	int *now = regex->now, *next = regex->next, step = 1, count;
	long end = -1;
	memset(regex->mark, 0, regex->size * sizeof(int));
	count = add(regex, now, 0, 0, step, text, size, start);
	for (size_t at = start; count > 0; at++) {
		int following = 0;
		step++;
		for (int i = 0; i < count; i++) {
			const struct instruction *instruction = &regex->program[now[i]];
			if (instruction->operation == MATCH)
				end = (long)at;
			else if (at < size && accepts(regex, instruction, text[at]))
				following = add(regex, next, following, now[i] + 1, step, text, size, at + 1);
		}
		int *other = now;
		now = next;
		next = other;
		count = following;
	}
	return end;
}

bool regex_search(const struct regex *regex, const char *text, size_t size, size_t from, size_t *start, size_t *end)
{
	for (size_t at = from; at <= size; at++) {
		long found = match_at(regex, text, size, at);
		if (found >= 0) {
			*start = at;
			*end = found;
			return true;
		}
		if (regex->program[0].operation == LINE_START)
			break;
	}
	return false;
}
