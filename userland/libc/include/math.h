// math.h: double and float functions, within 1 ulp (README.md has the table of measured errors). Of the long double ones only those
// that are exact. Errors set errno. C17 7.12, POSIX.1-2017.
#pragma once
typedef double double_t;
typedef float float_t;
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
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
#define math_errhandling MATH_ERRNO
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
double acos(double), asin(double), atan(double), cos(double), sin(double), tan(double), atan2(double y, double x);
double acosh(double), asinh(double), atanh(double), cosh(double), sinh(double), tanh(double);
double exp(double), exp2(double), expm1(double), log(double), log10(double), log1p(double), log2(double), logb(double);
double pow(double x, double y), cbrt(double), hypot(double x, double y);
double erf(double), erfc(double), tgamma(double), lgamma(double);
double ceil(double), floor(double), nearbyint(double), rint(double), round(double), trunc(double);
double fmod(double x, double y), remainder(double x, double y), remquo(double x, double y, int *quotient);
double nan(const char *tag), nextafter(double x, double to), nexttoward(double x, long double to);
double fdim(double x, double y), fma(double x, double y, double z);
double ldexp(double x, int exponent), frexp(double x, int *exponent), modf(double x, double *whole);
double scalbn(double x, int exponent), scalbln(double x, long exponent);
float acosf(float), asinf(float), atanf(float), cosf(float), sinf(float), tanf(float), atan2f(float y, float x);
float acoshf(float), asinhf(float), atanhf(float), coshf(float), sinhf(float), tanhf(float);
float expf(float), exp2f(float), expm1f(float), logf(float), log10f(float), log1pf(float), log2f(float), logbf(float);
float powf(float x, float y), cbrtf(float), hypotf(float x, float y);
float erff(float), erfcf(float), tgammaf(float), lgammaf(float);
float ceilf(float), floorf(float), nearbyintf(float), rintf(float), roundf(float), truncf(float);
float fmodf(float x, float y), remainderf(float x, float y), remquof(float x, float y, int *quotient);
float nanf(const char *tag), nextafterf(float x, float to), nexttowardf(float x, long double to);
float fdimf(float x, float y), fmaf(float x, float y, float z);
float ldexpf(float x, int exponent), frexpf(float x, int *exponent), modff(float x, float *whole);
float scalbnf(float x, int exponent), scalblnf(float x, long exponent);
int ilogb(double), ilogbf(float);
long lround(double), lroundf(float), lrint(double), lrintf(float);
long long llround(double), llroundf(float), llrint(double), llrintf(float);
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
static inline double fmax(double x, double y) { return isnan(x) || x < y ? y : x; }
static inline double fmin(double x, double y) { return isnan(x) || y < x ? y : x; }
static inline float fmaxf(float x, float y) { return isnan(x) || x < y ? y : x; }
static inline float fminf(float x, float y) { return isnan(x) || y < x ? y : x; }
