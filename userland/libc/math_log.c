// math_log.c: logarithms, and what follows from the functions of math.c in a few lines.
#include "userland/libc/math_real.h"
#include <math.h>

double exp(double x)
{
	return isinf(x) ? (x > 0 ? x : 0) : math_narrow(math_exp(x));
}

// What all logarithms answer where there is none; false for a positive finite x.
static int log_special(double x, double *result)
{
	if (isgreater(x, 0) && !isinf(x))
		return 0;
	*result = x == 0 ? math_pole(-1) : isless(x, 0) ? math_no_answer(x) : x;
	return 1;
}

// exponent log(2) + log(m), both in the base whose log(2) and whose share of the natural logarithm are given.
static long double log_sum(int exponent, long double m, long double log_2, long double scale)
{
	return exponent * log_2 + m * scale;
}

long double math_log(long double x)
{
	int exponent;
	long double m = math_log_parts(x, &exponent);
	return log_sum(exponent, m, 0.693147180559945309417232121458176568L, 1);
}

long double math_log1p(long double x)
{
	if (x < -0.29L || x > 0.41L)
		return math_log(1 + x);
	return math_log_quotient(x / (2 + x));
}

double log2(double x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return special;
	long double m = math_log_parts(x, &exponent) * 1.44269504088896340735992468100189214L;
	return (double)(exponent + m);
}

double log10(double x)
{
	double special;
	int exponent;
	if (log_special(x, &special))
		return special;
	long double m = math_log_parts(x, &exponent);
	return (double)log_sum(exponent, m, 0.301029995663981195213738894724493027L, 0.434294481903251827651128918916605082L);
}

double exp2(double x)
{
	return isnan(x) ? x : isinf(x) ? (x > 0 ? x : 0) : math_narrow(math_power(1, 0, x));
}

double tan(double x)
{
	return isless(fabs(x), 0x1p-30) ? x : (double)(math_sin_cos(x, 0) / math_sin_cos(x, 1));
}

float tanhf(float x)
{
	double square = (double)x * x;
	if (!isless(square, 900))
		return isnan(x) ? x : copysignf(1, x);
	if (square < 0x1p-18) // the quotient below would lose bits
		return (float)(x * (1 - square * (1 / 3.0 - square * (2 / 15.0 - square * (17 / 315.0)))));
	double e = (double)math_exp(2 * (long double)x);
	return (float)((e - 1) / (e + 1));
}

double log(double x)
{
	double special;
	return log_special(x, &special) ? special : (double)math_log(x);
}

FLOAT_FORM(exp2)
FLOAT_FORM(log2)
FLOAT_FORM(log10)
FLOAT_FORM(tan)
FLOAT_FORM(log)
