// head.c: the beginning or the end of files, and a copy of what passes: head tail tee.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define BLOCK 65536

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
			status = fail(call, "write error");
		for (int i = 0; i < count; i++)
			if (write(fds[i], block, size) != size)
				status = fail(call, "write error");
	}
	return status;
}

TOOL("head", "n:c:#qv lines=n bytes=c quiet=q verbose=v", "[-n LINES|-c BYTES] [FILE...]", "Prints the beginning; -n -N all but the end.", 0, -1, run_head)
TOOL("tail", "n:c:#fFqv lines=n bytes=c follow=f quiet=q verbose=v", "[-f] [-n LINES|-c BYTES] [FILE...]", "Prints the end; +N: from line N on; -f: what is added too.", 0, -1, run_tail)
TOOL("tee", "ai append=a", "[-a] [FILE...]", "Copies its input to files and to its output.", 0, -1, run_tee)
