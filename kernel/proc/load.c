// load.c: the load averages of /proc/loadavg and sysinfo(2): every 5 seconds the number of threads that run, want to, or sleep
// uninterruptibly enters three averages, which forget it by half in 42 s, 3.5 and 10.4 minutes (e^(-5 s / 1, 5, 15 min)). Fixed point with
// 11 bits behind the point, as programs that read the kernel's numbers expect.
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/core/init.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"

#define PERIOD_NS (5 * NS_PER_SECOND)
#define ONE 2048ul

static const uint64_t keeps[3] = {1884, 2014, 2037}; // 2048 e^(-5/60), e^(-5/300), e^(-5/900)
static uint64_t averages[3];			     // written by the timer only
static struct timer sampler;

uint64_t load_running(void)
{
	uint64_t count = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		count += sched_runnable(cpu);
	return count;
}

static uint64_t sleeping_deeply(void) // from the timer: process_lock is taken with interrupts off everywhere
{
	uint64_t count = 0;
	struct task *task;
	unsigned long state = spin_lock_irqsave(&process_lock);
	for (struct process *process = process_next(0); process != NULL; process = process_next(process->pid))
		list_for_each (task, &process->threads, link)
			count += READ_ONCE(task->thread.state) == THREAD_UNINTERRUPTIBLE;
	spin_unlock_irqrestore(&process_lock, state);
	return count;
}

static void sample(struct timer *timer)
{
	uint64_t active = (load_running() + sleeping_deeply()) * ONE;
	for (int i = 0; i < 3; i++) {
		uint64_t sum = averages[i] * keeps[i] + active * (ONE - keeps[i]);
		WRITE_ONCE(averages[i], (sum + (active >= averages[i] ? ONE - 1 : 0)) / ONE); // rounded towards what it nears
	}
	timer->again_ns = timer->deadline_ns + PERIOD_NS;
}

uint64_t load_average(int which)
{
	return READ_ONCE(averages[which]);
}

static int show_loadavg(struct text *text)
{
	for (int i = 0; i < 3; i++) {
		uint64_t hundredths = (load_average(i) * 100 + ONE / 2) / ONE;
		text_print(text, "%lu.%02lu ", hundredths / 100, hundredths % 100);
	}
	text_print(text, "%lu/%lu %d\n", load_running(), process_count(), READ_ONCE(process_last_pid));
	return 0;
}
PROCFS_FILE(loadavg, "loadavg", 0444, show_loadavg);

static void load_start(void)
{
	timer_init(&sampler, sample);
	timer_start(&sampler, time_monotonic_ns() + PERIOD_NS);
}
INIT_LATE(load_start);
