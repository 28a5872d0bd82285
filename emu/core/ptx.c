// ptx.c: the parser: one pass over tokens; names are resolved in a scope stack, branch targets at the end of each kernel.
//
// Registers of a kernel are numbered in order of declaration; `%r<8>` declares %r0 to %r7. Shared and local arrays get offsets
// in their space. The grammar: PTX ISA 7.x chapter 4; instructions: chapter 9.
#include "emu/core/ptx.h"
#include <stdarg.h>
#include "emu/core/host.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define SYMBOLS_MAX 1024
#define LABELS_MAX 2048
#define TOKEN_MAX 128

enum symbol_kind { SYMBOL_REGISTERS, SYMBOL_SHARED, SYMBOL_LOCAL, SYMBOL_PARAMETER };

struct symbol {
	char name[PTX_NAME_MAX];
	uint8_t kind;
	bool numbered;   // name<count>
	uint32_t count;
	uint32_t value; // first register, or offset in its space
	uint32_t depth; // of the scope that declares it
};

struct label {
	char name[PTX_NAME_MAX];
	uint32_t instruction;
};

struct parser {
	const struct emu_host *host;
	struct ptx_program *program;
	struct ptx_error *error;
	const char *at, *end;
	uint32_t line, depth;
	char token[TOKEN_MAX]; // the token under the cursor; "" at the end
	uint32_t token_line;
	struct symbol *symbols;
	uint32_t symbol_count;
	struct label *labels, *uses; // uses: branch instructions waiting for their label
	uint32_t label_count, use_count;
	uint32_t module_shared; // bytes of .shared at module level
	struct ptx_kernel *kernel;
	bool failed;
};

static const char *const type_names[] = {"",    "pred", "b8",  "b16", "b32", "b64", "u8",  "u16",
					 "u32", "u64",  "s8", "s16", "s32", "s64", "f32", "f64"};
static const char *const space_names[] = {"", "global", "shared", "local", "const", "param"};
static const char *const special_names[] = {"%tid.x",    "%tid.y",    "%tid.z",    "%ntid.x",   "%ntid.y",       "%ntid.z",
					    "%ctaid.x",  "%ctaid.y",  "%ctaid.z",  "%nctaid.x", "%nctaid.y",     "%nctaid.z",
					    "%laneid",   "%warpid",   "%nwarpid",  "%lanemask_eq", "%lanemask_lt", "%clock"};
static const struct {
	const char *name;
	uint8_t op, operands; // sources
} ops[] = {{"mov", PTX_MOV, 1},	    {"add", PTX_ADD, 2},   {"sub", PTX_SUB, 2},	    {"mul", PTX_MUL, 2},   {"mad", PTX_MAD, 3},
	   {"fma", PTX_FMA, 3},	    {"div", PTX_DIV, 2},   {"rem", PTX_REM, 2},	    {"neg", PTX_NEG, 1},   {"abs", PTX_ABS, 1},
	   {"min", PTX_MIN, 2},	    {"max", PTX_MAX, 2},   {"setp", PTX_SETP, 2},   {"selp", PTX_SELP, 3}, {"and", PTX_AND, 2},
	   {"or", PTX_OR, 2},	    {"xor", PTX_XOR, 2},   {"not", PTX_NOT, 1},	    {"shl", PTX_SHL, 2},   {"shr", PTX_SHR, 2},
	   {"cvt", PTX_CVT, 1},	    {"rcp", PTX_RCP, 1},   {"sqrt", PTX_SQRT, 1},   {"rsqrt", PTX_RSQRT, 1}, {"ex2", PTX_EX2, 1},
	   {"lg2", PTX_LG2, 1},	    {"ld", PTX_LD, 1},	   {"st", PTX_ST, 1},	    {"cvta", PTX_CVTA, 1}, {"bra", PTX_BRA, 0},
	   {"ret", PTX_RET, 0},	    {"exit", PTX_RET, 0},  {"bar", PTX_BAR, 0},	    {"barrier", PTX_BAR, 0}, {"membar", PTX_MEMBAR, 0},
	   {"fence", PTX_MEMBAR, 0}, {"shfl", PTX_SHFL, 4}, {"atom", PTX_ATOM, 2},  {"red", PTX_ATOM, 1},  {"trap", PTX_TRAP, 0}};
static const struct {
	const char *name;
	uint8_t value;
} modifiers[] = {{"eq", PTX_EQ},     {"ne", PTX_NE},     {"lt", PTX_LT},       {"le", PTX_LE},	     {"gt", PTX_GT},	   {"ge", PTX_GE},
		 {"equ", PTX_EQU},   {"neu", PTX_NEU},   {"ltu", PTX_LTU},     {"leu", PTX_LEU},     {"gtu", PTX_GTU},	   {"geu", PTX_GEU},
		 {"num", PTX_NUM},   {"nan", PTX_NAN},   {"lo", PTX_LO},       {"hi", PTX_HI},	     {"ls", PTX_LTU},	   {"hs", PTX_GEU},
		 {"wide", PTX_WIDE}, {"rn", PTX_RN},	 {"rz", PTX_RZ},       {"rm", PTX_RM},	     {"rp", PTX_RP},	   {"rni", PTX_RNI},
		 {"rzi", PTX_RZI},   {"rmi", PTX_RMI},   {"rpi", PTX_RPI},     {"up", PTX_UP},	     {"down", PTX_DOWN},   {"bfly", PTX_BFLY},
		 {"idx", PTX_IDX},   {"add", PTX_AT_ADD}, {"inc", PTX_AT_INC}, {"dec", PTX_AT_DEC},  {"min", PTX_AT_MIN},  {"max", PTX_AT_MAX},
		 {"and", PTX_AT_AND}, {"or", PTX_AT_OR}, {"xor", PTX_AT_XOR},  {"exch", PTX_AT_EXCH}, {"cas", PTX_AT_CAS}};

static void fail(struct parser *p, const char *template, ...)
{
	va_list args;
	if (p->failed)
		return; // the first error is the one to tell
	p->failed = true;
	p->error->line = p->token_line;
	va_start(args, template);
	format_buffer_list(p->error->message, sizeof(p->error->message), template, args);
	va_end(args);
	p->at = p->end;
	p->token[0] = '\0';
}

static bool word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '%' ||
	       c == '.';
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end) {
		if (*p->at == '\n')
			p->line++;
		if (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')
			p->at++;
		else if (p->end - p->at >= 2 && p->at[0] == '/' && p->at[1] == '/')
			while (p->at < p->end && *p->at != '\n')
				p->at++;
		else if (p->end - p->at >= 2 && p->at[0] == '/' && p->at[1] == '*') {
			for (p->at += 2; p->end - p->at >= 2 && !(p->at[0] == '*' && p->at[1] == '/'); p->at++)
				p->line += *p->at == '\n';
			p->at = p->end - p->at >= 2 ? p->at + 2 : p->end;
		} else
			return;
	}
}

static void next(struct parser *p)
{
	size_t size = 0;
	skip_blanks(p);
	p->token_line = p->line;
	if (p->at < p->end && *p->at == '"') { // a string, kept without its contents
		for (p->at++; p->at < p->end && *p->at != '"'; p->at++)
			;
		p->at += p->at < p->end;
		strlcpy(p->token, "\"", TOKEN_MAX);
		return;
	}
	while (p->at < p->end && word_character(*p->at) && size < TOKEN_MAX - 1)
		p->token[size++] = *p->at++;
	if (size == 0 && p->at < p->end)
		p->token[size++] = *p->at++;
	p->token[size] = '\0';
	if (size == TOKEN_MAX - 1)
		fail(p, "a word of more than %d characters", TOKEN_MAX - 1);
}

static bool is(const struct parser *p, const char *word)
{
	return strcmp(p->token, word) == 0;
}

static bool accept(struct parser *p, const char *word)
{
	bool there = is(p, word);
	if (there)
		next(p);
	return there;
}

static void expect(struct parser *p, const char *word)
{
	if (!accept(p, word))
		fail(p, "'%s' expected before '%.40s'", word, p->token);
}

static bool parse_digits(const char *text, uint64_t *value)
{
	uint64_t base = 10, result = 0;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	const char *start = text;
	for (; *text != '\0' && *text != 'U'; text++) {
		unsigned digit = *text >= '0' && *text <= '9'   ? (unsigned)(*text - '0')
				 : *text >= 'a' && *text <= 'f' ? (unsigned)(*text - 'a' + 10)
				 : *text >= 'A' && *text <= 'F' ? (unsigned)(*text - 'A' + 10)
								: 99;
		if (digit >= base)
			return false;
		result = result * base + digit;
	}
	*value = result;
	return text != start;
}

static uint32_t parse_count(struct parser *p, uint32_t limit)
{
	uint64_t value = 0;
	if (!parse_digits(p->token, &value) || value > limit)
		fail(p, "a number up to %u expected, not '%.40s'", limit, p->token);
	next(p);
	return value;
}

// 0fXXXXXXXX and 0dXXXXXXXXXXXXXXXX are the bits of a float; a float immediate of another width is converted by the operation.
static bool parse_immediate(const char *text, bool negative, unsigned type, uint64_t *bits)
{
	size_t length = strlen(text);
	uint64_t value = 0;
	char hex[24] = "0x";
	bool single = length == 10 && text[0] == '0' && (text[1] == 'f' || text[1] == 'F');
	bool wide = length == 18 && text[0] == '0' && (text[1] == 'd' || text[1] == 'D');
	if (single || wide) {
		strlcpy(hex + 2, text + 2, sizeof(hex) - 2);
		if (!parse_digits(hex, &value))
			return false;
		if (negative)
			value ^= single ? 1ull << 31 : 1ull << 63;
		*bits = value;
		return true;
	}
	if (!parse_digits(text, &value))
		return false;
	value = negative ? -value : value;
	unsigned size = ptx_type_size(type);
	*bits = size != 0 && size < 8 && type != PTX_PRED ? value & ((1ull << size * 8) - 1) : value;
	return true;
}

static unsigned find_type(const char *name, size_t length)
{
	for (unsigned i = 1; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (strlen(type_names[i]) == length && memcmp(type_names[i], name, length) == 0)
			return i;
	return PTX_NO_TYPE;
}

static struct symbol *add_symbol(struct parser *p, const char *name, unsigned kind, uint32_t value)
{
	if (p->symbol_count == SYMBOLS_MAX || strlen(name) >= PTX_NAME_MAX) {
		fail(p, "too many names, or one longer than %d", PTX_NAME_MAX - 1);
		return NULL;
	}
	struct symbol *symbol = &p->symbols[p->symbol_count++];
	*symbol = (struct symbol){.kind = kind, .value = value, .count = 1, .depth = p->depth};
	strlcpy(symbol->name, name, PTX_NAME_MAX);
	return symbol;
}

// Innermost first. A numbered declaration answers for prefix and number.
static const struct symbol *find_symbol(const struct parser *p, const char *name, uint32_t *index)
{
	for (uint32_t i = p->symbol_count; i-- > 0;) {
		const struct symbol *symbol = &p->symbols[i];
		size_t length = strlen(symbol->name);
		uint64_t number;
		*index = 0;
		if (!symbol->numbered && strcmp(symbol->name, name) == 0)
			return symbol;
		if (symbol->numbered && strncmp(symbol->name, name, length) == 0 && name[length] >= '0' && name[length] <= '9' &&
		    parse_digits(name + length, &number) && number < symbol->count) {
			*index = number;
			return symbol;
		}
	}
	return NULL;
}

static void declare_registers(struct parser *p)
{
	next(p); // .reg
	if (p->token[0] != '.' || find_type(p->token + 1, strlen(p->token + 1)) == PTX_NO_TYPE)
		fail(p, "register type expected, not '%.40s'", p->token);
	next(p);
	do {
		struct symbol *symbol = add_symbol(p, p->token, SYMBOL_REGISTERS, p->kernel->registers);
		next(p);
		if (symbol != NULL && accept(p, "<")) {
			symbol->numbered = true;
			symbol->count = parse_count(p, PTX_REGISTERS_MAX);
			expect(p, ">");
		}
		if (symbol != NULL)
			p->kernel->registers += symbol->count;
		if (p->kernel->registers > PTX_REGISTERS_MAX)
			fail(p, "more than %d registers", PTX_REGISTERS_MAX);
	} while (!p->failed && accept(p, ","));
	expect(p, ";");
}

// .shared or .local  .align N .type name[count];
static void declare_array(struct parser *p, unsigned kind)
{
	uint32_t align = 1, *used = kind == SYMBOL_LOCAL ? &p->kernel->local_bytes
					 : p->kernel != NULL ? &p->kernel->shared_bytes : &p->module_shared;
	uint64_t count = 1;
	char name[TOKEN_MAX];
	next(p);
	if (accept(p, ".align"))
		align = parse_count(p, 256);
	unsigned type = p->token[0] == '.' ? find_type(p->token + 1, strlen(p->token + 1)) : PTX_NO_TYPE;
	if (type == PTX_NO_TYPE || (align & (align - 1)) != 0 || align == 0)
		fail(p, "array type and a power of two as alignment expected");
	next(p);
	strlcpy(name, p->token, sizeof(name));
	next(p);
	if (accept(p, "[")) {
		count = is(p, "]") ? 0 : parse_count(p, 1 << 20);
		expect(p, "]");
	}
	expect(p, ";");
	if (align < ptx_type_size(type))
		align = ptx_type_size(type);
	*used = (*used + align - 1) & -align;
	add_symbol(p, name, kind, *used);
	*used += count * ptx_type_size(type);
	if (*used > 1 << 20)
		fail(p, "more than 1 MiB of shared or local memory");
}

static void parse_parameters(struct parser *p)
{
	expect(p, "(");
	while (!p->failed && !is(p, ")")) {
		struct ptx_kernel *kernel = p->kernel;
		uint32_t count = 1, align = 1;
		expect(p, ".param");
		if (accept(p, ".align"))
			align = parse_count(p, 256);
		unsigned type = p->token[0] == '.' ? find_type(p->token + 1, strlen(p->token + 1)) : PTX_NO_TYPE;
		if (type == PTX_NO_TYPE || kernel->parameter_count == PTX_PARAMETERS_MAX)
			fail(p, "parameter type expected, or more than %d parameters", PTX_PARAMETERS_MAX);
		next(p);
		while (p->token[0] == '.') { // .ptr .global .align N
			bool has_number = is(p, ".align");
			next(p);
			if (has_number)
				next(p);
		}
		align = align > ptx_type_size(type) ? align : ptx_type_size(type);
		if (align == 0 || (align & (align - 1)) != 0)
			align = 1;
		kernel->parameter_bytes = (kernel->parameter_bytes + align - 1) & -align;
		add_symbol(p, p->token, SYMBOL_PARAMETER, kernel->parameter_bytes);
		next(p);
		if (accept(p, "[")) {
			count = parse_count(p, 4096);
			expect(p, "]");
		}
		if (p->failed)
			return;
		kernel->parameters[kernel->parameter_count++] =
			(struct ptx_parameter){kernel->parameter_bytes, count * ptx_type_size(type)};
		kernel->parameter_bytes += count * ptx_type_size(type);
		if (!accept(p, ","))
			break;
	}
	expect(p, ")");
}

static bool parse_special(const char *name, struct ptx_operand *operand)
{
	for (unsigned i = 0; i < PTX_SPECIAL_COUNT; i++)
		if (strcmp(name, special_names[i]) == 0) {
			*operand = (struct ptx_operand){.kind = PTX_SPECIAL, .special = i};
			return true;
		}
	return false;
}

static struct ptx_operand parse_operand(struct parser *p, unsigned type)
{
	struct ptx_operand operand = {0};
	uint32_t index;
	bool negative = accept(p, "-");
	const struct symbol *symbol = find_symbol(p, p->token, &index);
	if (symbol != NULL && !negative)
		operand = symbol->kind == SYMBOL_REGISTERS
				  ? (struct ptx_operand){.kind = PTX_REGISTER, .reg = symbol->value + index}
				  : (struct ptx_operand){.kind = PTX_IMMEDIATE, .value = symbol->value}; // its address in its space
	else if (parse_immediate(p->token, negative, type, &operand.value))
		operand.kind = PTX_IMMEDIATE;
	else if (negative || !parse_special(p->token, &operand))
		fail(p, "'%.40s' is no operand that is known here", p->token);
	next(p);
	return operand;
}

// [register], [register+number], [symbol], [symbol+number], [number]
static struct ptx_operand parse_address(struct parser *p)
{
	expect(p, "[");
	struct ptx_operand base = parse_operand(p, PTX_U64), result = {.kind = PTX_ADDRESS, .reg = 0xffff};
	if (base.kind == PTX_REGISTER)
		result.reg = base.reg;
	else if (base.kind == PTX_IMMEDIATE)
		result.value = base.value;
	else
		fail(p, "an address begins with a register, a name or a number");
	if (accept(p, "+"))
		result.value += parse_operand(p, PTX_U64).value;
	else if (is(p, "-"))
		result.value += parse_operand(p, PTX_U64).value;
	expect(p, "]");
	return result;
}

static unsigned parse_vector(struct parser *p, unsigned type, struct ptx_operand operands[4])
{
	unsigned count = 0;
	if (!accept(p, "{")) {
		operands[0] = parse_operand(p, type);
		return 1;
	}
	do {
		if (count == 4) {
			fail(p, "a vector has at most 4 elements");
			break;
		}
		operands[count++] = parse_operand(p, type);
	} while (accept(p, ","));
	expect(p, "}");
	return count;
}

static void set_modifier(struct parser *p, struct ptx_instruction *instruction, const char *part, size_t length)
{
	static const char *const ignored[] = {"sync", "aligned", "uni", "approx", "full", "to", "nc", "ca", "cg", "cs", "cv", "lu", "wb", "wt",
					      "relaxed", "acquire", "release", "acq_rel", "sc", "cta", "gpu", "sys", "gl", "volatile", "weak",
					      "uniform", "cc"};
	unsigned type = find_type(part, length);
	if (type != PTX_NO_TYPE) {
		if (instruction->type == PTX_NO_TYPE)
			instruction->type = type;
		else
			instruction->from_type = type;
		return;
	}
	for (unsigned i = 1; i < 6; i++)
		if (strlen(space_names[i]) == length && memcmp(space_names[i], part, length) == 0) {
			instruction->space = i;
			return;
		}
	for (unsigned i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++)
		if (strlen(modifiers[i].name) == length && memcmp(modifiers[i].name, part, length) == 0) {
			instruction->modifier = modifiers[i].value;
			return;
		}
	for (unsigned i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (strlen(ignored[i]) == length && memcmp(ignored[i], part, length) == 0) {
			instruction->to_space |= i == 5; // cvta.to
			return;
		}
	if (length == 2 && part[0] == 'v' && (part[1] == '2' || part[1] == '4'))
		instruction->vector = part[1] - '0';
	else if (length == 3 && memcmp(part, "ftz", 3) == 0)
		instruction->ftz = true;
	else if (length == 3 && memcmp(part, "sat", 3) == 0)
		instruction->sat = true;
	else
		fail(p, "modifier .%.*s is not in the subset", (int)length, part);
}

// Splits "ld.global.f32"; returns the number of source operands, -1: unknown operation.
static int parse_opcode(struct parser *p, struct ptx_instruction *instruction)
{
	const char *dot = strchr(p->token, '.');
	size_t length = dot != NULL ? (size_t)(dot - p->token) : strlen(p->token);
	int operands = -1;
	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strlen(ops[i].name) == length && memcmp(ops[i].name, p->token, length) == 0) {
			instruction->op = ops[i].op;
			operands = ops[i].operands;
		}
	if (operands < 0) {
		fail(p, "instruction '%.60s' is not in the subset", p->token);
		return -1;
	}
	while (dot != NULL && !p->failed) {
		const char *part = dot + 1;
		dot = strchr(part, '.');
		set_modifier(p, instruction, part, dot != NULL ? (size_t)(dot - part) : strlen(part));
	}
	return operands;
}

static void parse_branch(struct parser *p, uint32_t number)
{
	if (p->use_count == LABELS_MAX || strlen(p->token) >= PTX_NAME_MAX) {
		fail(p, "too many branches or too long a label");
		return;
	}
	p->uses[p->use_count].instruction = number;
	strlcpy(p->uses[p->use_count++].name, p->token, PTX_NAME_MAX);
	next(p);
}

static void need_register(struct parser *p, const struct ptx_operand *operand)
{
	if (operand->kind != PTX_REGISTER)
		fail(p, "a register must take the result");
}

static void parse_operands(struct parser *p, struct ptx_instruction *i, int sources, bool red)
{
	unsigned count;
	switch (i->op) {
	case PTX_LD:
		count = parse_vector(p, i->type, i->to);
		expect(p, ",");
		i->from[0] = parse_address(p);
		break;
	case PTX_ST:
		i->to[0] = parse_address(p);
		expect(p, ",");
		count = parse_vector(p, i->type, i->from);
		break;
	case PTX_ATOM:
		if (!red) {
			i->to[0] = parse_operand(p, i->type);
			need_register(p, &i->to[0]);
			expect(p, ",");
		}
		i->from[0] = parse_address(p);
		for (int n = 1; n <= (i->modifier == PTX_AT_CAS ? 2 : 1); n++) {
			expect(p, ",");
			i->from[n] = parse_operand(p, i->type);
		}
		return;
	default:
		i->to[0] = parse_operand(p, i->type);
		need_register(p, &i->to[0]);
		if (i->op == PTX_SHFL && accept(p, "|"))
			i->second = parse_operand(p, PTX_PRED).reg;
		for (int n = 0; n < sources; n++) {
			expect(p, ",");
			i->from[n] = parse_operand(p, i->op == PTX_CVT ? i->from_type : i->op == PTX_SHL || i->op == PTX_SHR ? (n == 0 ? i->type : PTX_U32) : i->type);
		}
		return;
	}
	if (count != (i->vector != 0 ? i->vector : 1))
		fail(p, "the instruction says .v%u, the operand has %u elements", i->vector, count);
	for (unsigned n = 0; i->op == PTX_LD && n < count; n++)
		need_register(p, &i->to[n]);
}

static bool type_fits(const struct ptx_instruction *i)
{
	bool real = i->type == PTX_F32 || i->type == PTX_F64;
	if (real && i->modifier >= PTX_RZ && i->modifier <= PTX_RP)
		return false; // floats are rounded to nearest only
	switch (i->op) {
	case PTX_FMA:
	case PTX_RCP:
	case PTX_SQRT:
	case PTX_RSQRT:
	case PTX_EX2:
	case PTX_LG2: return real;
	case PTX_AND:
	case PTX_OR:
	case PTX_XOR:
	case PTX_NOT:
	case PTX_SHL:
	case PTX_SHR:
	case PTX_REM: return !real && i->type != PTX_NO_TYPE;
	case PTX_CVT: return i->type != PTX_NO_TYPE && i->from_type != PTX_NO_TYPE;
	case PTX_MUL:
	case PTX_MAD:
		return i->type != PTX_NO_TYPE && (real || i->modifier == PTX_LO || i->modifier == PTX_HI || (i->modifier == PTX_WIDE && ptx_type_size(i->type) < 8));
	case PTX_SETP: return i->type != PTX_NO_TYPE && i->modifier >= PTX_EQ && i->modifier <= PTX_NAN;
	case PTX_SHFL: return ptx_type_size(i->type) == 4 && i->modifier >= PTX_UP && i->modifier <= PTX_IDX;
	case PTX_ATOM: return ptx_type_size(i->type) >= 4 && i->modifier >= PTX_AT_ADD;
	case PTX_BRA:
	case PTX_RET:
	case PTX_BAR:
	case PTX_MEMBAR:
	case PTX_TRAP: return true;
	default: return i->type != PTX_NO_TYPE;
	}
}

static void parse_instruction(struct parser *p)
{
	struct ptx_instruction i = {.predicate = -1, .second = 0xffff, .line = p->token_line};
	uint32_t number = p->program->instruction_count;
	if (number == PTX_INSTRUCTIONS_MAX) {
		fail(p, "more than %d instructions", PTX_INSTRUCTIONS_MAX);
		return;
	}
	if (accept(p, "@")) {
		i.predicate_inverted = accept(p, "!");
		i.predicate = parse_operand(p, PTX_PRED).reg;
	}
	bool red = strncmp(p->token, "red", 3) == 0;
	int sources = parse_opcode(p, &i);
	if (p->failed)
		return;
	if (!type_fits(&i))
		fail(p, "'%.60s' does not go together", p->token);
	next(p);
	if (i.op == PTX_BRA)
		parse_branch(p, number);
	else if (i.op == PTX_BAR || i.op == PTX_MEMBAR)
		while (!p->failed && !is(p, ";") && p->token[0] != '\0') // barrier number: there is one
			next(p);
	else if (i.op != PTX_RET && i.op != PTX_TRAP)
		parse_operands(p, &i, sources, red);
	expect(p, ";");
	if (!p->failed) {
		p->program->instructions[number] = i;
		p->program->instruction_count++;
	}
}

static void parse_statement(struct parser *p)
{
	if (is(p, ".reg"))
		declare_registers(p);
	else if (is(p, ".shared") || is(p, ".local"))
		declare_array(p, is(p, ".shared") ? SYMBOL_SHARED : SYMBOL_LOCAL);
	else if (is(p, ".loc") || is(p, ".pragma") || is(p, ".file")) {
		uint32_t line = p->token_line;
		while (!p->failed && p->token[0] != '\0' && p->token_line == line)
			next(p);
	} else if (accept(p, "{"))
		p->depth++;
	else if (p->token[0] != '@' && p->token[0] != '.' && p->at < p->end && *p->at == ':') {
		if (p->label_count == LABELS_MAX || strlen(p->token) >= PTX_NAME_MAX) {
			fail(p, "too many labels or too long a one");
			return;
		}
		p->labels[p->label_count].instruction = p->program->instruction_count;
		strlcpy(p->labels[p->label_count++].name, p->token, PTX_NAME_MAX);
		next(p);
		next(p);
	} else
		parse_instruction(p);
}

static void close_scope(struct parser *p)
{
	while (p->symbol_count != 0 && p->symbols[p->symbol_count - 1].depth == p->depth)
		p->symbol_count--;
	p->depth--;
}

static void resolve_labels(struct parser *p)
{
	for (uint32_t u = 0; u < p->use_count; u++) {
		uint32_t l = 0;
		while (l < p->label_count && strcmp(p->labels[l].name, p->uses[u].name) != 0)
			l++;
		struct ptx_instruction *branch = &p->program->instructions[p->uses[u].instruction];
		if (l == p->label_count) {
			p->token_line = branch->line;
			fail(p, "no label '%.60s'", p->uses[u].name);
			return;
		}
		branch->target = p->labels[l].instruction;
	}
	p->label_count = p->use_count = 0;
}

static void parse_kernel(struct parser *p)
{
	struct ptx_program *program = p->program;
	if (program->kernel_count == PTX_KERNELS_MAX || strlen(p->token) >= PTX_NAME_MAX) {
		fail(p, "more than %d kernels or too long a name", PTX_KERNELS_MAX);
		return;
	}
	p->kernel = &program->kernels[program->kernel_count];
	*p->kernel = (struct ptx_kernel){.first = program->instruction_count, .shared_bytes = p->module_shared};
	strlcpy(p->kernel->name, p->token, PTX_NAME_MAX);
	next(p);
	p->depth = 1;
	if (is(p, "("))
		parse_parameters(p);
	while (!p->failed && p->token[0] == '.' && !is(p, "{")) // .maxntid 256, 1, 1 and the like
		for (next(p); !p->failed && p->token[0] != '\0' && p->token[0] != '.' && !is(p, "{");)
			next(p);
	expect(p, "{");
	while (!p->failed && p->depth != 0) {
		if (accept(p, "}"))
			close_scope(p);
		else if (p->token[0] == '\0')
			fail(p, "the text ends inside kernel %.60s", p->kernel->name);
		else
			parse_statement(p);
	}
	p->depth = 0;
	resolve_labels(p);
	p->kernel->end = program->instruction_count;
	if (!p->failed && (p->kernel->end == p->kernel->first || program->instructions[p->kernel->end - 1].op == PTX_BRA ||
			   program->instructions[p->kernel->end - 1].op != PTX_RET))
		program->instructions[program->instruction_count++] = (struct ptx_instruction){.op = PTX_RET, .predicate = -1, .second = 0xffff, .line = p->token_line};
	p->kernel->end = program->instruction_count;
	program->kernel_count++;
	p->kernel = NULL;
}

static void parse_module(struct parser *p)
{
	next(p);
	while (!p->failed && p->token[0] != '\0') {
		if (is(p, ".version") || is(p, ".target") || is(p, ".address_size") || is(p, ".file")) {
			uint32_t line = p->token_line;
			while (p->token[0] != '\0' && p->token_line == line)
				next(p);
		} else if (is(p, ".visible") || is(p, ".extern") || is(p, ".weak"))
			next(p);
		else if (is(p, ".shared"))
			declare_array(p, SYMBOL_SHARED);
		else if (accept(p, ".entry"))
			parse_kernel(p);
		else
			fail(p, "'%.40s' is not in the subset at module level", p->token);
	}
	if (!p->failed && p->program->kernel_count == 0)
		fail(p, "the module has no .entry");
}

int ptx_parse(const struct emu_host *host, const char *text, size_t size, struct ptx_program *program, struct ptx_error *error)
{
	struct parser p = {.host = host, .program = program, .error = error, .line = 1};
	*program = (struct ptx_program){0};
	*error = (struct ptx_error){0};
	if (size > 16 << 20)
		return -EINVAL;
	program->text = host->allocate(size + 1);
	size_t most = size / 4 + 16 < PTX_INSTRUCTIONS_MAX ? size / 4 + 16 : PTX_INSTRUCTIONS_MAX; // "ret;" is the shortest
	program->instructions = host->allocate((most + PTX_KERNELS_MAX + 1) * sizeof(struct ptx_instruction));
	p.symbols = host->allocate(SYMBOLS_MAX * sizeof(struct symbol));
	p.labels = host->allocate(LABELS_MAX * sizeof(struct label));
	p.uses = host->allocate(LABELS_MAX * sizeof(struct label));
	int rc = program->text == NULL || program->instructions == NULL || p.symbols == NULL || p.labels == NULL || p.uses == NULL ? -ENOMEM : 0;
	if (rc == 0) {
		memcpy(program->text, text, size);
		p.at = program->text;
		p.end = p.at + size;
		parse_module(&p);
		rc = p.failed ? -EINVAL : 0;
	}
	host->release(p.symbols);
	host->release(p.labels);
	host->release(p.uses);
	if (rc != 0)
		ptx_free(host, program);
	return rc;
}

void ptx_free(const struct emu_host *host, struct ptx_program *program)
{
	host->release(program->instructions);
	host->release(program->text);
	*program = (struct ptx_program){0};
}

const struct ptx_kernel *ptx_kernel_find(const struct ptx_program *program, const char *name)
{
	for (uint32_t i = 0; i < program->kernel_count; i++)
		if (strcmp(program->kernels[i].name, name) == 0)
			return &program->kernels[i];
	return NULL;
}
