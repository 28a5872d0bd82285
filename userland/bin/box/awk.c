// awk.c: the pattern language. Text becomes tokens, tokens a tree, and the tree is walked (eval, run). awk_values.c holds what
// flows through it: values, arrays, fields and streams.
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/awk.h"
#include "userland/bin/box/box.h"

enum token { END, NEWLINE, NUMBER, STRING, REGEX, NAME, CALLED_NAME, BUILTIN, WORD, MARK };

static const char *const keywords[] = {"BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue",
	"next", "nextfile", "exit", "return", "delete", "in", "getline", "print", "printf"};
// In the order of enum builtin.
static const char *const builtins[] = {"length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "sin", "cos", "atan2",
	"exp", "log", "sqrt", "int", "rand", "srand", "tolower", "toupper", "system", "close", "fflush", "systime", "strftime"};
static const char *const marks[] = {"**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "!~",
	">>", "**", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "="};

struct node {
	enum kind { N_NUMBER, N_STRING, N_REGEX, N_VARIABLE, N_LOCAL, N_ELEMENT, N_FIELD, N_ASSIGN, N_CONDITION, N_OR, N_AND, N_IN, N_MATCH,
		    N_NO_MATCH, N_COMPARE, N_JOIN, N_ARITHMETIC, N_NOT, N_MINUS, N_PLUS, N_BEFORE, N_AFTER, N_CALL, N_BUILTIN, N_GETLINE,
		    N_GROUP, N_LIST, N_BLOCK, N_IF, N_WHILE, N_DO, N_FOR, N_FOR_IN, N_BREAK, N_CONTINUE, N_NEXT, N_NEXT_FILE, N_EXIT,
		    N_RETURN, N_DELETE, N_PRINT, N_PRINTF, N_EXPRESSION } kind;
	int operation;		// a mark's character, a builtin's number, a variable's slot
	int line;
	struct node *a, *b, *c, *d, *next;
	struct value value;
	regex_t *regex;
	struct function *function;
};

struct function {
	struct function *next;
	char *name, *parameter[64];
	int count;
	struct node *body;
};

struct rule {
	struct rule *next;
	enum { R_BEGIN, R_END, R_ALWAYS, R_PATTERN, R_RANGE } kind;
	struct node *from, *to, *body;
	bool active;
};

static const char *at;
static int line_number = 1;
static enum token token;
static char text[8192]; // of the token
static int which;	// keyword, builtin or mark
static double number;
static bool no_in, no_greater; // in a for's head; in print's list
static struct function *functions, *current_function;
static struct rule *rules, **rules_tail = &rules;

static struct cell *frame;
static struct value result;
static enum { GO_ON, BREAK, CONTINUE, NEXT, NEXT_FILE, EXIT, RETURN } leaving;
static int exit_status, depth;

static struct value eval(struct node *node);
static void run(struct node *node);
static struct node *parse_expression(void);
static struct node *parse_statement(void);

// -------- text to tokens

static void __attribute__((noreturn)) syntax_error(void)
{
	awk_die("syntax error at line %d near %s", line_number, token == NEWLINE ? "end of line" : token == END ? "end of file" : text);
}

static char take_escape(const char **from)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"//";
	const char *c = *from;
	if (*c >= '0' && *c <= '7') {
		int value = 0;
		for (int i = 0; i < 3 && *c >= '0' && *c <= '7'; i++)
			value = value * 8 + *c++ - '0';
		*from = c;
		return (char)value;
	}
	for (size_t i = 0; letters[i] != '\0'; i += 2)
		if (letters[i] == *c) {
			++*from;
			return letters[i + 1];
		}
	return '\\';
}

static void add_character(size_t *size, char c)
{
	if (*size + 2 > sizeof(text))
		awk_die("a token of line %d is too long", line_number);
	text[(*size)++] = c;
	text[*size] = '\0';
}

static void take_string(void)
{
	size_t size = 0;
	text[0] = '\0';
	for (at++; *at != '"'; ) {
		if (*at == '\0' || *at == '\n')
			awk_die("unterminated string at line %d", line_number);
		if (*at == '\\' && at[1] == '\n') {
			at += 2;
			line_number++;
		} else if (*at == '\\' && at[1] != '\0') {
			at++;
			add_character(&size, take_escape(&at));
		} else {
			add_character(&size, *at++);
		}
	}
	at++;
	token = STRING;
	number = (double)size;
}

// A regular expression starts where an operand is wanted and "/" stands: the parser asks for it then.
static void take_regex(void)
{
	size_t size = 0;
	bool set = false, divide = strcmp(marks[which], "/=") == 0;
	text[0] = '\0';
	if (divide)
		add_character(&size, '=');
	for (; *at != '/' || set; at++) {
		if (*at == '\0' || *at == '\n')
			awk_die("unterminated regular expression at line %d", line_number);
		if (*at == '\\' && at[1] == '/') {
			at++;
		} else if (*at == '\\' && at[1] != '\0') {
			add_character(&size, *at++);
		} else if (*at == '[' && !set) {
			set = true;
			add_character(&size, *at);
			if (at[1] == '^')
				add_character(&size, *++at);
			if (at[1] == ']')
				add_character(&size, *++at);
			continue;
		} else if (*at == '[' && set && at[1] == ':') {
			const char *end = strstr(at, ":]");
			while (end != NULL && at < end + 1)
				add_character(&size, *at++);
		} else if (*at == ']') {
			set = false;
		}
		add_character(&size, *at);
	}
	at++;
	token = REGEX;
}

static int find_in(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return (int)i;
	return -1;
}
#define FIND(list, name) find_in(list, sizeof(list) / sizeof(*list), name)

static void advance(void)
{
	for (;; at++) {
		if (*at == '\\' && at[1] == '\n') {
			at++;
			line_number++;
		} else if (*at == '\\' && at[1] == '\r' && at[2] == '\n') {
			at += 2;
			line_number++;
		} else if (*at != ' ' && *at != '\t' && *at != '\r') {
			break;
		}
	}
	if (*at == '#')
		at += strcspn(at, "\n");
	size_t size = 0;
	if (*at == '\0') {
		token = END;
	} else if (*at == '\n') {
		token = NEWLINE;
		at++;
		line_number++;
	} else if (*at == '"') {
		take_string();
	} else if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]))) {
		char *end;
		number = at[0] == '0' && (at[1] | 32) == 'x' ? (end = (char *)at + 1, 0) : strtod(at, &end);
		at = end;
		strcpy(text, "number");
		token = NUMBER;
	} else if (isalpha((unsigned char)*at) || *at == '_') {
		text[0] = '\0';
		while (isalnum((unsigned char)*at) || *at == '_')
			add_character(&size, *at++);
		if ((which = FIND(keywords, text)) >= 0)
			token = WORD;
		else if ((which = FIND(builtins, text)) >= 0)
			token = BUILTIN;
		else
			token = *at == '(' ? CALLED_NAME : NAME;
	} else {
		for (which = 0; which < (int)(sizeof(marks) / sizeof(*marks)); which++)
			if (strncmp(marks[which], at, strlen(marks[which])) == 0)
				break;
		if (which == (int)(sizeof(marks) / sizeof(*marks)))
			awk_die("unexpected character '%c' at line %d", *at, line_number);
		strcpy(text, marks[which]);
		at += strlen(text);
		token = MARK;
	}
}

static bool is_mark(const char *mark)
{
	return token == MARK && strcmp(text, mark) == 0;
}

static bool is_word(const char *name)
{
	return token == WORD && strcmp(text, name) == 0;
}

static bool accept(const char *mark)
{
	bool found = is_mark(mark);
	if (found)
		advance();
	return found;
}

static bool accept_word(const char *name)
{
	bool found = is_word(name);
	if (found)
		advance();
	return found;
}

static void expect(const char *mark)
{
	if (!accept(mark))
		syntax_error();
}

static void skip_newlines(void)
{
	while (token == NEWLINE)
		advance();
}

static void skip_ends(void)
{
	while (token == NEWLINE || is_mark(";"))
		advance();
}

// -------- tokens to tree

static struct node *new_node(enum kind kind, struct node *a, struct node *b, struct node *c)
{
	struct node *node = awk_keep(calloc(1, sizeof(*node)));
	node->kind = kind;
	node->line = line_number;
	node->a = a;
	node->b = b;
	node->c = c;
	return node;
}

static struct node *operator_node(enum kind kind, int operation, struct node *a, struct node *b)
{
	struct node *node = new_node(kind, a, b, NULL);
	node->operation = operation;
	return node;
}

static struct node *variable_node(const char *name)
{
	for (int i = 0; current_function != NULL && i < current_function->count; i++)
		if (strcmp(current_function->parameter[i], name) == 0)
			return operator_node(N_LOCAL, i, NULL, NULL);
	return operator_node(N_VARIABLE, awk_variable(name), NULL, NULL);
}

// Expressions between commas, as a list through `next`.
static struct node *parse_list(const char *close)
{
	struct node *first = NULL, **tail = &first;
	skip_newlines();
	while (!is_mark(close)) {
		*tail = new_node(N_EXPRESSION, parse_expression(), NULL, NULL);
		tail = &(*tail)->next;
		skip_newlines();
		if (!accept(","))
			break;
		skip_newlines();
	}
	return first;
}

static struct node *parse_name(void)
{
	char *name = awk_keep(strdup(text));
	advance();
	struct node *node = variable_node(name);
	if (accept("[")) {
		bool outer_in = no_in, outer_greater = no_greater;
		no_in = no_greater = false;
		node = new_node(N_ELEMENT, node, parse_list("]"), NULL);
		no_in = outer_in;
		no_greater = outer_greater;
		expect("]");
	}
	free(name);
	return node;
}

static struct function *function_called(const char *name)
{
	for (struct function *function = functions; function != NULL; function = function->next)
		if (strcmp(function->name, name) == 0)
			return function;
	struct function *function = awk_keep(calloc(1, sizeof(*function)));
	function->name = awk_keep(strdup(name));
	function->next = functions;
	return functions = function;
}

static struct node *parse_call(void)
{
	bool builtin = token == BUILTIN, outer_in = no_in, outer_greater = no_greater;
	struct node *node = new_node(builtin ? N_BUILTIN : N_CALL, NULL, NULL, NULL);
	if (builtin)
		node->operation = which;
	else
		node->function = function_called(text);
	advance();
	if (is_mark("(")) {
		advance();
		no_in = no_greater = false;
		node->a = parse_list(")");
		no_in = outer_in;
		no_greater = outer_greater;
		expect(")");
	} else if (!builtin || node->operation != B_LENGTH) {
		syntax_error();
	}
	return node;
}

static struct node *parse_regex(void)
{
	take_regex();
	struct node *node = new_node(N_REGEX, NULL, NULL, NULL);
	node->regex = awk_regex(text, strlen(text));
	advance();
	return node;
}

// "(" list ")": a group, or with commas the left side of `in` or print's arguments.
static struct node *parse_parentheses(void)
{
	bool outer_in = no_in, outer_greater = no_greater;
	advance();
	no_in = no_greater = false;
	struct node *list = parse_list(")");
	no_in = outer_in;
	no_greater = outer_greater;
	expect(")");
	if (list == NULL)
		syntax_error();
	return list->next == NULL ? new_node(N_GROUP, list->a, NULL, NULL) : new_node(N_LIST, list, NULL, NULL);
}

static bool is_lvalue(const struct node *node)
{
	return node->kind == N_VARIABLE || node->kind == N_LOCAL || node->kind == N_ELEMENT || node->kind == N_FIELD;
}

static struct node *parse_primary(void);

static struct node *parse_postfix(void)
{
	struct node *node = parse_primary();
	while (is_lvalue(node) && (is_mark("++") || is_mark("--"))) {
		node = operator_node(N_AFTER, text[0], node, NULL);
		advance();
	}
	return node;
}

static struct node *optional_lvalue(void)
{
	if (is_mark("$")) {
		advance();
		return new_node(N_FIELD, parse_postfix(), NULL, NULL);
	}
	return token == NAME ? parse_name() : NULL;
}

static struct node *parse_getline(struct node *command)
{
	struct node *node = operator_node(N_GETLINE, command != NULL ? '|' : 0, command, NULL);
	node->b = optional_lvalue();
	if (command == NULL && accept("<")) {
		node->operation = '<';
		node->a = parse_postfix();
	}
	return node;
}

static struct node *parse_primary(void)
{
	struct node *node;
	if (token == NUMBER || token == STRING) {
		node = new_node(token == NUMBER ? N_NUMBER : N_STRING, NULL, NULL, NULL);
		node->value = token == NUMBER ? value_number(number) : value_string(text, (size_t)number);
		advance();
		return node;
	}
	if (is_mark("/") || is_mark("/="))
		return parse_regex();
	if (is_mark("$")) {
		advance();
		if (is_mark("++") || is_mark("--") || is_mark("-") || is_mark("+") || is_mark("!")) {
			int operation = text[0];
			bool step = text[1] != '\0';
			advance();
			struct node *inner = parse_postfix();
			return new_node(N_FIELD, operator_node(step ? N_BEFORE : operation == '-' ? N_MINUS : operation == '+' ? N_PLUS : N_NOT, operation, inner, NULL), NULL, NULL);
		}
		return new_node(N_FIELD, parse_primary(), NULL, NULL);
	}
	if (is_mark("++") || is_mark("--")) {
		int operation = text[0];
		advance();
		node = parse_primary();
		if (!is_lvalue(node))
			syntax_error();
		return operator_node(N_BEFORE, operation, node, NULL);
	}
	if (is_mark("("))
		return parse_parentheses();
	if (token == NAME)
		return parse_name();
	if (token == CALLED_NAME || token == BUILTIN)
		return parse_call();
	if (accept_word("getline"))
		return parse_getline(NULL);
	syntax_error();
}

static struct node *parse_unary(void);

static struct node *parse_power(void)
{
	struct node *left = parse_postfix();
	if (is_mark("^") || is_mark("**")) {
		advance();
		return operator_node(N_ARITHMETIC, '^', left, parse_unary());
	}
	return left;
}

static struct node *parse_unary(void)
{
	if (accept("!"))
		return new_node(N_NOT, parse_unary(), NULL, NULL);
	if (accept("-"))
		return new_node(N_MINUS, parse_unary(), NULL, NULL);
	if (accept("+"))
		return new_node(N_PLUS, parse_unary(), NULL, NULL);
	return parse_power();
}

static struct node *parse_product(void)
{
	struct node *left = parse_unary();
	while (is_mark("*") || is_mark("/") || is_mark("%")) {
		int operation = text[0];
		advance();
		left = operator_node(N_ARITHMETIC, operation, left, parse_unary());
	}
	return left;
}

static struct node *parse_sum(void)
{
	struct node *left = parse_product();
	while (is_mark("+") || is_mark("-")) {
		int operation = text[0];
		advance();
		left = operator_node(N_ARITHMETIC, operation, left, parse_product());
	}
	return left;
}

static bool starts_operand(void)
{
	return token == NUMBER || token == STRING || token == NAME || token == CALLED_NAME || token == BUILTIN || is_mark("$") ||
	       is_mark("!") || is_mark("(") || is_mark("-") || is_mark("+") || is_mark("++") || is_mark("--");
}

static struct node *parse_join(void)
{
	struct node *left = parse_sum();
	while (starts_operand())
		left = new_node(N_JOIN, left, parse_sum(), NULL);
	return left;
}

static struct node *parse_comparison(void)
{
	struct node *left = parse_join();
	for (;;) {
		if (is_mark("|") && !no_greater) {
			advance();
			if (!accept_word("getline"))
				syntax_error();
			left = parse_getline(left);
			continue;
		}
		bool compares = is_mark("<") || is_mark("<=") || is_mark("==") || is_mark("!=") || is_mark(">=") || (is_mark(">") && !no_greater);
		if (!compares)
			return left;
		int operation = text[0] | text[1] << 8;
		advance();
		left = operator_node(N_COMPARE, operation, left, parse_join());
	}
}

static struct node *parse_match(void)
{
	struct node *left = parse_comparison();
	while (is_mark("~") || is_mark("!~")) {
		enum kind kind = text[0] == '~' ? N_MATCH : N_NO_MATCH;
		advance();
		left = new_node(kind, left, parse_comparison(), NULL);
	}
	return left;
}

static struct node *parse_in(void)
{
	struct node *left = parse_match();
	while (!no_in && is_word("in")) {
		advance();
		if (token != NAME)
			syntax_error();
		left = new_node(N_IN, left, variable_node(text), NULL);
		advance();
	}
	return left;
}

static struct node *parse_and(void)
{
	struct node *left = parse_in();
	while (accept("&&")) {
		skip_newlines();
		left = new_node(N_AND, left, parse_in(), NULL);
	}
	return left;
}

static struct node *parse_or(void)
{
	struct node *left = parse_and();
	while (accept("||")) {
		skip_newlines();
		left = new_node(N_OR, left, parse_and(), NULL);
	}
	return left;
}

static struct node *parse_expression(void)
{
	if (++depth > 1000)
		awk_die("expressions nest too deeply");
	struct node *left = parse_or();
	if (accept("?")) {
		skip_newlines();
		struct node *yes = parse_expression();
		skip_newlines();
		expect(":");
		skip_newlines();
		left = new_node(N_CONDITION, left, yes, parse_expression());
	} else if (is_lvalue(left) && token == MARK && strchr(text, '=') != NULL && strcmp(text, "==") != 0 && strchr("<>!", text[0]) == NULL) {
		int operation = text[0] == '=' ? 0 : strcmp(text, "**=") == 0 ? '^' : text[0];
		advance();
		skip_newlines();
		left = operator_node(N_ASSIGN, operation, left, parse_expression());
	} else if ((left->kind == N_MATCH || left->kind == N_NO_MATCH || left->kind == N_NOT || left->kind == N_AND || left->kind == N_OR ||
		    left->kind == N_COMPARE || left->kind == N_MINUS || left->kind == N_JOIN) && is_mark("=")) { // "!x = y", "a && b = c": the right operand is assigned
		struct node **slot = left->b != NULL ? &left->b : &left->a;
		if (!is_lvalue(*slot))
			syntax_error();
		advance();
		*slot = operator_node(N_ASSIGN, 0, *slot, parse_expression());
	}
	depth--;
	return left;
}

static struct node *parse_block(void)
{
	struct node *first = NULL, **tail = &first;
	expect("{");
	for (skip_ends(); !is_mark("}"); skip_ends()) {
		if (token == END)
			syntax_error();
		*tail = parse_statement();
		tail = &(*tail)->next;
	}
	advance();
	return new_node(N_BLOCK, first, NULL, NULL);
}

static void end_statement(void)
{
	if (is_mark(";") || token == NEWLINE)
		advance();
	else if (!is_mark("}") && token != END)
		syntax_error();
}

static struct node *parse_body(void)
{
	skip_newlines();
	if (accept(";"))
		return new_node(N_BLOCK, NULL, NULL, NULL);
	return parse_statement();
}

static struct node *parse_print(void)
{
	struct node *node = new_node(text[5] == 'f' ? N_PRINTF : N_PRINT, NULL, NULL, NULL), **tail = &node->a;
	advance();
	no_greater = true;
	while (!is_mark(";") && !is_mark("}") && !is_mark(">") && !is_mark(">>") && !is_mark("|") && token != NEWLINE && token != END) {
		*tail = new_node(N_EXPRESSION, parse_expression(), NULL, NULL);
		tail = &(*tail)->next;
		if (!accept(","))
			break;
		skip_newlines();
	}
	if (node->a != NULL && node->a->next == NULL && node->a->a->kind == N_LIST)
		node->a = node->a->a->a;
	if (is_mark(">") || is_mark(">>") || is_mark("|")) {
		node->operation = text[0] | text[1] << 8;
		advance();
		node->b = parse_join();
	}
	no_greater = false;
	return node;
}

static struct node *parse_simple(void)
{
	if (is_word("print") || is_word("printf"))
		return parse_print();
	if (accept_word("delete")) {
		struct node *node = parse_name();
		return new_node(N_DELETE, node, NULL, NULL);
	}
	return new_node(N_EXPRESSION, parse_expression(), NULL, NULL);
}

static struct node *parse_for(void)
{
	expect("(");
	const char *before = at;
	int line = line_number;
	if (token == NAME) { // for (name in array)?
		char *name = awk_keep(strdup(text));
		advance();
		if (accept_word("in") && token == NAME) {
			char *array = awk_keep(strdup(text));
			advance();
			if (accept(")")) {
				struct node *node = new_node(N_FOR_IN, variable_node(name), variable_node(array), NULL);
				node->c = parse_body();
				return node;
			}
		}
		at = before;
		line_number = line;
		token = NAME;
		strcpy(text, name);
		free(name);
	}
	struct node *node = new_node(N_FOR, NULL, NULL, NULL);
	node->a = is_mark(";") ? NULL : parse_simple();
	expect(";");
	skip_newlines();
	node->b = is_mark(";") ? NULL : parse_expression();
	expect(";");
	skip_newlines();
	node->c = is_mark(")") ? NULL : parse_simple();
	expect(")");
	node->d = parse_body();
	return node;
}

static struct node *parse_if(void)
{
	expect("(");
	struct node *node = new_node(N_IF, parse_expression(), NULL, NULL);
	expect(")");
	node->b = parse_body();
	// "else" may follow newlines and semicolons, which else end the statement
	const char *before = at;
	int line = line_number;
	enum token now = token;
	char saved[sizeof(text)];
	strcpy(saved, text);
	int saved_which = which;
	skip_ends();
	if (accept_word("else")) {
		node->c = parse_body();
		return node;
	}
	at = before;
	line_number = line;
	token = now;
	which = saved_which;
	strcpy(text, saved);
	return node;
}

static struct node *parse_do(void)
{
	struct node *node = new_node(N_DO, NULL, NULL, NULL);
	node->b = parse_body();
	skip_ends();
	if (!accept_word("while"))
		syntax_error();
	expect("(");
	node->a = parse_expression();
	expect(")");
	end_statement();
	return node;
}

static struct node *parse_statement(void)
{
	static const struct {
		const char *name;
		enum kind kind;
	} jumps[] = {{"break", N_BREAK}, {"continue", N_CONTINUE}, {"next", N_NEXT}, {"nextfile", N_NEXT_FILE}, {"exit", N_EXIT}, {"return", N_RETURN}};
	struct node *node;
	if (++depth > 1000)
		awk_die("statements nest too deeply");
	if (is_mark("{")) {
		node = parse_block();
		depth--;
		return node;
	}
	if (accept_word("if")) {
		node = parse_if();
	} else if (accept_word("while")) {
		expect("(");
		node = new_node(N_WHILE, parse_expression(), NULL, NULL);
		expect(")");
		node->b = is_mark(";") ? (advance(), new_node(N_BLOCK, NULL, NULL, NULL)) : parse_body();
	} else if (accept_word("do")) {
		node = parse_do();
	} else if (accept_word("for")) {
		node = parse_for();
	} else {
		node = NULL;
		for (size_t i = 0; node == NULL && i < sizeof(jumps) / sizeof(*jumps); i++)
			if (accept_word(jumps[i].name)) {
				node = new_node(jumps[i].kind, NULL, NULL, NULL);
				if (jumps[i].kind >= N_EXIT && !is_mark(";") && !is_mark("}") && token != NEWLINE && token != END)
					node->a = parse_expression();
			}
		if (node == NULL)
			node = parse_simple();
		end_statement();
	}
	depth--;
	return node;
}

static void parse_function(void)
{
	if (token != NAME && token != CALLED_NAME)
		syntax_error();
	struct function *function = function_called(text);
	if (function->body != NULL)
		awk_die("function %s is defined twice", function->name);
	advance();
	expect("(");
	for (skip_newlines(); token == NAME; skip_newlines()) {
		if (function->count == 64)
			awk_die("function %s has too many parameters", function->name);
		function->parameter[function->count++] = awk_keep(strdup(text));
		advance();
		if (!accept(","))
			break;
	}
	expect(")");
	skip_newlines();
	current_function = function;
	function->body = parse_block();
	current_function = NULL;
}

static void parse_rule(void)
{
	struct rule *rule = awk_keep(calloc(1, sizeof(*rule)));
	rule->kind = R_ALWAYS;
	if (accept_word("BEGIN")) {
		rule->kind = R_BEGIN;
	} else if (accept_word("END")) {
		rule->kind = R_END;
	} else if (!is_mark("{")) {
		rule->kind = R_PATTERN;
		rule->from = parse_expression();
		if (accept(",")) {
			skip_newlines();
			rule->kind = R_RANGE;
			rule->to = parse_expression();
		}
	}
	if (is_mark("{"))
		rule->body = parse_block();
	else if (rule->kind == R_BEGIN || rule->kind == R_END)
		syntax_error();
	*rules_tail = rule;
	rules_tail = &rule->next;
}

static void parse_program(const char *program)
{
	at = program;
	advance();
	for (skip_ends(); token != END; skip_ends()) {
		if (accept_word("function") || accept_word("func"))
			parse_function();
		else
			parse_rule();
	}
	for (struct function *function = functions; function != NULL; function = function->next)
		if (function->body == NULL)
			awk_die("function %s is not defined", function->name);
}

// -------- walking the tree

static struct cell *cell_of(struct node *node)
{
	struct cell *cell = node->kind == N_LOCAL ? &frame[node->operation] : awk_cell(node->operation);
	while (cell->origin != NULL)
		cell = cell->origin;
	return cell;
}

// The same for a value: a parameter that was lent a variable without a type stands for itself now.
static struct cell *value_cell(struct node *node)
{
	struct cell *cell = node->kind == N_LOCAL ? &frame[node->operation] : awk_cell(node->operation);
	if (cell->lent && cell_of(node)->array == NULL) {
		cell->origin = NULL;
		cell->lent = false;
	}
	return cell_of(node);
}

static struct array *array_of(struct node *node)
{
	struct cell *cell = cell_of(node);
	if (cell->array == NULL && cell->value.kind != V_UNSET)
		awk_die("a variable of line %d is used as an array", node->line);
	if (cell->array == NULL)
		cell->array = array_create();
	return cell->array;
}

// The subscript of a list of expressions, joined by SUBSEP.
static struct value subscript(struct node *list)
{
	struct value key = value_text(eval(list->a));
	for (list = list->next; list != NULL; list = list->next) {
		key = value_join(key, awk_get(V_SUBSEP));
		key = value_join(key, value_text(eval(list->a)));
	}
	return key;
}

static struct value *element(struct node *node)
{
	struct array *array = array_of(node->a);
	struct value key = subscript(node->b), *found = array_find(array, key, true);
	value_drop(key);
	return found;
}

static struct value load(struct node *node)
{
	switch (node->kind) {
	case N_FIELD: return field_get((long)value_take_number(eval(node->a)));
	case N_ELEMENT: return value_share(*element(node));
	default: {
		struct cell *cell = value_cell(node);
		if (cell->array != NULL)
			awk_die("an array of line %d is used as a value", node->line);
		return node->kind == N_VARIABLE ? awk_get(node->operation) : value_share(cell->value);
	}
	}
}

// Takes `value` over; returns a share of it.
static struct value store(struct node *node, struct value value)
{
	if (node->kind == N_FIELD) {
		long index = (long)value_take_number(eval(node->a));
		field_set(index, value_share(value));
	} else if (node->kind == N_ELEMENT) {
		struct value *slot = element(node);
		value_drop(*slot);
		*slot = value_share(value);
	} else if (node->kind == N_VARIABLE && cell_of(node)->array == NULL) {
		awk_set(node->operation, value_share(value));
	} else {
		struct cell *cell = value_cell(node);
		if (cell->array != NULL)
			awk_die("an array of line %d is assigned to", node->line);
		value_drop(cell->value);
		cell->value = value_share(value);
	}
	return value;
}

static double arithmetic(int operation, double a, double b, int line)
{
	if ((operation == '/' || operation == '%') && b == 0)
		awk_die("division by zero at line %d", line);
	switch (operation) {
	case '+': return a + b;
	case '-': return a - b;
	case '*': return a * b;
	case '/': return a / b;
	case '%': return fmod(a, b);
	default: return pow(a, b);
	}
}

static bool compare(struct node *node)
{
	struct value a = eval(node->a), b = eval(node->b);
	int order = value_compare(&a, &b);
	value_drop(a);
	value_drop(b);
	switch (node->operation) {
	case '<': return order < 0;
	case '>': return order > 0;
	case '<' | '=' << 8: return order <= 0;
	case '>' | '=' << 8: return order >= 0;
	case '!' | '=' << 8: return order != 0;
	default: return order == 0;
	}
}

static const regex_t *regex_of(struct node *node)
{
	return node->kind == N_REGEX ? node->regex : awk_dynamic_regex(eval(node));
}

static bool matches(struct node *subject, struct node *pattern)
{
	struct value text = value_text(subject != NULL ? eval(subject) : field_get(0));
	const regex_t *regex = regex_of(pattern);
	regmatch_t match = {0, (regoff_t)text.text->size};
	bool found = regexec(regex, text.text->bytes, 1, &match, REG_STARTEND) == 0;
	value_drop(text);
	return found;
}

static struct value call_function(struct node *node)
{
	struct function *function = node->function;
	struct cell *outer = frame, *own = awk_keep(calloc(function->count + 1, sizeof(*own)));
	struct node *argument = node->a;
	if (++depth > 10000)
		awk_die("functions call each other too deeply");
	for (int i = 0; argument != NULL; argument = argument->next, i++) {
		if (i >= function->count)
			awk_die("function %s is called with too many arguments", function->name);
		struct node *given = argument->a;
		if (given->kind == N_VARIABLE || given->kind == N_LOCAL) {
			struct cell *cell = cell_of(given);
			if (cell->array != NULL || (cell->value.kind == V_UNSET)) {
				own[i].origin = cell; // an array, or what the function may make one
				own[i].lent = cell->array == NULL;
				continue;
			}
		}
		own[i].value = eval(given);
	}
	frame = own;
	run(function->body);
	frame = outer;
	depth--;
	for (int i = 0; i < function->count; i++) {
		value_drop(own[i].value);
		if (own[i].array != NULL && own[i].origin == NULL)
			array_free(own[i].array);
	}
	free(own);
	if (leaving == RETURN)
		leaving = GO_ON;
	struct value value = result;
	result = (struct value){0};
	return value;
}

static struct value step(struct node *node) // ++ and --
{
	double before = value_take_number(load(node->a)), after = before + (node->operation == '+' ? 1 : -1);
	value_drop(store(node->a, value_number(after)));
	return value_number(node->kind == N_BEFORE ? after : before);
}

static struct value assign(struct node *node)
{
	if (node->operation == 0)
		return store(node->a, eval(node->b));
	double right = value_take_number(eval(node->b)), left = value_take_number(load(node->a));
	return store(node->a, value_number(arithmetic(node->operation, left, right, node->line)));
}

static void count_record(bool own_file)
{
	awk_set(V_NR, value_number(value_take_number(awk_get(V_NR)) + 1));
	if (own_file)
		awk_set(V_FNR, value_number(value_take_number(awk_get(V_FNR)) + 1));
}

// 1: a record was read, 0: the end, -1: there is no such file.
static struct value run_getline(struct node *node)
{
	struct value record;
	struct stream *stream = NULL;
	if (node->operation != 0) {
		stream = stream_of(node->operation == '|' ? 'r' : '<', eval(node->a));
		if (stream == NULL)
			return value_number(-1);
	}
	if (!(stream != NULL ? stream_read(stream, &record) : main_read(&record)))
		return value_number(0);
	if (node->operation != '<')
		count_record(node->operation == 0);
	if (node->b != NULL)
		value_drop(store(node->b, record));
	else
		record_set(record);
	return value_number(1);
}

// -------- printf

static void put(struct value *to, const char *bytes, size_t size)
{
	*to = value_join(*to, value_string(bytes, size));
}

static void put_number(struct value *to, const char *spec, char letter, double number)
{
	char template[64], bytes[600];
	bool integer = strchr("dioxXu", letter) != NULL;
	if (integer && (isnan(number) || isinf(number) || fabs(number) >= 9.2e18)) {
		snprintf(template, sizeof(template), "%s.0f", spec); // beyond an integer
		number = isnan(number) ? number : trunc(number);
		put(to, bytes, (size_t)snprintf(bytes, sizeof(bytes), template, number));
		return;
	}
	snprintf(template, sizeof(template), integer ? "%sl%c" : "%s%c", spec, letter == 'i' ? 'd' : letter);
	size_t size = (size_t)(integer ? snprintf(bytes, sizeof(bytes), template, (long)number) : snprintf(bytes, sizeof(bytes), template, number));
	put(to, bytes, size < sizeof(bytes) ? size : sizeof(bytes) - 1);
}

static void put_padded(struct value *to, const char *spec, const char *bytes, size_t size)
{
	long width = 0, precision = -1;
	bool left = strchr(spec, '-') != NULL;
	const char *digits = spec + 1 + strspn(spec + 1, "-+ #0"), *point = strchr(spec, '.');
	width = strtol(digits, NULL, 10);
	if (point != NULL)
		precision = strtol(point + 1, NULL, 10);
	size = precision >= 0 && (size_t)precision < size ? (size_t)precision : size;
	long fill = width - (long)size;
	for (; !left && fill > 0; fill--)
		put(to, " ", 1);
	put(to, bytes, size);
	for (; left && fill > 0; fill--)
		put(to, " ", 1);
}

static struct value next_argument(struct node **list)
{
	struct node *node = *list;
	if (node == NULL)
		return (struct value){0};
	*list = node->next;
	return eval(node->a);
}

static void put_character(struct value *to, const char *spec, struct value value)
{
	char c = (char)(value.kind == V_NUMBER ? (long)value.number : 0);
	bool number = value.kind == V_NUMBER;
	if (!number) {
		value = value_text(value);
		c = value.text->bytes[0];
	}
	put_padded(to, spec, &c, number || value.text->size > 0);
	value_drop(value);
}

static struct value format(struct node *list)
{
	struct value template = value_text(next_argument(&list)), to = value_string("", 0);
	for (const char *from = template.text->bytes, *end = from + template.text->size; from < end;) {
		const char *percent = memchr(from, '%', end - from);
		if (percent == NULL || percent + 1 == end) {
			put(&to, from, end - from);
			break;
		}
		put(&to, from, percent - from);
		char spec[48] = "%";
		size_t size = 1;
		for (from = percent + 1; from < end && strchr("-+ #0123456789.*", *from) != NULL; from++)
			if (*from == '*')
				size += (size_t)snprintf(spec + size, 12, "%d", (int)value_take_number(next_argument(&list)));
			else if (size < 30)
				spec[size++] = *from;
		spec[size] = '\0';
		while (from < end && strchr("hlL", *from) != NULL)
			from++;
		char letter = from < end ? *from++ : '\0';
		if (letter == '%') {
			put(&to, "%", 1);
		} else if (letter == 'c') {
			put_character(&to, spec, next_argument(&list));
		} else if (letter == 's') {
			struct value value = value_text(next_argument(&list));
			put_padded(&to, spec, value.text->bytes, value.text->size);
			value_drop(value);
		} else if (letter != '\0' && strchr("diouxXeEfFgGaA", letter) != NULL) {
			put_number(&to, spec, letter, value_take_number(next_argument(&list)));
		} else {
			put(&to, percent, from - percent);
		}
	}
	value_drop(template);
	return to;
}

// -------- builtins

static struct value replacement(const struct text *template, const char *matched, size_t size)
{
	struct value to = value_string("", 0);
	const char *end = template->bytes + template->size;
	for (const char *from = template->bytes; from < end; from++) {
		if (*from == '\\' && from + 1 < end && (from[1] == '&' || from[1] == '\\'))
			put(&to, ++from, 1);
		else if (*from == '&')
			put(&to, matched, size);
		else
			put(&to, from, 1);
	}
	return to;
}

static struct value substitute(struct node *node, bool all)
{
	struct node *list = node->a, *target = list->next != NULL && list->next->next != NULL ? list->next->next->a : NULL;
	if (list->next == NULL)
		awk_die("sub needs a replacement at line %d", node->line);
	const regex_t *regex = regex_of(list->a);
	struct value template = value_text(eval(list->next->a)), text = value_text(target != NULL ? eval(target) : field_get(0));
	struct value to = value_string("", 0);
	const char *bytes = text.text->bytes;
	size_t size = text.text->size, from = 0, copied = 0, last_end = (size_t)-1;
	long count = 0;
	while (from <= size && (all || count == 0)) {
		regmatch_t match = {(regoff_t)from, (regoff_t)size};
		if (regexec(regex, bytes, 1, &match, REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)) != 0)
			break;
		size_t start = match.rm_so, end = match.rm_eo;
		if (!(start == end && start == last_end)) { // no empty match right behind another
			put(&to, bytes + copied, start - copied);
			to = value_join(to, replacement(template.text, bytes + start, end - start));
			copied = last_end = end;
			count++;
		}
		from = end > start ? end : end + 1;
	}
	put(&to, bytes + copied, size - copied);
	if (count > 0 && target != NULL && is_lvalue(target))
		value_drop(store(target, value_share(to)));
	else if (count > 0 && target == NULL)
		record_set(value_share(to));
	value_drop(to);
	value_drop(template);
	value_drop(text);
	return value_number((double)count);
}

static struct value run_match(struct node *list)
{
	struct value text = value_text(eval(list->a));
	const regex_t *regex = regex_of(list->next->a);
	regmatch_t match = {0, (regoff_t)text.text->size};
	bool found = regexec(regex, text.text->bytes, 1, &match, REG_STARTEND) == 0;
	value_drop(text);
	awk_set(V_RSTART, value_number(found ? (double)match.rm_so + 1 : 0));
	awk_set(V_RLENGTH, value_number(found ? (double)(match.rm_eo - match.rm_so) : -1));
	return value_number(found ? (double)match.rm_so + 1 : 0);
}

static double round_even(double x)
{
	return rint(x);
}

static struct value run_substr(struct node *list)
{
	struct value text = value_text(eval(list->a));
	double from = round_even(value_take_number(eval(list->next->a))), length = INFINITY;
	if (list->next->next != NULL)
		length = round_even(value_take_number(eval(list->next->next->a)));
	double end = from + length, size = (double)text.text->size;
	from = from < 1 ? 1 : from;
	end = end > size + 1 ? size + 1 : end;
	struct value part = end > from ? value_string(text.text->bytes + (size_t)from - 1, (size_t)(end - from)) : value_string("", 0);
	value_drop(text);
	return part;
}

static struct value run_split(struct node *list)
{
	struct node *separator = list->next->next != NULL ? list->next->next->a : NULL;
	struct value text = eval(list->a), between = {0};
	if (separator != NULL && separator->kind == N_REGEX)
		return value_number((double)split_text(array_of(list->next->a), text, NULL, separator->regex));
	if (separator != NULL)
		between = value_text(eval(separator));
	double count = (double)split_text(array_of(list->next->a), text, separator != NULL ? &between : NULL, NULL);
	value_drop(between);
	return value_number(count);
}

static struct value change_case(struct value value, int (*change)(int))
{
	struct value text = value_text(value), copy = value_string(text.text->bytes, text.text->size);
	for (size_t i = 0; i < copy.text->size; i++)
		copy.text->bytes[i] = (char)change((unsigned char)copy.text->bytes[i]);
	value_drop(text);
	return copy;
}

static int lower(int c) { return tolower(c); }
static int upper(int c) { return toupper(c); }

static struct value run_length(struct node *list)
{
	if (list != NULL && (list->a->kind == N_VARIABLE || list->a->kind == N_LOCAL) && cell_of(list->a)->array != NULL)
		return value_number((double)array_count(cell_of(list->a)->array));
	struct value text = value_text(list != NULL ? eval(list->a) : field_get(0));
	double size = (double)text.text->size;
	value_drop(text);
	return value_number(size);
}

static struct value run_system(struct node *list)
{
	struct value command = value_text(eval(list->a));
	streams_flush(NULL);
	int status = system(command.text->bytes);
	value_drop(command);
	return value_number(WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status));
}

static struct value run_strftime(struct node *list)
{
	char bytes[512];
	struct value template = list != NULL ? value_text(eval(list->a)) : value_string("%a %b %e %H:%M:%S %Z %Y", 24);
	time_t when = list != NULL && list->next != NULL ? (time_t)value_take_number(eval(list->next->a)) : time(NULL);
	size_t size = strftime(bytes, sizeof(bytes), template.text->bytes, localtime(&when));
	value_drop(template);
	return value_string(bytes, size);
}

static struct value run_random(struct node *node)
{
	static double seed, seeded;
	if (node->operation == B_RAND)
		return value_number(rand() / (RAND_MAX + 1.0));
	double before = seeded ? seed : 0;
	seeded = 1;
	seed = node->a != NULL ? value_take_number(eval(node->a->a)) : (double)time(NULL);
	srand((unsigned)seed);
	return value_number(before);
}

static struct value run_builtin(struct node *node)
{
	static double (*const functions_of_one[])(double) = {[B_SIN] = sin, [B_COS] = cos, [B_EXP] = exp, [B_LOG] = log, [B_INT] = trunc};
	struct node *list = node->a;
	static const char least[] = {[B_SUBSTR] = 2, [B_INDEX] = 2, [B_SPLIT] = 2, [B_SUB] = 2, [B_GSUB] = 2, [B_MATCH] = 2, [B_SPRINTF] = 1,
				     [B_SIN] = 1, [B_COS] = 1, [B_ATAN2] = 2, [B_EXP] = 1, [B_LOG] = 1, [B_SQRT] = 1, [B_INT] = 1,
				     [B_TOLOWER] = 1, [B_TOUPPER] = 1, [B_SYSTEM] = 1, [B_CLOSE] = 1, [B_STRFTIME] = 0};
	int given = 0;
	for (struct node *argument = list; argument != NULL; argument = argument->next)
		given++;
	if (given < least[node->operation])
		awk_die("too few arguments for %s at line %d", builtins[node->operation], node->line);
	switch (node->operation) {
	case B_LENGTH: return run_length(list);
	case B_SUBSTR: return run_substr(list);
	case B_INDEX: {
		struct value text = value_text(eval(list->a)), wanted = value_text(eval(list->next->a));
		const char *found = memmem(text.text->bytes, text.text->size, wanted.text->bytes, wanted.text->size);
		double place = found != NULL ? (double)(found - text.text->bytes + 1) : 0;
		value_drop(text);
		value_drop(wanted);
		return value_number(place);
	}
	case B_SPLIT: return run_split(list);
	case B_SUB:
	case B_GSUB: return substitute(node, node->operation == B_GSUB);
	case B_MATCH: return run_match(list);
	case B_SPRINTF: return format(list);
	case B_SQRT: return value_number(sqrt(value_take_number(eval(list->a))));
	case B_ATAN2: {
		double y = value_take_number(eval(list->a));
		return value_number(atan2(y, value_take_number(eval(list->next->a))));
	}
	case B_RAND:
	case B_SRAND: return run_random(node);
	case B_TOLOWER: return change_case(eval(list->a), lower);
	case B_TOUPPER: return change_case(eval(list->a), upper);
	case B_SYSTEM: return run_system(list);
	case B_CLOSE: return value_number(stream_close(eval(list->a)));
	case B_FFLUSH: {
		struct value name = list != NULL ? value_text(eval(list->a)) : (struct value){0};
		double rc = streams_flush(list != NULL ? &name : NULL);
		value_drop(name);
		return value_number(rc);
	}
	case B_SYSTIME: return value_number((double)time(NULL));
	case B_STRFTIME: return run_strftime(list);
	default: return value_number(functions_of_one[node->operation](value_take_number(eval(list->a))));
	}
}

static struct value eval(struct node *node)
{
	switch (node->kind) {
	case N_NUMBER:
	case N_STRING: return value_share(node->value);
	case N_REGEX: return value_number(matches(NULL, node));
	case N_VARIABLE:
	case N_LOCAL:
	case N_ELEMENT:
	case N_FIELD: return load(node);
	case N_GROUP:
	case N_EXPRESSION: return eval(node->a);
	case N_ASSIGN: return assign(node);
	case N_CONDITION: return eval(value_is_true(eval(node->a)) ? node->b : node->c);
	case N_OR: return value_number(value_is_true(eval(node->a)) || value_is_true(eval(node->b)));
	case N_AND: return value_number(value_is_true(eval(node->a)) && value_is_true(eval(node->b)));
	case N_IN: {
		struct value key = node->a->kind == N_LIST ? subscript(node->a->a) : value_text(eval(node->a));
		bool found = array_find(array_of(node->b), key, false) != NULL;
		value_drop(key);
		return value_number(found);
	}
	case N_MATCH:
	case N_NO_MATCH: return value_number(matches(node->a, node->b) == (node->kind == N_MATCH));
	case N_COMPARE: return value_number(compare(node));
	case N_JOIN: {
		struct value left = value_text(eval(node->a));
		return value_join(left, eval(node->b));
	}
	case N_ARITHMETIC: {
		double left = value_take_number(eval(node->a)), right = value_take_number(eval(node->b));
		return value_number(arithmetic(node->operation, left, right, node->line));
	}
	case N_NOT: return value_number(!value_is_true(eval(node->a)));
	case N_MINUS: return value_number(-value_take_number(eval(node->a)));
	case N_PLUS: return value_number(value_take_number(eval(node->a)));
	case N_BEFORE:
	case N_AFTER: return step(node);
	case N_CALL: return call_function(node);
	case N_BUILTIN: return run_builtin(node);
	case N_GETLINE: return run_getline(node);
	default: awk_die("a list stands where a value is wanted at line %d", node->line);
	}
}

// -------- statements

static void run_print(struct node *node)
{
	struct value text;
	if (node->kind == N_PRINTF && node->a == NULL)
		awk_die("printf without a format at line %d", node->line);
	if (node->kind == N_PRINTF) {
		text = format(node->a);
	} else if (node->a == NULL) {
		text = value_join(field_get(0), awk_get(V_ORS));
	} else {
		text = value_output(eval(node->a->a));
		for (struct node *list = node->a->next; list != NULL; list = list->next)
			text = value_join(value_join(text, awk_get(V_OFS)), value_output(eval(list->a)));
		text = value_join(text, awk_get(V_ORS));
	}
	struct stream *stream = node->b != NULL ? stream_of(node->operation, eval(node->b)) : NULL;
	stream_write(stream, text.text->bytes, text.text->size);
	value_drop(text);
}

static bool loop_leaves(void)
{
	if (leaving == CONTINUE)
		leaving = GO_ON;
	bool leaves = leaving != GO_ON;
	if (leaving == BREAK)
		leaving = GO_ON;
	return leaves;
}

static void run_for_in(struct node *node)
{
	size_t count;
	struct array *array = array_of(node->b);
	struct text **keys = array_keys(array, &count);
	bool left = false;
	for (size_t i = 0; i < count; i++) {
		struct value key = {V_INPUT, 0, keys[i]};
		if (!left && array_find(array, key, false) != NULL) {
			value_drop(store(node->a, value_share(key)));
			run(node->c);
			left = loop_leaves();
		}
		value_drop(key);
	}
	free(keys);
}

static void run_delete(struct node *node)
{
	if (node->kind != N_ELEMENT) {
		array_clear(array_of(node));
		return;
	}
	struct value key = subscript(node->b);
	array_delete(array_of(node->a), key);
	value_drop(key);
}

static void run(struct node *node)
{
	switch (node->kind) {
	case N_BLOCK:
		for (node = node->a; node != NULL && leaving == GO_ON; node = node->next)
			run(node);
		break;
	case N_IF:
		if (value_is_true(eval(node->a)))
			run(node->b);
		else if (node->c != NULL)
			run(node->c);
		break;
	case N_WHILE:
		while (value_is_true(eval(node->a))) {
			run(node->b);
			if (loop_leaves())
				break;
		}
		break;
	case N_DO:
		do {
			run(node->b);
			if (loop_leaves())
				break;
		} while (value_is_true(eval(node->a)));
		break;
	case N_FOR:
		for (node->a != NULL ? run(node->a) : (void)0; node->b == NULL || value_is_true(eval(node->b)); node->c != NULL ? run(node->c) : (void)0) {
			run(node->d);
			if (loop_leaves())
				break;
		}
		break;
	case N_FOR_IN: run_for_in(node); break;
	case N_BREAK: leaving = BREAK; break;
	case N_CONTINUE: leaving = CONTINUE; break;
	case N_NEXT: leaving = NEXT; break;
	case N_NEXT_FILE: leaving = NEXT_FILE; break;
	case N_EXIT:
		if (node->a != NULL)
			exit_status = (int)value_take_number(eval(node->a));
		leaving = EXIT;
		break;
	case N_RETURN:
		value_drop(result);
		result = node->a != NULL ? eval(node->a) : (struct value){0};
		leaving = RETURN;
		break;
	case N_DELETE: run_delete(node->a); break;
	case N_PRINT:
	case N_PRINTF: run_print(node); break;
	default: value_drop(eval(node));
	}
}

static bool is_selected(struct rule *rule)
{
	if (rule->kind == R_ALWAYS)
		return true;
	if (rule->kind == R_PATTERN)
		return value_is_true(eval(rule->from));
	if (!rule->active && !value_is_true(eval(rule->from)))
		return false;
	rule->active = !value_is_true(eval(rule->to));
	return true;
}

static void run_special(unsigned kind)
{
	for (struct rule *rule = rules; rule != NULL && leaving != EXIT; rule = rule->next)
		if (rule->kind == kind) {
			run(rule->body);
			leaving = leaving == EXIT ? EXIT : GO_ON;
		}
}

static void run_records(void)
{
	struct value record;
	while (leaving != EXIT && main_read(&record)) {
		record_set(record);
		count_record(true);
		for (struct rule *rule = rules; rule != NULL && leaving == GO_ON; rule = rule->next) {
			if (rule->kind == R_BEGIN || rule->kind == R_END || !is_selected(rule))
				continue;
			if (rule->body != NULL)
				run(rule->body);
			else
				run_print(&(struct node){.kind = N_PRINT});
		}
		if (leaving == NEXT_FILE)
			main_next_file();
		leaving = leaving == EXIT ? EXIT : GO_ON;
	}
}

static bool has_rules(bool records_only)
{
	for (struct rule *rule = rules; rule != NULL; rule = rule->next)
		if (rule->kind != R_BEGIN && (!records_only || rule->kind != R_END))
			return true;
	return false;
}

static char *read_program(struct call *call, char *names)
{
	char *program = strdup("");
	for (char *name; (name = strsep(&names, "\n")) != NULL;) {
		FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
		char *part = NULL, *joined;
		size_t room = 0;
		if (file == NULL) {
			fail(call, name);
			exit(2);
		}
		if (getdelim(&part, &room, '\0', file) > 0 && asprintf(&joined, "%s%s\n", program, part) >= 0) {
			free(program);
			program = joined;
		}
		free(part);
		fclose(file);
	}
	return program;
}

static int run_awk(struct call *call)
{
	char **arguments = call->operands, *program;
	int count = call->count;
	if (call->option['f']) {
		program = read_program(call, (char *)call->value['f']);
		arguments--;
		count++;
	} else if (count == 0) {
		return wrong_use(call, "no program");
	} else {
		program = *arguments;
	}
	arguments[0] = "awk";
	awk_start(count, arguments, environ);
	if (call->option['F']) {
		bool tab = strcmp(call->value['F'], "t") == 0;
		awk_set_text("FS", tab ? "\t" : call->value['F']);
	}
	char *assignments = (char *)call->value['v'];
	for (char *one; (one = strsep(&assignments, "\n")) != NULL;) {
		char *equals = strchr(one, '=');
		if (equals == NULL)
			return wrong_use(call, "-v wants NAME=VALUE");
		*equals = '\0';
		awk_set_text(one, equals + 1);
	}
	parse_program(program);
	depth = 0;
	run_special(R_BEGIN);
	if (leaving != EXIT && has_rules(false))
		run_records();
	bool left_early = leaving == EXIT && !has_rules(false);
	leaving = GO_ON;
	if (!left_early)
		run_special(R_END);
	streams_close();
	return exit_status & 0xff;
}

TOOL("awk", "+F:*v:*f: field-separator=F assign=v file=f", "[-F SEPARATOR] [-v NAME=VALUE] PROGRAM|-f FILE [FILE|NAME=VALUE...]",
     "Runs a program of patterns and actions over lines and their fields.", 0, -1, run_awk)
