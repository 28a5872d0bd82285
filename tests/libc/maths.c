// maths.c: the table of errors of our <math.h>: each function beside libquadmath's (113 bits) at ROUNDS random arguments, the largest
// error in units of the answer's last place, and at special values beside the host's libc: infinities, NaNs, signs of 0, errno.
// Our objects are linked in with every symbol prefixed: our_sin, our_errno.    maths [ROUNDS]
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <quadmath.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local int our_errno;
static long rounds = 20000, failures, checks;
static int direction; // of rounding, in which ours is called; the judge rounds to the nearest
static uint64_t state = 88172645463325252;

static uint64_t draw_bits(void) // xorshift64*
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717u;
}

// Evenly between the bounds, or any size and sign between them, by turns.
static double draw(double low, double high)
{
	double x;
	if (draw_bits() & 1)
		return low + (high - low) * ((double)(draw_bits() >> 11) * 0x1p-53);
	do {
		uint64_t bits = draw_bits();
		memcpy(&x, &bits, sizeof(x));
		if ((bits & 3) == 0) // near 1, where much happens
			x = ldexp(1 + ldexp(fabs(frexp(x, &(int){0})), -(int)(bits >> 2 & 31)), 0) * (bits & 256 ? -1 : 1);
	} while (!(x >= low && x <= high));
	return x;
}

// A double's neighbourhood: 11 bits more of it; and one in eight from the exponents that a double does not reach.
static long double draw_long(long double low, long double high)
{
	long double x = draw((double)low, (double)high), more = x + x * (long double)(draw_bits() >> 11) * 0x1p-106L;
	if (high > 1e300L && draw_bits() % 8 == 0)
		more = ldexpl(frexpl(more, &(int){0}), (int)(draw_bits() % 32800) - 16420);
	return more >= low && (more <= high || high > 1e300L) ? more : x;
}

// How far `got` lies from `wanted`, in units of the last of `bits` places.
static double error_ulp(__float128 wanted, long double got, int bits)
{
	int exponent, lowest = bits == 64 ? -16445 : bits == 53 ? -1074 : -149;
	long double rounded = bits == 64 ? (long double)wanted : bits == 53 ? (double)wanted : (float)wanted;
	long double most = bits == 64 ? LDBL_MAX : bits == 53 ? DBL_MAX : FLT_MAX;
	if (isnan(rounded) || isinf(rounded))
		return (isnan(rounded) && isnan(got)) || rounded == got || fabsl(got) == most ? 0 : 1e9;
	if (isnan(got) || isinf(got))
		return 1e9;
	frexpq(wanted, &exponent);
	return (double)fabsq(scalbnq((__float128)got - wanted, -(exponent - bits < lowest ? lowest : exponent - bits)));
}

struct worst {
	double error;
	long double x, y;
};

static void judge(struct worst *worst, double error, long double x, long double y)
{
	if (error > worst->error || checks == 0)
		*worst = (struct worst){error, x, y};
	checks++;
}

// The worst errors of double, float and long double.
static void row(const char *name, const char *range, const struct worst *d, const struct worst *f, const struct worst *l)
{
	double most = direction == 0 ? 0.52 : 1.02;
	int bad = d->error > (direction == 0 ? 1 : 2) || f->error > most || l->error > most;
	printf("%s%-9s %-22s %6.3f at %-24a %6.3f at %-18a %6.3f at %La\n", bad ? "FAIL " : "", name, range, d->error, (double)d->x, f->error,
	       (double)f->x, l->error, l->x);
	if (bad && d->y != 0)
		printf("     second arguments: %a, %a, %La\n", (double)d->y, (double)f->y, l->y);
	failures += bad;
}

#define DIRECTED(real, call) ({ fesetround(direction); volatile real value = call; fesetround(FE_TONEAREST); value; })
#define ONE(name, low, high)                                                                                       \
	do {                                                                                                       \
		double our_##name(double);                                                                         \
		float our_##name##f(float);                                                                        \
		long double our_##name##l(long double);                                                            \
		struct worst d = {0}, f = {0}, l = {0};                                                            \
		for (long i = 0; i < rounds; i++) {                                                                \
			double x = draw(low, high);                                                                \
			float y = (float)x;                                                                        \
			long double z = draw_long(low, high);                                                      \
			judge(&d, error_ulp(name##q(x), DIRECTED(double, our_##name(x)), 53), x, 0);                                 \
			judge(&f, isinf(y) ? 0 : error_ulp(name##q(y), DIRECTED(float, our_##name##f(y)), 24), y, 0);               \
			judge(&l, error_ulp(name##q(z), DIRECTED(long double, our_##name##l(z)), 64), z, 0);                              \
		}                                                                                                  \
		row(#name, #low " to " #high, &d, &f, &l);                                                         \
	} while (0)
#define TWO(name, low, high, low2, high2)                                                                          \
	do {                                                                                                       \
		double our_##name(double, double);                                                                 \
		float our_##name##f(float, float);                                                                 \
		long double our_##name##l(long double, long double);                                               \
		struct worst d = {0}, f = {0}, l = {0};                                                            \
		for (long i = 0; i < rounds; i++) {                                                                \
			double x = draw(low, high), y = draw(low2, high2);                                         \
			float s = (float)x, t = (float)y;                                                          \
			long double u = draw_long(low, high), v = draw_long(low2, high2);                          \
			judge(&d, error_ulp(name##q(x, y), DIRECTED(double, our_##name(x, y)), 53), x, y);                           \
			judge(&f, isinf(s) || isinf(t) ? 0 : error_ulp(name##q(s, t), DIRECTED(float, our_##name##f(s, t)), 24), s, t); \
			judge(&l, error_ulp(name##q(u, v), DIRECTED(long double, our_##name##l(u, v)), 64), u, v);                        \
		}                                                                                                  \
		row(#name, #low " to " #high, &d, &f, &l);                                                         \
	} while (0)

static void table(void)
{
	printf("function  arguments              double ulp                       float ulp                  long double ulp\n");
	ONE(exp, -746, 710);
	ONE(exp2, -1080, 1024);
	ONE(expm1, -50, 710);
	ONE(log, 0, 1e308);
	ONE(log2, 0, 1e308);
	ONE(log10, 0, 1e308);
	ONE(log1p, -1, 1e308);
	ONE(sin, -1e308, 1e308);
	ONE(sin, -10, 10);
	ONE(cos, -1e308, 1e308);
	ONE(cos, -10, 10);
	ONE(tan, -1e308, 1e308);
	ONE(tan, -10, 10);
	ONE(asin, -1, 1);
	ONE(acos, -1, 1);
	ONE(atan, -1e308, 1e308);
	ONE(sinh, -711, 711);
	ONE(cosh, -711, 711);
	ONE(tanh, -25, 25);
	ONE(asinh, -1e308, 1e308);
	ONE(acosh, 1, 1e308);
	ONE(atanh, -1, 1);
	ONE(cbrt, -1e308, 1e308);
	ONE(erf, -7, 7);
	ONE(erfc, -7, 28);
	ONE(tgamma, -185, 172);
	ONE(lgamma, 0, 1e305);
	ONE(lgamma, -100, 0);
	TWO(pow, 0, 3, -700, 700);
	TWO(pow, 0, 1e308, -3, 3);
	TWO(atan2, -1e308, 1e308, -1e308, 1e308);
	TWO(atan2, -10, 10, -10, 10);
	TWO(hypot, -1e308, 1e308, -1e308, 1e308);
	TWO(hypot, -10, 10, -10, 10);
}

// Bessel functions, of double alone: orders -3 to 99, or one that the name tells.
double our_j0(double), our_j1(double), our_jn(int, double), our_y0(double), our_y1(double), our_yn(int, double);
static void bessel(const char *name, __float128 wanted_by(int, __float128), double got_by(int, double), double low, double high)
{
	struct worst worst = {0};
	int at = 0;
	for (long i = 0; i < rounds / 4; i++) {
		int order = (int)(draw_bits() % 4) ? (int)(draw_bits() % 6) - 2 : (int)(draw_bits() % 100);
		double x = draw(low, high), error;
		__float128 wanted = wanted_by(order, x);
		error = error_ulp(wanted, DIRECTED(double, order == 0 && *name == 'j' ? our_j0(x) : order == 0 ? our_y0(x) : got_by(order, x)), 53);
		if (error > worst.error)
			at = order;
		judge(&worst, error, x, 0);
	}
	printf("%s%-9s %-6g to %-12g %6.3f at order %d, %a\n", worst.error > 1 ? "FAIL " : "", name, low, high, worst.error, at, (double)worst.x);
	failures += worst.error > 1;
}

// The same number with the same sign, or both NaNs.
static int same(long double a, long double b)
{
	return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

static void expect(int good, const char *name, long double x, long double y, long double got, long double wanted)
{
	checks++;
	if (good)
		return;
	failures++;
	printf("FAIL %s(%La, %La) = %La, errno %d; the host says %La, errno %d\n", name, x, y, got, our_errno, wanted, errno);
}

// Underflow is for the implementation to raise or not where the answer is exact, or not very small.
static void expect_flags(const char *name, long double x, long double y, int got, int wanted, long double answer)
{
	int differ = got ^ wanted;
	checks++;
	if ((differ & ~FE_UNDERFLOW) == 0 && (!(differ & FE_UNDERFLOW) || fpclassify((double)answer) == FP_SUBNORMAL))
		return;
	failures++;
	printf("FAIL %s(%La, %La) raises %#x, the host's %#x\n", name, x, y, got, wanted);
}

static const double special[] = {0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1.5, -2.5, 170, 200, -200, 710, -750, 1e4, -1e4, 0x1p52, 0x1p53 + 2,
	1e300, -1e300, 5e-324, -5e-324, 0x1p-1022, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, NAN};
#define SPECIALS (sizeof(special) / sizeof(*special))
// The same answer where it is special, and the same errno where the answer is none, a pole or too large.
#define EDGE(name, x, y, wanted_by, got_by)                                                                        \
	do {                                                                                                       \
		errno = our_errno = 0;                                                                             \
		feclearexcept(FE_ALL_EXCEPT);                                                                      \
		long double wanted = wanted_by;                                                                    \
		int flags = fetestexcept(FE_ALL_EXCEPT & ~FE_INEXACT);                                             \
		feclearexcept(FE_ALL_EXCEPT);                                                                      \
		long double got = got_by;                                                                          \
		expect_flags(name, x, y, fetestexcept(FE_ALL_EXCEPT & ~FE_INEXACT), flags, wanted);                \
		int edge = wanted == 0 || !isfinite(wanted);                                                       \
		int close = edge ? same(wanted, got) : fabsl(wanted - got) <= fabsl(wanted) * (name[strlen(name) - 1] == 'l' ? 0x1p-61L : 0x1p-50L); \
		expect(close && (isfinite(wanted) || errno == our_errno), name, x, y, got, wanted);                \
	} while (0)
#define EDGES(name)                                                                                                \
	do {                                                                                                       \
		double our_##name(double);                                                                         \
		long double our_##name##l(long double);                                                            \
		for (unsigned i = 0; i < SPECIALS; i++) {                                                          \
			EDGE(#name, special[i], 0, name(special[i]), our_##name(special[i]));                      \
			EDGE(#name "l", special[i], 0, name##l(special[i]), our_##name##l(special[i]));            \
		}                                                                                                  \
	} while (0)
#define EDGES_TWO(name)                                                                                            \
	do {                                                                                                       \
		double our_##name(double, double);                                                                 \
		long double our_##name##l(long double, long double);                                               \
		for (unsigned i = 0; i < SPECIALS * SPECIALS; i++) {                                               \
			double x = special[i / SPECIALS], y = special[i % SPECIALS];                               \
			EDGE(#name, x, y, name(x, y), our_##name(x, y));                                           \
			EDGE(#name "l", x, y, name##l(x, y), our_##name##l(x, y));                                 \
		}                                                                                                  \
	} while (0)

static void edges(void)
{
	EDGES(exp); EDGES(exp2); EDGES(expm1); EDGES(log); EDGES(log2); EDGES(log10); EDGES(log1p);
	EDGES(sin); EDGES(cos); EDGES(tan); EDGES(asin); EDGES(acos); EDGES(atan); EDGES(sinh); EDGES(cosh); EDGES(tanh);
	EDGES(asinh); EDGES(acosh); EDGES(atanh); EDGES(cbrt); EDGES(erf); EDGES(erfc); EDGES(tgamma); EDGES(lgamma);
	EDGES(floor); EDGES(ceil); EDGES(trunc); EDGES(round); EDGES(rint); EDGES(nearbyint); EDGES(sqrt);
	EDGES_TWO(nextafter); EDGES_TWO(pow); EDGES_TWO(atan2); EDGES_TWO(hypot); EDGES_TWO(fmod); EDGES_TWO(remainder); EDGES_TWO(fdim);
}

// Functions with one right answer: equal to the host's, bit for bit.
#define EXACT(name, wanted_by, got_by)                                                                             \
	do {                                                                                                       \
		long double wanted = wanted_by, got = got_by;                                                      \
		expect(same(wanted, got), #name, x, y, got, wanted);                                               \
	} while (0)
double our_floor(double), our_ceil(double), our_trunc(double), our_round(double), our_rint(double), our_nearbyint(double);
double our_fmod(double, double), our_remainder(double, double), our_nextafter(double, double), our_fma(double, double, double);
double our_remquo(double, double, int *), our_frexp(double, int *), our_modf(double, double *), our_ldexp(double, int);
double our_scalbln(double, long), our_nexttoward(double, long double);
float our_fmaf(float, float, float), our_nextafterf(float, float), our_remainderf(float, float);
long our_lround(double), our_lrint(double);
int our_ilogb(double);

static double any(long i) // any pattern of bits, small numbers with halves, special ones
{
	double x;
	uint64_t bits = draw_bits();
	if (i % 4 == 0)
		return special[bits % SPECIALS];
	if (i % 4 == 1)
		return (double)((int)(bits % 2001) - 1000) / 2 * (bits >> 40 & 1 ? 1 : 0x1p-30);
	memcpy(&x, &bits, sizeof(x));
	return i % 4 == 2 ? x : ldexp(frexp(isfinite(x) ? x : 1, &(int){0}), (int)(bits % 61) - 30);
}

static double like(double rest, double x) // a remainder of 0 has x's sign (IEEE 754); glibc 2.36 forgets that for large quotients
{
	return rest == 0 ? copysign(rest, x) : rest;
}

static void exact(void)
{
	for (long i = 0; i < rounds; i++) {
		double x = any(i), y = any(i / 4), z = any(i / 16), whole = 0, our_whole = 0;
		int one = 0, two = 0;
		EXACT(floor, floor(x), our_floor(x));
		EXACT(ceil, ceil(x), our_ceil(x));
		EXACT(trunc, trunc(x), our_trunc(x));
		EXACT(round, round(x), our_round(x));
		EXACT(rint, rint(x), our_rint(x));
		EXACT(nearbyint, nearbyint(x), our_nearbyint(x));
		EXACT(fmod, fmod(x, y), our_fmod(x, y));
		EXACT(remainder, like(remainder(x, y), x), our_remainder(x, y));
		EXACT(nextafter, nextafter(x, y), our_nextafter(x, y));
		EXACT(nexttoward, nexttoward(x, y), our_nexttoward(x, y));
		EXACT(nextafterf, nextafterf((float)x, (float)y), our_nextafterf((float)x, (float)y));
		EXACT(remquo, like(remquo(x, y, &one), x), our_remquo(x, y, &two));
		if (isfinite(x) && !isnan(y) && y != 0)
			EXACT(remquo, one & 7, two & 7);
		EXACT(frexp, frexp(x, &one), our_frexp(x, &two));
		if (isfinite(x))
			EXACT(frexp, one, two);
		EXACT(modf, modf(x, &whole), our_modf(x, &our_whole));
		EXACT(modf, whole, our_whole);
		EXACT(ldexp, ldexp(x, (int)(i % 4400) - 2200), our_ldexp(x, (int)(i % 4400) - 2200));
		EXACT(scalbln, scalbln(x, i << 30), our_scalbln(x, i << 30));
		EXACT(ilogb, ilogb(x), our_ilogb(x));
		if (fabs(x) < 9e18) {
			EXACT(lround, lround(x), our_lround(x));
			EXACT(lrint, lrint(x), our_lrint(x));
		}
		EXACT(fma, fma(x, y, z), our_fma(x, y, z));
		EXACT(fma, fma(x, y, -x * y), our_fma(x, y, -x * y));
		EXACT(fmaf, fmaf((float)x, (float)y, (float)z), our_fmaf((float)x, (float)y, (float)z));
	}
}

// The same functions of long double, and any pattern of bits, with its exponent.
long double our_floorl(long double), our_ceill(long double), our_truncl(long double), our_roundl(long double), our_rintl(long double);
long double our_fmodl(long double, long double), our_remainderl(long double, long double), our_nextafterl(long double, long double);
long double our_fmal(long double, long double, long double), our_remquol(long double, long double, int *), our_frexpl(long double, int *);
long double our_modfl(long double, long double *), our_ldexpl(long double, int), our_sqrtl(long double), our_logbl(long double);
long our_lroundl(long double), our_lrintl(long double);
long double our_fmaxl(long double, long double);
double our_fmin(double, double);

static long double any_long(long i)
{
	static const long double edge[] = {LDBL_MAX, -LDBL_MAX, LDBL_MIN, -LDBL_MIN, 0x1p-16445L, 0x1p63L, 0x1p64L, 0x1.fffffffffffffffep0L};
	if (i % 3 == 0)
		return any(i);
	if (i % 11 == 0)
		return edge[i / 3 % 8];
	long double x = (long double)draw_bits() * (draw_bits() & 1 ? -1 : 1);
	return i % 3 == 1 ? ldexpl(x, -(int)(draw_bits() % 80)) : ldexpl(x, (int)(draw_bits() % 32900) - 16500);
}

static void exact_long(void)
{
	for (long i = 0; i < rounds; i++) {
		long double x = any_long(i), y = any_long(i / 4), z = any_long(i / 16), whole = 0, our_whole = 0;
		int one = 0, two = 0, power = (int)(i % 34000) - 17000;
		EXACT(floorl, floorl(x), our_floorl(x));
		EXACT(ceill, ceill(x), our_ceill(x));
		EXACT(truncl, truncl(x), our_truncl(x));
		EXACT(roundl, roundl(x), our_roundl(x));
		EXACT(rintl, rintl(x), our_rintl(x));
		EXACT(sqrtl, sqrtl(x), our_sqrtl(x));
		EXACT(logbl, logbl(x), our_logbl(x));
		if ((double)x != 0 || (double)y != 0) { // which 0 is not said
			EXACT(fmaxl, fmaxl(x, y), our_fmaxl(x, y));
			EXACT(fmin, fmin((double)x, (double)y), our_fmin((double)x, (double)y));
		}
		EXACT(fmodl, fmodl(x, y), our_fmodl(x, y));
		EXACT(remainderl, remainderl(x, y), our_remainderl(x, y));
		EXACT(nextafterl, nextafterl(x, y), our_nextafterl(x, y));
		EXACT(remquol, remquol(x, y, &one), our_remquol(x, y, &two));
		if (isfinite(x) && !isnan(y) && y != 0)
			EXACT(remquol, one & 7, two & 7);
		EXACT(frexpl, frexpl(x, &one), our_frexpl(x, &two));
		if (isfinite(x))
			EXACT(frexpl, one, two);
		EXACT(modfl, modfl(x, &whole), our_modfl(x, &our_whole));
		EXACT(modfl, whole, our_whole);
		EXACT(ldexpl, ldexpl(x, power), our_ldexpl(x, power));
		if (fabsl(x) < 9e18L) {
			EXACT(lroundl, lroundl(x), our_lroundl(x));
			EXACT(lrintl, lrintl(x), our_lrintl(x));
		}
		EXACT(fmal, fmal(x, y, z), our_fmal(x, y, z));
		EXACT(fmal, fmal(x, y, -x * y), our_fmal(x, y, -x * y));
	}
}

int our_fesetround(int), our_fegetround(void), our_fetestexcept(int), our_feraiseexcept(int), our_feclearexcept(int);
int our_feholdexcept(fenv_t *), our_feupdateenv(const fenv_t *), our_fesetenv(const fenv_t *), our_fesetexceptflag(const fexcept_t *, int);
int our_fegetexceptflag(fexcept_t *, int);

// The environment: what ours does, the host's sees in both units, and so does arithmetic.
static void environment(void)
{
	volatile double one = 1, three = 3;
	volatile long double ten = 10;
	fenv_t saved;
	fexcept_t flags;
	for (int i = 0; i < 4096; i++) {
		int set = i & FE_ALL_EXCEPT, direction = i >> 6 & 3, other = i >> 8 << 2 & FE_ALL_EXCEPT;
		expect(our_fesetround(direction << 10) == 0 && our_fegetround() == direction << 10 && fegetround() == direction << 10, "fesetround", i, 0, 0, 0);
		double third = one / three, low = 0x1.5555555555555p-2;
		expect(third == (direction == FE_UPWARD >> 10 ? nextafter(low, 1) : low), "1/3", direction, 0, third, low);
		long double tenth = 1 / ten, below = 0x1.9999999999999998p-4L;
		expect(tenth == (direction == 0 || direction == FE_UPWARD >> 10 ? nextafterl(below, 1) : below), "1/10", direction, 0, tenth, below);
		our_feclearexcept(FE_ALL_EXCEPT);
		expect(fetestexcept(FE_ALL_EXCEPT) == 0, "feclearexcept", i, 0, 0, 0);
		if (i & 2)
			feraiseexcept(set); // the host's division by zero is the x87's
		else
			our_feraiseexcept(set);
		expect(fetestexcept(FE_ALL_EXCEPT) == set && our_fetestexcept(FE_ALL_EXCEPT) == set, "feraiseexcept", i, 0, 0, 0);
		our_fegetexceptflag(&flags, FE_ALL_EXCEPT);
		our_feholdexcept(&saved);
		expect(fetestexcept(FE_ALL_EXCEPT) == 0 && fegetround() == direction << 10, "feholdexcept", i, 0, 0, 0);
		feraiseexcept(other);
		our_feclearexcept(other & 12);
		expect(fetestexcept(FE_ALL_EXCEPT) == (other & ~12), "feclearexcept", i, other, 0, 0);
		our_feupdateenv(&saved);
		expect(fetestexcept(FE_ALL_EXCEPT) == (set | (other & ~12)), "feupdateenv", i, other, 0, 0);
		our_fesetexceptflag(&flags, other);
		expect(fetestexcept(FE_ALL_EXCEPT) == ((set & other) | ((set | (other & ~12)) & ~other)), "fesetexceptflag", i, other, 0, 0);
		our_fesetenv(FE_DFL_ENV);
		expect(fetestexcept(FE_ALL_EXCEPT) == 0 && fegetround() == FE_TONEAREST, "fesetenv", i, 0, 0, 0);
	}
	expect(our_fesetround(1) != 0, "fesetround", 1, 0, 0, 0);
	for (int i = 0; i < 8; i++) { // nearbyint leaves FE_INEXACT as it was, rint raises it
		long double our_nearbyintl(long double), x = i & 1 ? 2.5L : 2;
		fesetexceptflag(&(fexcept_t){i & 2 ? FE_INEXACT : 0}, FE_ALL_EXCEPT);
		volatile long double value = i & 4 ? our_nearbyintl(x) : our_nearbyint((double)x);
		expect(value == 2 && fetestexcept(FE_ALL_EXCEPT) == (i & 2 ? FE_INEXACT : 0), "nearbyint", x, i, fetestexcept(FE_ALL_EXCEPT), 0);
		feclearexcept(FE_ALL_EXCEPT);
		value = i & 4 ? our_rintl(x) : our_rint((double)x);
		expect(value == 2 && fetestexcept(FE_ALL_EXCEPT) == (i & 1 ? FE_INEXACT : 0), "rint", x, i, fetestexcept(FE_ALL_EXCEPT), 0);
	}
	feclearexcept(FE_ALL_EXCEPT);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		rounds = atol(argv[1]);
	table();
	bessel("jn", jnq, our_jn, -100, 100);
	bessel("jn", jnq, our_jn, -1e5, 1e5);
	bessel("yn", ynq, our_yn, 0, 100);
	bessel("yn", ynq, our_yn, 0, 1e5);
	edges();
	exact();
	exact_long();
	environment();
	rounds = rounds / 8 + 1;
	for (direction = FE_DOWNWARD; direction <= FE_TOWARDZERO; direction += FE_DOWNWARD) {
		printf("rounding %s\n", direction == FE_DOWNWARD ? "down" : direction == FE_UPWARD ? "up" : "towards 0");
		table();
		fesetround(direction);
		exact();
		exact_long();
		fesetround(FE_TONEAREST);
	}
	printf("%ld of %ld answers wrong\n", failures, checks);
	return failures > 0;
}
