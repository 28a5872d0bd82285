// math_gamma.c: the error function and the gamma function; in the x87's long double, as math.c.
#include "userland/libc/math_real.h"
#include <math.h>
#include <stddef.h>

#define PI 3.14159265358979323846264338327950288L
#define HALF_LOG_TWO_PI 0.918938533204672741780329736405617640L

int signgam;

// 2 / sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...): every term is positive, so nothing cancels. For |x| <= 1.
static long double erf_series(long double x)
{
	long double term = x, sum = x;
	for (int n = 3; term > sum * 0x1p-66L; n += 2)
		sum += term *= 2 * x * x / n;
	return 1.12837916709551257389615890312154517L * math_exp(-x * x) * sum;
}

// 1 - erf(x) for x >= 1/2: e^(-x^2) / pi times the integral over all t of x e^(-t^2) / (t^2 + x^2), by the trapezoidal rule with
// step H, whose error e^(-pi^2 / H^2) lies below 2^-66; the pole at t = ix adds its residue while x < pi / H. The square of x's
// first 24 bits is exact.
static long double erfc_sum(long double x)
{
	const long double H = 0.4375L;
	long double front = (float)x, sum = 1 / (2 * x);
	for (int n = 1; n * n * H * H < 46; n++)
		sum += math_exp(-(n * H) * (n * H)) * x / ((n * H) * (n * H) + x * x);
	sum *= 2 * H / PI * math_exp(-front * front) * math_exp(-(x - front) * (x + front));
	return x < PI / H ? sum - 2 / math_expm1(2 * PI * x / H) : sum;
}

double erf(double x)
{
	if (x == 0 || isnan(x))
		return x;
	long double size = fabsl(x);
	return copysign(math_narrow(size > 7 ? 1 : size > 1 ? 1 - erfc_sum(size) : erf_series(size)), x);
}

double erfc(double x)
{
	if (isnan(x))
		return x;
	if (x < 0.5)
		return x < -1 ? (x < -7 ? 2 : (double)(2 - erfc_sum(-x))) : (double)(1 - copysignl(erf_series(fabs(x)), x));
	return isinf(x) ? 0 : math_narrow(erfc_sum(x > 200 ? 200 : x));
}

// What Stirling's formula leaves out, x >= 13: sum of B(2k) / (2k (2k - 1) x^(2k - 1)).
static long double stirling_rest(long double x)
{
	static const long double term[] = {
		1 / 12.0L, -1 / 360.0L, 1 / 1260.0L, -1 / 1680.0L, 1 / 1188.0L, -691 / 360360.0L, 1 / 156.0L,
		-3617 / 122400.0L, 43867 / 244188.0L, -174611 / 125400.0L, 77683 / 5796.0L, -236364091 / 1506960.0L,
		657931 / 300.0L};
	long double sum = 0, square = 1 / (x * x);
	for (size_t k = sizeof(term) / sizeof(*term); k-- > 0;)
		sum = sum * square + term[k];
	return sum / x;
}

// Gamma of x > 0, up to 1,700: shifted up by its recurrence, then Stirling's formula.
static long double gamma_real(long double x)
{
	long double product = 1;
	for (; x < 13; x++)
		product *= x;
	return 2.50662827463100050241576528481104525L * math_pow(x, x - 0.5L) * math_exp(-x) * math_exp(stirling_rest(x)) /
	       product;
}

// ln Gamma(2 + z), |z| <= 1/2: z (1 - gamma) + sum of (-z)^k (zeta(k) - 1) / k, which is exact where it is 0.
static long double log_gamma_near_two(long double z)
{
	static const long double zeta_less_one[] = {
		0.6449340668482264364724L, 0.2020569031595942853997L, 0.082323233711138191516L,
		0.03692775514336992633137L, 0.01734306198444913971452L, 0.008349277381922826839798L,
		0.004077356197944339378685L, 0.002008392826082214417853L, 0.000994575127818085337146L,
		0.0004941886041194645587023L, 0.000246086553308048298638L, 0.0001227133475784891467518L,
		0.00006124813505870482925855L, 0.00003058823630702049355173L, 0.00001528225940865187173257L,
		0.0000076371976378997622736L, 0.000003817293264999839856462L, 0.000001908212716553938925657L,
		9.53962033872796113152e-7L, 4.769329867878064631167e-7L, 2.384505027277329900036e-7L,
		1.192199259653110730678e-7L, 5.960818905125947961244e-8L, 2.980350351465228018606e-8L,
		1.490155482836504123466e-8L, 7.450711789835429491981e-9L, 3.725334024788457054819e-9L,
		1.862659723513049006404e-9L, 9.313274324196681828718e-10L, 4.656629065033784072989e-10L,
		2.328311833676505492001e-10L, 1.164155017270051977593e-10L, 5.820772087902700889244e-11L,
		2.910385044497099686929e-11L};
	long double sum = 0;
	for (int k = sizeof(zeta_less_one) / sizeof(*zeta_less_one) + 1; k >= 2; k--)
		sum = zeta_less_one[k - 2] / k - z * sum;
	return z * (0.422784335098467139393487909917597569L + z * sum);
}

// ln Gamma(x), x > 0.
static long double log_gamma(long double x)
{
	if (x < 0.5L)
		return log_gamma(1 + x) - math_log(x);
	if (x < 1.5L)
		return log_gamma_near_two(x - 1) - math_log1p(x - 1);
	if (x < 2.5L)
		return log_gamma_near_two(x - 2);
	if (x < 13)
		return math_log(gamma_real(x));
	return (x - 0.5L) * (math_log(x) - 1) + (HALF_LOG_TWO_PI - 0.5L) + stirling_rest(x);
}

// sin(pi x): the distance to the nearest whole number is exact.
static long double sin_pi(double x)
{
	double whole = rint(x);
	return math_sin(PI * (x - whole)) * (fmod(whole, 2) == 0 ? 1 : -1);
}

double tgamma(double x)
{
	if (x == 0)
		return math_pole(x);
	if (isnan(x) || (x < 0 && (isinf(x) || rint(x) == x)))
		return math_no_answer(x);
	if (x > 172)
		return isinf(x) ? x : math_pole(1);
	if (x > 0)
		return math_narrow(gamma_real(x));
	if (x < -190) // 0 with the sign of sin(pi x)
		return math_narrow(copysignl(0x1p-2000L, sin_pi(x)));
	return math_narrow(PI / (sin_pi(x) * gamma_real(1 - (long double)x)));
}

double lgamma(double x)
{
	signgam = 1;
	if (x == 0)
		signgam = signbit(x) ? -1 : 1;
	if (isnan(x) || isinf(x))
		return x * x;
	if (x <= 0 && rint(x) == x)
		return math_pole(1);
	if (x > 0)
		return math_narrow(log_gamma(x));
	long double sine = sin_pi(x);
	signgam = sine < 0 ? -1 : 1;
	return math_narrow(math_log(PI / fabsl(sine * x)) - log_gamma(-(long double)x));
}

FLOAT_FORM(erf)
FLOAT_FORM(erfc)
FLOAT_FORM(tgamma)
FLOAT_FORM(lgamma)
