// cat.c: joins, cuts off and counts: cat head tail wc tee.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int cat_one(struct call *call, FILE *file, const char *name)
{
	static long number;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	if (!call->option['n'])
		return copy_out(call, fileno(file), name);
	while ((size = getline(&line, &room, file)) > 0) {
		printf("%6ld\t", ++number);
		fwrite(line, 1, size, stdout);
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
	if (call->count > 1)
		printf("%s==> %s <==\n", again ? "\n" : "", strcmp(name, "-") == 0 ? "standard input" : name);
	again = true;
}

static int head_one(struct call *call, FILE *file, const char *name)
{
	long left = 10;
	char letter = call->option['c'] ? 'c' : 'n';
	if (call->option[(int)letter] && take_number(call, call->value[(int)letter], &left) < 0)
		return 1;
	print_title(call, name);
	for (int c; left > 0 && (c = getc(file)) != EOF; left -= letter == 'c' || c == '\n')
		putchar(c);
	return 0;
}

static int run_head(struct call *call)
{
	return for_each_input(call, head_one);
}

// Keeps all of the input: simple, and a pipe cannot be read backwards anyway.
static int tail_one(struct call *call, FILE *file, const char *name)
{
	char letter = call->option['c'] ? 'c' : 'n', *text = NULL;
	const char *value = call->option[(int)letter] ? call->value[(int)letter] : "10";
	size_t size = 0, room = 0, start, part;
	long wanted;
	bool forward = *value == '+';
	if (take_number(call, value + (*value == '-' || forward), &wanted) < 0)
		return 1;
	do {
		if (size + BLOCK > room && (text = realloc(text, room = 2 * size + BLOCK)) == NULL)
			return fail(call, name);
		part = fread(text + size, 1, BLOCK, file);
		size += part;
	} while (part > 0);
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
	return 0;
}

static int run_tail(struct call *call)
{
	return for_each_input(call, tail_one);
}

static long wc_total[3];
static int wc_width;

static void wc_print(struct call *call, const long *counts, const char *name)
{
	static const char letters[] = "lwc";
	bool all = !call->option['l'] && !call->option['w'] && !call->option['c'], first = true;
	for (int i = 0; i < 3; i++)
		if (all || call->option[(int)letters[i]]) {
			printf("%s%*ld", first ? "" : " ", wc_width, counts[i]);
			first = false;
		}
	printf("%s%s\n", call->count > 0 ? " " : "", call->count > 0 ? name : "");
}

static int wc_one(struct call *call, FILE *file, const char *name)
{
	static char block[BLOCK];
	long counts[3] = {0};
	bool inside = false;
	size_t size;
	while ((size = fread(block, 1, sizeof(block), file)) > 0) {
		counts[2] += (long)size;
		for (size_t i = 0; i < size; i++) {
			unsigned char c = block[i];
			counts[0] += c == '\n';
			counts[1] += !inside && !isspace(c);
			inside = !isspace(c);
		}
	}
	for (int i = 0; i < 3; i++)
		wc_total[i] += counts[i];
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
	int columns = call->option['l'] + call->option['w'] + call->option['c'];
	call->option['c'] |= call->option['m'];
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

TOOL("cat", "n", "[FILE...]", "Joins files. -n numbers lines.", 0, -1, run_cat)
TOOL("head", "n:c:#", "[-n LINES|-c BYTES] [FILE...]", "Prints the beginning.", 0, -1, run_head)
TOOL("tail", "n:c:#", "[-n LINES|-c BYTES] [FILE...]", "Prints the end; +N: from line N on.", 0, -1, run_tail)
TOOL("wc", "lwcm", "[-lwc] [FILE...]", "Counts lines, words and bytes.", 0, -1, run_wc)
TOOL("tee", "a", "[-a] [FILE...]", "Copies its input to files and to its output.", 0, -1, run_tee)
