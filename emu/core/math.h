// math.h: the few functions that the core needs of mathematics, without a library: the core also runs inside a kernel-less
// program and must give the same bits everywhere.
#pragma once
#include <stdint.h>
#include "kernel/lib/string.h"

// The exact product plus the addend, rounded once. A double product of two floats is exact; adding with round-to-odd and then
// rounding to float gives the correctly rounded result (Boldo and Melquiond 2008).
float math_fmaf(float a, float b, float c);
double math_fma(double a, double b, double c); // long double arithmetic with an error term, rounded to odd, then once
double math_floor(double value);
double math_round_even(double value);
double math_exp2(double value);
double math_log2(double value);

static inline uint64_t math_bits(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, 8);
	return bits;
}

static inline double math_from_bits(uint64_t bits)
{
	double value;
	memcpy(&value, &bits, 8);
	return value;
}

static inline float math_sqrtf(float value)
{
	__asm__("sqrtss %0, %0" : "+x"(value));
	return value;
}

static inline double math_sqrt(double value)
{
	__asm__("sqrtsd %0, %0" : "+x"(value));
	return value;
}
