// ptrace.h: between ptrace.c (who traces whom, stops, waiting) and ptrace_access.c (what a tracer reads and changes).
#pragma once
#include "kernel/proc/internal.h"
#include "kernel/uapi/ptrace.h"

// One hold of a tracer on a task; hangs on task->tracee. process_lock guards all of it.
struct tracee {
	struct task *task;
	struct process *tracer;
	struct task *thread; // of the tracer, whose requests count; NULL (PTRACE_TRACEME): any of them
	struct list link;    // in tracer->tracees
	uint32_t options;
	bool seized;
	bool stopped, listening; // it sleeps in ptrace_stop_here(); PTRACE_LISTEN: and is no tracer's to ask
	bool reported;           // wait has told of this stop
	bool trace_calls, step;  // how it was resumed
	bool zombie;             // a thread that ended, but for the tracer's wait
	int32_t code;            // of the stop, as wait shows it above the 0x7f; a zombie's status
	uint8_t call_stop;       // PTRACE_SYSCALL_INFO_*
	uint64_t message;        // for PTRACE_GETEVENTMSG
	int32_t former_tid;      // before exec gave it the first thread's number; 0: it has its own
	struct abi_siginfo *info; // on the stopped task's stack; NULL: a group stop
};

bool ptrace_permitted(const struct task *target); // ptrace_may_access; process_lock held
long ptrace_access(struct task *task, long request, uint64_t address, uint64_t data); // a stopped tracee's, referenced
