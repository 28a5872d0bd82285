// awk_values.c: values, arrays, fields, records and streams of awk.
#include "userland/bin/box/awk.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIELDS_MAX 1000000

void awk_die(const char *template, ...)
{
	va_list args;
	fflush(stdout);
	fputs("awk: ", stderr);
	va_start(args, template);
	vfprintf(stderr, template, args);
	va_end(args);
	fputs("\n", stderr);
	exit(2);
}

void *awk_keep(void *pointer)
{
	if (pointer == NULL)
		awk_die("out of memory");
	return pointer;
}

// -------- values

struct value value_number(double number)
{
	return (struct value){V_NUMBER, number, NULL};
}

static struct text *text_create(size_t size)
{
	struct text *text = awk_keep(malloc(sizeof(*text) + size + 1));
	text->uses = 1;
	text->size = size;
	text->bytes[size] = '\0';
	return text;
}

struct value value_string(const char *bytes, size_t size)
{
	struct text *text = text_create(size);
	memcpy(text->bytes, bytes, size);
	return (struct value){V_STRING, 0, text};
}

static struct value value_input(const char *bytes, size_t size)
{
	struct value value = value_string(bytes, size);
	value.kind = V_INPUT;
	return value;
}

struct value value_share(struct value value)
{
	if (value.text != NULL)
		value.text->uses++;
	return value;
}

void value_drop(struct value value)
{
	if (value.text != NULL && --value.text->uses == 0)
		free(value.text);
}

// The decimal number at the start of a text; *end: behind it. No hexadecimal, no names.
static double leading_number(const char *at, const char **end)
{
	const char *start = at;
	while (isspace((unsigned char)*at))
		at++;
	const char *digits = at + (*at == '-' || *at == '+');
	bool number = isdigit((unsigned char)*digits) || (*digits == '.' && isdigit((unsigned char)digits[1]));
	if (!number) {
		*end = start;
		return 0;
	}
	if (digits[0] == '0' && (digits[1] | 32) == 'x') {
		*end = digits + 1;
		return 0;
	}
	return strtod(at, (char **)end);
}

// Whether a text from outside counts as a number, and which.
static bool looks_numeric(const struct text *text, double *number)
{
	const char *end;
	*number = leading_number(text->bytes, &end);
	if (end == text->bytes)
		return false;
	while (isspace((unsigned char)*end))
		end++;
	return end == text->bytes + text->size;
}

double value_take_number(struct value value)
{
	const char *end;
	double number = value.text == NULL ? value.number : leading_number(value.text->bytes, &end);
	value_drop(value);
	return number;
}

static struct value number_text(double number, int format)
{
	char bytes[400];
	if (number == floor(number) && fabs(number) < 1e16)
		return value_string(bytes, (size_t)snprintf(bytes, sizeof(bytes), "%.0f", number == 0 ? 0 : number));
	if (isnan(number) || isinf(number))
		return value_string(bytes, (size_t)snprintf(bytes, sizeof(bytes), isnan(number) ? "%snan" : "%sinf", signbit(number) ? "-" : ""));
	struct value template = value_text(awk_get(format));
	const char *percent = strchr(template.text->bytes, '%');
	const char *letter = percent != NULL ? percent + 1 + strspn(percent + 1, "-+ #0123456789.") : "";
	if (*letter == '\0' || strchr("aAeEfFgG", *letter) == NULL)
		awk_die("CONVFMT or OFMT is no format of a number");
	size_t size = (size_t)snprintf(bytes, sizeof(bytes), template.text->bytes, number);
	value_drop(template);
	return value_string(bytes, size < sizeof(bytes) ? size : sizeof(bytes) - 1);
}

struct value value_text(struct value value)
{
	if (value.text != NULL)
		return value;
	return value.kind == V_UNSET ? value_string("", 0) : number_text(value.number, V_CONVFMT);
}

struct value value_output(struct value value)
{
	return value.kind == V_NUMBER ? number_text(value.number, V_OFMT) : value_text(value);
}

bool value_is_true(struct value value)
{
	double number = value.number;
	bool numeric = value.kind == V_NUMBER || (value.kind == V_INPUT && looks_numeric(value.text, &number));
	bool is = numeric ? number != 0 : value.text != NULL && value.text->size > 0;
	value_drop(value);
	return is;
}

int value_compare(const struct value *a, const struct value *b)
{
	double x = a->number, y = b->number;
	bool left = a->kind == V_NUMBER || a->kind == V_UNSET || (a->kind == V_INPUT && looks_numeric(a->text, &x));
	bool right = b->kind == V_NUMBER || b->kind == V_UNSET || (b->kind == V_INPUT && looks_numeric(b->text, &y));
	if (left && right)
		return x < y ? -1 : x > y;
	struct value p = value_text(value_share(*a)), q = value_text(value_share(*b));
	size_t size = p.text->size < q.text->size ? p.text->size : q.text->size;
	int order = memcmp(p.text->bytes, q.text->bytes, size);
	order = order != 0 ? order : (p.text->size > q.text->size) - (p.text->size < q.text->size);
	value_drop(p);
	value_drop(q);
	return order;
}

struct value value_join(struct value a, struct value b)
{
	a = value_text(a);
	b = value_text(b);
	struct text *text = text_create(a.text->size + b.text->size);
	memcpy(text->bytes, a.text->bytes, a.text->size);
	memcpy(text->bytes + a.text->size, b.text->bytes, b.text->size);
	value_drop(a);
	value_drop(b);
	return (struct value){V_STRING, 0, text};
}

// -------- arrays: chained hash tables that double

struct entry {
	struct entry *next;
	uint32_t hash;
	struct text *key;
	struct value value;
};

struct array {
	struct entry **bucket;
	size_t buckets, count;
};

struct array *array_create(void)
{
	struct array *array = awk_keep(calloc(1, sizeof(*array)));
	array->buckets = 16;
	array->bucket = awk_keep(calloc(array->buckets, sizeof(*array->bucket)));
	return array;
}

void array_clear(struct array *array)
{
	for (size_t i = 0; i < array->buckets; i++) {
		for (struct entry *entry = array->bucket[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			value_drop((struct value){V_STRING, 0, entry->key});
			value_drop(entry->value);
			free(entry);
		}
		array->bucket[i] = NULL;
	}
	array->count = 0;
}

void array_free(struct array *array)
{
	array_clear(array);
	free(array->bucket);
	free(array);
}

size_t array_count(const struct array *array)
{
	return array->count;
}

static uint32_t hash_of(const struct text *key)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < key->size; i++)
		hash = (hash ^ (unsigned char)key->bytes[i]) * 16777619u;
	return hash ^ hash >> 15;
}

static void array_grow(struct array *array)
{
	size_t buckets = array->buckets * 2;
	struct entry **bucket = awk_keep(calloc(buckets, sizeof(*bucket)));
	for (size_t i = 0; i < array->buckets; i++)
		for (struct entry *entry = array->bucket[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			entry->next = bucket[entry->hash % buckets];
			bucket[entry->hash % buckets] = entry;
		}
	free(array->bucket);
	array->bucket = bucket;
	array->buckets = buckets;
}

static struct entry **array_slot(struct array *array, const struct text *key, uint32_t hash)
{
	struct entry **slot = &array->bucket[hash % array->buckets];
	while (*slot != NULL && ((*slot)->hash != hash || (*slot)->key->size != key->size || memcmp((*slot)->key->bytes, key->bytes, key->size) != 0))
		slot = &(*slot)->next;
	return slot;
}

// `key` is a text (value_text) and stays the caller's.
struct value *array_find(struct array *array, struct value key, bool create)
{
	uint32_t hash = hash_of(key.text);
	struct entry **slot = array_slot(array, key.text, hash);
	if (*slot == NULL && !create)
		return NULL;
	if (*slot == NULL) {
		struct entry *entry = awk_keep(calloc(1, sizeof(*entry)));
		*entry = (struct entry){NULL, hash, value_share(key).text, {0}};
		*slot = entry;
		if (++array->count > 2 * array->buckets)
			array_grow(array);
		return &entry->value;
	}
	return &(*slot)->value;
}

void array_delete(struct array *array, struct value key)
{
	struct entry **slot = array_slot(array, key.text, hash_of(key.text)), *entry = *slot;
	if (entry == NULL)
		return;
	*slot = entry->next;
	value_drop((struct value){V_STRING, 0, entry->key});
	value_drop(entry->value);
	free(entry);
	array->count--;
}

struct text **array_keys(struct array *array, size_t *count)
{
	struct text **keys = awk_keep(malloc((array->count + 1) * sizeof(*keys)));
	*count = 0;
	for (size_t i = 0; i < array->buckets; i++)
		for (struct entry *entry = array->bucket[i]; entry != NULL; entry = entry->next) {
			entry->key->uses++;
			keys[(*count)++] = entry->key;
		}
	return keys;
}

// -------- variables

static struct {
	char *name;
	struct cell cell;
} *variables;
static int variable_count;

// Fields: [0] is the record. `split`: the fields are those of the record; `joined`: the record is that of the fields.
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
static long split_by(struct array *array, const struct text *text, const struct text *separator, const regex_t *regex, bool newlines)
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
			bool found = regexec(regex, text->bytes, 1, &match, REG_STARTEND | (at > text->bytes ? REG_NOTBOL : 0)) == 0;
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
		const char *line = newlines ? memchr(at, '\n', (match.rm_so < 0 ? end : text->bytes + match.rm_so) - at) : NULL;
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
	struct value separator = value_text(awk_get(V_FS)), records = value_text(awk_get(V_RS)), record = value_share(fields[0]);
	is_split = true;
	fields_resize(0);
	fields_resize(split_by(NULL, record.text, separator.text, separator_regex(&separator), records.text->size == 0));
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

static char unescape(const char **at)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"//";
	for (size_t i = 0; letters[i] != '\0'; i += 2)
		if (letters[i] == **at) {
			++*at;
			return letters[i + 1];
		}
	if (**at >= '0' && **at <= '7') {
		int value = 0;
		for (int i = 0; i < 3 && **at >= '0' && **at <= '7'; i++)
			value = value * 8 + *(*at)++ - '0';
		return (char)value;
	}
	return '\\';
}

void awk_set_text(const char *name, const char *text)
{
	char *decoded = awk_keep(malloc(strlen(text) + 1)), *to = decoded;
	while (*text != '\0') {
		char c = *text++;
		*to++ = c == '\\' && *text != '\0' ? unescape(&text) : c;
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
	static const char *const names[V_SPECIAL] = {"NR", "NF", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH",
						     "CONVFMT", "OFMT", "ENVIRON", "ARGC", "ARGV"};
	static const char *const texts[V_SPECIAL] = {[V_FS] = " ", [V_OFS] = " ", [V_ORS] = "\n", [V_RS] = "\n", [V_FILENAME] = "",
						     [V_SUBSEP] = "\034", [V_CONVFMT] = "%.6g", [V_OFMT] = "%.6g"};
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

// -------- regular expressions: awk's escapes are taken out first

regex_t *awk_regex(const char *bytes, size_t size)
{
	char *pattern = awk_keep(malloc(2 * size + 1)), *to = pattern, message[100];
	for (const char *at = bytes; at < bytes + size;) {
		if (*at != '\\' || at + 1 == bytes + size) {
			*to++ = *at++;
			continue;
		}
		at++;
		if (strchr("fnrtv/\"a", *at) != NULL || (*at >= '0' && *at <= '7')) {
			char c = unescape(&at);
			if (strchr(".[]*^$+?(){}|\\", c) != NULL)
				*to++ = '\\';
			*to++ = c;
		} else {
			*to++ = '\\';
			*to++ = *at == 'y' ? 'b' : *at;
			at++;
		}
	}
	*to = '\0';
	regex_t *regex = awk_keep(malloc(sizeof(*regex)));
	int error = regcomp(regex, pattern, REG_EXTENDED);
	if (error != 0) {
		regerror(error, regex, message, sizeof(message));
		awk_die("%s: /%s/", message, pattern);
	}
	free(pattern);
	return regex;
}

// A compiled form of a value's text; the last few are kept.
const regex_t *awk_dynamic_regex(struct value value)
{
	static struct {
		struct value text;
		regex_t *regex;
	} cache[32];
	static unsigned next;
	value = value_text(value);
	for (int i = 0; i < 32; i++)
		if (cache[i].regex != NULL && cache[i].text.text->size == value.text->size &&
		    memcmp(cache[i].text.text->bytes, value.text->bytes, value.text->size) == 0) {
			value_drop(value);
			return cache[i].regex;
		}
	unsigned slot = next++ % 32;
	regex_t *regex = awk_regex(value.text->bytes, value.text->size);
	if (cache[slot].regex != NULL) {
		regfree(cache[slot].regex);
		free(cache[slot].regex);
		value_drop(cache[slot].text);
	}
	cache[slot].text = value;
	return cache[slot].regex = regex;
}

// -------- streams

struct stream {
	struct stream *next;
	int kind;
	struct text *name;
	FILE *file;
	char *buffer; // what was read and belongs to the next record
	size_t start, size, room;
	bool ended;
};
static struct stream *streams;

static FILE *open_stream(int kind, const char *name)
{
	if (kind == '|' || kind == 'r') {
		fflush(stdout);
		return popen(name, kind == 'r' ? "r" : "w");
	}
	if (strcmp(name, "-") == 0 || strcmp(name, "/dev/stdin") == 0 || strcmp(name, "/dev/stdout") == 0)
		return kind == '<' ? stdin : stdout;
	if (strcmp(name, "/dev/stderr") == 0 && kind != '<')
		return stderr;
	return fopen(name, kind == '<' ? "r" : kind == '>' ? "w" : "a");
}

static bool is_file(int kind) // written to: ">" and ">>" of one name are one stream
{
	return kind != '<' && kind != 'r' && kind != '|';
}

struct stream *stream_of(int kind, struct value name)
{
	name = value_text(name);
	struct stream *stream = streams;
	while (stream != NULL && ((stream->kind != kind && !(is_file(kind) && is_file(stream->kind))) || stream->name->size != name.text->size ||
				  memcmp(stream->name->bytes, name.text->bytes, name.text->size) != 0))
		stream = stream->next;
	if (stream == NULL) {
		FILE *file = open_stream(kind, name.text->bytes);
		if (file == NULL && kind != '<' && kind != 'r')
			awk_die("cannot open %s: %s", name.text->bytes, strerror(errno));
		if (file != NULL) {
			stream = awk_keep(calloc(1, sizeof(*stream)));
			*stream = (struct stream){.next = streams, .kind = kind, .name = value_share(name).text, .file = file};
			streams = stream;
		}
	}
	value_drop(name);
	return stream;
}

void stream_write(struct stream *stream, const char *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stream != NULL ? stream->file : stdout) != size && size > 0)
		awk_die("write error: %s", strerror(errno));
	if (stream != NULL && stream->file == stderr)
		fflush(stderr);
}

// More bytes behind those there are. False at the end.
static bool fill(struct stream *stream)
{
	if (stream->ended)
		return false;
	if (stream->start > 0) {
		memmove(stream->buffer, stream->buffer + stream->start, stream->size - stream->start);
		stream->size -= stream->start;
		stream->start = 0;
	}
	if (stream->room - stream->size < 4096)
		stream->buffer = awk_keep(realloc(stream->buffer, stream->room = 2 * stream->room + 8192));
	ssize_t part;
	fflush(stdout);
	do
		part = read(fileno(stream->file), stream->buffer + stream->size, stream->room - stream->size - 1);
	while (part < 0 && errno == EINTR);
	stream->ended = part <= 0;
	stream->size += part > 0 ? part : 0;
	return part > 0;
}

// Finds the end of the first record in what was read: *size bytes, then *skip of separator. False: more must be read first.
static bool find_record(const struct stream *stream, const struct text *separator, const regex_t *regex, size_t *size, size_t *skip)
{
	const char *from = stream->buffer + stream->start;
	size_t left = stream->size - stream->start;
	if (regex != NULL) {
		regmatch_t match = {(regoff_t)stream->start, (regoff_t)stream->size};
		if (left == 0 || regexec(regex, stream->buffer, 1, &match, REG_STARTEND) != 0 || match.rm_so == match.rm_eo ||
		    ((size_t)match.rm_eo == stream->size && !stream->ended))
			return false;
		*size = match.rm_so - stream->start;
		*skip = match.rm_eo - match.rm_so;
		return true;
	}
	if (separator->size == 0) { // paragraphs: one empty line or more ends one
		const char *found = memmem(from, left, "\n\n", 2);
		if (found == NULL)
			return false;
		*size = found - from;
		for (*skip = 2; *size + *skip < left && from[*size + *skip] == '\n';)
			++*skip;
		return *size + *skip < left || stream->ended;
	}
	const char *found = memchr(from, separator->bytes[0], left);
	*size = found != NULL ? (size_t)(found - from) : 0;
	*skip = 1;
	return found != NULL;
}

bool stream_read(struct stream *stream, struct value *record)
{
	struct value separator = value_text(awk_get(V_RS));
	const regex_t *regex = separator.text->size > 1 ? awk_dynamic_regex(value_share(separator)) : NULL;
	size_t size, skip;
	for (;;) {
		if (separator.text->size == 0) // newlines before a paragraph go
			while (stream->start < stream->size && stream->buffer[stream->start] == '\n')
				stream->start++;
		if (stream->start < stream->size && find_record(stream, separator.text, regex, &size, &skip))
			break;
		if (fill(stream))
			continue;
		if (stream->start < stream->size && find_record(stream, separator.text, regex, &size, &skip))
			break;
		size = stream->size - stream->start;
		skip = 0;
		if (separator.text->size == 0 && size > 0 && stream->buffer[stream->size - 1] == '\n') {
			size--;
			skip = 1;
		}
		break;
	}
	value_drop(separator);
	if (size + skip == 0)
		return false;
	*record = value_input(stream->buffer + stream->start, size);
	stream->start += size + skip;
	return true;
}

static int close_one(struct stream **slot)
{
	struct stream *stream = *slot;
	*slot = stream->next;
	int rc = 0;
	if (stream->kind == '|' || stream->kind == 'r') {
		rc = pclose(stream->file);
		rc = WIFSIGNALED(rc) ? 256 + WTERMSIG(rc) : WEXITSTATUS(rc);
	} else if (stream->file == stdout || stream->file == stderr || stream->file == stdin) {
		fflush(stream->file);
	} else {
		rc = fclose(stream->file);
	}
	value_drop((struct value){V_STRING, 0, stream->name});
	free(stream->buffer);
	free(stream);
	return rc;
}

int stream_close(struct value name)
{
	int rc = -1;
	name = value_text(name);
	for (struct stream **slot = &streams; *slot != NULL;)
		if (strcmp((*slot)->name->bytes, name.text->bytes) == 0)
			rc = close_one(slot);
		else
			slot = &(*slot)->next;
	value_drop(name);
	return rc;
}

int streams_flush(const struct value *name)
{
	int rc = name == NULL ? fflush(stdout) : -1;
	for (struct stream *stream = streams; stream != NULL; stream = stream->next)
		if (stream->kind != '<' && stream->kind != 'r' && (name == NULL || strcmp(stream->name->bytes, name->text->bytes) == 0))
			rc = fflush(stream->file);
	return rc;
}

int streams_close(void)
{
	int rc = 0;
	fflush(stdout);
	while (streams != NULL)
		rc |= close_one(&streams) < 0;
	return rc;
}

static struct stream *main_stream;
static int argument = 1;
static bool used_file;

// Opens the next file that ARGV names, doing its assignments on the way. False at the end.
static bool main_open(void)
{
	for (;;) {
		int count = (int)value_take_number(awk_get(V_ARGC));
		struct value *slot = NULL;
		if (argument < count) {
			struct value key = value_text(value_number(argument++));
			slot = array_find(awk_cell(V_ARGV)->array, key, false);
			value_drop(key);
			if (slot == NULL)
				continue;
		} else if (used_file) {
			return false;
		}
		struct value name = slot != NULL ? value_text(value_share(*slot)) : value_string("-", 1);
		const char *text = name.text->bytes, *equals = strchr(text, '=');
		size_t length = 0;
		while (isalnum((unsigned char)text[length]) || text[length] == '_')
			length++;
		if (slot != NULL && equals == text + length && length > 0 && !isdigit((unsigned char)*text)) {
			char *variable = strndup(text, length);
			awk_set_text(variable, equals + 1);
			free(variable);
		} else if (*text != '\0') {
			used_file = true;
			FILE *file = strcmp(text, "-") == 0 ? stdin : fopen(text, "r");
			if (file == NULL) {
				fflush(stdout);
				fprintf(stderr, "awk: cannot open %s: %s\n", text, strerror(errno));
				exit(2);
			}
			main_stream = awk_keep(calloc(1, sizeof(*main_stream)));
			main_stream->file = file;
			awk_set(V_FILENAME, slot != NULL ? value_share(name) : value_string("", 0));
			awk_set(V_FNR, value_number(0));
		}
		value_drop(name);
		if (main_stream != NULL)
			return true;
	}
}

void main_next_file(void)
{
	if (main_stream == NULL)
		return;
	if (main_stream->file != stdin)
		fclose(main_stream->file);
	free(main_stream->buffer);
	free(main_stream);
	main_stream = NULL;
}

bool main_read(struct value *record)
{
	for (;;) {
		if (main_stream == NULL && !main_open())
			return false;
		if (stream_read(main_stream, record))
			return true;
		main_next_file();
	}
}
