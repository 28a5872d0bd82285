// math_round.c: the arcs and remainders that the processor's own instructions give, and whole numbers near a number.
#include "userland/libc/math_real.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

// The angle of the point (x, y). The processor's own fpatan: exact to 64 bits, in every quadrant.
double atan2(double y, double x)
{
	long double angle;
	__asm__("fpatan" : "=t"(angle) : "0"((long double)x), "u"((long double)y) : "st(1)");
	return (double)angle;
}

double atan(double x)
{
	return atan2(x, 1);
}

static long double chord(double x) // sqrt(1 - x^2), from factors that do not cancel
{
	return math_sqrt((1 - (long double)x) * (1 + (long double)x));
}

double asin(double x)
{
	long double angle;
	if (!islessequal(fabs(x), 1))
		return math_no_answer(x);
	__asm__("fpatan" : "=t"(angle) : "0"(chord(x)), "u"((long double)x) : "st(1)");
	return (double)angle;
}

double acos(double x)
{
	long double angle;
	if (!islessequal(fabs(x), 1))
		return math_no_answer(x);
	__asm__("fpatan" : "=t"(angle) : "0"((long double)x), "u"(chord(x)) : "st(1)");
	return (double)angle;
}

// fprem takes off at most 63 bits of the quotient at a time.
long double math_fmod(long double x, long double y)
{
	unsigned short flags;
	do
		__asm__("fprem\n\tfnstsw %1" : "+t"(x), "=a"(flags) : "u"(y));
	while (flags & 0x400);
	return x;
}

double fmod(double x, double y)
{
	if (isnan(x) || isnan(y))
		return x + y;
	return y == 0 || isinf(x) ? math_no_answer(x) : (double)math_fmod(x, y);
}

double floor(double x)
{
	double whole = trunc(x);
	return isgreater(whole, x) ? whole - 1 : whole;
}

double ceil(double x)
{
	double whole = trunc(x);
	return isless(whole, x) ? copysign(whole + 1, x) : whole;
}

double round(double x)
{
	double whole = trunc(x);
	return isfinite(x) && fabs(x - whole) >= 0.5 ? whole + copysign(1, x) : whole;
}

double rint(double x)
{
	return (double)rintl(x);
}

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return copysign(isinf(x) ? 0 : x - *whole, x);
}

FLOAT_FORM(asin)
FLOAT_FORM(acos)
FLOAT_FORM(atan)
FLOAT_FORM(trunc)
FLOAT_FORM(floor)
FLOAT_FORM(ceil)
FLOAT_FORM(round)
FLOAT_FORM(rint)
FLOAT_FORM_TWO(atan2)
FLOAT_FORM_TWO(fmod)

long lrint(double x)
{
	return (long)rint(x);
}
