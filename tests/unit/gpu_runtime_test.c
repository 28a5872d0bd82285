// gpu_runtime_test.c: what a program sees: emu/runtime over the linked-in core runs the kernels of emu/kernels beside plain C.
// sources: emu/runtime/gpu.c emu/core/device.c emu/core/ptx.c emu/core/simt.c emu/core/alu.c emu/core/math.c kernel/lib/format.c kernel/lib/strlcpy.c
#include "tests/unit/check.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/abi/gpu.h"
#include "emu/core/alu.h"
#include "emu/core/simt.h"
#include "emu/runtime/gpu.h"

static struct gpu *gpu;
static uint32_t module;

static void set_up(void)
{
	static char text[65536];
	int rc;
	FILE *file = fopen("emu/kernels/kernels.ptx", "r");
	cr_assert_not_null(file, "run it from the repository's root");
	size_t size = fread(text, 1, sizeof(text), file);
	fclose(file);
	gpu = gpu_open("core", &rc);
	cr_assert_eq(rc, 0);
	cr_assert_eq(gpu_load(gpu, text, size, &module), 0, "%s", gpu_error(gpu));
}

static void tear_down(void)
{
	gpu_close(gpu);
}

TestSuite(gpu_runtime, .init = set_up, .fini = tear_down, .timeout = 20);

static struct gpu_buffer floats(size_t count)
{
	struct gpu_buffer buffer;
	cr_assert_eq(gpu_allocate(gpu, count * sizeof(float), &buffer), 0);
	for (size_t i = 0; i < count; i++)
		((float *)buffer.bytes)[i] = (float)rand() / RAND_MAX - 0.5f;
	return buffer;
}

static int launch(const char *name, unsigned blocks, unsigned threads, const void *parameters, size_t size)
{
	struct gpu_kernel kernel;
	cr_assert_eq(gpu_find(gpu, module, name, &kernel), 0, "%s", gpu_error(gpu));
	return gpu_launch(gpu, &kernel, (uint32_t[3]){blocks, 1, 1}, (uint32_t[3]){threads, 1, 1}, 0, parameters, size);
}

Test(gpu_runtime, opens_what_is_asked_for)
{
	int rc;
	cr_assert_null(gpu_open("abacus", &rc));
	cr_assert_eq(rc, -EINVAL);
	cr_assert_str_eq(gpu_backend(gpu), "core");
}

Test(gpu_runtime, saxpy)
{
	enum { COUNT = 1000 };
	struct gpu_buffer x = floats(COUNT), y = floats(COUNT + 24);
	float wanted[COUNT + 24];
	memcpy(wanted, y.bytes, sizeof(wanted));
	for (int i = 0; i < COUNT; i++)
		wanted[i] = 2.5f * ((float *)x.bytes)[i] + wanted[i];
	struct { uint32_t n; float a; uint64_t x, y; } parameters = {COUNT, 2.5f, x.address, y.address};
	cr_assert_eq(launch("saxpy", 4, 256, &parameters, sizeof(parameters)), 0);
	cr_assert_eq(gpu_wait(gpu), 0);
	cr_assert_arr_eq(y.bytes, wanted, sizeof(wanted)); // and not a word behind the 1000
	cr_assert_gt(gpu_last_lane_instructions(gpu), 0);
}

Test(gpu_runtime, matrix_vector)
{
	static const unsigned sizes[][2] = {{1, 1}, {31, 7}, {33, 64}, {64, 172}, {200, 5}, {3, 0}};
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		unsigned rows = sizes[s][0], columns = sizes[s][1];
		struct gpu_buffer matrix = floats(rows * columns + 1), vector = floats(columns + 1), result = floats(rows);
		struct { uint32_t rows, columns; uint64_t matrix, vector, result; } parameters = {rows, columns, matrix.address, vector.address, result.address};
		cr_assert_eq(launch("matrix_vector", (rows + 63) / 64, 64, &parameters, sizeof(parameters)), 0);
		cr_assert_eq(gpu_wait(gpu), 0, "%s", gpu_error(gpu));
		for (unsigned row = 0; row < rows; row++) {
			float sum = 0;
			for (unsigned column = 0; column < columns; column++)
				sum += ((float *)matrix.bytes)[row * columns + column] * ((float *)vector.bytes)[column];
			CHECK(memcmp(&sum, (float *)result.bytes + row, 4) == 0, "%u x %u: row %u", rows, columns, row);
		}
		gpu_free(gpu, &matrix);
		gpu_free(gpu, &vector);
		gpu_free(gpu, &result);
	}
}

Test(gpu_runtime, sum)
{
	enum { COUNT = 3000 };
	struct gpu_buffer x = floats(COUNT), total = floats(1);
	float wanted = 0;
	for (int i = 0; i < COUNT; i++) { // small whole numbers: every order of adding gives the same
		((float *)x.bytes)[i] = rand() % 100;
		wanted += ((float *)x.bytes)[i];
	}
	*(float *)total.bytes = 0;
	struct { uint32_t n, padding; uint64_t x, total; } parameters = {COUNT, 0, x.address, total.address};
	cr_assert_eq(launch("sum", (COUNT + 255) / 256, 256, &parameters, sizeof(parameters)), 0);
	cr_assert_eq(gpu_wait(gpu), 0);
	cr_assert_eq(*(float *)total.bytes, wanted);
}

Test(gpu_runtime, mandel)
{
	enum { WIDTH = 61, HEIGHT = 23, LIMIT = 200 };
	struct gpu_buffer counts = floats(WIDTH * HEIGHT);
	struct { uint32_t width, height; float left, top, step_x, step_y; uint32_t limit; uint64_t counts; } parameters = {
		WIDTH, HEIGHT, -2.2f, -1.2f, 3.2f / WIDTH, 2.4f / HEIGHT, LIMIT, counts.address};
	cr_assert_eq(launch("mandel", (WIDTH * HEIGHT + 127) / 128, 128, &parameters, sizeof(parameters)), 0);
	cr_assert_eq(gpu_wait(gpu), 0);
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
		float c_re = parameters.left + parameters.step_x * (float)(i % WIDTH), c_im = parameters.top + parameters.step_y * (float)(i / WIDTH);
		float re = 0, im = 0;
		unsigned count = 0;
		for (; count < LIMIT && re * re + im * im <= 4.0f; count++) {
			float next = re * re - im * im + c_re;
			im = 2.0f * re * im + c_im;
			re = next;
		}
		CHECK(((uint32_t *)counts.bytes)[i] == count, "point %u: %u, not %u", i, ((uint32_t *)counts.bytes)[i], count);
	}
}

Test(gpu_runtime, many_launches_queue_and_keep_their_order)
{
	enum { ROUNDS = 1000 };
	struct gpu_buffer x = floats(1), y = floats(1), copy = floats(1);
	*(float *)x.bytes = 1;
	*(float *)y.bytes = 0;
	struct { uint32_t n; float a; uint64_t x, y; } parameters = {1, 1, x.address, y.address};
	struct gpu_kernel kernel;
	cr_assert_eq(gpu_find(gpu, module, "saxpy", &kernel), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		parameters.a = (float)(i % 3); // the descriptor is read when it runs: one that was reused too early gives another sum
		CHECK(gpu_launch(gpu, &kernel, (uint32_t[3]){1, 1, 1}, (uint32_t[3]){1, 1, 1}, 0, &parameters, sizeof(parameters)) == 0, "launch %u", i);
	}
	cr_assert_eq(gpu_copy(gpu, copy.address, y.address, 4), 0);
	cr_assert_eq(gpu_wait(gpu), 0);
	cr_assert_eq(*(float *)copy.bytes, 999);
}

Test(gpu_runtime, wrong_questions_get_an_answer_and_harm_nothing)
{
	struct gpu_kernel kernel;
	struct gpu_buffer nothing;
	cr_assert_eq(gpu_find(gpu, module, "no_such_kernel", &kernel), -ENOENT);
	cr_assert_not_null(strstr(gpu_error(gpu), "no_such_kernel"));
	cr_assert_eq(gpu_find(gpu, 99, "saxpy", &kernel), -EINVAL);
	cr_assert_neq(gpu_allocate(gpu, 0, &nothing), 0);
	cr_assert_neq(gpu_allocate(gpu, 1ull << 40, &nothing), 0);
	cr_assert_eq(launch("saxpy", 1, 1, "", 1), -EINVAL);
	cr_assert_eq(gpu_wait(gpu), 0); // and a wait after a failed question ends
}

Test(gpu_runtime, a_fault_is_told_with_block_thread_and_line)
{
	struct gpu_buffer x = floats(64), y = floats(64);
	struct { uint32_t n; float a; uint64_t x, y; } parameters = {2048, 1, x.address, y.address};
	cr_assert_eq(launch("saxpy", 64, 32, &parameters, sizeof(parameters)), 0);
	cr_assert_eq(gpu_wait(gpu), -EFAULT);
	cr_assert_not_null(strstr(gpu_error(gpu), "load from memory that is not there"), "%s", gpu_error(gpu));
	cr_assert_not_null(strstr(gpu_error(gpu), "block 2, thread 0"), "%s", gpu_error(gpu));
	cr_assert_eq(gpu_wait(gpu), -EFAULT); // poisoned, until it is closed
}

Test(gpu_runtime, text_that_is_no_ptx_is_told_with_its_line)
{
	uint32_t number;
	cr_assert_eq(gpu_load(gpu, ".version 7.0\n.target sm_70\nnonsense\n", 36, &number), -EINVAL);
	cr_assert_not_null(strstr(gpu_error(gpu), "line 3"), "%s", gpu_error(gpu));
}

// Runs `body` as a kernel over a grid of 2 x 3 x 2 blocks of `block` threads; %rd1 is the address of `words` words.
static void run_text(const char *body, const uint32_t block[3], struct gpu_buffer *words)
{
	char text[4096];
	uint32_t number;
	struct gpu_kernel kernel;
	int length = snprintf(text, sizeof(text), ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry k(.param .u64 to)\n{\n.reg .pred %%p<4>;\n"
						  ".reg .b32 %%r<16>;\n.reg .b64 %%rd<4>;\nld.param.u64 %%rd1, [to];\n%s\nret;\n}\n", body);
	cr_assert_eq(gpu_load(gpu, text, length, &number), 0, "%s", gpu_error(gpu));
	cr_assert_eq(gpu_find(gpu, number, "k", &kernel), 0);
	cr_assert_eq(gpu_launch(gpu, &kernel, (uint32_t[3]){2, 3, 2}, block, 0, &words->address, 8), 0);
	cr_assert_eq(gpu_wait(gpu), 0, "%s", gpu_error(gpu));
}

Test(gpu_runtime, special_registers_in_three_dimensions)
{
	static const char *const names[] = {"tid", "ntid", "ctaid", "nctaid"};
	const uint32_t grid[3] = {2, 3, 2}, block[3] = {4, 3, 5};
	struct gpu_buffer words = floats(12 * 60);
	for (unsigned n = 0; n < 12; n++) { // word of (block, thread) = the register
		char body[1024];
		snprintf(body, sizeof(body), "mov.u32 %%r1, %%ctaid.z;\nmov.u32 %%r2, %%ctaid.y;\nmad.lo.u32 %%r1, %%r1, 3, %%r2;\nmov.u32 %%r2, %%ctaid.x;\n"
			 "mad.lo.u32 %%r1, %%r1, 2, %%r2;\nmov.u32 %%r2, %%tid.z;\nmad.lo.u32 %%r1, %%r1, 5, %%r2;\nmov.u32 %%r2, %%tid.y;\n"
			 "mad.lo.u32 %%r1, %%r1, 3, %%r2;\nmov.u32 %%r2, %%tid.x;\nmad.lo.u32 %%r1, %%r1, 4, %%r2;\nmul.wide.u32 %%rd2, %%r1, 4;\n"
			 "add.s64 %%rd1, %%rd1, %%rd2;\nmov.u32 %%r3, %%%s.%c;\nst.global.u32 [%%rd1], %%r3;", names[n / 3], "xyz"[n % 3]);
		run_text(body, block, &words);
		for (unsigned i = 0; i < 12 * 60; i++) {
			uint32_t thread = i % 60, b = i / 60;
			uint32_t tid[3] = {thread % 4, thread / 4 % 3, thread / 12}, ctaid[3] = {b % 2, b / 2 % 3, b / 6};
			const uint32_t *wanted[] = {tid, block, ctaid, grid};
			CHECK(((uint32_t *)words.bytes)[i] == wanted[n / 3][n % 3], "%%%s.%c of thread %u: %u", names[n / 3], "xyz"[n % 3], i, ((uint32_t *)words.bytes)[i]);
		}
	}
}

Test(gpu_runtime, shuffles_of_every_kind_and_width)
{
	static const char *const kinds[] = {"up", "down", "bfly", "idx"};
	struct gpu_buffer words = floats(64);
	for (int kind = 0; kind < 4; kind++)
		for (int width = 4; width <= 32; width *= 2)
			for (int by = 0; by < 32; by += 3) {
				char body[1024]; // as CUDA's __shfl_*_sync(all, lane + 100, by, width)
				snprintf(body, sizeof(body), "mov.u32 %%r1, %%laneid;\nadd.u32 %%r2, %%r1, 100;\nshfl.sync.%s.b32 %%r3|%%p1, %%r2, %d, %d, -1;\n"
					 "selp.u32 %%r4, 1, 0, %%p1;\nmul.wide.u32 %%rd2, %%r1, 8;\nadd.s64 %%rd1, %%rd1, %%rd2;\nst.global.u32 [%%rd1], %%r3;\n"
					 "st.global.u32 [%%rd1+4], %%r4;", kinds[kind], by, (32 - width) << 8 | (kind == 0 ? 0 : 31));
				run_text(body, (uint32_t[3]){32, 1, 1}, &words);
				for (int lane = 0; lane < 32; lane++) {
					int first = lane & -width, last = first + width - 1, source = lane - by;
					source = kind == 0 ? source : kind == 1 ? lane + by : kind == 2 ? lane ^ by : first + by % width;
					bool inside = kind == 0 ? source >= first : source <= last;
					uint32_t *got = (uint32_t *)words.bytes + 2 * lane;
					CHECK(got[0] == (uint32_t)(inside ? source : lane) + 100 && got[1] == inside, "%s by %d, width %d: lane %d got %u (%u)", kinds[kind], by, width, lane, got[0], got[1]);
				}
				if (by % 12 == 0) { // 32 modules at most: a fresh program
					tear_down();
					set_up();
					words = floats(64);
				}
			}
}

static void count_steps(void *argument, const struct gpu_step *step)
{
	unsigned *steps = argument;
	steps[0]++;
	steps[1] += step->branches && step->taken != 0 && step->taken != step->active;
}

Test(gpu_runtime, a_watcher_sees_every_step)
{
	unsigned steps[2] = {0};
	struct gpu_buffer values = floats(8);
	struct { uint32_t n, padding; uint64_t values; } parameters = {8, 0, values.address};
	cr_assert_eq(gpu_watch(gpu, count_steps, steps), 0);
	cr_assert_eq(launch("diverge", 1, 8, &parameters, sizeof(parameters)), 0);
	cr_assert_eq(gpu_wait(gpu), 0);
	cr_assert_gt(steps[0], 20);
	cr_assert_eq(steps[1], 1);
}

// The fast loops and the table of relations against the plain rule, under masks full and partial.
static bool relation_holds(unsigned modifier, double x, double y)
{
	bool unordered = isnan(x) || isnan(y);
	switch (modifier) {
	case PTX_EQ: return x == y;
	case PTX_NE: return x < y || x > y;
	case PTX_LT: return x < y;
	case PTX_LE: return x <= y;
	case PTX_GT: return x > y;
	case PTX_GE: return x >= y;
	case PTX_EQU: return x == y || unordered;
	case PTX_NEU: return x != y;
	case PTX_LTU: return x < y || unordered;
	case PTX_LEU: return x <= y || unordered;
	case PTX_GTU: return x > y || unordered;
	case PTX_GEU: return x >= y || unordered;
	case PTX_NUM: return !unordered;
	default: return unordered;
	}
}

Test(alu, comparisons_of_every_type)
{
	static const float values[] = {0, -0.0f, 1, -1, INFINITY, -INFINITY, NAN, 3e38f};
	static const uint32_t masks[] = {0xffffffff, 0x80000001, 0x0ff00ff0, 0};
	for (unsigned modifier = PTX_EQ; modifier <= PTX_NAN; modifier++)
		for (unsigned type = PTX_B8; type <= PTX_F64; type++) {
			struct ptx_instruction i = {.op = PTX_SETP, .type = type, .modifier = modifier};
			bool real = type == PTX_F32 || type == PTX_F64;
			unsigned shift = 64 - 8 * ptx_type_size(type);
			uint64_t a[32], b[32], to[32];
			double x[32], y[32];
			if (!real && modifier >= PTX_EQU && modifier != PTX_LTU && modifier != PTX_GEU)
				continue;
			for (unsigned lane = 0; lane < 32; lane++) {
				float p = values[rand() % 8], q = values[rand() % 8];
				double wide_p = p, wide_q = q;
				a[lane] = b[lane] = 0;
				if (real) {
					memcpy(&a[lane], type == PTX_F32 ? (void *)&p : &wide_p, ptx_type_size(type));
					memcpy(&b[lane], type == PTX_F32 ? (void *)&q : &wide_q, ptx_type_size(type));
					x[lane] = p, y[lane] = q;
					continue;
				}
				a[lane] = rand() % 3 - 1ull, b[lane] = rand() % 3 - 1ull;
				x[lane] = ptx_type_signed(type) ? (int64_t)(a[lane] << shift) >> shift : (double)(a[lane] << shift >> shift);
				y[lane] = ptx_type_signed(type) ? (int64_t)(b[lane] << shift) >> shift : (double)(b[lane] << shift >> shift);
			}
			for (unsigned m = 0; m < 4; m++) {
				memset(to, 0x55, sizeof(to));
				alu_run(&i, masks[m], to, a, b, NULL);
				for (unsigned lane = 0; lane < 32; lane++)
					CHECK(to[lane] == (masks[m] >> lane & 1 ? relation_holds(modifier, x[lane], y[lane]) : 0x5555555555555555ull),
					      "modifier %u, type %u, %g, %g", modifier, type, x[lane], y[lane]);
			}
		}
}

Test(alu, masked_lanes_keep_what_they_had)
{
	static const uint8_t operations[] = {PTX_ADD, PTX_SUB, PTX_AND, PTX_OR, PTX_XOR, PTX_MUL, PTX_MOV};
	for (unsigned n = 0; n < sizeof(operations); n++) {
		struct ptx_instruction i = {.op = operations[n], .type = PTX_U32, .modifier = operations[n] == PTX_MUL ? PTX_WIDE : PTX_PLAIN};
		uint64_t a[32], b[32], to[32];
		for (unsigned lane = 0; lane < 32; lane++)
			a[lane] = 0xfffffff0u + lane, b[lane] = 77 * lane, to[lane] = ~0ull;
		alu_run(&i, 0x00ffff00, to, a, b, NULL);
		for (unsigned lane = 0; lane < 32; lane++) {
			uint32_t x = a[lane], y = b[lane];
			uint64_t wanted[] = {(uint32_t)(x + y), (uint32_t)(x - y), x & y, x | y, x ^ y, (uint64_t)x * y, x};
			CHECK(to[lane] == (lane >= 8 && lane < 24 ? wanted[n] : ~0ull), "operation %u, lane %u", operations[n], lane);
		}
	}
}

Test(alu, atomics)
{
	static const struct { uint8_t modifier, type; uint64_t old, operand, replacement, new; } rows[] = {
		{PTX_AT_ADD, PTX_U32, 0xffffffff, 2, 0, 1}, {PTX_AT_ADD, PTX_U64, 0xffffffff, 2, 0, 0x100000001}, {PTX_AT_AND, PTX_B32, 12, 10, 0, 8},
		{PTX_AT_OR, PTX_B32, 12, 10, 0, 14}, {PTX_AT_XOR, PTX_B32, 12, 10, 0, 6}, {PTX_AT_MIN, PTX_S32, 0xffffffff, 1, 0, 0xffffffff},
		{PTX_AT_MIN, PTX_U32, 0xffffffff, 1, 0, 1}, {PTX_AT_MAX, PTX_S32, 0xffffffff, 1, 0, 1}, {PTX_AT_MAX, PTX_U32, 0xffffffff, 1, 0, 0xffffffff},
		{PTX_AT_INC, PTX_U32, 4, 5, 0, 5}, {PTX_AT_INC, PTX_U32, 5, 5, 0, 0}, {PTX_AT_DEC, PTX_U32, 0, 5, 0, 5}, {PTX_AT_DEC, PTX_U32, 3, 5, 0, 2},
		{PTX_AT_EXCH, PTX_B32, 1, 9, 0, 9}, {PTX_AT_CAS, PTX_B32, 1, 1, 8, 8}, {PTX_AT_CAS, PTX_B32, 2, 1, 8, 2},
		{PTX_AT_ADD, PTX_F32, 0x3f800000, 0x40000000, 0, 0x40400000}};
	for (unsigned n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		struct ptx_instruction i = {.op = PTX_ATOM, .type = rows[n].type, .modifier = rows[n].modifier};
		cr_assert_eq(alu_atomic(&i, rows[n].old, rows[n].operand, rows[n].replacement), rows[n].new, "row %u", n);
	}
}

static void *zeroed(size_t size)
{
	return calloc(1, size != 0 ? size : 1);
}

static uint64_t no_clock(void)
{
	return 0;
}

static void *one_page(void *page, uint64_t address, uint32_t size, bool write)
{
	(void)write;
	return address <= 4096 && size <= 4096 - address ? (uint8_t *)page + address : NULL;
}

static bool third_time(void *rounds)
{
	return ++*(int *)rounds == 3;
}

// Our kernels with a few bytes, or a few words, put elsewhere: refused with a line, or run to an end, a fault or a stop. The
// sanitizers judge.
Test(ptx, damaged_text_crashes_nothing)
{
	static const struct emu_host host = {zeroed, free, no_clock};
	static char text[65536], damaged[65536];
	static struct ptx_program program;
	static uint8_t page[4096], parameters[4096];
	unsigned refused = 0, ran = 0;
	FILE *file = fopen("emu/kernels/kernels.ptx", "r");
	size_t size = fread(text, 1, sizeof(text), file);
	fclose(file);
	srand(11);
	for (int round = 0; round < 1500; round++) {
		struct ptx_error error = {0};
		memcpy(damaged, text, size);
		for (int n = rand() % 3; n >= 0; n--) {
			size_t to = rand() % (size - 16), from = rand() % (size - 16), length = rand() % 16;
			if (rand() % 2)
				memmove(damaged + to, damaged + from, length);
			else
				damaged[to] = rand() % 4 == 0 ? rand() : "0123456789%[];,.{}@!pr"[rand() % 22];
		}
		int rc = ptx_parse(&host, damaged, size, &program, &error);
		CHECK(rc == 0 || (rc == -EINVAL && error.message[0] != '\0'), "round %d: %d without a word", round, rc);
		refused += rc != 0;
		for (unsigned k = 0; rc == 0 && k < program.kernel_count; k++) {
			int rounds = 0;
			struct simt_launch launch = {.host = &host, .program = &program, .kernel = &program.kernels[k], .grid = {2, 1, 1}, .block = {33, 1, 1},
						     .parameters = parameters, .memory = {one_page, page}, .cancelled = third_time, .cancel_argument = &rounds};
			for (unsigned i = 0; i < sizeof(parameters); i++)
				parameters[i] = rand() % 8 == 0 ? rand() : 0;
			CHECK(program.kernels[k].parameter_bytes <= sizeof(parameters), "round %d: %u bytes of parameters", round, program.kernels[k].parameter_bytes);
			int status = simt_run(&launch);
			CHECK(status == 0 || status == -EFAULT || status == -ECANCELED || status == -EINVAL, "round %d: %d", round, status);
			ran++;
		}
		if (rc == 0)
			ptx_free(&host, &program);
	}
	cr_assert(refused > 100 && ran > 100, "%u refused, %u run: not much of a test", refused, ran);
}
