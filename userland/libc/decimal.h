// decimal.h: exact decimal numbers, shared by printf (binary to decimal) and strtod (decimal to binary).
#pragma once
#include "userland/libc/hook.h"
#include <stdbool.h>
#include <stdint.h>
#include "kernel/lib/format.h"

#define DECIMAL_DIGITS 11600 // the longest exact value is a subnormal long double: 64 bits times 5^16445, 11,515 digits

// 0.d1d2d3... times 10^point; no trailing zeros; count 0 is zero. `more`: non-zero digits were cut off behind the last.
struct decimal {
	int count, point;
	bool more;
	unsigned char digits[DECIMAL_DIGITS];
};

void decimal_set(struct decimal *decimal, uint64_t value);
void decimal_shift(struct decimal *decimal, int bits);	// exactly times 2^bits
void decimal_round(struct decimal *decimal, int keep);	// to `keep` digits, half to even
uint64_t decimal_integer(struct decimal *decimal);	// rounded half to even, modulo 2^64

// print_float.c: the `floating` hook of a format_sink; what is no number goes to print_more (print_wide.c).
void print_floating(struct format_sink *sink, const struct format_spec *spec, va_list *args);
void print_more(struct format_sink *sink, const struct format_spec *spec, va_list *args) HOOK;

// As format(), and "%2$d" where print_position.c is linked. Returns what printf does: the length, or -1 with errno.
int print_format(struct format_sink *sink, const char *template, va_list args);
void print_positional(struct format_sink *sink, const char *template, va_list args) HOOK;
