// math.h: float functions are computed in double, double functions in the x87's 64-bit mantissa; see math.c.
#pragma once
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define M_E 2.71828182845904523536
#define M_LN2 0.69314718055994530942
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_SQRT2 1.41421356237309504880
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)
double exp(double x), exp2(double x), log(double x), log2(double x), log10(double x), pow(double x, double y);
double sin(double x), cos(double x), tan(double x), asin(double x), acos(double x), atan(double x);
double atan2(double y, double x), tanh(double x), fmod(double x, double y);
double floor(double x), ceil(double x), trunc(double x), round(double x), rint(double x);
double ldexp(double x, int exponent), frexp(double x, int *exponent), modf(double x, double *whole);
float expf(float x), exp2f(float x), logf(float x), log2f(float x), powf(float x, float y);
float sinf(float x), cosf(float x), tanf(float x), tanhf(float x), fmodf(float x, float y);
float floorf(float x), ceilf(float x), truncf(float x), roundf(float x), rintf(float x);
long lround(double x), lroundf(float x), lrint(double x), lrintf(float x);
static inline double sqrt(double x) { __asm__("sqrtsd %0, %0" : "+x"(x)); return x; }
static inline float sqrtf(float x) { __asm__("sqrtss %0, %0" : "+x"(x)); return x; }
static inline double fabs(double x) { return __builtin_fabs(x); }
static inline float fabsf(float x) { return __builtin_fabsf(x); }
static inline double copysign(double x, double y) { return __builtin_copysign(x, y); }
static inline float copysignf(float x, float y) { return __builtin_copysignf(x, y); }
static inline double fmax(double x, double y) { return isnan(x) || x < y ? y : x; }
static inline double fmin(double x, double y) { return isnan(x) || y < x ? y : x; }
static inline float fmaxf(float x, float y) { return isnan(x) || x < y ? y : x; }
static inline float fminf(float x, float y) { return isnan(x) || y < x ? y : x; }
