// parser.c: tokens to a tree, by recursive descent; one function a level of precedence.
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/internal.h"

static bool no_in, no_greater; // in a for's head; in print's list
static int depth;
static struct function *functions, *current_function;
static struct rule *rules, **rules_tail = &rules;

static struct node *parse_expression(void);
static struct node *parse_statement(void);

static struct node *new_node(enum kind kind, struct node *a, struct node *b, struct node *c)
{
	struct node *node = awk_keep(calloc(1, sizeof(*node)));
	node->kind = kind;
	node->line = lexer.line;
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
		if (!take_mark(","))
			break;
		skip_newlines();
	}
	return first;
}

static struct node *parse_name(void)
{
	char *name = awk_keep(strdup(lexer.text));
	advance();
	struct node *node = variable_node(name);
	if (take_mark("[")) {
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
	bool builtin = lexer.token == BUILTIN, outer_in = no_in, outer_greater = no_greater;
	struct node *node = new_node(builtin ? N_BUILTIN : N_CALL, NULL, NULL, NULL);
	if (builtin)
		node->operation = lexer.which;
	else
		node->function = function_called(lexer.text);
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
	read_regex();
	struct node *node = new_node(N_REGEX, NULL, NULL, NULL);
	node->regex = awk_regex(lexer.text, strlen(lexer.text));
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

static struct node *parse_primary(void);

static struct node *parse_postfix(void)
{
	struct node *node = parse_primary();
	while (is_lvalue(node) && (is_mark("++") || is_mark("--"))) {
		node = operator_node(N_AFTER, lexer.text[0], node, NULL);
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
	return lexer.token == NAME ? parse_name() : NULL;
}

static struct node *parse_getline(struct node *command)
{
	struct node *node = operator_node(N_GETLINE, command != NULL ? '|' : 0, command, NULL);
	node->b = optional_lvalue();
	if (command == NULL && take_mark("<")) {
		node->operation = '<';
		node->a = parse_postfix();
	}
	return node;
}

static struct node *parse_primary(void)
{
	struct node *node;
	if (lexer.token == NUMBER || lexer.token == STRING) {
		node = new_node(lexer.token == NUMBER ? N_NUMBER : N_STRING, NULL, NULL, NULL);
		node->value = lexer.token == NUMBER ? value_number(lexer.number)
						    : value_string(lexer.text, (size_t)lexer.number);
		advance();
		return node;
	}
	if (is_mark("/") || is_mark("/="))
		return parse_regex();
	if (is_mark("$")) {
		advance();
		if (is_mark("++") || is_mark("--") || is_mark("-") || is_mark("+") || is_mark("!")) {
			int operation = lexer.text[0];
			bool step = lexer.text[1] != '\0';
			advance();
			struct node *inner = parse_postfix();
			return new_node(N_FIELD,
					operator_node(step               ? N_BEFORE
						      : operation == '-' ? N_MINUS
						      : operation == '+' ? N_PLUS
									 : N_NOT,
						      operation, inner, NULL),
					NULL, NULL);
		}
		return new_node(N_FIELD, parse_primary(), NULL, NULL);
	}
	if (is_mark("++") || is_mark("--")) {
		int operation = lexer.text[0];
		advance();
		node = parse_primary();
		if (!is_lvalue(node))
			syntax_error();
		return operator_node(N_BEFORE, operation, node, NULL);
	}
	if (is_mark("("))
		return parse_parentheses();
	if (lexer.token == NAME)
		return parse_name();
	if (lexer.token == CALLED_NAME || lexer.token == BUILTIN)
		return parse_call();
	if (take_word("getline"))
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
	if (take_mark("!"))
		return new_node(N_NOT, parse_unary(), NULL, NULL);
	if (take_mark("-"))
		return new_node(N_MINUS, parse_unary(), NULL, NULL);
	if (take_mark("+"))
		return new_node(N_PLUS, parse_unary(), NULL, NULL);
	return parse_power();
}

static struct node *parse_product(void)
{
	struct node *left = parse_unary();
	while (is_mark("*") || is_mark("/") || is_mark("%")) {
		int operation = lexer.text[0];
		advance();
		left = operator_node(N_ARITHMETIC, operation, left, parse_unary());
	}
	return left;
}

static struct node *parse_sum(void)
{
	struct node *left = parse_product();
	while (is_mark("+") || is_mark("-")) {
		int operation = lexer.text[0];
		advance();
		left = operator_node(N_ARITHMETIC, operation, left, parse_product());
	}
	return left;
}

static bool starts_operand(void)
{
	return lexer.token == NUMBER || lexer.token == STRING || lexer.token == NAME ||
	       lexer.token == CALLED_NAME || lexer.token == BUILTIN || is_mark("$") || is_mark("!") ||
	       is_mark("(") || is_mark("-") || is_mark("+") || is_mark("++") || is_mark("--");
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
			if (!take_word("getline"))
				syntax_error();
			left = parse_getline(left);
			continue;
		}
		bool compares = is_mark("<") || is_mark("<=") || is_mark("==") || is_mark("!=") ||
				is_mark(">=") || (is_mark(">") && !no_greater);
		if (!compares)
			return left;
		int operation = lexer.text[0] | lexer.text[1] << 8;
		advance();
		left = operator_node(N_COMPARE, operation, left, parse_join());
	}
}

static struct node *parse_match(void)
{
	struct node *left = parse_comparison();
	while (is_mark("~") || is_mark("!~")) {
		enum kind kind = lexer.text[0] == '~' ? N_MATCH : N_NO_MATCH;
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
		if (lexer.token != NAME)
			syntax_error();
		left = new_node(N_IN, left, variable_node(lexer.text), NULL);
		advance();
	}
	return left;
}

static struct node *parse_and(void)
{
	struct node *left = parse_in();
	while (take_mark("&&")) {
		skip_newlines();
		left = new_node(N_AND, left, parse_in(), NULL);
	}
	return left;
}

static struct node *parse_or(void)
{
	struct node *left = parse_and();
	while (take_mark("||")) {
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
	if (take_mark("?")) {
		skip_newlines();
		struct node *yes = parse_expression();
		skip_newlines();
		expect(":");
		skip_newlines();
		left = new_node(N_CONDITION, left, yes, parse_expression());
	} else if (is_lvalue(left) && lexer.token == MARK && strchr(lexer.text, '=') != NULL &&
		   strcmp(lexer.text, "==") != 0 && strchr("<>!", lexer.text[0]) == NULL) {
		int operation = lexer.text[0] == '=' ? 0 : strcmp(lexer.text, "**=") == 0 ? '^' : lexer.text[0];
		advance();
		skip_newlines();
		left = operator_node(N_ASSIGN, operation, left, parse_expression());
	} else if ((left->kind == N_MATCH || left->kind == N_NO_MATCH || left->kind == N_NOT ||
		    left->kind == N_AND || left->kind == N_OR || left->kind == N_COMPARE ||
		    left->kind == N_MINUS || left->kind == N_JOIN) &&
		   is_mark("=")) { // "!x = y", "a && b = c": the right operand is assigned
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
		if (lexer.token == END)
			syntax_error();
		*tail = parse_statement();
		tail = &(*tail)->next;
	}
	advance();
	return new_node(N_BLOCK, first, NULL, NULL);
}

static void end_statement(void)
{
	if (is_mark(";") || lexer.token == NEWLINE)
		advance();
	else if (!is_mark("}") && lexer.token != END)
		syntax_error();
}

static struct node *parse_body(void)
{
	skip_newlines();
	if (take_mark(";"))
		return new_node(N_BLOCK, NULL, NULL, NULL);
	return parse_statement();
}

static struct node *parse_print(void)
{
	struct node *node = new_node(lexer.text[5] == 'f' ? N_PRINTF : N_PRINT, NULL, NULL, NULL), **tail = &node->a;
	advance();
	no_greater = true;
	while (!is_mark(";") && !is_mark("}") && !is_mark(">") && !is_mark(">>") && !is_mark("|") &&
	       lexer.token != NEWLINE && lexer.token != END) {
		*tail = new_node(N_EXPRESSION, parse_expression(), NULL, NULL);
		tail = &(*tail)->next;
		if (!take_mark(","))
			break;
		skip_newlines();
	}
	if (node->a != NULL && node->a->next == NULL && node->a->a->kind == N_LIST)
		node->a = node->a->a->a;
	if (is_mark(">") || is_mark(">>") || is_mark("|")) {
		node->operation = lexer.text[0] | lexer.text[1] << 8;
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
	if (take_word("delete")) {
		struct node *node = parse_name();
		return new_node(N_DELETE, node, NULL, NULL);
	}
	return new_node(N_EXPRESSION, parse_expression(), NULL, NULL);
}

static struct node *parse_for(void)
{
	expect("(");
	const char *before = lexer.start;
	int line = lexer.start_line;
	if (lexer.token == NAME) { // for (name in array)?
		char *name = awk_keep(strdup(lexer.text));
		advance();
		if (take_word("in") && lexer.token == NAME) {
			char *array = awk_keep(strdup(lexer.text));
			advance();
			if (take_mark(")")) {
				struct node *node = new_node(N_FOR_IN, variable_node(name), variable_node(array), NULL);
				node->c = parse_body();
				return node;
			}
		}
		lexer_back(before, line);
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
	const char *before = lexer.start;
	int line = lexer.start_line;
	skip_ends();
	if (take_word("else")) {
		node->c = parse_body();
		return node;
	}
	lexer_back(before, line);
	return node;
}

static struct node *parse_do(void)
{
	struct node *node = new_node(N_DO, NULL, NULL, NULL);
	node->b = parse_body();
	skip_ends();
	if (!take_word("while"))
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
	} jumps[] = {{"break", N_BREAK},        {"continue", N_CONTINUE}, {"next", N_NEXT},
		     {"nextfile", N_NEXT_FILE}, {"exit", N_EXIT},         {"return", N_RETURN}};
	struct node *node;
	if (++depth > 1000)
		awk_die("statements nest too deeply");
	if (is_mark("{")) {
		node = parse_block();
		depth--;
		return node;
	}
	if (take_word("if")) {
		node = parse_if();
	} else if (take_word("while")) {
		expect("(");
		node = new_node(N_WHILE, parse_expression(), NULL, NULL);
		expect(")");
		node->b = is_mark(";") ? (advance(), new_node(N_BLOCK, NULL, NULL, NULL)) : parse_body();
	} else if (take_word("do")) {
		node = parse_do();
	} else if (take_word("for")) {
		node = parse_for();
	} else {
		node = NULL;
		for (size_t i = 0; node == NULL && i < sizeof(jumps) / sizeof(*jumps); i++)
			if (take_word(jumps[i].name)) {
				node = new_node(jumps[i].kind, NULL, NULL, NULL);
				if (jumps[i].kind >= N_EXIT && !is_mark(";") && !is_mark("}") &&
				    lexer.token != NEWLINE && lexer.token != END)
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
	if (lexer.token != NAME && lexer.token != CALLED_NAME)
		syntax_error();
	struct function *function = function_called(lexer.text);
	if (function->body != NULL)
		awk_die("function %s is defined twice", function->name);
	advance();
	expect("(");
	for (skip_newlines(); lexer.token == NAME; skip_newlines()) {
		if (function->count == 64)
			awk_die("function %s has too many parameters", function->name);
		function->parameter[function->count++] = awk_keep(strdup(lexer.text));
		advance();
		if (!take_mark(","))
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
	if (take_word("BEGIN")) {
		rule->kind = R_BEGIN;
	} else if (take_word("END")) {
		rule->kind = R_END;
	} else if (!is_mark("{")) {
		rule->kind = R_PATTERN;
		rule->from = parse_expression();
		if (take_mark(",")) {
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

struct rule *awk_parse(const char *program)
{
	lexer_open(program);
	for (skip_ends(); lexer.token != END; skip_ends()) {
		if (take_word("function") || take_word("func"))
			parse_function();
		else
			parse_rule();
	}
	for (struct function *function = functions; function != NULL; function = function->next)
		if (function->body == NULL)
			awk_die("function %s is not defined", function->name);
	return rules;
}
