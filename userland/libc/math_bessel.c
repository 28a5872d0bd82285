// math_bessel.c: Bessel functions of the first and second kind and whole orders (XSI), in 128 bits of mantissa. Below 32 by their power
// series, which loses up to 46 bits there; above by Hankel's expansion, whose smallest term is e^-64; other orders by recurrence.
#include "userland/libc/math_wide.h"
#include "userland/libc/math_real.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define SERIES_MAX 32
#define EULER_GAMMA WIDE(0x93c467e37db0c7a4, 0xd1be3f810152cb56, -128)

// J0 and J1, and Y0 and Y1 when `second`; x > 0. With t = -x^2 / 4, J is (x / 2)^order times the sum of t^k / (k! (k + order)!); the
// second kind is 2 / pi (ln(x / 2) + gamma) J - 1 / pi times the same sum with each term times H(k) + H(k + order), H(k) = 1 + 1/2 + ... + 1/k,
// and less 2 / (pi x) for order 1.
static struct wide by_series(struct wide x, int order, int second)
{
	struct wide half = wide_scale(x, -1), square = wide_negate(wide_multiply(half, half)), term = order ? half : WIDE_ONE;
	struct wide sum = term, harmonic = {0}, weighted = order ? term : harmonic;
	for (unsigned k = 1; k < 200 && term.exponent > -127 - 127; k++) {
		term = wide_over(wide_multiply(term, square), k * (k + (unsigned)order));
		sum = wide_add(sum, term);
		harmonic = wide_add(harmonic, wide_over(WIDE_ONE, k));
		struct wide both = wide_scale(harmonic, 1);
		weighted = wide_add(weighted, wide_multiply(term, order ? wide_add(both, wide_over(WIDE_ONE, k + 1)) : both));
	}
	if (!second)
		return sum;
	struct wide result = wide_scale(wide_multiply(wide_add(wide_log(half), EULER_GAMMA), sum), 1);
	result = wide_subtract(result, weighted);
	if (order)
		result = wide_subtract(result, wide_divide(WIDE_ONE, half));
	return wide_divide(result, WIDE_PI);
}

// sqrt(2 / (pi x)) (P cos(a) - Q sin(a)), or (P sin(a) + Q cos(a)), a = x - (order / 2 + 1 / 4) pi; P and Q are the even and the odd
// terms of the sum of (4 order^2 - 1) (4 order^2 - 9) ... / (k! (8 x)^k), each with alternating signs.
static struct wide by_angle(double x, int order, int second)
{
	struct wide sums[2] = {WIDE_ONE, {0}}, term = WIDE_ONE, large = wide_of(8 * (long double)x);
	for (int k = 1, before = 0; k < 2 * SERIES_MAX && term.exponent > -127 - 110; k++) {
		term = wide_divide(wide_multiply(term, wide_of(4 * order - (2 * k - 1) * (2 * k - 1))), wide_multiply(large, wide_of(k)));
		if (k > 2 && term.exponent >= before)
			break; // from here they grow
		before = term.exponent;
		sums[k & 1] = wide_add(sums[k & 1], k & 2 ? wide_negate(term) : term);
	}
	long n;
	struct wide r = wide_subtract(wide_quarters(x, &n), wide_scale(WIDE_PI, -2)), value;
	struct wide cosine = wide_cosine(r), sine = wide_sine(r);
	n -= order + second; // sin(a) is cos(a - pi / 2)
	for (n &= 3; n > 0; n--) { // a quarter more: cos becomes -sin, and sin cos
		value = cosine;
		cosine = wide_negate(sine);
		sine = value;
	}
	value = wide_subtract(wide_multiply(sums[0], cosine), wide_multiply(sums[1], sine));
	return wide_multiply(value, wide_sqrt(wide_divide(wide_scale(WIDE_ONE, 1), wide_multiply(WIDE_PI, wide_of(x)))));
}

static struct wide first_two(double x, int order, int second)
{
	return x < SERIES_MAX ? by_series(wide_of(x), order, second) : by_angle(x, order, second);
}

// B(k + 1) = 2k / x B(k) - B(k - 1): upwards it keeps its accuracy for Y, and for J while k < x.
static struct wide upwards(double x, int order, int second)
{
	struct wide before = first_two(x, 0, second), now = first_two(x, 1, second), over = wide_divide(wide_scale(WIDE_ONE, 1), wide_of(x));
	if (order == 0)
		return before;
	for (int k = 1; k < order && now.exponent < 20000; k++) {
		struct wide next = wide_subtract(wide_multiply(wide_multiply(wide_of(k), over), now), before);
		before = now;
		now = next;
	}
	return now;
}

// J of an order above x: the quotients J(k) / J(k - 1) = 1 / (2k / x - J(k + 1) / J(k)) downwards from where the next one is as good as 0.
static struct wide downwards(double x, int order)
{
	int least = x < 1 ? 0 : (int)x;
	struct wide over = wide_divide(wide_scale(WIDE_ONE, 1), wide_of(x)), quotient = {0}, result = WIDE_ONE;
	for (int k = order + 100 + 20 * (int)cbrt(order); k > least; k--) {
		quotient = wide_divide(WIDE_ONE, wide_subtract(wide_multiply(wide_of(k), over), quotient));
		if (k <= order)
			result = wide_multiply(result, quotient);
		if (result.exponent < -2000)
			break; // and so is every further one below 1
	}
	return wide_multiply(result, upwards(x, least, 0));
}

double jn(int order, double x)
{
	if (isnan(x) || isinf(x))
		return isnan(x) ? x : 0;
	double sign = order & 1 && (x < 0) != (order < 0) ? -1 : 1;
	long size = labs(order);
	x = fabs(x);
	if (x == 0)
		return size == 0 ? 1 : sign * 0;
	if (size > 1 && (size > INT_MAX / 2 || size * (log((double)size) - 1 - log(x / 2)) > 1e4))
		return math_narrow(sign * 0x1p-3000L);
	return math_narrow(sign * wide_odd(size > x ? downwards(x, (int)size) : upwards(x, (int)size, 0)));
}

double yn(int order, double x)
{
	double sign = order < 0 && order & 1 ? -1 : 1;
	if (x == 0)
		return math_pole(-sign);
	if (isnan(x) || x < 0)
		return math_no_answer(x);
	return isinf(x) ? 0 : math_narrow(sign * wide_odd(upwards(x, abs(order), 1)));
}

double j0(double x)
{
	return jn(0, x);
}

double j1(double x)
{
	return jn(1, x);
}

double y0(double x)
{
	return yn(0, x);
}

double y1(double x)
{
	return yn(1, x);
}
