// diff.c: what changed between two texts: the shortest script of lines to delete and insert (Myers 1986), found by the middle
// of the path from both ends, so memory grows with the lines and not with their square.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

struct line {
	const char *text;
	size_t size;
	unsigned hash;
};
struct side {
	const char *name;
	char *text;
	size_t size;
	struct line *line;
	long count;
	bool *changed;
	bool ends_open; // no newline at its end
	time_t time;
};
static struct side sides[2];
static struct call *diff_call;
static long *forward, *backward;
static long context = 3;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

// Compares as -i, -b and -w want.
static bool same_text(const struct line *a, const struct line *b)
{
	bool fold = diff_call->option['i'], any = diff_call->option['w'], runs = diff_call->option['b'];
	if (!fold && !any && !runs)
		return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
	const char *x = a->text, *x_end = x + a->size, *y = b->text, *y_end = y + b->size;
	for (;;) {
		bool left = x < x_end && is_blank(*x), right = y < y_end && is_blank(*y);
		if (any || (runs && (left || x == x_end) && (right || y == y_end))) {
			while (x < x_end && is_blank(*x))
				x++;
			while (y < y_end && is_blank(*y))
				y++;
			if (runs && !any && (left != right) && x < x_end && y < y_end)
				return false;
		}
		if (x == x_end || y == y_end)
			return x == x_end && y == y_end;
		int c = (unsigned char)*x++, d = (unsigned char)*y++;
		if (fold) {
			c = c >= 'A' && c <= 'Z' ? c + 32 : c;
			d = d >= 'A' && d <= 'Z' ? d + 32 : d;
		}
		if (c != d)
			return false;
	}
}

static bool same(long i, long j)
{
	const struct line *a = &sides[0].line[i], *b = &sides[1].line[j];
	return a->hash == b->hash && same_text(a, b);
}

static unsigned hash_line(const char *text, size_t size)
{
	unsigned hash = 2166136261u;
	bool loose = diff_call->option['i'] || diff_call->option['w'] || diff_call->option['b'];
	for (size_t i = 0; i < size; i++) {
		unsigned char c = text[i];
		if (loose && is_blank(c))
			continue;
		hash = (hash ^ (loose ? c | 32 : c)) * 16777619u;
	}
	return hash;
}

static void split_lines(struct side *side)
{
	long room = 0;
	for (char *at = side->text, *end = at + side->size; at < end;) {
		char *newline = memchr(at, '\n', end - at);
		size_t size = newline != NULL ? (size_t)(newline - at) : (size_t)(end - at);
		if (side->count == room && (side->line = realloc(side->line, (room = 2 * room + 256) * sizeof(*side->line))) == NULL)
			exit(2);
		side->line[side->count++] = (struct line){at, size, hash_line(at, size)};
		side->ends_open = newline == NULL;
		at += size + 1;
	}
	side->changed = calloc(side->count + 2, sizeof(bool));
}

// The middle snake of the shortest way from (a, b) to (a_end, b_end): a point on it.
static void find_middle(long a, long a_end, long b, long b_end, long *x, long *y)
{
	long delta = (a_end - a) - (b_end - b), most = (a_end - a) + (b_end - b), middle = b_end - b + 1;
	bool odd = delta & 1;
	forward[middle + 1] = a;
	backward[middle + 1] = a_end;
	for (long d = 0; d <= (most + 1) / 2; d++) {
		for (long k = -d; k <= d; k += 2) {
			if (k < -(b_end - b) || k > a_end - a)
				continue;
			bool down = k == -d || k - 1 < -(b_end - b) || (k != d && k + 1 <= a_end - a && forward[middle + k - 1] < forward[middle + k + 1]);
			long i = down ? forward[middle + k + 1] : forward[middle + k - 1] + 1, j = b + (i - a) - k;
			if (d == 0) {
				i = a;
				j = b;
			}
			if (i > a_end || j > b_end || j < b) {
				forward[middle + k] = i;
				continue;
			}
			while (i < a_end && j < b_end && same(i, j)) {
				i++;
				j++;
			}
			forward[middle + k] = i;
			long other = k - delta;
			if (odd && other >= -(d - 1) && other <= d - 1 && i >= backward[middle + k]) {
				*x = i;
				*y = j;
				return;
			}
		}
		for (long c = -d; c <= d; c += 2) {
			long k = c + delta;
			if (k < -(b_end - b) || k > a_end - a)
				continue;
			bool up = c == d || k + 1 > a_end - a || (c != -d && k - 1 >= -(b_end - b) && backward[middle + k - 1] < backward[middle + k + 1]);
			long i = up ? backward[middle + k - 1] : backward[middle + k + 1] - 1, j = b + (i - a) - k;
			if (d == 0) {
				i = a_end;
				j = b_end;
			}
			if (i < a || j < b || j > b_end) {
				backward[middle + k] = i;
				continue;
			}
			while (i > a && j > b && same(i - 1, j - 1)) {
				i--;
				j--;
			}
			backward[middle + k] = i;
			if (!odd && k >= -d && k <= d && forward[middle + k] >= i) {
				*x = i;
				*y = j;
				return;
			}
		}
	}
	*x = a_end;
	*y = b_end;
}

static void mark(long a, long a_end, long b, long b_end)
{
	for (; a < a_end && b < b_end && same(a, b); a++, b++)
		;
	for (; a < a_end && b < b_end && same(a_end - 1, b_end - 1); a_end--, b_end--)
		;
	if (a == a_end || b == b_end) {
		memset(sides[0].changed + a, true, a_end - a);
		memset(sides[1].changed + b, true, b_end - b);
		return;
	}
	long x, y;
	find_middle(a, a_end, b, b_end, &x, &y);
	if ((x == a && y == b) || (x == a_end && y == b_end)) { // nothing halved: all of it changes
		memset(sides[0].changed + a, true, a_end - a);
		memset(sides[1].changed + b, true, b_end - b);
		return;
	}
	mark(a, x, b, y);
	mark(x, a_end, y, b_end);
}

// Runs of changes move down as far as they can, which is where people expect them.
static void slide(struct side *side, const struct side *other)
{
	long i = 0, j = 0;
	while (i < side->count) {
		while (i < side->count && !side->changed[i]) {
			while (other->changed[j])
				j++;
			i++;
			j++;
		}
		long start = i;
		while (i < side->count && side->changed[i])
			i++;
		while (start < i && i < side->count && !side->changed[i] && side->line[start].hash == side->line[i].hash &&
		       same_text(&side->line[start], &side->line[i]) && !other->changed[j]) {
			side->changed[start++] = false;
			side->changed[i++] = true;
			j++;
			while (i < side->count && side->changed[i])
				i++;
		}
	}
}

static void print_line(char mark, const struct side *side, long number, const char *space)
{
	printf("%c%s", mark, space);
	fwrite(side->line[number].text, 1, side->line[number].size, stdout);
	putchar('\n');
	if (number == side->count - 1 && side->ends_open)
		puts("\\ No newline at end of file");
}

struct hunk {
	long from[2], to[2]; // lines of each side, without context
};

static bool next_hunk(struct hunk *hunk)
{
	long i = hunk->to[0], j = hunk->to[1];
	while (i < sides[0].count && j < sides[1].count && !sides[0].changed[i] && !sides[1].changed[j]) {
		i++;
		j++;
	}
	if (i >= sides[0].count && j >= sides[1].count)
		return false;
	hunk->from[0] = i;
	hunk->from[1] = j;
	while (i < sides[0].count && sides[0].changed[i])
		i++;
	while (j < sides[1].count && sides[1].changed[j])
		j++;
	hunk->to[0] = i;
	hunk->to[1] = j;
	return true;
}

static void print_span(long from, long to) // of normal output: lines from 1, the line before where there is none
{
	if (to - from <= 1)
		printf("%ld", to - from == 1 ? from + 1 : from);
	else
		printf("%ld,%ld", from + 1, to);
}

static void print_normal(const struct hunk *hunk)
{
	long lost = hunk->to[0] - hunk->from[0], gained = hunk->to[1] - hunk->from[1];
	print_span(hunk->from[0], hunk->to[0]);
	putchar(lost == 0 ? 'a' : gained == 0 ? 'd' : 'c');
	print_span(hunk->from[1], hunk->to[1]);
	putchar('\n');
	for (long i = hunk->from[0]; i < hunk->to[0]; i++)
		print_line('<', &sides[0], i, " ");
	if (lost > 0 && gained > 0)
		puts("---");
	for (long j = hunk->from[1]; j < hunk->to[1]; j++)
		print_line('>', &sides[1], j, " ");
}

static void print_range(long from, long to)
{
	if (to - from == 1)
		printf("%ld", from + 1);
	else
		printf("%ld,%ld", to > from ? from + 1 : from, to - from);
}

static void print_heading(const char *mark, const struct side *side)
{
	char when[64];
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S.000000000 +0000", gmtime(&side->time));
	printf("%s %s\t%s\n", mark, side->name, when);
}

// Changes whose context touches stand in one hunk.
static void print_unified(void)
{
	struct hunk hunk = {{0, 0}, {0, 0}}, next;
	bool more = next_hunk(&hunk);
	if (more && diff_call->option['L']) {
		char *labels = strdup(diff_call->value['L']), *second = strchr(labels, '\n');
		if (second != NULL)
			*second++ = '\0';
		printf("--- %s\n+++ %s\n", labels, second != NULL ? second : sides[1].name);
		free(labels);
	} else if (more) {
		print_heading("---", &sides[0]);
		print_heading("+++", &sides[1]);
	}
	while (more) {
		struct hunk last = hunk;
		long start = hunk.from[0] > context ? hunk.from[0] - context : 0, other = hunk.from[1] - (hunk.from[0] - start);
		for (next = last; (more = next_hunk(&next)) && next.from[0] - last.to[0] <= 2 * context;)
			last = next;
		long end = last.to[0] + context < sides[0].count ? last.to[0] + context : sides[0].count, end_other = last.to[1] + (end - last.to[0]);
		printf("@@ -");
		print_range(start, end);
		printf(" +");
		print_range(other, end_other);
		printf(" @@\n");
		for (long i = start, j = other; i < end || j < end_other;) {
			if (i < end && sides[0].changed[i]) {
				print_line('-', &sides[0], i++, "");
			} else if (j < end_other && sides[1].changed[j]) {
				print_line('+', &sides[1], j++, "");
			} else {
				print_line(' ', &sides[0], i++, "");
				j++;
			}
		}
		hunk = next;
	}
}

static bool read_side(struct side *side, const char *name)
{
	struct stat status;
	size_t room = 0, part;
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	*side = (struct side){.name = name};
	if (file == NULL && diff_call->option['N'] && errno == ENOENT) {
		side->text = strdup("");
		split_lines(side);
		return true;
	}
	if (file == NULL || fstat(fileno(file), &status) < 0) {
		fail(diff_call, name);
		return false;
	}
	side->time = status.st_mtime;
	do {
		if (side->size + 65536 > room && (side->text = realloc(side->text, room = 2 * room + 65536)) == NULL)
			exit(2);
		side->size += part = fread(side->text + side->size, 1, 65536, file);
	} while (part > 0);
	bool good = !ferror(file);
	if (!good)
		fail(diff_call, name);
	if (file != stdin)
		fclose(file);
	split_lines(side);
	return good;
}

// 0: equal, 1: they differ, 2: trouble.
static int diff_files(const char *a, const char *b, const char *heading)
{
	if (!read_side(&sides[0], a) || !read_side(&sides[1], b))
		return 2;
	bool equal = sides[0].size == sides[1].size && memcmp(sides[0].text, sides[1].text, sides[0].size) == 0;
	bool binary = memchr(sides[0].text, 0, sides[0].size) != NULL || memchr(sides[1].text, 0, sides[1].size) != NULL;
	int status = !equal;
	if (!equal && binary && !diff_call->option['a']) {
		printf("Binary files %s and %s differ\n", a, b);
	} else if (!equal) {
		long size = sides[0].count + sides[1].count + 8;
		forward = calloc(2 * size, sizeof(long));
		backward = calloc(2 * size, sizeof(long));
		if (forward == NULL || backward == NULL)
			return complain(diff_call, "out of memory"), 2;
		mark(0, sides[0].count, 0, sides[1].count);
		slide(&sides[0], &sides[1]);
		slide(&sides[1], &sides[0]);
		if (sides[0].ends_open != sides[1].ends_open && sides[0].count > 0 && sides[1].count > 0 && !diff_call->option['b'] && !diff_call->option['w'] &&
		    !sides[0].changed[sides[0].count - 1] && !sides[1].changed[sides[1].count - 1])
			sides[0].changed[sides[0].count - 1] = sides[1].changed[sides[1].count - 1] = true;
		struct hunk hunk = {{0, 0}, {0, 0}};
		bool any = next_hunk(&hunk);
		status = any;
		if (any && diff_call->option['q'])
			printf("Files %s and %s differ\n", a, b);
		else if (any && heading != NULL)
			puts(heading);
		if (any && !diff_call->option['q'] && (diff_call->option['u'] || diff_call->option['U'])) {
			print_unified();
		} else if (any && !diff_call->option['q']) {
			for (bool more = true; more; more = next_hunk(&hunk))
				print_normal(&hunk);
		}
		free(forward);
		free(backward);
	}
	if (equal && diff_call->option['s'])
		printf("Files %s and %s are identical\n", a, b);
	for (int i = 0; i < 2; i++) {
		free(sides[i].text);
		free(sides[i].line);
		free(sides[i].changed);
	}
	return status;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// The names of both directories, sorted, each once.
static size_t gather_names(const char *const *paths, char ***names)
{
	size_t count = 0, unique = 0;
	*names = NULL;
	for (int side = 0; side < 2; side++) {
		DIR *directory = opendir(paths[side]);
		for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
				*names = realloc(*names, (count + 1) * sizeof(char *));
				(*names)[count++] = strdup(entry->d_name);
			}
		if (directory != NULL)
			closedir(directory);
	}
	qsort(*names, count, sizeof(char *), compare_names);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp((*names)[i], (*names)[unique - 1]) != 0)
			(*names)[unique++] = (*names)[i];
	return unique;
}

static int diff_directories(const char *a, const char *b, int depth)
{
	char **names, path[2][PATH_MAX], heading[3 * PATH_MAX];
	int status = 0;
	size_t count = gather_names((const char *const[]){a, b}, &names);
	for (size_t i = 0; i < count; i++) {
		struct stat of[2];
		bool there[2];
		for (int side = 0; side < 2; side++) {
			snprintf(path[side], PATH_MAX, "%s/%s", side == 0 ? a : b, names[i]);
			there[side] = stat(path[side], &of[side]) == 0;
		}
		int rc = 0;
		if ((!there[0] || !there[1]) && !diff_call->option['N']) {
			printf("Only in %s: %s\n", there[0] ? a : b, names[i]);
			rc = 1;
		} else if (there[0] && there[1] && S_ISDIR(of[0].st_mode) && S_ISDIR(of[1].st_mode)) {
			if (diff_call->option['r'] && depth < DEPTH_MAX)
				rc = diff_directories(path[0], path[1], depth + 1);
			else
				printf("Common subdirectories: %s and %s\n", path[0], path[1]);
		} else {
			snprintf(heading, sizeof(heading), "diff%s%s%s%s %s %s", diff_call->option['r'] || diff_call->option['u'] || diff_call->option['N'] ? " -" : "",
				 diff_call->option['r'] ? "r" : "", diff_call->option['u'] ? "u" : "", diff_call->option['N'] ? "N" : "", path[0], path[1]);
			rc = diff_files(path[0], path[1], heading);
		}
		status = rc > status ? rc : status;
	}
	free(names);
	return status;
}

static int run_diff(struct call *call)
{
	struct stat status[2];
	char path[PATH_MAX];
	bool directory[2];
	diff_call = call;
	if (call->option['U'] && take_number(call, call->value['U'], &context) < 0)
		return 2;
	for (int i = 0; i < 2; i++) {
		bool there = strcmp(call->operands[i], "-") != 0 && stat(call->operands[i], &status[i]) == 0;
		directory[i] = there && S_ISDIR(status[i].st_mode);
	}
	const char *a = call->operands[0], *b = call->operands[1];
	if (directory[0] && directory[1])
		return diff_directories(a, b, 0);
	if (directory[0] || directory[1]) { // a file and a directory: the file of that name in it
		const char *file = directory[0] ? b : a, *slash = strrchr(file, '/');
		snprintf(path, sizeof(path), "%s/%s", directory[0] ? a : b, slash != NULL ? slash + 1 : file);
		a = directory[0] ? path : a;
		b = directory[1] ? path : b;
	}
	return diff_files(a, b, NULL);
}

TOOL("diff", "ruU:qsiwbaN*L: recursive=r unified=u brief=q report-identical-files=s ignore-case=i ignore-all-space=w ignore-space-change=b text=a new-file=N label=L",
     "[-ruqsiwbaN] [-U LINES] FILE FILE", "Shows what changed from one text to another.", 2, 2, run_diff)
