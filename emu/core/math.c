// math.c: see math.h.
#include "emu/core/math.h"

// x + y in double with the last bit set when the sum is not exact: a later rounding to fewer bits then is the only one.
static double add_to_odd(double x, double y)
{
	double sum = x + y;
	double back = sum - x, error = (x - (sum - back)) + (y - back); // Knuth's two-sum: exact
	if (error == 0 || error != error || (math_bits(sum) & 1) || sum - sum != 0)
		return sum;
	return math_from_bits(math_bits(sum) + ((error > 0) == (sum > 0) ? 1 : -1)); // the neighbour on the error's side is odd
}

float math_fmaf(float a, float b, float c)
{
	return (float)add_to_odd((double)a * b, c);
}

// Dekker's product on halves of 26 bits: high + low is exactly a * b (no overflow in the ranges that kernels use).
double math_fma(double a, double b, double c)
{
	double split_a = a * 134217729.0, split_b = b * 134217729.0;
	double a_high = split_a - (split_a - a), b_high = split_b - (split_b - b);
	double a_low = a - a_high, b_low = b - b_high, high = a * b;
	double low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
	if (high - high != 0 || low != low)
		return high + c;
	double sum = high + c, back = sum - high, error = (high - (sum - back)) + (c - back);
	return sum + add_to_odd(error, low);
}

double math_floor(double value)
{
	if (!(value > -0x1p52 && value < 0x1p52))
		return value;
	double whole = (double)(int64_t)value;
	return whole > value ? whole - 1 : whole;
}

double math_round_even(double value)
{
	double floor = math_floor(value), rest = value - floor;
	if (!(value > -0x1p52 && value < 0x1p52))
		return value;
	if (rest > 0.5 || (rest == 0.5 && ((int64_t)floor & 1)))
		floor += 1;
	return floor;
}

// 2^whole by the exponent field, 2^rest by a Taylor series of e^(rest ln 2) on [-1/2, 1/2]: 14 terms reach double's end.
double math_exp2(double value)
{
	if (value != value)
		return value;
	if (value >= 1024)
		return 1e308 * 1e308;
	if (value < -1075)
		return 0;
	double whole = math_round_even(value), x = (value - whole) * 0.69314718055994530942, term = 1, sum = 1;
	for (int n = 1; n <= 14; n++) {
		term *= x / n;
		sum += term;
	}
	int64_t exponent = (int64_t)whole;
	if (exponent < -1000)
		return sum * math_from_bits((uint64_t)(exponent + 200 + 1023) << 52) * 0x1p-200;
	if (exponent == 1024)
		return sum * 0x1p1023 * 2;
	return sum * math_from_bits((uint64_t)(exponent + 1023) << 52);
}

// Exponent plus ln(m)/ln 2 for m in [sqrt(1/2), sqrt(2)): the series of atanh((m - 1) / (m + 1)).
double math_log2(double value)
{
	if (value != value || value < 0)
		return (value - value) / 0.0;
	if (value == 0)
		return -1e308 * 1e308;
	if (value - value != 0)
		return value;
	int exponent = 0;
	if (value < 0x1p-1022) {
		value *= 0x1p54;
		exponent = -54;
	}
	exponent += (int)(math_bits(value) >> 52) - 1023;
	double m = math_from_bits((math_bits(value) & 0xfffffffffffffull) | 0x3ff0000000000000ull);
	if (m > 1.41421356237309504880) {
		m /= 2;
		exponent++;
	}
	double z = (m - 1) / (m + 1), square = z * z, power = z, sum = 0;
	for (int n = 1; n <= 29; n += 2) {
		sum += power / n;
		power *= square;
	}
	return exponent + sum * 2.88539008177792681472;
}
