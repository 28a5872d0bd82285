// sampler.h: from scores to a token.
#pragma once
#include <stdint.h>

struct sampler {
	float temperature; // 0: the likeliest
	uint64_t state;    // of the generator, not 0
};

// The chosen token. With a temperature above 0, `scores` become probabilities on the way.
int sampler_choose(struct sampler *sampler, float *scores, int count);
