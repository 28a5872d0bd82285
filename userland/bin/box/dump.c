// dump.c: bytes side by side: cmp hexdump.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int run_cmp(struct call *call)
{
	FILE *file[2];
	long byte = 0, line = 1;
	int a, b;
	for (int i = 0; i < 2; i++)
		if ((file[i] = strcmp(call->operands[i], "-") == 0 ? stdin : fopen(call->operands[i], "r")) == NULL)
			return fail(call, call->operands[i]), 2;
	do {
		a = getc(file[0]);
		b = getc(file[1]);
		byte++;
		line += a == '\n' && b == '\n';
	} while (a == b && a != EOF);
	if (a == b)
		return 0;
	if (!call->option['s'] && (a == EOF || b == EOF))
		complain(call, "EOF on %s after byte %ld", call->operands[b == EOF], byte - 1);
	else if (!call->option['s'])
		printf("%s %s differ: char %ld, line %ld\n", call->operands[0], call->operands[1], byte, line);
	return 1;
}

static int hexdump_one(struct call *call, FILE *file, const char *name)
{
	static long offset;
	unsigned char row[16];
	long limit = __LONG_MAX__;
	if (call->option['n'] && take_number(call, call->value['n'], &limit) < 0)
		return 1;
	for (size_t size; limit > 0 && (size = fread(row, 1, limit < 16 ? limit : 16, file)) > 0;
	     limit -= (long)size) {
		printf("%08lx  ", offset);
		for (size_t i = 0; i < 16; i++)
			printf(i < size ? "%02x %s" : "   %.0d%s", i < size ? row[i] : 0, i == 7 ? " " : "");
		printf(" |");
		for (size_t i = 0; i < size; i++)
			putchar(isprint(row[i]) ? row[i] : '.');
		printf("|\n");
		offset += (long)size;
	}
	if (offset > 0)
		printf("%08lx\n", offset);
	return 0;
}

static int run_hexdump(struct call *call)
{
	return for_each_input(call, hexdump_one);
}

TOOL("cmp", "s", "FILE FILE", "Finds the first byte that differs. -s only tells by status.", 2, 2, run_cmp)
TOOL("hexdump", "Cn:", "[-C] [-n BYTES] [FILE...]", "Prints bytes in hexadecimal.", 0, -1, run_hexdump)
