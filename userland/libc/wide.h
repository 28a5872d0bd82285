// wide.h: text of wide characters on its way through the engines for bytes: UTF-8 whatever the locale, any 31 bits.
#pragma once
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define WIDE_BYTES_MAX 6 // and MB_LEN_MAX

// Writes `c`; returns how many bytes.
static inline size_t wide_encode(char *to, wchar_t wide)
{
	unsigned c = (unsigned)wide & 0x7fffffff;
	size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : c < 0x200000 ? 4 : c < 0x4000000 ? 5 : 6;
	for (size_t i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	*to = (char)(length == 1 ? c : c | 0xff00u >> length);
	return length;
}

// The text as bytes, which the caller frees; NULL with errno.
static inline char *wide_narrow(const wchar_t *text)
{
	char *bytes = reallocarray(NULL, wcslen(text) + 1, WIDE_BYTES_MAX), *to = bytes;
	if (bytes == NULL)
		return NULL;
	do
		to += wide_encode(to, *text);
	while (*text++ != 0);
	return bytes;
}

// Takes one byte of what wide_encode wrote: whether a character is complete, in *c.
struct wide_decoder {
	unsigned partial, missing;
};
static inline int wide_decode(struct wide_decoder *decoder, char byte, wchar_t *c)
{
	unsigned bits = (unsigned char)byte;
	if ((bits & 0xc0) == 0x80) {
		decoder->partial = decoder->partial << 6 | (bits & 0x3f);
		decoder->missing--;
	} else {
		unsigned length = bits < 0x80 ? 1 : (unsigned)__builtin_clz(~bits << 24);
		decoder->partial = length == 1 ? bits : bits & 0x7fu >> length;
		decoder->missing = length - 1;
	}
	*c = (wchar_t)decoder->partial;
	return decoder->missing == 0;
}
