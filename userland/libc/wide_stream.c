// wide_stream.c: streams of wide characters: the bytes of a stream, put together character by character.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "userland/libc/stream.h"

#define WIDE(file) LOCKED(wide_oriented(file))
static FILE *wide_oriented(FILE *file)
{
	if (file->orientation == 0)
		file->orientation = 1;
	return file;
}

// Sets the orientation, if it is open still; returns it.
int fwide(FILE *file, int mode)
{
	if (file->orientation == 0)
		file->orientation = mode > 0 ? 1 : mode < 0 ? -1 : 0;
	return file->orientation;
}

wint_t fgetwc(FILE *file)
{
	WIDE(file);
	mbstate_t state = {0, 0};
	for (bool first = true;; first = false) {
		int byte = fgetc(file);
		wchar_t c;
		if (byte == EOF && first)
			return WEOF;
		size_t rc = byte == EOF ? (size_t)-1 : mbrtowc(&c, &(char){(char)byte}, 1, &state);
		if (rc == (size_t)-2)
			continue;
		if (rc != (size_t)-1)
			return (wint_t)c;
		file->error = true;
		errno = EILSEQ;
		return WEOF;
	}
}

wint_t ungetwc(wint_t c, FILE *file)
{
	WIDE(file);
	char bytes[MB_LEN_MAX];
	size_t size = c == WEOF ? (size_t)-1 : wcrtomb(bytes, (wchar_t)c, NULL);
	if (size == (size_t)-1)
		return WEOF;
	while (size > 0)
		if (ungetc((unsigned char)bytes[--size], file) == EOF)
			return WEOF;
	return c;
}

wint_t fputwc(wchar_t c, FILE *file)
{
	WIDE(file);
	char bytes[MB_LEN_MAX];
	size_t size = wcrtomb(bytes, c, NULL);
	if (size == (size_t)-1) {
		file->error = true;
		return WEOF;
	}
	return fwrite(bytes, 1, size, file) == size ? (wint_t)c : WEOF;
}

wchar_t *fgetws(wchar_t *restrict to, int size, FILE *restrict file)
{
	WIDE(file);
	int length = 0;
	while (length < size - 1) {
		wint_t c = fgetwc(file);
		if (c == WEOF)
			break;
		to[length++] = (wchar_t)c;
		if (c == '\n')
			break;
	}
	if (size > 0)
		to[length] = 0;
	return length > 0 && !file->error ? to : NULL;
}

int fputws(const wchar_t *restrict text, FILE *restrict file)
{
	WIDE(file);
	for (; *text != 0; text++)
		if (fputwc(*text, file) == WEOF)
			return -1;
	return 0;
}

wint_t getwc(FILE *file)
{
	return fgetwc(file);
}

wint_t getwchar(void)
{
	return fgetwc(stdin);
}

wint_t putwc(wchar_t c, FILE *file)
{
	return fputwc(c, file);
}

wint_t putwchar(wchar_t c)
{
	return fputwc(c, stdout);
}
