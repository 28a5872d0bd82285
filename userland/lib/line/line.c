// line.c: see line.h. The terminal is raw only while a line is being typed; programs find it as it was. A line longer than
// the screen scrolls sideways. What is typed at the end costs one byte of output; any other key draws the line again.
#include "userland/lib/line/line.h"
#include "userland/lib/line/keys.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 4096
#define HISTORY_MAX 1000
static char *history[HISTORY_MAX];
static int history_count;
static char line[LINE_SIZE];
static size_t size, cursor;
static const char *prompt;
static char killed[LINE_SIZE]; // what ^K, ^U and ^W took away, for ^Y
static bool typed_at_end; // the last key only added to what is on the screen

static size_t columns(const char *text, size_t bytes) // UTF-8: a character's first byte counts
{
	size_t count = 0;
	for (size_t i = 0; i < bytes; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

static void redraw(void)
{
	char screen[LINE_SIZE + 256];
	int width_of_screen, rows;
	screen_size(STDERR_FILENO, &width_of_screen, &rows);
	size_t width = (size_t)width_of_screen;
	size_t used = columns(prompt, strlen(prompt)), start = 0, end = size;
	while (used + columns(line + start, cursor - start) >= width)
		start++;
	while (used + columns(line + start, end - start) >= width)
		end--;
	int length = snprintf(screen, sizeof(screen), "\r%s%.*s\033[K", prompt, (int)(end - start), line + start);
	size_t behind = columns(line + cursor, end - cursor);
	if (behind > 0)
		length += snprintf(screen + length, sizeof(screen) - length, "\033[%zuD", behind);
	if (write(STDERR_FILENO, screen, length) < 0)
		size = 0;
}

static void replace(size_t from, size_t to, const char *text, size_t length)
{
	if (size - (to - from) + length >= LINE_SIZE)
		return;
	memmove(line + from + length, line + to, size - to);
	memcpy(line + from, text, length);
	size += length - (to - from);
	cursor = from + length;
	line[size] = '\0';
}

static size_t step(size_t at, int direction) // to the next or previous character's first byte
{
	do
		at += direction;
	while (at > 0 && at < size && (line[at] & 0xc0) == 0x80);
	return at;
}

static void kill(size_t from, size_t to)
{
	if (to <= from)
		return;
	memcpy(killed, line + from, to - from);
	killed[to - from] = '\0';
	replace(from, to, "", 0);
}

static void swap_letters(void) // ^T
{
	if (size < 2 || cursor == 0)
		return;
	size_t at = cursor == size ? cursor - 1 : cursor;
	char c = line[at];
	line[at] = line[at - 1];
	line[at - 1] = c;
	cursor = at + 1;
}

static size_t word_start(void)
{
	size_t at = cursor;
	while (at > 0 && line[at - 1] == ' ')
		at--;
	while (at > 0 && line[at - 1] != ' ')
		at--;
	return at;
}

// Completes the word before the cursor as far as all matches agree; where that adds nothing, prints them.
static void complete(line_completer *completer)
{
	size_t start = cursor, same, count = 0;
	while (start > 0 && strchr(" \t;|&<>=", line[start - 1]) == NULL)
		start--;
	char *word = strndup(line + start, cursor - start);
	char **matches = word != NULL ? completer(word, strspn(line, " ") == start) : NULL;
	free(word);
	if (matches == NULL || matches[0] == NULL)
		return;
	for (same = strlen(matches[0]); matches[count] != NULL; count++)
		while (strncmp(matches[count], matches[0], same) != 0)
			same--;
	if (count == 1 || same > cursor - start) {
		replace(start, cursor, matches[0], same);
		if (count == 1 && same > 0 && line[cursor - 1] != '/')
			replace(cursor, cursor, " ", 1);
		return;
	}
	fputs("\r\n", stderr);
	for (; *matches != NULL; matches++)
		fprintf(stderr, "%s  ", *matches);
	fputs("\r\n", stderr);
}

static void recall(int *position, int wanted)
{
	if (wanted < 0 || wanted > history_count)
		return;
	*position = wanted;
	const char *text = wanted < history_count ? history[wanted] : "";
	replace(0, size, text, strlen(text));
}

static int act(int key, int *position, line_completer *completer);

// ^R: what is typed is looked for in the lines of before, from the newest on; ^R again goes further back. ^G gives up; any other
// key takes the line that was found and does its work on it.
static int search_history(int *position, line_completer *completer)
{
	const char *outer = prompt;
	char wanted[128] = "", shown[192], saved[LINE_SIZE];
	size_t length = 0;
	int at = history_count, key;
	strcpy(saved, line);
	for (;;) {
		snprintf(shown, sizeof(shown), "(search)`%s': ", wanted);
		prompt = shown;
		redraw();
		key = key_read(STDIN_FILENO, -1);
		if ((key == CONTROL('h') || key == 127) && length > 0) {
			wanted[--length] = '\0';
			at = history_count;
		} else if (key >= 32 && key < 256 && key != 127 && length + 1 < sizeof(wanted)) {
			wanted[length++] = (char)key;
			wanted[length] = '\0';
			at += at < history_count; // the line that was found may match still
		} else if (key != CONTROL('r')) {
			break;
		}
		int found = at - 1;
		while (found >= 0 && strstr(history[found], wanted) == NULL)
			found--;
		if (found >= 0) {
			at = found;
			replace(0, size, history[at], strlen(history[at]));
			cursor = (size_t)(strstr(line, wanted) - line);
		}
	}
	prompt = outer;
	if (key == CONTROL('g') || key == CONTROL('c'))
		replace(0, size, saved, strlen(saved));
	else
		*position = at;
	return key == CONTROL('g') || key == KEY_ESCAPE ? 0 : act(key, position, completer);
}

// Acts on a key. 0: go on; 1: the line is done; -1: end of input; -2: ^C.
static int act(int key, int *position, line_completer *completer)
{
	typed_at_end = false;
	switch (key) {
	case '\r':
	case '\n': return 1;
	case CONTROL('d'):
		if (size == 0)
			return -1;
		// fall through
	case KEY_DELETE:
		if (cursor < size)
			replace(cursor, step(cursor, 1), "", 0);
		break;
	case KEY_CLOSED: return -1;
	case KEY_ESCAPE:
	case KEY_NONE: break;
	case CONTROL('c'):
		fputs("^C", stderr);
		return -2;
	case CONTROL('a'):
	case KEY_HOME: cursor = 0; break;
	case CONTROL('e'):
	case KEY_END: cursor = size; break;
	case CONTROL('b'):
	case KEY_LEFT: cursor = cursor > 0 ? step(cursor, -1) : 0; break;
	case CONTROL('f'):
	case KEY_RIGHT: cursor = cursor < size ? step(cursor, 1) : size; break;
	case CONTROL('h'):
	case 127:
		if (cursor > 0)
			replace(step(cursor, -1), cursor, "", 0);
		break;
	case CONTROL('k'): kill(cursor, size); break;
	case CONTROL('u'): kill(0, cursor); break;
	case CONTROL('w'): kill(word_start(), cursor); break;
	case CONTROL('y'): replace(cursor, cursor, killed, strlen(killed)); break;
	case CONTROL('t'): swap_letters(); break;
	case CONTROL('r'): return search_history(position, completer);
	case CONTROL('l'):
		screen_ask(STDIN_FILENO);
		fputs("\033[H\033[2J", stderr);
		break;
	case CONTROL('p'):
	case KEY_UP: recall(position, *position - 1); break;
	case CONTROL('n'):
	case KEY_DOWN: recall(position, *position + 1); break;
	case '\t':
		if (completer != NULL)
			complete(completer);
		break;
	default:
		typed_at_end = key >= 32 && key < 256 && cursor == size && size < LINE_SIZE - 2;
		if (key >= 32 && key < 256)
			replace(cursor, cursor, &(char){(char)key}, 1);
	}
	return 0;
}

static void remember(void)
{
	if (strspn(line, " ") == size || (history_count > 0 && strcmp(history[history_count - 1], line) == 0))
		return;
	if (history_count == HISTORY_MAX) {
		free(history[0]);
		memmove(history, history + 1, (HISTORY_MAX - 1) * sizeof(*history));
		history_count--;
	}
	history[history_count] = strdup(line);
	history_count += history[history_count] != NULL;
}

void line_history_load(const char *path)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "re");
	for (ssize_t length; file != NULL && (length = getline(&text, &room, file)) > 0;) {
		length -= text[length - 1] == '\n';
		size = (size_t)length < LINE_SIZE - 1 ? (size_t)length : LINE_SIZE - 2;
		memcpy(line, text, size);
		line[size] = '\0';
		remember();
	}
	if (file != NULL)
		fclose(file);
	free(text);
}

void line_history_save(const char *path)
{
	FILE *file = fopen(path, "we");
	for (int i = 0; file != NULL && i < history_count; i++)
		fprintf(file, "%s\n", history[i]);
	if (file != NULL)
		fclose(file);
}

char *line_read(const char *text, line_completer *completer)
{
	struct termios before;
	int done = 0, position = history_count;
	prompt = text;
	size = cursor = 0;
	line[0] = '\0';
	if (!keys_start(STDIN_FILENO, &before)) { // "sh -i" without a terminal
		fputs(prompt, stderr);
		for (char byte; read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n' && size < LINE_SIZE - 1; done = 1)
			line[size++] = byte;
		errno = 0;
		return size > 0 || done ? strndup(line, size) : NULL;
	}
	redraw();
	while ((done = act(key_read(STDIN_FILENO, -1), &position, completer)) == 0)
		if (!typed_at_end || columns(prompt, strlen(prompt)) + columns(line, size) >= 79 ||
		    write(STDERR_FILENO, line + size - 1, 1) != 1)
			redraw();
	if (done != -1)
		fputs("\n", stderr);
	keys_end(STDIN_FILENO, &before);
	line[size] = '\0';
	errno = done == -2 ? EINTR : 0;
	if (done < 0)
		return NULL;
	remember();
	return strdup(line);
}
