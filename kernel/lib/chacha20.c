// chacha20.c: RFC 8439, 2.1 to 2.3.
#include "kernel/lib/chacha20.h"

const uint32_t chacha20_constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

static uint32_t rotate(uint32_t value, int bits)
{
	return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *x, int a, int b, int c, int d)
{
	x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 16);
	x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 12);
	x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 8);
	x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 7);
}

void chacha20_block(const uint32_t state[16], uint32_t out[16])
{
	for (int i = 0; i < 16; i++)
		out[i] = state[i];
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 4; i++)
			quarter_round(out, i, 4 + i, 8 + i, 12 + i);
		for (int i = 0; i < 4; i++)
			quarter_round(out, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
	}
	for (int i = 0; i < 16; i++)
		out[i] += state[i];
}
