// round.c: whole numbers near a number, its parts and remainders, and the arcs: what the processor's own instructions give.
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
	long double value = (1 - (long double)x) * (1 + (long double)x);
	__asm__("fsqrt" : "+t"(value));
	return value;
}

double asin(double x)
{
	long double angle;
	__asm__("fpatan" : "=t"(angle) : "0"(chord(x)), "u"((long double)x) : "st(1)");
	return (double)angle;
}

double acos(double x)
{
	long double angle;
	__asm__("fpatan" : "=t"(angle) : "0"((long double)x), "u"(chord(x)) : "st(1)");
	return (double)angle;
}

// The remainder of x / y with the sign of x; exact. fprem takes off at most 63 bits of the quotient at a time.
double fmod(double x, double y)
{
	long double rest = x;
	unsigned short flags;
	if (y == 0 || isinf(x) || isnan(y))
		return isnan(y) ? y : isnan(x) ? x : NAN;
	do
		__asm__("fprem\n\tfnstsw %1" : "+t"(rest), "=a"(flags) : "u"((long double)y));
	while (flags & 0x400);
	return (double)rest;
}

float fmodf(float x, float y)
{
	return (float)fmod(x, y);
}

double floor(double x)
{
	double whole = trunc(x);
	return whole > x ? whole - 1 : whole;
}

double ceil(double x)
{
	double whole = trunc(x);
	return whole < x ? copysign(whole + 1, x) : whole;
}

double round(double x)
{
	double whole = trunc(x);
	return fabs(x - whole) >= 0.5 ? whole + copysign(1, x) : whole;
}

double rint(double x) // half to even: adding 2^52 leaves no room for a fraction
{
	volatile double shifted = fabs(x) + 0x1p52;
	return fabs(x) < 0x1p52 ? copysign(shifted - 0x1p52, x) : x;
}

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return copysign(isinf(x) ? 0 : x - *whole, x);
}

#define FLOAT_FORM(name)                                                                                           \
	float name##f(float x)                                                                                     \
	{                                                                                                          \
		return (float)name(x);                                                                             \
	}
FLOAT_FORM(trunc)
FLOAT_FORM(floor)
FLOAT_FORM(ceil)
FLOAT_FORM(round)
FLOAT_FORM(rint)

long lround(double x)
{
	return (long)round(x);
}

long lroundf(float x)
{
	return (long)round(x);
}

long lrint(double x)
{
	return (long)rint(x);
}

long lrintf(float x)
{
	return (long)rint(x);
}
