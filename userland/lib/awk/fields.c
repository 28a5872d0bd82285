// fields.c: variables, and the record with its fields. Splitting is put off until somebody asks for a field
// (or NF), joining until somebody asks for $0: is_split and is_joined say which of the two forms is the true
// one.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/awk.h"
#include "userland/lib/awk/internal.h"

#define FIELDS_MAX 1000000

static struct {
	char *name;
	struct cell cell;
} *variables;
static int variable_count;

// Fields: [0] is the record. `split`: the fields are those of the record; `joined`: the record is that of the
// fields.
static struct value *fields;
static long field_count, field_room;
static bool is_split = true, is_joined = true;

static void split_record(void);

int awk_variable(const char *name)
{
	for (int i = 0; i < variable_count; i++)
		if (strcmp(variables[i].name, name) == 0)
			return i;
	variables = awk_keep(realloc(variables, (variable_count + 1) * sizeof(*variables)));
	memset(&variables[variable_count], 0, sizeof(*variables));
	variables[variable_count].name = awk_keep(strdup(name));
	return variable_count++;
}

struct cell *awk_cell(int variable)
{
	return &variables[variable].cell;
}

struct value awk_get(int variable)
{
	if (variable == V_NF && !is_split)
		split_record();
	return value_share(variables[variable].cell.value);
}

static void set_plain(int variable, struct value value)
{
	value_drop(variables[variable].cell.value);
	variables[variable].cell.value = value;
}

static void fields_resize(long count)
{
	if (count < 0 || count > FIELDS_MAX)
		awk_die("there are no %ld fields", count);
	if (count + 1 > field_room) {
		fields = awk_keep(realloc(fields, (count + 64) * 2 * sizeof(*fields)));
		memset(fields + field_room, 0, ((count + 64) * 2 - field_room) * sizeof(*fields));
		field_room = (count + 64) * 2;
	}
	for (long i = field_count + 1; i <= count; i++)
		fields[i] = value_input("", 0);
	for (long i = count + 1; i <= field_count; i++) {
		value_drop(fields[i]);
		fields[i] = (struct value){0};
	}
	field_count = count;
	set_plain(V_NF, value_number((double)count));
}

void awk_set(int variable, struct value value)
{
	if (variable == V_NF) {
		if (!is_split)
			split_record();
		fields_resize((long)value_take_number(value));
		is_joined = false;
		return;
	}
	if ((variable == V_FS || variable == V_RS) && !is_split)
		split_record(); // the present record is parted as it was read
	set_plain(variable, value);
}

static void join_record(void)
{
	struct value record = value_string("", 0), between = value_text(awk_get(V_OFS));
	for (long i = 1; i <= field_count; i++) {
		if (i > 1)
			record = value_join(record, value_share(between));
		record = value_join(record, value_share(fields[i]));
	}
	value_drop(between);
	value_drop(fields[0]);
	record.kind = V_INPUT;
	fields[0] = record;
	is_joined = true;
}

struct value field_get(long index)
{
	if (index < 0)
		awk_die("there is no field %ld", index);
	if (index == 0 && !is_joined)
		join_record();
	if (index > 0 && !is_split)
		split_record();
	return index <= field_count || index == 0 ? value_share(fields[index]) : (struct value){0};
}

void record_set(struct value value)
{
	value_drop(fields[0]);
	fields[0] = value_text(value);
	if (fields[0].kind != V_INPUT)
		fields[0].kind = V_INPUT;
	is_split = false;
	is_joined = true;
}

void field_set(long index, struct value value)
{
	if (index == 0)
		return record_set(value);
	if (!is_split)
		split_record();
	if (index > field_count)
		fields_resize(index);
	value_drop(fields[index]);
	fields[index] = value_text(value);
	is_joined = false;
}

static void put_part(struct array *array, long number, const char *start, size_t size)
{
	if (array == NULL) {
		fields_resize(number);
		value_drop(fields[number]);
		fields[number] = value_input(start, size);
		return;
	}
	struct value key = value_text(value_number((double)number));
	struct value *slot = array_find(array, key, true);
	value_drop(*slot);
	*slot = value_input(start, size);
	value_drop(key);
}

// Parts `text` into `array` (NULL: into the fields). Returns how many parts.
static long split_by(struct array *array, const struct text *text, const struct text *separator,
		     const regex_t *regex, bool newlines)
{
	const char *at = text->bytes, *end = at + text->size;
	long count = 0;
	if (regex == NULL && separator->size == 1 && separator->bytes[0] == ' ') {
		for (;;) {
			while (at < end && (*at == ' ' || *at == '\t' || *at == '\n'))
				at++;
			if (at == end)
				return count;
			const char *start = at;
			while (at < end && *at != ' ' && *at != '\t' && *at != '\n')
				at++;
			put_part(array, ++count, start, at - start);
		}
	}
	if (at == end)
		return 0;
	if (regex == NULL && separator->size == 0) { // every character a part
		for (; at < end; at++)
			put_part(array, ++count, at, 1);
		return count;
	}
	const char *start = at;
	while (at <= end) {
		regmatch_t match = {at - text->bytes, (regoff_t)text->size};
		if (regex != NULL) {
			bool found = regexec(regex, text->bytes, 1, &match,
					     REG_STARTEND | (at > text->bytes ? REG_NOTBOL : 0)) == 0;
			if (found && match.rm_so == match.rm_eo) {
				at = text->bytes + match.rm_so + 1; // an empty match parts nothing
				continue;
			}
			if (!found)
				match.rm_so = match.rm_eo = -1;
		} else {
			const char *found = memchr(at, separator->bytes[0], end - at);
			match = found != NULL ? (regmatch_t){found - text->bytes, found - text->bytes + 1} : (regmatch_t){-1, -1};
		}
		const char *line =
		    newlines ? memchr(at, '\n', (match.rm_so < 0 ? end : text->bytes + match.rm_so) - at)
			     : NULL;
		if (line != NULL)
			match = (regmatch_t){line - text->bytes, line - text->bytes + 1};
		if (match.rm_so < 0)
			break;
		put_part(array, ++count, start, text->bytes + match.rm_so - start);
		start = at = text->bytes + match.rm_eo;
	}
	put_part(array, ++count, start, end - start);
	return count;
}

static const regex_t *separator_regex(const struct value *separator)
{
	const struct text *text = separator->text;
	if (text->size < 2 && !(text->size == 1 && text->bytes[0] == '\\'))
		return NULL; // a blank, a character, nothing
	return awk_dynamic_regex(value_share(*separator));
}

static void split_record(void)
{
	struct value separator = value_text(awk_get(V_FS)), records = value_text(awk_get(V_RS)),
		     record = value_share(fields[0]);
	is_split = true;
	fields_resize(0);
	fields_resize(split_by(NULL, record.text, separator.text, separator_regex(&separator),
			       records.text->size == 0));
	value_drop(separator);
	value_drop(records);
	value_drop(record);
}

long split_text(struct array *array, struct value text, const struct value *separator, const regex_t *regex)
{
	text = value_text(text);
	struct value own = separator != NULL ? value_share(*separator) : value_text(awk_get(V_FS));
	array_clear(array);
	long count = split_by(array, text.text, own.text, regex != NULL ? regex : separator_regex(&own), false);
	value_drop(own);
	value_drop(text);
	return count;
}

void awk_assign(const char *name, const char *text)
{
	char *decoded = awk_keep(malloc(strlen(text) + 1)), *to = decoded;
	while (*text != '\0') {
		char c = *text++;
		*to++ = c == '\\' && *text != '\0' ? awk_escape(&text) : c;
	}
	awk_set(awk_variable(name), value_input(decoded, to - decoded));
	free(decoded);
}

static void set_element(int variable, const char *key, const char *text)
{
	struct cell *cell = awk_cell(variable);
	struct value name = value_string(key, strlen(key));
	if (cell->array == NULL)
		cell->array = array_create();
	*array_find(cell->array, name, true) = value_input(text, strlen(text));
	value_drop(name);
}

void awk_start(int count, char **arguments, char **environment)
{
	static const char *const names[V_SPECIAL] = {
	    "NR",     "NF",     "FNR",     "FS",      "OFS",  "ORS",     "RS",   "FILENAME",
	    "SUBSEP", "RSTART", "RLENGTH", "CONVFMT", "OFMT", "ENVIRON", "ARGC", "ARGV"};
	static const char *const texts[V_SPECIAL] = {
	    [V_FS] = " ",      [V_OFS] = " ",       [V_ORS] = "\n",       [V_RS] = "\n",
	    [V_FILENAME] = "", [V_SUBSEP] = "\034", [V_CONVFMT] = "%.6g", [V_OFMT] = "%.6g"};
	for (int i = 0; i < V_SPECIAL; i++) {
		awk_variable(names[i]);
		if (texts[i] != NULL)
			variables[i].cell.value = value_string(texts[i], strlen(texts[i]));
		else if (i < V_ENVIRON)
			variables[i].cell.value = value_number(i == V_RLENGTH ? -1 : 0);
	}
	fields_resize(0);
	fields[0] = value_input("", 0);
	awk_cell(V_ENVIRON)->array = array_create();
	for (; *environment != NULL; environment++) {
		char *name = strndup(*environment, strcspn(*environment, "="));
		if (name != NULL && (*environment)[strlen(name)] == '=')
			set_element(V_ENVIRON, name, *environment + strlen(name) + 1);
		free(name);
	}
	for (int i = 0; i < count; i++) {
		char key[16];
		sprintf(key, "%d", i);
		set_element(V_ARGV, key, arguments[i]);
	}
	variables[V_ARGC].cell.value = value_number(count);
}
