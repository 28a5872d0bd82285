// arithmetic.c: $(( )), by precedence climbing over one table of C's operators. Values are 64-bit and wrap.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

static const struct {
	const char *text;
	int precedence;
} operators[] = { // longer before shorter
	{"<<=", 1}, {">>=", 1}, {"||", 3}, {"&&", 4}, {"==", 8}, {"!=", 8}, {"<=", 9}, {">=", 9}, {"<<", 10}, {">>", 10},
	{"+=", 1}, {"-=", 1}, {"*=", 1}, {"/=", 1}, {"%=", 1}, {"&=", 1}, {"|=", 1}, {"^=", 1}, {"|", 5}, {"^", 6}, {"&", 7},
	{"<", 9}, {">", 9}, {"+", 11}, {"-", 11}, {"*", 12}, {"/", 12}, {"%", 12}, {"?", 2}, {"=", 1},
};
#define OPERATORS (int)(sizeof(operators) / sizeof(*operators))

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
	char number[24];
	snprintf(number, sizeof(number), "%ld", value);
	if (!skipped)
		variable_assign(name, number, size);
	return value;
}

static long parse_name(void)
{
	const char *name = at;
	size_t size = 1;
	while (is_name(name, size + 1))
		size++;
	at += size;
	const char *text = variable_get(stack_copy(name, size));
	long value = text != NULL ? strtol(text, NULL, 0) : 0;
	int operator = peek_operator();
	if (operator < 0 || operators[operator].precedence != 1)
		return value;
	const char *sign = operators[operator].text;
	at += strlen(sign);
	long right = parse(1);
	return assign(name, size,
		      *sign == '=' ? right : apply(sign[0], strlen(sign) == 3 ? sign[1] : 0, value, right));
}

static long parse_operand(void)
{
	char *end;
	long value;
	skip_blanks();
	if (depth > 200)
		bad("too deeply nested");
	switch (*at) {
	case '-': at++; return (long)-(unsigned long)parse(13);
	case '+': at++; return parse(13);
	case '!': at++; return !parse(13);
	case '~': at++; return ~parse(13);
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
	value = strtol(at, &end, 0);
	at = end;
	return value;
}

static long parse_conditional(long condition)
{
	skipped += !condition;
	long yes = parse(1);
	skipped += condition ? 1 : -1;
	skip_blanks();
	if (*at++ != ':')
		bad("expecting ':'");
	long no = parse(2);
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
		if (precedence == 1)
			bad("assignment to something that is no variable");
		at += strlen(sign);
		if (*sign == '?') {
			left = parse_conditional(left);
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
