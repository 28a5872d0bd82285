// format.h: the one printf engine, for loaders, kernel and C library.
//
// Integers, strings, characters and pointers are formatted here. Floating point needs registers that the kernel does
// not touch, so %a %e %f %g and all else go to the sink's `floating` hook, which the C library provides; so do %s and %c of
// wide characters (%ls), and every %s and %c of a sink that counts characters rather than bytes (`wide`).
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct format_spec {
	char conversion;             // 'd', 's', 'f' ...
	char length;                 // 'H' hh, 'h', 'l', 'L' long double, 'q' ll, 'j', 'z', 't', 0
	bool left, plus, space, alternate, zero, has_precision;
	int width, precision;
	int zeros; // that stand between prefix and body
};

struct format_sink {
	void (*put)(struct format_sink *sink, const char *bytes, size_t count);
	// Takes its argument from *args and writes through format_pad(); NULL: such a conversion becomes "%?".
	void (*floating)(struct format_sink *sink, const struct format_spec *spec, va_list *args);
	size_t written; // bytes put so far, also past a buffer's end
	bool failed, wide;
};

// Formats to the sink, as fprintf does (C17 7.21.6.1; positional arguments are the C library's). Returns sink->written.
size_t format(struct format_sink *sink, const char *template, va_list args);

// Puts prefix (sign, "0x"), spec->zeros and body in spec->width columns: blanks or zeros, left or right as the flags say.
void format_pad(struct format_sink *sink, const struct format_spec *spec, const char *prefix, const char *body,
		size_t size);

// snprintf without floating point: always ends with a NUL when size > 0; returns the length wanted.
size_t format_buffer(char *buffer, size_t size, const char *template, ...) __attribute__((format(printf, 3, 4)));
size_t format_buffer_list(char *buffer, size_t size, const char *template, va_list args);
