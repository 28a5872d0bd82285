// libc_math_test.c: our elementary functions against the host's long double ones: every result within one unit in its last
// place, floats within 0.51 (they are rounded once from double).
// sources:
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define OURS(name) our_##name
#define exp OURS(exp)
#define expf OURS(expf)
#define exp2 OURS(exp2)
#define exp2f OURS(exp2f)
#define log OURS(log)
#define logf OURS(logf)
#define log2 OURS(log2)
#define log2f OURS(log2f)
#define log10 OURS(log10)
#define pow OURS(pow)
#define powf OURS(powf)
#define sin OURS(sin)
#define sinf OURS(sinf)
#define cos OURS(cos)
#define cosf OURS(cosf)
#define tan OURS(tan)
#define tanf OURS(tanf)
#define tanh OURS(tanh)
#define tanhf OURS(tanhf)
#define atan OURS(atan)
#define atan2 OURS(atan2)
#define asin OURS(asin)
#define acos OURS(acos)
#define fmod OURS(fmod)
#define fmodf OURS(fmodf)
#define floor OURS(floor)
#define floorf OURS(floorf)
#define ceil OURS(ceil)
#define ceilf OURS(ceilf)
#define trunc OURS(trunc)
#define truncf OURS(truncf)
#define round OURS(round)
#define roundf OURS(roundf)
#define rint OURS(rint)
#define rintf OURS(rintf)
#define lround OURS(lround)
#define lroundf OURS(lroundf)
#define lrint OURS(lrint)
#define lrintf OURS(lrintf)
#define ldexp OURS(ldexp)
#define frexp OURS(frexp)
#define modf OURS(modf)
double our_trunc(double x);
#include "userland/libc/math.c"
#include "userland/libc/round.c"

// Criterion reports every assertion over a socket, so in long loops only a failure becomes one.
#define CHECK(condition, ...)                                                                                      \
	do {                                                                                                       \
		if (!(condition))                                                                                  \
			cr_assert_fail(__VA_ARGS__);                                                               \
	} while (0)

static uint64_t state = 88172645463325252;

static double draw(double low, double high)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return low + (high - low) * ((double)(state >> 11) / 9007199254740992.0);
}

// The error of `got` in units in the last place of a double (53 bits) or float (24).
static double error_ulp(long double wanted, double got, int bits)
{
	int exponent;
	double rounded = bits == 24 ? (float)wanted : (double)wanted;
	if (isnan(rounded) || isinf(rounded))
		return (isnan(rounded) && isnan(got)) || rounded == got ? 0 : 1e9;
	frexpl(wanted, &exponent);
	int lowest = bits == 53 ? -1073 : -148;
	int place = exponent - bits < lowest - 1 ? lowest - 1 : exponent - bits;
	return (double)fabsl(((long double)got - wanted) / ldexpl(1, place));
}

static double worst;

#define JUDGE(wanted, got, bits, limit, ...)                                                                       \
	do {                                                                                                       \
		double found = error_ulp(wanted, got, bits);                                                       \
		worst = found > worst ? found : worst;                                                             \
		CHECK(found <= (limit), __VA_ARGS__);                                                          \
	} while (0)
#define ROUNDS 5000
#define TEST_ONE(name, low, high)                                                                                  \
	Test(libc_math, name)                                                                                      \
	{                                                                                                          \
		for (int i = 0; i < ROUNDS; i++) {                                                                 \
			double x = draw(low, high) * (i % 3 == 0 ? 1e-3 : 1);                                      \
			JUDGE(name##l(x), our_##name(x), 53, 1.0, #name "(%a) = %a", x, our_##name(x));            \
		}                                                                                                  \
	}
#define TEST_FLOAT(name, low, high)                                                                                \
	Test(libc_math, name##f)                                                                                   \
	{                                                                                                          \
		for (int i = 0; i < ROUNDS; i++) {                                                                 \
			float x = (float)(draw(low, high) * (i % 3 == 0 ? 1e-3 : 1));                              \
			JUDGE(name##l(x), our_##name##f(x), 24, 0.51, #name "f(%a) = %a", x, our_##name##f(x));    \
		}                                                                                                  \
	}
TEST_ONE(exp, -745, 710)
TEST_ONE(exp2, -1075, 1024)
TEST_ONE(log, 0, 1e4)
TEST_ONE(log2, 0, 4)
TEST_ONE(log10, 0, 1e4)
TEST_ONE(sin, -1000, 1000)
TEST_ONE(cos, -1000, 1000)
TEST_ONE(tan, -1000, 1000)
TEST_ONE(tanh, -20, 20)
TEST_ONE(atan, -50, 50)
TEST_ONE(asin, -1, 1)
TEST_ONE(acos, -1, 1)
TEST_FLOAT(exp, -104, 89)
TEST_FLOAT(log, 0, 1e4)
TEST_FLOAT(sin, -5000, 5000)
TEST_FLOAT(cos, -5000, 5000)
TEST_FLOAT(tanh, -10, 10)

Test(libc_math, pow)
{
	for (int i = 0; i < ROUNDS; i++) {
		double x = exp(draw(-200, 200)), y = draw(-3, 3);
		if (i % 2) {
			x = draw(0, 3);
			y = draw(-600, 600);
		}
		JUDGE(powl(x, y), our_pow(x, y), 53, 1.0, "pow(%a, %a) = %a", x, y, our_pow(x, y));
	}
}

Test(libc_math, special_values)
{
	static const double values[] = {0.0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -3, 1e300, -1e300, 5e-324, INFINITY, -INFINITY, NAN};
	int count = sizeof(values) / sizeof(*values);
	for (int i = 0; i < count; i++) {
		double x = values[i];
		JUDGE(expl(x), our_exp(x), 53, 1, "exp(%g) = %g", x, our_exp(x));
		JUDGE(logl(x), our_log(x), 53, 1, "log(%g) = %g", x, our_log(x));
		JUDGE(tanhl(x), our_tanh(x), 53, 1, "tanh(%g) = %g", x, our_tanh(x));
		for (int j = 0; j < count; j++) {
			double y = values[j];
			JUDGE(powl(x, y), our_pow(x, y), 53, 1, "pow(%g, %g) = %g", x, y, our_pow(x, y));
			JUDGE(fmodl(x, y), our_fmod(x, y), 53, 0, "fmod(%g, %g) = %g", x, y, our_fmod(x, y));
			JUDGE(atan2l(x, y), our_atan2(x, y), 53, 1, "atan2(%g, %g) = %g", x, y, our_atan2(x, y));
		}
	}
}

Test(libc_math, rounding)
{
	for (int i = 0; i < ROUNDS; i++) {
		double x = i % 2 ? draw(-10, 10) : (double)(int)draw(-20, 20) / 2, whole, wanted_whole;
		if (i % 100 == 0)
			x *= 1e15;
		int exponent, wanted_exponent;
		CHECK(our_floor(x) == floorl(x), "floor(%a)", x);
		CHECK(our_ceil(x) == ceill(x), "ceil(%a)", x);
		CHECK(our_trunc(x) == truncl(x), "trunc(%a)", x);
		CHECK(our_round(x) == roundl(x), "round(%a)", x);
		CHECK(our_rint(x) == rintl(x), "rint(%a)", x);
		CHECK(our_frexp(x, &exponent) == (double)frexpl(x, &wanted_exponent), "frexp(%a)", x);
		CHECK(exponent == wanted_exponent, "line %d", __LINE__);
		CHECK(our_ldexp(x, i % 2200 - 1100) == (double)ldexpl(x, i % 2200 - 1100), "line %d", __LINE__);
		long double fraction, wanted = modfl(x, &fraction);
		wanted_whole = (double)fraction;
		CHECK(our_modf(x, &whole) == (double)wanted, "line %d", __LINE__);
		CHECK(whole == wanted_whole, "line %d", __LINE__);
	}
}
