// pocket.c: the GPU's thread grid in one sitting. Build it anywhere:   cc pocket.c -lm && ./a.out
//
// A GPU program is one text that thousands of threads run, each with its own registers and its own number. This edition is
// the plainest that can be true: a thread is a program counter and a list of named values; a loop gives every thread one
// instruction in turn; an instruction is read as text each time. There are no warps here. The real engine (simt.c) runs 32
// threads with one decoded instruction and has to take care when they part; both must leave the same memory, and
// tests/unit/simt_test.c checks that they do, on thousands of random programs.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POCKET_LINES 512
#define POCKET_NAMES 96
#define POCKET_THREADS 256

struct pocket_value {
	char name[24];
	uint64_t bits;
};

struct pocket_thread {
	int pc, done, waiting; // waiting: at a barrier (1) or at a shuffle (2)
	unsigned index;        // in its block
	struct pocket_value values[POCKET_NAMES];
	int count;
};

struct pocket {
	char *lines[POCKET_LINES]; // one instruction or label each
	int count;
	char *text;
	struct pocket_thread threads[POCKET_THREADS];
	unsigned thread_count, block, blocks;
	uint8_t *memory; // global addresses are offsets into it
	uint64_t memory_size;
	uint8_t shared[4096];
	const char *error;
};

static uint64_t *pocket_value(struct pocket_thread *thread, const char *name)
{
	for (int i = 0; i < thread->count; i++)
		if (strcmp(thread->values[i].name, name) == 0)
			return &thread->values[i].bits;
	if (thread->count == POCKET_NAMES)
		abort();
	snprintf(thread->values[thread->count].name, 24, "%s", name);
	thread->values[thread->count].bits = 0;
	return &thread->values[thread->count++].bits;
}

// A register, a special register, a number or the bits of a float.
static uint64_t pocket_read(struct pocket *p, struct pocket_thread *thread, const char *text)
{
	if (strcmp(text, "%tid.x") == 0)
		return thread->index;
	if (strcmp(text, "%ctaid.x") == 0)
		return p->block;
	if (strcmp(text, "%ntid.x") == 0)
		return p->thread_count;
	if (strcmp(text, "%laneid") == 0)
		return thread->index % 32;
	if (text[0] == '%')
		return *pocket_value(thread, text);
	if (text[0] == '0' && text[1] == 'f')
		return strtoull(text + 2, NULL, 16);
	return strtoull(text, NULL, 0); // strtoull takes a minus sign too
}

static float pocket_float(uint64_t bits)
{
	float value;
	memcpy(&value, &bits, 4);
	return value;
}

static uint64_t pocket_bits(float value)
{
	uint64_t bits = 0;
	memcpy(&bits, &value, 4);
	return bits;
}

// "[%rd1+8]": where it points, NULL when that is outside.
static void *pocket_place(struct pocket *p, struct pocket_thread *thread, const char *space, const char *text, unsigned size)
{
	char base[24] = {0};
	long offset = 0;
	if (sscanf(text, "[%23[^]+]+%ld]", base, &offset) < 1)
		return NULL;
	uint64_t at = pocket_read(p, thread, base) + (uint64_t)offset, limit = strcmp(space, "shared") == 0 ? sizeof(p->shared) : p->memory_size;
	if (at % size != 0 || at > limit || size > limit - at) {
		p->error = "an address outside of memory";
		return NULL;
	}
	return (strcmp(space, "shared") == 0 ? p->shared : p->memory) + at;
}

static uint64_t pocket_integer(const char *op, const char *type, uint64_t a, uint64_t b, uint64_t c)
{
	int sign = type[0] == 's';
	uint32_t x = (uint32_t)a, y = (uint32_t)b;
	if (strcmp(type, "u64") == 0 || strcmp(type, "s64") == 0 || strcmp(type, "b64") == 0)
		return strcmp(op, "add") == 0 ? a + b : strcmp(op, "sub") == 0 ? a - b : a;
	if (strcmp(op, "add") == 0)
		return x + y;
	if (strcmp(op, "sub") == 0)
		return (uint32_t)(x - y);
	if (strcmp(op, "mul.lo") == 0)
		return (uint32_t)(x * y);
	if (strcmp(op, "mul.wide") == 0)
		return sign ? (uint64_t)((int64_t)(int32_t)x * (int32_t)y) : (uint64_t)x * y;
	if (strcmp(op, "mad.lo") == 0)
		return (uint32_t)(x * y + (uint32_t)c);
	if (strcmp(op, "and") == 0)
		return x & y;
	if (strcmp(op, "or") == 0 || strcmp(op, "xor") == 0)
		return strcmp(op, "or") == 0 ? x | y : x ^ y;
	if (strcmp(op, "shl") == 0)
		return y > 31 ? 0 : x << y;
	if (strcmp(op, "shr") == 0)
		return sign ? (uint32_t)((int32_t)x >> (y > 31 ? 31 : y)) : y > 31 ? 0 : x >> y;
	if (strcmp(op, "min") == 0)
		return sign ? (uint32_t)((int32_t)x < (int32_t)y ? x : y) : x < y ? x : y;
	if (strcmp(op, "max") == 0)
		return sign ? (uint32_t)((int32_t)x > (int32_t)y ? x : y) : x > y ? x : y;
	return x; // mov, cvt between widths
}

static uint64_t pocket_real(const char *op, float a, float b, float c)
{
	if (strncmp(op, "add", 3) == 0)
		return pocket_bits(a + b);
	if (strncmp(op, "sub", 3) == 0)
		return pocket_bits(a - b);
	if (strncmp(op, "mul", 3) == 0)
		return pocket_bits(a * b);
	if (strncmp(op, "fma", 3) == 0)
		return pocket_bits(__builtin_fmaf(a, b, c));
	return pocket_bits(a);
}

static int pocket_compare(const char *how, const char *type, uint64_t a, uint64_t b)
{
	double x = type[0] == 'f' ? pocket_float(a) : type[0] == 's' ? (double)(int32_t)a : (double)(uint32_t)a;
	double y = type[0] == 'f' ? pocket_float(b) : type[0] == 's' ? (double)(int32_t)b : (double)(uint32_t)b;
	return strcmp(how, "eq") == 0 ? x == y : strcmp(how, "ne") == 0 ? x < y || x > y : strcmp(how, "lt") == 0 ? x < y
	       : strcmp(how, "le") == 0 ? x <= y : strcmp(how, "gt") == 0 ? x > y : x >= y;
}

static void pocket_jump(struct pocket *p, struct pocket_thread *thread, const char *label)
{
	size_t length = strlen(label);
	for (int i = 0; i < p->count; i++)
		if (strncmp(p->lines[i], label, length) == 0 && p->lines[i][length] == ':')
			thread->pc = i;
}

// Splits "mul.wide.u32 %rd1, %r1, 4" into operation "mul.wide", type "u32" and operands.
static int pocket_split(char *line, char **op, char **type, char *operands[5])
{
	int count = 0;
	*op = strtok(line, " \t");
	for (char *word = strtok(NULL, ", \t"); word != NULL && count < 5; word = strtok(NULL, ", \t"))
		operands[count++] = word;
	char *dot = *op != NULL ? strrchr(*op, '.') : NULL;
	*type = dot != NULL ? dot + 1 : "";
	if (dot != NULL)
		*dot = '\0';
	return count;
}

// All threads of a warp meet at a shuffle; the last to come moves the values.
static void pocket_shuffle(struct pocket *p, unsigned first)
{
	uint64_t given[32];
	char *op, *type, *operands[5], line[128];
	for (unsigned i = first; i < first + 32 && i < p->thread_count; i++)
		if (p->threads[i].waiting != 2)
			return;
	snprintf(line, sizeof(line), "%s", p->lines[p->threads[first].pc]);
	pocket_split(line, &op, &type, operands);
	for (unsigned i = 0; i < 32; i++)
		given[i] = pocket_read(p, &p->threads[first + i], operands[1]);
	for (unsigned i = 0; i < 32; i++) {
		struct pocket_thread *thread = &p->threads[first + i];
		*pocket_value(thread, operands[0]) = given[(i ^ pocket_read(p, thread, operands[2])) & 31]; // butterfly only
		thread->waiting = 0;
		thread->pc++;
	}
}

static void pocket_step(struct pocket *p, struct pocket_thread *thread)
{
	char line[128], *at = line, *op, *type, *operands[5] = {"", "", "", "", ""};
	snprintf(line, sizeof(line), "%s", p->lines[thread->pc]);
	if (*at == '@') { // @%p1 or @!%p1
		int inverted = at[1] == '!';
		char *name = at + 1 + inverted, *end = strchr(name, ' ');
		*end = '\0';
		if ((int)(*pocket_value(thread, name) & 1) == inverted) {
			thread->pc++;
			return;
		}
		at = end + 1;
	}
	if (strchr(at, ':') != NULL || pocket_split(at, &op, &type, operands) < 0) {
		thread->pc++;
		return;
	}
	uint64_t a = pocket_read(p, thread, operands[1]), b = pocket_read(p, thread, operands[2]), c = pocket_read(p, thread, operands[3]);
	unsigned size = strstr(type, "64") != NULL ? 8 : 4;
	void *place;
	if (strcmp(op, "ret") == 0)
		thread->done = 1;
	else if (strcmp(op, "bra") == 0) {
		pocket_jump(p, thread, operands[0]);
		return;
	} else if (strcmp(op, "bar") == 0)
		thread->waiting = 1;
	else if (strncmp(op, "shfl", 4) == 0) {
		thread->waiting = 2;
		pocket_shuffle(p, thread->index / 32 * 32);
		return;
	} else if (strncmp(op, "ld.", 3) == 0) {
		if ((place = pocket_place(p, thread, op + 3, operands[1], size)) != NULL) {
			*pocket_value(thread, operands[0]) = 0;
			memcpy(pocket_value(thread, operands[0]), place, size);
		}
	} else if (strncmp(op, "st.", 3) == 0) {
		if ((place = pocket_place(p, thread, op + 3, operands[0], size)) != NULL)
			memcpy(place, &a, size);
	} else if (strcmp(op, "atom.global.add") == 0) {
		if ((place = pocket_place(p, thread, "global", operands[1], 4)) != NULL) {
			uint32_t old;
			memcpy(&old, place, 4);
			*pocket_value(thread, operands[0]) = old;
			old += (uint32_t)b;
			memcpy(place, &old, 4);
		}
	} else if (strncmp(op, "setp.", 5) == 0)
		*pocket_value(thread, operands[0]) = (uint64_t)pocket_compare(op + 5, type, a, b);
	else if (strcmp(op, "selp") == 0)
		*pocket_value(thread, operands[0]) = c & 1 ? a : b;
	else
		*pocket_value(thread, operands[0]) = strcmp(type, "f32") == 0 && strncmp(op, "mov", 3) != 0
							     ? pocket_real(op, pocket_float(a), pocket_float(b), pocket_float(c))
							     : strcmp(op, "cvt.u64") == 0 ? (uint32_t)a : pocket_integer(op, type, a, b, c);
	thread->pc++;
}

// Runs `text` (one instruction or label a line) for blocks x threads. 0, or -1 with p->error.
static int pocket_run(struct pocket *p, const char *text, unsigned blocks, unsigned threads, void *memory, uint64_t size)
{
	memset(p, 0, sizeof(*p));
	p->text = strdup(text);
	p->memory = memory;
	p->memory_size = size;
	p->thread_count = threads;
	for (char *line = strtok(p->text, "\n"); line != NULL && p->count < POCKET_LINES; line = strtok(NULL, "\n"))
		p->lines[p->count++] = line;
	for (p->block = 0; p->block < blocks && p->error == NULL; p->block++) {
		unsigned alive = threads, waiting = 0;
		memset(p->threads, 0, sizeof(p->threads));
		memset(p->shared, 0, sizeof(p->shared));
		for (unsigned i = 0; i < threads; i++)
			p->threads[i].index = i;
		while (alive != 0 && p->error == NULL) {
			alive = waiting = 0;
			for (unsigned i = 0; i < threads; i++) {
				struct pocket_thread *thread = &p->threads[i];
				if (!thread->done && !thread->waiting)
					pocket_step(p, thread);
				alive += !thread->done;
				waiting += !thread->done && thread->waiting == 1;
			}
			for (unsigned i = 0; waiting == alive && i < threads; i++)
				p->threads[i].waiting = 0; // everybody has come to the barrier
		}
	}
	free(p->text);
	return p->error != NULL ? -1 : 0;
}

#ifndef POCKET_LIBRARY
int main(void)
{
	static struct pocket pocket;
	uint32_t memory[64] = {0}; // two blocks of 32 threads: even ones write three times their number, odd ones their number.
	static const char program[] = "mov.u32 %r1, %ctaid.x\nmov.u32 %r2, %ntid.x\nmov.u32 %r3, %tid.x\nmad.lo.s32 %r4, %r1, %r2, %r3\n"
				      "mul.wide.u32 %rd1, %r4, 4\nand.b32 %r5, %r4, 1\nsetp.eq.u32 %p1, %r5, 0\n@%p1 bra EVEN\n"
				      "st.global.u32 [%rd1], %r4\nbra DONE\nEVEN:\nmul.lo.u32 %r6, %r4, 3\nst.global.u32 [%rd1], %r6\nDONE:\nret";
	if (pocket_run(&pocket, program, 2, 32, memory, sizeof(memory)) != 0)
		printf("stopped: %s\n", pocket.error);
	for (int i = 0; i < 64; i++)
		printf("%u%c", memory[i], i % 16 == 15 ? '\n' : ' ');
	return 0;
}
#endif
