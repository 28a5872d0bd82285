// math_exact.c: functions whose answers are exact or correctly rounded: remainders, neighbours, parts of a number, x y + z.
#include "userland/libc/math_real.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

// x - n y, n the whole number nearest to x / y, an even one of two; n's last three bits in *bits. Taking off multiples of 8 y first
// loses nothing. (fprem1 has flags for these bits; QEMU's processor leaves them alone.)
static double nearest_remainder(double x, double y, int *bits)
{
	*bits = 0;
	if (isnan(x) || isnan(y))
		return x + y;
	if (y == 0 || isinf(x))
		return math_no_answer(x);
	long double most = math_fmod(x, 8 * (long double)y), rest = most;
	unsigned short flags;
	do
		__asm__("fprem1\n\tfnstsw %1" : "+t"(rest), "=a"(flags) : "u"((long double)y));
	while (flags & 0x400);
	if (!isinf(y))
		*bits = (int)fabsl((most - rest) / y) & 7;
	return rest == 0 ? copysign(0, x) : (double)rest;
}

double remainder(double x, double y)
{
	int bits;
	return nearest_remainder(x, y, &bits);
}

double remquo(double x, double y, int *quotient)
{
	double rest = nearest_remainder(x, y, quotient);
	if (signbit(x) != signbit(y))
		*quotient = -*quotient;
	return rest;
}

float remquof(float x, float y, int *quotient)
{
	return (float)remquo(x, y, quotient);
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
		if (!isnormal(x))                                                                                  \
			errno = ERANGE;                                                                            \
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
	double more = x - y;
	if (isinf(more) && isfinite(x) && isfinite(y))
		errno = ERANGE;
	return x <= y ? 0 : more;
}

double nan(const char *tag) // the pattern that a tag chooses is the implementation's
{
	(void)tag;
	return NAN;
}

struct parts { // (-1)^negative mantissa 2^exponent
	unsigned __int128 mantissa;
	int exponent, negative;
};

static struct parts take_apart(double x)
{
	struct parts parts = {.negative = signbit(x) != 0};
	parts.mantissa = (uint64_t)ldexp(fabs(frexp(x, &parts.exponent)), 53);
	parts.exponent -= 53;
	return parts;
}

// Shifts the mantissa right; its last bit stays set when a set bit falls out.
static void shift_right(struct parts *parts, int count)
{
	if (count >= 128)
		parts->mantissa = parts->mantissa != 0;
	else if (count > 0)
		parts->mantissa = parts->mantissa >> count | ((parts->mantissa & (((unsigned __int128)1 << count) - 1)) != 0);
	parts->exponent += count;
}

static void shift_up(struct parts *parts) // until bit 125 is the highest: a sum has room
{
	while (parts->mantissa >> 125 == 0) {
		parts->mantissa <<= 1;
		parts->exponent--;
	}
}

// Rounds once: in 64 bits, the last of which says whether anything follows, then to a double of any size.
static double rounded(struct parts sum)
{
	while (sum.mantissa >> 64 != 0)
		shift_right(&sum, 1);
	long double value = (long double)(uint64_t)sum.mantissa;
	for (int left = sum.exponent; left != 0;) {
		int step = left > 60 ? 60 : left < -60 ? -60 : left;
		value *= step < 0 ? 1 / (long double)(1ul << -step) : (long double)(1ul << step);
		left -= step;
	}
	return math_narrow(sum.negative ? -value : value);
}

// x y + z rounded once (IEEE 754 fusedMultiplyAdd): 106 bits of product and 53 of z meet in 128.
double fma(double x, double y, double z)
{
	if (x == 0 || y == 0 || !isfinite(x) || !isfinite(y))
		return x * y + z;
	if (z == 0 || !isfinite(z))
		return z == 0 ? x * y : z;
	struct parts left = take_apart(x), right = take_apart(y), sum = take_apart(z);
	struct parts product = {left.mantissa * right.mantissa, left.exponent + right.exponent, left.negative ^ right.negative};
	shift_up(&product);
	shift_up(&sum);
	if (product.exponent > sum.exponent)
		shift_right(&sum, product.exponent - sum.exponent);
	else
		shift_right(&product, sum.exponent - product.exponent);
	if (product.negative == sum.negative) {
		sum.mantissa += product.mantissa;
	} else if (sum.mantissa >= product.mantissa) {
		sum.mantissa -= product.mantissa;
	} else {
		sum.mantissa = product.mantissa - sum.mantissa;
		sum.negative = product.negative;
	}
	if (sum.mantissa == 0)
		return 0;
	return rounded(sum);
}

// 48 bits of product are exact in a double, so only its sum with z is rounded twice; rounding that to odd makes it once.
float fmaf(float x, float y, float z)
{
	double product = (double)x * y, sum = product + z, back = sum - product, lost = (product - (sum - back)) + (z - back);
	uint64_t bits;
	if (isfinite(sum) && lost != 0) {
		memcpy(&bits, &sum, sizeof(bits));
		if ((bits & 1) == 0)
			bits += (lost > 0) == (sum > 0) ? 1 : (uint64_t)-1;
		memcpy(&sum, &bits, sizeof(bits));
	}
	return math_narrow_float(sum);
}

double nearbyint(double x) // no exception flags are offered, so it is rint
{
	return rint(x);
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
