// arithmetic.c: $(( )), by precedence climbing over one table of C's operators. Values are 64-bit and wrap.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

#define DEPTH_MAX 200 // parentheses and variables whose value is an expression

static const struct {
	const char *text;
	int precedence;
} operators[] = { // longer before shorter
	{"<<=", 2}, {">>=", 2}, {"||", 4}, {"&&", 5}, {"==", 9}, {"!=", 9}, {"<=", 10}, {">=", 10}, {"<<", 11}, {">>", 11},
	{"+=", 2}, {"-=", 2}, {"*=", 2}, {"/=", 2}, {"%=", 2}, {"&=", 2}, {"|=", 2}, {"^=", 2}, {"|", 6}, {"^", 7}, {"&", 8},
	{"<", 10}, {">", 10}, {"+", 12}, {"-", 12}, {"*", 13}, {"/", 13}, {"%", 13}, {"?", 3}, {"=", 2}, {",", 1},
};
#define OPERATORS (int)(sizeof(operators) / sizeof(*operators))
#define ASSIGNING 2
#define UNARY 14

static const char *at, *whole;
static int depth, skipped; // skipped: inside the half of && || ?: that is not evaluated

static long parse(int minimum);

static void bad(const char *why)
{
	shell_error(2, "arithmetic expression: %s: \"%s\"", why, whole);
}

static void skip_blanks(void)
{
	while (isspace((unsigned char)*at))
		at++;
}

static int peek_operator(void)
{
	skip_blanks();
	for (int i = 0; i < OPERATORS; i++)
		if (strncmp(at, operators[i].text, strlen(operators[i].text)) == 0)
			return i;
	return -1;
}

static long apply(char operator, char second, long a, long b)
{
	unsigned long x = (unsigned long)a, y = (unsigned long)b;
	if ((operator == '/' || operator == '%') && b == 0) {
		if (skipped)
			return 0;
		bad("division by zero");
	}
	switch (operator) {
	case '+': return (long)(x + y);
	case '-': return (long)(x - y);
	case '*': return (long)(x * y);
	case '/': return b == -1 ? (long)-x : a / b;
	case '%': return b == -1 ? 0 : a % b;
	case '^': return a ^ b;
	case '&': return a & b;
	case '|': return a | b;
	case '=': return a == b;
	case '!': return a != b;
	case '<': return second == '<' ? (long)(x << (b & 63)) : second == '=' ? a <= b : a < b;
	default: return second == '>' ? a >> (b & 63) : second == '=' ? a >= b : a > b;
	}
}

static long assign(const char *name, size_t size, long value)
{
	if (!skipped)
		variable_assign(stack_copy(name, size), stack_format("%ld", value), size);
	return value;
}

static long number(const char **text)
{
	char *end;
	long value = (long)strtoull(*text, &end, 0);
	if (isalnum((unsigned char)*end) || *end == '_')
		bad("expecting end of number");
	*text = end;
	return value;
}

// A variable's value is a number with blanks and a sign around at most.
static long value_of(const char *name, size_t size)
{
	const char *text = variable_get(stack_copy(name, size));
	if (text == NULL && strncmp(name, "LINENO", size) == 0 && size == 6)
		return line_number;
	if (text == NULL)
		return 0;
	while (isspace((unsigned char)*text))
		text++;
	if (*text == '\0')
		return 0;
	bool negative = *text == '-';
	text += negative || *text == '+';
	if (!isdigit((unsigned char)*text))
		shell_error(2, "Illegal number: %s", text);
	long value = number(&text);
	while (isspace((unsigned char)*text))
		text++;
	if (*text != '\0')
		shell_error(2, "Illegal number: %s", text);
	return negative ? (long)-(unsigned long)value : value;
}

static long parse_name(void)
{
	const char *name = at;
	size_t size = name_size(at, strlen(at));
	at += size;
	skip_blanks();
	if ((at[0] == '+' || at[0] == '-') && at[1] == at[0]) { // x++ and x--
		long value = value_of(name, size);
		assign(name, size, apply(at[0], 0, value, 1));
		at += 2;
		return value;
	}
	int operator = peek_operator();
	if (operator < 0 || operators[operator].precedence != ASSIGNING)
		return value_of(name, size);
	const char *sign = operators[operator].text;
	long value = *sign == '=' ? 0 : value_of(name, size);
	at += strlen(sign);
	long right = parse(ASSIGNING);
	return assign(name, size,
		      *sign == '=' ? right : apply(sign[0], strlen(sign) == 3 ? sign[1] : 0, value, right));
}

// ++x and --x, when a name follows; else two signs.
static bool parse_step(long *value)
{
	if (at[1] != at[0])
		return false;
	const char *name = at + 2;
	while (isspace((unsigned char)*name))
		name++;
	size_t size = name_size(name, strlen(name));
	if (size == 0)
		return false;
	*value = assign(name, size, apply(*at, 0, value_of(name, size), 1));
	at = name + size;
	return true;
}

static long parse_operand(void)
{
	long value;
	skip_blanks();
	if (depth > DEPTH_MAX)
		bad("too deeply nested");
	if ((*at == '+' || *at == '-') && parse_step(&value))
		return value;
	switch (*at) {
	case '-': at++; return (long)-(unsigned long)parse(UNARY);
	case '+': at++; return parse(UNARY);
	case '!': at++; return !parse(UNARY);
	case '~': at++; return ~parse(UNARY);
	case '(':
		at++;
		value = parse(1);
		skip_blanks();
		if (*at++ != ')')
			bad("expecting ')'");
		return value;
	}
	if (is_name(at, 1))
		return parse_name();
	if (!isdigit((unsigned char)*at))
		bad("expecting primary");
	return number(&at);
}

static long parse_conditional(long condition)
{
	skipped += !condition;
	long yes = parse(1);
	skipped += condition ? 1 : -1;
	skip_blanks();
	if (*at++ != ':')
		bad("expecting ':'");
	long no = parse(3);
	skipped -= condition != 0;
	return condition ? yes : no;
}

static long parse(int minimum)
{
	depth++;
	long left = parse_operand();
	for (int found; (found = peek_operator()) >= 0 && operators[found].precedence >= minimum;) {
		const char *sign = operators[found].text;
		int precedence = operators[found].precedence;
		if (precedence == ASSIGNING)
			bad("assignment to something that is no variable");
		at += strlen(sign);
		if (*sign == '?') {
			left = parse_conditional(left);
		} else if (*sign == ',') {
			left = parse(precedence + 1);
		} else if (sign[0] == sign[1] && (*sign == '&' || *sign == '|')) {
			bool decided = *sign == '&' ? !left : left != 0;
			skipped += decided;
			long right = parse(precedence + 1);
			skipped -= decided;
			left = *sign == '&' ? left && right : left || right;
		} else {
			left = apply(sign[0], sign[1], left, parse(precedence + 1));
		}
	}
	depth--;
	return left;
}

long arithmetic(const char *text)
{
	at = whole = text;
	depth = skipped = 0;
	skip_blanks();
	long value = *at != '\0' ? parse(1) : 0;
	skip_blanks();
	if (*at != '\0')
		bad("expecting end of input");
	return value;
}
