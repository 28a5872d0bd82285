// simt_test.c: the SIMT engine: against the pocket edition on random programs, and rule by rule.
// sources: emu/core/ptx.c emu/core/simt.c emu/core/alu.c emu/core/math.c kernel/lib/format.c kernel/lib/strlcpy.c
#include "tests/unit/check.h"
#include "tests/unit/seeds.h"
#include <math.h>
#include <stdlib.h>
#define main pocket_main
#include "emu/core/pocket.c"
#undef main
#include "emu/core/math.h"
#include "emu/core/simt.h"

#define WORDS 1024
static void *allocate(size_t size)
{
	return calloc(1, size != 0 ? size : 1);
}

static uint64_t no_clock(void)
{
	return 0;
}

static const struct emu_host host = {allocate, free, no_clock};

static void *translate(void *context, uint64_t address, uint32_t size, bool write)
{
	(void)write;
	return address <= WORDS * 4 && size <= WORDS * 4 - address ? (uint8_t *)context + address : NULL;
}

static int run(const char *body, unsigned blocks, unsigned threads, uint32_t *memory, struct simt_launch *launch)
{
	char *text = malloc(strlen(body) * 2 + 512), *to = text;
	struct ptx_program program;
	struct ptx_error error;
	to += sprintf(to, ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry k()\n{\n.reg .pred %%p<8>;\n.reg .b32 %%r<32>;\n"
			  ".reg .f32 %%f<16>;\n.reg .b64 %%rd<8>;\n.shared .align 4 .b8 s[512];\n");
	for (const char *at = body; *at != '\0';) { // ';' ends instructions, labels have none
		size_t length = strcspn(at, "\n");
		to += sprintf(to, "%.*s%s\n", (int)length, at, memchr(at, ':', length) != NULL || length == 0 ? "" : ";");
		at += length + (at[length] == '\n');
	}
	sprintf(to, "}\n");
	int rc = ptx_parse(&host, text, strlen(text), &program, &error);
	cr_assert_eq(rc, 0, "line %u: %s\n%s", error.line, error.message, text);
	*launch = (struct simt_launch){.host = &host, .program = &program, .kernel = &program.kernels[0], .grid = {blocks, 1, 1},
				       .block = {threads, 1, 1}, .memory = {translate, memory}};
	rc = simt_run(launch);
	launch->program = NULL;
	ptx_free(&host, &program);
	free(text);
	return rc;
}

// A program that never harms: registers, structured branches, loads and stores inside its own word.
static void random_program(char *text, unsigned seed)
{
	static const char *const operations[] = {"add.u32", "sub.u32", "mul.lo.u32", "and.b32", "or.b32", "xor.b32", "shl.b32", "shr.u32", "shr.s32",
						 "min.s32", "max.u32", "min.u32", "max.s32"};
	static const char *const comparisons[] = {"eq.u32", "ne.s32", "lt.s32", "gt.u32", "le.u32", "ge.s32"};
	unsigned open[8], depth = 0, label = 0;
	srand(seed);
	text += sprintf(text, "mov.u32 %%r1, %%tid.x\nmov.u32 %%r2, %%ctaid.x\nmov.u32 %%r3, %%ntid.x\nmad.lo.s32 %%r4, %%r2, %%r3, %%r1\n"
			      "mul.wide.u32 %%rd1, %%r4, 4\nld.global.u32 %%r5, [%%rd1]\nmov.u32 %%r6, 7\nmov.u32 %%r7, %%laneid\n"
			      "mov.f32 %%f1, 0f3F800000\nmov.f32 %%f2, 0f40490FDB\n");
	for (int i = 0; i < 40; i++) {
		unsigned to = 5 + rand() % 4, a = 1 + rand() % 8, b = 4 + rand() % 5;
		switch (rand() % 9) {
		case 0:
			if (depth == 8)
				break;
			open[depth++] = label;
			text += sprintf(text, "setp.%s %%p%u, %%r%u, %%r%u\n@%s%%p%u bra L%u\n", comparisons[rand() % 6], depth % 8, a, b,
					rand() % 2 ? "!" : "", depth % 8, label);
			label++;
			break;
		case 1:
			if (depth != 0)
				text += sprintf(text, "L%u:\n", open[--depth]);
			break;
		case 2:
			text += sprintf(text, "setp.%s %%p7, %%r%u, %%r%u\nselp.b32 %%r%u, %%r%u, %%r%u, %%p7\n", comparisons[rand() % 6], a, b, to, a, b);
			break;
		case 3:
			text += sprintf(text, "fma.rn.f32 %%f%u, %%f%u, %%f%u, %%f1\n", 1 + rand() % 3, 1 + rand() % 3, 1 + rand() % 3);
			break;
		case 4:
			text += sprintf(text, "st.global.u32 [%%rd1], %%r%u\nld.global.u32 %%r8, [%%rd1]\n", to);
			break;
		case 5:
			text += sprintf(text, "@%%p%u add.u32 %%r%u, %%r%u, %d\n", rand() % 8, to, a, rand() % 1000);
			break;
		default:
			text += sprintf(text, "%s %%r%u, %%r%u, %%r%u\n", operations[rand() % 13], to, a, b);
		}
	}
	while (depth != 0)
		text += sprintf(text, "L%u:\n", open[--depth]);
	text += sprintf(text, "shfl.sync.bfly.b32 %%r9, %%r5, %d, 31, -1\nxor.b32 %%r5, %%r5, %%r9\nxor.b32 %%r5, %%r5, %%r6\nmov.b32 %%r10, %%f2\n"
			      "xor.b32 %%r5, %%r5, %%r10\nst.global.u32 [%%rd1], %%r5\nret\n", 1 << rand() % 5);
}

Test(simt, random_programs_leave_what_the_pocket_edition_leaves)
{
	static struct pocket pocket;
	static char text[16384];
	for (unsigned seed = 1; seed <= seeds(75); seed++) {
		uint32_t ours[WORDS], theirs[WORDS];
		struct simt_launch launch;
		for (int i = 0; i < WORDS; i++)
			ours[i] = theirs[i] = (uint32_t)i * 2654435761u;
		random_program(text, seed);
		cr_assert_eq(run(text, 2, 64, ours, &launch), 0, "seed %u: %s", seed, launch.fault.what);
		cr_assert_eq(pocket_run(&pocket, text, 2, 64, theirs, sizeof(theirs)), 0, "seed %u: %s", seed, pocket.error);
		cr_assert_arr_eq(ours, theirs, sizeof(ours), "seed %u\n%s", seed, text);
	}
}

Test(simt, lanes_that_part_meet_again)
{
	uint32_t memory[WORDS] = {0};
	struct simt_launch launch;
	cr_assert_eq(run("mov.u32 %r1, %tid.x\nmul.wide.u32 %rd1, %r1, 4\nand.b32 %r2, %r1, 3\nsetp.eq.u32 %p1, %r2, 0\n@%p1 bra A\n"
			 "st.global.u32 [%rd1], 1\nbra B\nA:\nst.global.u32 [%rd1], 2\nB:\nret", 1, 32, memory, &launch), 0);
	for (int i = 0; i < 32; i++)
		cr_assert_eq(memory[i], i % 4 == 0 ? 2 : 1);
	cr_assert_eq(launch.counters.divergent_branches, 1);
	cr_assert_eq(launch.counters.warp_instructions, 9); // the last ret is run once, by all 32
}

Test(simt, a_barrier_holds_until_every_warp_has_come)
{
	uint32_t memory[WORDS] = {0};
	struct simt_launch launch;
	cr_assert_eq(run("mov.u32 %r1, %tid.x\nmul.wide.u32 %rd1, %r1, 4\nst.shared.u32 [%rd1], %r1\nbar.sync 0\nmov.u32 %r2, 127\nsub.u32 %r2, %r2, %r1\n"
			 "mul.wide.u32 %rd2, %r2, 4\nld.shared.u32 %r3, [%rd2]\nst.global.u32 [%rd1], %r3\nret", 1, 128, memory, &launch), 0);
	for (int i = 0; i < 128; i++)
		cr_assert_eq(memory[i], 127 - (uint32_t)i);
}

Test(simt, a_lane_that_spins_for_another_lane_of_its_warp_makes_progress)
{
	uint32_t memory[WORDS] = {0};
	struct simt_launch launch; // a spin lock per warp: take word 0, add to word 1, give word 0 back
	cr_assert_eq(run("mov.u64 %rd1, 0\nSPIN:\natom.global.cas.b32 %r1, [%rd1], 0, 1\nsetp.ne.u32 %p1, %r1, 0\n@%p1 bra SPIN\n"
			 "ld.global.u32 %r2, [%rd1+4]\nadd.u32 %r2, %r2, 1\nst.global.u32 [%rd1+4], %r2\natom.global.exch.b32 %r3, [%rd1], 0\nret",
			 4, 64, memory, &launch), 0);
	cr_assert_eq(memory[1], 256);
}

Test(simt, a_block_may_wait_for_a_later_one)
{
	uint32_t memory[WORDS] = {0};
	struct simt_launch launch; // block 0 waits until block 1 has written
	cr_assert_eq(run("mov.u32 %r1, %ctaid.x\nmov.u64 %rd1, 0\nsetp.eq.u32 %p1, %r1, 0\n@%p1 bra WAIT\nst.global.u32 [%rd1], 1\nret\n"
			 "WAIT:\nld.global.u32 %r2, [%rd1]\nsetp.eq.u32 %p2, %r2, 0\n@%p2 bra WAIT\nst.global.u32 [%rd1+4], 9\nret",
			 2, 1, memory, &launch), 0);
	cr_assert_eq(memory[1], 9);
}

Test(simt, faults_say_who_and_where)
{
	uint32_t memory[WORDS] = {0};
	struct simt_launch launch;
	int rc = run("mov.u32 %r1, %tid.x\nmul.wide.u32 %rd1, %r1, 4096\nst.global.u32 [%rd1], %r1\nret", 1, 32, memory, &launch);
	cr_assert_eq(rc, -14);
	cr_assert_eq(launch.fault.thread[0], 1);
	cr_assert_eq(launch.fault.address, 4096);
	cr_assert_eq(run("mov.u64 %rd1, 2\nld.global.u32 %r1, [%rd1]\nret", 1, 1, memory, &launch), -14); // not aligned
	cr_assert_eq(run("trap\nret", 1, 1, memory, &launch), -14);
	cr_assert_eq(run("mov.u32 %r1, %tid.x\nsetp.eq.u32 %p1, %r1, 0\n@%p1 bra A\nshfl.sync.idx.b32 %r2, %r1, 0, 31, -1\nA:\nbar.sync 0\nret", 1, 32, memory,
			 &launch), -14); // a shuffle that lane 0 never reaches
	cr_assert_str_eq(launch.fault.what, "deadlock: a barrier or shuffle that not all threads reach");
	cr_assert_eq(run("ret", 1, 2048, memory, &launch), -22);
	cr_assert_eq(run("ret", 0, 1, memory, &launch), -22);
}

Test(simt, maths_is_rounded_once)
{
	srand(7);
	for (int i = 0; i < 60000; i++) {
		float a = ldexpf((float)rand() / RAND_MAX - 0.5f, rand() % 60 - 30), b = ldexpf((float)rand() / RAND_MAX - 0.5f, rand() % 60 - 30);
		float c = ldexpf((float)rand() / RAND_MAX - 0.5f, rand() % 60 - 30);
		CHECK(math_fmaf(a, b, c) == fmaf(a, b, c), "%a %a %a", a, b, c);
		double x = a * 0x1p-22; // -64 .. 64
		CHECK(fabs(math_exp2(x) - exp2(x)) <= exp2(x) * 1e-14, "%a", x);
		CHECK(fabs(math_log2(fabsf(a) + 1e-30f) - log2(fabsf(a) + 1e-30f)) < 1e-13, "%a", a);
	}
	cr_assert_eq(math_exp2(1024), INFINITY);
	cr_assert_eq(math_exp2(-1080), 0);
	cr_assert_eq(math_log2(0), -INFINITY);
	cr_assert(isnan(math_log2(-1)) && isnan(math_exp2(NAN)));
}

Test(ptx, hostile_text_gets_a_line_and_a_reason)
{
	static const char *const bad[] = {"", "hello", ".entry", ".entry k() {", ".entry k() { frobnicate.u32 %r1; ret; }", ".entry k() { mov.u32 %r1, 5; }",
					  ".entry k() { bra NOWHERE; ret; }", ".entry k() { .reg .b32 %r<99999999>; ret; }", ".entry k() { add.f32 %f1; }",
					  ".entry k(.param .u32 a, .param) { ret; }", ".entry k() { .reg .b32 %r<2>; mul.u32 %r1, %r1, %r1; ret; }",
					  ".entry k() { .reg .b32 %r<2>; ld.global.v4.u32 {%r0,%r1}, [%r0]; ret; }", ".entry k() { .shared .b8 s[99999999]; ret; }",
					  ".entry k() { .reg .f32 %f<2>; add.rz.f32 %f1, %f1, %f1; ret; }",
					  ".entry k() { .reg .pred %p<3>; setp.eq.u32 %p1|%p2, 1, 1; ret; }"};
	struct ptx_program program;
	struct ptx_error error;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(ptx_parse(&host, bad[i], strlen(bad[i]), &program, &error), -22, "%s", bad[i]);
		cr_assert_neq(error.message[0], '\0', "%s", bad[i]);
	}
}
