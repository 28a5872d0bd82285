#pragma once
#include <string.h>
static inline int ffs(int value) { return __builtin_ffs(value); }
