// check.h: for tests with long loops.
#pragma once
#include <criterion/criterion.h>

// Criterion reports every assertion over a socket, so in long loops only a failure becomes one.
#define CHECK(condition, ...)                                                                                      \
	do {                                                                                                       \
		if (!(condition))                                                                                  \
			cr_assert_fail(__VA_ARGS__);                                                               \
	} while (0)
