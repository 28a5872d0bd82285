// math.c: elementary functions. A float's are computed in double and a double's in the x87's long double (64 bits of
// mantissa): rounding the wider result once leaves less than 1 ulp of error without any trick that needs explaining.
// Errors are told by errno (math_errhandling): EDOM where there is no answer, ERANGE where it is too large or too small.
#include "userland/libc/math_real.h"
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

double math_narrow(long double value)
{
	double narrow = (double)value;
	if ((isinf(narrow) && !isinf(value)) || (narrow == 0 && value != 0))
		errno = ERANGE;
	return narrow;
}

float math_narrow_float(double value)
{
	float narrow = (float)value;
	if ((isinf(narrow) && !isinf(value)) || (narrow == 0 && value != 0))
		errno = ERANGE;
	return narrow;
}

double math_no_answer(double x)
{
	if (!isnan(x))
		errno = EDOM;
	return (x - x) / (x - x); // FE_INVALID, but for a NaN
}

double math_pole(double sign)
{
	errno = ERANGE;
	return copysign(1 / fabs(sign - sign), sign); // FE_DIVBYZERO
}

static double power_of_two_double(int n) // n in [-1022, 1023]
{
	uint64_t bits = (uint64_t)(1023 + n) << 52;
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static long double power_of_two_long(int n) // n in [-16382, 16383]
{
	union extended power = {.mantissa = 1ul << 63, .exponent = (uint16_t)(16383 + n)};
	return power.value;
}

#define REAL double
#define NAME(x) x##_double
#define KEEP(for_float, for_double) for_float
#include "userland/libc/math_kernels.h"
#undef REAL
#undef NAME
#undef KEEP
#define REAL long double
#define NAME(x) x##_long
#define KEEP(for_float, for_double) for_double
#include "userland/libc/math_kernels.h"

double ldexp(double x, int exponent)
{
	exponent = exponent > 3000 ? 3000 : exponent < -3000 ? -3000 : exponent;
	return math_narrow(x * power_of_two_long(exponent));
}

// x = result times 2^*exponent with 1/2 <= |result| < 1.
double frexp(double x, int *exponent)
{
	uint64_t bits;
	*exponent = 0;
	if (x == 0 || !isfinite(x))
		return x;
	int extra = fabs(x) < 0x1p-1022 ? 64 : 0;
	x *= extra ? 0x1p64 : 1;
	memcpy(&bits, &x, 8);
	*exponent = (int)(bits >> 52 & 0x7ff) - 1022 - extra;
	bits = (bits & ~(0x7ffull << 52)) | 1022ull << 52;
	memcpy(&x, &bits, 8);
	return x;
}

long double math_exp(long double x)
{
	return isnan(x) ? x : exp_real_long(x > 11000 ? 11000 : x < -11000 ? -11000 : x);
}

long double math_expm1(long double x)
{
	if (isnan(x) || fabsl(x) > 0.35L)
		return math_exp(x) - 1;
	return x * horner_long(inverse_factorial_long + 1, 16, x);
}

float expf(float x)
{
	if (isnan(x) || isinf(x))
		return x < 0 ? 0 : x;
	return math_narrow_float(exp_real_double(x > 150 ? 150 : x < -150 ? -150 : x));
}

// x = m 2^*exponent with sqrt(1/2) <= m < sqrt(2); x is finite and above 0.
static long double split(long double x, int *exponent)
{
	union extended parts = {x};
	int below = parts.mantissa < 0xb504f333f9de6484; // sqrt(1/2)
	*exponent = parts.exponent - 16382 - below;
	parts.exponent = 16382 + below;
	return parts.value;
}

long double math_log_parts(long double x, int *exponent)
{
	return log_series_long(split(x, exponent));
}

long double math_log_quotient(long double s)
{
	return log_quotient_long(s);
}

static int is_odd(double y)
{
	return fabs(y) < 0x1p53 && trunc(y) == y && (long)y & 1;
}

long double math_power(int exponent, long double fraction, long double y)
{
	long double whole = y * exponent, part = y * fraction;
	if (!(fabsl(whole + part) < 16000))
		return whole + part > 0 ? 0x1p16000L : 0x1p-16000L;
	int n = (int)(whole + part + (whole + part < 0 ? -0.5L : 0.5L));
	long double rest = (whole - n) + part;
	return exp_series_long(rest * 0.693147180559945309417232121458176568L) * power_of_two_long(n);
}

long double math_pow(long double x, long double y)
{
	int exponent;
	long double fraction = math_log_parts(x, &exponent) * 1.44269504088896340735992468100189214L;
	return math_power(exponent, fraction, y);
}

double pow(double x, double y)
{
	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	double sign = signbit(x) && is_odd(y) ? -1 : 1;
	if (isinf(y))
		return fabs(x) == 1 ? 1 : (fabs(x) > 1) == (y > 0) ? HUGE_VAL : 0;
	if (x == 0 && y < 0)
		return math_pole(sign);
	if (x == 0 || isinf(x))
		return isinf(x) == (y > 0) ? sign * HUGE_VAL : sign * 0;
	if (x < 0 && trunc(y) != y)
		return math_no_answer(x);
	return math_narrow(sign * math_pow(fabs(x), y));
}

// x = result + n pi/2 with |result| <= pi/4, for any |x| >= 2^31 (Payne and Hanek): x is 53 bits and an exponent. Of the bits of
// 2/pi, those in front give multiples of 4 quarters and fall away; the 192 that follow give two bits of n and 137 of the rest.
static long double reduce_large(double x, long *n)
{
	static const uint64_t two_over_pi[] = {0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
		0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
		0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f,
		0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08,
		0x56033046fc7b6bab};
	int exponent;
	uint64_t mantissa = (uint64_t)ldexp(fabs(frexp(x, &exponent)), 53), product[3];
	int bit = 64 + exponent - 53 - 2; // of the table: the first that counts
	unsigned __int128 carry = 0;
	for (int i = 2; i >= 0; i--) { // the lowest word first
		const uint64_t *word = &two_over_pi[bit / 64 + i];
		uint64_t window = bit % 64 == 0 ? *word : *word << bit % 64 | word[1] >> (64 - bit % 64);
		carry += (unsigned __int128)window * mantissa;
		product[i] = (uint64_t)carry;
		carry >>= 64;
	}
	unsigned __int128 rest = (unsigned __int128)product[0] << 66 | (unsigned __int128)product[1] << 2 | product[2] >> 62;
	long quarters = (long)(product[0] >> 62) + (long)(rest >> 127);
	*n = x < 0 ? -quarters : quarters;
	return (x < 0 ? -1 : 1) * (long double)(__int128)rest * (0x1p-128L * 1.57079632679489661923132169163975144L);
}

long double math_sin_cos(double x, int quarter)
{
	long n;
	if (!isfinite(x))
		return math_no_answer(x);
	long double r = fabs(x) < 0x1p31 ? reduce_long(x, &n) : reduce_large(x, &n);
	return sin_cos_long(r, n + quarter);
}

double sin(double x)
{
	return isless(fabs(x), 0x1p-30) ? x : (double)math_sin_cos(x, 0);
}

double cos(double x)
{
	return (double)math_sin_cos(x, 1);
}

float sinf(float x)
{
	long n;
	if (!isless(fabsf(x), 0x1p20f) || x == 0)
		return (float)sin(x);
	double r = reduce_double(x, &n);
	return (float)sin_cos_double(r, n);
}

float cosf(float x)
{
	long n;
	if (!isless(fabsf(x), 0x1p20f))
		return (float)cos(x);
	double r = reduce_double(x, &n);
	return (float)sin_cos_double(r, n + 1);
}

double trunc(double x)
{
	return isless(fabs(x), 0x1p52) ? copysign((double)(long)x, x) : x;
}

FLOAT_FORM_TWO(pow)
