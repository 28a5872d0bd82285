// external.c: the functions that our headers write inline, once more under their own names: for a program (or a configure script) that
// declares one itself, as C17 7.1.4 allows, and for `#undef`.
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>

#define EXTERNAL(result, name, type)                                                                               \
	result external_##name(type x) __asm__(#name);                                                             \
	result external_##name(type x)                                                                             \
	{                                                                                                          \
		return name(x);                                                                                    \
	}
#define EXTERNAL_TWO(result, name, first, second)                                                                  \
	result external_##name(first x, second y) __asm__(#name);                                                  \
	result external_##name(first x, second y)                                                                  \
	{                                                                                                          \
		return name(x, y);                                                                                 \
	}
EXTERNAL(int, isalnum, int)
EXTERNAL(int, isalpha, int)
EXTERNAL(int, isascii, int)
EXTERNAL(int, isblank, int)
EXTERNAL(int, iscntrl, int)
EXTERNAL(int, isdigit, int)
EXTERNAL(int, isgraph, int)
EXTERNAL(int, islower, int)
EXTERNAL(int, isprint, int)
EXTERNAL(int, ispunct, int)
EXTERNAL(int, isspace, int)
EXTERNAL(int, isupper, int)
EXTERNAL(int, isxdigit, int)
EXTERNAL(int, toascii, int)
EXTERNAL(int, _tolower, int)
EXTERNAL(int, _toupper, int)
EXTERNAL(int, tolower, int)
EXTERNAL(int, toupper, int)
EXTERNAL(int, abs, int)
EXTERNAL(long, labs, long)
EXTERNAL(long long, llabs, long long)
EXTERNAL(intmax_t, imaxabs, intmax_t)
EXTERNAL(int, ffs, int)
EXTERNAL(uint16_t, htons, uint16_t)
EXTERNAL(uint16_t, ntohs, uint16_t)
EXTERNAL(uint32_t, htonl, uint32_t)
EXTERNAL(uint32_t, ntohl, uint32_t)
EXTERNAL(double, sqrt, double)
EXTERNAL(float, sqrtf, float)
EXTERNAL(double, fabs, double)
EXTERNAL(float, fabsf, float)
EXTERNAL(long double, fabsl, long double)
EXTERNAL(int, sigemptyset, sigset_t *)
EXTERNAL(int, sigfillset, sigset_t *)
EXTERNAL_TWO(div_t, div, int, int)
EXTERNAL_TWO(ldiv_t, ldiv, long, long)
EXTERNAL_TWO(lldiv_t, lldiv, long long, long long)
EXTERNAL_TWO(imaxdiv_t, imaxdiv, intmax_t, intmax_t)
EXTERNAL_TWO(double, copysign, double, double)
EXTERNAL_TWO(float, copysignf, float, float)
EXTERNAL_TWO(long double, copysignl, long double, long double)
EXTERNAL_TWO(double, fmax, double, double)
EXTERNAL_TWO(float, fmaxf, float, float)
EXTERNAL_TWO(double, fmin, double, double)
EXTERNAL_TWO(float, fminf, float, float)
EXTERNAL_TWO(int, sigaddset, sigset_t *, int)
EXTERNAL_TWO(int, sigdelset, sigset_t *, int)
EXTERNAL_TWO(int, sigismember, const sigset_t *, int)
