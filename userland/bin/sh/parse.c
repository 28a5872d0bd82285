// parse.c: text to tree, by recursive descent over POSIX's shell grammar (XCU 2.10).
//
// 1. Words keep their quotes; expand.c takes them away. To find the end of $(...) the parser calls itself, so whatever
//    stands inside (a case pattern's lone parenthesis, a comment) ends where it should.
// 2. Here-documents are noted when their operator is read and filled when the line's newline is.
// 3. At most one token is read ahead, and never across a command's last newline: what follows belongs to the command.
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
	size_t start;	// where it starts
	size_t end;	// where the last taken token ended
	char *word;	// a word's raw text
	struct redirect *documents; // waiting for their line's newline
};
static int depth;

bool source_refill(struct source *source);
static struct node *parse_list(struct parser *parser);

static int peek(struct source *source)
{
	if (source->position == source->size && !source_refill(source))
		return TOKEN_END;
	return (unsigned char)source->text[source->position];
}

static int take(struct source *source)
{
	int character = peek(source);
	if (character != TOKEN_END)
		source->position++;
	source->line += character == '\n';
	return character;
}

static void skip_until(struct source *source, int closing)
{
	for (int c; (c = take(source)) != closing;) {
		if (c == '\\' && closing != '\'')
			c = take(source);
		if (c == TOKEN_END)
			shell_error(2, "%d: Syntax error: Unterminated quoted string", source->line);
	}
}

static void skip_dollar(struct source *source);

// Up to and with `closing`, over everything nested; `opening` (0: none) makes another level.
static void skip_nested(struct source *source, int opening, int closing)
{
	for (int level = 1; level > 0;) {
		int c = take(source);
		if (c == '\\')
			take(source);
		else if (c == '$')
			skip_dollar(source);
		else if (c == '`')
			skip_until(source, c);
		else if (c == '\'' && closing == '}')
			skip_until(source, c);
		else if (c == '"' && closing != '"')
			skip_nested(source, 0, '"');
		else if (c == TOKEN_END)
			shell_error(2, "%d: Syntax error: Unterminated quoted string", source->line);
		else
			level += (c == opening) - (c == closing);
	}
}

static void skip_dollar(struct source *source)
{
	int c = peek(source);
	if (c != '(' && c != '{')
		return;
	if (++depth > DEPTH_MAX)
		shell_error(2, "%d: Syntax error: too deeply nested", source->line);
	take(source);
	if (c == '{') {
		skip_nested(source, 0, '}');
	} else if (peek(source) == '(') {
		skip_nested(source, '(', ')');
	} else {
		parse_substitution(source);
	}
	depth--;
}

static char *read_word(struct source *source)
{
	size_t start = source->position;
	for (int c; (c = peek(source)) != TOKEN_END && strchr(" \t\n;&|<>()", c) == NULL;) {
		take(source);
		if (c == '\\')
			take(source);
		else if (c == '\'' || c == '`')
			skip_until(source, c);
		else if (c == '"')
			skip_nested(source, 0, '"');
		else if (c == '$')
			skip_dollar(source);
	}
	return stack_copy(source->text + start, source->position - start);
}

// A line of a here-document or of nothing: NULL at the end.
static char *read_line(struct source *source)
{
	size_t start = source->position;
	if (peek(source) == TOKEN_END)
		return NULL;
	while (peek(source) != TOKEN_END && take(source) != '\n')
		;
	return stack_copy(source->text + start, source->position - start);
}

static void read_documents(struct parser *parser)
{
	for (struct redirect *document = parser->documents; document != NULL; document = document->next_document) {
		char *delimiter = document->target, *line;
		char *body = keep(strdup(""));
		size_t size = 0, length;
		while ((line = read_line(parser->source)) != NULL) {
			if (document->operator == TOKEN('<', '<', '-'))
				line += strspn(line, "\t");
			length = strcspn(line, "\n");
			if (strncmp(line, delimiter, length) == 0 && delimiter[length] == '\0')
				break;
			length = strlen(line);
			body = keep(realloc(body, size + length + 1));
			memcpy(body + size, line, length + 1);
			size += length;
		}
		document->target = stack_copy(body, size);
		free(body);
	}
	parser->documents = NULL;
}

static int read_operator(struct source *source)
{
	static const char *const operators[] = {"&&", "||", ";;", "<<-", "<<", ">>", "<&", ">&", "<>", ">|",
						"&", "|", ";", "(", ")", "<", ">"};
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		const char *text = operators[i];
		size_t size = strlen(text);
		if (source->size - source->position >= size && !memcmp(source->text + source->position, text, size)) {
			source->position += size;
			return TOKEN(text[0], text[1], text[1] ? text[2] : 0);
		}
	}
	return 0;
}

static int token(struct parser *parser)
{
	struct source *source = parser->source;
	int c;
	if (parser->ready)
		return parser->token;
	for (;;) { // blanks, joined lines and comments
		while ((c = peek(source)) == ' ' || c == '\t')
			take(source);
		if (c == '\\' && source->position + 1 < source->size && source->text[source->position + 1] == '\n') {
			take(source);
			take(source);
			continue;
		}
		if (c != '#')
			break;
		while (c != '\n' && c != TOKEN_END) {
			take(source);
			c = peek(source);
		}
	}
	parser->ready = true;
	parser->start = source->position;
	if (c == TOKEN_END)
		return parser->token = TOKEN_END;
	if (c == '\n') {
		take(source);
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
	int line = parser->source->line - (found == TOKEN_NEWLINE);
	if (found == TOKEN_END || found == TOKEN_NEWLINE)
		shell_error(2, "%d: Syntax error: %s unexpected", line,
			    found == TOKEN_END ? "end of file" : "newline");
	shell_error(2, "%d: Syntax error: \"%s\" unexpected", line, found == TOKEN_WORD ? parser->word : operator);
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

static struct node *new_node(enum node_kind kind, struct node *first, struct node *second)
{
	struct node *node = stack_allocate(sizeof(*node));
	*node = (struct node){.kind = kind, .first = first, .second = second};
	return node;
}

static struct word *take_word(struct parser *parser)
{
	if (token(parser) != TOKEN_WORD)
		unexpected(parser);
	struct word *word = stack_allocate(sizeof(*word));
	word->text = parser->word;
	accept(parser);
	return word;
}

// The delimiter of a here-document without its quotes.
static char *unquote(const char *raw, bool *quoted)
{
	char *text = stack_allocate(strlen(raw) + 1), *to = text;
	*quoted = strpbrk(raw, "'\"\\") != NULL;
	for (; *raw != '\0'; raw++)
		if (strchr("'\"\\", *raw) == NULL)
			*to++ = *raw;
	return text;
}

// A redirection, when one starts here; a word of digits right before "<" or ">" is its descriptor.
static bool parse_redirect(struct parser *parser, struct redirect ***tail)
{
	int operator = token(parser), fd = -1;
	if (operator == TOKEN_WORD && isdigit(parser->word[0]) && parser->word[1] == '\0' &&
	    (peek(parser->source) == '<' || peek(parser->source) == '>')) {
		fd = parser->word[0] - '0';
		accept(parser);
		operator = token(parser);
	}
	int first = operator & 0xff;
	if (operator< 0 || (first != '<' && first != '>'))
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
	}
	return true;
}

static struct node *parse_compound(struct parser *parser);

static bool is_assignment(const char *word)
{
	const char *equals = strchr(word, '=');
	return equals != NULL && is_name(word, equals - word);
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
	struct node *node = new_node(NODE_FUNCTION, NULL, NULL);
	accept(parser);
	if (token(parser) != ')' || !is_name(name, strlen(name)))
		unexpected(parser);
	accept(parser);
	skip_newlines(parser);
	token(parser);
	size_t start = parser->start;
	if (parse_compound(parser) == NULL)
		unexpected(parser);
	node->name = name;
	node->text = stack_copy(parser->source->text + start, parser->end - start);
	return node;
}

static struct node *parse_simple(struct parser *parser)
{
	struct node *node = new_node(NODE_COMMAND, NULL, NULL);
	struct word **words = &node->words, **assignments = &node->assignments;
	struct redirect **redirects = &node->redirects;
	for (;;) {
		if (parse_redirect(parser, &redirects))
			continue;
		if (token(parser) == '(' && node->words != NULL && words == &node->words->next &&
		    node->assignments == NULL && node->redirects == NULL)
			return parse_function(parser, node->words->text);
		if (token(parser) != TOKEN_WORD)
			break;
		struct word ***tail = node->words == NULL && is_assignment(parser->word) ? &assignments : &words;
		if (node->words == NULL && node->assignments == NULL && node->redirects == NULL &&
		    is_reserved(parser->word))
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
	struct node *node = new_node(NODE_IF, parse_list(parser), NULL);
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

static struct node *parse_for(struct parser *parser)
{
	struct node *node = new_node(NODE_FOR, NULL, NULL);
	struct word **tail = &node->words;
	node->name = take_word(parser)->text;
	if (!is_name(node->name, strlen(node->name)))
		shell_error(2, "%d: Syntax error: Bad for loop variable", parser->source->line);
	skip_newlines(parser);
	node->listed = accept_word(parser, "in");
	for (; node->listed && token(parser) == TOKEN_WORD; tail = &(*tail)->next)
		*tail = take_word(parser);
	if (token(parser) == ';')
		accept(parser);
	else if (node->listed && token(parser) != TOKEN_NEWLINE)
		unexpected(parser);
	skip_newlines(parser);
	expect_word(parser, "do");
	node->first = parse_list(parser);
	expect_word(parser, "done");
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
	if (token(parser) != BOTH(';') && !at_word(parser, "esac"))
		arm->body = parse_list(parser);
	if (token(parser) == BOTH(';'))
		accept(parser);
	else if (!at_word(parser, "esac"))
		unexpected(parser);
	skip_newlines(parser);
	return arm;
}

static struct node *parse_case(struct parser *parser)
{
	struct node *node = new_node(NODE_CASE, NULL, NULL);
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
	struct node *node = new_node(kind, parse_list(parser), NULL);
	expect_word(parser, "do");
	node->second = parse_list(parser);
	expect_word(parser, "done");
	return node;
}

// A command with words of its own (if, while, {, ( ...) and its redirections; NULL when none starts here.
static struct node *parse_compound(struct parser *parser)
{
	struct node *node = NULL;
	if (++depth > DEPTH_MAX)
		shell_error(2, "%d: Syntax error: too deeply nested", parser->source->line);
	if (token(parser) == '(') {
		accept(parser);
		node = new_node(NODE_SUBSHELL, parse_list(parser), NULL);
		if (token(parser) != ')')
			unexpected(parser);
		accept(parser);
	} else if (accept_word(parser, "{")) {
		node = new_node(NODE_GROUP, parse_list(parser), NULL);
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
	bool inverted = false;
	while (accept_word(parser, "!"))
		inverted = !inverted;
	token(parser);
	size_t start = parser->start;
	struct node *node = parse_command(parser), *last = NULL;
	while (token(parser) == '|') {
		accept(parser);
		skip_newlines(parser);
		struct node *next = new_node(NODE_PIPE, parse_command(parser), NULL);
		if (last == NULL)
			node = last = new_node(NODE_PIPE, node, NULL);
		last->second = next;
		last = next;
	}
	node->text = node->text != NULL ? node->text : stack_copy(parser->source->text + start, parser->end - start);
	return inverted ? new_node(NODE_NOT, node, NULL) : node;
}

static struct node *parse_and_or(struct parser *parser)
{
	token(parser);
	size_t start = parser->start;
	struct node *node = parse_pipeline(parser);
	for (int operator; (operator = token(parser)) == BOTH('&') || operator == BOTH('|');) {
		accept(parser);
		skip_newlines(parser);
		node = new_node(operator == BOTH('&') ? NODE_AND : NODE_OR, node, parse_pipeline(parser));
	}
	if (token(parser) == '&') {
		node = new_node(NODE_BACKGROUND, node, NULL);
		node->text = stack_copy(parser->source->text + start, parser->end - start);
	}
	return node;
}

static bool list_ends(struct parser *parser)
{
	int next = token(parser);
	return next == TOKEN_END || next == ')' || next == BOTH(';') ||
	       (next == TOKEN_WORD && is_reserved(parser->word));
}

// Commands separated by ";", "&" and newlines, at least one, up to a word or token that closes the construct around.
static struct node *parse_list(struct parser *parser)
{
	struct node *node = NULL;
	if (++depth > DEPTH_MAX)
		shell_error(2, "%d: Syntax error: too deeply nested", parser->source->line);
	skip_newlines(parser);
	do {
		struct node *next = parse_and_or(parser);
		node = node != NULL ? new_node(NODE_SEQUENCE, node, next) : next;
		int separator = token(parser);
		if (separator != ';' && separator != '&' && separator != TOKEN_NEWLINE)
			break;
		accept(parser);
		skip_newlines(parser);
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
	while (token(&parser) != TOKEN_END && token(&parser) != TOKEN_NEWLINE) {
		struct node *next = parse_and_or(&parser);
		node = node != NULL ? new_node(NODE_SEQUENCE, node, next) : next;
		if (token(&parser) == ';' || token(&parser) == '&')
			accept(&parser);
		else if (token(&parser) != TOKEN_NEWLINE && token(&parser) != TOKEN_END)
			unexpected(&parser);
	}
	return node;
}

bool is_name(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] != '_' && !isalpha((unsigned char)text[i]) &&
		    (i == 0 || !isdigit((unsigned char)text[i])))
			return false;
	return size > 0;
}
