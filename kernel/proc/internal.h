// internal.h: between the files of proc.
#pragma once
#include "kernel/proc/task.h"

struct vm_area;

// Where a thread's user registers lie while it is in the kernel: at the top of its stack.
static inline struct trap_frame *user_frame_of(const struct thread *thread)
{
	return (struct trap_frame *)((char *)thread->stack + KERNEL_STACK_SIZE) - 1;
}

struct clone_request {
	uint64_t flags, stack, parent_tid, child_tid, tls;
	int exit_signal, wanted_tid; // 0: any
};
long process_clone(const struct clone_request *request); // process.c: the new tid, in the parent

void exec_take_lead(struct process *process) __attribute__((weak)); // clone.c: the current thread is the only one left

#define EXEC_ENDS_THREADS (-1) // wait_status while an exec ends the other threads: any real status takes its place

void task_unpublish(struct task *task);          // process_lock held
void task_renumber(struct task *task, int tid);  // likewise: it takes the place of the task of that number, which leaves
void process_unpublish(struct process *process); // process_lock held
void task_release_belongings(struct task *task); // files, fs, mm
void task_put_cred(struct task *task);
void task_set_cred(struct task *task, struct cred *cred); // takes the reference
void vfork_release(struct task *task); // exec or exit: the parent goes on
extern void (*thread_id_cleared)(uint64_t address); // futex.c wakes who waits for a thread's end there; NULL: nobody can
extern void (*thread_ends)(struct task *task); // robust.c, while its memory is still there; NULL: nothing to do
bool process_group_orphaned(int group); // process_lock held
void continue_if_orphaned(const struct process *child, const struct process *parent) __attribute__((weak)); // orphans.c; likewise

// limits.c: RLIMIT_NPROC is reached; process_lock held
bool processes_exhausted(const struct process *parent, uint32_t uid) __attribute__((weak));

// load.c
uint64_t load_running(void);	  // threads that run or want to
uint64_t load_average(int which); // over 1, 5, 15 minutes; 2048 is one thread

// machine.c
extern struct abi_utsname uts_names; // process_lock

// clocks.c, time.c, cpu_clock.c
void process_times(uint64_t *user_ns, uint64_t *system_ns); // of the current process, with the threads that ended
void process_times_of(const struct process *process, uint64_t *user_ns, uint64_t *total_ns); // process_lock held
int clock_now(int clock, int64_t *now_ns);                  // CLOCK_*; 0 or -EINVAL
int cpu_clock_now(int clock, int64_t *now_ns) WEAK;
long cpu_clock_sleep(int clock, int64_t wanted_ns, bool absolute, uint64_t remainder) WEAK;

// posix_timer.c: called only where it has left something
void process_timers_end(struct process *process) WEAK, process_timers_exec(struct process *process) WEAK; // timer_create(2)'s go
void posix_timer_taken(struct abi_siginfo *info) WEAK;	 // its signal was dequeued; signal_lock held

struct queued_signal {
	struct list link;
	struct abi_siginfo info; // pad: 1: of a timer, which has one of its own whatever its number
};

// mlock.c: a new area: may it be locked, if it shall be (sets locked_by); and what follows when it is there
int memory_wanted(int flags, struct vm_area *area) WEAK;
void memory_mapped(uint64_t start, uint64_t size, int flags) WEAK;

#define PROTECTION_KNOWN (PROT_READ | PROT_WRITE | PROT_EXEC)

void file_area_name(struct vm_area *area, char *buffer, size_t size) __attribute__((weak)); // procfs_task.c

// procfs.c
struct text;
struct mm;
struct task *task_leader_get(int pid);       // the first thread of a process with a reference; NULL: gone
struct mm *task_mm_get(struct task *task);   // with a reference; NULL: none (left)
char task_state_letter(const struct task *task);
// What stat tells of these, when procfs_task.c is there.
struct procfs_space {
	uint64_t data, stack, code;    // pages
	uint64_t code_start, code_end; // addresses
};
struct procfs_signals {
	uint64_t ignored, caught;
	unsigned queued;
};
void procfs_space(struct mm *mm, struct procfs_space *space) __attribute__((weak));
void procfs_signals(struct process *process, struct procfs_signals *signals) __attribute__((weak));
uint64_t procfs_title_end(struct mm *mm) __attribute__((weak)); // where the text of cmdline ends
void procfs_terminal(int session, int *number, int *foreground) __attribute__((weak)); // tty/control.c
int procfs_show_memory(struct text *text, int pid, bool environment); // the strings that exec put there

// exit.c, wait.c
struct wait_result {
	int pid; // 0: nobody (WNOHANG)
	int status;
	uint32_t uid;
	struct abi_rusage usage;
	struct task *leader; // reaped
	bool trapped;        // a stop of a tracee
};
bool ptrace_look(int pid, int options, struct wait_result *result, bool *any) __attribute__((weak)); // ptrace.c; process_lock held
struct task *process_told_late(struct process *process); // as process_ends() tells of a process; likewise
struct task *process_reap(struct process *process); // process_lock held; the leader, whose table reference the caller puts
// Waits for a child that did what `options` name (WEXITED ...; WNOWAIT: and leaves it so). 0, -ECHILD or -ERESTARTSYS.
int wait_for_child(int pid, int options, struct wait_result *result);

// signal.c
#define BIT(signal) (1ul << ((signal) - 1))
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
#define IGNORED_BY_DEFAULT (BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH))
#define UNBLOCKABLE (BIT(SIGKILL) | BIT(SIGSTOP))
#define SYNCHRONOUS (BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGTRAP))
#define HANDLER_DEFAULT 0
#define HANDLER_IGNORE 1

// process_lock held; task NULL: any thread of the process may take it.
int signal_send_locked(struct process *process, struct task *task, int signal, const struct abi_siginfo *info);
// The next signal to take: synchronous ones first, then by number; 0: none. signal_lock held.
int signal_dequeue(struct task *task, uint64_t blocked, struct abi_siginfo *info);
void signal_set_blocked(uint64_t blocked);            // of the current thread
bool signal_permitted(const struct process *target); // kill(2)'s rule; process_lock held

// signal_frame.c: makes the handler's stack and registers; -EFAULT: there is no place for it
int signal_frame_push(struct trap_frame *frame, const struct abi_sigaction *action, const struct abi_siginfo *info);
