// regex.c: regular expressions (POSIX XBD 9, and GNU's \| \+ \? \w \W \s \S \b \B \< \> in either syntax).
//
// A pattern becomes a tree, the tree a program (Thompson 1968): match this character, this set, split in two, jump. Then:
//
// 1. search() moves the *set* of places where the program may be along the text, a character at a time. Each place knows
//    where its match started; the list is in order of those starts, so the first to reach a place is the leftmost.
// 2. The groups are found afterwards, top down (assign()): it is known which bytes a node matched, so for each part from
//    the left the longest is taken that lets the rest match the rest. That is POSIX's rule, and needs only step 1's simulation.
// 3. Back-references need backtracking (backtrack()); only patterns that have one pay for it.
#include <ctype.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define PROGRAM_MAX 60000
#define DEPTH_MAX 200
#define REPEAT_MAX 255	   // POSIX's RE_DUP_MAX
#define STEPS_MAX 20000000 // of backtracking

enum kind { EMPTY, CHARACTER, ANY, SET, LINE_START, LINE_END, WORD_START, WORD_END, WORD_EDGE, NO_EDGE, TEXT_START, TEXT_END,
	    BACK_REFERENCE, GROUP, SEQUENCE, CHOICE, REPEAT, SPLIT, JUMP, MATCH };

struct node {
	enum kind kind;
	int first, second;	   // CHARACTER: code; SET: index; GROUP: number; REPEAT: least and most, -1 for no limit
	struct node *child, *next; // next: the following part of a SEQUENCE or CHOICE
	int start, end;		   // its (first) piece of the program
	bool groups;		   // there is a GROUP in it
	struct node *allocated;	   // the one made before, for regfree
};

struct range {
	int low, high;
};

struct set {
	uint8_t bits[32]; // characters below 256, or bytes
	struct range *ranges;
	int count;
	wctype_t classes[8];
	int class_count;
	bool inverted;
};

struct instruction {
	uint8_t operation;
	int first, second; // CHARACTER: code; SPLIT, JUMP: targets; SET: index
};

struct place {
	int pc;
	size_t start;
};

struct regex {
	int flags, size, capacity, sets, groups, depth, error;
	bool extended, fold, newline, wide, references, may_be_empty;
	const char *at, *end;
	struct node *nodes, *root;
	struct instruction *program;
	struct set *set;
	uint8_t first[256]; // bytes that a match may start with
};

// What one search needs, so that a compiled pattern is only read.
struct search {
	const struct regex *regex;
	const char *text;
	size_t size, origin; // text[origin, size) is searched
	int flags;
	struct place *now, *next;
	unsigned *mark, step;
	regmatch_t *match, *best;
	size_t best_end;
	long steps;
	bool found;
};

// -------- characters

static int decode(const struct regex *regex, const char *text, size_t left, size_t *length)
{
	unsigned char byte = (unsigned char)*text;
	*length = 1;
	if (!regex->wide || byte < 0x80)
		return byte;
	wchar_t c;
	mbstate_t state = {0};
	size_t size = mbrtowc(&c, text, left, &state);
	if (size == 0 || size > left)
		return 0x110000 + byte; // no character: a byte that is only itself
	*length = size;
	return (int)c;
}

static int fold(const struct regex *regex, int c)
{
	if (!regex->fold || c >= 0x110000)
		return c;
	return regex->wide ? (int)towlower((wint_t)c) : c < 128 ? tolower(c) : c;
}

static bool set_has_one(const struct set *set, int c)
{
	if (c >= 0x110000)
		return false;
	if (c < 256 && set->bits[c / 8] >> c % 8 & 1)
		return true;
	for (int i = 0; i < set->count; i++)
		if (c >= set->ranges[i].low && c <= set->ranges[i].high)
			return true;
	for (int i = 0; i < set->class_count && c > 127; i++)
		if (iswctype((wint_t)c, set->classes[i]))
			return true;
	return false;
}

static bool accepts(const struct regex *regex, const struct instruction *instruction, int c)
{
	const struct set *set;
	switch (instruction->operation) {
	case CHARACTER: return instruction->first == c || (regex->fold && instruction->first == fold(regex, c));
	case ANY: return !regex->newline || c != '\n';
	case SET:
		set = &regex->set[instruction->first];
		if (regex->newline && set->inverted && c == '\n')
			return false;
		if (set_has_one(set, c))
			return !set->inverted;
		if (regex->fold && c < 0x110000 &&
		    (set_has_one(set, regex->wide ? (int)towlower((wint_t)c) : tolower(c)) ||
		     set_has_one(set, regex->wide ? (int)towupper((wint_t)c) : toupper(c))))
			return !set->inverted;
		return set->inverted;
	default: return false;
	}
}

// -------- pattern to tree

static struct node *parse_choice(struct regex *regex);

static void refuse(struct regex *regex, int error)
{
	if (regex->error == 0)
		regex->error = error;
	regex->at = regex->end;
}

static struct node *new_node(struct regex *regex, enum kind kind, int first, int second, struct node *child)
{
	static struct node none;
	struct node *node = calloc(1, sizeof(*node));
	if (node == NULL) {
		refuse(regex, REG_ESPACE);
		return &none;
	}
	*node = (struct node){kind, first, second, child, NULL, -1, -1, kind == GROUP, regex->nodes};
	regex->nodes = node;
	for (; child != NULL; child = child->next)
		node->groups |= child->groups;
	return node;
}

static int peek(const struct regex *regex, int ahead)
{
	return regex->at + ahead < regex->end ? (unsigned char)regex->at[ahead] : -1;
}

// The length of an operator that is bare in extended patterns and behind a backslash in basic ones; 0: it is not here.
static int at_operator(const struct regex *regex, char operator)
{
	if (regex->extended)
		return peek(regex, 0) == operator;
	return peek(regex, 0) == '\\' && peek(regex, 1) == operator ? 2 : 0;
}

static struct set *new_set(struct regex *regex, struct node **node)
{
	struct set *grown = realloc(regex->set, (regex->sets + 1) * sizeof(*grown));
	*node = new_node(regex, SET, regex->sets, 0, NULL);
	if (grown == NULL) {
		refuse(regex, REG_ESPACE);
		return NULL;
	}
	regex->set = grown;
	grown[regex->sets] = (struct set){0};
	return &grown[regex->sets++];
}

static void set_add(struct regex *regex, struct set *set, int low, int high)
{
	for (int c = low; c <= high && c < 256; c++)
		if (!regex->wide || c < 128)
			set->bits[c / 8] |= 1 << c % 8;
	if (!regex->wide || high < 128)
		return;
	struct range *grown = realloc(set->ranges, (set->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return refuse(regex, REG_ESPACE);
	set->ranges = grown;
	grown[set->count++] = (struct range){low < 128 ? 128 : low, high};
}

static void set_add_class(struct regex *regex, struct set *set, const char *name, size_t size)
{
	char text[16] = "";
	if (size < sizeof(text))
		memcpy(text, name, size);
	wctype_t class = wctype(text);
	if (class == 0)
		return refuse(regex, REG_ECTYPE);
	for (int c = 0; c < 128; c++)
		if (iswctype((wint_t)c, class))
			set->bits[c / 8] |= 1 << c % 8;
	if (regex->wide && set->class_count < 8)
		set->classes[set->class_count++] = class;
}

// One end of a range: a character, or [.x.] or [=x=]. -1: refused.
static int take_element(struct regex *regex)
{
	size_t length;
	int kind = peek(regex, 1);
	bool named = peek(regex, 0) == '[' && (kind == '.' || kind == '=');
	regex->at += named ? 2 : 0;
	if (regex->at >= regex->end)
		return refuse(regex, REG_EBRACK), -1;
	int c = decode(regex, regex->at, regex->end - regex->at, &length);
	regex->at += length;
	if (named && (peek(regex, 0) != kind || peek(regex, 1) != ']'))
		return refuse(regex, REG_ECOLLATE), -1;
	regex->at += named ? 2 : 0;
	return c;
}

static struct node *parse_set(struct regex *regex) // behind "["
{
	struct node *node;
	struct set *set = new_set(regex, &node);
	bool first = true;
	if (set == NULL)
		return node;
	set->inverted = peek(regex, 0) == '^';
	regex->at += set->inverted;
	for (; regex->error == 0 && (first || peek(regex, 0) != ']'); first = false) {
		if (peek(regex, 0) == '[' && peek(regex, 1) == ':') {
			const char *name = regex->at + 2, *close = name;
			while (close + 1 < regex->end && (close[0] != ':' || close[1] != ']'))
				close++;
			if (close + 1 >= regex->end)
				return refuse(regex, REG_EBRACK), node;
			set_add_class(regex, set, name, close - name);
			regex->at = regex->error == 0 ? close + 2 : regex->end;
			continue;
		}
		int low = take_element(regex), high = low;
		if (peek(regex, 0) == '-' && peek(regex, 1) != ']' && peek(regex, 1) >= 0) {
			regex->at++;
			high = take_element(regex);
		}
		if (regex->error == 0 && low > high)
			refuse(regex, REG_ERANGE);
		else if (regex->error == 0)
			set_add(regex, set, low, high);
	}
	if (regex->error == 0 && peek(regex, 0) != ']')
		refuse(regex, REG_EBRACK);
	else if (regex->error == 0)
		regex->at++;
	return node;
}

static struct node *parse_character(struct regex *regex)
{
	size_t length;
	int c = decode(regex, regex->at, regex->end - regex->at, &length);
	regex->at += length;
	return new_node(regex, CHARACTER, fold(regex, c), 0, NULL);
}

static struct node *parse_escape(struct regex *regex) // behind the backslash
{
	static const struct {
		char letter, kind;
	} edges[] = {{'<', WORD_START}, {'>', WORD_END}, {'b', WORD_EDGE}, {'B', NO_EDGE}, {'`', TEXT_START}, {'\'', TEXT_END}};
	int letter = peek(regex, 0);
	struct node *node;
	if (letter < 0)
		return refuse(regex, REG_EESCAPE), new_node(regex, EMPTY, 0, 0, NULL);
	for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++)
		if (edges[i].letter == letter) {
			regex->at++;
			return new_node(regex, (enum kind)edges[i].kind, 0, 0, NULL);
		}
	if (letter == ')' && !regex->extended)
		refuse(regex, REG_EPAREN);
	if (strchr("wWsS", letter) != NULL) {
		struct set *set = new_set(regex, &node);
		regex->at++;
		if (set == NULL)
			return node;
		set_add_class(regex, set, tolower(letter) == 'w' ? "alnum" : "space", 5);
		if (tolower(letter) == 'w')
			set_add(regex, set, '_', '_');
		set->inverted = isupper(letter);
		return node;
	}
	if (letter >= '1' && letter <= '9') {
		if (letter - '0' > regex->groups)
			refuse(regex, REG_ESUBREG);
		regex->at++;
		regex->references = true;
		return new_node(regex, BACK_REFERENCE, letter - '0', 0, NULL);
	}
	return parse_character(regex);
}

static bool at_end_of_branch(const struct regex *regex)
{
	return regex->at >= regex->end || at_operator(regex, '|') || (regex->depth > 0 && at_operator(regex, ')'));
}

static struct node *parse_group(struct regex *regex)
{
	int number = ++regex->groups;
	if (++regex->depth > DEPTH_MAX)
		refuse(regex, REG_ESPACE);
	struct node *node = new_node(regex, GROUP, number, 0, parse_choice(regex));
	regex->depth--;
	int close = at_operator(regex, ')');
	if (close == 0)
		refuse(regex, REG_EPAREN);
	regex->at += close;
	return node;
}

static struct node *parse_atom(struct regex *regex, bool first)
{
	int group = at_operator(regex, '('), c = peek(regex, 0);
	if (group) {
		regex->at += group;
		return parse_group(regex);
	}
	if (c == '[' || c == '.' || c == '\\')
		regex->at++;
	if (c == '[')
		return parse_set(regex);
	if (c == '.')
		return new_node(regex, ANY, 0, 0, NULL);
	if (c == '\\')
		return parse_escape(regex);
	if (c == '^' && (regex->extended || first)) {
		regex->at++;
		return new_node(regex, LINE_START, 0, 0, NULL);
	}
	if (c == '$') {
		regex->at++;
		if (regex->extended || at_end_of_branch(regex))
			return new_node(regex, LINE_END, 0, 0, NULL);
		regex->at--;
	}
	return parse_character(regex);
}

// Behind "{": "n}", "n,}", "n,m}" or ",m}". False: an extended pattern's "{" that opens nothing, a character.
static bool parse_bounds(struct regex *regex, int *low, int *high)
{
	const char *before = regex->at;
	long value[2] = {0, -1};
	bool digits = false;
	for (int i = 0; i < 2; i++) {
		for (long number = 0; isdigit(peek(regex, 0)); regex->at++, digits = true)
			value[i] = number = number > REPEAT_MAX ? number : number * 10 + *regex->at - '0';
		if (i == 1 || peek(regex, 0) != ',') {
			value[1] = i == 0 ? value[0] : value[1];
			break;
		}
		digits = true;
		regex->at++;
	}
	int close = at_operator(regex, '}');
	if (regex->extended && (!digits || close == 0)) {
		regex->at = before;
		return false;
	}
	if (close == 0 || !digits)
		refuse(regex, regex->at >= regex->end ? REG_EBRACE : REG_BADBR);
	else if (value[0] > REPEAT_MAX || value[1] > REPEAT_MAX || (value[1] >= 0 && value[1] < value[0]))
		refuse(regex, REG_BADBR);
	regex->at += regex->error == 0 ? close : 0;
	*low = (int)value[0];
	*high = (int)value[1];
	return true;
}

static struct node *parse_repeats(struct regex *regex, struct node *node)
{
	for (int length, low, high; regex->error == 0; node = new_node(regex, REPEAT, low, high, node)) {
		low = 0;
		high = -1;
		if (peek(regex, 0) == '*') {
			regex->at++;
		} else if ((length = at_operator(regex, '+')) != 0) {
			regex->at += length;
			low = 1;
		} else if ((length = at_operator(regex, '?')) != 0) {
			regex->at += length;
			high = 1;
		} else if ((length = at_operator(regex, '{')) != 0) {
			regex->at += length;
			if (!parse_bounds(regex, &low, &high)) {
				regex->at -= length;
				return node;
			}
		} else {
			return node;
		}
	}
	return node;
}

static struct node *parse_branch(struct regex *regex)
{
	struct node *list = NULL, **tail = &list;
	for (bool first = true; !at_end_of_branch(regex) && regex->error == 0; tail = &(*tail)->next) {
		bool anchor = peek(regex, 0) == '^' && first;
		if (first && peek(regex, 0) == '*') // nothing to repeat: a star
			*tail = parse_character(regex);
		else
			*tail = parse_atom(regex, first);
		first = anchor && !regex->extended; // "^*" in a basic pattern: a plain star
		if (!first)
			*tail = parse_repeats(regex, *tail);
	}
	if (list == NULL)
		return new_node(regex, EMPTY, 0, 0, NULL);
	return list->next == NULL ? list : new_node(regex, SEQUENCE, 0, 0, list);
}

static struct node *parse_choice(struct regex *regex)
{
	struct node *first = parse_branch(regex), *last = first;
	for (int length; regex->error == 0 && (length = at_operator(regex, '|')) != 0; last = last->next) {
		regex->at += length;
		last->next = parse_branch(regex);
	}
	return first->next == NULL ? first : new_node(regex, CHOICE, 0, 0, first);
}

// -------- tree to program

static int emit(struct regex *regex, enum kind operation, int first, int second)
{
	if (regex->size == regex->capacity) {
		int wanted = 2 * regex->capacity + 32;
		struct instruction *grown = wanted > 2 * PROGRAM_MAX ? NULL : realloc(regex->program, wanted * sizeof(*grown));
		if (grown == NULL) {
			regex->error = REG_ESPACE;
			return 0;
		}
		regex->program = grown;
		regex->capacity = wanted;
	}
	regex->program[regex->size] = (struct instruction){(uint8_t)operation, first, second};
	return regex->size++;
}

static void compile(struct regex *regex, struct node *node);

static void compile_choice(struct regex *regex, struct node *node)
{
	int jumps = -1; // chained through `first`
	for (struct node *part = node->child; part != NULL && regex->error == 0; part = part->next) {
		int split = part->next != NULL ? emit(regex, SPLIT, regex->size + 1, 0) : -1;
		compile(regex, part);
		if (split >= 0 && regex->error == 0) {
			jumps = emit(regex, JUMP, jumps, 0);
			regex->program[split].second = regex->size;
		}
	}
	while (jumps >= 0 && regex->error == 0) {
		int before = regex->program[jumps].first;
		regex->program[jumps].first = regex->size;
		jumps = before;
	}
}

// x{low,high}: low copies, then a loop or high - low copies that may be left out.
static void compile_repeat(struct regex *regex, struct node *node)
{
	for (int i = 0; i < node->first && regex->error == 0; i++)
		compile(regex, node->child);
	if (node->second < 0) {
		int split = emit(regex, SPLIT, regex->size + 1, 0);
		compile(regex, node->child);
		emit(regex, JUMP, split, 0);
		if (regex->error == 0)
			regex->program[split].second = regex->size;
		return;
	}
	int splits = -1;
	for (int i = node->first; i < node->second && regex->error == 0; i++) {
		splits = emit(regex, SPLIT, regex->size + 1, splits);
		compile(regex, node->child);
	}
	while (splits >= 0 && regex->error == 0) {
		int before = regex->program[splits].second;
		regex->program[splits].second = regex->size;
		splits = before;
	}
}

static void compile(struct regex *regex, struct node *node)
{
	int start = regex->size;
	if (regex->error != 0 || regex->size > PROGRAM_MAX) {
		regex->error = REG_ESPACE;
		return;
	}
	switch (node->kind) {
	case EMPTY: break;
	case GROUP: compile(regex, node->child); break;
	case SEQUENCE:
		for (struct node *part = node->child; part != NULL; part = part->next)
			compile(regex, part);
		break;
	case CHOICE: compile_choice(regex, node); break;
	case REPEAT: compile_repeat(regex, node); break;
	default: emit(regex, node->kind, node->first, node->second);
	}
	if (node->start < 0) {
		node->start = start;
		node->end = regex->size;
	}
}

// Which bytes may start a match, found by walking from the program's start over all that takes none.
static void find_first(struct regex *regex, int pc, uint8_t *seen)
{
	for (; !seen[pc]; pc++) {
		const struct instruction *instruction = &regex->program[pc];
		seen[pc] = 1;
		if (instruction->operation == MATCH || instruction->operation == BACK_REFERENCE) {
			regex->may_be_empty = true;
			return;
		}
		if (instruction->operation == SPLIT)
			find_first(regex, instruction->second, seen);
		if (instruction->operation == SPLIT || instruction->operation == JUMP) {
			pc = instruction->first - 1;
			continue;
		}
		if (instruction->operation > SET)
			continue; // a condition
		for (int c = 0; c < 256; c++)
			regex->first[c] |= (regex->wide && c > 127) || accepts(regex, instruction, c);
		return;
	}
}

int regcomp(regex_t *restrict result, const char *restrict pattern, int flags)
{
	struct regex *regex = calloc(1, sizeof(*regex));
	if (regex == NULL)
		return REG_ESPACE;
	*regex = (struct regex){.flags = flags, .at = pattern, .end = pattern + strlen(pattern),
				.extended = flags & REG_EXTENDED, .fold = flags & REG_ICASE,
				.newline = flags & REG_NEWLINE, .wide = MB_CUR_MAX > 1};
	result->re_program = regex;
	regex->root = parse_choice(regex);
	if (regex->error == 0 && regex->at < regex->end)
		regex->error = REG_EPAREN;
	if (regex->error == 0)
		compile(regex, regex->root);
	emit(regex, MATCH, 0, 0);
	uint8_t *seen = regex->error == 0 ? calloc(1, regex->size) : NULL;
	if (seen != NULL)
		find_first(regex, 0, seen);
	else if (regex->error == 0)
		regex->error = REG_ESPACE;
	free(seen);
	int error = regex->error;
	result->re_nsub = regex->groups;
	if (error != 0)
		regfree(result);
	return error;
}

void regfree(regex_t *result)
{
	struct regex *regex = result->re_program;
	if (regex == NULL)
		return;
	for (struct node *node = regex->nodes, *before; node != NULL; node = before) {
		before = node->allocated;
		free(node);
	}
	for (int i = 0; i < regex->sets; i++)
		free(regex->set[i].ranges);
	free(regex->set);
	free(regex->program);
	free(regex);
	result->re_program = NULL;
}

// -------- simulation

static bool is_word(const struct search *search, size_t at)
{
	size_t length;
	if (at >= search->size)
		return false;
	int c = decode(search->regex, search->text + at, search->size - at, &length);
	return c == '_' || (c < 128 ? isalnum(c) : c < 0x110000 && search->regex->wide && iswalnum((wint_t)c));
}

static bool is_word_before(const struct search *search, size_t at)
{
	if (at == 0)
		return false;
	for (at--; search->regex->wide && at > 0 && (search->text[at] & 0xc0) == 0x80;)
		at--;
	return is_word(search, at);
}

static bool holds(const struct search *search, enum kind condition, size_t at)
{
	bool newline = search->regex->newline;
	switch (condition) {
	case LINE_START:
		return (at == search->origin && !(search->flags & REG_NOTBOL)) ||
		       (newline && at > 0 && search->text[at - 1] == '\n');
	case LINE_END:
		return (at == search->size && !(search->flags & REG_NOTEOL)) ||
		       (newline && at < search->size && search->text[at] == '\n');
	case WORD_START: return !is_word_before(search, at) && is_word(search, at);
	case WORD_END: return is_word_before(search, at) && !is_word(search, at);
	case WORD_EDGE: return is_word_before(search, at) != is_word(search, at);
	case NO_EDGE: return is_word_before(search, at) == is_word(search, at);
	case TEXT_START: return at == search->origin && !(search->flags & REG_NOTBOL);
	default: return at == search->size && !(search->flags & REG_NOTEOL);
	}
}

// Adds `pc` and all that it reaches without a character to list[0, count), unless it is in it. Returns the new count.
static int add(struct search *search, struct place *list, int count, int pc, int end, size_t start, size_t at)
{
	for (;;) {
		const struct instruction *instruction = &search->regex->program[pc];
		if (search->mark[pc] == search->step)
			return count;
		search->mark[pc] = search->step;
		if (pc == end || instruction->operation <= SET) {
			list[count] = (struct place){pc, start};
			return count + 1;
		}
		if (instruction->operation == SPLIT) {
			count = add(search, list, count, instruction->first, end, start, at);
			pc = instruction->second;
		} else if (instruction->operation == JUMP) {
			pc = instruction->first;
		} else if (holds(search, instruction->operation, at)) {
			pc++;
		} else {
			return count;
		}
	}
}

static void next_step(struct search *search)
{
	if (++search->step == 0) {
		memset(search->mark, 0, (search->regex->size + 1) * sizeof(*search->mark));
		search->step = 1;
	}
}

// Moves the places over the character at `at` and returns how many are left, in search->now.
static int advance(struct search *search, int count, int end, size_t at, size_t length, int c)
{
	int following = 0;
	next_step(search);
	for (int i = 0; i < count; i++)
		if (search->now[i].pc != end && accepts(search->regex, &search->regex->program[search->now[i].pc], c))
			following = add(search, search->next, following, search->now[i].pc + 1, end, search->now[i].start,
					at + length);
	struct place *other = search->now;
	search->now = search->next;
	search->next = other;
	return following;
}

// The leftmost match, and the longest of those, in search->match[0].
static bool find(struct search *search)
{
	const struct regex *regex = search->regex;
	int match = regex->size - 1, count = 0;
	bool found = false;
	for (size_t at = search->origin;;) {
		while (!found && count == 0 && !regex->may_be_empty && at < search->size &&
		       !regex->first[(unsigned char)search->text[at]])
			at++;
		if (count == 0)
			next_step(search);
		if (!found)
			count = add(search, search->now, count, 0, match, at, at);
		for (int i = 0; i < count; i++)
			if (search->now[i].pc == match) {
				found = true;
				search->match[0] = (regmatch_t){(regoff_t)search->now[i].start, (regoff_t)at};
				while (search->now[count - 1].start > search->now[i].start)
					count--; // what starts further to the right is dropped
				break;
			}
		if (at >= search->size || (found && count == 0))
			return found;
		size_t length;
		int c = decode(regex, search->text + at, search->size - at, &length);
		count = advance(search, count, match, at, length, c);
		at += length;
	}
}

// Whether the piece [pc, end) of the program can match exactly text[from, to); `ends` (or NULL) notes each place up to
// `to` where it can stop, counted from `from`.
static bool matches_piece(struct search *search, int pc, int end, size_t from, size_t to, bool *ends)
{
	bool stops = false;
	next_step(search);
	int count = add(search, search->now, 0, pc, end, from, from);
	for (size_t at = from;;) {
		stops = false;
		for (int i = 0; i < count && !stops; i++)
			stops = search->now[i].pc == end;
		if (ends != NULL)
			ends[at - from] = stops;
		if (at >= to || count == 0)
			return stops && at == to;
		size_t length;
		int c = decode(search->regex, search->text + at, search->size - at, &length);
		for (size_t i = 1; ends != NULL && i < length && at + i <= to; i++)
			ends[at + i - from] = false;
		count = advance(search, count, end, at, length, c);
		at += length;
		if (at > to)
			return false;
	}
}

// -------- groups

static void assign(struct search *search, struct node *node, size_t from, size_t to);

static int find_end(const struct node *sequence) // of the program's piece up to the sequence's last part
{
	while (sequence->next != NULL)
		sequence = sequence->next;
	return sequence->end;
}

// Where [pc, end) stops, as late as possible, so that [rest, rest_end) matches what is left up to `to`.
static size_t longest_part(struct search *search, int pc, int end, int rest, int rest_end, size_t from, size_t to)
{
	bool *ends = calloc(1, to - from + 1);
	size_t stop = to;
	if (ends == NULL)
		return to;
	matches_piece(search, pc, end, from, to, ends);
	while (stop > from && !(ends[stop - from] && matches_piece(search, rest, rest_end, stop, to, NULL)))
		stop--;
	free(ends);
	return stop;
}


static void assign_repeat(struct search *search, struct node *node, size_t from, size_t to)
{
	int size = node->child->end - node->child->start, start = node->start;
	for (int i = 0; node->second < 0 || i < node->second; i++) {
		int optional = i - node->first;
		if (from == to && optional >= 0 && i > 0)
			return;
		// where the repetitions behind this one go on in the program
		int rest = optional < 0 ? start + (i + 1) * size
			 : node->second < 0 ? start + node->first * size
					    : start + node->first * size + (optional + 1) * (size + 1);
		size_t stop = longest_part(search, node->child->start, node->child->end, rest, node->end, from, to);
		if (stop == from && optional >= 0 &&
		    !matches_piece(search, node->child->start, node->child->end, from, from, NULL))
			return;
		if (node->child->groups)
			assign(search, node->child, from, stop);
		if (stop == from && optional >= 0)
			return;
		from = stop;
	}
}

// `node` matched text[from, to) exactly: sets the groups in it.
static void assign(struct search *search, struct node *node, size_t from, size_t to)
{
	if (!node->groups)
		return;
	switch (node->kind) {
	case GROUP:
		search->match[node->first] = (regmatch_t){(regoff_t)from, (regoff_t)to};
		assign(search, node->child, from, to);
		break;
	case CHOICE:
		for (struct node *part = node->child; part != NULL; part = part->next)
			if (matches_piece(search, part->start, part->end, from, to, NULL)) {
				assign(search, part, from, to);
				break;
			}
		break;
	case SEQUENCE:
		for (struct node *part = node->child; part != NULL; part = part->next) {
			size_t stop = part->next == NULL ? to
				    : longest_part(search, part->start, part->end, part->next->start,
						   find_end(part->next), from, to);
			assign(search, part, from, stop);
			from = stop;
		}
		break;
	default: assign_repeat(search, node, from, to);
	}
}

// -------- back-references

// What is still to be matched behind a node: a list that lives on the stack.
struct rest {
	const struct node *node; // NULL: the end of the pattern
	int count;		 // of a REPEAT's rounds so far; -1: `node` is a part to start, -2: the end of a GROUP
	size_t from;
	const struct rest *next;
};

static bool backtrack(struct search *search, const struct rest *rest, size_t at);

static bool backtrack_sequence(struct search *search, const struct node *part, const struct rest *next, size_t at)
{
	if (part == NULL)
		return backtrack(search, next, at);
	if (part->next == NULL)
		return backtrack(search, &(struct rest){part, -1, 0, next}, at);
	// the tail of the list is a sequence of its own, started when this part is done
	struct rest tail = {part->next, -3, 0, next};
	return backtrack(search, &(struct rest){part, -1, 0, &tail}, at);
}

static bool backtrack_repeat(struct search *search, const struct rest *rest, size_t at, int count)
{
	const struct node *node = rest->node;
	bool again = node->second < 0 || count < node->second;
	if (again && (count < node->first || count <= 0 || at != rest->from)) {
		struct rest round = {node, count + 1, at, rest->next};
		if (backtrack(search, &(struct rest){node->child, -1, 0, &round}, at))
			return true;
	}
	return count >= node->first && backtrack(search, rest->next, at);
}

// True: the longest possible end was found, nothing else needs to be tried.
static bool backtrack_start(struct search *search, const struct rest *rest, size_t at)
{
	const struct node *node = rest->node;
	const regmatch_t *group;
	size_t length, size;
	switch (node->kind) {
	case EMPTY: return backtrack(search, rest->next, at);
	case SEQUENCE: return backtrack_sequence(search, node->child, rest->next, at);
	case GROUP: {
		regmatch_t before = search->match[node->first];
		struct rest close = {node, -2, at, rest->next};
		bool done = backtrack(search, &(struct rest){node->child, -1, 0, &close}, at);
		search->match[node->first] = before;
		return done;
	}
	case CHOICE:
		for (const struct node *part = node->child; part != NULL; part = part->next)
			if (backtrack(search, &(struct rest){part, -1, 0, rest->next}, at))
				return true;
		return false;
	case REPEAT: return backtrack_repeat(search, rest, at, 0);
	case BACK_REFERENCE:
		group = &search->match[node->first];
		size = group->rm_eo - group->rm_so;
		if (group->rm_so < 0 || size > search->size - at)
			return false;
		for (size_t i = 0; i < size; i++)
			if (fold(search->regex, (unsigned char)search->text[group->rm_so + i]) !=
			    fold(search->regex, (unsigned char)search->text[at + i]))
				return false;
		return backtrack(search, rest->next, at + size);
	case CHARACTER:
	case ANY:
	case SET:
		if (at >= search->size)
			return false;
		int c = decode(search->regex, search->text + at, search->size - at, &length);
		return accepts(search->regex, &(struct instruction){(uint8_t)node->kind, node->first, 0}, c) &&
		       backtrack(search, rest->next, at + length);
	default: return holds(search, node->kind, at) && backtrack(search, rest->next, at);
	}
}

static bool backtrack(struct search *search, const struct rest *rest, size_t at)
{
	if (++search->steps > STEPS_MAX)
		return true;
	if (rest->node == NULL) {
		if (!search->found || at > search->best_end) {
			search->found = true;
			search->best_end = at;
			memcpy(search->best, search->match, (search->regex->groups + 1) * sizeof(regmatch_t));
		}
		return at == search->size;
	}
	if (rest->count == -1)
		return backtrack_start(search, rest, at);
	if (rest->count == -3)
		return backtrack_sequence(search, rest->node, rest->next, at);
	if (rest->count >= 0)
		return backtrack_repeat(search, rest, at, rest->count);
	regmatch_t before = search->match[rest->node->first];
	search->match[rest->node->first] = (regmatch_t){(regoff_t)rest->from, (regoff_t)at};
	bool done = backtrack(search, rest->next, at);
	search->match[rest->node->first] = before;
	return done;
}

static bool find_backtracking(struct search *search)
{
	int count = search->regex->groups + 1;
	struct rest end = {NULL, 0, 0, NULL};
	for (size_t at = search->origin; at <= search->size && !search->found; at++) {
		for (int i = 0; i < count; i++)
			search->match[i] = (regmatch_t){-1, -1};
		backtrack(search, &(struct rest){search->regex->root, -1, 0, &end}, at);
		if (search->found) {
			memcpy(search->match, search->best, count * sizeof(regmatch_t));
			search->match[0] = (regmatch_t){(regoff_t)at, (regoff_t)search->best_end};
		}
		while (search->regex->wide && at + 1 < search->size && (search->text[at + 1] & 0xc0) == 0x80)
			at++;
	}
	return search->found;
}

// Returns 0, REG_NOMATCH or REG_ESPACE. match[i] is group i, {-1, -1} when it took no part.
int regexec(const regex_t *restrict compiled, const char *restrict text, size_t count, regmatch_t *restrict match, int flags)
{
	const struct regex *regex = compiled->re_program;
	size_t places = regex->size + 1, groups = regex->groups + 1;
	size_t bytes = 2 * places * sizeof(struct place) + 2 * groups * sizeof(regmatch_t) + places * sizeof(unsigned);
	char small[2048] __attribute__((aligned(16))), *memory = bytes <= sizeof(small) ? small : malloc(bytes);
	if (memory == NULL)
		return REG_ESPACE;
	bool bounded = flags & REG_STARTEND;
	struct search search = {.regex = regex, .text = text, .flags = flags, .origin = bounded ? match[0].rm_so : 0,
				.size = bounded ? (size_t)match[0].rm_eo : strlen(text)};
	search.now = (struct place *)memory;
	search.next = search.now + places;
	search.match = (regmatch_t *)(search.next + places);
	search.best = search.match + groups;
	search.mark = memset(search.best + groups, 0, places * sizeof(unsigned));
	bool found = regex->references ? find_backtracking(&search) : find(&search);
	if (regex->flags & REG_NOSUB)
		count = 0;
	if (found && count > 1 && regex->groups > 0 && !regex->references) {
		for (size_t i = 1; i < groups; i++)
			search.match[i] = (regmatch_t){-1, -1};
		assign(&search, regex->root, search.match[0].rm_so, search.match[0].rm_eo);
	}
	for (size_t i = 0; found && i < count; i++)
		match[i] = i < groups ? search.match[i] : (regmatch_t){-1, -1};
	bool exhausted = search.steps > STEPS_MAX && !found;
	if (memory != small)
		free(memory);
	return found ? 0 : exhausted ? REG_ESPACE : REG_NOMATCH;
}

size_t regerror(int code, const regex_t *restrict regex, char *restrict to, size_t size)
{
	static const char *const texts[] = {"Success", "No match", "Invalid regular expression", "Invalid collation character",
		"Invalid character class name", "Trailing backslash", "Invalid back reference", "Unmatched [, [^, [:, [., or [=",
		"Unmatched ( or \\(", "Unmatched \\{", "Invalid content of \\{\\}", "Invalid range end", "Memory exhausted",
		"Invalid preceding regular expression"};
	const char *text = code >= 0 && code <= REG_BADRPT ? texts[code] : "Unknown error";
	return (size_t)snprintf(to, size, "%s", text) + 1;
}
