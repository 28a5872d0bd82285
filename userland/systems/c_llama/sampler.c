// sampler.c: see sampler.h. xorshift64* (Vigna 2014) draws; the first of equals wins, so greedy text is the same everywhere.
#include "userland/systems/c_llama/sampler.h"
#include <math.h>

static float draw(struct sampler *sampler)
{
	sampler->state ^= sampler->state >> 12;
	sampler->state ^= sampler->state << 25;
	sampler->state ^= sampler->state >> 27;
	return (sampler->state * 0x2545f4914f6cdd1dull >> 40) / 16777216.0f;
}

static int likeliest(const float *scores, int count)
{
	int best = 0;
	for (int i = 1; i < count; i++)
		if (scores[i] > scores[best])
			best = i;
	return best;
}

int sampler_choose(struct sampler *sampler, float *scores, int count)
{
	int best = likeliest(scores, count);
	float largest = scores[best], sum = 0;
	if (sampler->temperature == 0)
		return best;
	for (int i = 0; i < count; i++)
		sum += scores[i] = expf((scores[i] - largest) / sampler->temperature);
	float wanted = draw(sampler) * sum;
	for (int i = 0; i < count; i++)
		if ((wanted -= scores[i]) < 0)
			return i;
	return best; // rounding
}
