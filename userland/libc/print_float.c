// print_float.c: %a %e %f %g, exact: the value is written out in decimal in full and rounded once, half to even.
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "kernel/lib/format.h"
#include "userland/libc/decimal.h"

#define PRECISION_MAX 16500 // the digits behind the point of the smallest long double; more fails with EOVERFLOW
#define BODY_MAX (PRECISION_MAX + 5000)

// value = mantissa times 2^exponent; for infinity and NaN `name` is set.
struct parts {
	uint64_t mantissa;
	int exponent;
	bool negative;
	const char *name;
};

static struct parts take_parts(long double value)
{
	struct {
		uint64_t mantissa;
		uint16_t exponent;
	} bits = {0, 0};
	memcpy(&bits, &value, 10);
	int exponent = bits.exponent & 0x7fff;
	return (struct parts){.mantissa = bits.mantissa, .exponent = (exponent != 0 ? exponent : 1) - 16383 - 63,
			      .negative = bits.exponent >> 15,
			      .name = exponent != 0x7fff ? NULL : bits.mantissa << 1 == 0 ? "inf" : "nan"};
}

static char digit_at(const struct decimal *decimal, int index)
{
	return index >= 0 && index < decimal->count ? '0' + decimal->digits[index] : '0';
}

static char *put_exponent(char *to, char letter, int exponent, int minimum)
{
	*to++ = letter;
	return to + format_buffer(to, 8, minimum == 2 ? "%+03d" : "%+d", exponent);
}

static char *put_fixed(char *to, const struct decimal *decimal, int precision, bool point)
{
	if (decimal->point <= 0)
		*to++ = '0';
	for (int i = 0; i < decimal->point; i++)
		*to++ = digit_at(decimal, i);
	if (precision > 0 || point)
		*to++ = '.';
	for (int i = 0; i < precision; i++)
		*to++ = digit_at(decimal, decimal->point + i);
	return to;
}

static char *put_scientific(char *to, const struct decimal *decimal, int precision, bool point, char letter)
{
	*to++ = digit_at(decimal, 0);
	if (precision > 0 || point)
		*to++ = '.';
	for (int i = 1; i <= precision; i++)
		*to++ = digit_at(decimal, i);
	return put_exponent(to, letter, decimal->count > 0 ? decimal->point - 1 : 0, 2);
}

static char *put_general(char *to, struct decimal *decimal, const struct format_spec *spec, int precision)
{
	precision = precision == 0 ? 1 : precision;
	decimal_round(decimal, precision);
	int exponent = decimal->count > 0 ? decimal->point - 1 : 0;
	int digits = spec->alternate ? precision : decimal->count > 0 ? decimal->count : 1;
	if (exponent < -4 || exponent >= precision)
		return put_scientific(to, decimal, digits - 1, spec->alternate,
				      isupper(spec->conversion) ? 'E' : 'e');
	int fraction = digits - 1 - exponent;
	return put_fixed(to, decimal, fraction > 0 ? fraction : 0, spec->alternate);
}

static char *put_hexadecimal(char *to, struct parts parts, const struct format_spec *spec)
{
	const char *alphabet = isupper(spec->conversion) ? "0123456789ABCDEF" : "0123456789abcdef";
	int exponent = parts.mantissa != 0 ? parts.exponent + 63 : 0,
	    shift = parts.mantissa ? __builtin_clzl(parts.mantissa) : 0;
	uint64_t fraction = parts.mantissa << shift << 1; // the bits behind the leading 1
	unsigned leading = parts.mantissa != 0;
	int digits = spec->has_precision ? spec->precision : fraction != 0 ? 16 - __builtin_ctzl(fraction) / 4 : 0;
	if (digits < 16 && spec->has_precision) {
		uint64_t unit = digits == 0 ? 0 : 1ul << (64 - 4 * digits),
			 rest = digits == 0 ? fraction : fraction & (unit - 1);
		uint64_t half = digits == 0 ? 1ul << 63 : unit / 2;
		bool odd = digits == 0 ? leading & 1 : (fraction & unit) != 0;
		if (rest > half || (rest == half && odd))
			leading += digits == 0 ? 1 : __builtin_add_overflow(fraction, unit, &fraction);
	}
	*to++ = '0' + leading;
	if (digits > 0 || spec->alternate)
		*to++ = '.';
	for (int i = 0; i < digits; i++, fraction <<= 4)
		*to++ = alphabet[fraction >> 60];
	return put_exponent(to, isupper(spec->conversion) ? 'P' : 'p', exponent - shift, 1);
}

void print_floating(struct format_sink *sink, const struct format_spec *spec, va_list *args)
{
	if (spec->conversion == '\0' || strchr("aAeEfFgG", spec->conversion) == NULL) {
		if (print_more != NULL)
			print_more(sink, spec, args);
		return;
	}
	struct parts parts = take_parts(spec->length == 'L' ? va_arg(*args, long double) : va_arg(*args, double));
	struct format_spec padding = *spec;
	struct decimal decimal;
	char body[BODY_MAX], prefix[4], *end = body;
	int precision = !spec->has_precision ? 6 : spec->precision;
	if (precision > PRECISION_MAX) {
		sink->failed = true;
		errno = EOVERFLOW;
		return;
	}
	bool upper = isupper(spec->conversion), hexadecimal = tolower(spec->conversion) == 'a';
	format_buffer(prefix, sizeof(prefix), "%s%s",
		      parts.negative ? "-"
		      : spec->plus   ? "+"
		      : spec->space  ? " "
				     : "",
		      !hexadecimal || parts.name != NULL ? ""
		      : upper                            ? "0X"
							 : "0x");
	if (parts.name == NULL && !hexadecimal) {
		int zeros = parts.mantissa != 0 ? __builtin_ctzl(parts.mantissa) : 0;
		decimal_set(&decimal, parts.mantissa >> zeros);
		decimal_shift(&decimal, parts.exponent + zeros);
	}
	if (parts.name != NULL) {
		for (end = body; end < body + 3; end++)
			*end = upper ? toupper(parts.name[end - body]) : parts.name[end - body];
		padding.zero = false;
	} else if (hexadecimal) {
		padding.precision = precision;
		end = put_hexadecimal(body, parts, &padding);
	} else if (tolower(spec->conversion) == 'f') {
		decimal_round(&decimal, decimal.point + precision);
		end = put_fixed(body, &decimal, precision, spec->alternate);
	} else if (tolower(spec->conversion) == 'e') {
		decimal_round(&decimal, precision + 1);
		end = put_scientific(body, &decimal, precision, spec->alternate, spec->conversion);
	} else {
		end = put_general(body, &decimal, spec, precision);
	}
	format_pad(sink, &padding, prefix, body, end - body);
}
