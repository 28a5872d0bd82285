// format.c: printf and sprintf: a template and its arguments to a text. A text may hold zero bytes, so the C
// library only formats numbers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/internal.h"

static void put_number(struct value *to, const char *spec, char letter, double number)
{
	char template[64], bytes[600];
	bool integer = strchr("dioxXu", letter) != NULL;
	if (integer && (isnan(number) || isinf(number) || fabs(number) >= 9.2e18)) {
		snprintf(template, sizeof(template), "%s.0f", spec); // beyond an integer
		number = isnan(number) ? number : trunc(number);
		value_put(to, bytes, (size_t)snprintf(bytes, sizeof(bytes), template, number));
		return;
	}
	snprintf(template, sizeof(template), integer ? "%sl%c" : "%s%c", spec, letter == 'i' ? 'd' : letter);
	size_t size = (size_t)(integer ? snprintf(bytes, sizeof(bytes), template, (long)number)
				       : snprintf(bytes, sizeof(bytes), template, number));
	value_put(to, bytes, size < sizeof(bytes) ? size : sizeof(bytes) - 1);
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
		value_put(to, " ", 1);
	value_put(to, bytes, size);
	for (; left && fill > 0; fill--)
		value_put(to, " ", 1);
}

static struct value next_argument(struct node **list)
{
	struct node *node = *list;
	if (node == NULL)
		return (struct value){0};
	*list = node->next;
	return awk_eval(node->a);
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

struct value awk_format(struct node *list)
{
	struct value template = value_text(next_argument(&list)), to = value_string("", 0);
	for (const char *from = template.text->bytes, *end = from + template.text->size; from < end;) {
		const char *percent = memchr(from, '%', end - from);
		if (percent == NULL || percent + 1 == end) {
			value_put(&to, from, end - from);
			break;
		}
		value_put(&to, from, percent - from);
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
			value_put(&to, "%", 1);
		} else if (letter == 'c') {
			put_character(&to, spec, next_argument(&list));
		} else if (letter == 's') {
			struct value value = value_text(next_argument(&list));
			put_padded(&to, spec, value.text->bytes, value.text->size);
			value_drop(value);
		} else if (letter != '\0' && strchr("diouxXeEfFgGaA", letter) != NULL) {
			put_number(&to, spec, letter, value_take_number(next_argument(&list)));
		} else {
			value_put(&to, percent, from - percent);
		}
	}
	value_drop(template);
	return to;
}
