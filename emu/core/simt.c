// simt.c: see simt.h.
//
// Divergence. Every lane has its own program counter. A warp runs the group of lanes that stand at the lowest one; because
// compilers lay out joins behind the branches that lead to them, groups meet again by themselves (Collins 2017, "stack-less
// SIMT reconvergence"). A group that has run QUANTUM instructions while others wait gives way once, so a lane that spins for
// another lane of its own warp makes progress, as since Volta.
// Waiting. bar.sync parks a lane until all living threads of the block have come; shfl.sync until all living lanes named in
// its mask stand at the same instruction.
// Blocks start in order of index, up to RESIDENT of them live at once and take turns, so a block may spin for another.
#include "emu/core/simt.h"
#include "emu/core/alu.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define QUANTUM 512u
#define RESIDENT 8u
#define NO_PC 0xffffffffu

enum lane_state { LANE_RUNS, LANE_AT_BARRIER, LANE_AT_SYNC, LANE_DONE };

struct warp {
	struct block *block;
	uint32_t number;
	uint32_t pc[SIMT_LANES];
	uint8_t state[SIMT_LANES];
	uint32_t tid[3][SIMT_LANES];
	uint32_t group, group_pc, ran; // lanes that ran last, and for how long without giving way
	uint64_t *registers;           // rows of 32
	uint8_t *local;                // 32 x kernel->local_bytes
};

struct block {
	struct simt_launch *launch;
	uint32_t index[3], linear;
	uint32_t warp_count, threads, at_barrier, alive;
	struct warp *warps;
	uint8_t *shared;
	uint64_t *registers;
	uint8_t *local;
};

static bool fault(struct warp *warp, uint32_t pc, unsigned lane, const char *what, uint64_t address)
{
	struct simt_launch *launch = warp->block->launch;
	struct simt_fault *f = &launch->fault;
	f->what = what;
	memcpy(f->block, warp->block->index, sizeof(f->block));
	for (int i = 0; i < 3; i++)
		f->thread[i] = warp->tid[i][lane];
	f->instruction = pc - launch->kernel->first;
	f->line = launch->program->instructions[pc].line;
	f->address = address;
	return false;
}

static uint64_t special(const struct warp *warp, unsigned which, unsigned lane)
{
	const struct block *block = warp->block;
	const struct simt_launch *launch = block->launch;
	const uint32_t *const triples[] = {launch->block, block->index, launch->grid}; // %ntid, %ctaid, %nctaid
	if (which < PTX_LANEID)
		return which < PTX_NTID_X ? warp->tid[which][lane] : triples[which / 3 - 1][which % 3];
	switch (which) {
	case PTX_LANEID: return lane;
	case PTX_WARPID: return warp->number;
	case PTX_NWARPID: return block->warp_count;
	case PTX_LANEMASK_EQ: return 1u << lane;
	case PTX_LANEMASK_LT: return (1u << lane) - 1;
	default: return (uint32_t)launch->counters.warp_instructions; // %clock: one an instruction
	}
}

// The operand's 32 values: a register's own row, or `scratch` filled.
static const uint64_t *row(const struct warp *warp, const struct ptx_operand *operand, uint64_t scratch[SIMT_LANES])
{
	if (operand->kind == PTX_REGISTER)
		return &warp->registers[operand->reg * SIMT_LANES];
	for (unsigned lane = 0; lane < SIMT_LANES; lane++)
		scratch[lane] = operand->kind == PTX_SPECIAL ? special(warp, operand->special, lane) : operand->value;
	return scratch;
}

static uint64_t address_of(const struct warp *warp, const struct ptx_operand *operand, unsigned lane)
{
	uint64_t base = operand->reg != 0xffff ? warp->registers[operand->reg * SIMT_LANES + lane] : 0;
	return base + operand->value;
}

static void *in_window(uint8_t *bytes, uint64_t size, uint64_t offset, uint32_t wanted)
{
	return offset <= size && wanted <= size - offset ? bytes + offset : NULL;
}

// Where `size` bytes at an address are; NULL: nowhere.
static void *locate(struct warp *warp, unsigned space, uint64_t address, unsigned lane, uint32_t size, bool write)
{
	struct simt_launch *launch = warp->block->launch;
	const struct ptx_kernel *kernel = launch->kernel;
	uint64_t shared_size = kernel->shared_bytes + launch->dynamic_shared;
	if (space == PTX_GENERIC) {
		space = address >= SIMT_LOCAL_BASE ? PTX_LOCAL : address >= SIMT_SHARED_BASE ? PTX_SHARED : PTX_GLOBAL;
		address -= space == PTX_LOCAL ? SIMT_LOCAL_BASE : space == PTX_SHARED ? SIMT_SHARED_BASE : 0;
	}
	switch (space) {
	case PTX_SHARED: return in_window(warp->block->shared, shared_size, address, size);
	case PTX_LOCAL:
		return in_window(warp->local + (uint64_t)lane * kernel->local_bytes, kernel->local_bytes, address, size);
	case PTX_PARAM:
		return write ? NULL : in_window((uint8_t *)launch->parameters, kernel->parameter_bytes, address, size);
	default: return launch->memory.translate(launch->memory.context, address, size, write);
	}
}

struct span {
	uint64_t low; // the lowest lane's address
	uint8_t *at;  // where it is; NULL: every lane is looked up alone
};

// One look-up for all lanes of an access when they stay within one piece of memory, as most do.
static struct span locate_span(struct warp *warp, unsigned space, const struct ptx_operand *operand, uint32_t mask, uint32_t size, bool write)
{
	uint64_t low = ~0ull, high = 0, together = 0;
	for (; mask != 0; mask &= mask - 1) {
		uint64_t address = address_of(warp, operand, __builtin_ctz(mask));
		low = address < low ? address : low;
		high = address > high ? address : high;
		together |= address;
	}
	if (low > high || high - low >= 1u << 30 || together % size != 0 || space == PTX_LOCAL || (space == PTX_GENERIC && high >= SIMT_SHARED_BASE))
		return (struct span){0, NULL};
	return (struct span){low, locate(warp, space, low, 0, high - low + size, write)};
}

// Where one lane's access goes; NULL: nowhere, or it is not aligned.
static uint8_t *lane_at(struct warp *warp, unsigned space, const struct span *span, uint64_t address, unsigned lane, uint32_t size, bool write)
{
	if (span->at != NULL)
		return span->at + (address - span->low);
	return address % size == 0 ? locate(warp, space, address, lane, size, write) : NULL;
}

static bool load(struct warp *warp, const struct ptx_instruction *i, uint32_t pc, uint32_t mask)
{
	unsigned size = ptx_type_size(i->type), count = i->vector != 0 ? i->vector : 1;
	struct span span = locate_span(warp, i->space, &i->from[0], mask, size * count, false);
	for (; mask != 0; mask &= mask - 1) {
		unsigned lane = __builtin_ctz(mask);
		uint64_t address = address_of(warp, &i->from[0], lane);
		const uint8_t *from = lane_at(warp, i->space, &span, address, lane, size * count, false);
		if (from == NULL)
			return fault(warp, pc, lane, "load from memory that is not there, or not aligned", address);
		for (unsigned n = 0; n < count; n++)
			warp->registers[i->to[n].reg * SIMT_LANES + lane] = alu_extend(i->type, from + n * size);
	}
	return true;
}

static bool store(struct warp *warp, const struct ptx_instruction *i, uint32_t pc, uint32_t mask)
{
	unsigned size = ptx_type_size(i->type), count = i->vector != 0 ? i->vector : 1;
	struct span span = locate_span(warp, i->space, &i->to[0], mask, size * count, true);
	for (; mask != 0; mask &= mask - 1) {
		unsigned lane = __builtin_ctz(mask);
		uint64_t address = address_of(warp, &i->to[0], lane);
		uint8_t *to = lane_at(warp, i->space, &span, address, lane, size * count, true);
		if (to == NULL)
			return fault(warp, pc, lane, "store to memory that is not there, or not aligned", address);
		for (unsigned n = 0; n < count; n++) {
			uint64_t scratch[SIMT_LANES];
			uint64_t value = row(warp, &i->from[n], scratch)[lane];
			memcpy(to + n * size, &value, size);
		}
	}
	return true;
}

// Lanes in order of number: the sum of floats is the same in every run.
static bool atomic(struct warp *warp, const struct ptx_instruction *i, uint32_t pc, uint32_t mask)
{
	unsigned size = ptx_type_size(i->type);
	uint64_t scratch_a[SIMT_LANES], scratch_b[SIMT_LANES];
	const uint64_t *a = row(warp, &i->from[1], scratch_a), *b = row(warp, &i->from[2], scratch_b);
	for (; mask != 0; mask &= mask - 1) {
		unsigned lane = __builtin_ctz(mask);
		uint64_t address = address_of(warp, &i->from[0], lane), old = 0;
		uint8_t *at = lane_at(warp, i->space, &(struct span){0}, address, lane, size, true);
		if (at == NULL)
			return fault(warp, pc, lane, "atomic on memory that is not there, or not aligned", address);
		memcpy(&old, at, size);
		uint64_t new = alu_atomic(i, old, a[lane], b[lane]);
		memcpy(at, &new, size);
		if (i->to[0].kind == PTX_REGISTER)
			warp->registers[i->to[0].reg * SIMT_LANES + lane] = old;
	}
	return true;
}

// PTX ISA 9.7.8.6: lane j reads lane c of its segment; a source out of range, or not running, leaves the lane its own value.
static void shuffle(struct warp *warp, const struct ptx_instruction *i, uint32_t mask)
{
	uint64_t scratch_a[SIMT_LANES], scratch_b[SIMT_LANES], scratch_c[SIMT_LANES], result[SIMT_LANES];
	const uint64_t *a = row(warp, &i->from[0], scratch_a), *b = row(warp, &i->from[1], scratch_b);
	const uint64_t *c = row(warp, &i->from[2], scratch_c);
	uint32_t in_range = 0;
	for (uint32_t rest = mask; rest != 0; rest &= rest - 1) {
		int lane = __builtin_ctz(rest), operand = b[lane] & 31, clamp = c[lane] & 31, segment = c[lane] >> 8 & 31;
		int most = (lane & segment) | (clamp & ~segment);
		int source = i->modifier == PTX_UP     ? lane - operand
			     : i->modifier == PTX_DOWN ? lane + operand
			     : i->modifier == PTX_BFLY ? lane ^ operand
						       : (lane & segment) | (operand & ~segment);
		bool ok = i->modifier == PTX_UP ? source >= most : source <= most;
		result[lane] = a[ok ? source : lane];
		in_range |= (uint32_t)ok << lane;
	}
	for (uint32_t rest = mask; rest != 0; rest &= rest - 1) {
		unsigned lane = __builtin_ctz(rest);
		warp->registers[i->to[0].reg * SIMT_LANES + lane] = (uint32_t)result[lane];
		if (i->second != 0xffff)
			warp->registers[i->second * SIMT_LANES + lane] = in_range >> lane & 1;
	}
}

static void cvta(struct warp *warp, const struct ptx_instruction *i, uint32_t mask, bool to_space)
{
	uint64_t base = i->space == PTX_SHARED ? SIMT_SHARED_BASE : i->space == PTX_LOCAL ? SIMT_LOCAL_BASE : 0;
	uint64_t scratch[SIMT_LANES], *to = &warp->registers[i->to[0].reg * SIMT_LANES];
	const uint64_t *from = row(warp, &i->from[0], scratch);
	for (; mask != 0; mask &= mask - 1) {
		unsigned lane = __builtin_ctz(mask);
		to[lane] = to_space ? from[lane] - base : from[lane] + base;
	}
}

static void compute(struct warp *warp, const struct ptx_instruction *i, uint32_t mask)
{
	uint64_t scratch[3][SIMT_LANES];
	const uint64_t *from[3] = {NULL, NULL, NULL};
	for (int n = 0; n < 3 && i->from[n].kind != PTX_NONE; n++)
		from[n] = row(warp, &i->from[n], scratch[n]);
	alu_run(i, mask, &warp->registers[i->to[0].reg * SIMT_LANES], from[0], from[1], from[2]);
}

static uint32_t predicate_mask(const struct warp *warp, const struct ptx_instruction *i, uint32_t mask)
{
	uint32_t set = 0;
	if (i->predicate < 0)
		return mask;
	const uint64_t *values = &warp->registers[i->predicate * SIMT_LANES];
	for (unsigned lane = 0; lane < SIMT_LANES; lane++)
		set |= (uint32_t)(values[lane] & 1) << lane;
	return mask & (i->predicate_inverted ? ~set : set);
}

static uint32_t lanes_in(const struct warp *warp, unsigned state)
{
	uint32_t mask = 0;
	for (unsigned lane = 0; lane < SIMT_LANES; lane++)
		mask |= (uint32_t)(warp->state[lane] == state) << lane;
	return mask;
}

static void set_state(struct warp *warp, uint32_t mask, unsigned state)
{
	for (; mask != 0; mask &= mask - 1)
		warp->state[__builtin_ctz(mask)] = state;
}

static void set_pc(struct warp *warp, uint32_t mask, uint32_t pc)
{
	for (; mask != 0; mask &= mask - 1)
		warp->pc[__builtin_ctz(mask)] = pc;
}

static void release_barrier(struct block *block)
{
	if (block->at_barrier != block->alive)
		return;
	block->at_barrier = 0;
	for (uint32_t w = 0; w < block->warp_count; w++)
		set_state(&block->warps[w], lanes_in(&block->warps[w], LANE_AT_BARRIER), LANE_RUNS);
}

// Lanes that were parked at a shfl.sync look again whether all have come (also when a lane ended).
static void wake_parked(struct warp *warp)
{
	set_state(warp, lanes_in(warp, LANE_AT_SYNC), LANE_RUNS);
}

static bool all_have_come(struct warp *warp, const struct ptx_instruction *i, uint32_t pc, uint32_t mask, uint32_t *missing)
{
	uint64_t scratch[SIMT_LANES];
	uint32_t wanted = row(warp, &i->from[3], scratch)[__builtin_ctz(mask)] & ~lanes_in(warp, LANE_DONE);
	*missing = wanted & ~mask;
	for (uint32_t rest = *missing; rest != 0; rest &= rest - 1)
		if (warp->pc[__builtin_ctz(rest)] == pc && warp->state[__builtin_ctz(rest)] == LANE_AT_SYNC)
			*missing &= ~(rest & -rest);
	return *missing == 0;
}

enum outcome { GO_ON, JUMPED, RESELECT, FAULTED };

static void end_lanes(struct warp *warp, uint32_t mask)
{
	set_state(warp, mask, LANE_DONE);
	warp->block->alive -= __builtin_popcount(mask);
	wake_parked(warp);
	release_barrier(warp->block);
}

static enum outcome run_shuffle(struct warp *warp, const struct ptx_instruction *i, uint32_t pc, uint32_t active, uint32_t mask)
{
	uint32_t missing;
	if (mask == 0)
		return GO_ON;
	if (!all_have_come(warp, i, pc, mask, &missing)) {
		set_state(warp, active, LANE_AT_SYNC);
		return RESELECT;
	}
	uint32_t together = mask; // those parked here go with us
	for (unsigned lane = 0; lane < SIMT_LANES; lane++)
		if (warp->state[lane] == LANE_AT_SYNC && warp->pc[lane] == pc)
			together |= 1u << lane;
	shuffle(warp, i, predicate_mask(warp, i, together));
	set_state(warp, together | active, LANE_RUNS);
	set_pc(warp, together | active, pc + 1);
	return RESELECT;
}

static enum outcome run_branch(struct warp *warp, const struct ptx_instruction *i, uint32_t *pc, uint32_t active, uint32_t taken)
{
	struct simt_counters *counters = &warp->block->launch->counters;
	counters->branches++;
	if (taken == 0 || taken == active) { // nobody parts
		*pc = taken != 0 ? i->target : *pc + 1;
		return JUMPED;
	}
	counters->divergent_branches++;
	set_pc(warp, taken, i->target);
	set_pc(warp, active & ~taken, *pc + 1);
	return RESELECT;
}

// Runs one instruction for the lanes in `active`. JUMPED: *at is where they go on together; RESELECT: it has set program counters
// or states itself.
static enum outcome step(struct warp *warp, uint32_t *at, uint32_t active)
{
	struct simt_launch *launch = warp->block->launch;
	uint32_t pc = *at;
	const struct ptx_instruction *i = &launch->program->instructions[pc];
	uint32_t mask = predicate_mask(warp, i, active);
	launch->counters.warp_instructions++;
	launch->counters.lane_instructions += __builtin_popcount(active);
	if (launch->watch != NULL)
		launch->watch(launch->watch_argument,
			      &(struct simt_step){i, pc - launch->kernel->first, warp->block->linear, warp->number, active, mask});
	switch (i->op) {
	case PTX_BRA: return run_branch(warp, i, at, active, mask);
	case PTX_RET:
		set_pc(warp, active & ~mask, pc + 1);
		end_lanes(warp, mask);
		return RESELECT;
	case PTX_BAR:
		set_pc(warp, active, pc + 1);
		set_state(warp, mask, LANE_AT_BARRIER);
		warp->block->at_barrier += __builtin_popcount(mask);
		release_barrier(warp->block);
		return RESELECT;
	case PTX_SHFL: return run_shuffle(warp, i, pc, active, mask);
	case PTX_TRAP: return mask == 0 || fault(warp, pc, __builtin_ctz(mask), "trap", 0) ? GO_ON : FAULTED;
	case PTX_LD: return load(warp, i, pc, mask) ? GO_ON : FAULTED;
	case PTX_ST: return store(warp, i, pc, mask) ? GO_ON : FAULTED;
	case PTX_ATOM: return atomic(warp, i, pc, mask) ? GO_ON : FAULTED;
	case PTX_CVTA:
		cvta(warp, i, mask, i->to_space);
		return GO_ON;
	case PTX_MEMBAR:
		return GO_ON; // lanes run one after another: every access is seen already
	default:
		compute(warp, i, mask);
		return GO_ON;
	}
}

// The lanes to run next and how far they may go alone (`limit`: where others wait). 0: nobody can run.
static uint32_t select_group(struct warp *warp, uint32_t *pc, uint32_t *limit)
{
	uint32_t runnable = lanes_in(warp, LANE_RUNS), lowest = NO_PC, mask = 0;
	uint32_t others = runnable & ~warp->group;
	uint32_t candidates = warp->ran >= QUANTUM && others != 0 ? others : runnable; // give way once
	if (warp->ran >= QUANTUM)
		warp->ran = 0;
	for (uint32_t rest = candidates; rest != 0; rest &= rest - 1)
		if (warp->pc[__builtin_ctz(rest)] < lowest)
			lowest = warp->pc[__builtin_ctz(rest)];
	*limit = NO_PC;
	for (uint32_t rest = runnable; rest != 0; rest &= rest - 1) {
		unsigned lane = __builtin_ctz(rest);
		if (warp->pc[lane] == lowest)
			mask |= 1u << lane;
		else if (warp->pc[lane] > lowest && warp->pc[lane] < *limit)
			*limit = warp->pc[lane];
	}
	*pc = lowest;
	return mask;
}

// A turn of one warp. False: a fault.
static bool run_warp(struct warp *warp, uint32_t *budget)
{
	while (*budget != 0) {
		uint32_t pc, limit, mask = select_group(warp, &pc, &limit);
		if (mask == 0)
			return true;
		if (mask != warp->group)
			warp->ran = 0;
		warp->group = mask;
		enum outcome outcome = GO_ON;
		while (outcome <= JUMPED && pc < limit && *budget != 0 && warp->ran < QUANTUM) {
			outcome = step(warp, &pc, mask);
			pc += outcome == GO_ON;
			warp->ran++;
			--*budget;
		}
		if (outcome == FAULTED)
			return false;
		if (outcome <= JUMPED)
			set_pc(warp, mask, pc);
	}
	return true;
}

static void start_warp(struct warp *warp, struct block *block, uint32_t number)
{
	const struct simt_launch *launch = block->launch;
	const struct ptx_kernel *kernel = launch->kernel;
	*warp = (struct warp){.block = block, .number = number};
	warp->registers = block->registers + (uint64_t)number * kernel->registers * SIMT_LANES;
	warp->local = block->local + (uint64_t)number * kernel->local_bytes * SIMT_LANES;
	for (unsigned lane = 0; lane < SIMT_LANES; lane++) {
		uint32_t thread = number * SIMT_LANES + lane;
		warp->state[lane] = thread < block->threads ? LANE_RUNS : LANE_DONE;
		warp->pc[lane] = kernel->first;
		warp->tid[0][lane] = thread % launch->block[0];
		warp->tid[1][lane] = thread / launch->block[0] % launch->block[1];
		warp->tid[2][lane] = thread / launch->block[0] / launch->block[1];
	}
}

static void start_block(struct block *block, uint64_t linear)
{
	const struct simt_launch *launch = block->launch;
	const struct ptx_kernel *kernel = launch->kernel;
	block->linear = linear;
	block->index[0] = linear % launch->grid[0];
	block->index[1] = linear / launch->grid[0] % launch->grid[1];
	block->index[2] = linear / launch->grid[0] / launch->grid[1];
	block->alive = block->threads;
	block->at_barrier = 0;
	memset(block->registers, 0, (uint64_t)block->warp_count * kernel->registers * SIMT_LANES * 8);
	memset(block->shared, 0, kernel->shared_bytes + launch->dynamic_shared);
	for (uint32_t w = 0; w < block->warp_count; w++)
		start_warp(&block->warps[w], block, w);
}

static bool allocate_block(struct block *block, struct simt_launch *launch)
{
	const struct ptx_kernel *kernel = launch->kernel;
	*block = (struct block){.launch = launch, .threads = launch->block[0] * launch->block[1] * launch->block[2]};
	block->warp_count = (block->threads + SIMT_LANES - 1) / SIMT_LANES;
	block->warps = launch->host->allocate(block->warp_count * sizeof(struct warp));
	block->shared = launch->host->allocate(kernel->shared_bytes + launch->dynamic_shared + 16);
	block->registers = launch->host->allocate((uint64_t)block->warp_count * (kernel->registers + 1) * SIMT_LANES * 8);
	block->local = launch->host->allocate((uint64_t)block->warp_count * SIMT_LANES * kernel->local_bytes + 16);
	return block->warps != NULL && block->shared != NULL && block->registers != NULL && block->local != NULL;
}

static void free_block(struct block *block, const struct emu_host *host)
{
	host->release(block->warps);
	host->release(block->shared);
	host->release(block->registers);
	host->release(block->local);
}

// One turn of a block; *stuck: threads wait that nobody can wake.
static bool run_block(struct block *block, bool *stuck)
{
	uint64_t before = block->launch->counters.warp_instructions;
	for (uint32_t w = 0; w < block->warp_count; w++) {
		uint32_t budget = 4 * QUANTUM;
		if (!run_warp(&block->warps[w], &budget))
			return false;
	}
	*stuck = block->alive != 0 && before == block->launch->counters.warp_instructions;
	return true;
}

static int run_grid(struct simt_launch *launch, struct block *blocks, uint32_t resident, uint64_t total)
{
	uint64_t started = 0;
	uint32_t living = 0;
	for (uint32_t slot = 0; slot < resident; slot++, living++)
		start_block(&blocks[slot], started++);
	while (living != 0) {
		if (launch->cancelled != NULL && launch->cancelled(launch->cancel_argument))
			return -ECANCELED;
		for (uint32_t slot = 0; slot < resident; slot++) {
			struct block *block = &blocks[slot];
			bool stuck = false;
			if (block->alive == 0)
				continue;
			if (!run_block(block, &stuck))
				return -EFAULT;
			if (stuck) {
				fault(&block->warps[0], launch->kernel->first, 0, "deadlock: a barrier or shuffle that not all threads reach", 0);
				return -EFAULT;
			}
			if (block->alive != 0)
				continue;
			living--;
			if (started < total) {
				start_block(block, started++);
				living++;
			}
		}
	}
	return 0;
}

static bool sizes_ok(const struct simt_launch *launch, uint64_t *total)
{
	uint64_t threads = (uint64_t)launch->block[0] * launch->block[1] * launch->block[2];
	for (int i = 0; i < 3; i++)
		if (launch->grid[i] == 0 || launch->block[i] == 0 || launch->block[i] > SIMT_BLOCK_THREADS_MAX ||
		    launch->grid[i] > (i == 0 ? 0x7fffffffu : 65535u))
			return false;
	*total = (uint64_t)launch->grid[0] * launch->grid[1] * launch->grid[2];
	return threads <= SIMT_BLOCK_THREADS_MAX && launch->kernel->shared_bytes + (uint64_t)launch->dynamic_shared <= SIMT_SHARED_MAX;
}

int simt_run(struct simt_launch *launch)
{
	struct block blocks[RESIDENT];
	uint64_t total;
	launch->counters = (struct simt_counters){0};
	launch->fault = (struct simt_fault){0};
	if (!sizes_ok(launch, &total))
		return -EINVAL;
	uint32_t resident = total < RESIDENT ? total : RESIDENT, made = 0;
	int rc = 0;
	while (rc == 0 && made < resident)
		rc = allocate_block(&blocks[made++], launch) ? 0 : -ENOMEM;
	if (rc == 0)
		rc = run_grid(launch, blocks, resident, total);
	while (made != 0)
		free_block(&blocks[--made], launch->host);
	return rc;
}
