// alu.h: the arithmetic of one PTX instruction on 32 lanes. A register holds its type's bits, zero-extended to 64.
#pragma once
#include "emu/core/ptx.h"

// to[lane] = operation of a[lane], b[lane], c[lane] for the lanes in mask. Unused sources are NULL.
void alu_run(const struct ptx_instruction *instruction, uint32_t mask, uint64_t *to, const uint64_t *a, const uint64_t *b,
	     const uint64_t *c);
// What an atomic operation leaves in memory.
uint64_t alu_atomic(const struct ptx_instruction *instruction, uint64_t old, uint64_t operand, uint64_t replacement);
// A value as ld leaves it in a register: signed types are sign-extended to 32 bits.
uint64_t alu_extend(unsigned type, const void *from);
