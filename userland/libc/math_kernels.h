// math_kernels.h: the series behind math.c, for arguments already made small. Included twice, without a guard:
// NAME(x) and REAL are the type's; every constant is written once and rounded to REAL by the compiler.
// KEEP: how many coefficients that type's results need (the error behind the last stays below half a result's ulp
// times 2^-10).

static inline REAL NAME(horner)(const REAL *coefficient, int count, REAL x)
{
	REAL sum = coefficient[count - 1];
	while (--count > 0)
		sum = sum * x + coefficient[count - 1];
	return sum;
}

static const REAL NAME(inverse_factorial)[] = {1.0L, 1.0L, 1 / 2.0L, 1 / 6.0L, 1 / 24.0L, 1 / 120.0L, 1 / 720.0L,
	1 / 5040.0L, 1 / 40320.0L, 1 / 362880.0L, 1 / 3628800.0L, 1 / 39916800.0L, 1 / 479001600.0L,
	1 / 6227020800.0L, 1 / 87178291200.0L, 1 / 1307674368000.0L, 1 / 20922789888000.0L};

// e^x for |x| <= ln 2 / 2.
static inline REAL NAME(exp_series)(REAL x)
{
	return NAME(horner)(NAME(inverse_factorial), KEEP(10, 17), x);
}

// ln((1 + s) / (1 - s)) = 2 artanh(s), |s| <= (sqrt 2 - 1) / (sqrt 2 + 1).
static inline REAL NAME(log_quotient)(REAL s)
{
	static const REAL odd[] = {2.0L, 2 / 3.0L, 2 / 5.0L, 2 / 7.0L, 2 / 9.0L, 2 / 11.0L, 2 / 13.0L, 2 / 15.0L, 2 / 17.0L,
		2 / 19.0L, 2 / 21.0L, 2 / 23.0L, 2 / 25.0L, 2 / 27.0L};
	return s * NAME(horner)(odd, KEEP(8, 14), s * s);
}

// ln(m), m between sqrt(1/2) and sqrt(2).
static inline REAL NAME(log_series)(REAL m)
{
	return NAME(log_quotient)((m - 1) / (m + 1));
}

// sin and cos of |x| <= pi / 4.
static inline REAL NAME(sin_series)(REAL x)
{
	static const REAL odd[] = {1.0L, -1 / 6.0L, 1 / 120.0L, -1 / 5040.0L, 1 / 362880.0L, -1 / 39916800.0L,
		1 / 6227020800.0L, -1 / 1307674368000.0L, 1 / 355687428096000.0L, -1 / 121645100408832000.0L,
		1 / 51090942171709440000.0L};
	return x * NAME(horner)(odd, KEEP(7, 11), x * x);
}

static inline REAL NAME(cos_series)(REAL x)
{
	static const REAL even[] = {1.0L, -1 / 2.0L, 1 / 24.0L, -1 / 720.0L, 1 / 40320.0L, -1 / 3628800.0L,
		1 / 479001600.0L, -1 / 87178291200.0L, 1 / 20922789888000.0L, -1 / 6402373705728000.0L,
		1 / 2432902008176640000.0L, -1 / 1124000727777607680000.0L};
	return NAME(horner)(even, KEEP(8, 12), x * x);
}

// x = result + n pi/2 with |result| <= pi/4, good to |x| < 2^31 times pi/2 for long double and 2^20 for double: pi/2 is
// taken off in three parts of 33 bits, so that each product with n is exact.
static inline REAL NAME(reduce)(REAL x, long *n)
{
	*n = (long)(x * (REAL)0.63661977236758134307553505349005744814L + (x < 0 ? -0.5f : 0.5f));
	return ((x - *n * (REAL)0x1.921fb544p+0) - *n * (REAL)0x1.0b4611a6p-34) - *n * (REAL)2.02226624879595073239968462009475771647620235e-21L;
}

// The sine of r + n pi/2.
static inline REAL NAME(sin_cos)(REAL r, long n)
{
	REAL value = n & 1 ? NAME(cos_series)(r) : NAME(sin_series)(r);
	return n & 2 ? -value : value;
}

// e^x with |x| < 11,000 for long double, 700 for double.
static inline REAL NAME(exp_real)(REAL x)
{
	int n = (int)(x * (REAL)1.44269504088896340735992468100189214L + (x < 0 ? -0.5f : 0.5f));
	return NAME(exp_series)((x - n * (REAL)0x1.62e42feep-1) - n * (REAL)1.90821492927058781614426568e-10L) *
	       NAME(power_of_two)(n);
}
