// interpreter.c: walks the tree. awk_eval gives an expression's value, run does a statement; `leaving` says
// which jump is under way.
#include <math.h>
#include <stdlib.h>
#include "userland/lib/awk/awk.h"
#include "userland/lib/awk/internal.h"

static struct cell *frame;   // of the function under way: its parameters
static struct value result; // of `return`
static enum { GO_ON, BREAK, CONTINUE, NEXT, NEXT_FILE, EXIT, RETURN } leaving;
static int exit_status, depth;
static struct rule *rules;

static void run(struct node *node);

struct cell *awk_cell_of(struct node *node)
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
	if (cell->lent && awk_cell_of(node)->array == NULL) {
		cell->origin = NULL;
		cell->lent = false;
	}
	return awk_cell_of(node);
}

struct array *awk_array_of(struct node *node)
{
	struct cell *cell = awk_cell_of(node);
	if (cell->array == NULL && cell->value.kind != V_UNSET)
		awk_die("a variable of line %d is used as an array", node->line);
	if (cell->array == NULL)
		cell->array = array_create();
	return cell->array;
}

// The subscript of a list of expressions, joined by SUBSEP.
static struct value subscript(struct node *list)
{
	struct value key = value_text(awk_eval(list->a));
	for (list = list->next; list != NULL; list = list->next) {
		key = value_join(key, awk_get(V_SUBSEP));
		key = value_join(key, value_text(awk_eval(list->a)));
	}
	return key;
}

static struct value *element(struct node *node)
{
	struct array *array = awk_array_of(node->a);
	struct value key = subscript(node->b), *found = array_find(array, key, true);
	value_drop(key);
	return found;
}

static struct value load(struct node *node)
{
	switch (node->kind) {
	case N_FIELD: return field_get((long)value_take_number(awk_eval(node->a)));
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
struct value awk_store(struct node *node, struct value value)
{
	if (node->kind == N_FIELD) {
		long index = (long)value_take_number(awk_eval(node->a));
		field_set(index, value_share(value));
	} else if (node->kind == N_ELEMENT) {
		struct value *slot = element(node);
		value_drop(*slot);
		*slot = value_share(value);
	} else if (node->kind == N_VARIABLE && awk_cell_of(node)->array == NULL) {
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
	struct value a = awk_eval(node->a), b = awk_eval(node->b);
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

const regex_t *awk_regex_of(struct node *node)
{
	return node->kind == N_REGEX ? node->regex : awk_dynamic_regex(awk_eval(node));
}

static bool matches(struct node *subject, struct node *pattern)
{
	struct value text = value_text(subject != NULL ? awk_eval(subject) : field_get(0));
	const regex_t *regex = awk_regex_of(pattern);
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
			struct cell *cell = awk_cell_of(given);
			if (cell->array != NULL || (cell->value.kind == V_UNSET)) {
				own[i].origin = cell; // an array, or what the function may make one
				own[i].lent = cell->array == NULL;
				continue;
			}
		}
		own[i].value = awk_eval(given);
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
	value_drop(awk_store(node->a, value_number(after)));
	return value_number(node->kind == N_BEFORE ? after : before);
}

static struct value assign(struct node *node)
{
	if (node->operation == 0)
		return awk_store(node->a, awk_eval(node->b));
	double right = value_take_number(awk_eval(node->b)), left = value_take_number(load(node->a));
	return awk_store(node->a, value_number(arithmetic(node->operation, left, right, node->line)));
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
		stream = stream_of(node->operation == '|' ? 'r' : '<', awk_eval(node->a));
		if (stream == NULL)
			return value_number(-1);
	}
	if (!(stream != NULL ? stream_read(stream, &record) : main_read(&record)))
		return value_number(0);
	if (node->operation != '<')
		count_record(node->operation == 0);
	if (node->b != NULL)
		value_drop(awk_store(node->b, record));
	else
		record_set(record);
	return value_number(1);
}
struct value awk_eval(struct node *node)
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
	case N_EXPRESSION: return awk_eval(node->a);
	case N_ASSIGN: return assign(node);
	case N_CONDITION: return awk_eval(value_is_true(awk_eval(node->a)) ? node->b : node->c);
	case N_OR: return value_number(value_is_true(awk_eval(node->a)) || value_is_true(awk_eval(node->b)));
	case N_AND: return value_number(value_is_true(awk_eval(node->a)) && value_is_true(awk_eval(node->b)));
	case N_IN: {
		struct value key = node->a->kind == N_LIST ? subscript(node->a->a) : value_text(awk_eval(node->a));
		bool found = array_find(awk_array_of(node->b), key, false) != NULL;
		value_drop(key);
		return value_number(found);
	}
	case N_MATCH:
	case N_NO_MATCH: return value_number(matches(node->a, node->b) == (node->kind == N_MATCH));
	case N_COMPARE: return value_number(compare(node));
	case N_JOIN: {
		struct value left = value_text(awk_eval(node->a));
		return value_join(left, awk_eval(node->b));
	}
	case N_ARITHMETIC: {
		double left = value_take_number(awk_eval(node->a)), right = value_take_number(awk_eval(node->b));
		return value_number(arithmetic(node->operation, left, right, node->line));
	}
	case N_NOT: return value_number(!value_is_true(awk_eval(node->a)));
	case N_MINUS: return value_number(-value_take_number(awk_eval(node->a)));
	case N_PLUS: return value_number(value_take_number(awk_eval(node->a)));
	case N_BEFORE:
	case N_AFTER: return step(node);
	case N_CALL: return call_function(node);
	case N_BUILTIN: return awk_builtin(node);
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
		text = awk_format(node->a);
	} else if (node->a == NULL) {
		text = value_join(field_get(0), awk_get(V_ORS));
	} else {
		text = value_output(awk_eval(node->a->a));
		for (struct node *list = node->a->next; list != NULL; list = list->next)
			text = value_join(value_join(text, awk_get(V_OFS)), value_output(awk_eval(list->a)));
		text = value_join(text, awk_get(V_ORS));
	}
	struct stream *stream = node->b != NULL ? stream_of(node->operation, awk_eval(node->b)) : NULL;
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
	struct array *array = awk_array_of(node->b);
	struct text **keys = array_keys(array, &count);
	bool left = false;
	for (size_t i = 0; i < count; i++) {
		struct value key = {V_INPUT, 0, keys[i]};
		if (!left && array_find(array, key, false) != NULL) {
			value_drop(awk_store(node->a, value_share(key)));
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
		array_clear(awk_array_of(node));
		return;
	}
	struct value key = subscript(node->b);
	array_delete(awk_array_of(node->a), key);
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
		if (value_is_true(awk_eval(node->a)))
			run(node->b);
		else if (node->c != NULL)
			run(node->c);
		break;
	case N_WHILE:
		while (value_is_true(awk_eval(node->a))) {
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
		} while (value_is_true(awk_eval(node->a)));
		break;
	case N_FOR:
		for (node->a != NULL ? run(node->a) : (void)0;
		     node->b == NULL || value_is_true(awk_eval(node->b));
		     node->c != NULL ? run(node->c) : (void)0) {
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
			exit_status = (int)value_take_number(awk_eval(node->a));
		leaving = EXIT;
		break;
	case N_RETURN:
		value_drop(result);
		result = node->a != NULL ? awk_eval(node->a) : (struct value){0};
		leaving = RETURN;
		break;
	case N_DELETE: run_delete(node->a); break;
	case N_PRINT:
	case N_PRINTF: run_print(node); break;
	default: value_drop(awk_eval(node));
	}
}

static bool is_selected(struct rule *rule)
{
	if (rule->kind == R_ALWAYS)
		return true;
	if (rule->kind == R_PATTERN)
		return value_is_true(awk_eval(rule->from));
	if (!rule->active && !value_is_true(awk_eval(rule->from)))
		return false;
	rule->active = !value_is_true(awk_eval(rule->to));
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

static bool reads_records(void)
{
	for (struct rule *rule = rules; rule != NULL; rule = rule->next)
		if (rule->kind != R_BEGIN)
			return true;
	return false;
}

int awk_run(const char *program)
{
	rules = awk_parse(program);
	run_special(R_BEGIN);
	bool reads = reads_records();
	if (leaving != EXIT && reads)
		run_records();
	bool ended = leaving == EXIT && !reads;
	leaving = GO_ON;
	if (!ended)
		run_special(R_END);
	streams_close();
	return exit_status & 0xff;
}
