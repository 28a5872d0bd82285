// strtod.c: text to floating point, correctly rounded (half to even) for every input.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "userland/libc/decimal.h"

struct float_format {
	int mantissa_bits, exponent_min, exponent_max; // of 1.m times 2^exponent
};
static const struct float_format single_format = {24, -126, 127}, double_format = {53, -1022, 1023}, long_format = {64, -16382, 16383};

// mantissa times 2^exponent, which is a long double exactly.
static long double scale(uint64_t mantissa, int exponent)
{
	long double value = 0;
	int shift = mantissa != 0 ? __builtin_clzl(mantissa) : 0, field = exponent + 63 - shift + 16383;
	struct {
		uint64_t mantissa;
		uint16_t exponent;
	} bits = {field > 0 ? mantissa << shift : mantissa << shift >> (1 - field), field > 0 ? (uint16_t)field : 0};
	memcpy(&value, &bits, mantissa != 0 ? 10 : 0);
	return value;
}

// The rounded mantissa times 2^(lowest + 1 - bits); `lowest` is the exponent of the value, or the least there is.
static long double assemble(uint64_t mantissa, int lowest, const struct float_format *format)
{
	int top = format->mantissa_bits - 1;
	bool carried = top < 63 && mantissa >> 1 >> top != 0;
	if (lowest + carried > format->exponent_max || mantissa >> top == 0)
		errno = ERANGE;
	return lowest + carried > format->exponent_max ? (long double)__builtin_huge_val() : scale(mantissa, lowest - top);
}

static long double decimal_to_float(struct decimal *decimal, const struct float_format *format)
{
	int exponent = -1; // of the value once it lies in [1/2, 1)
	if (decimal->count == 0)
		return 0;
	if (decimal->point > 5000 || decimal->point < -5000) {
		errno = ERANGE;
		return decimal->point > 0 ? __builtin_huge_val() : 0;
	}
	while (decimal->point > 0 || decimal->point < 0 || decimal->digits[0] < 5) {
		int bits = decimal->point > 0 ? -(decimal->point * 3 + 1) : decimal->point < 0 ? -decimal->point * 3 : 1;
		bits = bits < -59 ? -59 : bits > 59 ? 59 : bits;
		decimal_shift(decimal, bits);
		exponent -= bits;
	}
	int lowest = exponent > format->exponent_min ? exponent : format->exponent_min;
	decimal_shift(decimal, format->mantissa_bits + exponent - lowest);
	uint64_t mantissa = decimal_integer(decimal);
	if (mantissa == 0 && decimal->point == 20) { // 2^64, which the word cannot hold
		mantissa = 1ul << 63;
		lowest++;
	}
	return assemble(mantissa, lowest, format);
}

// The digits of [0-9]*.[0-9]* (or of hexadecimal ones) into *decimal. Returns what follows, or NULL without a digit.
static const char *take_digits(const char *text, struct decimal *decimal)
{
	bool any = false, fraction = false;
	for (decimal_set(decimal, 0);; text++) {
		if (*text == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (!isdigit(*text))
			break;
		any = true;
		if (decimal->count == 0 && *text == '0') {
			decimal->point -= fraction;
			continue;
		}
		if (decimal->count < DECIMAL_DIGITS)
			decimal->digits[decimal->count++] = *text - '0';
		else
			decimal->more |= *text != '0';
		decimal->point += !fraction;
	}
	while (decimal->count > 0 && decimal->digits[decimal->count - 1] == 0 && !decimal->more)
		decimal->count--;
	return any ? text : NULL;
}

static const char *take_exponent(const char *text, char letter, int *exponent)
{
	char *end;
	if ((*text | 32) != letter || !isdigit(text[1 + (text[1] == '-' || text[1] == '+')]))
		return text;
	int before = errno;
	long value = strtol(text + 1, &end, 10);
	errno = before;
	*exponent = value > 100000 ? 100000 : value < -100000 ? -100000 : (int)value;
	return end;
}

static long double take_hexadecimal(const char *text, const char **end, const struct float_format *format)
{
	unsigned __int128 mantissa = 0;
	int exponent = 0, shift = 0;
	bool fraction = false;
	for (;; text++) {
		if (*text == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (!isxdigit(*text))
			break;
		unsigned digit = isdigit(*text) ? *text - '0' : (*text | 32) - 'a' + 10;
		if (mantissa >> 123 == 0) {
			mantissa = mantissa * 16 + digit;
			shift -= fraction * 4;
		} else {
			mantissa |= digit != 0; // far below what is kept: only "something is there" matters
			shift += !fraction * 4;
		}
	}
	*end = take_exponent(text, 'p', &exponent);
	if (mantissa == 0)
		return 0;
	while (mantissa >> 127 == 0) { // now 1.m times 2^exponent, the 1 on top
		mantissa <<= 1;
		shift--;
	}
	exponent += shift + 127;
	int lowest = exponent > format->exponent_min ? exponent : format->exponent_min, drop = 128 - format->mantissa_bits + lowest - exponent;
	uint64_t kept = drop < 128 ? (uint64_t)(mantissa >> drop) : 0;
	unsigned __int128 rest = drop < 128 ? mantissa << (128 - drop) : drop == 128 ? mantissa : 1, half = (unsigned __int128)1 << 127;
	if ((rest > half || (rest == half && kept % 2 == 1)) && ++kept == 0) {
		kept = 1ul << 63;
		lowest++;
	}
	return assemble(kept, lowest, format);
}

// Up to 15 digits and a power of ten up to 10^22 are exact doubles: one operation rounds once (Clinger 1990).
static bool take_fast(const struct decimal *decimal, int exponent, double *value)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
					1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	int scale10 = decimal->point + exponent - decimal->count;
	uint64_t whole = 0;
	if (decimal->count > 15 || scale10 < -22 || scale10 > 22)
		return false;
	for (int i = 0; i < decimal->count; i++)
		whole = whole * 10 + decimal->digits[i];
	*value = scale10 < 0 ? (double)whole / powers[-scale10] : (double)whole * powers[scale10];
	return true;
}

static long double convert(const char *restrict text, char **restrict end, const struct float_format *format)
{
	struct decimal decimal;
	const char *at = text, *stop = NULL;
	long double value = 0;
	double fast;
	int exponent = 0;
	while (isspace(*at))
		at++;
	bool negative = *at == '-';
	at += *at == '-' || *at == '+';
	if (strncasecmp(at, "inf", 3) == 0) {
		stop = at + (strncasecmp(at, "infinity", 8) == 0 ? 8 : 3);
		value = __builtin_huge_val();
	} else if (strncasecmp(at, "nan", 3) == 0) {
		stop = at + 3;
		for (const char *name = stop; *name == '(' || (name > stop && (isalnum(*name) || *name == '_')); name++)
			if (name[1] == ')') {
				stop = name + 2;
				break;
			}
		value = __builtin_nan("");
	} else if (at[0] == '0' && (at[1] | 32) == 'x' && (isxdigit(at[2]) || (at[2] == '.' && isxdigit(at[3])))) {
		value = take_hexadecimal(at + 2, &stop, format);
	} else if ((stop = take_digits(at, &decimal)) != NULL) {
		stop = take_exponent(stop, 'e', &exponent);
		if (format == &double_format && take_fast(&decimal, exponent, &fast)) {
			value = fast;
		} else {
			decimal.point += decimal.count > 0 ? exponent : 0;
			value = decimal_to_float(&decimal, format);
		}
	}
	if (end != NULL)
		*end = (char *)(stop != NULL ? stop : text);
	return negative ? -value : value;
}

double strtod(const char *restrict text, char **restrict end)
{
	return (double)convert(text, end, &double_format);
}

float strtof(const char *restrict text, char **restrict end)
{
	return (float)convert(text, end, &single_format);
}

long double strtold(const char *restrict text, char **restrict end)
{
	return convert(text, end, &long_format);
}

double atof(const char *text)
{
	return strtod(text, NULL);
}
