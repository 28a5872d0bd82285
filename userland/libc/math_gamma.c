// math_gamma.c: the error function and the gamma function, of every type in 128 bits of mantissa.
#include "userland/libc/math_wide.h"
#include "userland/libc/math_real.h"
#include <errno.h>
#include <math.h>
#include <stddef.h>

int signgam;

// 2 / sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...): every term is positive, so nothing cancels. For 0 <= x <= 1.
static struct wide erf_series(struct wide x)
{
	struct wide square = wide_multiply(x, x), term = x, sum = x;
	for (unsigned n = 3; term.mantissa != 0 && term.exponent > sum.exponent - 80; n += 2) {
		term = wide_over(wide_scale(wide_multiply(term, square), 1), n);
		sum = wide_add(sum, term);
	}
	return wide_multiply(wide_multiply(WIDE(0x906eba8214db688d, 0x71d48a7f6bfec344, -127), sum), wide_exp(wide_negate(square)));
}

// 1 - erf(x) for x >= 1/2: e^(-x^2) / pi times the integral over all t of x e^(-t^2) / (t^2 + x^2), by the trapezoidal rule with
// step 3/8, whose error e^(-pi^2 / step^2) lies below 2^-100; the pole at t = ix adds its residue while x < pi / step.
static struct wide erfc_sum(struct wide x)
{
	const long double step = 0.375L;
	struct wide square = wide_multiply(x, x), sum = wide_divide(wide_scale(WIDE_ONE, -1), x), power = WIDE_ONE;
	struct wide ratio = wide_exp(wide_of(-step * step)), faster = wide_multiply(ratio, ratio); // e^(-(n step)^2) from the one before
	for (int n = 1; n < 24; n++) {
		power = wide_multiply(power, ratio);
		ratio = wide_multiply(ratio, faster);
		sum = wide_add(sum, wide_divide(wide_multiply(power, x), wide_add(wide_of(n * step * n * step), square)));
	}
	sum = wide_multiply(wide_multiply(sum, wide_divide(wide_of(2 * step), WIDE_PI)), wide_exp(wide_negate(square)));
	if (wide_about(x) > 8.37758L)
		return sum;
	struct wide pole = wide_expm1(wide_divide(wide_multiply(wide_scale(WIDE_PI, 1), x), wide_of(step)));
	return wide_subtract(sum, wide_divide(wide_scale(WIDE_ONE, 1), pole));
}

long double erfl(long double x)
{
	if (x == 0 || isnan(x))
		return x;
	long double size = fabsl(x);
	struct wide result = size > 7 ? wide_of(1) : size > 1 ? wide_subtract(WIDE_ONE, erfc_sum(wide_of(size))) : erf_series(wide_of(size));
	result.negative = x < 0;
	return wide_round(result);
}

long double erfcl(long double x)
{
	if (isnan(x))
		return x;
	if (x >= 0.5L)
		return isinf(x) ? 0 : wide_round(erfc_sum(wide_of(x > 200 ? 200 : x)));
	if (x < -1)
		return x < -7 ? 2 : wide_round(wide_subtract(wide_scale(WIDE_ONE, 1), erfc_sum(wide_of(-x))));
	struct wide part = erf_series(wide_of(fabsl(x)));
	return wide_round(x < 0 ? wide_add(WIDE_ONE, part) : wide_subtract(WIDE_ONE, part));
}

// What Stirling's formula leaves out, x >= 16: sum of B(2k) / (2k (2k - 1) x^(2k - 1)).
static struct wide stirling_rest(struct wide x)
{
	static const long double term[][2] = {{1, 12}, {-1, 360}, {1, 1260}, {-1, 1680}, {1, 1188}, {-691, 360360}, {1, 156}, {-3617, 122400},
		{43867, 244188}, {-174611, 125400}, {77683, 5796}, {-236364091, 1506960}, {657931, 300}};
	struct wide sum = {0}, square = wide_divide(WIDE_ONE, wide_multiply(x, x));
	for (size_t k = sizeof(term) / sizeof(*term); k-- > 0;)
		sum = wide_add(wide_multiply(sum, square), wide_divide(wide_of(term[k][0]), wide_of(term[k][1])));
	return wide_divide(sum, x);
}

// ln Gamma(x), x >= 16.
static struct wide stirling(struct wide x)
{
	struct wide log = wide_subtract(wide_log(x), WIDE_ONE), half = wide_of(0.5L);
	struct wide most = wide_multiply(wide_subtract(x, half), log);
	most = wide_add(most, wide_subtract(WIDE(0xeb3f8e4325f5a534, 0x94bc900144192024, -128), half)); // ln(2 pi) / 2
	return wide_add(most, stirling_rest(x));
}

// Gamma of x > 0, up to 2,000: shifted up by its recurrence.
static struct wide gamma_real(struct wide x)
{
	struct wide product = WIDE_ONE;
	for (; wide_about(x) < 16; x = wide_add(x, WIDE_ONE))
		product = wide_multiply(product, x);
	return wide_divide(wide_exp(stirling(x)), product);
}

// ln Gamma(2 + z), |z| < 2^-18: z (1 - gamma) + sum of (-z)^k (zeta(k) - 1) / k.
static struct wide log_gamma_near_two(struct wide z)
{
	struct wide sum = wide_of(0.082323233711138191516L / 4);
	sum = wide_subtract(wide_of(0.2020569031595942853997L / 3), wide_multiply(z, sum));
	sum = wide_subtract(wide_of(0.6449340668482264364724L / 2), wide_multiply(z, sum));
	return wide_multiply(z, wide_add(WIDE(0xd8773039049e70b6, 0x5c8380fdfd5a6953, -129), wide_multiply(z, sum)));
}

// ln Gamma(x), x > 0.
static struct wide log_gamma(long double x)
{
	struct wide wide = wide_of(x);
	if (fabsl(x - 2) < 0x1p-18L)
		return log_gamma_near_two(wide_of(x - 2));
	if (fabsl(x - 1) < 0x1p-18L)
		return wide_subtract(log_gamma_near_two(wide_of(x - 1)), wide_log1p(wide_of(x - 1)));
	return x < 16 ? wide_log(gamma_real(wide)) : stirling(wide);
}

// sin(pi x): the distance to the nearest whole number is exact.
static struct wide sin_pi(long double x)
{
	long double whole = roundl(x);
	struct wide sine = wide_sine(wide_multiply(WIDE_PI, wide_of(x - whole)));
	sine.negative ^= fmodl(whole, 2) != 0;
	return sine;
}

long double tgammal(long double x)
{
	if (x == 0)
		return math_pole((double)x);
	if (isless(x, 0) && rintl(x) == x) // -infinity too
		return math_no_answer(-1);
	if (!isfinite(x))
		return x;
	if (x > 0)
		return wide_round(x > 2000 ? wide_scale(WIDE_ONE, 30000) : gamma_real(wide_of(x)));
	struct wide sine = sin_pi(x);
	if (x < -2000) // 0 with the sign of sin(pi x)
		return wide_round(wide_scale(sine, -30000));
	return wide_round(wide_divide(WIDE_PI, wide_multiply(sine, gamma_real(wide_subtract(WIDE_ONE, wide_of(x))))));
}

long double lgammal(long double x)
{
	signgam = x == 0 && signbit(x) ? -1 : 1;
	if (!isfinite(x))
		return x * x;
	if (x <= 0 && rintl(x) == x)
		return math_pole(1);
	if (x > 0)
		return x == 1 || x == 2 ? 0 : wide_round(log_gamma(x));
	struct wide sine = sin_pi(x), wide = wide_of(x);
	signgam = sine.negative ? -1 : 1;
	sine.negative = 0;
	wide.negative = 0;
	return wide_round(wide_subtract(wide_log(wide_divide(WIDE_PI, wide_multiply(sine, wide))), log_gamma(-x)));
}

#define OTHER_FORMS(name)                                                                                          \
	double name(double x)                                                                                      \
	{                                                                                                          \
		return math_narrow(name##l(x));                                                                    \
	}                                                                                                          \
	FLOAT_FORM(name)
OTHER_FORMS(erf)
OTHER_FORMS(erfc)
OTHER_FORMS(tgamma)
OTHER_FORMS(lgamma)
