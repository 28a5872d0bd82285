// resp.c: the request side of RESP2 (redis.io/docs/reference/protocol-spec): *count, then $size and bytes for each word; or one
// line of words as a person types it. And the glob of KEYS.
#include <string.h>
#include "userland/lib/kv/kv.h"

#define LINE_MAX_BYTES 65536

// The line at `at` without its end. Bytes taken, 0: it is not complete, -1: too long.
static long take_line(struct span input, size_t at, struct span *line)
{
	const char *from = input.bytes + at, *end = memchr(from, '\n', input.size - at);
	if (end == NULL)
		return input.size - at > LINE_MAX_BYTES ? -1 : 0;
	*line = (struct span){from, end - from - (end > from && end[-1] == '\r')};
	return end - from + 1;
}

static bool parse_size(struct span line, long limit, long *value)
{
	size_t i = 1; // behind * or $
	bool negative = line.size > 1 && line.bytes[1] == '-';
	*value = 0;
	for (i += negative; i < line.size; i++) {
		if (line.bytes[i] < '0' || line.bytes[i] > '9' || *value > limit)
			return false;
		*value = *value * 10 + (line.bytes[i] - '0');
	}
	*value = negative ? -*value : *value;
	return line.size > 1u + negative && *value <= limit;
}

static long parse_inline(struct span line, long taken, struct span *words, int *count)
{
	size_t i = 0;
	while (*count < RESP_WORDS_MAX) {
		while (i < line.size && (line.bytes[i] == ' ' || line.bytes[i] == '\t'))
			i++;
		if (i == line.size)
			break;
		words[*count].bytes = line.bytes + i;
		while (i < line.size && line.bytes[i] != ' ' && line.bytes[i] != '\t')
			i++;
		words[*count].size = line.bytes + i - words[*count].bytes;
		++*count;
	}
	return taken;
}

long resp_parse(struct span input, struct span words[RESP_WORDS_MAX], int *count, const char **error)
{
	struct span line;
	long number, size, at = input.size != 0 ? take_line(input, 0, &line) : 0;
	*count = 0;
	*error = "Protocol error: too big inline request";
	if (at <= 0)
		return at;
	if (input.bytes[0] != '*')
		return parse_inline(line, at, words, count);
	*error = "Protocol error: invalid multibulk length";
	if (!parse_size(line, RESP_WORDS_MAX, &number))
		return -1;
	for (int i = 0; i < number; i++) {
		*error = "Protocol error: too big bulk count string";
		long taken = (size_t)at < input.size ? take_line(input, at, &line) : 0;
		if (taken <= 0)
			return taken;
		*error = "Protocol error: expected '$'";
		if (line.size == 0 || line.bytes[0] != '$')
			return -1;
		*error = "Protocol error: invalid bulk length";
		if (!parse_size(line, RESP_WORD_MAX, &size) || size < 0)
			return -1;
		at += taken;
		if ((size_t)size + 2 > input.size - at)
			return 0;
		words[i] = (struct span){input.bytes + at, size};
		at += size + 2;
	}
	*count = number > 0 ? number : 0;
	return at;
}

// A set behind '[': true when it holds c. *at moves behind its ']'.
static bool in_set(struct span pattern, size_t *at, unsigned char c)
{
	bool inverted = *at < pattern.size && pattern.bytes[*at] == '^', found = false;
	for (*at += inverted; *at < pattern.size && pattern.bytes[*at] != ']'; ++*at) {
		if (pattern.bytes[*at] == '\\' && *at + 1 < pattern.size)
			++*at;
		unsigned char low = pattern.bytes[*at], high = low;
		if (*at + 2 < pattern.size && pattern.bytes[*at + 1] == '-') {
			high = pattern.bytes[*at + 2];
			*at += 2;
		}
		found |= low <= high ? c >= low && c <= high : c >= high && c <= low;
	}
	*at += *at < pattern.size;
	return found != inverted;
}

// One star is remembered at a time: the last is the only one that ever needs another try, so the work is at most the product
// of both lengths.
bool kv_glob(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = (size_t)-1, retry = 0;
	while (t < text.size) {
		size_t after = p + 1;
		bool match = false;
		if (p < pattern.size && pattern.bytes[p] == '*') {
			star = ++p;
			retry = t;
			continue;
		}
		if (p < pattern.size && pattern.bytes[p] == '[')
			match = in_set(pattern, &after, text.bytes[t]);
		else if (p < pattern.size && pattern.bytes[p] == '\\' && p + 1 < pattern.size)
			match = pattern.bytes[after++] == text.bytes[t];
		else
			match = p < pattern.size && (pattern.bytes[p] == '?' || pattern.bytes[p] == text.bytes[t]);
		if (match) {
			p = after;
			t++;
		} else if (star == (size_t)-1)
			return false;
		else {
			p = star;
			t = ++retry;
		}
	}
	while (p < pattern.size && pattern.bytes[p] == '*')
		p++;
	return p == pattern.size;
}
