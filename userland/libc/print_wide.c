// print_wide.c: what printf knows of wide characters (%lc %ls %C %S), %n and %m; and the wprintf family.
//
// wprintf is the same engine: its template goes in as UTF-8 (wide.h) and the sink puts characters together
// again. Only %s and %c differ, for there width and precision count characters: they come here, and
// format_pad is told as many columns more as the text has bytes more than characters.
#define HOOK
#include "userland/libc/decimal.h"
#undef HOOK
#include "userland/libc/hook.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "userland/libc/stream.h"
#include "userland/libc/wide.h"

struct wide_sink {
	struct format_sink sink;
	struct wide_decoder decoder;
	size_t characters; // put so far
	void (*put)(struct wide_sink *sink, wchar_t c);
	FILE *file;
	wchar_t *to;
	size_t size;
};

static void fail(struct format_sink *sink, int error)
{
	sink->failed = true;
	errno = error;
}

// -------- %n

static void store_count(struct format_sink *sink, const struct format_spec *spec, void *to)
{
	size_t count = sink->wide ? ((struct wide_sink *)sink)->characters : sink->written;
	switch (spec->length) {
	case 'H': *(signed char *)to = (signed char)count; break;
	case 'h': *(short *)to = (short)count; break;
	case 0: *(int *)to = (int)count; break;
	default: *(long *)to = (long)count;
	}
}

// -------- text that is wide, or is counted in characters

struct text {
	char *bytes; // NULL: no memory, or no such character, with errno
	size_t size, characters;
};

// The first characters of `from` as the sink wants its bytes. A narrow sink's precision counts bytes, and no
// character is cut.
static struct text from_wide(const struct format_sink *sink, const wchar_t *from, size_t limit, bool single)
{
	size_t most = wcsnlen(from, limit);
	if (single)
		most = 1;
	struct text text = {reallocarray(NULL, most + 1, MB_LEN_MAX), 0, 0};
	for (size_t i = 0; text.bytes != NULL && i < most; i++) {
		char bytes[MB_LEN_MAX];
		size_t length = sink->wide ? wide_encode(bytes, from[i]) : wcrtomb(bytes, from[i], NULL);
		if (length == (size_t)-1) {
			free(text.bytes);
			return (struct text){NULL, 0, 0};
		}
		if (!sink->wide && text.size + length > limit && !single)
			break;
		memcpy(text.bytes + text.size, bytes, length);
		text.size += length;
		text.characters++;
	}
	return text;
}

// Multibyte text for a wide sink: at most `limit` characters.
static struct text from_bytes(const char *from, size_t limit)
{
	size_t most = strnlen(from, limit > SIZE_MAX / MB_LEN_MAX ? limit : limit * MB_LEN_MAX);
	struct text text = {reallocarray(NULL, most + 1, WIDE_BYTES_MAX), 0, 0};
	mbstate_t state = {0, 0};
	while (text.bytes != NULL && text.characters < limit) {
		wchar_t c;
		size_t length = mbrtowc(&c, from, MB_LEN_MAX, &state);
		if (length == 0)
			break;
		if (length >= (size_t)-2) {
			errno = EILSEQ;
			free(text.bytes);
			return (struct text){NULL, 0, 0};
		}
		text.size += wide_encode(text.bytes + text.size, c);
		text.characters++;
		from += length;
	}
	return text;
}

static void put_text(struct format_sink *sink, const struct format_spec *spec, struct text text)
{
	struct format_spec padding = *spec;
	if (text.bytes == NULL) {
		sink->failed = true;
		return;
	}
	padding.zero = false;
	padding.width += sink->wide ? (int)(text.size - text.characters) : 0;
	format_pad(sink, &padding, "", text.bytes, text.size);
	free(text.bytes);
}

static void put_string(struct format_sink *sink, const struct format_spec *spec, bool wide, const void *text)
{
	size_t limit = spec->has_precision ? (size_t)spec->precision : SIZE_MAX;
	if (text == NULL)
		text = wide ? (const void *)L"(null)" : "(null)";
	put_text(sink, spec, wide ? from_wide(sink, text, limit, false) : from_bytes(text, limit));
}

static void put_character(struct format_sink *sink, const struct format_spec *spec, bool wide, wint_t c)
{
	wchar_t text[2] = {(wchar_t)c, 0};
	if (!wide && (c = btowc((unsigned char)c)) == WEOF)
		fail(sink, EILSEQ);
	else
		put_text(sink, spec, from_wide(sink, wide ? text : (wchar_t[]){(wchar_t)c, 0}, 1, true));
}

void print_more(struct format_sink *sink, const struct format_spec *spec, va_list *args)
{
	bool wide = spec->length == 'l' || spec->conversion == 'S' || spec->conversion == 'C';
	int error = errno;
	switch (spec->conversion) {
	case 'n': store_count(sink, spec, va_arg(*args, void *)); break;
	case 'm':
		if (sink->wide)
			put_string(sink, spec, false, strerror(error));
		else
			put_text(
			    sink, spec,
			    (struct text){strdup(strerror(error)),
					  strnlen(strerror(error),
						  spec->has_precision ? (size_t)spec->precision : SIZE_MAX),
					  0});
		break;
	case 's':
	case 'S': put_string(sink, spec, wide, va_arg(*args, const void *)); break;
	case 'c':
	case 'C': put_character(sink, spec, wide, va_arg(*args, wint_t)); break;
	default: fail(sink, EINVAL);
	}
}

// -------- the wprintf family

static void put_bytes(struct format_sink *sink, const char *bytes, size_t count)
{
	struct wide_sink *wide = (struct wide_sink *)sink;
	wchar_t c;
	for (; count > 0; count--)
		if (wide_decode(&wide->decoder, *bytes++, &c)) {
			wide->put(wide, c);
			wide->characters++;
		}
}

static int print_all(struct wide_sink *wide, const wchar_t *template, va_list args)
{
	char *bytes = wide_narrow(template);
	if (bytes == NULL)
		return -1;
	wide->sink = (struct format_sink){.put = put_bytes, .floating = print_floating, .wide = true};
	int rc = print_format(&wide->sink, bytes, args);
	free(bytes);
	return rc < 0 ? rc : (int)wide->characters;
}

static void put_file(struct wide_sink *wide, wchar_t c)
{
	fputwc(c, wide->file);
}

int vfwprintf(FILE *restrict file, const wchar_t *restrict template, va_list args)
{
	LOCKED(file);
	struct wide_sink wide = {.put = put_file, .file = file};
	char borrowed[256], *buffer = file->buffer;
	bool unbuffered = file->mode == STREAM_UNBUFFERED && file->operations == NULL, failed = file->error;
	file->error = false;
	if (unbuffered)
		stream_lend(file, borrowed, sizeof(borrowed));
	int rc = print_all(&wide, template, args);
	if (unbuffered)
		stream_take_back(file, buffer);
	rc = file->error ? -1 : rc;
	file->error |= failed;
	return rc;
}

static void put_array(struct wide_sink *wide, wchar_t c)
{
	if (wide->characters + 1 < wide->size)
		wide->to[wide->characters] = c;
}

// The length, or -1 when it does not fit (then what fits is there, and a NUL).
int vswprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict template, va_list args)
{
	struct wide_sink wide = {.put = put_array, .to = to, .size = size};
	int rc = print_all(&wide, template, args);
	if (size > 0)
		to[wide.characters < size ? wide.characters : size - 1] = 0;
	if (rc >= 0 && (size_t)rc >= size)
		errno = EOVERFLOW;
	return rc < 0 || (size_t)rc < size ? rc : -1;
}

int vwprintf(const wchar_t *restrict template, va_list args)
{
	return vfwprintf(stdout, template, args);
}

#define FORWARD(call)                     \
	{                                 \
		va_list args;             \
		va_start(args, template); \
		int rc = call;            \
		va_end(args);             \
		return rc;                \
	}

int fwprintf(FILE *restrict file, const wchar_t *restrict template, ...)
    FORWARD(vfwprintf(file, template, args))

	int wprintf(const wchar_t *restrict template, ...) FORWARD(vfwprintf(stdout, template, args))

	    int swprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict template, ...)
		FORWARD(vswprintf(to, size, template, args))
