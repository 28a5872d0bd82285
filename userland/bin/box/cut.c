// cut.c: parts of lines and other characters: cut paste tr fold expand rev tac nl split.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wctype.h>
#include "userland/bin/box/box.h"

#define SET_MAX 8192

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
			high = isdigit((unsigned char)end[1]) ? strtol(end + 1, &end, 10) : (end++, LONG_MAX);
		if (position >= low && position <= high)
			return true;
		list = end + strspn(end, ", ");
	}
	return false;
}

static bool is_list(const char *list)
{
	bool any = false;
	for (; *list != '\0'; list += *list == ',' || *list == ' ') {
		size_t low = strspn(list, "0123456789"), dash = list[low] == '-', high = dash ? strspn(list + low + 1, "0123456789") : 0;
		long first = low > 0 ? strtol(list, NULL, 10) : 1;
		if ((low == 0 && high == 0) || first < 1 || (high > 0 && strtol(list + low + 1, NULL, 10) < first))
			return false;
		list += low + dash + high;
		any = true;
		if (*list != '\0' && *list != ',' && *list != ' ')
			return false;
	}
	return any;
}

static int cut_stream(struct call *call, FILE *file, const char *name)
{
	char *line = NULL, delimiter = call->option['d'] ? *call->value['d'] : '\t';
	bool fields = call->option['f'];
	const char *list = call->value[fields ? 'f' : call->option['c'] ? 'c' : 'b'];
	const char *joint = call->option['O'] ? call->value['O'] : (char[]){delimiter, '\0'};
	size_t room = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		long position = 1;
		bool any = false;
		line[size -= line[size - 1] == '\n'] = '\0';
		bool whole = fields && memchr(line, delimiter, size) == NULL;
		if (whole && call->option['s'])
			continue;
		for (char *at = line, *next; at <= line + size; at = next, position++) {
			char *found = fields ? memchr(at, delimiter, line + size - at) : NULL, *end = fields ? (found != NULL ? found : line + size) : at + 1;
			next = fields ? end + 1 : end;
			if (!fields && at == line + size)
				break;
			if (!whole && in_list(list, position) == call->option['C'])
				continue;
			if (any && fields)
				fputs(joint, stdout);
			fwrite(at, 1, end - at, stdout);
			any = true;
		}
		putchar('\n');
	}
	free(line);
	return 0;
}

static int run_cut(struct call *call)
{
	if (call->option['f'] + call->option['c'] + call->option['b'] != 1)
		return wrong_use(call, "one list of fields, characters or bytes is needed");
	if (call->option['d'] && (call->value['d'][0] == '\0' || call->value['d'][1] != '\0'))
		return complain(call, "the delimiter must be a single character");
	if (!is_list(call->value[call->option['f'] ? 'f' : call->option['c'] ? 'c' : 'b']))
		return complain(call, "invalid list");
	return for_each_input(call, cut_stream);
}

// The delimiters of paste -d, with their escapes: '\0' stands for none.
static size_t paste_delimiters(const char *text, char *to)
{
	size_t count = 0;
	for (; *text != '\0' && count < 63; text++) {
		char c = *text;
		if (c == '\\' && text[1] != '\0') {
			c = *++text;
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
		}
		to[count++] = c;
	}
	return count;
}

static int run_paste(struct call *call)
{
	static char *standard[] = {"-"};
	char delimiters[64] = "\t", **names = call->count > 0 ? call->operands : standard, *line = NULL;
	int count = call->count > 0 ? call->count : 1, open = count;
	size_t cycle = call->option['d'] ? paste_delimiters(call->value['d'], delimiters) : 1, room = 0;
	FILE **files = calloc(count, sizeof(*files));
	for (int i = 0; files != NULL && i < count; i++)
		if ((files[i] = open_input(call, names[i])) == NULL)
			return 1;
	for (int i = 0; call->option['s'] && i < count; i++) {
		size_t number = 0;
		for (ssize_t size; (size = getline(&line, &room, files[i])) > 0; number++) {
			if (number > 0 && cycle > 0 && delimiters[(number - 1) % cycle] != '\0')
				putchar(delimiters[(number - 1) % cycle]);
			fwrite(line, 1, size - (line[size - 1] == '\n'), stdout);
		}
		putchar('\n');
	}
	while (!call->option['s'] && open > 0) {
		int skipped = 0; // delimiters owed by files that have ended
		bool any = false;
		for (int i = 0; i < count; i++) {
			ssize_t size = files[i] != NULL ? getline(&line, &room, files[i]) : -1;
			if (size < 0 && files[i] != NULL) {
				files[i] = NULL;
				open--;
			}
			if (size > 0) {
				for (; skipped > 0; skipped--) {
					size_t which = cycle > 0 ? (i - skipped) % cycle : 0;
					if (cycle > 0 && delimiters[which] != '\0')
						putchar(delimiters[which]);
				}
				fwrite(line, 1, size - (line[size - 1] == '\n'), stdout);
				any = true;
			}
			skipped++;
		}
		for (int i = count - skipped; any && cycle > 0 && skipped > 1; skipped--, i++)
			if (delimiters[i % cycle] != '\0')
				putchar(delimiters[i % cycle]);
		if (any)
			putchar('\n');
	}
	free(line);
	free(files);
	return 0;
}

// One character of a tr set, maybe behind a backslash; moves *at on.
static unsigned char tr_character(const char **at)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\";
	unsigned char c = *(*at)++;
	if (c != '\\' || **at == '\0')
		return c;
	if (**at >= '0' && **at <= '7') {
		int value = 0;
		for (int i = 0; i < 3 && **at >= '0' && **at <= '7'; i++)
			value = value * 8 + *(*at)++ - '0';
		return (unsigned char)value;
	}
	for (size_t i = 0; letters[i] != '\0'; i += 2)
		if (letters[i] == **at) {
			++*at;
			return letters[i + 1];
		}
	return *(*at)++;
}

// Expands ranges, classes, repeats and escapes of a tr set. `wanted`: how long "[x*]" makes the second set.
static size_t expand_set(struct call *call, const char *set, unsigned char *to, size_t wanted)
{
	size_t count = 0;
	while (*set != '\0' && count < SET_MAX - 300) {
		const char *close = set[0] == '[' && set[1] == ':' ? strstr(set + 2, ":]") : NULL;
		if (close != NULL) {
			char name[16] = "";
			memcpy(name, set + 2, (size_t)(close - set - 2) < sizeof(name) ? (size_t)(close - set - 2) : 0);
			if (wctype(name) == 0) {
				complain(call, "invalid character class '%s'", name);
				exit(1);
			}
			for (int c = 0; c < 256; c++)
				if (c < 128 && iswctype((wint_t)c, wctype(name)))
					to[count++] = (unsigned char)c;
			set = close + 2;
			continue;
		}
		if (set[0] == '[' && set[1] == '=' && set[2] != '\0' && set[3] == '=' && set[4] == ']') {
			to[count++] = set[2];
			set += 5;
			continue;
		}
		const char *star = set + 1;
		if (set[0] == '[' && set[1] != '\0') {
			unsigned char c = tr_character(&star);
			char *end;
			if (*star == '*') {
				long times = strtol(star + 1, &end, star[1] == '0' ? 8 : 10);
				if (*end == ']') {
					times = times > 0 ? times : (long)wanted - (long)count;
					for (; times > 0 && count < SET_MAX - 300; times--)
						to[count++] = c;
					set = end + 1;
					continue;
				}
			}
		}
		unsigned char low = tr_character(&set), high = low;
		if (set[0] == '-' && set[1] != '\0') {
			set++;
			high = tr_character(&set);
			if (high < low) {
				complain(call, "range '%c-%c' is in reverse order", low, high);
				exit(1);
			}
		}
		for (int c = low; c <= high; c++)
			to[count++] = (unsigned char)c;
	}
	return count;
}

static int run_tr(struct call *call)
{
	static unsigned char from[SET_MAX], to[SET_MAX], map[256];
	bool selected[256] = {false}, squeezed[256] = {false}, delete = call->option['d'], squeeze = call->option['s'],
	     complement = call->option['c'] || call->option['C'];
	size_t from_count = expand_set(call, call->operands[0], from, 0);
	if (call->count < 2 && !delete && !squeeze)
		return wrong_use(call, "a second set is needed");
	if (call->count > 1 && delete && !squeeze)
		return wrong_use(call, "only one set may be given when deleting without squeezing");
	for (size_t i = 0; i < from_count; i++)
		selected[from[i]] = true;
	for (int c = 0; complement && c < 256; c++)
		selected[c] = !selected[c];
	if (complement) {
		from_count = 0;
		for (int c = 0; c < 256; c++)
			if (selected[c])
				from[from_count++] = (unsigned char)c;
	}
	size_t to_count = call->count > 1 ? expand_set(call, call->operands[1], to, from_count) : 0;
	for (int c = 0; c < 256; c++)
		map[c] = (unsigned char)c;
	if (call->option['t'] && to_count < from_count)
		from_count = to_count;
	for (size_t i = 0; !delete && to_count > 0 && i < from_count; i++)
		map[from[i]] = to[i < to_count ? i : to_count - 1];
	for (int c = 0; c < 256; c++)
		squeezed[c] = to_count == 0 && selected[c];
	for (size_t i = 0; i < to_count; i++)
		squeezed[to[i]] = true;
	for (int c, last = -1; (c = getchar()) != EOF;) {
		if (delete && selected[c])
			continue;
		c = map[c];
		if (squeeze && c == last && squeezed[c])
			continue;
		putchar(last = c);
	}
	return 0;
}

static int fold_stream(struct call *call, FILE *file, const char *name)
{
	long width = 80, column = 0;
	char line[8192];
	size_t size = 0;
	if (call->option['w'] && (take_number(call, call->value['w'], &width) < 0 || width < 1))
		return complain(call, "invalid width");
	for (int c; (c = getc(file)) != EOF;) {
		if (c == '\n') {
			fwrite(line, 1, size, stdout);
			putchar('\n');
			size = column = 0;
			continue;
		}
		for (;;) {
			long next = call->option['b'] ? column + 1 : c == '\b' ? column - (column > 0) : c == '\r' ? 0
				  : c == '\t' ? column / 8 * 8 + 8 : column + 1;
			if ((next <= width && size < sizeof(line) - 1) || size == 0) {
				line[size++] = (char)c;
				column = next;
				break;
			}
			size_t cut = size;
			while (call->option['s'] && cut > 0 && line[cut - 1] != ' ' && line[cut - 1] != '\t')
				cut--;
			cut = cut > 0 ? cut : size;
			fwrite(line, 1, cut, stdout);
			putchar('\n');
			memmove(line, line + cut, size - cut);
			size -= cut;
			column = (long)size;
		}
	}
	fwrite(line, 1, size, stdout);
	return 0;
}

static int run_fold(struct call *call)
{
	return for_each_input(call, fold_stream);
}

static int expand_stream(struct call *call, FILE *file, const char *name)
{
	long width = 8, column = 0, blanks = 0;
	bool back = call->tool->name[0] == 'u', leading = true;
	if (call->option['t'] && (take_number(call, call->value['t'], &width) < 0 || width < 1))
		return complain(call, "invalid tab width");
	for (int c; (c = getc(file)) != EOF;) {
		if (c == '\t' && !back) {
			do
				putchar(' ');
			while (++column % width != 0);
			continue;
		}
		if (back && (leading || call->option['a']) && (c == ' ' || c == '\t')) {
			blanks += c == '\t' ? width - (column + blanks) % width : 1;
			if ((column + blanks) % width == 0 && (blanks > 1 || c == '\t' || leading)) {
				for (long from = column; from / width < (column + blanks) / width; from = from / width * width + width)
					putchar('\t');
				column += blanks;
				blanks = 0;
			}
			continue;
		}
		for (; blanks > 0; blanks--, column++)
			putchar(' ');
		leading = c == '\n';
		column = c == '\n' ? 0 : c == '\b' ? column - (column > 0) : column + 1;
		putchar(c);
	}
	for (; blanks > 0; blanks--)
		putchar(' ');
	return 0;
}

static int run_expand(struct call *call) // and unexpand
{
	return for_each_input(call, expand_stream);
}

static int rev_stream(struct call *call, FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		bool newline = line[size - 1] == '\n';
		for (ssize_t i = size - newline; i-- > 0;) {
			ssize_t end = i + 1;
			while (i > 0 && (line[i] & 0xc0) == 0x80)
				i--;
			fwrite(line + i, 1, end - i, stdout);
		}
		if (newline)
			putchar('\n');
	}
	free(line);
	return 0;
}

static int run_rev(struct call *call)
{
	return for_each_input(call, rev_stream);
}

static int tac_stream(struct call *call, FILE *file, const char *name)
{
	char *text = NULL;
	size_t size = 0, room = 0, part;
	do {
		if (size + 65536 > room && (text = realloc(text, room = 2 * size + 65536)) == NULL)
			return fail(call, name);
		size += part = fread(text + size, 1, 65536, file);
	} while (part > 0);
	for (size_t end = size, start; end > 0; end = start) {
		for (start = end - 1; start > 0 && text[start - 1] != '\n';)
			start--;
		fwrite(text + start, 1, end - start, stdout);
	}
	free(text);
	return 0;
}

static int run_tac(struct call *call)
{
	return for_each_input(call, tac_stream);
}

static int nl_stream(struct call *call, FILE *file, const char *name)
{
	static long number;
	char *line = NULL;
	const char *body = call->option['b'] ? call->value['b'] : "t", *after = call->option['s'] ? call->value['s'] : "\t";
	size_t room = 0;
	long width = 6, step = 1;
	if ((call->option['w'] && take_number(call, call->value['w'], &width) < 0) || (call->option['i'] && take_number(call, call->value['i'], &step) < 0))
		return 1;
	if (number == 0 && !call->option['v'])
		number = 1;
	else if (number == 0 && take_number(call, call->value['v'], &number) < 0)
		return 1;
	const char *format = !call->option['n'] || strcmp(call->value['n'], "rn") == 0 ? "%*ld" : strcmp(call->value['n'], "ln") == 0 ? "%-*ld" : "%0*ld";
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		if (*body == 'a' || (*body == 't' && line[0] != '\n')) {
			printf(format, (int)width, number);
			fputs(after, stdout);
			number += step;
		} else {
			printf("%*s", (int)(width + strlen(after)), "");
		}
		fwrite(line, 1, size, stdout);
	}
	free(line);
	return 0;
}

static int run_nl(struct call *call)
{
	return for_each_input(call, nl_stream);
}

static int run_split(struct call *call)
{
	const char *name = call->count > 0 ? call->operands[0] : "-", *prefix = call->count > 1 ? call->operands[1] : "x";
	FILE *file = open_input(call, name), *to = NULL;
	long limit = 1000, left = 0, digits = 2, number = 0;
	char path[PATH_MAX], *end = "";
	if (file == NULL || (call->option['l'] && take_number(call, call->value['l'], &limit) < 0) || (call->option['a'] && take_number(call, call->value['a'], &digits) < 0))
		return 1;
	if (call->option['b']) {
		limit = strtol(call->value['b'], &end, 10);
		limit *= *end == 'k' || *end == 'K' ? 1024 : *end == 'm' || *end == 'M' ? 1048576 : 1;
	}
	if (limit < 1 || digits < 1 || digits > 9 || (*end != '\0' && end[1] != '\0'))
		return complain(call, "invalid size");
	for (int c; (c = getc(file)) != EOF;) {
		if (left == 0) {
			if (to != NULL && fclose(to) != 0)
				return fail(call, path);
			size_t size = (size_t)snprintf(path, sizeof(path), "%s%*s", prefix, (int)digits, "");
			long rest = number++;
			if (size >= sizeof(path))
				return complain(call, "name too long");
			for (long i = 1; i <= digits; i++, rest /= call->option['d'] ? 10 : 26)
				path[size - i] = (char)((call->option['d'] ? '0' + rest % 10 : 'a' + rest % 26));
			if (rest > 0)
				return complain(call, "output file suffixes exhausted");
			if ((to = fopen(path, "w")) == NULL)
				return fail(call, path);
			left = limit;
		}
		putc(c, to);
		left -= call->option['b'] || c == '\n';
	}
	return to != NULL && fclose(to) != 0 ? fail(call, path) : 0;
}

TOOL("cut", "d:f:c:b:snO:C delimiter=d fields=f characters=c bytes=b only-delimited=s output-delimiter=O complement=C", "-f LIST|-c LIST|-b LIST [-d C] [-s] [FILE...]",
     "Prints parts of lines.", 0, -1, run_cut)
TOOL("paste", "sd: serial=s delimiters=d", "[-s] [-d LIST] [FILE...]", "Puts files side by side, line by line.", 0, -1, run_paste)
TOOL("tr", "+dscCt delete=d squeeze-repeats=s complement=c truncate-set1=t", "[-dscC] SET1 [SET2]", "Replaces characters.", 1, 2, run_tr)
TOOL("fold", "bsw: width=w spaces=s bytes=b", "[-bs] [-w WIDTH] [FILE...]", "Breaks long lines.", 0, -1, run_fold)
TOOL("expand", "it: tabs=t", "[-t WIDTH] [FILE...]", "Makes tabs into blanks.", 0, -1, run_expand)
TOOL("unexpand", "at: all=a tabs=t", "[-a] [-t WIDTH] [FILE...]", "Makes blanks into tabs.", 0, -1, run_expand)
TOOL("rev", "", "[FILE...]", "Turns each line round.", 0, -1, run_rev)
TOOL("tac", "", "[FILE...]", "Prints lines from the last to the first.", 0, -1, run_tac)
TOOL("nl", "b:w:s:v:i:n:", "[-b a|t|n] [-w WIDTH] [-s TEXT] [-v FIRST] [-i STEP] [-n ln|rn|rz] [FILE...]", "Numbers lines.", 0, -1, run_nl)
TOOL("split", "l:b:a:d lines=l bytes=b suffix-length=a numeric-suffixes=d", "[-l LINES|-b BYTES] [-a LETTERS] [-d] [FILE [PREFIX]]", "Cuts a file into pieces.", 0, 2, run_split)
