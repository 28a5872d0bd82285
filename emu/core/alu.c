// alu.c: see alu.h. One loop an operation and type; IEEE operations are the host's own in round-to-nearest, and fma is
// correctly rounded (the compiler's builtin). Approximate ones (ex2, lg2, rsqrt) are computed in double and rounded once.
#include "emu/core/alu.h"
#include "emu/core/math.h"
#include "kernel/lib/string.h"

#define LANES 32
#define EACH_LANE                                                                                                 \
	for (uint32_t rest = mask; rest != 0; rest &= rest - 1)                                                         \
		for (unsigned lane = __builtin_ctz(rest), once = 1; once; once = 0)
// For cheap operations without side effects: all 32 in a loop that the compiler makes vectors of; the mask chooses afterwards.
#define ALL_LANES(expression)                                                                                     \
	do {                                                                                                           \
		uint64_t result[LANES];                                                                                \
		for (unsigned lane = 0; lane < LANES; lane++)                                                          \
			result[lane] = (expression);                                                                   \
		keep(mask, to, result);                                                                                \
	} while (0)

static void keep(uint32_t mask, uint64_t *to, const uint64_t *result)
{
	if (mask == 0xffffffff)
		memcpy(to, result, LANES * sizeof(*to));
	else
		EACH_LANE to[lane] = result[lane];
}

static float f32(uint64_t bits)
{
	uint32_t low = bits;
	float value;
	memcpy(&value, &low, 4);
	return value;
}

static uint64_t bits32(float value)
{
	uint32_t bits;
	memcpy(&bits, &value, 4);
	return bits;
}

static int64_t as_signed(unsigned type, uint64_t bits)
{
	unsigned shift = 64 - 8 * ptx_type_size(type);
	return (int64_t)(bits << shift) >> shift;
}

static uint64_t truncate(unsigned type, uint64_t bits)
{
	unsigned shift = 64 - 8 * ptx_type_size(type);
	return bits << shift >> shift;
}

uint64_t alu_extend(unsigned type, const void *from)
{
	uint64_t value = 0;
	unsigned size = ptx_type_size(type);
	memcpy(&value, from, size);
	return size < 4 && ptx_type_signed(type) ? (uint32_t)as_signed(type, value) : value;
}

static float flush32(float value, bool ftz)
{
	return ftz && value > -0x1p-126f && value < 0x1p-126f ? value * 0.0f : value;
}

static float finish32(const struct ptx_instruction *i, float value)
{
	value = flush32(value, i->ftz);
	if (i->sat)
		value = value > 0 ? (value < 1 ? value : 1) : 0; // NaN becomes 0
	return value;
}

// The same operations for both widths: the arithmetic is the compiler's, the bits are the host's.
#define REAL_OPERATION(name, real, fma, square_root)                                                               \
	static real name(const struct ptx_instruction *i, real a, real b, real c)                                      \
	{                                                                                                              \
		switch (i->op) {                                                                                       \
		case PTX_ADD: return a + b;                                                                            \
		case PTX_SUB: return a - b;                                                                            \
		case PTX_MUL: return a * b;                                                                            \
		case PTX_MAD:                                                                                          \
		case PTX_FMA: return fma(a, b, c);                                                                     \
		case PTX_DIV: return a / b;                                                                            \
		case PTX_MIN: return a != a ? b : b != b ? a : a < b || (a == b && sign(a)) ? a : b;                   \
		case PTX_MAX: return a != a ? b : b != b ? a : a > b || (a == b && sign(b)) ? a : b;                   \
		case PTX_NEG: return -a;                                                                               \
		case PTX_ABS: return sign(a) ? -a : a;                                                                 \
		case PTX_RCP: return 1 / a;                                                                            \
		case PTX_SQRT: return square_root(a);                                                                  \
		case PTX_RSQRT: return (real)(1.0 / math_sqrt(a));                                                     \
		case PTX_EX2: return (real)math_exp2(a);                                                               \
		default: return (real)math_log2(a);                                                                    \
		}                                                                                                      \
	}

static bool sign(double value)
{
	return math_bits(value) >> 63;
}

REAL_OPERATION(float_operation, float, math_fmaf, math_sqrtf)
REAL_OPERATION(double_operation, double, math_fma, math_sqrt)

static uint64_t multiply(const struct ptx_instruction *i, uint64_t a, uint64_t b)
{
	unsigned bits = 8 * ptx_type_size(i->type);
	bool is_signed = ptx_type_signed(i->type);
	__int128 product = is_signed ? (__int128)as_signed(i->type, a) * as_signed(i->type, b)
				     : (__int128)((unsigned __int128)truncate(i->type, a) * truncate(i->type, b));
	if (i->modifier == PTX_HI)
		return truncate(i->type, (uint64_t)((unsigned __int128)product >> bits));
	if (i->modifier == PTX_WIDE)
		return bits == 32 ? (uint64_t)product : (uint32_t)product;
	return truncate(i->type, product);
}

// Division by zero gives all ones (what the machines do); the most negative number divided by -1 stays itself.
static uint64_t divide(const struct ptx_instruction *i, uint64_t a, uint64_t b)
{
	bool remainder = i->op == PTX_REM;
	if (truncate(i->type, b) == 0)
		return remainder ? truncate(i->type, a) : truncate(i->type, ~0ull);
	if (!ptx_type_signed(i->type)) {
		a = truncate(i->type, a), b = truncate(i->type, b);
		return remainder ? a % b : a / b;
	}
	int64_t x = as_signed(i->type, a), y = as_signed(i->type, b);
	if (y == -1)
		return remainder ? 0 : truncate(i->type, -(uint64_t)x);
	return truncate(i->type, remainder ? x % y : x / y);
}

static uint64_t shift(const struct ptx_instruction *i, uint64_t a, uint64_t by)
{
	unsigned bits = 8 * ptx_type_size(i->type);
	by = (uint32_t)by;
	if (i->op == PTX_SHL)
		return by >= bits ? 0 : truncate(i->type, a << by);
	if (ptx_type_signed(i->type))
		return truncate(i->type, as_signed(i->type, a) >> (by >= bits ? bits - 1 : by));
	return by >= bits ? 0 : truncate(i->type, a) >> by;
}

static uint64_t integer_operation(const struct ptx_instruction *i, uint64_t a, uint64_t b, uint64_t c)
{
	bool is_signed = ptx_type_signed(i->type);
	bool less = is_signed ? as_signed(i->type, a) < as_signed(i->type, b) : truncate(i->type, a) < truncate(i->type, b);
	switch (i->op) {
	case PTX_MUL: return multiply(i, a, b);
	case PTX_MAD:
		c += multiply(i, a, b);
		return i->modifier == PTX_WIDE ? (ptx_type_size(i->type) == 4 ? c : (uint32_t)c) : truncate(i->type, c);
	case PTX_DIV:
	case PTX_REM: return divide(i, a, b);
	case PTX_MIN: return truncate(i->type, less ? a : b);
	case PTX_MAX: return truncate(i->type, less ? b : a);
	case PTX_NEG: return truncate(i->type, -a);
	case PTX_ABS: return truncate(i->type, as_signed(i->type, a) < 0 ? -a : a);
	case PTX_NOT: return i->type == PTX_PRED ? !(a & 1) : truncate(i->type, ~a);
	default: return shift(i, a, b);
	}
}

enum relation { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

// The relations that a comparison accepts.
static const uint8_t accepted[] = {
	[PTX_EQ] = EQUAL, [PTX_NE] = LESS | GREATER, [PTX_LT] = LESS, [PTX_LE] = LESS | EQUAL, [PTX_GT] = GREATER,
	[PTX_GE] = GREATER | EQUAL, [PTX_EQU] = EQUAL | UNORDERED, [PTX_NEU] = LESS | GREATER | UNORDERED,
	[PTX_LTU] = LESS | UNORDERED, [PTX_LEU] = LESS | EQUAL | UNORDERED, [PTX_GTU] = GREATER | UNORDERED,
	[PTX_GEU] = GREATER | EQUAL | UNORDERED, [PTX_NUM] = LESS | EQUAL | GREATER, [PTX_NAN] = UNORDERED};

static enum relation relation_of_reals(const struct ptx_instruction *i, uint64_t a, uint64_t b)
{
	double x = i->type == PTX_F32 ? flush32(f32(a), i->ftz) : math_from_bits(a), y = i->type == PTX_F32 ? flush32(f32(b), i->ftz) : math_from_bits(b);
	return x < y ? LESS : x == y ? EQUAL : x > y ? GREATER : UNORDERED;
}

// Integers of any width: moved to the top of the word, the sign turned over, they compare as unsigned words do.
static void compare(const struct ptx_instruction *i, uint32_t mask, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	unsigned shift = 64 - 8 * ptx_type_size(i->type), accepts = accepted[i->modifier];
	uint64_t sign = ptx_type_signed(i->type) ? 1ull << 63 : 0;
	if (i->type == PTX_F32 || i->type == PTX_F64)
		EACH_LANE to[lane] = (accepts & relation_of_reals(i, a[lane], b[lane])) != 0;
	else
		EACH_LANE {
			uint64_t x = a[lane] << shift ^ sign, y = b[lane] << shift ^ sign;
			to[lane] = accepts >> (x >= y) >> (x > y) & 1; // bit 0 less, 1 equal, 2 greater
		}
}

static double round_to_integer(double value, unsigned modifier)
{
	switch (modifier) {
	case PTX_RNI: return math_round_even(value);
	case PTX_RMI: return math_floor(value);
	case PTX_RPI: return -math_floor(-value);
	default: return value < 0 ? -math_floor(-value) : math_floor(value);
	}
}

// Out of range goes to the nearest end, NaN to 0 (PTX ISA 9.7.9.21).
static uint64_t to_integer(unsigned type, double value)
{
	unsigned bits = 8 * ptx_type_size(type);
	if (value != value)
		return 0;
	if (ptx_type_signed(type)) {
		double most = (double)(1ull << (bits - 1));
		return truncate(type, value >= most ? (1ull << (bits - 1)) - 1 : value < -most ? 1ull << (bits - 1) : (uint64_t)(int64_t)value);
	}
	double most = bits == 64 ? 0x1p64 : (double)(1ull << bits);
	return value >= most ? truncate(type, ~0ull) : value <= 0 ? 0 : truncate(type, (uint64_t)value);
}

static uint64_t convert(const struct ptx_instruction *i, uint64_t a)
{
	bool from_real = i->from_type == PTX_F32 || i->from_type == PTX_F64, to_real = i->type == PTX_F32 || i->type == PTX_F64;
	if (from_real) {
		double value = i->from_type == PTX_F32 ? flush32(f32(a), i->ftz) : math_from_bits(a);
		if (i->modifier >= PTX_RNI)
			value = round_to_integer(value, i->modifier);
		if (!to_real)
			return to_integer(i->type, value);
		return i->type == PTX_F32 ? bits32(finish32(i, (float)value)) : math_bits(value);
	}
	bool is_signed = ptx_type_signed(i->from_type);
	if (to_real) {
		if (i->type == PTX_F32)
			return bits32(is_signed ? (float)as_signed(i->from_type, a) : (float)truncate(i->from_type, a));
		return math_bits(is_signed ? (double)as_signed(i->from_type, a) : (double)truncate(i->from_type, a));
	}
	uint64_t value = is_signed ? (uint64_t)as_signed(i->from_type, a) : truncate(i->from_type, a);
	return truncate(i->type, value);
}

// The operations that inner loops are made of. False: not one of them.
static bool run_plain(const struct ptx_instruction *i, uint32_t mask, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	unsigned shift = 64 - 8 * ptx_type_size(i->type);
	if (i->type == PTX_F32 && (i->ftz || i->sat))
		return false;
	switch (i->type == PTX_F32 ? i->op + PTX_OP_COUNT : i->type == PTX_F64 ? PTX_OP_COUNT : i->op) {
	case PTX_ADD: ALL_LANES((a[lane] + b[lane]) << shift >> shift); return true;
	case PTX_SUB: ALL_LANES((a[lane] - b[lane]) << shift >> shift); return true;
	case PTX_AND: ALL_LANES(a[lane] & b[lane]); return true;
	case PTX_OR: ALL_LANES(a[lane] | b[lane]); return true;
	case PTX_XOR: ALL_LANES(a[lane] ^ b[lane]); return true;
	case PTX_MUL:
		if (i->modifier == PTX_WIDE && i->type == PTX_U32)
			ALL_LANES((uint64_t)(uint32_t)a[lane] * (uint32_t)b[lane]);
		return i->modifier == PTX_WIDE && i->type == PTX_U32;
	case PTX_OP_COUNT + PTX_ADD: ALL_LANES(bits32(f32(a[lane]) + f32(b[lane]))); return true;
	case PTX_OP_COUNT + PTX_SUB: ALL_LANES(bits32(f32(a[lane]) - f32(b[lane]))); return true;
	case PTX_OP_COUNT + PTX_MUL: ALL_LANES(bits32(f32(a[lane]) * f32(b[lane]))); return true;
	default: return false;
	}
}

void alu_run(const struct ptx_instruction *i, uint32_t mask, uint64_t *to, const uint64_t *a, const uint64_t *b, const uint64_t *c)
{
	static const uint64_t none[LANES];
	b = b != NULL ? b : none;
	c = c != NULL ? c : none;
	if (i->op == PTX_MOV)
		keep(mask, to, a);
	else if (i->op == PTX_SELP)
		EACH_LANE to[lane] = c[lane] & 1 ? a[lane] : b[lane];
	else if (i->op == PTX_SETP)
		compare(i, mask, to, a, b);
	else if (i->op == PTX_CVT)
		EACH_LANE to[lane] = convert(i, a[lane]);
	else if (run_plain(i, mask, to, a, b))
		return;
	else if (i->type == PTX_F32)
		EACH_LANE to[lane] = bits32(finish32(i, float_operation(i, flush32(f32(a[lane]), i->ftz), flush32(f32(b[lane]), i->ftz), flush32(f32(c[lane]), i->ftz))));
	else if (i->type == PTX_F64)
		EACH_LANE to[lane] = math_bits(double_operation(i, math_from_bits(a[lane]), math_from_bits(b[lane]), math_from_bits(c[lane])));
	else
		EACH_LANE to[lane] = integer_operation(i, a[lane], b[lane], c[lane]);
}

uint64_t alu_atomic(const struct ptx_instruction *i, uint64_t old, uint64_t operand, uint64_t replacement)
{
	struct ptx_instruction operation = *i;
	switch (i->modifier) {
	case PTX_AT_EXCH: return truncate(i->type, operand);
	case PTX_AT_CAS: return truncate(i->type, old == truncate(i->type, operand) ? replacement : old);
	case PTX_AT_INC: return old >= truncate(i->type, operand) ? 0 : old + 1;
	case PTX_AT_DEC:
		return old == 0 || old > truncate(i->type, operand) ? truncate(i->type, operand) : old - 1;
	case PTX_AT_ADD:
		if (i->type == PTX_F32)
			return bits32(f32(old) + f32(operand));
		if (i->type == PTX_F64)
			return math_bits(math_from_bits(old) + math_from_bits(operand));
		return truncate(i->type, old + operand);
	case PTX_AT_AND: return old & operand;
	case PTX_AT_OR: return old | operand;
	case PTX_AT_XOR: return old ^ operand;
	case PTX_AT_MIN:
		operation.op = PTX_MIN;
		break;
	default:
		operation.op = PTX_MAX;
	}
	return integer_operation(&operation, old, operand, 0);
}
