// builtins.c: the functions that awk brings: texts, arithmetic, the outside world.
#include <ctype.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include "userland/lib/awk/internal.h"

static struct value replacement(const struct text *template, const char *matched, size_t size)
{
	struct value to = value_string("", 0);
	const char *end = template->bytes + template->size;
	for (const char *from = template->bytes; from < end; from++) {
		if (*from == '\\' && from + 1 < end && (from[1] == '&' || from[1] == '\\'))
			value_put(&to, ++from, 1);
		else if (*from == '&')
			value_put(&to, matched, size);
		else
			value_put(&to, from, 1);
	}
	return to;
}

static struct value substitute(struct node *node, bool all)
{
	struct node *list = node->a,
		    *target = list->next != NULL && list->next->next != NULL ? list->next->next->a : NULL;
	if (list->next == NULL)
		awk_die("sub needs a replacement at line %d", node->line);
	const regex_t *regex = awk_regex_of(list->a);
	struct value template = value_text(awk_eval(list->next->a)),
		     text = value_text(target != NULL ? awk_eval(target) : field_get(0));
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
			value_put(&to, bytes + copied, start - copied);
			to = value_join(to, replacement(template.text, bytes + start, end - start));
			copied = last_end = end;
			count++;
		}
		from = end > start ? end : end + 1;
	}
	value_put(&to, bytes + copied, size - copied);
	if (count > 0 && target != NULL && is_lvalue(target))
		value_drop(awk_store(target, value_share(to)));
	else if (count > 0 && target == NULL)
		record_set(value_share(to));
	value_drop(to);
	value_drop(template);
	value_drop(text);
	return value_number((double)count);
}

static struct value run_match(struct node *list)
{
	struct value text = value_text(awk_eval(list->a));
	const regex_t *regex = awk_regex_of(list->next->a);
	regmatch_t match = {0, (regoff_t)text.text->size};
	bool found = regexec(regex, text.text->bytes, 1, &match, REG_STARTEND) == 0;
	value_drop(text);
	awk_set(V_RSTART, value_number(found ? (double)match.rm_so + 1 : 0));
	awk_set(V_RLENGTH, value_number(found ? (double)(match.rm_eo - match.rm_so) : -1));
	return value_number(found ? (double)match.rm_so + 1 : 0);
}

static struct value run_substr(struct node *list)
{
	struct value text = value_text(awk_eval(list->a));
	double from = rint(value_take_number(awk_eval(list->next->a))), length = INFINITY;
	if (list->next->next != NULL)
		length = rint(value_take_number(awk_eval(list->next->next->a)));
	double end = from + length, size = (double)text.text->size;
	from = from < 1 ? 1 : from;
	end = end > size + 1 ? size + 1 : end;
	struct value part = end > from
				? value_string(text.text->bytes + (size_t)from - 1, (size_t)(end - from))
				: value_string("", 0);
	value_drop(text);
	return part;
}

static struct value run_split(struct node *list)
{
	struct node *separator = list->next->next != NULL ? list->next->next->a : NULL;
	struct value text = awk_eval(list->a), between = {0};
	if (separator != NULL && separator->kind == N_REGEX)
		return value_number((double)split_text(awk_array_of(list->next->a), text, NULL, separator->regex));
	if (separator != NULL)
		between = value_text(awk_eval(separator));
	double count =
	    (double)split_text(awk_array_of(list->next->a), text, separator != NULL ? &between : NULL, NULL);
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
	if (list != NULL && (list->a->kind == N_VARIABLE || list->a->kind == N_LOCAL) &&
	    awk_cell_of(list->a)->array != NULL)
		return value_number((double)array_count(awk_cell_of(list->a)->array));
	struct value text = value_text(list != NULL ? awk_eval(list->a) : field_get(0));
	double size = (double)text.text->size;
	value_drop(text);
	return value_number(size);
}

static struct value run_system(struct node *list)
{
	struct value command = value_text(awk_eval(list->a));
	streams_flush(NULL);
	int status = system(command.text->bytes);
	value_drop(command);
	return value_number(WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status));
}

static struct value run_strftime(struct node *list)
{
	char bytes[512];
	struct value template =
	    list != NULL ? value_text(awk_eval(list->a)) : value_string("%a %b %e %H:%M:%S %Z %Y", 24);
	time_t when = list != NULL && list->next != NULL ? (time_t)value_take_number(awk_eval(list->next->a))
							 : time(NULL);
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
	seed = node->a != NULL ? value_take_number(awk_eval(node->a->a)) : (double)time(NULL);
	srand((unsigned)seed);
	return value_number(before);
}

struct value awk_builtin(struct node *node)
{
	static double (*const functions_of_one[])(double) = {
	    [B_SIN] = sin, [B_COS] = cos, [B_EXP] = exp, [B_LOG] = log, [B_INT] = trunc};
	struct node *list = node->a;
	static const char least[] = {
	    [B_SUBSTR] = 2,  [B_INDEX] = 2,   [B_SPLIT] = 2, [B_SUB] = 2,     [B_GSUB] = 2,
	    [B_MATCH] = 2,   [B_SPRINTF] = 1, [B_SIN] = 1,   [B_COS] = 1,     [B_ATAN2] = 2,
	    [B_EXP] = 1,     [B_LOG] = 1,     [B_SQRT] = 1,  [B_INT] = 1,     [B_TOLOWER] = 1,
	    [B_TOUPPER] = 1, [B_SYSTEM] = 1,  [B_CLOSE] = 1, [B_STRFTIME] = 0};
	int given = 0;
	for (struct node *argument = list; argument != NULL; argument = argument->next)
		given++;
	if (given < least[node->operation])
		awk_die("too few arguments for %s at line %d", awk_builtins[node->operation], node->line);
	switch (node->operation) {
	case B_LENGTH: return run_length(list);
	case B_SUBSTR: return run_substr(list);
	case B_INDEX: {
		struct value text = value_text(awk_eval(list->a)), wanted = value_text(awk_eval(list->next->a));
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
	case B_SPRINTF: return awk_format(list);
	case B_SQRT: return value_number(sqrt(value_take_number(awk_eval(list->a))));
	case B_ATAN2: {
		double y = value_take_number(awk_eval(list->a));
		return value_number(atan2(y, value_take_number(awk_eval(list->next->a))));
	}
	case B_RAND:
	case B_SRAND: return run_random(node);
	case B_TOLOWER: return change_case(awk_eval(list->a), lower);
	case B_TOUPPER: return change_case(awk_eval(list->a), upper);
	case B_SYSTEM: return run_system(list);
	case B_CLOSE: return value_number(stream_close(awk_eval(list->a)));
	case B_FFLUSH: {
		struct value name = list != NULL ? value_text(awk_eval(list->a)) : (struct value){0};
		double rc = streams_flush(list != NULL ? &name : NULL);
		value_drop(name);
		return value_number(rc);
	}
	case B_SYSTIME: return value_number((double)time(NULL));
	case B_STRFTIME: return run_strftime(list);
	default: return value_number(functions_of_one[node->operation](value_take_number(awk_eval(list->a))));
	}
}
