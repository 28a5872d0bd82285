// math_long.c: the elementary functions of long double, in 128 bits of mantissa and rounded once. What is special is the double's function's to answer.
#include "userland/libc/math_wide.h"
#include "userland/libc/math_real.h"
#include <errno.h>
#include <math.h>

static int is_special(long double x)
{
	return x == 0 || !isfinite(x);
}

// A double that stands for x where only its class and its sign count.
static double of_its_class(long double x)
{
	return is_special(x) ? (double)x : x < 0 ? -2 : 2;
}

static struct wide wide_within(struct wide x, int limit) // of any size: the exponential of more than `limit` is an infinity, or 0
{
	return x.mantissa != 0 && x.exponent > -127 + 20 ? wide_of(x.negative ? -limit : limit) : x;
}

// The answers of an even function pair: e^x and e^-x, added (sign 1) or subtracted (-1), halved.
static long double exponentials(long double x, int subtracted)
{
	struct wide up = wide_exp(wide_within(wide_of(x), 16000)), down = wide_divide(WIDE_ONE, up);
	return wide_round(wide_scale(subtracted ? wide_subtract(up, down) : wide_add(up, down), -1));
}

long double expl(long double x)
{
	return isfinite(x) ? wide_round(wide_exp(wide_within(wide_of(x), 16000))) : exp((double)x);
}

long double exp2l(long double x)
{
	if (!isfinite(x))
		return exp((double)x);
	long double near = fabsl(x) > 20000 ? copysignl(20000, x) : roundl(x), rest = fabsl(x) > 20000 ? 0 : x - near;
	return wide_round(wide_scale(wide_exp(wide_multiply(wide_of(rest), WIDE_LN_2)), (int)near));
}

long double expm1l(long double x)
{
	return is_special(x) ? expm1((double)x) : wide_round(wide_expm1(wide_within(wide_of(x), 16000)));
}

long double logl(long double x)
{
	return isgreater(x, 0) && isfinite(x) ? wide_round(wide_log(wide_of(x))) : log(of_its_class(x));
}

long double log10l(long double x)
{
	return isgreater(x, 0) && isfinite(x) ? wide_round(wide_multiply(wide_log(wide_of(x)), WIDE_LOG10_E)) : log(of_its_class(x));
}

long double log2l(long double x)
{
	if (!(isgreater(x, 0) && isfinite(x)))
		return log(of_its_class(x));
	struct wide m = wide_of(x);
	int exponent = m.exponent + 127 + (m.mantissa >> 64 > 0xb504f333f9de6484); // m 2^exponent with m near 1, so that powers of 2 are exact
	m.exponent -= exponent;
	return wide_round(wide_add(wide_of(exponent), wide_multiply(wide_log(m), WIDE_LOG2_E)));
}

long double log1pl(long double x)
{
	if (is_special(x) || x <= -1)
		return log1p(x == -1 ? -1 : of_its_class(x));
	return wide_round(wide_log1p(wide_of(x)));
}

static struct wide sine_of(long double x, int quarter)
{
	long n;
	struct wide r = wide_quarters(x, &n), value = (n + quarter) & 1 ? wide_cosine(r) : wide_sine(r);
	return (n + quarter) & 2 ? wide_negate(value) : value;
}

long double sinl(long double x)
{
	return is_special(x) ? sin((double)x) : wide_round(sine_of(x, 0));
}

long double cosl(long double x)
{
	return is_special(x) ? cos((double)x) : wide_round(sine_of(x, 1));
}

long double tanl(long double x)
{
	return is_special(x) ? tan((double)x) : wide_round(wide_divide(sine_of(x, 0), sine_of(x, 1)));
}

long double atan2l(long double y, long double x)
{
	if (isnan(x) || isnan(y))
		return x + y;
	if (isinf(x) || isinf(y))
		return atan2l(copysignl(isinf(y) != 0, y), copysignl(isinf(x) != 0, x));
	if (y == 0 && !signbit(x))
		return y;
	if (x == 0 || y == 0) // on an axis
		return copysignl(wide_round(wide_scale(WIDE_PI, y == 0 ? 0 : -1)), y);
	return wide_round(wide_angle(wide_of(y), wide_of(x)));
}

long double atanl(long double x)
{
	return atan2l(x, 1);
}

static struct wide chord(long double x) // sqrt(1 - x^2), from factors that do not cancel
{
	struct wide wide = wide_of(x);
	return wide_sqrt(wide_multiply(wide_subtract(WIDE_ONE, wide), wide_add(WIDE_ONE, wide)));
}

long double asinl(long double x)
{
	if (x == 0 || !islessequal(fabsl(x), 1))
		return asin(of_its_class(x));
	return wide_round(wide_angle(wide_of(x), chord(x)));
}

long double acosl(long double x)
{
	if (x == 1 || !islessequal(fabsl(x), 1))
		return acos(x == 1 ? 1 : of_its_class(x));
	return wide_round(wide_angle(chord(x), wide_of(x)));
}

long double sinhl(long double x)
{
	if (is_special(x))
		return x;
	if (fabsl(x) > 1)
		return exponentials(x, 1);
	struct wide more = wide_expm1(wide_of(x));
	return wide_round(wide_scale(wide_add(more, wide_divide(more, wide_add(WIDE_ONE, more))), -1));
}

long double coshl(long double x)
{
	return isfinite(x) ? exponentials(x, 0) : x * x;
}

long double tanhl(long double x)
{
	if (is_special(x))
		return tanh((double)x);
	struct wide more = wide_expm1(wide_scale(wide_of(fabsl(x) > 40 ? copysignl(40, x) : x), 1));
	return wide_round(wide_divide(more, wide_add(more, wide_scale(WIDE_ONE, 1))));
}

long double asinhl(long double x)
{
	if (is_special(x))
		return x;
	struct wide size = wide_of(fabsl(x)), square = wide_multiply(size, size);
	struct wide root = wide_add(WIDE_ONE, wide_sqrt(wide_add(WIDE_ONE, square)));
	struct wide result = wide_log1p(wide_add(size, wide_divide(square, root)));
	result.negative = x < 0;
	return wide_round(result);
}

long double acoshl(long double x)
{
	if (!(isgreater(x, 1) && isfinite(x)))
		return acosh(x == 1 || !isfinite(x) ? (double)x : 0);
	struct wide more = wide_subtract(wide_of(x), WIDE_ONE);
	return wide_round(wide_log1p(wide_add(more, wide_sqrt(wide_multiply(more, wide_add(more, wide_scale(WIDE_ONE, 1)))))));
}

long double atanhl(long double x)
{
	if (x == 0 || !isless(fabsl(x), 1))
		return atanh(fabsl(x) == 1 ? (double)x : of_its_class(x));
	struct wide result = wide_of(fabsl(x));
	result = wide_scale(wide_log1p(wide_divide(wide_scale(result, 1), wide_subtract(WIDE_ONE, result))), -1);
	result.negative = x < 0;
	return wide_round(result);
}

long double cbrtl(long double x)
{
	if (is_special(x))
		return x;
	struct wide size = wide_of(fabsl(x));
	int thirds = (size.exponent + 127 + 30000) / 3 - 10000;
	size.exponent -= 3 * thirds;
	struct wide root = wide_of(cbrt((double)wide_about(size)));
	for (int i = 0; i < 2; i++) { // Newton
		struct wide square = wide_multiply(root, root);
		root = wide_subtract(root, wide_over(wide_divide(wide_subtract(wide_multiply(root, square), size), square), 3));
	}
	root.negative = x < 0;
	return wide_round(wide_scale(root, thirds));
}

long double hypotl(long double x, long double y)
{
	if (isinf(x) || isinf(y))
		return HUGE_VALL;
	if (isnan(x) || isnan(y))
		return x + y;
	struct wide a = wide_of(x), b = wide_of(y);
	return wide_round(wide_sqrt(wide_add(wide_multiply(a, a), wide_multiply(b, b))));
}

static int is_odd(long double y)
{
	return fabsl(y) < 0x1p64L && truncl(y) == y && truncl(y / 2) != y / 2;
}

long double powl(long double x, long double y)
{
	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	if (isinf(y))
		return fabsl(x) == 1 ? 1 : (fabsl(x) > 1) == (y > 0) ? HUGE_VALL : 0;
	if (x == 0 || isinf(x))
		return pow((double)x, is_odd(y) ? copysign(1, (double)y) : copysign(2, (double)y));
	if (x < 0 && truncl(y) != y)
		return math_no_answer(-1);
	struct wide power = wide_multiply(wide_of(y), wide_log(wide_of(fabsl(x))));
	power = wide_exp(wide_within(power, 16000));
	power.negative = x < 0 && is_odd(y);
	return wide_round(power);
}
