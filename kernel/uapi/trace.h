// trace.h: /dev/trace, see kernel/trace/trace.c.
#pragma once
#include <stdint.h>
#define TRACE_START 0x7401u // no argument
#define TRACE_STOP 0x7402u
#define TRACE_MARK 0x40707403u // struct trace_mark

struct trace_mark {
	uint64_t value;
	uint32_t line, reserved;
	char what[48], file[48];
};
