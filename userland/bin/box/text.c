// text.c: tools that read lines and bytes: cat head tail wc grep sort uniq cut tr tee seq cmp hexdump.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/regex/regex.h"

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

int run_cat(struct call *call)
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

int run_head(struct call *call)
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

int run_tail(struct call *call)
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

int run_wc(struct call *call)
{
	int columns = call->option['l'] + call->option['w'] + call->option['c'];
	call->option['c'] |= call->option['m'];
	wc_width = columns == 1 && call->count < 2 ? 1 : call->count == 0 ? 7 : wc_digits(call);
	int status = for_each_input(call, wc_one);
	if (call->count > 1)
		wc_print(call, wc_total, "total");
	return status;
}

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

int run_grep(struct call *call)
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

int run_sort(struct call *call)
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

int run_uniq(struct call *call)
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

// Whether `position` (from 1) is in a list such as "1,3-5,7-".
static bool in_list(const char *list, long position)
{
	while (*list != '\0') {
		char *end;
		long low = *list == '-' ? 1 : strtol(list, &end, 10), high;
		if (*list == '-')
			end = (char *)list;
		high = low;
		if (*end == '-')
			high = isdigit((unsigned char)end[1]) ? strtol(end + 1, &end, 10) : (end++, __LONG_MAX__);
		if (position >= low && position <= high)
			return true;
		if (*end != ',')
			break;
		list = end + 1;
	}
	return false;
}

static int cut_one(struct call *call, FILE *file, const char *name)
{
	char *line = NULL, delimiter = call->option['d'] ? *call->value['d'] : '\t';
	const char *list = call->option['c']   ? call->value['c']
			   : call->option['b'] ? call->value['b']
					       : call->value['f'];
	size_t room = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		long position = 1;
		bool any = false, fields = call->option['f'], whole;
		line[size -= line[size - 1] == '\n'] = '\0';
		whole = fields && strchr(line, delimiter) == NULL;
		if (whole && call->option['s'])
			continue;
		for (char *at = line, *next; at <= line + size; at = next, position++) {
			char *end = fields ? strchrnul(at, delimiter) : at + 1;
			next = fields ? end + 1 : end;
			if (!fields && at == line + size)
				break;
			if (!whole && !in_list(list, position))
				continue;
			if (any && fields)
				putchar(delimiter);
			fwrite(at, 1, end - at, stdout);
			any = true;
		}
		putchar('\n');
	}
	free(line);
	return 0;
}

int run_cut(struct call *call)
{
	if (!call->option['f'] && !call->option['c'] && !call->option['b'])
		return wrong_use(call, "no list of fields or characters");
	return for_each_input(call, cut_one);
}

// Expands ranges, classes and escapes of a tr set into to[0, 4096).
static size_t expand_set(const char *set, unsigned char *to)
{
	size_t count = 0;
	for (; *set != '\0' && count < 4096 - 256; set++) {
		unsigned char low = *set, high;
		if (strncmp(set, "[:", 2) == 0 && strstr(set, ":]") != NULL) {
			for (int c = 0; c < 256; c++)
				if ((strncmp(set, "[:upper:]", 9) == 0 && isupper(c)) || (strncmp(set, "[:lower:]", 9) == 0 && islower(c)) ||
				    (strncmp(set, "[:digit:]", 9) == 0 && isdigit(c)) || (strncmp(set, "[:space:]", 9) == 0 && isspace(c)) ||
				    (strncmp(set, "[:alpha:]", 9) == 0 && isalpha(c)) || (strncmp(set, "[:alnum:]", 9) == 0 && isalnum(c)))
					to[count++] = (unsigned char)c;
			set = strstr(set, ":]") + 1;
			continue;
		}
		if (low == '\\' && set[1] != '\0') {
			const char *letter = strchr("n\nt\tr\r\\\\", *++set);
			low = letter != NULL ? letter[*letter != '\\'] : *set;
			if (*set >= '0' && *set <= '7')
				for (low = 0; *set >= '0' && *set <= '7';
				     set += set[1] >= '0' && set[1] <= '7' ? 1 : 0) {
					low = low * 8 + *set - '0';
					if (set[1] < '0' || set[1] > '7')
						break;
				}
		}
		high = low;
		if (set[1] == '-' && set[2] != '\0') {
			high = set[2];
			set += 2;
		}
		for (int c = low; c <= high; c++)
			to[count++] = (unsigned char)c;
	}
	return count;
}

int run_tr(struct call *call)
{
	unsigned char from[4096], to[4096], map[256];
	bool selected[256] = {false}, squeezed[256] = {false}, delete = call->option['d'],
	     squeeze = call->option['s'];
	size_t from_count = expand_set(call->operands[0], from);
	size_t to_count = call->count > 1 ? expand_set(call->operands[1], to) : 0;
	if (call->count < 2 && !delete && !squeeze)
		return wrong_use(call, "a second set is needed");
	for (size_t i = 0; i < from_count; i++)
		selected[from[i]] = true;
	for (int c = 0; c < 256; c++) {
		selected[c] ^= call->option['c'];
		map[c] = selected[c] && call->option['c'] && to_count > 0 && !delete ? to[to_count - 1]
										     : (unsigned char)c;
	}
	for (size_t i = 0; !call->option['c'] && !delete && to_count > 0 && i < from_count; i++)
		map[from[i]] = to[i < to_count ? i : to_count - 1];
	for (size_t i = 0; i < to_count; i++)
		squeezed[to[i]] = true;
	for (int c, last = -1; (c = getchar()) != EOF;) {
		if (delete && selected[c])
			continue;
		c = map[c];
		if (squeeze && c == last && (to_count > 0 ? squeezed[c] : selected[c]))
			continue;
		putchar(last = c);
	}
	return 0;
}

int run_tee(struct call *call)
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

int run_seq(struct call *call) // reads its operands itself: -1 is a number
{
	double value[3] = {1, 1, 1};
	int digits = 0;
	if (call->count < 1 || call->count > 3)
		return wrong_use(call, "one to three numbers are needed");
	for (int i = 0; i < call->count; i++) {
		char *end, *point = strchr(call->operands[i], '.');
		double number = strtod(call->operands[i], &end);
		if (*end != '\0' || end == call->operands[i])
			return complain(call, "invalid number '%s'", call->operands[i]);
		if (point != NULL && (int)strlen(point + 1) > digits && i + 1 < call->count + (call->count == 1))
			digits = (int)strlen(point + 1);
		value[call->count == 1 ? 2 : call->count == 2 ? i * 2 : i] = number;
	}
	if (value[1] == 0)
		return complain(call, "the step is zero");
	for (long i = 0;; i++) {
		double now = value[0] + (double)i * value[1];
		if (value[1] > 0 ? now > value[2] + value[1] * 1e-9 : now < value[2] + value[1] * 1e-9)
			return 0;
		printf("%.*f\n", digits, now);
	}
}

int run_cmp(struct call *call)
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

int run_hexdump(struct call *call)
{
	return for_each_input(call, hexdump_one);
}
