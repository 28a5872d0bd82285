// math_wide.h: numbers of 128 bits of mantissa, in which the long double functions are computed, as a double's are in long double: they
// are rounded once, at the end, so no trick needs explaining. Each operation loses a few units of the 127th place at most.
#pragma once

// (-1)^negative mantissa 2^exponent; the mantissa's highest bit is set, or all of it is 0.
struct wide {
	unsigned __int128 mantissa;
	int exponent, negative;
};

struct wide wide_of(long double x); // finite; exact
struct wide wide_add(struct wide a, struct wide b), wide_multiply(struct wide a, struct wide b);
struct wide wide_divide(struct wide a, struct wide b), wide_sqrt(struct wide a); // b is not 0; a is not negative
struct wide wide_over(struct wide a, unsigned n);
struct wide wide_fma(long double x, long double y, long double z); // x y + z, finite: exact but for the last bit, set when more follows
long double wide_round(struct wide a); // once, in the current direction; ERANGE for an infinity, and for a 0 that is none
long double wide_odd(struct wide a);   // cut to 64 bits, the last one set when more follows: rounding that to fewer rounds once
long double wide_about(struct wide a); // nearly: for choices and first guesses

static inline struct wide wide_negate(struct wide a)
{
	a.negative = !a.negative;
	return a;
}

static inline struct wide wide_subtract(struct wide a, struct wide b)
{
	return wide_add(a, wide_negate(b));
}

static inline struct wide wide_scale(struct wide a, int power)
{
	a.exponent += power;
	return a;
}

// Errors below 2^-105 of the result.
struct wide wide_exp(struct wide x);		      // |x| < 2^20
struct wide wide_expm1(struct wide x);		      // without loss near 0
struct wide wide_log(struct wide x);		      // x > 0
struct wide wide_log1p(struct wide x);		      // x > -1, without loss near 0
struct wide wide_angle(struct wide y, struct wide x); // of the point (x, y); neither is 0
struct wide wide_sine(struct wide x), wide_cosine(struct wide x); // |x| < 4; their errors are absolute beyond pi / 4
struct wide wide_quarters(long double x, long *n);    // x = result + n pi / 2, |result| <= pi / 4; n is right in its last two bits

static inline void math_out_of_range(int large) // FE_OVERFLOW or FE_UNDERFLOW
{
	volatile long double x = large ? 0x1p16000L : 0x1p-16000L;
	x *= x;
}

#define WIDE(high, low, power) ((struct wide){(unsigned __int128)high##ul << 64 | low##ul, power, 0})
#define WIDE_ONE WIDE(0x8000000000000000, 0, -127)
#define WIDE_LN_2 WIDE(0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af, -128)
#define WIDE_LOG2_E WIDE(0xb8aa3b295c17f0bb, 0xbe87fed0691d3e89, -127)
#define WIDE_LOG10_E WIDE(0xde5bd8a937287195, 0x355baaafad33dc32, -129)
#define WIDE_PI WIDE(0xc90fdaa22168c234, 0xc4c6628b80dc1cd1, -126)
