// line.c: see line.h. The terminal is raw only while a line is being typed; programs find it as it was. A line longer than
// the screen scrolls sideways. What is typed at the end costs one byte of output; any other key draws the line again.
#include "userland/lib/line/line.h"
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define LINE_SIZE 4096
#define HISTORY_MAX 100
#define CONTROL(letter) ((letter) & 0x1f)

enum { KEY_UP = 256, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_NONE, KEY_CLOSED };

static char *history[HISTORY_MAX];
static int history_count;
static char line[LINE_SIZE];
static size_t size, cursor;
static const char *prompt;
static bool typed_at_end; // the last key only added to what is on the screen

static int read_byte(void)
{
	unsigned char byte;
	ssize_t rc;
	do
		rc = read(STDIN_FILENO, &byte, 1);
	while (rc < 0 && errno == EINTR);
	return rc == 1 ? byte : KEY_CLOSED;
}

// A key; arrows and their like come as ESC [ letter, ESC O letter or ESC [ digit ~.
static int read_key(void)
{
	static const struct {
		char code;
		int key;
	} letters[] = {{'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END},
		       {'1', KEY_HOME}, {'7', KEY_HOME}, {'4', KEY_END}, {'8', KEY_END}, {'3', KEY_DELETE}};
	int byte = read_byte();
	if (byte != 0x1b)
		return byte;
	byte = read_byte();
	if (byte != '[' && byte != 'O')
		return KEY_NONE;
	int code = byte = read_byte();
	while (isdigit(byte) || byte == ';')
		byte = read_byte();
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].code == code)
			return letters[i].key;
	return KEY_NONE;
}

static size_t columns(const char *text, size_t bytes) // UTF-8: a character's first byte counts
{
	size_t count = 0;
	for (size_t i = 0; i < bytes; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

static void redraw(void)
{
	struct winsize window = {0};
	char screen[LINE_SIZE + 256];
	size_t width = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 20 ? window.ws_col : 80;
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
	case CONTROL('k'): replace(cursor, size, "", 0); break;
	case CONTROL('u'): replace(0, cursor, "", 0); break;
	case CONTROL('w'): replace(word_start(), cursor, "", 0); break;
	case CONTROL('l'): fputs("\033[H\033[2J", stderr); break;
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

char *line_read(const char *text, line_completer *completer)
{
	struct termios before, raw;
	int done = 0, position = history_count;
	prompt = text;
	size = cursor = 0;
	line[0] = '\0';
	if (tcgetattr(STDIN_FILENO, &before) < 0) { // "sh -i" without a terminal
		fputs(prompt, stderr);
		for (int byte; (byte = read_byte()) != '\n' && byte != KEY_CLOSED && size < LINE_SIZE - 1; done = 1)
			line[size++] = (char)byte;
		errno = 0;
		return size > 0 || done ? strndup(line, size) : NULL;
	}
	raw = before;
	raw.c_iflag &= ~(ICRNL | IXON);
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	redraw();
	while ((done = act(read_key(), &position, completer)) == 0)
		if (!typed_at_end || columns(prompt, strlen(prompt)) + columns(line, size) >= 79 ||
		    write(STDERR_FILENO, line + size - 1, 1) != 1)
			redraw();
	if (done != -1)
		fputs("\n", stderr);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	line[size] = '\0';
	errno = done == -2 ? EINTR : 0;
	if (done < 0)
		return NULL;
	remember();
	return strdup(line);
}
