// lexer.c: a program's text to tokens. The parser looks at `lexer.token` and asks for the next; a regular
// expression is only taken when the parser wants an operand, for "/" alone does not say what it starts.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "userland/lib/awk/internal.h"

struct lexer lexer;

static const char *const keywords[] = {"BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break",
	"continue", "next", "nextfile", "exit", "return", "delete", "in", "getline", "print", "printf"};
// In the order of enum builtin.
const char *const awk_builtins[] = {"length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "sin",
	"cos", "atan2", "exp", "log", "sqrt", "int", "rand", "srand", "tolower", "toupper", "system", "close", "fflush",
	"systime", "strftime"};
static const char *const marks[] = {"**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=",
				    "==",  "<=", ">=", "!=", "!~", ">>", "**", "{",  "}",  "(",  ")",
				    "[",   "]",  ";",  ",",  "+",  "-",  "*",  "/",  "%",  "^",  "!",
				    ">",   "<",  "|",  "?",  ":",  "~",  "$",  "="};

void syntax_error(void)
{
	const char *near = lexer.token == NEWLINE ? "end of line" : lexer.token == END ? "end of file" : lexer.text;
	awk_die("syntax error at line %d near %s", lexer.line, near);
}

static void add_character(size_t *size, char c)
{
	if (*size + 2 > sizeof(lexer.text))
		awk_die("a token of line %d is too long", lexer.line);
	lexer.text[(*size)++] = c;
	lexer.text[*size] = '\0';
}

static void read_string(void)
{
	size_t size = 0;
	lexer.text[0] = '\0';
	for (lexer.at++; *lexer.at != '"'; ) {
		if (*lexer.at == '\0' || *lexer.at == '\n')
			awk_die("unterminated string at line %d", lexer.line);
		if (*lexer.at == '\\' && lexer.at[1] == '\n') {
			lexer.at += 2;
			lexer.line++;
		} else if (*lexer.at == '\\' && lexer.at[1] != '\0') {
			lexer.at++;
			add_character(&size, awk_escape(&lexer.at));
		} else {
			add_character(&size, *lexer.at++);
		}
	}
	lexer.at++;
	lexer.token = STRING;
	lexer.number = (double)size;
}

// A regular expression starts where an operand is wanted and "/" stands: the parser asks for it then.
void read_regex(void)
{
	size_t size = 0;
	bool set = false, divide = strcmp(marks[lexer.which], "/=") == 0;
	lexer.text[0] = '\0';
	if (divide)
		add_character(&size, '=');
	for (; *lexer.at != '/' || set; lexer.at++) {
		if (*lexer.at == '\0' || *lexer.at == '\n')
			awk_die("unterminated regular expression at line %d", lexer.line);
		if (*lexer.at == '\\' && lexer.at[1] == '/') {
			lexer.at++;
		} else if (*lexer.at == '\\' && lexer.at[1] != '\0') {
			add_character(&size, *lexer.at++);
		} else if (*lexer.at == '[' && !set) {
			set = true;
			add_character(&size, *lexer.at);
			if (lexer.at[1] == '^')
				add_character(&size, *++lexer.at);
			if (lexer.at[1] == ']')
				add_character(&size, *++lexer.at);
			continue;
		} else if (*lexer.at == '[' && set && lexer.at[1] == ':') {
			const char *end = strstr(lexer.at, ":]");
			while (end != NULL && lexer.at < end + 1)
				add_character(&size, *lexer.at++);
		} else if (*lexer.at == ']') {
			set = false;
		}
		add_character(&size, *lexer.at);
	}
	lexer.at++;
	lexer.token = REGEX;
}

static int find_in(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return (int)i;
	return -1;
}
#define FIND(list, name) find_in(list, sizeof(list) / sizeof(*list), name)

static void skip_blanks(void)
{
	for (;; lexer.at++) {
		if (*lexer.at == '\\' && lexer.at[1] == '\n') {
			lexer.at++;
			lexer.line++;
		} else if (*lexer.at == '\\' && lexer.at[1] == '\r' && lexer.at[2] == '\n') {
			lexer.at += 2;
			lexer.line++;
		} else if (*lexer.at != ' ' && *lexer.at != '\t' && *lexer.at != '\r') {
			break;
		}
	}
	if (*lexer.at == '#')
		lexer.at += strcspn(lexer.at, "\n");
}

static void read_number(void)
{
	char *end;
	bool hexadecimal = lexer.at[0] == '0' && (lexer.at[1] | 32) == 'x';
	lexer.number = hexadecimal ? 0 : strtod(lexer.at, &end);
	lexer.at = hexadecimal ? lexer.at + 1 : end;
	strcpy(lexer.text, "number");
	lexer.token = NUMBER;
}

static void read_name(void)
{
	size_t size = 0;
	lexer.text[0] = '\0';
	while (isalnum((unsigned char)*lexer.at) || *lexer.at == '_')
		add_character(&size, *lexer.at++);
	if ((lexer.which = FIND(keywords, lexer.text)) >= 0)
		lexer.token = WORD;
	else if ((lexer.which = FIND(awk_builtins, lexer.text)) >= 0)
		lexer.token = BUILTIN;
	else
		lexer.token = *lexer.at == '(' ? CALLED_NAME : NAME;
}

static void read_mark(void)
{
	for (lexer.which = 0; lexer.which < (int)(sizeof(marks) / sizeof(*marks)); lexer.which++)
		if (strncmp(marks[lexer.which], lexer.at, strlen(marks[lexer.which])) == 0)
			break;
	if (lexer.which == (int)(sizeof(marks) / sizeof(*marks)))
		awk_die("unexpected character '%c' at line %d", *lexer.at, lexer.line);
	strcpy(lexer.text, marks[lexer.which]);
	lexer.at += strlen(lexer.text);
	lexer.token = MARK;
}

void advance(void)
{
	skip_blanks();
	lexer.start = lexer.at;
	lexer.start_line = lexer.line;
	if (*lexer.at == '\0') {
		lexer.token = END;
	} else if (*lexer.at == '\n') {
		lexer.token = NEWLINE;
		lexer.at++;
		lexer.line++;
	} else if (*lexer.at == '"') {
		read_string();
	} else if (isdigit((unsigned char)*lexer.at) || (*lexer.at == '.' && isdigit((unsigned char)lexer.at[1]))) {
		read_number();
	} else if (isalpha((unsigned char)*lexer.at) || *lexer.at == '_') {
		read_name();
	} else {
		read_mark();
	}
}

bool is_mark(const char *mark)
{
	return lexer.token == MARK && strcmp(lexer.text, mark) == 0;
}

bool is_word(const char *name)
{
	return lexer.token == WORD && strcmp(lexer.text, name) == 0;
}

bool take_mark(const char *mark)
{
	bool found = is_mark(mark);
	if (found)
		advance();
	return found;
}

bool take_word(const char *name)
{
	bool found = is_word(name);
	if (found)
		advance();
	return found;
}

void expect(const char *mark)
{
	if (!take_mark(mark))
		syntax_error();
}

void skip_newlines(void)
{
	while (lexer.token == NEWLINE)
		advance();
}

void skip_ends(void)
{
	while (lexer.token == NEWLINE || is_mark(";"))
		advance();
}

void lexer_back(const char *start, int line)
{
	lexer.at = start;
	lexer.line = line;
	advance();
}

void lexer_open(const char *program)
{
	lexer_back(program, 1);
}
