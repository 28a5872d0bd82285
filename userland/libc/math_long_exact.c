// math_long_exact.c: the long double functions that have one right answer: whole numbers, parts of a number, remainders, neighbours.
#include "userland/libc/math_wide.h"
#include "userland/libc/math_real.h"
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <math.h>

long double sqrtl(long double x)
{
	return isless(x, 0) ? math_no_answer(-1) : math_sqrt(x);
}

long double rintl(long double x)
{
	__asm__("frndint" : "+t"(x));
	return x;
}

long double nearbyintl(long double x)
{
	int before = fetestexcept(FE_INEXACT);
	x = rintl(x);
	if (!before)
		feclearexcept(FE_INEXACT);
	return x;
}

// Whatever the direction of rounding, rintl is one of the two whole numbers beside x.
long double floorl(long double x)
{
	long double whole = rintl(x);
	return isgreater(whole, x) ? whole - 1 : whole;
}

long double ceill(long double x)
{
	long double whole = rintl(x);
	return isless(whole, x) ? copysignl(whole + 1, x) : whole;
}

long double truncl(long double x)
{
	return signbit(x) ? ceill(x) : floorl(x);
}

long double roundl(long double x)
{
	long double whole = truncl(x);
	return isfinite(x) && fabsl(x - whole) >= 0.5L ? whole + copysignl(1, x) : whole;
}

#define WHOLE_FORM(type, name, by)                                                                                 \
	type name(long double x)                                                                                   \
	{                                                                                                          \
		return (type)by(x);                                                                                \
	}
WHOLE_FORM(long, lrintl, rintl)
WHOLE_FORM(long long, llrintl, rintl)
WHOLE_FORM(long, lroundl, roundl)
WHOLE_FORM(long long, llroundl, roundl)

long double modfl(long double x, long double *whole)
{
	*whole = truncl(x);
	return copysignl(isinf(x) ? 0 : x - *whole, x);
}

long double ldexpl(long double x, int exponent)
{
	long double result = x;
	__asm__("fscale" : "+t"(result) : "u"((long double)exponent));
	if (isfinite(x) && x != 0 && (isinf(result) || result == 0))
		errno = ERANGE;
	return result;
}

long double scalbnl(long double x, int exponent)
{
	return ldexpl(x, exponent);
}

long double scalblnl(long double x, long exponent)
{
	return ldexpl(x, exponent > INT_MAX ? INT_MAX : exponent < INT_MIN ? INT_MIN : (int)exponent);
}

long double frexpl(long double x, int *exponent)
{
	*exponent = 0;
	if (x == 0 || !isfinite(x))
		return x;
	struct wide wide = wide_of(x);
	*exponent = wide.exponent + 128;
	wide.exponent = -128;
	return wide_about(wide);
}

int ilogbl(long double x)
{
	int exponent;
	if (x == 0 || !isfinite(x))
		return ilogb((double)x);
	frexpl(x, &exponent);
	return exponent - 1;
}

long double logbl(long double x)
{
	return x == 0 || !isfinite(x) ? logb((double)x) : ilogbl(x);
}

long double fdiml(long double x, long double y)
{
	if (islessequal(x, y))
		return 0;
	long double more = x - y;
	if (isinf(more) && isfinite(x) && isfinite(y))
		errno = ERANGE;
	return more;
}

long double fmaxl(long double x, long double y)
{
	return isnan(x) || isless(x, y) ? y : x;
}

long double fminl(long double x, long double y)
{
	return isnan(x) || isless(y, x) ? y : x;
}

long double nanl(const char *tag)
{
	return nan(tag);
}

// The next number after x towards y: the patterns of one sign are ordered as the numbers are; a mantissa that runs over takes the exponent along.
long double nextafterl(long double x, long double y)
{
	union extended parts = {x};
	if (isnan(x) || isnan(y))
		return x + y;
	if (x == y)
		return y;
	if (x == 0) {
		parts.mantissa = 1;
		parts.exponent = signbit(y) ? 0x8000 : 0;
	} else if ((x < y) == (x > 0)) {
		if (++parts.mantissa << 1 == 0) { // all ones before; or the largest subnormal, which becomes normal
			parts.mantissa = 1ul << 63;
			parts.exponent++;
		}
	} else if (parts.mantissa << 1 == 0 && (parts.exponent & 0x7fff) > 1) {
		parts.mantissa = ~0ul;
		parts.exponent--;
	} else if (parts.mantissa-- == 1ul << 63) { // the smallest normal number
		parts.exponent &= 0x8000;
	}
	if (!isnormal(parts.value)) {
		errno = ERANGE;
		math_out_of_range(isinf(parts.value));
	}
	return parts.value;
}

long double nexttowardl(long double x, long double y)
{
	return nextafterl(x, y);
}

long double fmodl(long double x, long double y)
{
	if (isnan(x) || isnan(y))
		return x + y;
	return y == 0 || isinf(x) ? math_no_answer(1) : math_fmod(x, y);
}

// x - n y, n the whole number nearest to x / y, an even one of two; n's last three bits in *bits. Taking off multiples of 8 y first
// loses nothing. (fprem1 has flags for these bits; QEMU's processor leaves them alone.)
static long double nearest_remainder(long double x, long double y, int *bits)
{
	*bits = 0;
	if (isnan(x) || isnan(y))
		return x + y;
	if (y == 0 || isinf(x))
		return math_no_answer(1);
	int down = fabsl(y) > 0x1p16000L && !isinf(y) ? 16 : 0; // so that 8 y is a number; what this takes from a small x is no part of n
	long double divisor = ldexpl(y, -down), most = math_fmod(ldexpl(x, -down), 8 * divisor), rest = most, result = x;
	unsigned short flags;
	do
		__asm__("fprem1\n\tfnstsw %1" : "+t"(rest), "=a"(flags) : "u"(divisor));
	while (flags & 0x400);
	do
		__asm__("fprem1\n\tfnstsw %1" : "+t"(result), "=a"(flags) : "u"(y));
	while (flags & 0x400);
	if (!isinf(y))
		*bits = (int)(fabsl((most - rest) / divisor) + 0.5L) & 7; // the difference may be rounded
	return result == 0 ? copysignl(0, x) : result;
}

long double remainderl(long double x, long double y)
{
	int bits;
	return nearest_remainder(x, y, &bits);
}

long double remquol(long double x, long double y, int *quotient)
{
	long double rest = nearest_remainder(x, y, quotient);
	if (signbit(x) != signbit(y))
		*quotient = -*quotient;
	return rest;
}

long double fmal(long double x, long double y, long double z)
{
	if (x == 0 || y == 0 || !isfinite(x) || !isfinite(y))
		return x * y + z;
	if (!isfinite(z))
		return z;
	struct wide sum = wide_fma(x, y, z);
	return sum.mantissa == 0 ? z - z : wide_round(sum);
}
