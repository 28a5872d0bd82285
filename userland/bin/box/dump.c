// dump.c: bytes side by side: cmp od hexdump strings.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define FORMATS_MAX 16

FILE *open_input(const struct call *call, const char *name)
{
	struct stat status;
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	if (file != NULL && fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
		fclose(file);
		file = NULL;
		errno = EISDIR;
	}
	if (file == NULL)
		fail(call, name);
	return file;
}

static int run_cmp(struct call *call)
{
	FILE *file[2];
	long byte = 0, line = 1, most = LONG_MAX;
	int a = EOF, b = EOF, status = 0;
	const char *name[2] = {call->operands[0], call->count > 1 ? call->operands[1] : "-"};
	if (call->option['n'] && take_number(call, call->value['n'], &most) < 0)
		return 2;
	struct stat sizes[2];
	int width = 1;
	if (stat(name[0], &sizes[0]) == 0 && stat(name[1], &sizes[1]) == 0)
		width = snprintf(NULL, 0, "%ld", sizes[sizes[0].st_size > sizes[1].st_size].st_size);
	for (int i = 0; i < 2; i++) {
		long skip = 0;
		if ((file[i] = open_input(call, name[i])) == NULL || (call->count > 2 + i && take_number(call, call->operands[2 + i], &skip) < 0))
			return 2;
		while (skip-- > 0 && getc(file[i]) != EOF)
			;
	}
	for (; byte < most; line += a == '\n') {
		a = getc(file[0]);
		b = getc(file[1]);
		if (a == EOF || b == EOF)
			break;
		byte++;
		if (a == b)
			continue;
		status = 1;
		if (call->option['s'])
			return 1;
		if (!call->option['l']) {
			printf("%s %s differ: char %ld, line %ld\n", name[0], name[1], byte, line);
			return 1;
		}
		printf("%*ld %3o %3o\n", width, byte, a, b);
	}
	if (byte == most || (a == EOF && b == EOF))
		return status;
	if (!call->option['s'])
		complain(call, "EOF on %s%s", name[a != EOF], byte == 0 ? " which is empty" : "");
	return 1;
}

// od and hexdump print rows of 16 bytes, once a format.
struct format {
	char type; // a c d o u x f; C: hexdump -C
	int size;
	bool text; // z: the characters behind
};
static struct format formats[FORMATS_MAX];
static int format_count;
static char radix = 'o';
static unsigned long position, limit = ULONG_MAX;

static int column_width(const struct format *format)
{
	static const uint8_t octal[9] = {0, 3, 6, 0, 11, 0, 0, 0, 22}, decimal[9] = {0, 4, 6, 0, 11, 0, 0, 0, 20}, plain[9] = {0, 3, 5, 0, 10, 0, 0, 0, 20};
	switch (format->type) {
	case 'a':
	case 'c': return 4;
	case 'o': return octal[format->size] + 1;
	case 'd': return decimal[format->size] + 1;
	case 'u': return plain[format->size] + 1;
	case 'f': return format->size == 4 ? 16 : 25;
	default: return 2 * format->size + 1;
	}
}

static void print_character(char type, unsigned char c)
{
	static const char *const names[] = {"nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr", "so", "si", "dle",
					    "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs", "us", "sp"};
	static const char escapes[] = "0abtnvfr";
	if (type == 'a') {
		c &= 0x7f;
		if (c <= 32 || c == 127)
			printf(" %3s", c == 127 ? "del" : names[c]);
		else
			printf("   %c", c);
	} else if (c == 0 || (c >= 7 && c <= 13)) {
		printf("  \\%c", c == 0 ? '0' : escapes[c - 6]);
	} else if (isprint(c)) {
		printf("   %c", c);
	} else {
		printf(" %03o", c);
	}
}

// With as many digits as it takes to read the same number back.
static void print_float(double value, bool is_single, int width)
{
	char text[32];
	for (int digits = is_single ? 6 : 15;; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (digits == (is_single ? 9 : 17) || (is_single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value))
			break;
	}
	printf(" %*s", width, text);
}

static void print_unit(const struct format *format, const unsigned char *bytes)
{
	uint64_t value = 0;
	int width = column_width(format) - 1;
	memcpy(&value, bytes, format->size);
	int64_t number = (int64_t)(value << (64 - 8 * format->size)) >> (64 - 8 * format->size);
	float single;
	double wide;
	switch (format->type) {
	case 'o': printf(" %0*lo", width, value); break;
	case 'd': printf(" %*ld", width, number); break;
	case 'u': printf(" %*lu", width, value); break;
	case 'f':
		memcpy(&single, bytes, 4);
		memcpy(&wide, bytes, 8);
		print_float(format->size == 4 ? single : wide, format->size == 4, width);
		break;
	default: printf(" %0*lx", width, value);
	}
}

static void print_row(const struct format *format, const unsigned char *row, size_t size)
{
	unsigned char padded[16] = {0};
	int size_each = format->size;
	memcpy(padded, row, size);
	for (size_t i = 0; i < size; i += size_each)
		if (format->type == 'a' || format->type == 'c')
			print_character(format->type, padded[i]);
		else
			print_unit(format, padded + i);
	if (format->text) {
		for (size_t i = (size + size_each - 1) / size_each; i < 16u / size_each; i++)
			printf("%*s", column_width(format), "");
		printf("  >");
		for (size_t i = 0; i < size; i++)
			putchar(isprint(row[i]) ? row[i] : '.');
		putchar('<');
	}
	putchar('\n');
}

static void print_position(bool canonical)
{
	if (canonical)
		printf("%08lx", position);
	else if (radix != 'n')
		printf(radix == 'd' ? "%07ld" : radix == 'x' ? "%06lx" : radix == 'h' ? "%07lx" : "%07lo", position);
}

static void print_canonical(const unsigned char *row, size_t size)
{
	printf("  ");
	for (size_t i = 0; i < 16; i++)
		printf(i < size ? "%02x %s" : "   %.0d%s", i < size ? row[i] : 0, i == 7 ? " " : "");
	printf(" |");
	for (size_t i = 0; i < size; i++)
		putchar(isprint(row[i]) ? row[i] : '.');
	printf("|\n");
}

static void print_all(const unsigned char *row, size_t size)
{
	for (int i = 0; i < format_count; i++) {
		bool canonical = formats[i].type == 'C';
		if (i == 0)
			print_position(canonical);
		else if (radix != 'n')
			printf("%*s", radix == 'x' ? 6 : 7, "");
		if (canonical)
			print_canonical(row, size);
		else
			print_row(&formats[i], row, size);
	}
}

// Rows that equal the one before are one "*" unless all are wanted.
static int dump(struct call *call, bool every)
{
	static char *standard[] = {"-"};
	unsigned char row[16], before[16] = {0};
	char **names = call->count > 0 ? call->operands : standard;
	int count = call->count > 0 ? call->count : 1, status = 0;
	unsigned long skip = position;
	size_t size = 0;
	bool any = false, starred = false;
	for (int i = 0; i < count && limit > 0; i++) {
		FILE *file = open_input(call, names[i]);
		if (file == NULL) {
			status = 1;
			continue;
		}
		for (int c; limit > 0 && (c = getc(file)) != EOF;) {
			if (skip > 0) {
				skip--;
				continue;
			}
			row[size++] = (unsigned char)c;
			limit--;
			if (size < 16)
				continue;
			if (any && !every && memcmp(row, before, 16) == 0) {
				if (!starred)
					puts("*");
				starred = true;
			} else {
				print_all(row, 16);
				starred = false;
			}
			memcpy(before, row, 16);
			any = true;
			position += 16;
			size = 0;
		}
		if (file != stdin)
			fclose(file);
	}
	if (size > 0)
		print_all(row, size);
	position += size;
	if (radix != 'n' && (formats[0].type != 'C' || position > 0)) {
		print_position(formats[0].type == 'C');
		putchar('\n');
	}
	return status;
}

static void add_format(char type, int size, bool text)
{
	if (format_count < FORMATS_MAX)
		formats[format_count++] = (struct format){type, size, text};
}

// "x1z", "d4", "c", "fD" ... one after another. False: wrong.
static bool take_types(const char *text)
{
	while (*text != '\0') {
		char type = *text++, *end;
		int size = type == 'f' ? 8 : 4;
		if (strchr("acdoufx", type) == NULL)
			return false;
		if (type == 'a' || type == 'c') {
			size = 1;
		} else if (isdigit((unsigned char)*text)) {
			size = (int)strtol(text, &end, 10);
			text = end;
		} else if (*text != '\0' && strchr("CSILFD", *text) != NULL) {
			size = *text == 'C' ? 1 : *text == 'S' ? 2 : *text == 'L' || *text == 'D' ? 8 : 4;
			text++;
		}
		if ((size != 1 && size != 2 && size != 4 && size != 8) || (type == 'f' && size < 4))
			return false;
		bool z = *text == 'z';
		text += z;
		add_format(type, size, z);
	}
	return true;
}

static unsigned long take_bytes(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);
	return value * (*end == 'b' ? 512 : *end == 'k' || *end == 'K' ? 1024 : *end == 'm' || *end == 'M' ? 1048576 : 1);
}

static int run_od(struct call *call)
{
	static const struct {
		char letter, type, size;
	} short_forms[] = {{'a', 'a', 1}, {'b', 'o', 1}, {'c', 'c', 1}, {'d', 'u', 2}, {'o', 'o', 2}, {'s', 'd', 2}, {'x', 'x', 2}, {'i', 'd', 4}, {'l', 'd', 8}};
	char *types = (char *)call->value['t'];
	for (char *one; (one = strsep(&types, "\n")) != NULL;)
		if (!take_types(one))
			return complain(call, "invalid type '%s'", one);
	for (size_t i = 0; i < sizeof(short_forms) / sizeof(*short_forms); i++)
		if (call->option[(int)short_forms[i].letter])
			add_format(short_forms[i].type, short_forms[i].size, false);
	if (format_count == 0)
		add_format('o', 2, false);
	if (call->option['A'])
		radix = *call->value['A'];
	if (strchr("doxn", radix) == NULL)
		return complain(call, "invalid radix");
	if (call->option['j'])
		position = take_bytes(call->value['j']);
	if (call->option['N'])
		limit = take_bytes(call->value['N']);
	return dump(call, call->option['v']);
}

static int run_hexdump(struct call *call)
{
	radix = 'h';
	if (call->option['C'] || call->tool->name[1] == 'd')
		add_format('C', 1, false);
	else
		add_format(call->option['b'] ? 'o' : call->option['c'] ? 'c' : call->option['d'] ? 'u' : 'x', call->option['b'] || call->option['c'] ? 1 : 2, false);
	if (call->option['s'])
		position = take_bytes(call->value['s']);
	if (call->option['n'])
		limit = take_bytes(call->value['n']);
	return dump(call, call->option['v']);
}

static int strings_stream(struct call *call, FILE *file, const char *name)
{
	char kept[4096];
	long least = 4, size = 0, at = 0;
	if (call->option['n'] && (take_number(call, call->value['n'], &least) < 0 || least < 1 || least > 4096))
		return complain(call, "invalid length");
	for (int c; (c = getc(file)) != EOF; at++) {
		if (!isprint(c) && c != '\t') {
			if (size >= least)
				putchar('\n');
			size = 0;
			continue;
		}
		if (size < least)
			kept[size] = (char)c;
		if (++size == least) {
			if (call->option['t'])
				printf(*call->value['t'] == 'x' ? "%7lx " : *call->value['t'] == 'o' ? "%7lo " : "%7ld ", at - least + 1);
			fwrite(kept, 1, least, stdout);
		} else if (size > least) {
			putchar(c);
		}
	}
	if (size >= least)
		putchar('\n');
	return 0;
}

static int run_strings(struct call *call)
{
	return for_each_input(call, strings_stream);
}

TOOL("cmp", "sln: silent=s quiet=s verbose=l bytes=n", "[-sl] [-n BYTES] FILE [FILE [SKIP [SKIP]]]", "Finds the first byte that differs. -s only tells by status.", 1, 4, run_cmp)
TOOL("od", "abcdosxilvA:j:N:*t: address-radix=A skip-bytes=j read-bytes=N format=t output-duplicates=v", "[-abcdosxv] [-A d|o|x|n] [-t TYPE] [-j SKIP] [-N BYTES] [FILE...]",
     "Prints bytes in octal and other forms.", 0, -1, run_od)
TOOL("hexdump", "Cbcdxvn:s: canonical=C length=n skip=s", "[-Cbcdxv] [-n BYTES] [-s SKIP] [FILE...]", "Prints bytes in hexadecimal.", 0, -1, run_hexdump)
TOOL("hd", "vn:s:", "[-v] [-n BYTES] [-s SKIP] [FILE...]", "hexdump -C.", 0, -1, run_hexdump)
TOOL("strings", "an:t:", "[-n LENGTH] [-t d|o|x] [FILE...]", "Prints the texts in a file of bytes.", 0, -1, run_strings)
