// expr.c: expr: a value of words, by precedence: | & comparisons + - * / % : and the word functions.
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/box.h"

static struct call *expr_call;
static char **word;

static void __attribute__((noreturn)) die(const char *why)
{
	complain(expr_call, "%s", why);
	exit(2);
}

static bool is_integer(const char *text, long *value)
{
	char *end;
	errno = 0;
	*value = strtol(text, &end, 10);
	if (errno == ERANGE)
		die("Numerical result out of range");
	return *end == '\0' && end != text && *text != ' ' && *text != '+';
}

static char *number_text(long value)
{
	char *text;
	if (asprintf(&text, "%ld", value) < 0)
		die("out of memory");
	return text;
}

static bool is_null(const char *text)
{
	long value;
	return *text == '\0' || (is_integer(text, &value) && value == 0);
}

static bool accept(const char *mark)
{
	bool found = *word != NULL && strcmp(*word, mark) == 0;
	word += found;
	return found;
}

static char *parse_or(void);

// The match at the start: the first group's text, or how long it is.
static char *match(const char *text, const char *pattern)
{
	regex_t regex;
	regmatch_t found[2];
	char message[100];
	int error = regcomp(&regex, pattern, 0);
	if (error != 0) {
		regerror(error, &regex, message, sizeof(message));
		die(message);
	}
	bool matches = regexec(&regex, text, 2, found, 0) == 0 && found[0].rm_so == 0;
	if (!matches && *pattern != '^') { // only a match at the start counts: ask for one
		char *anchored;
		regfree(&regex);
		if (asprintf(&anchored, "^\\(%s\\)", pattern) < 0)
			die("out of memory");
		regmatch_t more[3];
		size_t groups = 0;
		if (regcomp(&regex, anchored, 0) == 0) {
			groups = regex.re_nsub;
			matches = regexec(&regex, text, 3, more, 0) == 0;
		}
		found[0] = more[0];
		found[1] = more[2];
		regex.re_nsub = groups > 0 ? groups - 1 : 0;
		free(anchored);
	}
	bool group = regex.re_nsub > 0;
	regfree(&regex);
	if (group)
		return matches && found[1].rm_so >= 0 ? strndup(text + found[1].rm_so, found[1].rm_eo - found[1].rm_so) : "";
	return number_text(matches ? found[0].rm_eo : 0);
}

static char *parse_primary(void)
{
	if (*word == NULL)
		die("syntax error: missing argument");
	if (accept("(")) {
		char *value = parse_or();
		if (!accept(")"))
			die("syntax error: expecting ')'");
		return value;
	}
	if (word[1] != NULL && accept("length"))
		return number_text((long)strlen(parse_primary()));
	if (word[1] != NULL && accept("match")) {
		char *text = parse_primary();
		return match(text, parse_primary());
	}
	if (word[1] != NULL && accept("index")) {
		char *text = parse_primary(), *set = parse_primary();
		size_t place = strcspn(text, set);
		return number_text(text[place] != '\0' ? (long)place + 1 : 0);
	}
	if (word[1] != NULL && accept("substr")) {
		char *text = parse_primary();
		long from, size, length = (long)strlen(text);
		if (!is_integer(parse_primary(), &from) || !is_integer(parse_primary(), &size) || from < 1 || size < 1 || from > length)
			return "";
		return strndup(text + from - 1, size);
	}
	word += strcmp(*word, "+") == 0 && word[1] != NULL; // "+ word": whatever it looks like
	return *word++;
}

static char *parse_match(void)
{
	char *left = parse_primary();
	while (accept(":"))
		left = match(left, parse_primary());
	return left;
}

static char *arithmetic(const char *left, char operator, const char *right)
{
	long a, b, result = 0;
	bool overflow = false;
	if (!is_integer(left, &a) || !is_integer(right, &b))
		die("non-integer argument");
	if ((operator == '/' || operator == '%') && b == 0)
		die("division by zero");
	switch (operator) {
	case '+': overflow = __builtin_add_overflow(a, b, &result); break;
	case '-': overflow = __builtin_sub_overflow(a, b, &result); break;
	case '*': overflow = __builtin_mul_overflow(a, b, &result); break;
	case '/': result = b == -1 ? (overflow = a == -__LONG_MAX__ - 1, overflow ? 0 : -a) : a / b; break;
	default: result = b == -1 ? 0 : a % b;
	}
	if (overflow)
		die("Numerical result out of range");
	return number_text(result);
}

static char *parse_product(void)
{
	char *left = parse_match();
	for (;;) {
		char operator = *word != NULL && (*word)[0] != '\0' && (*word)[1] == '\0' && strchr("*/%", (*word)[0]) != NULL ? (*word)[0] : '\0';
		if (operator == '\0')
			return left;
		word++;
		left = arithmetic(left, operator, parse_match());
	}
}

static char *parse_sum(void)
{
	char *left = parse_product();
	for (;;) {
		char operator = *word != NULL && (strcmp(*word, "+") == 0 || strcmp(*word, "-") == 0) ? (*word)[0] : '\0';
		if (operator == '\0')
			return left;
		word++;
		left = arithmetic(left, operator, parse_product());
	}
}

static char *parse_comparison(void)
{
	static const char *const marks[] = {"<", "<=", "=", "==", "!=", ">=", ">"};
	char *left = parse_sum();
	for (;;) {
		int which = 0;
		while (which < 7 && (*word == NULL || strcmp(*word, marks[which]) != 0))
			which++;
		if (which == 7)
			return left;
		word++;
		char *right = parse_sum();
		long a, b;
		int order = is_integer(left, &a) && is_integer(right, &b) ? (a > b) - (a < b) : strcmp(left, right);
		bool holds[] = {order < 0, order <= 0, order == 0, order == 0, order != 0, order >= 0, order > 0};
		left = holds[which] ? "1" : "0";
	}
}

static char *parse_and(void)
{
	char *left = parse_comparison();
	while (accept("&")) {
		char *right = parse_comparison();
		left = is_null(left) || is_null(right) ? "0" : left;
	}
	return left;
}

static char *parse_or(void)
{
	char *left = parse_and();
	while (accept("|")) {
		char *right = parse_and();
		left = !is_null(left) ? left : !is_null(right) ? right : "0";
	}
	return left;
}

static int run_expr(struct call *call)
{
	expr_call = call;
	word = call->operands + (call->count > 0 && strcmp(call->operands[0], "--") == 0);
	if (*word == NULL)
		return wrong_use(call, "missing operand");
	char *value = parse_or();
	if (*word != NULL)
		die("syntax error: unexpected argument");
	puts(value);
	return is_null(value);
}

TOOL("expr", NULL, "EXPRESSION", "Prints the value of words: | & < <= = != >= > + - * / % TEXT : PATTERN, length index substr match.", 0, -1, run_expr)
