// fenv.h: exception flags and the direction of rounding, of both units that compute: the x87 (long double) and SSE (float, double). C17 7.6.
#pragma once
#define FE_INVALID 1
#define FE_DIVBYZERO 4
#define FE_OVERFLOW 8
#define FE_UNDERFLOW 16
#define FE_INEXACT 32
#define FE_ALL_EXCEPT 61
#define FE_TONEAREST 0
#define FE_DOWNWARD 0x400
#define FE_UPWARD 0x800
#define FE_TOWARDZERO 0xc00
typedef unsigned short fexcept_t;
typedef struct { // as fnstenv writes it, and SSE's word
	unsigned short control, pad1, status, pad2, tags, pad3;
	unsigned pointers[4], mxcsr;
} fenv_t;
#define FE_DFL_ENV ((const fenv_t *)-1)
int feclearexcept(int exceptions), feraiseexcept(int exceptions), fetestexcept(int exceptions);
int fegetexceptflag(fexcept_t *flags, int exceptions), fesetexceptflag(const fexcept_t *flags, int exceptions);
int fegetround(void), fesetround(int direction);
int fegetenv(fenv_t *environment), feholdexcept(fenv_t *environment);
int fesetenv(const fenv_t *environment), feupdateenv(const fenv_t *environment);
