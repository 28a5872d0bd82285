// sort.c: sort, uniq, comm and join: lines in order. sort keeps all lines in memory; equal keys fall back to the whole line, by
// bytes, unless -s or -u.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define KEYS_MAX 32

struct line {
	char *text;
	size_t size;
	size_t number; // order of arrival, which keeps qsort stable
};

struct key {
	long first, first_character, last, last_character; // from 1; last 0: to the end of the line
	bool numeric, general, reverse, fold, dictionary, printable, human, month, version, skip_first, skip_last;
};

static struct lines {
	struct line *line;
	size_t count, room;
} all;
static struct key keys[KEYS_MAX], whole;
static int key_count;
static int separator = -1;
static bool stable, unique;

static int gather(struct call *call, FILE *file, const char *name)
{
	char *text = NULL;
	size_t room = 0;
	char end = call->option['z'] ? '\0' : '\n';
	for (ssize_t size; (size = getdelim(&text, &room, end, file)) > 0; text = NULL, room = 0) {
		size -= text[size - 1] == end;
		text[size] = '\0';
		if (all.count == all.room) {
			all.room = 2 * all.room + 256;
			all.line = realloc(all.line, all.room * sizeof(*all.line));
			if (all.line == NULL)
				return fail(call, name), 2;
		}
		all.line[all.count] = (struct line){text, size, all.count};
		all.count++;
	}
	free(text);
	return 0;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

// Behind field number `field` (from 1); 0 is the start.
static const char *field_end(const char *at, const char *end, long field)
{
	for (; field > 0 && at < end; field--) {
		if (separator >= 0) {
			const char *found = memchr(at, separator, end - at);
			at = found != NULL ? found : end;
			if (field > 1 && at < end)
				at++;
		} else {
			at = skip_blanks(at, end);
			while (at < end && *at != ' ' && *at != '\t')
				at++;
		}
	}
	return at;
}

static const char *field_start(const char *at, const char *end, long field)
{
	const char *start = field_end(at, end, field - 1);
	return field > 1 && separator >= 0 && start < end ? start + 1 : start;
}

static void find_key(const struct key *key, const struct line *line, const char **start, const char **stop)
{
	const char *end = line->text + line->size;
	*start = field_start(line->text, end, key->first);
	if (key->skip_first || key->numeric || key->general || key->human || key->month)
		*start = skip_blanks(*start, end);
	*start = key->first_character - 1 > end - *start ? end : *start + key->first_character - 1;
	*stop = end;
	if (key->last > 0 && key->last_character == 0) {
		*stop = field_end(line->text, end, key->last);
	} else if (key->last > 0) {
		const char *from = field_start(line->text, end, key->last);
		from = key->skip_last ? skip_blanks(from, end) : from;
		*stop = key->last_character > end - from ? end : from + key->last_character;
	}
	if (*stop < *start)
		*stop = *start;
}

// Numbers as text: sign, digits, fraction; so no length is too long.
static int compare_digits(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end && *a == '0')
		a++;
	while (b < b_end && *b == '0')
		b++;
	const char *x = a, *y = b;
	while (x < a_end && isdigit((unsigned char)*x))
		x++;
	while (y < b_end && isdigit((unsigned char)*y))
		y++;
	if (x - a != y - b)
		return x - a < y - b ? -1 : 1;
	int order = memcmp(a, b, x - a);
	if (order != 0)
		return order;
	bool left = x < a_end && *x == '.', right = y < b_end && *y == '.';
	for (x += left, y += right;; x++, y++) {
		int c = left && x < a_end && isdigit((unsigned char)*x) ? *x : 0, d = right && y < b_end && isdigit((unsigned char)*y) ? *y : 0;
		if (c == 0 && d == 0)
			return 0;
		if ((c ? c : '0') != (d ? d : '0'))
			return (c ? c : '0') - (d ? d : '0');
	}
}

static bool is_zero(const char *a, const char *end)
{
	for (; a < end && (*a == '0' || *a == '.'); a++)
		;
	return a == end || !isdigit((unsigned char)*a);
}

static int compare_numeric(const char *a, const char *a_end, const char *b, const char *b_end)
{
	bool left = a < a_end && *a == '-', right = b < b_end && *b == '-';
	a += left;
	b += right;
	left = left && !is_zero(a, a_end);
	right = right && !is_zero(b, b_end);
	if (left != right)
		return left ? -1 : 1;
	return left ? compare_digits(b, b_end, a, a_end) : compare_digits(a, a_end, b, b_end);
}

static int unit_of(const char *at, const char *end)
{
	static const char units[] = "KMGTPEZY";
	at += at < end && *at == '-';
	while (at < end && (isdigit((unsigned char)*at) || *at == '.'))
		at++;
	const char *unit = at < end ? strchr(units, toupper((unsigned char)*at)) : NULL;
	return unit != NULL && *unit != '\0' ? (int)(unit - units) + 1 : 0;
}

static int compare_human(const char *a, const char *a_end, const char *b, const char *b_end)
{
	int left = *a == '-' ? -unit_of(a, a_end) : unit_of(a, a_end), right = *b == '-' ? -unit_of(b, b_end) : unit_of(b, b_end);
	return left != right ? left - right : compare_numeric(a, a_end, b, b_end);
}

static int month_of(const char *at, const char *end)
{
	static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	for (int i = 0; i < 12 && end - at >= 3; i++)
		if (strncasecmp(at, months + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

static int compare_general(const char *a, const char *b)
{
	char *a_stop, *b_stop;
	double left = strtod(a, &a_stop), right = strtod(b, &b_stop);
	if ((a_stop == a) != (b_stop == b))
		return a_stop == a ? -1 : 1;
	return left < right ? -1 : left > right;
}

// Runs of digits count as numbers, the rest by bytes.
static int compare_version(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end && b < b_end) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			int order = compare_digits(a, a_end, b, b_end);
			if (order != 0)
				return order;
			while (a < a_end && isdigit((unsigned char)*a))
				a++;
			while (b < b_end && isdigit((unsigned char)*b))
				b++;
		} else if (*a != *b) {
			return (unsigned char)*a - (unsigned char)*b;
		} else {
			a++;
			b++;
		}
	}
	return (a < a_end) - (b < b_end);
}

static bool counts(const struct key *key, unsigned char c)
{
	return !(key->dictionary && !isalnum(c) && c != ' ' && c != '\t') && !(key->printable && !isprint(c));
}

static int compare_text(const struct key *key, const char *a, const char *a_end, const char *b, const char *b_end)
{
	if (!key->fold && !key->dictionary && !key->printable) {
		size_t left = a_end - a, right = b_end - b;
		int order = memcmp(a, b, left < right ? left : right);
		return order != 0 ? order : (left > right) - (left < right);
	}
	for (;; a++, b++) {
		while (a < a_end && !counts(key, *a))
			a++;
		while (b < b_end && !counts(key, *b))
			b++;
		if (a == a_end || b == b_end)
			return (a < a_end) - (b < b_end);
		int c = (unsigned char)*a, d = (unsigned char)*b;
		c = key->fold ? toupper(c) : c;
		d = key->fold ? toupper(d) : d;
		if (c != d)
			return c - d;
	}
}

static int compare_key(const struct key *key, const struct line *x, const struct line *y)
{
	const char *a, *a_end, *b, *b_end;
	find_key(key, x, &a, &a_end);
	find_key(key, y, &b, &b_end);
	int order = key->numeric   ? compare_numeric(a, a_end, b, b_end)
		    : key->human   ? compare_human(a, a_end, b, b_end)
		    : key->general ? compare_general(a, b)
		    : key->month   ? month_of(a, a_end) - month_of(b, b_end)
		    : key->version ? compare_version(a, a_end, b, b_end)
				   : compare_text(key, a, a_end, b, b_end);
	return key->reverse ? -order : order;
}

static int compare_keys(const struct line *x, const struct line *y)
{
	for (int i = 0; i < key_count; i++) {
		int order = compare_key(&keys[i], x, y);
		if (order != 0)
			return order;
	}
	return 0;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = compare_keys(x, y);
	if (order == 0 && !stable && !unique) {
		static const struct key bytes = {.first = 1, .first_character = 1};
		order = compare_key(&bytes, x, y);
		order = whole.reverse ? -order : order;
	}
	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

// Letters of -k or of the command itself. Returns what follows them.
static const char *take_letters(struct key *key, const char *at, bool end)
{
	for (; *at != '\0'; at++)
		switch (*at) {
		case 'n': key->numeric = true; break;
		case 'g': key->general = true; break;
		case 'h': key->human = true; break;
		case 'M': key->month = true; break;
		case 'V': key->version = true; break;
		case 'r': key->reverse = true; break;
		case 'f': key->fold = true; break;
		case 'd': key->dictionary = true; break;
		case 'i': key->printable = true; break;
		case 'b':
			key->skip_first |= !end;
			key->skip_last |= end;
			break;
		default: return at;
		}
	return at;
}

// "F[.C][letters][,F[.C][letters]]"; false when it is wrong.
static bool take_key(const char *text)
{
	struct key *key = &keys[key_count], none = {.first_character = 1};
	char *end;
	if (key_count == KEYS_MAX)
		return false;
	*key = none;
	key->first = strtol(text, &end, 10);
	if (end == text || key->first < 1)
		return false;
	if (*end == '.')
		key->first_character = strtol(end + 1, &end, 10);
	const char *at = take_letters(key, end, false);
	if (*at == ',') {
		key->last = strtol(at + 1, &end, 10);
		if (end == at + 1 || key->last < 1)
			return false;
		if (*end == '.')
			key->last_character = strtol(end + 1, &end, 10);
		at = take_letters(key, end, true);
	}
	bool own = key->numeric || key->general || key->human || key->month || key->version || key->reverse || key->fold ||
		   key->dictionary || key->printable || key->skip_first || key->skip_last;
	if (!own) { // the command's letters count for it
		struct key place = *key;
		*key = whole;
		key->first = place.first;
		key->first_character = place.first_character;
		key->last = place.last;
		key->last_character = place.last_character;
		key->skip_last = key->skip_first;
	}
	key_count++;
	return *at == '\0' && key->first_character >= 1;
}

static int check_order(struct call *call)
{
	for (size_t i = 1; i < all.count; i++) {
		int order = compare_keys(&all.line[i - 1], &all.line[i]);
		if (order == 0 && !stable && !unique)
			order = compare_lines(&all.line[i - 1], &all.line[i]) > 0 && strcmp(all.line[i - 1].text, all.line[i].text) != 0;
		if (order < 0 || (order == 0 && !unique))
			continue;
		if (!call->option['C'])
			complain(call, "%s:%zu: disorder: %s", call->count > 0 ? call->operands[0] : "-", i + 1, all.line[i].text);
		return 1;
	}
	return 0;
}

static int run_sort(struct call *call)
{
	whole = (struct key){.first = 1, .first_character = 1};
	for (const char *letter = "nghMVrfdib"; *letter != '\0'; letter++)
		if (call->option[(int)*letter])
			take_letters(&whole, (char[]){*letter, '\0'}, false);
	if (call->option['t']) {
		separator = strcmp(call->value['t'], "\\0") == 0 ? 0 : (unsigned char)call->value['t'][0];
		if (call->value['t'][0] == '\0' || (call->value['t'][1] != '\0' && separator != 0))
			return complain(call, "-t takes one character"), 2;
	}
	char *list = (char *)call->value['k'];
	for (char *text; (text = strsep(&list, "\n")) != NULL;)
		if (!take_key(text))
			return complain(call, "invalid key '%s'", text), 2;
	if (key_count == 0)
		keys[key_count++] = whole;
	stable = call->option['s'];
	unique = call->option['u'];
	int status = for_each_input(call, gather);
	if (status != 0)
		return 2;
	if (call->option['c'] || call->option['C'])
		return check_order(call);
	if (all.count > 0)
		qsort(all.line, all.count, sizeof(*all.line), compare_lines);
	FILE *to = call->option['o'] ? fopen(call->value['o'], "w") : stdout;
	if (to == NULL)
		return fail(call, call->value['o']), 2;
	size_t before = 0;
	for (size_t i = 0; i < all.count; i++) {
		if (unique && i > 0 && compare_keys(&all.line[before], &all.line[i]) == 0)
			continue;
		before = i;
		fwrite(all.line[i].text, 1, all.line[i].size, to);
		putc(call->option['z'] ? '\0' : '\n', to);
	}
	return to != stdout && fclose(to) != 0 ? (fail(call, call->value['o']), 2) : 0;
}

// What uniq compares of a line: behind -f fields and -s characters, at most -w of them.
static const char *uniq_part(const char *line, const long *limits)
{
	for (long field = limits[0]; field > 0; field--) {
		line += strspn(line, " \t");
		line += strcspn(line, " \t");
	}
	for (long skip = limits[1]; skip > 0 && *line != '\0'; skip--)
		line++;
	return line;
}

static int run_uniq(struct call *call)
{
	long limits[3] = {0, 0, __LONG_MAX__};
	const char letters[] = "fsw";
	for (int i = 0; i < 3; i++)
		if (call->option[(int)letters[i]] && take_number(call, call->value[(int)letters[i]], &limits[i]) < 0)
			return 1;
	FILE *to = call->count > 1 && strcmp(call->operands[1], "-") != 0 ? fopen(call->operands[1], "w") : stdout;
	if (to == NULL)
		return fail(call, call->operands[1]);
	call->count = call->count > 1 ? 1 : call->count;
	int status = for_each_input(call, gather);
	int (*compare)(const char *, const char *, size_t) = call->option['i'] ? strncasecmp : strncmp;
	for (size_t i = 0, next; i < all.count; i = next) {
		const char *part = uniq_part(all.line[i].text, limits);
		for (next = i + 1; next < all.count && compare(part, uniq_part(all.line[next].text, limits), limits[2]) == 0;)
			next++;
		if ((call->option['d'] && next - i < 2) || (call->option['u'] && next - i > 1))
			continue;
		if (call->option['c'])
			fprintf(to, "%7zu ", next - i);
		fprintf(to, "%s\n", all.line[i].text);
	}
	return to != stdout && fclose(to) != 0 ? fail(call, call->operands[1]) : status;
}

static bool comm_next(FILE *file, char **line, size_t *room)
{
	ssize_t size = getline(line, room, file);
	if (size > 0)
		(*line)[size - ((*line)[size - 1] == '\n')] = '\0';
	return size > 0;
}

static int run_comm(struct call *call)
{
	FILE *file[2];
	char *line[2] = {NULL, NULL};
	size_t room[2] = {0, 0};
	bool have[2];
	for (int i = 0; i < 2; i++) {
		if ((file[i] = open_input(call, call->operands[i])) == NULL)
			return 1;
		have[i] = comm_next(file[i], &line[i], &room[i]);
	}
	while (have[0] || have[1]) {
		int order = !have[0] ? 1 : !have[1] ? -1 : strcmp(line[0], line[1]);
		int column = order < 0 ? 0 : order > 0 ? 1 : 2;
		if (!call->option['1' + column]) {
			for (int i = 0; i < column; i++)
				if (!call->option['1' + i])
					putchar('\t');
			puts(line[order > 0]);
		}
		for (int i = 0; i < 2; i++)
			if (i == 0 ? order <= 0 : order >= 0)
				have[i] = comm_next(file[i], &line[i], &room[i]);
	}
	return 0;
}

// join: both files in memory, sorted by their keys already; groups of equal keys are paired.
struct joined {
	struct lines lines;
	size_t at;
	long field;
};

static void join_field(const struct line *line, long field, const char **start, size_t *size)
{
	const char *end = line->text + line->size, *from = field_start(line->text, end, field);
	from = separator < 0 ? skip_blanks(from, end) : from;
	*start = from;
	*size = field_end(from, end, 1) - from;
}

static int join_compare(const struct joined *a, size_t i, const struct joined *b, size_t j)
{
	const char *x, *y;
	size_t left, right;
	join_field(&a->lines.line[i], a->field, &x, &left);
	join_field(&b->lines.line[j], b->field, &y, &right);
	int order = memcmp(x, y, left < right ? left : right);
	return order != 0 ? order : (left > right) - (left < right);
}

static void join_rest(const struct joined *file, size_t i)
{
	const struct line *line = &file->lines.line[i];
	const char *start;
	size_t size;
	for (long field = 1;; field++) {
		join_field(line, field, &start, &size);
		bool end = separator >= 0 ? field > 1 && start == line->text + line->size && line->text[line->size - 1] != separator : size == 0;
		if (end)
			return;
		if (field != file->field)
			printf("%c%.*s", separator < 0 ? ' ' : separator, (int)size, start);
		if (start + size >= line->text + line->size)
			return;
	}
}

// -o "1.2,2.1,0": the fields to print.
static void join_listed(const char *list, const struct joined *file, const size_t *at, const bool *have, const char *empty)
{
	for (bool first = true; *list != '\0'; first = false) {
		char *end;
		const char *start = "";
		size_t size = 0;
		long number = strtol(list, &end, 10), field = *end == '.' ? strtol(end + 1, &end, 10) : 0;
		int which = number == 0 ? (have[0] ? 0 : 1) : number == 2;
		if (have[which])
			join_field(&file[which].lines.line[at[which]], number == 0 ? file[which].field : field, &start, &size);
		if (!first)
			putchar(separator < 0 ? ' ' : separator);
		if (size == 0)
			fputs(empty, stdout);
		fwrite(start, 1, size, stdout);
		list = end + strspn(end, ", ");
	}
	putchar('\n');
}

static void join_print(struct call *call, struct joined *file, size_t i, size_t j, bool left, bool right)
{
	const char *start;
	size_t size;
	if (call->option['o']) {
		join_listed(call->value['o'], file, (size_t[]){i, j}, (bool[]){left, right}, call->option['e'] ? call->value['e'] : "");
		return;
	}
	join_field(left ? &file[0].lines.line[i] : &file[1].lines.line[j], left ? file[0].field : file[1].field, &start, &size);
	fwrite(start, 1, size, stdout);
	if (left)
		join_rest(&file[0], i);
	if (right)
		join_rest(&file[1], j);
	putchar('\n');
}

static int run_join(struct call *call)
{
	struct joined file[2] = {{.field = 1}, {.field = 1}};
	bool alone[2] = {false, false};
	if (call->option['t'])
		separator = (unsigned char)*call->value['t'];
	for (int i = 0; i < 2; i++) {
		if ((call->option['1' + i] && take_number(call, call->value['1' + i], &file[i].field) < 0) ||
		    (call->option['j'] && take_number(call, call->value['j'], &file[i].field) < 0))
			return 1;
		for (int v = 0; v < 2; v++) {
			const char *wanted = call->value[v == 0 ? 'a' : 'v'];
			alone[i] |= wanted != NULL && strchr(wanted, '1' + i) != NULL;
		}
		FILE *stream = open_input(call, call->operands[i]);
		if (stream == NULL)
			return 1;
		all = (struct lines){0};
		gather(call, stream, call->operands[i]);
		file[i].lines = all;
	}
	while (file[0].at < file[0].lines.count || file[1].at < file[1].lines.count) {
		bool left = file[0].at < file[0].lines.count, right = file[1].at < file[1].lines.count;
		int order = !left ? 1 : !right ? -1 : join_compare(&file[0], file[0].at, &file[1], file[1].at);
		if (order != 0) {
			int which = order > 0;
			if (alone[which])
				join_print(call, file, file[0].at, file[1].at, which == 0, which == 1);
			file[which].at++;
			continue;
		}
		size_t end[2];
		for (end[0] = file[0].at + 1; end[0] < file[0].lines.count && join_compare(&file[0], end[0], &file[1], file[1].at) == 0;)
			end[0]++;
		for (end[1] = file[1].at + 1; end[1] < file[1].lines.count && join_compare(&file[0], file[0].at, &file[1], end[1]) == 0;)
			end[1]++;
		for (size_t i = file[0].at; !call->option['v'] && i < end[0]; i++)
			for (size_t j = file[1].at; j < end[1]; j++)
				join_print(call, file, i, j, true, true);
		file[0].at = end[0];
		file[1].at = end[1];
	}
	return 0;
}

TOOL("sort", "nghMVrfdibuscCzm*k:t:o: numeric-sort=n general-numeric-sort=g human-numeric-sort=h reverse=r unique=u stable=s "
     "ignore-case=f key=k field-separator=t output=o zero-terminated=z check=c version-sort=V",
     "[-nghMVrfdibuscz] [-t C] [-k KEY]... [-o FILE] [FILE...]", "Sorts lines. A key: FIELD[.CHARACTER][LETTERS][,FIELD...]", 0, -1, run_sort)
TOOL("uniq", "cduif:s:w: count=c repeated=d unique=u ignore-case=i", "[-cdui] [-f FIELDS] [-s CHARACTERS] [-w CHARACTERS] [FILE [OUTPUT]]",
     "Joins equal lines that follow each other.", 0, 2, run_uniq)
TOOL("comm", "123", "[-123] FILE FILE", "Compares sorted files: lines only in the first, only in the second, in both.", 2, 2, run_comm)
TOOL("join", "1:2:j:t:*a:*v:o:e:", "[-1 FIELD] [-2 FIELD] [-t C] [-a N] [-v N] [-o LIST] [-e TEXT] FILE FILE",
     "Pairs the lines of two sorted files that have equal fields.", 2, 2, run_join)
