// cat.c: joins and counts: cat wc.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static void put_visibly(unsigned char c, bool visible, bool tabs, bool ends)
{
	if (c == '\n' && ends)
		putchar('$');
	if (c == '\t' && tabs) {
		fputs("^I", stdout);
		return;
	}
	bool high = visible && c >= 128;
	if (high) {
		fputs("M-", stdout);
		c &= 0x7f;
	}
	if (visible && (c < 32 || c == 127) && (high || (c != '\n' && c != '\t')))
		printf("^%c", c ^ 0x40);
	else
		putchar(c);
}

static int cat_one(struct call *call, FILE *file, const char *name)
{
	static long number;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	bool visible = call->option['v'] || call->option['e'] || call->option['t'] || call->option['A'], ends = call->option['E'] || call->option['e'] || call->option['A'],
	     tabs = call->option['T'] || call->option['t'] || call->option['A'], empty = false;
	if (!call->option['n'] && !call->option['b'] && !call->option['s'] && !visible && !ends && !tabs)
		return copy_bytes(call, fileno(file), STDOUT_FILENO, name, "write error"); // past the stream
	while ((size = getline(&line, &room, file)) > 0) {
		bool blank = size == 1 && line[0] == '\n';
		if (call->option['s'] && blank && empty)
			continue;
		empty = blank;
		if (call->option['b'] ? !blank : call->option['n'])
			printf("%6ld\t", ++number);
		for (ssize_t i = 0; i < size; i++)
			put_visibly((unsigned char)line[i], visible, tabs, ends);
	}
	free(line);
	return 0;
}

static int run_cat(struct call *call)
{
	return for_each_input(call, cat_one);
}

static long wc_total[5];
static int wc_width;

static void wc_print(struct call *call, const long *counts, const char *name)
{
	static const char letters[] = "lwmcL";
	bool all = !call->option['l'] && !call->option['w'] && !call->option['c'] && !call->option['m'] && !call->option['L'], first = true;
	for (int i = 0; i < 5; i++)
		if ((all && letters[i] != 'm' && letters[i] != 'L') || call->option[(int)letters[i]]) {
			printf("%s%*ld", first ? "" : " ", wc_width, counts[i]);
			first = false;
		}
	printf("%s%s\n", call->count > 0 ? " " : "", call->count > 0 ? name : "");
}

static int wc_one(struct call *call, FILE *file, const char *name)
{
	static char block[65536];
	long counts[5] = {0}, column = 0;
	bool inside = false;
	size_t size;
	while ((size = fread(block, 1, sizeof(block), file)) > 0) {
		counts[3] += (long)size;
		for (size_t i = 0; i < size; i++) {
			unsigned char c = block[i];
			counts[0] += c == '\n';
			counts[1] += !inside && !isspace(c);
			inside = !isspace(c);
			counts[2] += MB_CUR_MAX == 1 || (c & 0xc0) != 0x80;
			column = c == '\n' || c == '\r' || c == '\f' ? 0 : c == '\t' ? column / 8 * 8 + 8 : column + (isprint(c) || c > 127);
			counts[4] = column > counts[4] ? column : counts[4];
		}
	}
	for (int i = 0; i < 4; i++)
		wc_total[i] += counts[i];
	wc_total[4] = counts[4] > wc_total[4] ? counts[4] : wc_total[4];
	int error = errno; // of the read, which for_each_input reports
	wc_print(call, counts, name);
	errno = error;
	return 0;
}

// As wide as the total of all sizes; 7 where something has no size.
static int wc_digits(struct call *call)
{
	struct stat status;
	long total = 0;
	for (int i = 0; i < call->count; i++)
		if (strcmp(call->operands[i], "-") == 0 ||
		    (stat(call->operands[i], &status) == 0 && !S_ISREG(status.st_mode)))
			return 7;
		else if (stat(call->operands[i], &status) == 0)
			total += status.st_size;
	return snprintf(NULL, 0, "%ld", total);
}

static int run_wc(struct call *call)
{
	int columns = call->option['l'] + call->option['w'] + call->option['c'] + call->option['m'] + call->option['L'];
	wc_width = columns == 1 && call->count < 2 ? 1 : call->count == 0 ? 7 : wc_digits(call);
	int status = for_each_input(call, wc_one);
	if (call->count > 1)
		wc_print(call, wc_total, "total");
	return status;
}

TOOL("cat", "nbsvetuAET number=n number-nonblank=b squeeze-blank=s show-all=A show-ends=E show-tabs=T show-nonprinting=v", "[-nbsvetAET] [FILE...]", "Joins files. -n numbers lines.", 0, -1, run_cat)
TOOL("wc", "lwcmL lines=l words=w bytes=c chars=m max-line-length=L", "[-lwcmL] [FILE...]", "Counts lines, words and bytes.", 0, -1, run_wc)
