// math.c: elementary functions. A float's are computed in double and a double's in the x87's long double (64 bits of
// mantissa): rounding the wider result once leaves less than 1 ulp of error without any trick that needs explaining.
// Arguments of sin, cos and tan are good to 2^31; beyond, they lose precision and end as NaN.
#include <math.h>
#include <stdint.h>
#include <string.h>

static double power_of_two_double(int n) // n in [-1022, 1023]
{
	uint64_t bits = (uint64_t)(1023 + n) << 52;
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static long double power_of_two_long(int n) // n in [-16382, 16383]
{
	struct {
		uint64_t mantissa, exponent;
	} bits = {1ul << 63, (uint64_t)(16383 + n)};
	long double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
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
	return (double)(x * power_of_two_long(exponent));
}

double exp(double x)
{
	if (isnan(x))
		return x;
	return (double)exp_real_long(x > 800 ? 800 : x < -800 ? -800 : x);
}

float expf(float x)
{
	if (isnan(x))
		return x;
	return (float)exp_real_double(x > 150 ? 150 : x < -150 ? -150 : x);
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

// x = m 2^*exponent with sqrt(1/2) <= m < sqrt(2).
static double split(double x, int *exponent)
{
	double m = frexp(x, exponent);
	if (m < 0.70710678118654752440) {
		m *= 2;
		--*exponent;
	}
	return m;
}

// What all logarithms answer where there is none; false for a positive finite x.
static int log_special(double x, double *result)
{
	*result = x == 0 ? -HUGE_VAL : x < 0 ? (x - x) / 0.0 : x;
	return !(x > 0) || isinf(x);
}

static long double log2_long(double x, int *exponent)
{
	return log_series_long(split(x, exponent)) * 1.44269504088896340735992468100189214L;
}

double log(double x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return special;
	long double m = log_series_long(split(x, &exponent));
	return (double)(exponent * 0.693147180559945309417232121458176568L + m);
}

double log2(double x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return special;
	long double m = log2_long(x, &exponent);
	return (double)(exponent + m);
}

double log10(double x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return special;
	long double m = log_series_long(split(x, &exponent)) * 0.434294481903251827651128918916605082L;
	return (double)(exponent * 0.301029995663981195213738894724493027L + m);
}

float logf(float x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return (float)special;
	double m = log_series_double(split(x, &exponent));
	return (float)(exponent * 0.69314718055994530942 + m);
}

float log2f(float x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return (float)special;
	double m = log_series_double(split(x, &exponent));
	return (float)(exponent + m * 1.44269504088896340736);
}

static int is_odd(double y)
{
	return fabs(y) < 0x1p53 && trunc(y) == y && (long)y & 1;
}

// 2^(y * (exponent + fraction)): y times the exponent is exact in 64 bits, so only the fraction's error is multiplied.
static double power(int exponent, long double fraction, double y)
{
	long double whole = (long double)y * exponent, part = y * fraction;
	if (whole + part > 1100 || whole + part < -1200)
		return whole + part > 0 ? HUGE_VAL : 0;
	int n = (int)(whole + part + (whole + part < 0 ? -0.5L : 0.5L));
	long double rest = (whole - n) + part;
	return (double)(exp_series_long(rest * 0.693147180559945309417232121458176568L) * power_of_two_long(n));
}

double pow(double x, double y)
{
	int exponent;
	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	double sign = signbit(x) && is_odd(y) ? -1 : 1;
	if (isinf(y))
		return fabs(x) == 1 ? 1 : (fabs(x) > 1) == (y > 0) ? HUGE_VAL : 0;
	if (x == 0 || isinf(x))
		return (x == 0) == (y < 0) ? sign * HUGE_VAL : sign * 0;
	if (x < 0 && trunc(y) != y)
		return (x - x) / 0.0;
	long double fraction = log2_long(fabs(x), &exponent);
	return sign * power(exponent, fraction, y);
}

float powf(float x, float y)
{
	return (float)pow(x, y);
}

double exp2(double x)
{
	return isnan(x) ? x : isinf(x) ? (x > 0 ? x : 0) : power(1, 0, x);
}

float exp2f(float x)
{
	return (float)exp2(x);
}

double sin(double x)
{
	return fabs(x) < 0x1p-30 ? x : fabs(x) < 0x1p31 ? (double)sin_cos_long(x, 0) : NAN;
}

double cos(double x)
{
	return fabs(x) < 0x1p31 ? (double)sin_cos_long(x, 1) : NAN;
}

double tan(double x)
{
	return fabs(x) < 0x1p-30 ? x : fabs(x) < 0x1p31 ? (double)(sin_cos_long(x, 0) / sin_cos_long(x, 1)) : NAN;
}

float sinf(float x)
{
	return x == 0 ? x : fabsf(x) < 0x1p20f ? (float)sin_cos_double(x, 0) : (float)sin(x);
}

float cosf(float x)
{
	return fabsf(x) < 0x1p20f ? (float)sin_cos_double(x, 1) : (float)cos(x);
}

float tanf(float x)
{
	return (float)tan(x);
}

double tanh(double x)
{
	return x == 0 ? x : (double)tanh_real_long(x);
}

float tanhf(float x)
{
	return x == 0 ? x : (float)tanh_real_double(x);
}

double trunc(double x)
{
	return fabs(x) < 0x1p52 ? copysign((double)(long)x, x) : x;
}
