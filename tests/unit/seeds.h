// seeds.h: how many random runs a test makes: few in `make unit`, as many as asked in `make sim SEEDS=N`.
#pragma once
#include <stdint.h>
#include <stdlib.h>

static inline uint64_t seeds(uint64_t few)
{
	const char *wanted = getenv("SEEDS");
	return wanted != NULL ? strtoull(wanted, NULL, 10) : few;
}
