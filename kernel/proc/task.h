// task.h: tasks and processes. A struct task is one thread with what Linux calls its own: blocked signals, FPU, ids. A
// struct process is what its threads share beside mm, files and fs.
//
// Locks: process_lock (irqsave) guards the tree: parent, children, threads, groups, sessions, tables, zombie and stop
// states. process->signal_lock (irqsave, inside it) guards actions and pending signals. Both outside run-queue locks.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/core/cred.h"
#include "kernel/core/refcount.h"
#include "kernel/lib/list.h"
#include "kernel/sched/sched.h"
#include "kernel/uapi/process.h"
#include "kernel/uapi/signal.h"

struct file;
struct vm_area_operations;

struct pending_signals {
	uint64_t bits; // bit signal - 1
	struct list queue; // of struct queued_signal
};

struct process {
	struct refcount references;
	int32_t pid, group, session;
	struct process *parent;
	struct list children, sibling;
	struct list threads, tracees; // tracees: that its threads trace
	uint32_t thread_count, threads_alive;
	struct wait_queue child_exit; // its wait4() callers

	struct spinlock signal_lock;
	struct abi_sigaction actions[SIGNAL_MAX];
	struct pending_signals pending;
	bool exiting;   // group exit: every thread ends at its next return to user
	bool stopping;  // every thread stops there
	bool stop_reported, continued; // for wait4()
	bool zombie, did_exec;
	bool subreaper, not_dumpable; // prctl(2)
	int death_signal, exit_signal; // sent when the parent ends; sent to it at the end; 0: none
	struct wait_queue signal_arrived; // readers of a signalfd
	int32_t stop_signal;
	int32_t wait_status; // as wait4 reports it
	uint32_t uid;        // of its last thread, when it ended
	uint32_t stopped_count;

	uint64_t child_user_ns, child_system_ns, dead_user_ns, dead_system_ns;
	struct abi_rlimit limits[RLIMIT_COUNT];
	struct process_timers *timers; // posix_timer.c's; NULL: it has none
	int64_t started_ns;
};

struct task {
	struct thread thread; // first: `current` is its address
	struct refcount references;
	struct process *process;
	struct list link; // in process->threads
	uint64_t blocked, saved_blocked;
	uint64_t awaited; // by sigtimedwait: these end its wait and are not delivered
	bool no_new_privileges; // exec gives none; prctl(2)
	bool restore_blocked; // sigsuspend: saved_blocked comes back after the handler's frame is made
	struct pending_signals pending;
	struct abi_stack alternate_stack;
	uint64_t clear_child_tid, robust_list; // user addresses
	struct tracee *tracee;        // its tracer's hold on it, ptrace.c's; NULL: none. process_lock
	bool stop_seen, trap_wanted;  // its tracer let it go on though its process is stopped; it shall stop for its tracer
	int32_t ptrace_signal;         // what the tracer sent it on with
	bool vfork_pending;           // the parent waits ...
	struct wait_queue vfork_wait; // ... here until this task execs or exits
};

#define current_task() ((struct task *)current)
#define current_process() (current_task()->process)

extern struct spinlock process_lock;
extern struct process *init_process;

// Tables by number; process_lock held. NULL: none.
struct task *task_find(int tid);
struct process *process_find(int pid);
struct process *process_next(int after_pid); // in order of pid
uint64_t process_count(void);      // threads there are
extern int process_last_pid;       // the number given last
extern uint64_t process_births;    // threads there have been

int process_start_init(const char *path); // makes PID 1 and runs it

uint64_t task_user_ns(const struct task *task);

// exec.c
int exec_program(const char *path, char *const argv[], char *const envp[]); // kernel strings; for init
extern const struct vm_area_operations file_area_operations; // areas that show a file

// exit.c
_Noreturn void task_exit(int status, bool group); // status as wait4 reports it
void process_exit_all(struct process *process, int status);
void task_put(struct task *task);
void process_put(struct process *process);
extern void (*process_session_ends)(int session); // the tty hangs up when a session leader exits

// signal.c
int signal_send_process(struct process *process, int signal, const struct abi_siginfo *info); // 0 or -EAGAIN
int signal_send_task(struct task *task, int signal, const struct abi_siginfo *info);
int signal_send_group(int group, int signal); // from the kernel; number of processes hit
void signal_force(int signal, int code, uint64_t address); // a fault of the current thread: cannot be ignored or blocked
void signal_recalculate(struct task *task);                // signal_lock held
bool signal_ignored(const struct process *process, int signal);
void signal_flush(struct pending_signals *pending);
void signal_return_to_user(struct trap_frame *frame);
void signal_exec_reset(struct process *process);
void signal_notify(struct task *task); // something changed: wakes it if that matters to it; signal_lock held

#define WEAK __attribute__((weak)) // ptrace.c's: called for tasks with a tracee and processes with tracees, which only it makes
void ptrace_system_call(struct trap_frame *frame, bool entering) WEAK;
bool ptrace_signal(struct abi_siginfo *info) WEAK;
void ptrace_handler(struct trap_frame *frame, bool starts) WEAK;
void ptrace_stop(void) WEAK, ptrace_exec(void) WEAK, ptrace_tracer_ends(void) WEAK;
void ptrace_event(int event, uint64_t message) WEAK;
int ptrace_clone(struct task *child, uint64_t flags, int exit_signal) WEAK;
bool ptrace_ends(struct task *task, int status) WEAK;
void ptrace_notice(struct task *task) WEAK, ptrace_forget(struct task *task) WEAK;
struct process *ptrace_tracer(const struct task *task) WEAK;

const char *signal_name(int signal);
struct abi_siginfo signal_info_user(int signal, int code); // from the current process

