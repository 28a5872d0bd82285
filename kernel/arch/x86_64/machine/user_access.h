// user_access.h: lifts SMAP around the one instruction that touches user memory. For usercopy.c and user_exchange.c only.
#pragma once
#include "kernel/arch/x86_64/machine/machine.h"

static inline void open_user(void)
{
	if (machine_features.smap)
		__asm__ volatile("stac" ::: "memory", "cc");
}

static inline void close_user(void)
{
	if (machine_features.smap)
		__asm__ volatile("clac" ::: "memory", "cc");
}
