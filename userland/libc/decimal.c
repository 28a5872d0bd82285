// decimal.c: see decimal.h. Multiplying or dividing by 2^59 or less is one pass of schoolbook arithmetic over the
// digits, so a conversion is exact and needs no table of powers; rounding happens once, at the end.
#include "userland/libc/decimal.h"
#include <string.h>

#define SHIFT_MAX 59 // 10 * 2^59 and a carry still fit in 64 bits

static void trim(struct decimal *decimal)
{
	while (decimal->count > 0 && decimal->digits[decimal->count - 1] == 0)
		decimal->count--;
	if (decimal->count == 0)
		decimal->point = 0;
}

// Puts the digits of `value` in front; what does not fit falls off the end.
static void prepend(struct decimal *decimal, uint64_t value)
{
	int added = 0;
	for (uint64_t rest = value; rest != 0; rest /= 10)
		added++;
	while (decimal->count > DECIMAL_DIGITS - added)
		decimal->more |= decimal->digits[--decimal->count] != 0;
	memmove(decimal->digits + added, decimal->digits, decimal->count);
	decimal->count += added;
	decimal->point += added;
	for (int i = added; i-- > 0; value /= 10)
		decimal->digits[i] = value % 10;
	trim(decimal);
}

void decimal_set(struct decimal *decimal, uint64_t value)
{
	decimal->count = decimal->point = 0;
	decimal->more = false;
	prepend(decimal, value);
}

static void multiply(struct decimal *decimal, int bits)
{
	uint64_t carry = 0;
	for (int i = decimal->count; i-- > 0; carry /= 10) {
		carry += (uint64_t)decimal->digits[i] << bits;
		decimal->digits[i] = carry % 10;
	}
	prepend(decimal, carry);
}

static void divide(struct decimal *decimal, int bits)
{
	uint64_t rest = 0, mask = (1ul << bits) - 1;
	int from = 0, to = 0;
	while (rest >> bits == 0) { // up to the quotient's first digit
		rest = rest * 10 + (from < decimal->count ? decimal->digits[from] : 0);
		from++;
	}
	decimal->point -= from - 1;
	for (; from < decimal->count || rest != 0; from++) {
		if (to < DECIMAL_DIGITS)
			decimal->digits[to++] = (unsigned char)(rest >> bits);
		else
			decimal->more |= rest != 0;
		rest = (rest & mask) * 10 + (from < decimal->count ? decimal->digits[from] : 0);
	}
	decimal->count = to;
	trim(decimal);
}

void decimal_shift(struct decimal *decimal, int bits)
{
	for (int step; bits != 0 && decimal->count > 0; bits -= step) {
		step = bits > SHIFT_MAX ? SHIFT_MAX : bits < -SHIFT_MAX ? -SHIFT_MAX : bits;
		if (step > 0)
			multiply(decimal, step);
		else
			divide(decimal, -step);
	}
}

void decimal_round(struct decimal *decimal, int keep)
{
	if (keep >= decimal->count)
		return;
	if (keep < 0) {
		decimal->count = decimal->point = 0;
		return;
	}
	int next = decimal->digits[keep];
	bool tie = next == 5 && keep + 1 == decimal->count && !decimal->more;
	bool up = tie ? keep > 0 && decimal->digits[keep - 1] % 2 == 1 : next >= 5;
	decimal->count = keep;
	while (up && decimal->count > 0 && decimal->digits[decimal->count - 1] == 9)
		decimal->count--;
	if (up && decimal->count > 0) {
		decimal->digits[decimal->count - 1]++;
	} else if (up) {
		decimal->digits[decimal->count++] = 1;
		decimal->point++;
	}
	trim(decimal);
}

uint64_t decimal_integer(struct decimal *decimal)
{
	uint64_t value = 0;
	decimal_round(decimal, decimal->point);
	for (int i = 0; i < decimal->point; i++)
		value = value * 10 + (i < decimal->count ? decimal->digits[i] : 0);
	return value;
}
