// math_wide.c: arithmetic in 128 bits of mantissa, and the five functions from which the long double ones follow.
#include "userland/libc/math_wide.h"
#include "userland/libc/math_real.h"
#include "userland/libc/two_over_pi.h"
#include <errno.h>
#include <math.h>
#include <stdint.h>

static struct wide normal(unsigned __int128 mantissa, int exponent, int negative)
{
	if (mantissa == 0)
		return (struct wide){0, 0, negative};
	uint64_t high = (uint64_t)(mantissa >> 64);
	int zeros = high != 0 ? __builtin_clzl(high) : 64 + __builtin_clzl((uint64_t)mantissa);
	return (struct wide){mantissa << zeros, exponent - zeros, negative};
}

struct wide wide_of(long double x)
{
	union extended parts = {x};
	int exponent = parts.exponent & 0x7fff;
	return normal((unsigned __int128)parts.mantissa << 64, (exponent != 0 ? exponent : 1) - 16383 - 63 - 64, parts.exponent >> 15);
}

// Both shifted down by one, so that the sum has room.
struct wide wide_add(struct wide a, struct wide b)
{
	if (a.mantissa == 0 || (b.mantissa != 0 && b.exponent > a.exponent)) {
		struct wide other = a;
		a = b;
		b = other;
	}
	int down = a.exponent - b.exponent + 1;
	unsigned __int128 large = a.mantissa >> 1, small = b.mantissa == 0 || down > 127 ? 0 : b.mantissa >> down;
	if (a.negative == b.negative)
		return normal(large + small, a.exponent + 1, a.negative);
	return large >= small ? normal(large - small, a.exponent + 1, a.negative) : normal(small - large, a.exponent + 1, b.negative);
}

struct wide wide_multiply(struct wide a, struct wide b)
{
	uint64_t a1 = (uint64_t)(a.mantissa >> 64), a0 = (uint64_t)a.mantissa, b1 = (uint64_t)(b.mantissa >> 64), b0 = (uint64_t)b.mantissa;
	unsigned __int128 high = (unsigned __int128)a1 * b1 + ((unsigned __int128)a1 * b0 >> 64) + ((unsigned __int128)a0 * b1 >> 64);
	return normal(high, a.exponent + b.exponent + 128, a.negative ^ b.negative);
}

static long double leading(struct wide a) // its first 64 bits, as a number from 1 to 2, or 0
{
	return (long double)(uint64_t)(a.mantissa >> 64) * 0x1p-63L;
}

static struct wide quotient(struct wide a, struct wide b) // to 62 bits
{
	struct wide result = wide_scale(wide_of(leading(a) / leading(b)), a.exponent - b.exponent);
	result.negative = a.negative ^ b.negative;
	return result;
}

struct wide wide_divide(struct wide a, struct wide b)
{
	struct wide first = quotient(a, b);
	return wide_add(first, quotient(wide_subtract(a, wide_multiply(first, b)), b));
}

struct wide wide_over(struct wide a, unsigned n)
{
	return normal(a.mantissa / n, a.exponent, a.negative);
}

struct wide wide_sqrt(struct wide a)
{
	if (a.mantissa == 0)
		return a;
	int odd = a.exponent & 1; // 2^-127 of leading() is one of them
	struct wide guess = wide_scale(wide_of(math_sqrt(leading(a) * (odd ? 1 : 2))), (a.exponent + 127 - !odd) / 2);
	return wide_scale(wide_add(guess, wide_divide(a, guess)), -1);
}

static long double scaled(long double x, int power)
{
	__asm__("fscale" : "+t"(x) : "u"((long double)power));
	return x;
}

long double wide_about(struct wide a)
{
	return scaled(a.negative ? -leading(a) : leading(a), a.exponent + 127);
}

// Down by `count` bits; the last one stays set when a set bit falls out.
static unsigned __int128 shift_odd(unsigned __int128 value, int count)
{
	return count > 127 ? value != 0 : value >> count | ((value & (((unsigned __int128)1 << count) - 1)) != 0);
}

// The processor's own addition rounds the last 64 bits away. Where the result will be subnormal, 2^63 on top makes it round there.
long double wide_round(struct wide a)
{
	int exponent = a.exponent + 64, lost = -16382 - 63 - exponent;
	long double sign = a.negative ? -1 : 1, top = 0;
	if (a.mantissa == 0)
		return sign * 0;
	if (lost > 0) {
		a.mantissa = shift_odd(a.mantissa, lost);
		exponent += lost;
		top = sign * 0x1p63L;
	}
	volatile long double high = top + sign * (long double)(uint64_t)(a.mantissa >> 64);
	long double sum = high + sign * (long double)(uint64_t)a.mantissa * 0x1p-64L, result = scaled(sum - top, exponent > 20000 ? 20000 : exponent);
	if (lost > 0 && (uint64_t)a.mantissa != 0)
		math_out_of_range(0);
	if (isinf(result) || result == 0)
		errno = ERANGE;
	return result == 0 ? copysignl(0, sign) : result;
}

long double wide_odd(struct wide a)
{
	long double value = (long double)((uint64_t)(a.mantissa >> 64) | ((uint64_t)a.mantissa != 0));
	return scaled(a.negative ? -value : value, a.exponent + 64);
}

// 128 bits of product and 64 of z meet in 256: high and low.
struct wide wide_fma(long double x, long double y, long double z)
{
	struct wide left = wide_of(x), right = wide_of(y), sum = wide_of(z);
	unsigned __int128 product = (left.mantissa >> 64) * (right.mantissa >> 64);
	struct wide large = normal(product, left.exponent + right.exponent + 128, left.negative ^ right.negative), small = sum;
	if (large.mantissa == 0 || (sum.mantissa != 0 && sum.exponent > large.exponent)) {
		small = large;
		large = sum;
	}
	int down = small.mantissa == 0 ? 256 : large.exponent - small.exponent + 1; // the sum needs room
	unsigned __int128 high = large.mantissa >> 1, low = large.mantissa << 127, high2 = 0, low2;
	if (down < 128) {
		high2 = small.mantissa >> down;
		low2 = small.mantissa << (128 - down);
	} else {
		low2 = shift_odd(small.mantissa, down - 128);
	}
	if (large.negative == small.negative) {
		high += high2 + (low + low2 < low);
		low += low2;
	} else if (high > high2 || (high == high2 && low >= low2)) {
		high -= high2 + (low < low2);
		low -= low2;
	} else {
		high = high2 - high - (low2 < low);
		low = low2 - low;
		large.negative = small.negative;
	}
	if (high == 0)
		return normal(low, large.exponent + 1 - 128, large.negative);
	int zeros = normal(high, 0, 0).exponent;
	if (zeros != 0) {
		high = high << -zeros | low >> (128 + zeros);
		low <<= -zeros;
	}
	return (struct wide){high | (low != 0), large.exponent + 1 + zeros, large.negative};
}

// Whether a term still counts beside its sum.
static int counts(struct wide term, struct wide sum)
{
	return term.mantissa != 0 && term.exponent > sum.exponent - 124;
}

// first + first x / (n + 1) + first x^2 / ((n + 1) (n + 2)) + ..., each divisor the product of `step` numbers.
static struct wide factorial_series(struct wide first, struct wide x, unsigned n, unsigned step)
{
	struct wide sum = first, term = first;
	while (counts(term, sum)) {
		term = wide_over(wide_multiply(term, x), step == 1 ? n + 1 : (n + 1) * (n + 2));
		sum = wide_add(sum, term);
		n += step;
	}
	return sum;
}

struct wide wide_sine(struct wide x)
{
	return factorial_series(x, wide_negate(wide_multiply(x, x)), 1, 2);
}

struct wide wide_cosine(struct wide x)
{
	return factorial_series(WIDE_ONE, wide_negate(wide_multiply(x, x)), 0, 2);
}

// e^x = 2^n (e^(r / 64))^64.
struct wide wide_exp(struct wide x)
{
	long n = (long)(wide_about(x) * 1.44269504088896340736L);
	struct wide r = wide_subtract(x, wide_multiply(WIDE_LN_2, wide_of(n)));
	struct wide power = factorial_series(WIDE_ONE, wide_scale(r, -6), 0, 1);
	for (int i = 0; i < 6; i++)
		power = wide_multiply(power, power);
	return wide_scale(power, (int)n);
}

struct wide wide_expm1(struct wide x)
{
	if (x.exponent >= -127 - 3) // 1/8
		return wide_subtract(wide_exp(x), WIDE_ONE);
	return x.mantissa == 0 ? x : factorial_series(x, x, 1, 1);
}

// log((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + ...), s = x / (2 + x).
struct wide wide_log1p(struct wide x)
{
	if (x.exponent >= -127 - 6) // 1/64
		return wide_log(wide_add(WIDE_ONE, x));
	struct wide s = wide_divide(x, wide_add(wide_scale(WIDE_ONE, 1), x)), square = wide_multiply(s, s), sum = s, term = s;
	for (unsigned n = 3; counts(term, sum); n += 2) {
		term = wide_multiply(term, square);
		sum = wide_add(sum, wide_over(term, n));
	}
	return wide_scale(sum, 1);
}

// The processor's logarithm, and one step of Halley's: y + 2 (x - e^y) / (x + e^y).
struct wide wide_log(struct wide x)
{
	struct wide more = wide_subtract(x, WIDE_ONE);
	if (more.mantissa == 0 || more.exponent < -127 - 6)
		return more.mantissa == 0 ? more : wide_log1p(more);
	long double guess = leading(x), ln_2 = 0.693147180559945309417232121458176568L;
	__asm__("fyl2x" : "+t"(guess) : "u"(ln_2) : "st(1)");
	struct wide y = wide_of(guess + (x.exponent + 127) * ln_2), power = wide_exp(y);
	return wide_add(y, wide_scale(wide_divide(wide_subtract(x, power), wide_add(x, power)), 1));
}

// The processor's angle a, and the small one that is left between it and the point: (y cos a - x sin a) / (x cos a + y sin a).
struct wide wide_angle(struct wide y, struct wide x)
{
	if (x.mantissa != 0 && y.exponent - x.exponent < -70 && !x.negative)
		return wide_divide(y, x);
	int down = x.exponent > y.exponent ? x.exponent : y.exponent;
	long double angle;
	__asm__("fpatan" : "=t"(angle) : "0"(wide_about(wide_scale(x, -127 - down))), "u"(wide_about(wide_scale(y, -127 - down))) : "st(1)");
	struct wide a = wide_of(angle), sine = wide_sine(a), cosine = wide_cosine(a);
	return wide_add(a, wide_divide(wide_subtract(wide_multiply(y, cosine), wide_multiply(x, sine)),
				       wide_add(wide_multiply(x, cosine), wide_multiply(y, sine))));
}

// Payne and Hanek: of the bits of 2/pi, those in front give multiples of 4 quarters and fall away; the 256 that follow give two bits of
// n and 190 of the rest.
struct wide wide_quarters(long double x, long *n)
{
	struct wide whole = wide_of(x);
	uint64_t mantissa = (uint64_t)(whole.mantissa >> 64), product[4];
	*n = 0;
	if (whole.mantissa == 0 || whole.exponent < -127 - 1) // below 1/2
		return whole;
	int bit = 128 + whole.exponent + 64 - 2; // of the table with two empty words before it
	unsigned __int128 carry = 0;
	for (int i = 3; i >= 0; i--) { // the lowest word first
		int at = bit / 64 + i - 2;
		uint64_t word = at < 0 ? 0 : two_over_pi[at], next = at < -1 ? 0 : two_over_pi[at + 1];
		carry += (unsigned __int128)(bit % 64 == 0 ? word : word << bit % 64 | next >> (64 - bit % 64)) * mantissa;
		product[i] = (uint64_t)carry;
		carry >>= 64;
	}
	*n = (long)(product[0] >> 62);
	for (int i = 0; i < 4; i++)
		product[i] = product[i] << 2 | (i < 3 ? product[i + 1] >> 62 : 0);
	uint64_t up = product[0] >> 63; // the nearest multiple is the next one
	for (int i = 0; i < 4; i++)
		product[i] ^= -up;
	*n = whole.negative ? -(*n + (long)up) : *n + (long)up;
	int skip = product[0] != 0 ? 0 : 1, zeros = product[skip] != 0 ? __builtin_clzl(product[skip]) : 64;
	unsigned __int128 rest = (unsigned __int128)product[skip] << 64 | product[skip + 1];
	if (zeros == 64)
		rest = rest << 64 | product[skip + 2];
	else if (zeros != 0)
		rest = rest << zeros | product[skip + 2] >> (64 - zeros);
	return wide_multiply(normal(rest, -64 * (skip + 2) - zeros, whole.negative ^ (int)up), wide_scale(WIDE_PI, -1));
}
