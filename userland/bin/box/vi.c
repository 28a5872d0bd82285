// vi.c: a screen editor with vi's commands. The text is an array of lines; the screen shows a window of them and is drawn anew
// after each key. Undo keeps the last texts whole: short files are what it is for.
//
// Moves h j k l w b e 0 ^ $ G gg f t F T ; % { } ^D ^U ^F ^B H M L, with counts; d c y > < with a move or doubled; x X D C s S r ~ J
// p P o O i a I A u . / ? n N * : and ":w :q :wq :x :e FILE :r FILE :NUMBER :s/a/b/g :%s :N,Md".
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/line/keys.h"

#define UNDO_MAX 64
#define KEYS_MAX 4096

struct text {
	char **line;
	long count;
	long row, column;
};

static struct text text, undo[UNDO_MAX];
static int undo_count;
static long row, column, top, wanted; // wanted: the column that j and k keep
static int columns, rows;
static bool changed, leave, inserting;
static char *path, status[256];
static char *yank;	  // lines joined by newlines
static bool yank_lines;
static regex_t pattern;
static bool has_pattern;
static int find_key, find_character;
static int keys[KEYS_MAX], key_count, replay = -1, replay_end; // what '.' does again
static bool recording;
static int last_change[KEYS_MAX], last_change_count;

static void *keep(void *pointer)
{
	if (pointer == NULL)
		exit(1);
	return pointer;
}

static char *line(void)
{
	return text.line[row];
}

static long length(long at)
{
	return (long)strlen(text.line[at]);
}

// -------- the text

static void insert_line(long at, const char *from, size_t size)
{
	text.line = keep(realloc(text.line, (text.count + 2) * sizeof(char *)));
	memmove(text.line + at + 1, text.line + at, (text.count - at) * sizeof(char *));
	text.line[at] = keep(strndup(from, size));
	text.count++;
	changed = true;
}

static void delete_lines(long at, long count)
{
	for (long i = at; i < at + count; i++)
		free(text.line[i]);
	memmove(text.line + at, text.line + at + count, (text.count - at - count) * sizeof(char *));
	text.count -= count;
	if (text.count == 0)
		insert_line(0, "", 0);
	changed = true;
}

// Replaces bytes [from, to) of a line.
static void change(long at, long from, long to, const char *by, size_t size)
{
	char *old = text.line[at];
	size_t rest = strlen(old) - to;
	char *fresh = keep(malloc(from + size + rest + 1));
	memcpy(fresh, old, from);
	memcpy(fresh + from, by, size);
	memcpy(fresh + from + size, old + to, rest + 1);
	text.line[at] = fresh;
	free(old);
	changed = true;
}

static void free_text(struct text *old)
{
	for (long i = 0; i < old->count; i++)
		free(old->line[i]);
	free(old->line);
}

static void save_undo(void)
{
	if (undo_count == UNDO_MAX) {
		free_text(&undo[0]);
		memmove(undo, undo + 1, --undo_count * sizeof(*undo));
	}
	struct text *copy = &undo[undo_count++];
	*copy = (struct text){keep(malloc((text.count + 1) * sizeof(char *))), text.count, row, column};
	for (long i = 0; i < text.count; i++)
		copy->line[i] = keep(strdup(text.line[i]));
}

static void take_undo(void)
{
	if (undo_count == 0) {
		strcpy(status, "Nothing to undo");
		return;
	}
	free_text(&text);
	text = undo[--undo_count];
	row = text.row;
	column = text.column;
	changed = true;
}

// -------- the screen

static int screen_column(long at, long byte) // where a byte of a line stands
{
	int x = 0;
	for (long i = 0; i < byte && text.line[at][i] != '\0'; i++) {
		unsigned char c = text.line[at][i];
		x += c == '\t' ? 8 - x % 8 : c < 32 || c == 127 ? 2 : (c & 0xc0) != 0x80;
	}
	return x;
}

static void draw_line(long at, int shift)
{
	int x = 0;
	for (const char *c = text.line[at]; *c != '\0' && x < columns + shift; c++) {
		unsigned char byte = *c;
		int width = byte == '\t' ? 8 - x % 8 : byte < 32 || byte == 127 ? 2 : (byte & 0xc0) != 0x80;
		if (x >= shift && x + width <= columns + shift) {
			if (byte == '\t')
				printf("%*s", width, "");
			else if (byte < 32 || byte == 127)
				printf("^%c", byte ^ 0x40);
			else
				putchar(byte);
		}
		x += width;
	}
}

static void draw(void)
{
	screen_size(STDOUT_FILENO, &columns, &rows);
	int page = rows - 1, x = screen_column(row, column), shift = x >= columns ? x - columns / 2 : 0;
	top = row < top ? row : row >= top + page ? row - page + 1 : top;
	fputs("\033[?25l\033[H", stdout);
	for (int i = 0; i < page; i++) {
		if (top + i < text.count)
			draw_line(top + i, shift);
		else
			putchar('~');
		fputs("\033[K\r\n", stdout);
	}
	if (*status != '\0')
		printf("%.*s\033[K", columns - 1, status);
	else
		printf("%s%s%s  %ld,%ld\033[K", inserting ? "-- INSERT -- " : "", path != NULL ? path : "[no name]", changed ? " [+]" : "", row + 1, column + 1);
	printf("\033[%ld;%dH\033[?25h", row - top + 1, x - shift + 1);
	fflush(stdout);
	*status = '\0';
}

static int next_key(void)
{
	if (replay >= 0 && replay < replay_end)
		return last_change[replay++];
	replay = -1;
	draw();
	int key = key_read(STDIN_FILENO, -1);
	if (recording && key_count < KEYS_MAX)
		keys[key_count++] = key;
	return key;
}

static void clamp(void)
{
	row = row < 0 ? 0 : row >= text.count ? text.count - 1 : row;
	long most = length(row) - !inserting;
	column = column > most ? most : column;
	column = column < 0 ? 0 : column;
	while (column > 0 && (line()[column] & 0xc0) == 0x80)
		column--;
}

// -------- moves

static long step(long at, long byte, int direction)
{
	do
		byte += direction;
	while (byte > 0 && byte < length(at) && (text.line[at][byte] & 0xc0) == 0x80);
	return byte;
}

static int class_of(char c, bool big)
{
	return c == '\0' || isspace((unsigned char)c) ? 0 : big || isalnum((unsigned char)c) || c == '_' || (c & 0x80) ? 1 : 2;
}

static void word_on(bool big, bool stay_in_line)
{
	int start = class_of(line()[column], big);
	while (line()[column] != '\0' && class_of(line()[column], big) == start && start != 0)
		column++;
	for (;;) {
		while (line()[column] != '\0' && class_of(line()[column], big) == 0)
			column++;
		if (line()[column] != '\0' || row + 1 == text.count || stay_in_line)
			return;
		row++;
		column = 0;
		if (line()[0] == '\0')
			return;
	}
}

static void word_back(bool big)
{
	for (;;) {
		while (column > 0 && class_of(line()[column - 1], big) == 0)
			column--;
		if (column > 0 || row == 0)
			break;
		column = length(--row);
		if (column == 0)
			return;
	}
	int kind = column > 0 ? class_of(line()[column - 1], big) : 0;
	while (column > 0 && class_of(line()[column - 1], big) == kind)
		column--;
}

static void word_end(bool big)
{
	column++;
	while (line()[column] == '\0' || class_of(line()[column], big) == 0) {
		if (line()[column] == '\0') {
			if (row + 1 == text.count)
				return;
			row++;
			column = 0;
		} else {
			column++;
		}
	}
	int kind = class_of(line()[column], big);
	while (line()[column + 1] != '\0' && class_of(line()[column + 1], big) == kind)
		column++;
}

static void find_in_line(int key, int c)
{
	int direction = key == 'f' || key == 't' ? 1 : -1;
	long at = column + direction;
	if (key == 't' || key == 'T')
		at += direction;
	at -= key == 't' || key == 'T' ? direction : 0;
	while (at >= 0 && at < length(row) && line()[at] != c)
		at += direction;
	if (at >= 0 && at < length(row))
		column = key == 't' ? at - 1 : key == 'T' ? at + 1 : at;
}

static void match_bracket(void)
{
	static const char pairs[] = "()[]{}";
	long at = column, r = row;
	while (line()[at] != '\0' && strchr(pairs, line()[at]) == NULL)
		at++;
	if (line()[at] == '\0')
		return;
	size_t which = strchr(pairs, line()[at]) - pairs;
	int direction = which % 2 == 0 ? 1 : -1, depth = 0;
	char open = pairs[which], close = pairs[which ^ 1];
	for (;;) {
		char c = at >= 0 && at < length(r) ? text.line[r][at] : '\0';
		depth += (c == open) - (c == close);
		if (c == close && depth == 0) {
			row = r;
			column = at;
			return;
		}
		at += direction;
		if (at < 0 || at > length(r)) {
			r += direction;
			if (r < 0 || r >= text.count)
				return;
			at = direction > 0 ? 0 : length(r);
		}
	}
}

static void search(int direction)
{
	for (long i = 0; i <= text.count; i++) {
		long r = ((row + direction * i) % text.count + text.count) % text.count;
		long found = -1, from = i == 0 && direction > 0 ? column + 1 : 0;
		long limit = i == 0 && direction < 0 ? column : length(r) + 1;
		for (long at = from; at <= length(r);) {
			regmatch_t match = {at, length(r)};
			if (regexec(&pattern, text.line[r], 1, &match, REG_STARTEND | (at > 0 ? REG_NOTBOL : 0)) != 0 || match.rm_so >= limit)
				break;
			found = match.rm_so;
			if (direction > 0)
				break;
			at = match.rm_so + 1;
		}
		if (found >= 0) {
			row = r;
			column = found;
			return;
		}
	}
	strcpy(status, "Pattern not found");
}

static bool ask(char mark, char *to, size_t size)
{
	size_t used = 0;
	for (;;) {
		printf("\033[%d;1H\033[K%c%.*s", rows, mark, (int)used, to);
		fflush(stdout);
		int key = replay >= 0 && replay < replay_end ? last_change[replay++] : key_read(STDIN_FILENO, -1);
		if (key == '\r' || key == '\n')
			break;
		if (key == KEY_ESCAPE || key == CONTROL('c') || key == KEY_CLOSED || ((key == 127 || key == CONTROL('h')) && used == 0))
			return false;
		if (key == 127 || key == CONTROL('h'))
			used--;
		else if (key >= 32 && key < 256 && used + 1 < size)
			to[used++] = (char)key;
	}
	to[used] = '\0';
	return true;
}

static bool set_pattern(const char *by)
{
	if (*by == '\0')
		return has_pattern;
	if (has_pattern)
		regfree(&pattern);
	int error = regcomp(&pattern, by, 0);
	if (error != 0)
		regerror(error, &pattern, status, sizeof(status));
	return has_pattern = error == 0;
}

// Makes a move. 0: no move; 'l': whole lines; 'c': up to the character before; 'i': with the last character.
static int move(int key, long times, bool counted)
{
	char asked[128];
	int kind = 'c', page = rows - 2;
	long before = column;
	switch (key) {
	case 'h':
	case KEY_LEFT:
	case CONTROL('h'):
	case 127: for (; times > 0 && column > 0; times--) column = step(row, column, -1); break;
	case 'l':
	case ' ':
	case KEY_RIGHT: for (; times > 0 && column < length(row); times--) column = step(row, column, 1); break;
	case 'j':
	case '+':
	case '\r':
	case '\n':
	case CONTROL('n'):
	case KEY_DOWN: row += times; kind = 'l'; break;
	case 'k':
	case '-':
	case KEY_UP: row -= times; kind = 'l'; break;
	case CONTROL('d'): row += page / 2; kind = 'l'; break;
	case CONTROL('u'): row -= page / 2; kind = 'l'; break;
	case CONTROL('f'):
	case KEY_PAGE_DOWN: row += page * times; top += page * times; kind = 'l'; break;
	case CONTROL('b'):
	case KEY_PAGE_UP: row -= page * times; top = top > page * times ? top - page * times : 0; kind = 'l'; break;
	case 'G': row = counted ? times - 1 : text.count - 1; kind = 'l'; break;
	case 'g':
		if (next_key() != 'g')
			return 0;
		row = counted ? times - 1 : 0;
		kind = 'l';
		break;
	case 'H': row = top; kind = 'l'; break;
	case 'M': row = top + page / 2; kind = 'l'; break;
	case 'L': row = top + page; kind = 'l'; break;
	case '0':
	case KEY_HOME: column = 0; break;
	case '^': column = (long)strspn(line(), " \t"); break;
	case '$':
	case KEY_END: row += times - 1; clamp(); column = length(row); break;
	case 'w':
	case 'W': for (; times > 0; times--) word_on(key == 'W', false); break;
	case 'b':
	case 'B': for (; times > 0; times--) word_back(key == 'B'); break;
	case 'e':
	case 'E': for (; times > 0; times--) word_end(key == 'E'); kind = 'i'; break;
	case 'f':
	case 't':
	case 'F':
	case 'T':
		find_key = key;
		find_character = next_key();
		// fall through
	case ';':
		for (; times > 0; times--)
			find_in_line(find_key, find_character);
		if (column == before)
			return 0;
		kind = find_key == 'f' || find_key == 't' ? 'i' : 'c';
		break;
	case '%': match_bracket(); kind = 'i'; break;
	case '}':
		for (row++; row < text.count && *text.line[row] != '\0'; row++)
			;
		column = 0;
		break;
	case '{':
		for (row--; row > 0 && *text.line[row] != '\0'; row--)
			;
		column = 0;
		break;
	case '/':
	case '?':
		if (!ask((char)key, asked, sizeof(asked)) || !set_pattern(asked))
			return 0;
		search(key == '/' ? 1 : -1);
		break;
	case 'n':
	case 'N':
		if (!has_pattern)
			return 0;
		search(key == 'n' ? 1 : -1);
		break;
	case '*': {
		long start = column, end = column;
		while (start > 0 && class_of(line()[start - 1], false) == 1)
			start--;
		while (class_of(line()[end], false) == 1)
			end++;
		snprintf(asked, sizeof(asked), "\\<%.*s\\>", (int)(end - start), line() + start);
		if (end == start || !set_pattern(asked))
			return 0;
		search(1);
		break;
	}
	default: return 0;
	}
	row = row < 0 ? 0 : row >= text.count ? text.count - 1 : row;
	return kind;
}

// -------- changes

static void set_yank(char *fresh, bool whole)
{
	free(yank);
	yank = fresh;
	yank_lines = whole;
}

// The text from (a, from) up to (b, to), lines joined by newlines; with `take` it is cut out.
static char *cut(long a, long from, long b, long to, bool take)
{
	size_t size = 1;
	for (long i = a; i <= b; i++)
		size += strlen(text.line[i]) + 1;
	char *fresh = keep(calloc(1, size)), *at = fresh;
	for (long i = a; i <= b; i++) {
		long start = i == a ? from : 0, end = i == b ? to : length(i);
		at = mempcpy(at, text.line[i] + start, end - start);
		if (i < b)
			*at++ = '\n';
	}
	if (take) {
		char *tail = keep(strdup(text.line[b] + to));
		change(a, from, length(a), tail, strlen(tail));
		free(tail);
		if (b > a)
			delete_lines(a + 1, b - a);
	}
	return fresh;
}

static void put_text(const char *from, bool whole, bool before)
{
	if (from == NULL)
		return;
	if (whole) {
		row += !before;
		for (long at = row;; at++) {
			size_t size = strcspn(from, "\n");
			insert_line(at, from, size);
			from += size;
			if (*from++ == '\0')
				break;
		}
		column = (long)strspn(line(), " \t");
		return;
	}
	long at = column + (!before && length(row) > 0);
	const char *newline = strchr(from, '\n');
	char *tail = keep(strdup(line() + at));
	if (newline == NULL) {
		change(row, at, at, from, strlen(from));
		column = at + (long)strlen(from) - 1;
	} else {
		change(row, at, length(row), from, newline - from);
		long r = row;
		for (const char *rest = newline + 1;; rest++) {
			size_t size = strcspn(rest, "\n");
			insert_line(++r, rest, size);
			rest += size;
			if (*rest == '\0')
				break;
		}
		change(r, length(r), length(r), tail, strlen(tail));
	}
	free(tail);
}

static void insert_mode(void)
{
	inserting = true;
	for (int key; (key = next_key()) != KEY_ESCAPE && key != CONTROL('c') && key != KEY_CLOSED;) {
		char c = (char)key;
		if (key == '\r' || key == '\n') {
			size_t indent = strspn(line(), " \t");
			indent = (long)indent > column ? (size_t)column : indent;
			char *tail = keep(malloc(indent + length(row) - column + 1));
			memcpy(tail, line(), indent);
			strcpy(tail + indent, line() + column);
			change(row, column, length(row), "", 0);
			insert_line(++row, tail, strlen(tail));
			column = (long)indent;
			free(tail);
		} else if (key == 127 || key == CONTROL('h')) {
			if (column > 0) {
				long before = step(row, column, -1);
				change(row, before, column, "", 0);
				column = before;
			} else if (row > 0) {
				column = length(row - 1);
				change(row - 1, column, column, line(), strlen(line()));
				delete_lines(row--, 1);
			}
		} else if (key == KEY_DELETE) {
			if (column < length(row))
				change(row, column, step(row, column, 1), "", 0);
		} else if (key == CONTROL('w')) {
			long end = column, r = row;
			word_back(false);
			if (row == r)
				change(row, column, end, "", 0);
			row = r;
		} else if (key >= 256) {
			move(key, 1, false);
			clamp();
		} else if (key >= 32 || key == '\t') {
			change(row, column, column, &c, 1);
			column++;
		}
	}
	inserting = false;
	if (column > 0)
		column = step(row, column, -1);
}

static void shift_lines(long a, long b, int direction)
{
	for (long i = a; i <= b; i++)
		if (direction > 0 && length(i) > 0)
			change(i, 0, 0, "\t", 1);
		else if (direction < 0 && *text.line[i] == '\t')
			change(i, 0, 1, "", 0);
		else if (direction < 0)
			change(i, 0, (long)strspn(text.line[i], " ") < 8 ? (long)strspn(text.line[i], " ") : 8, "", 0);
	row = a;
	column = (long)strspn(line(), " \t");
}

// d c y > < with a move, or doubled for whole lines.
static void operate(int operator, long times)
{
	long a = row, from = column, count = 0;
	int key = next_key(), kind;
	while (key >= '1' && key <= '9') {
		count = count * 10 + key - '0';
		key = next_key();
	}
	times = count > 0 ? times * count : times;
	if (key == operator) {
		row = a + times - 1;
		kind = 'l';
	} else if (operator == 'c' && (key == 'w' || key == 'W') && class_of(line()[column], false) != 0) {
		column--; // "cw" changes to the word's end
		for (long i = 0; i < times; i++)
			word_end(key == 'W');
		kind = 'i';
	} else {
		long before_row = row;
		kind = move(key, times, count > 0 || times > 1);
		if ((key == 'w' || key == 'W') && row > before_row && (column == 0 || (long)strspn(line(), " \t") >= column)) {
			row = before_row; // a word's move does not take the line's end
			column = length(row);
			kind = 'c';
		}
	}
	row = row >= text.count ? text.count - 1 : row;
	if (kind == 0) {
		row = a;
		column = from;
		return;
	}
	long b = row, to = column;
	if (a > b || (a == b && from > to && kind != 'l')) {
		long swap = a;
		a = b;
		b = swap;
		swap = from;
		from = to;
		to = swap;
	}
	row = a; // where the change begins is where undo goes back to
	column = from;
	if (operator != 'y')
		save_undo();
	if (operator == '>' || operator == '<') {
		shift_lines(a, b, operator == '>' ? 1 : -1);
		return;
	}
	to = kind == 'i' && to < length(b) ? step(b, to, 1) : to;
	set_yank(kind == 'l' ? cut(a, 0, b, length(b), false) : cut(a, from, b, to, operator != 'y'), kind == 'l');
	column = kind == 'l' ? 0 : from;
	if (kind == 'l' && operator == 'd') {
		delete_lines(a, b - a + 1);
		row = a < text.count ? a : text.count - 1;
		column = (long)strspn(line(), " \t");
	} else if (kind == 'l' && operator == 'c') {
		if (b > a)
			delete_lines(a + 1, b - a);
		change(a, 0, length(a), "", 0);
	}
	if (operator == 'c')
		insert_mode();
}

static void join_lines(long times)
{
	for (times = times > 1 ? times - 1 : 1; times > 0 && row + 1 < text.count; times--) {
		const char *next = text.line[row + 1] + strspn(text.line[row + 1], " \t");
		column = length(row);
		bool blank = column > 0 && *next != '\0' && *next != ')';
		char *joined = keep(malloc(strlen(next) + 2));
		sprintf(joined, "%s%s", blank ? " " : "", next);
		change(row, column, column, joined, strlen(joined));
		free(joined);
		delete_lines(row + 1, 1);
	}
}

// -------- ":" commands

static bool write_file(const char *to, long a, long b)
{
	FILE *file = to != NULL ? fopen(to, "w") : NULL;
	long bytes = 0;
	if (file == NULL) {
		snprintf(status, sizeof(status), "%s: %s", to != NULL ? to : "No file name", to != NULL ? strerror(errno) : "");
		return false;
	}
	bool empty = text.count == 1 && length(0) == 0;
	for (long i = a; i <= b && !empty; i++)
		bytes += fprintf(file, "%s\n", text.line[i]);
	bool good = !ferror(file);
	good &= fclose(file) == 0;
	snprintf(status, sizeof(status), good ? "\"%s\" %ld lines, %ld bytes" : "\"%s\": write error", to, b - a + 1, bytes);
	if (good && a == 0 && b == text.count - 1)
		changed = false;
	return good;
}

static long read_file(const char *from, long at)
{
	FILE *file = fopen(from, "r");
	char *one = NULL;
	size_t room = 0;
	long count = 0;
	if (file == NULL)
		return -1;
	for (ssize_t size; (size = getline(&one, &room, file)) > 0; count++)
		insert_line(at + count, one, strcspn(one, "\n"));
	free(one);
	fclose(file);
	return count;
}

static void open_file(const char *from)
{
	while (undo_count > 0)
		free_text(&undo[--undo_count]);
	free_text(&text);
	text = (struct text){0};
	row = column = top = 0;
	long count = from != NULL ? read_file(from, 0) : -1;
	snprintf(status, sizeof(status), count < 0 ? "\"%s\" %s" : "\"%s\" %s%ld lines", from != NULL ? from : "", count < 0 ? (errno == ENOENT || from == NULL ? "[new]" : strerror(errno)) : "", count);
	if (text.count == 0)
		insert_line(0, "", 0);
	changed = false;
}

// s/pattern/replacement/flags over lines a to b.
static void substitute(const char *command, long a, long b)
{
	char mark = *command++, parts[2][256] = {"", ""};
	for (int part = 0; part < 2; part++) {
		size_t size = 0;
		for (; *command != '\0' && *command != mark && size < 254; command++) {
			if (*command == '\\' && command[1] == mark)
				command++;
			else if (*command == '\\' && command[1] != '\0')
				parts[part][size++] = *command++;
			parts[part][size++] = *command;
		}
		command += *command == mark;
	}
	bool all = strchr(command, 'g') != NULL;
	long made = 0;
	if (!set_pattern(parts[0]))
		return;
	save_undo();
	for (long r = a; r <= b; r++)
		for (long at = 0; at <= length(r);) {
			regmatch_t match[10] = {{at, length(r)}};
			char by[1024];
			size_t size = 0;
			if (regexec(&pattern, text.line[r], 10, match, REG_STARTEND | (at > 0 ? REG_NOTBOL : 0)) != 0)
				break;
			for (const char *c = parts[1]; *c != '\0' && size < sizeof(by) - 1; c++) {
				int group = *c == '&' ? 0 : *c == '\\' && isdigit((unsigned char)c[1]) ? c[1] - '0' : -1;
				if (*c == '\\' && c[1] != '\0')
					c++;
				for (long i = group >= 0 && match[group].rm_so >= 0 ? match[group].rm_so : 1; group >= 0 && i < match[group].rm_eo && size < sizeof(by) - 1; i++)
					by[size++] = text.line[r][i];
				if (group < 0)
					by[size++] = *c;
			}
			bool empty = match[0].rm_eo == match[0].rm_so;
			change(r, match[0].rm_so, match[0].rm_eo, by, size);
			made++;
			row = r;
			at = match[0].rm_so + (long)size + empty;
			if (!all)
				break;
		}
	snprintf(status, sizeof(status), made > 0 ? "%ld substitutions" : "Pattern not found", made);
}

// A line's address: a number, ".", "$"; -1: none.
static long take_address(const char **at)
{
	char *end;
	if (**at == '.' || **at == '$')
		return *(*at)++ == '.' ? row : text.count - 1;
	long number = strtol(*at, &end, 10);
	bool any = end != *at;
	*at = end;
	return any ? (number > 0 ? number - 1 : 0) : -1;
}

static void run_command(void)
{
	char command[256];
	if (!ask(':', command, sizeof(command)))
		return;
	const char *at = command;
	long a = *at == '%' ? (at++, 0) : take_address(&at), b = at > command && at[-1] == '%' ? text.count - 1 : *at == ',' ? (at++, take_address(&at)) : a;
	bool ranged = a >= 0;
	a = ranged ? a : row;
	b = b >= 0 ? b : row;
	b = b >= text.count ? text.count - 1 : b;
	a = a > b ? b : a;
	size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz");
	const char *operand = at + size;
	bool force = *operand == '!';
	operand += force;
	operand += strspn(operand, " ");
	if (*at == '\0' && ranged) {
		row = b;
	} else if (strncmp(at, "s", size) == 0 && size == 1 && *operand != '\0') {
		substitute(at + 1, a, b);
	} else if (size == 1 && *at == 'd') {
		save_undo();
		set_yank(cut(a, 0, b, length(b), false), true);
		delete_lines(a, b - a + 1);
		row = a;
	} else if (strncmp(at, "write", size) == 0 && size > 0 && *at == 'w') {
		if (path == NULL && *operand != '\0')
			path = keep(strdup(operand));
		write_file(*operand != '\0' ? operand : path, ranged ? a : 0, ranged ? b : text.count - 1);
	} else if (strncmp(at, "wq", 2) == 0 || (size == 1 && *at == 'x')) {
		leave = (*at == 'x' && !changed) || write_file(*operand != '\0' ? operand : path, 0, text.count - 1);
	} else if (strncmp(at, "quit", size) == 0 && size > 0) {
		leave = force || !changed;
		if (!leave)
			strcpy(status, "Not written since the last change (:q! leaves all the same)");
	} else if (strncmp(at, "edit", size) == 0 && size > 0) {
		if (changed && !force) {
			strcpy(status, "Not written since the last change (:e! reads all the same)");
		} else {
			if (*operand != '\0')
				path = keep(strdup(operand));
			open_file(path);
		}
	} else if (strncmp(at, "read", size) == 0 && size > 0) {
		save_undo();
		if (read_file(operand, row + 1) < 0)
			snprintf(status, sizeof(status), "%.200s: %s", operand, strerror(errno));
	} else {
		snprintf(status, sizeof(status), "No such command: %.200s", command);
	}
}

// -------- keys

static void start_insert(int key)
{
	save_undo();
	switch (key) {
	case 'a': column = length(row) > 0 ? step(row, column, 1) : 0; break;
	case 'A': column = length(row); break;
	case 'I': column = (long)strspn(line(), " \t"); break;
	case 'o':
	case 'O':
		row += key == 'o';
		insert_line(row, "", 0);
		column = 0;
		break;
	case 'C': set_yank(cut(row, column, row, length(row), true), false); break;
	case 'S': change(row, 0, length(row), "", 0); column = 0; break;
	case 's':
		if (column < length(row))
			change(row, column, step(row, column, 1), "", 0);
		break;
	}
	insert_mode();
}

static void replace_character(long times)
{
	int key = next_key();
	char c = (char)key;
	if (key >= 256 || key < 32)
		return;
	save_undo();
	for (; times > 0 && column < length(row); times--, column++)
		change(row, column, step(row, column, 1), &c, 1);
	column--;
}

static void change_case(long times)
{
	save_undo();
	for (; times > 0 && column < length(row); times--, column++) {
		unsigned char c = line()[column];
		char other = (char)(isupper(c) ? tolower(c) : toupper(c));
		change(row, column, column + 1, &other, 1);
	}
}

static void delete_characters(int key, long times)
{
	long from = column, to = column;
	for (; times > 0; times--)
		if (key == 'X')
			from = from > 0 ? step(row, from, -1) : 0;
		else
			to = to < length(row) ? step(row, to, 1) : to;
	if (to == from)
		return;
	save_undo();
	set_yank(cut(row, from, row, to, true), false);
	column = from;
}

static void act(int key, long times, bool counted)
{
	switch (key) {
	case ':': run_command(); return;
	case 'i':
	case 'a':
	case 'I':
	case 'A':
	case 'o':
	case 'O':
	case 'C':
	case 'S':
	case 's': start_insert(key); return;
	case 'd':
	case 'c':
	case 'y':
	case '>':
	case '<': operate(key, times); return;
	case 'x':
	case 'X':
	case KEY_DELETE: delete_characters(key, times); return;
	case 'D':
		save_undo();
		set_yank(cut(row, column, row, length(row), true), false);
		return;
	case 'Y': set_yank(cut(row, 0, row + times > text.count ? text.count - 1 : row + times - 1, length(row + times > text.count ? text.count - 1 : row + times - 1), false), true); return;
	case 'p':
	case 'P':
		save_undo();
		for (; times > 0; times--)
			put_text(yank, yank_lines, key == 'P');
		return;
	case 'r': replace_character(times); return;
	case '~': change_case(times); return;
	case 'J': save_undo(); join_lines(times); return;
	case 'u': take_undo(); return;
	case 'Z': leave = next_key() == 'Z' && (!changed || write_file(path, 0, text.count - 1)); return;
	case CONTROL('g'): snprintf(status, sizeof(status), "\"%s\" line %ld of %ld", path != NULL ? path : "", row + 1, text.count); return;
	case CONTROL('l'): screen_ask(STDIN_FILENO); fputs("\033[2J", stdout); return;
	case KEY_CLOSED: leave = true; return;
	}
	int kind = move(key, times, counted);
	if (kind == 'l' && strchr("GgHML+-\r", key < 256 ? key : 0) == NULL)
		column = wanted;
	else if (kind == 'l')
		column = (long)strspn(line(), " \t");
}

static void edit(void)
{
	while (!leave) {
		long times = 0;
		key_count = 0;
		recording = replay < 0;
		int key = next_key();
		if (key == '.' && last_change_count > 0) {
			replay = 0;
			replay_end = last_change_count;
			key = next_key();
		}
		while ((key >= '1' && key <= '9') || (key == '0' && times > 0)) {
			times = times < 100000 ? times * 10 + key - '0' : times;
			key = next_key();
		}
		bool vertical = key < 256 && strchr("jk\004\025\006\002\016", key) != NULL && key != 0;
		vertical |= key == KEY_UP || key == KEY_DOWN || key == KEY_PAGE_UP || key == KEY_PAGE_DOWN;
		bool changes = key < 256 && key > 0 && strchr("iaIAoOCSsdcxXDpPr~J><", key) != NULL;
		act(key, times > 0 ? times : 1, times > 0);
		if (changes && recording && key_count > 0) {
			memcpy(last_change, keys, key_count * sizeof(int));
			last_change_count = key_count;
		}
		recording = false;
		replay = -1;
		clamp();
		wanted = vertical ? wanted : column;
	}
}

static int run_vi(struct call *call)
{
	struct termios before;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !keys_start(STDIN_FILENO, &before))
		return complain(call, "standard input and output must be a terminal");
	path = call->count > 0 ? keep(strdup(call->operands[0])) : NULL;
	screen_ask(STDIN_FILENO);
	fputs("\033[?1049h", stdout);
	screen_size(STDOUT_FILENO, &columns, &rows);
	open_file(path);
	edit();
	fputs("\033[?1049l", stdout);
	fflush(stdout);
	keys_end(STDIN_FILENO, &before);
	return 0;
}

TOOL("vi", "", "[FILE]", "Edits a text on the screen with vi's commands; :q! leaves.", 0, 1, run_vi)
