// ptx.h: a subset of NVIDIA PTX (PTX ISA 7.x, chapters 4 to 9) as data: text in, a decoded program out.
//
// The program is immutable once parsed and may be shared by any number of launches.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PTX_KERNELS_MAX 64
#define PTX_PARAMETERS_MAX 32
#define PTX_REGISTERS_MAX 8192
#define PTX_INSTRUCTIONS_MAX 65536
#define PTX_NAME_MAX 64

enum ptx_type {
	PTX_NO_TYPE, PTX_PRED, PTX_B8, PTX_B16, PTX_B32, PTX_B64, PTX_U8, PTX_U16, PTX_U32, PTX_U64,
	PTX_S8, PTX_S16, PTX_S32, PTX_S64, PTX_F32, PTX_F64,
};

enum ptx_op {
	PTX_MOV, PTX_ADD, PTX_SUB, PTX_MUL, PTX_MAD, PTX_FMA, PTX_DIV, PTX_REM, PTX_NEG, PTX_ABS, PTX_MIN, PTX_MAX, PTX_SETP,
	PTX_SELP, PTX_AND, PTX_OR, PTX_XOR, PTX_NOT, PTX_SHL, PTX_SHR, PTX_CVT, PTX_RCP, PTX_SQRT, PTX_RSQRT, PTX_EX2,
	PTX_LG2, PTX_LD, PTX_ST, PTX_CVTA, PTX_BRA, PTX_RET, PTX_BAR, PTX_MEMBAR, PTX_SHFL, PTX_ATOM, PTX_TRAP, PTX_OP_COUNT,
};

enum ptx_space { PTX_GENERIC, PTX_GLOBAL, PTX_SHARED, PTX_LOCAL, PTX_CONST, PTX_PARAM };

enum ptx_modifier { // comparison, multiplication half, rounding, shuffle, atomic operation: one an instruction
	PTX_PLAIN, PTX_EQ, PTX_NE, PTX_LT, PTX_LE, PTX_GT, PTX_GE, PTX_EQU, PTX_NEU, PTX_LTU, PTX_LEU, PTX_GTU, PTX_GEU,
	PTX_NUM, PTX_NAN, PTX_LO, PTX_HI, PTX_WIDE, PTX_RN, PTX_RZ, PTX_RM, PTX_RP, PTX_RNI, PTX_RZI, PTX_RMI, PTX_RPI,
	PTX_UP, PTX_DOWN, PTX_BFLY, PTX_IDX, PTX_AT_ADD, PTX_AT_INC, PTX_AT_DEC, PTX_AT_MIN, PTX_AT_MAX, PTX_AT_AND,
	PTX_AT_OR, PTX_AT_XOR, PTX_AT_EXCH, PTX_AT_CAS,
};

enum ptx_operand_kind { PTX_NONE, PTX_REGISTER, PTX_IMMEDIATE, PTX_SPECIAL, PTX_ADDRESS };

enum ptx_special {
	PTX_TID_X, PTX_TID_Y, PTX_TID_Z, PTX_NTID_X, PTX_NTID_Y, PTX_NTID_Z, PTX_CTAID_X, PTX_CTAID_Y, PTX_CTAID_Z,
	PTX_NCTAID_X, PTX_NCTAID_Y, PTX_NCTAID_Z, PTX_LANEID, PTX_WARPID, PTX_NWARPID, PTX_LANEMASK_EQ, PTX_LANEMASK_LT,
	PTX_CLOCK, PTX_SPECIAL_COUNT,
};

struct ptx_operand {
	uint8_t kind;
	uint8_t special;
	uint16_t reg;   // PTX_REGISTER; PTX_ADDRESS: base register, 0xffff for none
	uint64_t value; // PTX_IMMEDIATE: bits; PTX_ADDRESS: offset, with the symbol's own
};

struct ptx_instruction {
	uint8_t op, type, from_type; // from_type: cvt's source
	uint8_t modifier, space, vector;
	bool ftz, sat, to_space, predicate_inverted;
	int16_t predicate; // register, -1: always
	uint16_t second;   // shfl: predicate that says whether the source lane was in range, 0xffff: none
	uint32_t target;   // bra: instruction
	uint32_t line;     // in the text
	struct ptx_operand to[4], from[4];
};

struct ptx_parameter {
	uint32_t offset, size;
};

struct ptx_kernel {
	char name[PTX_NAME_MAX];
	uint32_t first, end; // instructions
	uint32_t parameter_count, parameter_bytes;
	struct ptx_parameter parameters[PTX_PARAMETERS_MAX];
	uint32_t registers;             // rows of 32 lanes a warp needs
	uint32_t shared_bytes, local_bytes;
};

struct ptx_program {
	struct ptx_instruction *instructions;
	uint32_t instruction_count, kernel_count;
	struct ptx_kernel kernels[PTX_KERNELS_MAX];
	char *text; // a copy, for listings
};

struct ptx_error {
	uint32_t line;
	char message[120];
};

struct emu_host; // memory comes from it

// Parses `size` bytes of text. 0, or -EINVAL with *error saying where and why (unknown instruction, wrong operand, a limit),
// or -ENOMEM. Hostile text is fine.
int ptx_parse(const struct emu_host *host, const char *text, size_t size, struct ptx_program *program, struct ptx_error *error);
void ptx_free(const struct emu_host *host, struct ptx_program *program);
const struct ptx_kernel *ptx_kernel_find(const struct ptx_program *program, const char *name); // NULL: none

static inline unsigned ptx_type_size(unsigned type) // bytes
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8};
	return sizes[type];
}

static inline bool ptx_type_signed(unsigned type)
{
	return type >= PTX_S8 && type <= PTX_S64;
}
