// sort.c: sort and uniq.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

struct lines {
	char **line;
	size_t count, room;
};

static struct lines all_lines;
static const struct call *sort_call;

static int gather_lines(struct call *call, FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0; line = NULL, room = 0) {
		line[size - (line[size - 1] == '\n')] = '\0';
		if (all_lines.count == all_lines.room) {
			all_lines.room = 2 * all_lines.room + 256;
			all_lines.line = realloc(all_lines.line, all_lines.room * sizeof(char *));
			if (all_lines.line == NULL)
				return fail(call, name);
		}
		all_lines.line[all_lines.count++] = line;
	}
	free(line);
	return 0;
}

static const char *sort_key(const char *line)
{
	long field = sort_call->option['k'] ? strtol(sort_call->value['k'], NULL, 10) : 1;
	for (; field > 1 && *line != '\0'; field--) {
		if (sort_call->option['t']) {
			line += strcspn(line, sort_call->value['t']);
			line += *line != '\0';
		} else {
			line += strspn(line, " \t");
			line += strcspn(line, " \t");
		}
	}
	return line;
}

static int compare_keys(const char *a, const char *b)
{
	const char *left = sort_key(a), *right = sort_key(b);
	if (sort_call->option['n']) {
		double x = strtod(left, NULL), y = strtod(right, NULL);
		return x < y ? -1 : x > y;
	}
	return sort_call->option['f'] ? strcasecmp(left, right) : strcmp(left, right);
}

static int compare_lines(const void *a, const void *b)
{
	const char *left = *(char *const *)a, *right = *(char *const *)b;
	int order = compare_keys(left, right);
	if (order == 0 && !sort_call->option['u'])
		order = strcmp(left, right);
	return sort_call->option['r'] ? -order : order;
}

static int run_sort(struct call *call)
{
	sort_call = call;
	int status = for_each_input(call, gather_lines);
	if (all_lines.count > 0)
		qsort(all_lines.line, all_lines.count, sizeof(char *), compare_lines);
	FILE *to = call->option['o'] ? fopen(call->value['o'], "w") : stdout;
	if (to == NULL)
		return fail(call, call->value['o']);
	for (size_t i = 0; i < all_lines.count; i++)
		if (!call->option['u'] || i == 0 || compare_keys(all_lines.line[i - 1], all_lines.line[i]) != 0)
			fprintf(to, "%s\n", all_lines.line[i]);
	return to != stdout && fclose(to) != 0 ? fail(call, call->value['o']) : status;
}

static int run_uniq(struct call *call)
{
	int status = for_each_input(call, gather_lines);
	for (size_t i = 0, next; i < all_lines.count; i = next) {
		int (*compare)(const char *, const char *) = call->option['i'] ? strcasecmp : strcmp;
		for (next = i + 1; next < all_lines.count && compare(all_lines.line[i], all_lines.line[next]) == 0;)
			next++;
		if ((call->option['d'] && next - i < 2) || (call->option['u'] && next - i > 1))
			continue;
		if (call->option['c'])
			printf("%7zu ", next - i);
		puts(all_lines.line[i]);
	}
	return status;
}

TOOL("sort", "nruft:k:o:", "[-nruf] [-t CHARACTER] [-k FIELD] [FILE...]", "Sorts lines.", 0, -1, run_sort)
TOOL("uniq", "cdui", "[-cdui] [FILE]", "Joins equal lines that follow each other.", 0, 1, run_uniq)
