// math.h: within 1 ulp (README.md has the table of measured errors). Errors set errno and exception flags. C17 7.12, POSIX.1-2017.
#pragma once
typedef double double_t;
typedef float float_t;
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define MAXFLOAT 0x1.fffffep127f
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define M_E 2.71828182845904523536
#define M_LOG2E 1.44269504088896340736
#define M_LOG10E 0.43429448190325182765
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_1_PI 0.31830988618379067154
#define M_2_PI 0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.70710678118654752440
#define MATH_ERRNO 1
#define MATH_ERREXCEPT 2
#define math_errhandling (MATH_ERRNO | MATH_ERREXCEPT)
#define FP_ILOGB0 (-0x7fffffff - 1)
#define FP_ILOGBNAN (-0x7fffffff - 1)
enum { FP_NAN, FP_INFINITE, FP_ZERO, FP_SUBNORMAL, FP_NORMAL };
#define fpclassify(x) __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define isnormal(x) __builtin_isnormal(x)
#define signbit(x) __builtin_signbit(x)
#define isgreater(x, y) __builtin_isgreater(x, y)
#define isgreaterequal(x, y) __builtin_isgreaterequal(x, y)
#define isless(x, y) __builtin_isless(x, y)
#define islessequal(x, y) __builtin_islessequal(x, y)
#define islessgreater(x, y) __builtin_islessgreater(x, y)
#define isunordered(x, y) __builtin_isunordered(x, y)
extern int signgam; // the sign of the gamma function at lgamma's last argument
#define MATH_FORMS(real, f)                                                                                        \
	real acos##f(real), asin##f(real), atan##f(real), cos##f(real), sin##f(real), tan##f(real), atan2##f(real y, real x);  \
	real acosh##f(real), asinh##f(real), atanh##f(real), cosh##f(real), sinh##f(real), tanh##f(real);              \
	real exp##f(real), exp2##f(real), expm1##f(real), log##f(real), log10##f(real), log1p##f(real), log2##f(real), logb##f(real); \
	real pow##f(real x, real y), cbrt##f(real), hypot##f(real x, real y);                                          \
	real erf##f(real), erfc##f(real), tgamma##f(real), lgamma##f(real);                                            \
	real ceil##f(real), floor##f(real), nearbyint##f(real), rint##f(real), round##f(real), trunc##f(real);         \
	real fmod##f(real x, real y), remainder##f(real x, real y), remquo##f(real x, real y, int *quotient);          \
	real nan##f(const char *tag), nextafter##f(real x, real to), nexttoward##f(real x, long double to);            \
	real fdim##f(real x, real y), fma##f(real x, real y, real z);                                                  \
	real ldexp##f(real x, int exponent), frexp##f(real x, int *exponent), modf##f(real x, real *whole);            \
	real scalbn##f(real x, int exponent), scalbln##f(real x, long exponent);                                       \
	int ilogb##f(real);                                                                                            \
	long lround##f(real), lrint##f(real);                                                                          \
	long long llround##f(real), llrint##f(real);
MATH_FORMS(double, )
MATH_FORMS(float, f)
MATH_FORMS(long double, l)
long double sqrtl(long double x), fmaxl(long double x, long double y), fminl(long double x, long double y);
double j0(double), j1(double), jn(int order, double), y0(double), y1(double), yn(int order, double);
double math_no_answer(double x); // userland/libc/math_real.h
static inline double sqrt(double x)
{
	if (__builtin_isless(x, 0))
		return math_no_answer(x);
	__asm__("sqrtsd %0, %0" : "+x"(x));
	return x;
}
static inline float sqrtf(float x)
{
	if (__builtin_isless(x, 0))
		return (float)math_no_answer(x);
	__asm__("sqrtss %0, %0" : "+x"(x));
	return x;
}
static inline double fabs(double x) { return __builtin_fabs(x); }
static inline float fabsf(float x) { return __builtin_fabsf(x); }
static inline long double fabsl(long double x) { return __builtin_fabsl(x); }
static inline double copysign(double x, double y) { return __builtin_copysign(x, y); }
static inline float copysignf(float x, float y) { return __builtin_copysignf(x, y); }
static inline long double copysignl(long double x, long double y) { return __builtin_copysignl(x, y); }
static inline double fmax(double x, double y) { return isnan(x) || isless(x, y) ? y : x; }
static inline double fmin(double x, double y) { return isnan(x) || isless(y, x) ? y : x; }
static inline float fmaxf(float x, float y) { return isnan(x) || isless(x, y) ? y : x; }
static inline float fminf(float x, float y) { return isnan(x) || isless(y, x) ? y : x; }
