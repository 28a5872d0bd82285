// decimal.h: exact decimal numbers, shared by printf (binary to decimal) and strtod (decimal to binary).
#pragma once
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
uint64_t decimal_integer(struct decimal *decimal);	// rounded half to even; the value must be below 10^18

// print_float.c: the `floating` hook of a format_sink.
void print_floating(struct format_sink *sink, const struct format_spec *spec, va_list *args);
