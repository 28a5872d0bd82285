// thread.h: a schedulable thread. proc embeds it in struct task; the floors below proc see a thread with opaque
// belongings. `current` is the running one.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/core/refcount.h"
#include "kernel/lib/rbtree.h"
#include "kernel/sched/time.h"
#include "kernel/sched/wait.h"

struct mm;
struct files;
struct fs_context;
struct cred;

struct thread {
	uint64_t stack_pointer; // saved by context_switch(); offset 0 is known to switch.S
	void *stack;            // lowest byte of the kernel stack
	void *fpu;              // XSAVE area, NULL for kernel threads
	uint64_t fs_base;       // user FS base

	// Scheduler state: guarded by the run queue's lock of `cpu`, but `state` (see wait.h).
	uint32_t state; // enum thread_state
	int32_t cpu;
	uint32_t affinity; // mask of CPUs
	bool on_queue; // runnable: running or in the tree
	bool is_idle;
	bool fpu_live; // its FPU registers changed since they were saved
	struct rbtree_node run_node;
	uint64_t virtual_runtime_ns; // what fairness orders by: run time at the thread's pace
	uint32_t pace;               // THREAD_PACE: as the clock; a nicer thread's time passes faster
	int32_t nice;
	uint64_t runtime_ns, started_ns;
	uint64_t user_tsc, user_entered_tsc; // time in user mode; since when it is there, 0: it is not
	uint64_t switches_voluntary, switches_forced, faults;
	struct timer wait_timer;
	bool timed_out;
	int64_t restart_until_ns; // an interrupted call that no handler sees goes on until then (restart_block); 0: it begins anew

	// Belongings, opaque here.
	struct mm *mm; // NULL: kernel thread
	struct files *files;
	struct fs_context *fs;
	const struct cred *cred;
	int32_t tid, tgid;     // tgid names the process: the owner of POSIX locks
	int32_t fpu_cpu;       // whose registers hold its state, -1: none
	uint32_t signal_bits;  // THREAD_SIGNAL_*
	uint64_t trace_id;     // of the request it works for
	char name[16];
};

#define THREAD_PACE 1024u
#define THREAD_SIGNAL_PENDING 1u // an unblocked signal waits
#define THREAD_SIGNAL_FATAL 2u   // one that will end the process

// The deadline of a call: the one it had before it was interrupted, when it is that call once more.
#define call_deadline(fresh)                                                                                      \
	({                                                                                                             \
		int64_t kept_ = current->restart_until_ns;                                                             \
		current->restart_until_ns = 0;                                                                         \
		kept_ != 0 ? kept_ : (fresh);                                                                          \
	})
// What a call returns that goes on after a stop, but ends with EINTR after any handler.
#define call_interrupted(deadline) (current->restart_until_ns = (deadline), -ERESTARTSYS)

#define current cpu_current_thread()

static inline bool signal_pending(void)
{
	return (__atomic_load_n(&current->signal_bits, __ATOMIC_RELAXED) & (THREAD_SIGNAL_PENDING | THREAD_SIGNAL_FATAL)) != 0;
}
