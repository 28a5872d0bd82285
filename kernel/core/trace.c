// trace.c: see trace.h. Writers take a number by one atomic addition and own that record; the first TRACE_RECORDS since the start
// are kept, later ones are dropped. No lock: an interrupt may write in the middle of a write.
#include "kernel/core/trace.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/lib/string.h"

static struct trace_record records[TRACE_RECORDS];
static uint32_t next_record;
uint32_t trace_enabled;

void trace_add(const char *what, uint64_t value, const char *file, uint32_t line, int user)
{
	uint32_t index = atomic_add(&next_record, 1) - 1;
	if (index >= TRACE_RECORDS)
		return;
	struct trace_record *record = &records[index];
	record->tsc = read_tsc();
	record->value = value;
	record->line = line;
	record->cpu = cpu_number();
	record->user = user;
	strlcpy(record->what, what, TRACE_TEXT_MAX);
	strlcpy(record->file, file, TRACE_TEXT_MAX);
	atomic_store_release(&record->sequence, index + 1);
}

void trace_start(void)
{
	trace_stop();
	for (uint32_t i = 0; i < TRACE_RECORDS; i++)
		WRITE_ONCE(records[i].sequence, 0);
	WRITE_ONCE(next_record, 0);
	atomic_store_release(&trace_enabled, 1);
}

void trace_stop(void)
{
	atomic_store_release(&trace_enabled, 0);
}

int trace_get(uint32_t index, struct trace_record *record)
{
	if (index >= TRACE_RECORDS || atomic_load_acquire(&records[index].sequence) != index + 1)
		return 0;
	*record = records[index];
	return 1;
}
