// math_exact.c: functions whose answers are exact or correctly rounded: remainders, neighbours, parts of a number, x y + z.
#include "userland/libc/math_real.h"
#include "userland/libc/math_wide.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

double remainder(double x, double y) // what is left of doubles is one
{
	return (double)remainderl(x, y);
}

double remquo(double x, double y, int *quotient)
{
	return (double)remquol(x, y, quotient);
}

float remquof(float x, float y, int *quotient)
{
	return (float)remquol(x, y, quotient);
}

// The next number after x towards y, in steps of the pattern of bits: the patterns of one sign are ordered as the numbers are.
#define NEIGHBOUR(name, real, whole, towards)                                                                      \
	real name(real x, towards y)                                                                               \
	{                                                                                                          \
		whole bits;                                                                                        \
		if (isnan(x) || isnan(y))                                                                          \
			return (real)(x + y);                                                                      \
		if (x == y)                                                                                        \
			return (real)y;                                                                            \
		memcpy(&bits, &x, sizeof(x));                                                                      \
		if (x == 0)                                                                                        \
			bits = (whole)(y < 0) << (8 * sizeof(bits) - 1) | 1;                                       \
		else                                                                                               \
			bits += (x < y) == (x > 0) ? 1 : (whole)-1;                                                \
		memcpy(&x, &bits, sizeof(x));                                                                      \
		if (!isnormal(x)) {                                                                                \
			errno = ERANGE;                                                                            \
			math_out_of_range(isinf(x));                                                               \
		}                                                                                                  \
		return x;                                                                                          \
	}
NEIGHBOUR(nextafter, double, uint64_t, double)
NEIGHBOUR(nexttoward, double, uint64_t, long double)
NEIGHBOUR(nextafterf, float, uint32_t, float)
NEIGHBOUR(nexttowardf, float, uint32_t, long double)

int ilogb(double x)
{
	int exponent;
	if (x == 0 || !isfinite(x)) {
		errno = EDOM;
		return x == 0 ? FP_ILOGB0 : isnan(x) ? FP_ILOGBNAN : INT_MAX;
	}
	frexp(x, &exponent);
	return exponent - 1;
}

double logb(double x)
{
	return x == 0 ? math_pole(-1) : isfinite(x) ? ilogb(x) : x * x;
}

double scalbn(double x, int exponent)
{
	return ldexp(x, exponent);
}

double scalbln(double x, long exponent)
{
	return ldexp(x, exponent > INT_MAX ? INT_MAX : exponent < INT_MIN ? INT_MIN : (int)exponent);
}

double fdim(double x, double y)
{
	return islessequal(x, y) ? 0 : !isfinite(x) || !isfinite(y) ? x - y : math_narrow((long double)x - y);
}

double nan(const char *tag) // the pattern that a tag chooses is the implementation's
{
	(void)tag;
	return NAN;
}

// x y + z with 64 bits, from which rounding to fewer is rounding once (IEEE 754 fusedMultiplyAdd).
static long double fma_odd(double x, double y, double z)
{
	if (x == 0 || y == 0 || !isfinite(x) || !isfinite(y))
		return x * y + z;
	if (!isfinite(z))
		return z;
	struct wide sum = wide_fma(x, y, z);
	return sum.mantissa == 0 ? z - z : wide_odd(sum);
}

double fma(double x, double y, double z)
{
	return math_narrow(fma_odd(x, y, z));
}

float fmaf(float x, float y, float z)
{
	long double sum = fma_odd(x, y, z);
	float narrow = (float)sum;
	if ((isinf(narrow) && !isinf(sum)) || (narrow == 0 && sum != 0))
		errno = ERANGE;
	return narrow;
}

double nearbyint(double x)
{
	return (double)nearbyintl(x);
}

long lround(double x)
{
	return (long)round(x);
}

// Forms of other types.
#define WHOLE_FORM(type, name, by, real)                                                                           \
	type name(real x)                                                                                          \
	{                                                                                                          \
		return by(x);                                                                                      \
	}
WHOLE_FORM(long, lroundf, lround, float)
WHOLE_FORM(long, lrintf, lrint, float)
WHOLE_FORM(long long, llround, lround, double)
WHOLE_FORM(long long, llroundf, lround, float)
WHOLE_FORM(long long, llrint, lrint, double)
WHOLE_FORM(long long, llrintf, lrint, float)
WHOLE_FORM(int, ilogbf, ilogb, float)
FLOAT_FORM(logb)
FLOAT_FORM(nearbyint)
FLOAT_FORM_TWO(remainder)
FLOAT_FORM_TWO(fdim)

float nanf(const char *tag)
{
	return (float)nan(tag);
}

float ldexpf(float x, int exponent)
{
	return math_narrow_float(ldexp(x, exponent));
}

float scalbnf(float x, int exponent)
{
	return ldexpf(x, exponent);
}

float scalblnf(float x, long exponent)
{
	return math_narrow_float(scalbln(x, exponent));
}

float frexpf(float x, int *exponent)
{
	return (float)frexp(x, exponent);
}

float modff(float x, float *whole)
{
	double part, rest = modf(x, &part);
	*whole = (float)part;
	return (float)rest;
}
