// oom.c: the end of memory. The process with the most resident pages is killed, and the one that found no memory waits for
// its pages. Called by the fault path without locks; oom_lock keeps it to one victim at a time.
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/proc/internal.h"
#include "kernel/sched/mutex.h"
#include "kernel/vm/area.h"

static struct mutex oom_lock = MUTEX_INIT(oom_lock);

static struct process *choose_victim(uint64_t *pages) // process_lock held
{
	struct process *victim = NULL, *process = NULL;
	*pages = 0;
	for (int pid = 1; (process = process_next(pid)) != NULL; pid = process->pid) { // never PID 1
		struct task *task = list_first(&process->threads, struct task, link);
		struct mm *mm = process->zombie ? NULL : task->thread.mm;
		if (mm != NULL && mm->resident_pages > *pages) {
			*pages = mm->resident_pages;
			victim = process;
		}
	}
	return victim;
}

static void out_of_memory(void)
{
	static int last_victim;
	if (!mutex_trylock(&oom_lock)) {
		sched_yield(); // somebody is at it
		return;
	}
	uint64_t pages;
	struct abi_siginfo info = {.si_code = SI_KERNEL};
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *victim = choose_victim(&pages);
	bool again = victim != NULL && victim->pid == last_victim && victim->exiting;
	int pid = victim != NULL ? victim->pid : 0;
	if (victim != NULL && !again)
		signal_send_locked(victim, NULL, SIGKILL, &info);
	spin_unlock_irqrestore(&process_lock, state);
	if (victim == NULL)
		panic("out of memory, and nobody to kill");
	if (pid != last_victim)
		printk("out of memory: killed process %d, %lu KiB resident\n", pid, pages * 4);
	last_victim = pid;
	mutex_unlock(&oom_lock);
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	if (!(READ_ONCE(current->signal_bits) & THREAD_SIGNAL_FATAL)) // let it die
		(void)wait_event_state(&nobody, false, THREAD_KILLABLE, time_monotonic_ns() + 2000000);
}

static void oom_init(void)
{
	vm_out_of_memory = out_of_memory;
}
INIT_EARLY(oom_init);
