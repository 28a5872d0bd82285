// math_real.h: what the files of <math.h> share. "Real" functions take and give the x87's long double, whose 64 bits of mantissa leave
// 11 to spare when the answer is rounded to a double; each says how far its argument may go. None sets errno.
#pragma once
#include <stdint.h>

union extended { // the x87's format: value = mantissa 2^(exponent - 16383 - 63)
	long double value;
	struct {
		uint64_t mantissa;
		uint16_t exponent; // and, in bit 15, the sign
	};
};

long double math_exp(long double x);    // any x; beyond 11,000 as if 11,000, which no double can hold
long double math_expm1(long double x);  // e^x - 1, without loss near 0
long double math_log(long double x);    // finite x > 0
long double math_log1p(long double x);  // log(1 + x) for finite x > -1, without loss near 0
long double math_pow(long double x, long double y); // finite x > 0; held between 2^-16000 and 2^16000
long double math_fmod(long double x, long double y); // the remainder of x / y with the sign of x, exact; y is not 0

// log(m) where x = m 2^*exponent with sqrt(1/2) <= m < sqrt(2); x is finite and above 0.
long double math_log_parts(long double x, int *exponent);
long double math_log_quotient(long double s); // log((1 + s) / (1 - s)) for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)
long double math_sin_cos(double x, int quarter); // sin(x + quarter pi/2), any x; EDOM for an infinity

// 2^(y (exponent + fraction)): y times the exponent is exact in 64 bits, so only the fraction's error is multiplied.
long double math_power(int exponent, long double fraction, long double y);

static inline long double math_sqrt(long double x)
{
	__asm__("fsqrt" : "+t"(x));
	return x;
}

// The answer rounded; ERANGE when that made it infinite or 0.
double math_narrow(long double value);
float math_narrow_float(double value);
// EDOM and a NaN, unless x is one already; ERANGE and an infinity of that sign.
double math_no_answer(double x);
double math_pole(double sign);

// A float's function by the double's.
#define FLOAT_FORM(name)                                                                                           \
	float name##f(float x)                                                                                     \
	{                                                                                                          \
		return math_narrow_float(name(x));                                                                 \
	}
#define FLOAT_FORM_TWO(name)                                                                                       \
	float name##f(float x, float y)                                                                            \
	{                                                                                                          \
		return math_narrow_float(name(x, y));                                                              \
	}
