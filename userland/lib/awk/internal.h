// internal.h: what awk's files share: tokens, the tree, and what flows through it: values, arrays, fields, streams.
// State is the process's (awk.h): one program runs once, and an error ends it through awk_die.
#pragma once
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

// -------- lexer.c

enum token { END, NEWLINE, NUMBER, STRING, REGEX, NAME, CALLED_NAME, BUILTIN, WORD, MARK };

struct lexer {
	const char *at;		// behind the token
	const char *start;	// of the token: lexer_back returns here
	int line, start_line;
	enum token token;
	char text[8192];	// of the token
	int which;		// keyword, builtin or mark
	double number;		// a number's value, a string's size
};
extern struct lexer lexer;
extern const char *const awk_builtins[]; // names, in the order of enum builtin

void syntax_error(void) __attribute__((noreturn));
void lexer_open(const char *program);
void lexer_back(const char *start, int line); // reads the token again that began there
void advance(void);
void read_regex(void); // the token is "/" or "/=": reads on to the end of the regular expression
bool is_mark(const char *mark);
bool is_word(const char *name);
bool take_mark(const char *mark);
bool take_word(const char *name);
void expect(const char *mark);
void skip_newlines(void);
void skip_ends(void); // newlines and semicolons

// -------- values.c, and what the tree holds

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
enum { V_NR, V_NF, V_FNR, V_FS, V_OFS, V_ORS, V_RS, V_FILENAME, V_SUBSEP, V_RSTART, V_RLENGTH, V_CONVFMT, V_OFMT,
       V_ENVIRON, V_ARGC, V_ARGV, V_SPECIAL };
enum builtin { B_LENGTH, B_SUBSTR, B_INDEX, B_SPLIT, B_SUB, B_GSUB, B_MATCH, B_SPRINTF, B_SIN, B_COS, B_ATAN2, B_EXP,
	       B_LOG, B_SQRT, B_INT, B_RAND, B_SRAND, B_TOLOWER, B_TOUPPER, B_SYSTEM, B_CLOSE, B_FFLUSH, B_SYSTIME,
	       B_STRFTIME };

// -------- parser.c

struct node {
	enum kind { N_NUMBER, N_STRING, N_REGEX, N_VARIABLE, N_LOCAL, N_ELEMENT, N_FIELD, N_ASSIGN, N_CONDITION, N_OR,
		    N_AND, N_IN, N_MATCH, N_NO_MATCH, N_COMPARE, N_JOIN, N_ARITHMETIC, N_NOT, N_MINUS, N_PLUS, N_BEFORE,
		    N_AFTER, N_CALL, N_BUILTIN, N_GETLINE, N_GROUP, N_LIST, N_BLOCK, N_IF, N_WHILE, N_DO, N_FOR,
		    N_FOR_IN, N_BREAK, N_CONTINUE, N_NEXT, N_NEXT_FILE, N_EXIT, N_RETURN, N_DELETE, N_PRINT, N_PRINTF,
		    N_EXPRESSION } kind;
	int operation; // a mark's character, a builtin's number, a variable's slot
	int line;
	struct node *a, *b, *c, *d, *next;
	struct value value;
	regex_t *regex;
	struct function *function;
};

struct function {
	struct function *next;
	char *name, *parameter[64];
	int count;
	struct node *body;
};

struct rule {
	struct rule *next;
	enum rule_kind { R_BEGIN, R_END, R_ALWAYS, R_PATTERN, R_RANGE } kind;
	struct node *from, *to, *body;
	bool active;
};

static inline bool is_lvalue(const struct node *node)
{
	return node->kind == N_VARIABLE || node->kind == N_LOCAL || node->kind == N_ELEMENT || node->kind == N_FIELD;
}

struct rule *awk_parse(const char *program); // in the program's order

// -------- interpreter.c, builtins.c, format.c

struct value awk_eval(struct node *node);
struct value awk_store(struct node *node, struct value value); // takes `value` over; returns a share of it
struct cell *awk_cell_of(struct node *node);		       // of a variable or parameter
struct array *awk_array_of(struct node *node);
const regex_t *awk_regex_of(struct node *node);
struct value awk_builtin(struct node *node);
struct value awk_format(struct node *list); // printf's template and arguments

// -------- values.c

void awk_die(const char *template, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *awk_keep(void *pointer);

// A function that takes a value owns it; one that gives a value gives a share that the caller drops.
struct value value_number(double number);
struct value value_string(const char *bytes, size_t size);
struct value value_input(const char *bytes, size_t size);
struct value value_share(struct value value);
void value_drop(struct value value);
struct value value_text(struct value value);		 // as a string, by CONVFMT
struct value value_output(struct value value);		 // as a string, by OFMT
double value_take_number(struct value value);
bool value_is_true(struct value value);
int value_compare(const struct value *a, const struct value *b);
struct value value_join(struct value a, struct value b);
void value_put(struct value *to, const char *bytes, size_t size); // appends

struct array *array_create(void);
void array_free(struct array *array);
void array_clear(struct array *array);
struct value *array_find(struct array *array, struct value key, bool create); // NULL: not there
void array_delete(struct array *array, struct value key);
size_t array_count(const struct array *array);
struct text **array_keys(struct array *array, size_t *count); // shares; the caller drops them and frees the list

// -------- fields.c

int awk_variable(const char *name);
struct cell *awk_cell(int variable);
struct value awk_get(int variable);
void awk_set(int variable, struct value value);

struct value field_get(long index);
void field_set(long index, struct value value);
void record_set(struct value value);
long split_text(struct array *array, struct value text, const struct value *separator, const regex_t *regex);

// -------- regex.c

char awk_escape(const char **at); // what stands behind a backslash; moves *at past it
regex_t *awk_regex(const char *bytes, size_t size);
const regex_t *awk_dynamic_regex(struct value value);

// -------- streams.c

// The stream of a redirection: '>', '>>' (two characters), '|' for print, '<' and 'r' (a command) for getline.
// NULL: it cannot be opened.
struct stream *stream_of(int kind, struct value name);
bool stream_read(struct stream *stream, struct value *record);	 // a record by RS; false at the end
void stream_write(struct stream *stream, const char *bytes, size_t size);
int stream_close(struct value name);				 // a status, -1: none of that name
int streams_flush(const struct value *name);			 // NULL: all
int streams_close(void);
bool main_read(struct value *record);				 // of the files that ARGV names
void main_next_file(void);
