// simt.h: runs a decoded PTX kernel as a GPU does: a grid of blocks, blocks of warps, warps of 32 lanes that share one
// instruction. Lanes that branch apart wait for each other by themselves (see simt.c).
#pragma once
#include "emu/core/host.h"
#include "emu/core/ptx.h"

#define SIMT_LANES 32u
#define SIMT_BLOCK_THREADS_MAX 1024u
#define SIMT_SHARED_MAX (96u << 10) // bytes a block
#define SIMT_GLOBAL_BASE 0x10000000000ull // generic addresses: global memory from here,
#define SIMT_SHARED_BASE 0x700000000000ull // a block's shared memory here,
#define SIMT_LOCAL_BASE 0x710000000000ull  // a thread's local memory here

struct simt_memory { // global memory, as the launch's context sees it
	// `size` bytes at a generic address, NULL: no such memory, or not for writing.
	void *(*translate)(void *context, uint64_t address, uint32_t size, bool write);
	void *context;
};

struct simt_fault {
	const char *what; // NULL: none
	uint32_t block[3], thread[3];
	uint32_t instruction, line;
	uint64_t address;
};

struct simt_counters {
	uint64_t warp_instructions, lane_instructions, branches, divergent_branches;
};

struct simt_step { // one warp instruction, told before it runs
	const struct ptx_instruction *instruction;
	uint32_t number, block, warp;
	uint32_t active; // lanes that run it, bit 0 is lane 0
	uint32_t taken;  // bra: lanes that go
};

struct simt_launch {
	const struct emu_host *host;
	const struct ptx_program *program;
	const struct ptx_kernel *kernel;
	uint32_t grid[3], block[3];
	const void *parameters; // kernel->parameter_bytes bytes
	uint32_t dynamic_shared; // bytes
	struct simt_memory memory;
	void (*watch)(void *argument, const struct simt_step *step); // NULL: nobody looks
	void *watch_argument;
	bool (*cancelled)(void *argument); // asked now and then; NULL: never
	void *cancel_argument;
	struct simt_counters counters; // out
	struct simt_fault fault;       // out
};

// Runs the whole grid. 0; -EINVAL: sizes that no device takes; -ENOMEM; -EFAULT: launch->fault says what happened where, and
// the rest of the grid did not run; -ECANCELED.
int simt_run(struct simt_launch *launch);
