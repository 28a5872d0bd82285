// math_hyperbolic.c: hyperbolic functions and their inverses, what is near 1, and roots; in the x87's long double, as math.c.
#include "userland/libc/math_real.h"
#include <math.h>

double expm1(double x)
{
	return x == 0 || isinf(x) ? (x < 0 ? -1 : x) : math_narrow(math_expm1(x));
}

double log1p(double x)
{
	if (x == -1)
		return math_pole(-1);
	if (!isgreater(x, -1))
		return math_no_answer(x);
	return x == 0 || isinf(x) ? x : math_narrow(math_log1p(x));
}

double sinh(double x)
{
	if (x == 0 || !isfinite(x))
		return x;
	if (fabs(x) > 1)
		return math_narrow((math_exp(x) - math_exp(-x)) / 2);
	long double more = math_expm1(x);
	return math_narrow((more + more / (1 + more)) / 2);
}

double cosh(double x)
{
	return isinf(x) ? HUGE_VAL : math_narrow((math_exp(x) + math_exp(-x)) / 2);
}

double tanh(double x)
{
	if (x == 0 || isgreater(fabs(x), 30))
		return x == 0 ? x : copysign(1, x);
	long double more = math_expm1(2 * (long double)x);
	return math_narrow(more / (2 + more));
}

double asinh(double x)
{
	long double size = fabs(x);
	if (x == 0 || !isfinite(x))
		return x;
	return copysign(math_narrow(math_log1p(size + size * size / (1 + math_sqrt(1 + size * size)))), x);
}

double acosh(double x)
{
	long double more = (long double)x - 1;
	if (!isgreaterequal(x, 1))
		return math_no_answer(x);
	return isinf(x) ? x : math_narrow(math_log1p(more + math_sqrt(more * (more + 2))));
}

double atanh(double x)
{
	long double size = fabs(x);
	if (!isless(size, 1))
		return size == 1 ? math_pole(x) : math_no_answer(x);
	return x == 0 ? x : copysign(math_narrow(math_log1p(2 * size / (1 - size)) / 2), x);
}

double cbrt(double x)
{
	if (x == 0 || !isfinite(x))
		return x;
	long double size = fabsl(x), root = math_exp(math_log(size) / 3);
	root -= (root * root * root - size) / (3 * root * root); // Newton: the logarithm's error grew with the exponent
	return copysign((double)root, x);
}

double hypot(double x, double y)
{
	if (isinf(x) || isinf(y))
		return HUGE_VAL;
	return math_narrow(math_sqrt((long double)x * x + (long double)y * y));
}

FLOAT_FORM(expm1)
FLOAT_FORM(log1p)
FLOAT_FORM(sinh)
FLOAT_FORM(cosh)
FLOAT_FORM(asinh)
FLOAT_FORM(acosh)
FLOAT_FORM(atanh)
FLOAT_FORM(cbrt)
FLOAT_FORM_TWO(hypot)
