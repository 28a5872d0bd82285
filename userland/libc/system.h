// system.h: how the C library enters the kernel. system_call() is the one funnel (a gdb breakpoint there sees every call
// of a program); system_result() turns the kernel's -errno into C's -1 and errno.
#pragma once
#include <errno.h>
#include "userland/libc/hook.h"
#include "kernel/uapi/syscall_numbers.h"

long system_call(long number, ...);
long system_result(long rc);

// SYSTEM(read, fd, to, size): the raw result, -errno on failure. CALL(...): the same with C's convention.
#define SYSTEM_PAD(number, a, b, c, d, e, f, ...)                                                                  \
	system_call(SYS_##number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYSTEM(number, ...) SYSTEM_PAD(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL(...) system_result(SYSTEM(__VA_ARGS__))

void fork_before(void) HOOK, fork_after(long pid) HOOK; // cancel.c: around fork

// The same for calls that may take long: points where a thread may be cancelled, where the library has threads (cancel_point.S).
long system_point(long number, ...) HOOK;
#define POINT_PAD(number, a, b, c, d, e, f, ...)                                                                   \
	(system_point != NULL ? system_point : system_call)(SYS_##number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYSTEM_POINT(number, ...) POINT_PAD(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define POINT(type, name, parameters, ...)                                                                         \
	type name parameters                                                                                       \
	{                                                                                                          \
		return (type)system_result(SYSTEM_POINT(__VA_ARGS__));                                             \
	}

// A function that is its system call: WRAP(type, name, (parameters), call, arguments...).
#define WRAP(type, name, parameters, ...)                                                                          \
	type name parameters                                                                                       \
	{                                                                                                          \
		return (type)CALL(__VA_ARGS__);                                                                    \
	}
