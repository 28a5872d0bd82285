// random_more.c: the generators that POSIX keeps: random (the additive feedback of BSD, whose numbers
// programs expect), drand48's 48 bits, rand_r.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "userland/libc/thread.h"

// -------- random: x[n] = x[n - degree] + x[n - degree + lag], the low bit dropped; degree 0 is a linear
// congruence

struct generator {
	int size, degree, lag; // bytes of state, of which the first word says where the generator is
};
static const struct generator generators[] = {{8, 0, 0}, {32, 7, 3}, {64, 15, 1}, {128, 31, 3}, {256, 63, 1}};
#define KINDS (int)(sizeof(generators) / sizeof(*generators))

static int32_t first_state[32];
static int32_t *words; // NULL: not seeded yet. words[-1] is the first word: kind and place
static int kind, place, random_lock;

static int32_t step(void)
{
	const struct generator *generator = &generators[kind];
	if (generator->degree == 0)
		return words[0] = (int32_t)(((uint32_t)words[0] * 1103515245u + 12345u) & 0x7fffffff);
	int front = (place + generator->lag) % generator->degree;
	uint32_t sum = (uint32_t)words[front] + (uint32_t)words[place];
	words[front] = (int32_t)sum;
	place = (place + 1) % generator->degree;
	return (int32_t)(sum >> 1);
}

static void seed_words(unsigned seed)
{
	const struct generator *generator = &generators[kind];
	words[0] = (int32_t)(seed != 0 ? seed : 1);
	for (int i = 1; i < generator->degree;
	     i++) { // Lehmer's generator, modulo 2^31 - 1, by Schrage's division
		int64_t next =
		    16807 * (int64_t)(words[i - 1] % 127773) - 2836 * (int64_t)(words[i - 1] / 127773);
		words[i] = (int32_t)(next < 0 ? next + 0x7fffffff : next);
	}
	place = 0;
	for (int i = 0; i < 10 * generator->degree; i++)
		step();
}

static void start_once(void)
{
	if (words != NULL)
		return;
	words = first_state + 1;
	kind = 3;
	seed_words(1);
}

static char *leave_state(void)
{
	words[-1] = place * KINDS + kind;
	return (char *)(words - 1);
}

long random(void)
{
	libc_lock(&random_lock);
	start_once();
	long value = step();
	libc_unlock(&random_lock);
	return value;
}

void srandom(unsigned seed)
{
	libc_lock(&random_lock);
	start_once();
	seed_words(seed);
	libc_unlock(&random_lock);
}

// `state` of at least 8 bytes, aligned as an int: the larger, the better. Returns the state of before.
char *initstate(unsigned seed, char *state, size_t size)
{
	if (size < 8) {
		errno = EINVAL;
		return NULL;
	}
	libc_lock(&random_lock);
	start_once();
	char *before = leave_state();
	for (kind = KINDS - 1; (size_t)generators[kind].size > size; kind--)
		;
	words = (int32_t *)(void *)state + 1;
	seed_words(seed);
	leave_state();
	libc_unlock(&random_lock);
	return before;
}

char *setstate(char *state)
{
	libc_lock(&random_lock);
	start_once();
	char *before = leave_state();
	int32_t *first = (int32_t *)(void *)state;
	if (*first < 0 || *first / KINDS > generators[*first % KINDS].degree) {
		errno = EINVAL;
		before = NULL;
	} else {
		words = first + 1;
		kind = *first % KINDS;
		place = *first / KINDS;
	}
	libc_unlock(&random_lock);
	return before;
}

int rand_r(unsigned *seed)
{
	unsigned value = *seed = *seed * 1664525u + 1013904223u;
	value = (value ^ value >> 16) *
		0x45d9f3bu; // the low bits of such a sequence are poor: mix in the high ones
	return (int)((value ^ value >> 15) & RAND_MAX);
}

// -------- drand48 and its kin: x = (a x + c) mod 2^48, POSIX's numbers

#define MULTIPLIER 0x5deece66dul
#define ADDEND 0xb
static uint64_t x48, a48 = MULTIPLIER, c48 = ADDEND;

static uint64_t from_words(const unsigned short word[3])
{
	return word[0] | (uint64_t)word[1] << 16 | (uint64_t)word[2] << 32;
}

static void to_words(unsigned short word[3], uint64_t value)
{
	for (int i = 0; i < 3; i++)
		word[i] = (unsigned short)(value >> 16 * i);
}

static uint64_t next48(unsigned short own[3])
{
	uint64_t value = (a48 * (own != NULL ? from_words(own) : x48) + c48) & 0xffffffffffff;
	if (own != NULL)
		to_words(own, value);
	else
		x48 = value;
	return value;
}

double erand48(unsigned short own[3])
{
	return (double)next48(own) / 0x1p48;
}

long nrand48(unsigned short own[3])
{
	return (long)(next48(own) >> 17);
}

long jrand48(unsigned short own[3])
{
	return (int32_t)(next48(own) >> 16);
}

double drand48(void)
{
	return erand48(NULL);
}

long lrand48(void)
{
	return nrand48(NULL);
}

long mrand48(void)
{
	return jrand48(NULL);
}

void srand48(long seed)
{
	x48 = (uint64_t)(uint32_t)seed << 16 | 0x330e;
	a48 = MULTIPLIER;
	c48 = ADDEND;
}

unsigned short *seed48(unsigned short seed[3])
{
	static unsigned short before[3];
	to_words(before, x48);
	x48 = from_words(seed);
	a48 = MULTIPLIER;
	c48 = ADDEND;
	return before;
}

void lcong48(unsigned short parameter[7])
{
	x48 = from_words(parameter);
	a48 = from_words(parameter + 3);
	c48 = parameter[6];
}
