// scan.c: the scanf and wscanf families. One engine for bytes and for wide characters: its input is a stream
// or a text, its template of either kind; it takes one character after the other and gives at most one back.
// A number is collected while it can still become one (C17 7.21.6.2: the longest text that is a prefix of
// what matches) and converted by strtol and strtod.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "userland/libc/stream.h"

#define NUMBER_ROOM 64 // a longer number is collected in allocated memory

struct scan {
	bool wide;
	FILE *file; // NULL: the text
	const char *text;
	const wchar_t *wide_text;
	const void *at; // in the template
	long taken;     // characters, for %n
	bool ended;     // the input has, or failed
	int assigned;
	va_list arguments, rest; // all, for positions; what was not taken yet
};

struct conversion {
	bool suppressed, allocates;
	char length; // as format_spec's
	wint_t kind;
	size_t width; // SIZE_MAX: none
	void *to;
};

// -------- input

static wint_t next(struct scan *scan)
{
	wint_t c;
	if (scan->file != NULL)
		c = scan->wide ? fgetwc(scan->file) : (wint_t)fgetc(scan->file);
	else if (scan->wide)
		c = *scan->wide_text != 0 ? (wint_t)*scan->wide_text++ : WEOF;
	else
		c = *scan->text != '\0' ? (unsigned char)*scan->text++ : WEOF;
	scan->taken += c != WEOF;
	scan->ended = c == WEOF;
	return c;
}

static void back(struct scan *scan, wint_t c)
{
	if (c == WEOF)
		return;
	scan->taken--;
	if (scan->file == NULL) {
		scan->text -= !scan->wide;
		scan->wide_text -= scan->wide;
	} else if (scan->wide) {
		ungetwc(c, scan->file);
	} else {
		ungetc((int)c, scan->file);
	}
}

static bool is_blank(const struct scan *scan, wint_t c)
{
	return c != WEOF && (scan->wide ? iswspace(c) : isspace((int)c));
}

static void skip_blanks(struct scan *scan)
{
	wint_t c;
	do
		c = next(scan);
	while (is_blank(scan, c));
	back(scan, c);
}

// -------- the template

static wint_t peek(const struct scan *scan)
{
	return scan->wide ? (wint_t) *(const wchar_t *)scan->at : *(const unsigned char *)scan->at;
}

static wint_t step(struct scan *scan)
{
	wint_t c = peek(scan);
	scan->at = (const char *)scan->at + (scan->wide ? sizeof(wchar_t) : 1);
	return c;
}

static size_t take_digits(struct scan *scan)
{
	size_t value = 0;
	while (peek(scan) - '0' < 10)
		value = value > SIZE_MAX / 20 ? value : value * 10 + (step(scan) - '0');
	return value;
}

static void *argument_at(struct scan *scan, size_t position)
{
	va_list list;
	void *argument = NULL;
	va_copy(list, scan->arguments);
	for (size_t i = 0; i < position; i++)
		argument = va_arg(list, void *);
	va_end(list);
	return argument;
}

// What stands behind '%'. False: nonsense.
static bool parse(struct scan *scan, struct conversion *conversion)
{
	*conversion = (struct conversion){.width = SIZE_MAX};
	const void *start = scan->at;
	size_t number = take_digits(scan), position = 0;
	if (peek(scan) == '$') {
		step(scan);
		position = number;
		if (position < 1 || position > NL_ARGMAX)
			return false;
	} else {
		scan->at = start;
	}
	if (peek(scan) == '*') {
		step(scan);
		conversion->suppressed = true;
	}
	if ((number = take_digits(scan)) != 0)
		conversion->width = number;
	if (peek(scan) == 'm') {
		step(scan);
		conversion->allocates = true;
	}
	for (wint_t c; (c = peek(scan)) != 0 && c < 128 && strchr("hlLjzt", (int)c) != NULL; step(scan))
		conversion->length = conversion->length != (char)c ? (char)c : c == 'h' ? 'H' : 'q';
	conversion->kind = peek(scan);
	if (conversion->kind == 0)
		return false;
	step(scan);
	if (conversion->kind == 'S' || conversion->kind == 'C') {
		conversion->length = 'l';
		conversion->kind |= 32;
	}
	if (!conversion->suppressed && conversion->kind != '%')
		conversion->to = position > 0 ? argument_at(scan, position) : va_arg(scan->rest, void *);
	return true;
}

// -------- numbers

struct number {
	struct scan *scan;
	size_t left; // of the width
	char *text, own[NUMBER_ROOM];
	size_t length, room;
};

static bool accept(struct number *number, const char *set)
{
	wint_t c = number->left > 0 ? next(number->scan) : WEOF;
	if (c == 0 || c > 127 || strchr(set, (int)c) == NULL) {
		if (number->left > 0)
			back(number->scan, c);
		return false;
	}
	if (number->length + 1 == number->room) {
		char *grown = realloc(number->text == number->own ? NULL : number->text, 2 * number->room);
		if (grown == NULL)
			return false;
		if (number->text == number->own)
			memcpy(grown, number->own, number->length);
		number->text = grown;
		number->room *= 2;
	}
	number->left--;
	number->text[number->length++] = (char)c;
	number->text[number->length] = '\0';
	return true;
}

static bool accept_all(struct number *number, const char *set)
{
	bool any = false;
	while (accept(number, set))
		any = true;
	return any;
}

static bool collect_integer(struct number *number, int *base)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	char set[sizeof(digits)];
	bool any = false;
	accept(number, "+-");
	if ((*base == 0 || *base == 16) && accept(number, "0")) {
		any = !accept(number, "xX");
		*base = any && *base == 0 ? 8 : 16;
	}
	*base = *base == 0 ? 10 : *base;
	snprintf(set, sizeof(set), "%.*s", *base == 16 ? 22 : *base, digits);
	return accept_all(number, set) || any;
}

// Each letter of `word`, in either case.
static bool accept_word(struct number *number, const char *word)
{
	for (; *word != '\0'; word++)
		if (!accept(number, (char[]){*word, (char)(*word - 32), '\0'}))
			return false;
	return true;
}

static bool collect_name(struct number *number)
{
	if (accept(number, "iI"))
		return accept_word(number, "nf") && (!accept(number, "iI") || accept_word(number, "nity"));
	if (!accept_word(number, "nan"))
		return false;
	if (!accept(number, "("))
		return true;
	accept_all(number, "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return accept(number, ")");
}

static bool collect_floating(struct number *number)
{
	const char *digits = "0123456789", *exponent = "eE";
	accept(number, "+-");
	bool any = accept(number, "0");
	if (any && accept(number, "xX")) {
		digits = "0123456789abcdefABCDEF";
		exponent = "pP";
		any = false;
	}
	if (accept_all(number, digits))
		any = true;
	bool point = accept(number, ".");
	if (point && accept_all(number, digits))
		any = true;
	if (!any)
		return !point && number->length <= 1 && collect_name(number);
	if (!accept(number, exponent))
		return true;
	accept(number, "+-");
	return accept_all(number, "0123456789");
}

static void store_integer(void *to, char length, long value)
{
	switch (length) {
	case 'H': *(char *)to = (char)value; break;
	case 'h': *(short *)to = (short)value; break;
	case 0: *(int *)to = (int)value; break;
	default: *(long *)to = value;
	}
}

static void store_floating(void *to, char length, const char *text)
{
	if (length == 'L')
		*(long double *)to = strtold(text, NULL);
	else if (length == 'l')
		*(double *)to = strtod(text, NULL);
	else
		*(float *)to = strtof(text, NULL);
}

static bool take_number(struct scan *scan, const struct conversion *conversion)
{
	struct number number = {.scan = scan, .left = conversion->width, .room = NUMBER_ROOM};
	bool integer = strchr("diuoxXp", (int)conversion->kind) != NULL;
	int base = conversion->kind == 'i'                        ? 0
		   : conversion->kind == 'o'                      ? 8
		   : strchr("xXp", (int)conversion->kind) != NULL ? 16
								  : 10;
	number.text = number.own;
	bool done = integer ? collect_integer(&number, &base) : collect_floating(&number);
	if (done) {
		scan->ended = false;
		if (conversion->to != NULL && !integer)
			store_floating(conversion->to, conversion->length, number.text);
		else if (conversion->to != NULL)
			store_integer(conversion->to, conversion->kind == 'p' ? 'l' : conversion->length,
				      strchr("di", (int)conversion->kind) != NULL
					  ? strtol(number.text, NULL, base)
					  : (long)strtoul(number.text, NULL, base));
	}
	scan->ended &=
	    number.length == 0; // what came was no number: that matches nothing, whether or not more comes
	if (number.text != number.own)
		free(number.text);
	return done;
}

// -------- text

// Where it goes: characters of `wide` or bytes, in the caller's array or in one that grows.
struct target {
	bool wide, allocates;
	char *bytes;
	size_t used, room; // bytes
	mbstate_t state;
};

static bool put_bytes(struct target *target, const void *from, size_t size)
{
	if (target->bytes == NULL && !target->allocates)
		return true;
	if (target->allocates && target->used + size > target->room) {
		size_t room = 2 * target->room + 64;
		char *grown = realloc(target->bytes, room);
		if (grown == NULL)
			return false;
		target->bytes = grown;
		target->room = room;
	}
	memcpy(target->bytes + target->used, from, size);
	target->used += size;
	return true;
}

// A character of the input as the target wants it. False: it is none, or no memory.
static bool put(struct scan *scan, struct target *target, wint_t c)
{
	wchar_t wide = (wchar_t)c;
	char bytes[MB_LEN_MAX];
	size_t size = 1;
	*bytes = (char)c;
	if (target->wide) {
		size = scan->wide ? sizeof(wide) : mbrtowc(&wide, bytes, 1, &target->state);
		if (size == (size_t)-2)
			return true; // a byte of a longer one
		return size != (size_t)-1 && put_bytes(target, &wide, sizeof(wide));
	}
	if (scan->wide)
		size = wcrtomb(bytes, wide, NULL);
	return size != (size_t)-1 && put_bytes(target, bytes, size);
}

// Whether `c` is in the set "...]" that starts at `at`; leaves the template behind it.
static bool in_set(struct scan *scan, const void *at, wint_t c)
{
	scan->at = at;
	bool inverted = peek(scan) == '^', found = false;
	if (inverted)
		step(scan);
	for (bool first = true; peek(scan) != 0 && (first || peek(scan) != ']'); first = false) {
		wint_t low = step(scan), high = low;
		const void *here = scan->at;
		if (peek(scan) == '-') {
			step(scan);
			high = peek(scan);
			if (high == ']' || high == 0) {
				scan->at = here;
				high = low;
			} else {
				step(scan);
			}
		}
		found |= c >= low && c <= high;
	}
	if (peek(scan) == ']')
		step(scan);
	return c != WEOF && found != inverted;
}

static bool take_text(struct scan *scan, struct conversion *conversion)
{
	struct target target = {.wide = conversion->length == 'l',
				.allocates = conversion->allocates && !conversion->suppressed,
				.bytes = conversion->allocates ? NULL : conversion->to};
	const void *set = scan->at;
	size_t length = 0,
	       width = conversion->kind == 'c' && conversion->width == SIZE_MAX ? 1 : conversion->width;
	bool good = true;
	while (length < width && good) {
		wint_t c = next(scan);
		if (c == WEOF || (conversion->kind == 's' && is_blank(scan, c)) ||
		    (conversion->kind == '[' && !in_set(scan, set, c))) {
			back(scan, c);
			break;
		}
		good = put(scan, &target, c);
		length += mbsinit(&target.state) != 0; // a byte of a longer one does not count yet
	}
	good &= mbsinit(&target.state) != 0;
	if (conversion->kind == '[')
		in_set(scan, set, WEOF);
	scan->ended = (scan->ended && length == 0) || (conversion->kind == 'c' && length < width) || !good;
	good &= length > 0 && (conversion->kind != 'c' || length == width);
	if (good && conversion->kind != 'c')
		good = put_bytes(&target, &(wchar_t){0}, target.wide ? sizeof(wchar_t) : 1);
	if (good && target.allocates)
		*(void **)conversion->to = target.bytes;
	else if (target.allocates)
		free(target.bytes);
	return good;
}

// -------- the engine

static bool convert(struct scan *scan)
{
	struct conversion conversion;
	bool done;
	if (!parse(scan, &conversion))
		return false;
	if (conversion.kind == 'n') {
		if (conversion.to != NULL)
			store_integer(conversion.to, conversion.length, scan->taken);
		return true;
	}
	if (conversion.kind != 'c' && conversion.kind != '[')
		skip_blanks(scan);
	if (conversion.kind == '%') {
		wint_t c = next(scan);
		if (c != '%')
			back(scan, c);
		return c == '%';
	}
	if (conversion.kind == 'c' || conversion.kind == 's' || conversion.kind == '[')
		done = take_text(scan, &conversion);
	else if (conversion.kind < 128 && strchr("diuoxXpaAeEfFgG", (int)conversion.kind) != NULL)
		done = take_number(scan, &conversion);
	else
		return false;
	scan->assigned += done && !conversion.suppressed;
	return done;
}

// The number of conversions stored, or EOF when the input ended before the first.
static int run(struct scan *scan, const void *template, va_list args)
{
	bool matches = true;
	scan->at = template;
	va_copy(scan->arguments, args);
	va_copy(scan->rest, args);
	while (matches && peek(scan) != 0) {
		wint_t wanted = step(scan), c;
		if (is_blank(scan, wanted)) {
			skip_blanks(scan);
		} else if (wanted == '%') {
			matches = convert(scan);
		} else {
			c = next(scan);
			matches = c == wanted;
			if (!matches)
				back(scan, c);
		}
	}
	va_end(scan->rest);
	va_end(scan->arguments);
	return !matches && scan->assigned == 0 && scan->ended ? EOF : scan->assigned;
}

int vfscanf(FILE *restrict file, const char *restrict template, va_list args)
{
	LOCKED(file);
	struct scan scan = {.file = file};
	return run(&scan, template, args);
}

int vfwscanf(FILE *restrict file, const wchar_t *restrict template, va_list args)
{
	fwide(file, 1);
	LOCKED(file);
	struct scan scan = {.file = file, .wide = true};
	return run(&scan, template, args);
}

int vsscanf(const char *restrict text, const char *restrict template, va_list args)
{
	struct scan scan = {.text = text};
	return run(&scan, template, args);
}

int vswscanf(const wchar_t *restrict text, const wchar_t *restrict template, va_list args)
{
	struct scan scan = {.wide_text = text, .wide = true};
	return run(&scan, template, args);
}

int vscanf(const char *restrict template, va_list args)
{
	return vfscanf(stdin, template, args);
}

int vwscanf(const wchar_t *restrict template, va_list args)
{
	return vfwscanf(stdin, template, args);
}

#define FORWARD(call)                     \
	{                                 \
		va_list args;             \
		va_start(args, template); \
		int count = call;         \
		va_end(args);             \
		return count;             \
	}

int fscanf(FILE *restrict file, const char *restrict template, ...) FORWARD(vfscanf(file, template, args))

    int scanf(const char *restrict template, ...) FORWARD(vfscanf(stdin, template, args))

	int sscanf(const char *restrict text, const char *restrict template,
		   ...) FORWARD(vsscanf(text, template, args))

	    int fwscanf(FILE *restrict file, const wchar_t *restrict template, ...)
		FORWARD(vfwscanf(file, template, args))

		    int wscanf(const wchar_t *restrict template, ...) FORWARD(vfwscanf(stdin, template, args))

			int swscanf(const wchar_t *restrict text, const wchar_t *restrict template, ...)
			    FORWARD(vswscanf(text, template, args))
