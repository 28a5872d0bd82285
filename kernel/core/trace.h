// trace.h: trace points: cheap marks in the code that say "here, now, this number" while somebody listens. What is recorded is
// read at /dev/trace (kernel/trace).
#pragma once
#include <stddef.h>
#include <stdint.h>

#define TRACE_RECORDS 512u
#define TRACE_TEXT_MAX 48u

struct trace_record {
	uint64_t tsc;
	uint64_t value;
	uint32_t sequence; // 1 + its place since the start; written last. 0: being written
	uint32_t line;
	uint16_t cpu, user; // user: 1 when a program wrote it
	char what[TRACE_TEXT_MAX], file[TRACE_TEXT_MAX];
};

extern uint32_t trace_enabled;
// Any context, also interrupts. Texts are copied, cut at TRACE_TEXT_MAX - 1 bytes.
void trace_add(const char *what, uint64_t value, const char *file, uint32_t line, int user);
void trace_start(void); // forgets what was recorded
void trace_stop(void);
// A copy of record `index` (0 is the first since the start). False: there is none, or it is being written.
int trace_get(uint32_t index, struct trace_record *record);

#define TRACE(what, value)                                                                                        \
	do {                                                                                                           \
		if (__builtin_expect(__atomic_load_n(&trace_enabled, __ATOMIC_RELAXED) != 0, 0))                        \
			trace_add(what, value, __FILE__, __LINE__, 0);                                                  \
	} while (0)
