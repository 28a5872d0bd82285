// test.c: test and [, by POSIX's rules for up to four arguments and by precedence (! -a -o) beyond them.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int test_main(int count, char **arguments);

static char **at;
static int left;
static bool failed;
static const char *program;

static bool parse_or(void);

static bool complain(const char *what, const char *why)
{
	if (!failed)
		fprintf(stderr, "%s: %s: %s\n", program, what, why);
	failed = true;
	return false;
}

static bool is_unary(const char *text)
{
	return text[0] == '-' && text[1] != '\0' && text[2] == '\0' && strchr("bcdefghLknprsStuwxz", text[1]) != NULL;
}

static bool test_file(char letter, const char *path)
{
	struct stat status;
	if (letter == 'h' || letter == 'L')
		return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
	if (letter == 'r' || letter == 'w' || letter == 'x')
		return access(path, letter == 'r' ? R_OK : letter == 'w' ? W_OK : X_OK) == 0;
	if (stat(path, &status) != 0)
		return false;
	switch (letter) {
	case 'b': return S_ISBLK(status.st_mode);
	case 'c': return S_ISCHR(status.st_mode);
	case 'd': return S_ISDIR(status.st_mode);
	case 'f': return S_ISREG(status.st_mode);
	case 'p': return S_ISFIFO(status.st_mode);
	case 'S': return S_ISSOCK(status.st_mode);
	case 's': return status.st_size > 0;
	case 'g': return (status.st_mode & S_ISGID) != 0;
	case 'u': return (status.st_mode & S_ISUID) != 0;
	case 'k': return (status.st_mode & S_ISVTX) != 0;
	default: return true; // -e
	}
}

static bool test_unary(char letter, const char *operand)
{
	switch (letter) {
	case 'n': return *operand != '\0';
	case 'z': return *operand == '\0';
	case 't': return isatty(atoi(operand));
	default: return test_file(letter, operand);
	}
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);
	while (*end == ' ')
		end++;
	if (end == text || *end != '\0')
		complain(text, "Illegal number");
	return value;
}

static bool newer(const char *a, const char *b)
{
	struct stat first, second;
	if (stat(a, &first) != 0)
		return false;
	return stat(b, &second) != 0 || first.st_mtim.tv_sec > second.st_mtim.tv_sec ||
	       (first.st_mtim.tv_sec == second.st_mtim.tv_sec && first.st_mtim.tv_nsec > second.st_mtim.tv_nsec);
}

static bool same_file(const char *a, const char *b)
{
	struct stat first, second;
	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

static int binary_index(const char *text)
{
	static const char *const operators[] = {"=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt",
						"-ot", "-ef"};
	for (int i = 0; i < (int)(sizeof(operators) / sizeof(*operators)); i++)
		if (strcmp(operators[i], text) == 0)
			return i;
	return -1;
}

static bool test_binary(int operator, const char *a, const char *b)
{
	switch (operator) {
	case 0:
	case 1: return strcmp(a, b) == 0;
	case 2: return strcmp(a, b) != 0;
	case 3: return strcmp(a, b) < 0;
	case 4: return strcmp(a, b) > 0;
	case 5: return number(a) == number(b);
	case 6: return number(a) != number(b);
	case 7: return number(a) < number(b);
	case 8: return number(a) <= number(b);
	case 9: return number(a) > number(b);
	case 10: return number(a) >= number(b);
	case 11: return newer(a, b);
	case 12: return newer(b, a);
	default: return same_file(a, b);
	}
}

static void take(int count)
{
	at += count;
	left -= count;
}

static bool parse_primary(void)
{
	bool result;
	if (left == 0)
		return complain("argument", "expected");
	if (left >= 3 && binary_index(at[1]) >= 0) {
		result = test_binary(binary_index(at[1]), at[0], at[2]);
		take(3);
	} else if (left >= 2 && strcmp(at[0], "!") == 0) {
		take(1);
		result = !parse_primary();
	} else if (left >= 3 && strcmp(at[0], "(") == 0) {
		take(1);
		result = parse_or();
		if (left == 0 || strcmp(at[0], ")") != 0)
			return complain("closing paren", "expected");
		take(1);
	} else if (left >= 2 && is_unary(at[0])) {
		result = test_unary(at[0][1], at[1]);
		take(2);
	} else {
		result = at[0][0] != '\0';
		take(1);
	}
	return result;
}

static bool parse_and(void)
{
	bool result = parse_primary();
	while (left > 0 && strcmp(at[0], "-a") == 0) {
		take(1);
		result &= parse_primary();
	}
	return result;
}

static bool parse_or(void)
{
	bool result = parse_and();
	while (left > 0 && strcmp(at[0], "-o") == 0) {
		take(1);
		result |= parse_and();
	}
	return result;
}

int test_main(int count, char **arguments)
{
	program = arguments[0];
	at = arguments + 1;
	left = count - 1;
	failed = false;
	if (program[strlen(program) - 1] == '[') { // /bin/[ too
		if (left == 0 || strcmp(arguments[count - 1], "]") != 0)
			return complain("missing", "]"), 2;
		left--;
	}
	if (left == 0)
		return 1;
	bool result = left == 1 ? **at != '\0' : parse_or();
	if (left == 1 && at == arguments + 1)
		take(1);
	if (left > 0)
		complain(at[0], "unexpected operator");
	return failed ? 2 : !result;
}
