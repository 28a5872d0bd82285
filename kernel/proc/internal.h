// internal.h: between the files of proc.
#pragma once
#include "kernel/proc/task.h"

// Where a thread's user registers lie while it is in the kernel: at the top of its stack.
static inline struct trap_frame *user_frame_of(const struct thread *thread)
{
	return (struct trap_frame *)((char *)thread->stack + KERNEL_STACK_SIZE) - 1;
}

#define EXEC_ENDS_THREADS (-1) // wait_status while an exec ends the other threads: any real status takes its place

void task_unpublish(struct task *task);          // process_lock held
void process_unpublish(struct process *process); // process_lock held
void task_release_belongings(struct task *task); // files, fs, mm
void task_put_cred(struct task *task);
void vfork_release(struct task *task); // exec or exit: the parent goes on
void futex_wake_address(uint64_t address, uint32_t count);
bool process_group_orphaned(int group); // process_lock held
int signal_send_process_locked(struct process *process, int signal, const struct abi_siginfo *info); // process_lock held

// procfs.c
struct text;
struct mm;
struct task *task_leader_get(int pid);       // the first thread of a process with a reference; NULL: gone
struct mm *task_mm_get(struct task *task);   // with a reference; NULL: none (left)
char task_state_letter(const struct task *task);
int procfs_show_memory(struct text *text, int pid, bool environment); // the strings that exec put there
