#pragma once
#include <sys/types.h>
ssize_t getrandom(void *to, size_t size, unsigned flags);
