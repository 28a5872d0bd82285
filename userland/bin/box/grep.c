// grep.c: lines that match. A pattern without operators but for "^" in front and "$" at the end is looked for as it stands; what has
// others is for grep_regex.c, and a box without that file says so.
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/grep.h"

#define PATTERNS_MAX 256

static struct pattern patterns[PATTERNS_MAX];
static int pattern_count;
static bool found_any, names, failed;
static long before_wanted, after_wanted;

static bool find_plain(const struct pattern *pattern, const char *line, size_t from, size_t limit, size_t size, struct match *match)
{
	const char *found = line + (pattern->at_end ? limit - pattern->size : from);
	if (limit - from < pattern->size || (pattern->at_start && found != line) || (pattern->at_end && limit < size))
		return false;
	if (!pattern->at_start && !pattern->at_end)
		found = memmem(found, limit - from, pattern->text, pattern->size);
	if (found == NULL || memcmp(found, pattern->text, pattern->size) != 0)
		return false;
	*match = (struct match){found - line, found - line + (long)pattern->size};
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

// The first match of one pattern from `from` on that -w and -x allow. Where -w refuses a match, a shorter one is tried.
static bool search_one(struct call *call, const struct pattern *pattern, const char *line, size_t size, size_t from,
		       struct match *match)
{
	for (size_t limit = size; from <= size;) {
		if (!(pattern->plain ? find_plain : regex_find)(pattern, line, from, limit, size, match)) {
			if (limit == size)
				return false;
			limit = size; // no shorter one: further to the right
			from++;
			continue;
		}
		bool left = match->start == 0 || !is_word(line[match->start - 1]);
		bool right = match->end == (long)size || !is_word(line[match->end]);
		if (call->option['x'] ? match->start == 0 && match->end == (long)size
				      : !call->option['w'] || (left && right))
			return true;
		from = match->start;
		limit = match->end;
		if (!left || limit == from || call->option['x']) {
			from++;
			limit = size;
		} else {
			limit--;
		}
	}
	return false;
}

// The leftmost match of any pattern, and the longest of those.
static bool search(struct call *call, const char *line, size_t size, size_t from, struct match *match)
{
	bool found = false;
	struct match one;
	for (int i = 0; i < pattern_count; i++)
		if (search_one(call, &patterns[i], line, size, from, &one) &&
		    (!found || one.start < match->start || (one.start == match->start && one.end > match->end))) {
			found = true;
			*match = one;
		}
	return found;
}

static void print(struct call *call, const char *name, long number, char mark, const char *text, size_t size)
{
	if (names)
		printf("%s%c", name, mark);
	if (call->option['n'])
		printf("%ld%c", number, mark);
	fwrite(text, 1, size, stdout);
	putchar('\n');
}

// Lines kept for -B: a ring.
struct kept {
	char **line;
	long count, number; // number: of the last line printed
};

static void keep_line(struct kept *kept, const char *line, size_t size)
{
	if (before_wanted == 0)
		return;
	char **slot = &kept->line[kept->count++ % before_wanted];
	free(*slot);
	*slot = strndup(line, size);
}

static void print_context(struct call *call, struct kept *kept, const char *name, long number)
{
	long have = kept->count < before_wanted ? kept->count : before_wanted;
	if ((before_wanted > 0 || after_wanted > 0) && kept->number > 0 && number - have > kept->number + 1)
		puts("--");
	for (long i = have; i > 0; i--) {
		const char *line = kept->line[(kept->count - i) % before_wanted];
		print(call, name, number - i, '-', line, strlen(line));
	}
	kept->count = 0;
}

static void print_match(struct call *call, const char *name, long number, const char *line, size_t size, struct match match)
{
	if (!call->option['o']) {
		print(call, name, number, ':', line, size);
		return;
	}
	for (size_t from = 0; from <= size && search(call, line, size, from, &match);
	     from = match.end + (match.end == match.start))
		if (match.end > match.start)
			print(call, name, number, ':', line + match.start, match.end - match.start);
}

static int grep_stream(struct call *call, FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	long number = 0, found = 0, after = 0, most = -1;
	struct kept kept = {calloc(before_wanted + 1, sizeof(char *)), 0, 0};
	struct match match = {0, 0};
	if (call->option['m'] && take_number(call, call->value['m'], &most) < 0)
		return 2;
	name = strcmp(name, "-") == 0 ? "(standard input)" : name;
	for (ssize_t size; found != most && (size = getline(&line, &room, file)) > 0;) {
		size -= line[size - 1] == '\n';
		number++;
		if (search(call, line, size, 0, &match) == call->option['v']) {
			if (after > 0 && after-- > 0) {
				print(call, name, number, '-', line, size);
				kept.number = number;
			} else {
				keep_line(&kept, line, size);
			}
			continue;
		}
		found++;
		found_any = true;
		if (call->option['q'] || call->option['l'] || call->option['L'])
			break;
		if (call->option['c'])
			continue;
		print_context(call, &kept, name, number);
		kept.number = number;
		after = after_wanted;
		if (!call->option['v'] || !call->option['o'])
			print_match(call, name, number, line, size, match);
	}
	for (long i = 0; i < before_wanted; i++)
		free(kept.line[i]);
	free(kept.line);
	free(line);
	if (((call->option['l'] && found > 0) || (call->option['L'] && found == 0)) && !call->option['q'])
		puts(name);
	else if (call->option['c'] && !call->option['q'] && !call->option['l'] && !call->option['L'])
		printf(names ? "%s:%ld\n" : "%.0s%ld\n", name, found);
	return 0;
}

static void complain_file(struct call *call, const char *name)
{
	failed = true;
	if (!call->option['s'])
		fail(call, name);
}

static void grep_path(struct call *call, const char *path, int depth)
{
	struct stat status;
	char below[PATH_MAX];
	bool whole = call->option['r'] || call->option['R'];
	DIR *directory = whole && stat(path, &status) == 0 && S_ISDIR(status.st_mode) && depth < DEPTH_MAX ? opendir(path) : NULL;
	if (directory == NULL) {
		FILE *file = fopen(path, "r");
		if (file == NULL) {
			complain_file(call, path);
			return;
		}
		grep_stream(call, file, path);
		if (ferror(file))
			complain_file(call, path);
		fclose(file);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) < PATH_MAX)
			grep_path(call, below, depth + 1);
	closedir(directory);
}

static int add_pattern(struct call *call, const char *text, size_t size)
{
	bool extended = call->option['E'] || call->tool->name[0] == 'e', fixed = call->option['F'] || call->tool->name[0] == 'f';
	bool fold = call->option['i'] || call->option['y'];
	if (pattern_count == PATTERNS_MAX)
		return complain(call, "too many patterns");
	struct pattern *pattern = &patterns[pattern_count++];
	pattern->at_start = !fixed && size > 0 && *text == '^';
	pattern->at_end = !fixed && size > pattern->at_start && text[size - 1] == '$';
	size_t inner = size - pattern->at_start - pattern->at_end;
	char *plain = strndup(text + pattern->at_start, inner);
	if (plain == NULL)
		return fail(call, "memory");
	pattern->plain = !fold && (fixed || strpbrk(plain, extended ? ".[]*^$\\+?{}()|" : ".[]*^$\\") == NULL);
	pattern->text = pattern->plain ? plain : strndup(text, size);
	pattern->size = pattern->plain ? inner : size;
	if (pattern->plain)
		return 0;
	free(plain);
	if (regex_compile == NULL)
		return complain(call, "this box has no regular expressions: %s", pattern->text);
	const char *wrong = regex_compile(pattern, extended, fixed, fold);
	return wrong != NULL ? complain(call, "%s", wrong) : 0;
}

// The lines of `text` are patterns.
static int add_patterns(struct call *call, const char *text)
{
	for (;; text++) {
		size_t size = strcspn(text, "\n");
		if (add_pattern(call, text, size) != 0)
			return 2;
		text += size;
		if (*text == '\0')
			return 0;
	}
}

static int add_pattern_file(struct call *call, const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	int rc = 0;
	if (file == NULL)
		return fail(call, path), 2;
	for (ssize_t size; rc == 0 && (size = getline(&line, &room, file)) > 0;)
		rc = add_pattern(call, line, size - (line[size - 1] == '\n')) != 0 ? 2 : 0;
	free(line);
	if (file != stdin)
		fclose(file);
	return rc;
}

static int run_grep(struct call *call) // and egrep, fgrep
{
	static char *here[] = {".", NULL};
	int rc = 0;
	const char *context = call->option['C'] ? call->value['C'] : "0";
	if (take_number(call, call->option['A'] ? call->value['A'] : context, &after_wanted) < 0 ||
	    take_number(call, call->option['B'] ? call->value['B'] : context, &before_wanted) < 0)
		return 2;
	if (before_wanted < 0 || before_wanted > 100000 || after_wanted < 0)
		return complain(call, "invalid context length"), 2;
	if (call->option['e'])
		rc = add_patterns(call, call->value['e']);
	if (rc == 0 && call->option['f'])
		rc = add_pattern_file(call, call->value['f']);
	if (!call->option['e'] && !call->option['f']) {
		if (call->count == 0)
			return wrong_use(call, "no pattern");
		rc = add_patterns(call, *call->operands++);
		call->count--;
	}
	if (rc != 0)
		return rc;
	bool whole = call->option['r'] || call->option['R'];
	if (whole && call->count == 0) {
		call->operands = here;
		call->count = 1;
	}
	names = (call->count > 1 || call->option['H'] || whole) && !call->option['h'];
	if (call->count == 0)
		grep_stream(call, stdin, "-");
	for (int i = 0; i < call->count; i++)
		if (strcmp(call->operands[i], "-") == 0)
			grep_stream(call, stdin, "-");
		else
			grep_path(call, call->operands[i], 0);
	if (call->option['L'])
		return failed ? 2 : 0;
	return failed && !(found_any && call->option['q']) ? 2 : !found_any;
}

#define GREP_OPTIONS                                                                                               \
	"EFGiyvcnlLqosxwhHrRa*e:f:m:A:B:C: extended-regexp=E fixed-strings=F ignore-case=i invert-match=v count=c "   \
	"line-number=n files-with-matches=l files-without-match=L quiet=q silent=q only-matching=o no-messages=s "   \
	"line-regexp=x word-regexp=w no-filename=h with-filename=H recursive=r regexp=e file=f max-count=m "         \
	"after-context=A before-context=B context=C text=a"
TOOL("grep", GREP_OPTIONS, "[-EFivcnlLqosxwhHr] [-ABC LINES] [-m MOST] PATTERN|-e PATTERN|-f FILE [FILE...]",
     "Prints the lines that match.", 0, -1, run_grep)
TOOL("egrep", GREP_OPTIONS, "PATTERN [FILE...]", "grep -E.", 0, -1, run_grep)
TOOL("fgrep", GREP_OPTIONS, "PATTERN [FILE...]", "grep -F.", 0, -1, run_grep)
