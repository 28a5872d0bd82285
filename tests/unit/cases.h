// cases.h: for tests of many random cases.
#pragma once
#include "tests/unit/check.h"
#include <stdint.h>

// The same numbers at every run (xorshift64).
static uint64_t case_state = 0x2545f4914f6cdd1d;

static inline unsigned draw(unsigned below)
{
	case_state ^= case_state << 13;
	case_state ^= case_state >> 7;
	case_state ^= case_state << 17;
	return (unsigned)(case_state >> 33) % below;
}
