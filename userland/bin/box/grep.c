// grep.c: lines that match.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/regex/regex.h"

#define PATTERNS_MAX 64

static struct regex *grep_patterns[PATTERNS_MAX];
static int grep_count;
static bool grep_found, grep_names;

static bool grep_search_one(struct call *call, const struct regex *regex, const char *line, size_t size, size_t from,
			    size_t *start, size_t *end)
{
	while (regex_search(regex, line, size, from, start, end)) {
		bool left = *start == 0 || !(isalnum((unsigned char)line[*start - 1]) || line[*start - 1] == '_');
		bool right = *end == size || !(isalnum((unsigned char)line[*end]) || line[*end] == '_');
		if (call->option['x'] ? *start == 0 && *end == size : !call->option['w'] || (left && right))
			return true;
		from = *start + 1;
	}
	return false;
}

// The leftmost match of any pattern, and the longest of those.
static bool grep_search(struct call *call, const char *line, size_t size, size_t from, size_t *start, size_t *end)
{
	bool found = false;
	size_t first, last;
	for (int i = 0; i < grep_count; i++)
		if (grep_search_one(call, grep_patterns[i], line, size, from, &first, &last) &&
		    (!found || first < *start || (first == *start && last > *end))) {
			found = true;
			*start = first;
			*end = last;
		}
	return found;
}

static void grep_print(struct call *call, const char *name, long number, const char *text, size_t size)
{
	if (grep_names)
		printf("%s:", strcmp(name, "-") == 0 ? "(standard input)" : name);
	if (call->option['n'])
		printf("%ld:", number);
	fwrite(text, 1, size, stdout);
	putchar('\n');
}

static int grep_one(struct call *call, FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0, start, end;
	long number = 0, found = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		size -= line[size - 1] == '\n';
		number++;
		bool matches = grep_search(call, line, size, 0, &start, &end);
		if (matches == call->option['v'])
			continue;
		found++;
		grep_found = true;
		if (call->option['q'] || call->option['l'])
			break;
		if (call->option['o'] && matches)
			for (size_t from = 0; grep_search(call, line, size, from, &start, &end);
			     from = end + (end == start)) {
				if (end > start)
					grep_print(call, name, number, line + start, end - start);
			}
		else if (!call->option['c'] && !call->option['o'])
			grep_print(call, name, number, line, size);
	}
	free(line);
	if (call->option['l'] && found > 0 && !call->option['q'])
		puts(strcmp(name, "-") == 0 ? "(standard input)" : name);
	if (call->option['c'] && !call->option['q'] && !call->option['l'])
		printf(grep_names ? "%s:%ld\n" : "%.0s%ld\n", name, found);
	return 0;
}

// -F: a basic pattern with every special character made plain.
static char *escape_pattern(const char *text)
{
	char *escaped = malloc(2 * strlen(text) + 1), *to = escaped;
	for (; escaped != NULL && *text != '\0'; *to++ = *text++)
		if (strchr(".[]*^$\\", *text) != NULL)
			*to++ = '\\';
	if (escaped != NULL)
		*to = '\0';
	return escaped;
}

static int run_grep(struct call *call)
{
	const char *error = "too many patterns";
	char *patterns = (char *)call->value['e'], *next;
	if (patterns == NULL && call->count == 0)
		return wrong_use(call, "no pattern");
	if (patterns == NULL) {
		patterns = *call->operands++;
		call->count--;
	}
	for (; patterns != NULL; patterns = next) { // one a line
		if ((next = strchr(patterns, '\n')) != NULL)
			*next++ = '\0';
		if (call->option['F'])
			patterns = escape_pattern(patterns);
		if (grep_count == PATTERNS_MAX || (grep_patterns[grep_count++] = regex_compile(patterns,
			call->option['E'] && !call->option['F'], call->option['i'], &error)) == NULL) {
			complain(call, "%s", error);
			return 2;
		}
	}
	grep_names = (call->count > 1 || call->option['H']) && !call->option['h'];
	int status = for_each_input(call, grep_one);
	return status != 0 && !(grep_found && call->option['q']) ? 2 : !grep_found;
}

TOOL("grep", "EFGivcnlqosxwhHr*e:", "[-EFivcnlqosxwhHr] PATTERN|-e PATTERN [FILE...]",  "Prints the lines that match.", 0, -1, run_grep)
