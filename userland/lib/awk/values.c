// values.c: values with shared texts, and arrays of them. Everything that awk computes passes through here.
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/internal.h"

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

struct value value_input(const char *bytes, size_t size)
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
		return value_string(bytes,
				    (size_t)snprintf(bytes, sizeof(bytes), isnan(number) ? "%snan" : "%sinf",
						     signbit(number) ? "-" : ""));
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

void value_put(struct value *to, const char *bytes, size_t size)
{
	*to = value_join(*to, value_string(bytes, size));
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
	while (*slot != NULL && ((*slot)->hash != hash || (*slot)->key->size != key->size ||
				 memcmp((*slot)->key->bytes, key->bytes, key->size) != 0))
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
