// cat.c: joins, cuts off and counts: cat head tail wc tee.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define BLOCK 65536

// Copies by large reads, past the stream's buffer. 0 or 1 with a message.
static int copy_out(struct call *call, int fd, const char *name)
{
	static char block[BLOCK];
	ssize_t size;
	while ((size = read(fd, block, sizeof(block))) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail(call, name);
		for (ssize_t done = 0, part; done < size; done += part)
			if ((part = write(STDOUT_FILENO, block + done, size - done)) < 0)
				return fail(call, "write error");
	}
	return 0;
}

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
		return copy_out(call, fileno(file), name);
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

static void print_title(struct call *call, const char *name)
{
	static bool again;
	if ((call->count > 1 && !call->option['q']) || call->option['v'])
		printf("%s==> %s <==\n", again ? "\n" : "", strcmp(name, "-") == 0 ? "standard input" : name);
	again = true;
}

// All that `file` holds; the caller frees it. NULL after a message.
static char *read_whole(struct call *call, FILE *file, const char *name, size_t *size)
{
	char *text = NULL;
	size_t room = 0, part;
	*size = 0;
	do {
		if (*size + BLOCK > room && (text = realloc(text, room = 2 * *size + BLOCK)) == NULL)
			return fail(call, name), NULL;
		*size += part = fread(text + *size, 1, BLOCK, file);
	} while (part > 0);
	return text;
}

static int head_all_but(struct call *call, FILE *file, const char *name, long left_out, bool bytes)
{
	size_t size;
	char *text = read_whole(call, file, name, &size);
	if (text == NULL)
		return 1;
	if (bytes)
		size = (size_t)left_out < size ? size - left_out : 0;
	else if (size > 0 && text[size - 1] != '\n' && left_out-- > 0)
		while (size > 0 && text[size - 1] != '\n')
			size--;
	for (; !bytes && left_out > 0 && size > 0; left_out--)
		for (size--; size > 0 && text[size - 1] != '\n';)
			size--;
	fwrite(text, 1, size, stdout);
	free(text);
	return 0;
}

static int head_one(struct call *call, FILE *file, const char *name)
{
	long left = 10;
	char letter = call->option['c'] ? 'c' : 'n';
	if (call->option[(int)letter] && take_number(call, call->value[(int)letter], &left) < 0)
		return 1;
	print_title(call, name);
	if (left < 0)
		return head_all_but(call, file, name, -left, letter == 'c');
	for (int c; left > 0 && (c = getc(file)) != EOF; left -= letter == 'c' || c == '\n')
		putchar(c);
	return 0;
}

static int run_head(struct call *call)
{
	return for_each_input(call, head_one);
}

// -f: what is added to the file, for ever.
static void follow(struct call *call, FILE *file)
{
	static char block[4096];
	for (;;) {
		fflush(stdout);
		clearerr(file);
		ssize_t size = read(fileno(file), block, sizeof(block));
		if (size > 0)
			fwrite(block, 1, size, stdout);
		else
			nanosleep(&(struct timespec){0, 200000000}, NULL);
	}
}

// Keeps all of the input: simple, and a pipe cannot be read backwards anyway.
static int tail_one(struct call *call, FILE *file, const char *name)
{
	char letter = call->option['c'] ? 'c' : 'n', *text;
	const char *value = call->option[(int)letter] ? call->value[(int)letter] : "10";
	size_t size, start;
	long wanted;
	bool forward = *value == '+';
	if (take_number(call, value + (*value == '-' || forward), &wanted) < 0)
		return 1;
	if ((text = read_whole(call, file, name, &size)) == NULL)
		return 1;
	if (forward) {
		for (start = 0; wanted > 1 && start < size; start++)
			wanted -= letter == 'c' || text[start] == '\n';
	} else { // back over that many bytes, or newlines that are not the last byte
		for (start = wanted > 0 ? size : 0; start > 0; start--)
			if (letter == 'c' ? (long)(size - start) == wanted
					  : start < size && text[start - 1] == '\n' && --wanted == 0)
				break;
		start = wanted == 0 && start == 0 && call->option[(int)letter] && strtol(value, NULL, 10) == 0
			    ? size
			    : start;
	}
	print_title(call, name);
	fwrite(text + start, 1, size - start, stdout);
	free(text);
	if (call->option['f'] || call->option['F'])
		follow(call, file);
	return 0;
}

static int run_tail(struct call *call)
{
	return for_each_input(call, tail_one);
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
	static char block[BLOCK];
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
	wc_print(call, counts, name);
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

static int run_tee(struct call *call)
{
	static char block[4096];
	int status = 0, fds[64], count = 0;
	for (int i = 0; i < call->count && count < 64; i++) {
		int flags = O_WRONLY | O_CREAT | (call->option['a'] ? O_APPEND : O_TRUNC);
		fds[count] = open(call->operands[i], flags, 0666);
		if (fds[count] < 0)
			status = fail(call, call->operands[i]);
		else
			count++;
	}
	for (ssize_t size; (size = read(STDIN_FILENO, block, sizeof(block))) > 0;) {
		if (write(STDOUT_FILENO, block, size) != size)
			status = 1;
		for (int i = 0; i < count; i++)
			if (write(fds[i], block, size) != size)
				status = fail(call, "write error");
	}
	return status;
}

TOOL("cat", "nbsvetuAET number=n number-nonblank=b squeeze-blank=s show-all=A show-ends=E show-tabs=T show-nonprinting=v", "[-nbsvetAET] [FILE...]", "Joins files. -n numbers lines.", 0, -1, run_cat)
TOOL("head", "n:c:#qv lines=n bytes=c quiet=q verbose=v", "[-n LINES|-c BYTES] [FILE...]", "Prints the beginning; -n -N all but the end.", 0, -1, run_head)
TOOL("tail", "n:c:#fFqv lines=n bytes=c follow=f quiet=q verbose=v", "[-f] [-n LINES|-c BYTES] [FILE...]", "Prints the end; +N: from line N on; -f: what is added too.", 0, -1, run_tail)
TOOL("wc", "lwcmL lines=l words=w bytes=c chars=m max-line-length=L", "[-lwcmL] [FILE...]", "Counts lines, words and bytes.", 0, -1, run_wc)
TOOL("tee", "ai append=a", "[-a] [FILE...]", "Copies its input to files and to its output.", 0, -1, run_tee)
