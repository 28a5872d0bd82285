// awk.h: what flows through awk's tree: values with shared texts, arrays, fields, streams.
#pragma once
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

struct text { // shared: freed with its last value
	unsigned uses;
	size_t size;
	char bytes[];
};

// V_INPUT: a text that came from outside, so it compares as a number where it looks like one.
enum value_kind { V_UNSET, V_NUMBER, V_STRING, V_INPUT };
struct value {
	enum value_kind kind;
	double number;
	struct text *text;
};

struct array;
struct cell {
	struct value value;
	struct array *array;
	struct cell *origin; // a parameter that stands for the caller's variable
	bool lent;	     // ... which has no type yet: an assignment makes the parameter the function's own
};

// Variables that awk itself knows have the first numbers.
enum { V_NR, V_NF, V_FNR, V_FS, V_OFS, V_ORS, V_RS, V_FILENAME, V_SUBSEP, V_RSTART, V_RLENGTH, V_CONVFMT, V_OFMT, V_ENVIRON, V_ARGC, V_ARGV,
       V_SPECIAL };
enum builtin { B_LENGTH, B_SUBSTR, B_INDEX, B_SPLIT, B_SUB, B_GSUB, B_MATCH, B_SPRINTF, B_SIN, B_COS, B_ATAN2, B_EXP, B_LOG, B_SQRT, B_INT,
	       B_RAND, B_SRAND, B_TOLOWER, B_TOUPPER, B_SYSTEM, B_CLOSE, B_FFLUSH, B_SYSTIME, B_STRFTIME };

void awk_die(const char *template, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *awk_keep(void *pointer);

// A function that takes a value owns it; one that gives a value gives a share that the caller drops.
struct value value_number(double number);
struct value value_string(const char *bytes, size_t size);
struct value value_share(struct value value);
void value_drop(struct value value);
struct value value_text(struct value value);		 // as a string, by CONVFMT
struct value value_output(struct value value);		 // as a string, by OFMT
double value_take_number(struct value value);
bool value_is_true(struct value value);
int value_compare(const struct value *a, const struct value *b);
struct value value_join(struct value a, struct value b);

struct array *array_create(void);
void array_free(struct array *array);
void array_clear(struct array *array);
struct value *array_find(struct array *array, struct value key, bool create); // NULL: not there
void array_delete(struct array *array, struct value key);
size_t array_count(const struct array *array);
struct text **array_keys(struct array *array, size_t *count); // shares; the caller drops them and frees the list

int awk_variable(const char *name);
struct cell *awk_cell(int variable);
struct value awk_get(int variable);
void awk_set(int variable, struct value value);
void awk_set_text(const char *name, const char *text);	 // NAME=text of the command line, with escapes
void awk_start(int count, char **arguments, char **environment);

struct value field_get(long index);
void field_set(long index, struct value value);
void record_set(struct value value);
long split_text(struct array *array, struct value text, const struct value *separator, const regex_t *regex);

regex_t *awk_regex(const char *bytes, size_t size);
const regex_t *awk_dynamic_regex(struct value value);

// The stream of a redirection: '>', '>>' (two characters), '|' for print, '<' and 'r' (a command) for getline. NULL: cannot.
struct stream *stream_of(int kind, struct value name);
bool stream_read(struct stream *stream, struct value *record);	 // a record by RS; false at the end
void stream_write(struct stream *stream, const char *bytes, size_t size);
int stream_close(struct value name);				 // a status, -1: none of that name
int streams_flush(const struct value *name);			 // NULL: all
int streams_close(void);
bool main_read(struct value *record);				 // of the files that ARGV names
void main_next_file(void);
