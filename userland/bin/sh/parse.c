// parse.c: text to tree, by recursive descent over POSIX's shell grammar (XCU 2.10).
//
// 1. Words keep their quotes; expand.c takes them away. To find the end of $(...) the parser calls itself, so whatever
//    stands inside (a case pattern's lone parenthesis, a comment) ends where it should.
// 2. Here-documents are noted when their operator is read and filled when the line's newline is.
// 3. At most one token is read ahead, and never across a command's last newline: what follows belongs to the command.
// 4. A backslash before a newline is cut out of the text as soon as it is met, an alias is spliced into it: later steps
//    never see either. What lies before `position` never moves.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

#define DEPTH_MAX 500 // nested constructs

enum { TOKEN_END = -1, TOKEN_WORD = -2, TOKEN_NEWLINE = '\n' };
#define BOTH(c) TOKEN(c, c, 0)

struct parser {
	struct source *source;
	bool ready;	// `token` was read and not yet taken
	int token;
	int line;	// where the token starts
	size_t start;	// where it starts
	size_t end;	// where the last taken token ended
	size_t alias_end; // an alias that ends with a blank was put in up to here: the next word may be one too; 0: none
	char *word;	// a word's raw text
	struct redirect *documents; // waiting for their line's newline
};
static int depth;

static struct node *parse_list(struct parser *parser);

static void syntax_error(int line, const char *what)
{
	line_number = line;
	shell_error(2, "Syntax error: %s", what);
}

static void enter(struct source *source)
{
	if (++depth > DEPTH_MAX) {
		depth = 0;
		syntax_error(source->line, "too deeply nested");
	}
}

static int peek_raw(struct source *source)
{
	if (source->position == source->size && !source_refill(source))
		return TOKEN_END;
	return (unsigned char)source->text[source->position];
}

static int take_raw(struct source *source)
{
	int character = peek_raw(source);
	if (character != TOKEN_END)
		source->position++;
	source->line += character == '\n';
	return character;
}

// The next character, with lines joined where a backslash ends one.
static int peek(struct source *source)
{
	int character;
	while ((character = peek_raw(source)) == '\\') {
		if (source->position + 1 == source->size && !source_refill(source))
			break;
		char *at = source->text + source->position;
		if (at[1] != '\n')
			break;
		source->size -= 2;
		memmove(at, at + 2, source->size - source->position);
		source->line++;
	}
	return character;
}

static int take(struct source *source)
{
	return peek(source) == TOKEN_END ? TOKEN_END : take_raw(source);
}

static void unterminated(struct source *source, const char *what)
{
	if (source->fd < 0 && source->line == 0) // expand.c asks about text that was never parsed: a prompt, a document
		shell_error(2, "Syntax error: %s", what);
	syntax_error(source->line, what);
}

static void skip_dollar(struct source *source, bool quoted);

static void skip_single(struct source *source)
{
	for (int c; (c = take_raw(source)) != '\'';)
		if (c == TOKEN_END)
			unterminated(source, "Unterminated quoted string");
}

static void skip_backquote(struct source *source)
{
	for (int c; (c = take_raw(source)) != '`';) {
		if (c == '\\')
			c = take_raw(source);
		if (c == TOKEN_END)
			unterminated(source, "EOF in backquote substitution");
	}
}

// Up to and with `closing` over what is nested. `singles`: a single quote opens a string.
static void skip_nested(struct source *source, int closing, bool quoted, bool singles)
{
	for (int c; (c = take(source)) != closing;) {
		if (c == '\\')
			take_raw(source);
		else if (c == '$')
			skip_dollar(source, quoted);
		else if (c == '`')
			skip_backquote(source);
		else if (c == '\'' && singles)
			skip_single(source);
		else if (c == '"')
			skip_nested(source, '"', true, false);
		else if (c == TOKEN_END)
			unterminated(source, closing == '"' ? "Unterminated quoted string" : "Missing '}'");
	}
}

// Behind "${": a single quote counts as such unless the whole stands in double quotes and no pattern follows.
static void skip_braces(struct source *source, bool quoted)
{
	int c = peek(source);
	if (isalnum(c) || c == '_')
		while (isalnum(c = peek(source)) || c == '_')
			take(source);
	else if (c != '}' && c != TOKEN_END)
		take(source);
	c = peek(source);
	if (c == '}' || c == TOKEN_END)
		return skip_nested(source, '}', quoted, !quoted);
	bool pattern = c == '#' || c == '%';
	skip_nested(source, '}', quoted && !pattern, !quoted || pattern);
}

// Behind "$((": true when "))" closes it; else the position is back, for it is "$(" and a subshell.
static bool skip_arithmetic(struct source *source)
{
	size_t start = source->position;
	int line = source->line;
	for (int level = 1, c; (c = take(source)) != TOKEN_END;) {
		if (c == '\\')
			take_raw(source);
		else if (c == '$')
			skip_dollar(source, true);
		else if (c == '`')
			skip_backquote(source);
		level += (c == '(') - (c == ')');
		if (level == 0) {
			if (peek(source) != ')')
				break;
			take(source);
			return true;
		}
	}
	source->position = start;
	source->line = line;
	return false;
}

// Behind "$".
static void skip_dollar(struct source *source, bool quoted)
{
	int c = peek(source);
	if (c != '(' && c != '{')
		return;
	enter(source);
	take(source);
	if (c == '{') {
		skip_braces(source, quoted);
	} else {
		bool twice = peek(source) == '(';
		if (twice)
			take(source);
		if (!twice || !skip_arithmetic(source)) {
			source->position -= twice;
			parse_substitution(source);
		}
	}
	depth--;
}

size_t span(const char *raw, size_t size, char opening, bool quoted)
{
	struct source source = {.text = (char *)raw, .size = size, .fd = -1, .plain = true};
	int outer = depth;
	if (opening == '`')
		skip_backquote(&source);
	else if (opening == '"')
		skip_nested(&source, '"', true, false);
	else if (opening == '{')
		skip_braces(&source, quoted);
	else if (!skip_arithmetic(&source))
		source.position = 0;
	depth = outer;
	return source.position;
}

static char *read_word(struct source *source)
{
	size_t start = source->position;
	for (int c; (c = peek(source)) != TOKEN_END && strchr(" \t\n;&|<>()", c) == NULL;) {
		take(source);
		if (c == '\\')
			take_raw(source);
		else if (c == '\'')
			skip_single(source);
		else if (c == '`')
			skip_backquote(source);
		else if (c == '"')
			skip_nested(source, '"', true, false);
		else if (c == '$')
			skip_dollar(source, false);
	}
	return stack_copy(source->text + start, source->position - start);
}

// A line of a here-document: NULL at the end.
static char *read_line(struct source *source)
{
	size_t start = source->position;
	if (peek_raw(source) == TOKEN_END)
		return NULL;
	while (peek_raw(source) != TOKEN_END && take_raw(source) != '\n')
		;
	return stack_copy(source->text + start, source->position - start);
}

static bool ends_joined(const char *line, size_t length) // with an odd number of backslashes before its newline
{
	size_t count = 0;
	while (count < length && line[length - 1 - count] == '\\')
		count++;
	return count % 2 == 1;
}

static void read_document(struct source *source, struct redirect *document)
{
	char *delimiter = document->target, *line, *body = keep(strdup(""));
	size_t size = 0, length;
	bool joined = false;
	while ((line = read_line(source)) != NULL) {
		if (document->operator == TOKEN('<', '<', '-'))
			line += strspn(line, "\t");
		length = strcspn(line, "\n");
		if (!joined && strncmp(line, delimiter, length) == 0 && delimiter[length] == '\0')
			break;
		joined = !document->verbatim && ends_joined(line, length);
		length = strlen(line);
		body = keep(realloc(body, size + length + 1));
		memcpy(body + size, line, length + 1);
		size += length;
	}
	document->target = stack_copy(body, size);
	free(body);
}

static void read_documents(struct parser *parser)
{
	for (struct redirect *document = parser->documents; document != NULL; document = document->next_document)
		read_document(parser->source, document);
	parser->documents = NULL;
}

static int read_operator(struct source *source)
{
	static const char *const operators[] = {"&&", "||", ";;", ";&", "<<-", "<<", ">>", "<&", ">&", "<>", ">|",
						"&", "|", ";", "(", ")", "<", ">"};
	char found[4] = "";
	int length = 0, result = 0;
	for (bool longer = true; longer && length < 3;) { // a character at a time, so that joined lines may cut operators
		int c = peek(source);
		longer = false;
		found[length] = c > 0 && c < 128 ? (char)c : '\0';
		for (size_t i = 0; c > 0 && i < sizeof(operators) / sizeof(*operators); i++)
			longer |= strncmp(operators[i], found, length + 1) == 0;
		if (longer) {
			take(source);
			length++;
		}
	}
	found[length] = '\0';
	for (int i = 0; i < length; i++)
		result |= found[i] << 8 * i;
	return result;
}

static int token(struct parser *parser)
{
	struct source *source = parser->source;
	int c;
	if (parser->ready)
		return parser->token;
	while ((c = peek(source)) == ' ' || c == '\t')
		take(source);
	if (c == '#')
		while (c != '\n' && c != TOKEN_END) { // a comment joins no lines
			take_raw(source);
			c = peek_raw(source);
		}
	parser->ready = true;
	parser->start = source->position;
	parser->line = source->line;
	if (c == TOKEN_END)
		return parser->token = TOKEN_END;
	if (c == '\n') {
		take_raw(source);
		read_documents(parser);
		return parser->token = TOKEN_NEWLINE;
	}
	int operator = read_operator(source);
	if (operator == 0)
		parser->word = read_word(source);
	return parser->token = operator != 0 ? operator : TOKEN_WORD;
}

static void accept(struct parser *parser)
{
	token(parser);
	parser->ready = false;
	parser->end = parser->source->position;
}

static void unexpected(struct parser *parser)
{
	int found = token(parser);
	char operator[4] = {(char)found, (char)(found >> 8), (char)(found >> 16), '\0'};
	if (found == TOKEN_END || found == TOKEN_NEWLINE)
		syntax_error(parser->line, found == TOKEN_END ? "end of file unexpected" : "newline unexpected");
	syntax_error(parser->line,
		     stack_format("\"%.200s\" unexpected", found == TOKEN_WORD ? parser->word : operator));
}

static bool at_word(struct parser *parser, const char *word)
{
	return token(parser) == TOKEN_WORD && strcmp(parser->word, word) == 0;
}

static bool accept_word(struct parser *parser, const char *word)
{
	bool found = at_word(parser, word);
	if (found)
		accept(parser);
	return found;
}

static void expect_word(struct parser *parser, const char *word)
{
	if (!accept_word(parser, word))
		unexpected(parser);
}

static void skip_newlines(struct parser *parser)
{
	while (token(parser) == TOKEN_NEWLINE)
		accept(parser);
}

static int command_token(struct parser *parser);

static void skip_to_command(struct parser *parser) // an alias may stand for newlines or a comment
{
	do
		skip_newlines(parser);
	while (command_token(parser) == TOKEN_NEWLINE);
}

// Where a command may start: puts an alias's text in the place of its name, again while that makes another.
static int command_token(struct parser *parser)
{
	struct source *source = parser->source;
	const char *value;
	while (token(parser) == TOKEN_WORD && alias_find != NULL && !source->plain &&
	       (value = alias_find(parser->word, source, parser->start)) != NULL) {
		size_t size = strlen(value), start = parser->start, rest = source->size - source->position;
		long growth = (long)size - (long)(source->position - start);
		if (source->size + growth + 1 > source->capacity) {
			bool owned = source->capacity != 0; // else the string is the caller's; he frees what it became
			char *grown = keep(realloc(owned ? source->text : NULL, 2 * (source->size + size) + 128));
			source->capacity = 2 * (source->size + size) + 128;
			source->text = owned ? grown : memcpy(grown, source->text, source->size);
		}
		memmove(source->text + start + size, source->text + source->position, rest);
		memcpy(source->text + start, value, size);
		source->size += growth;
		source->position = start;
		parser->ready = false;
		alias_spliced(parser->word, source, start, growth);
		if (size > 0 && strchr(" \t", value[size - 1]) != NULL)
			parser->alias_end = start + size;
	}
	return token(parser);
}

static struct node *new_node(struct parser *parser, enum node_kind kind, struct node *first, struct node *second)
{
	struct node *node = stack_allocate(sizeof(*node));
	*node = (struct node){.kind = kind, .line = parser->line, .first = first, .second = second};
	return node;
}

static struct word *take_word(struct parser *parser)
{
	if (token(parser) != TOKEN_WORD)
		unexpected(parser);
	struct word *word = stack_allocate(sizeof(*word));
	word->text = parser->word;
	accept(parser);
	if (parser->alias_end != 0) {
		token(parser);
		if (parser->start >= parser->alias_end) { // this word follows the alias
			parser->alias_end = 0;
			command_token(parser);
		}
	}
	return word;
}

// The delimiter of a here-document without its quotes.
static char *unquote(const char *raw, bool *quoted)
{
	char *text = stack_allocate(strlen(raw) + 1), *to = text, open = '\0';
	*quoted = strpbrk(raw, "'\"\\") != NULL;
	for (; *raw != '\0'; raw++) {
		if (*raw == open)
			open = '\0';
		else if (open == '\0' && (*raw == '\'' || *raw == '"'))
			open = *raw;
		else if (*raw == '\\' && open != '\'' && raw[1] != '\0')
			*to++ = *++raw;
		else
			*to++ = *raw;
	}
	return text;
}

static bool is_descriptor(const char *word)
{
	size_t size = strspn(word, "0123456789");
	return size > 0 && size < 5 && word[size] == '\0';
}

// A redirection, when one starts here; a word of digits right before "<" or ">" is its descriptor.
static bool parse_redirect(struct parser *parser, struct redirect ***tail)
{
	int operator = token(parser), fd = -1;
	if (operator == TOKEN_WORD && is_descriptor(parser->word) &&
	    (peek(parser->source) == '<' || peek(parser->source) == '>')) {
		fd = atoi(parser->word);
		accept(parser);
		operator = token(parser);
	}
	int first = operator & 0xff;
	if (operator < 0 || (first != '<' && first != '>'))
		return false;
	accept(parser);
	struct redirect *redirect = stack_allocate(sizeof(*redirect));
	redirect->operator = operator;
	redirect->fd = fd >= 0 ? fd : first == '>';
	redirect->target = take_word(parser)->text;
	**tail = redirect;
	*tail = &redirect->next;
	if ((operator & 0xffff) == BOTH('<')) {
		redirect->target = unquote(redirect->target, &redirect->verbatim);
		struct redirect **slot = &parser->documents;
		while (*slot != NULL)
			slot = &(*slot)->next_document;
		*slot = redirect;
		if (parser->ready && parser->token == TOKEN_NEWLINE) // an alias looked ahead
			read_documents(parser);
	}
	return true;
}

static struct node *parse_compound(struct parser *parser);

static bool is_assignment(const char *word)
{
	size_t size = name_size(word, strlen(word));
	return size > 0 && word[size] == '=';
}

// What may not start a command, because it continues or closes another one.
static bool is_reserved(const char *word)
{
	static const char *const reserved[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (strcmp(reserved[i], word) == 0)
			return true;
	return false;
}

static struct node *parse_function(struct parser *parser, char *name)
{
	struct node *node = new_node(parser, NODE_FUNCTION, NULL, NULL);
	accept(parser);
	if (token(parser) != ')')
		unexpected(parser);
	if (!is_name(name, strlen(name)))
		syntax_error(parser->line, "Bad function name");
	accept(parser);
	skip_newlines(parser);
	node->first = parse_compound(parser);
	if (node->first == NULL)
		unexpected(parser);
	node->name = name;
	return node;
}

static struct node *parse_simple(struct parser *parser)
{
	command_token(parser);
	struct node *node = new_node(parser, NODE_COMMAND, NULL, NULL);
	struct word **words = &node->words, **assignments = &node->assignments;
	struct redirect **redirects = &node->redirects;
	for (;;) {
		if (node->words == NULL)
			command_token(parser);
		if (parse_redirect(parser, &redirects))
			continue;
		if (token(parser) == '(' && node->words != NULL && words == &node->words->next &&
		    node->assignments == NULL && node->redirects == NULL)
			return parse_function(parser, node->words->text);
		if (token(parser) != TOKEN_WORD)
			break;
		struct word ***tail = node->words == NULL && is_assignment(parser->word) ? &assignments : &words;
		if (node->words == NULL && node->assignments == NULL && node->redirects == NULL &&
		    (is_reserved(parser->word) || strcmp(parser->word, "!") == 0))
			unexpected(parser);
		**tail = take_word(parser);
		*tail = &(**tail)->next;
	}
	if (node->words == NULL && node->assignments == NULL && node->redirects == NULL)
		unexpected(parser);
	return node;
}

static struct node *parse_if(struct parser *parser)
{
	struct node *node = new_node(parser, NODE_IF, parse_list(parser), NULL);
	expect_word(parser, "then");
	node->second = parse_list(parser);
	if (accept_word(parser, "elif")) {
		node->third = parse_if(parser); // takes the one "fi"
		return node;
	}
	if (accept_word(parser, "else"))
		node->third = parse_list(parser);
	expect_word(parser, "fi");
	return node;
}

static struct node *parse_body(struct parser *parser) // do ... done
{
	expect_word(parser, "do");
	struct node *node = parse_list(parser);
	expect_word(parser, "done");
	return node;
}

static struct node *parse_for(struct parser *parser)
{
	struct node *node = new_node(parser, NODE_FOR, NULL, NULL);
	struct word **tail = &node->words;
	node->name = take_word(parser)->text;
	if (!is_name(node->name, strlen(node->name)))
		syntax_error(parser->source->line, "Bad for loop variable");
	if (token(parser) == ';') {
		accept(parser);
	} else {
		skip_newlines(parser);
		node->listed = accept_word(parser, "in");
		for (; node->listed && token(parser) == TOKEN_WORD; tail = &(*tail)->next)
			*tail = take_word(parser);
		if (node->listed && token(parser) != ';' && token(parser) != TOKEN_NEWLINE)
			unexpected(parser);
		if (token(parser) == ';')
			accept(parser);
	}
	skip_newlines(parser);
	node->first = parse_body(parser);
	return node;
}

static struct case_arm *parse_arm(struct parser *parser)
{
	struct case_arm *arm = stack_allocate(sizeof(*arm));
	struct word **tail = &arm->patterns;
	if (token(parser) == '(')
		accept(parser);
	for (;; accept(parser)) {
		*tail = take_word(parser);
		tail = &(*tail)->next;
		if (token(parser) != '|')
			break;
	}
	if (token(parser) != ')')
		unexpected(parser);
	accept(parser);
	skip_newlines(parser);
	int end = token(parser);
	if (end != BOTH(';') && end != TOKEN(';', '&', 0) && !at_word(parser, "esac"))
		arm->body = parse_list(parser);
	end = token(parser);
	arm->falls_through = end == TOKEN(';', '&', 0);
	if (end == BOTH(';') || arm->falls_through)
		accept(parser);
	else if (!at_word(parser, "esac"))
		unexpected(parser);
	skip_newlines(parser);
	return arm;
}

static struct node *parse_case(struct parser *parser)
{
	struct node *node = new_node(parser, NODE_CASE, NULL, NULL);
	struct case_arm **tail = &node->arms;
	node->words = take_word(parser);
	skip_newlines(parser);
	expect_word(parser, "in");
	for (skip_newlines(parser); !at_word(parser, "esac"); tail = &(*tail)->next)
		*tail = parse_arm(parser);
	accept(parser);
	return node;
}

static struct node *parse_loop(struct parser *parser, enum node_kind kind)
{
	struct node *node = new_node(parser, kind, parse_list(parser), NULL);
	node->second = parse_body(parser);
	return node;
}

// A command with words of its own (if, while, {, ( ...) and its redirections; NULL when none starts here.
static struct node *parse_compound(struct parser *parser)
{
	struct node *node = NULL;
	enter(parser->source);
	if (command_token(parser) == '(') {
		accept(parser);
		node = new_node(parser, NODE_SUBSHELL, parse_list(parser), NULL);
		if (token(parser) != ')')
			unexpected(parser);
		accept(parser);
	} else if (accept_word(parser, "{")) {
		node = new_node(parser, NODE_GROUP, parse_list(parser), NULL);
		expect_word(parser, "}");
	} else if (accept_word(parser, "if")) {
		node = parse_if(parser);
	} else if (accept_word(parser, "while")) {
		node = parse_loop(parser, NODE_WHILE);
	} else if (accept_word(parser, "until")) {
		node = parse_loop(parser, NODE_UNTIL);
	} else if (accept_word(parser, "for")) {
		node = parse_for(parser);
	} else if (accept_word(parser, "case")) {
		node = parse_case(parser);
	}
	depth--;
	if (node != NULL)
		for (struct redirect **tail = &node->redirects; parse_redirect(parser, &tail);)
			;
	return node;
}

static struct node *parse_command(struct parser *parser)
{
	struct node *node = parse_compound(parser);
	return node != NULL ? node : parse_simple(parser);
}

static struct node *parse_pipeline(struct parser *parser)
{
	bool inverted;
	command_token(parser);
	inverted = accept_word(parser, "!");
	command_token(parser);
	size_t start = parser->start;
	struct node *node = parse_command(parser), *last = NULL;
	while (token(parser) == '|') {
		accept(parser);
		skip_newlines(parser);
		struct node *next = new_node(parser, NODE_PIPE, parse_command(parser), NULL);
		if (last == NULL)
			node = last = new_node(parser, NODE_PIPE, node, NULL);
		last->second = next;
		last = next;
	}
	node->text = stack_copy(parser->source->text + start, parser->end - start);
	return inverted ? new_node(parser, NODE_NOT, node, NULL) : node;
}

static struct node *parse_and_or(struct parser *parser)
{
	command_token(parser);
	size_t start = parser->start;
	struct node *node = parse_pipeline(parser);
	for (int operator; (operator = token(parser)) == BOTH('&') || operator == BOTH('|');) {
		accept(parser);
		skip_newlines(parser);
		node = new_node(parser, operator == BOTH('&') ? NODE_AND : NODE_OR, node, parse_pipeline(parser));
	}
	if (token(parser) == '&') {
		node = new_node(parser, NODE_BACKGROUND, node, NULL);
		node->text = stack_copy(parser->source->text + start, parser->end - start);
	}
	return node;
}

static bool list_ends(struct parser *parser)
{
	int next = token(parser);
	return next == TOKEN_END || next == ')' || next == BOTH(';') || next == TOKEN(';', '&', 0) ||
	       (next == TOKEN_WORD && is_reserved(parser->word));
}

// Commands separated by ";", "&" and newlines, at least one, up to a word or token that closes the construct around.
static struct node *parse_list(struct parser *parser)
{
	struct node *node = NULL;
	enter(parser->source);
	skip_to_command(parser);
	do {
		struct node *next = parse_and_or(parser);
		node = node != NULL ? new_node(parser, NODE_SEQUENCE, node, next) : next;
		int separator = token(parser);
		if (separator != ';' && separator != '&' && separator != TOKEN_NEWLINE)
			break;
		accept(parser);
		skip_to_command(parser);
	} while (!list_ends(parser));
	depth--;
	return node;
}

struct node *parse_substitution(struct source *source)
{
	struct parser parser = {.source = source};
	skip_newlines(&parser);
	struct node *node = token(&parser) != ')' ? parse_list(&parser) : NULL;
	if (token(&parser) != ')')
		unexpected(&parser);
	accept(&parser);
	return node;
}

struct node *parse_command_line(struct source *source)
{
	struct parser parser = {.source = source};
	struct node *node = NULL;
	depth = 0;
	while (command_token(&parser) != TOKEN_END && token(&parser) != TOKEN_NEWLINE) {
		struct node *next = parse_and_or(&parser);
		node = node != NULL ? new_node(&parser, NODE_SEQUENCE, node, next) : next;
		if (token(&parser) == ';' || token(&parser) == '&')
			accept(&parser);
		else if (token(&parser) != TOKEN_NEWLINE && token(&parser) != TOKEN_END)
			unexpected(&parser);
	}
	if (token(&parser) == TOKEN_END)
		read_documents(&parser);
	return node;
}

size_t name_size(const char *text, size_t limit)
{
	size_t size = 0;
	while (size < limit && (text[size] == '_' || isalpha((unsigned char)text[size]) ||
				(size > 0 && isdigit((unsigned char)text[size]))))
		size++;
	return size;
}

bool is_name(const char *text, size_t size)
{
	return size > 0 && name_size(text, size) == size;
}
