// timer.c: a tree of absolute deadlines a CPU, and the one-shot timer that wakes for the earliest of them or for the end of
// the running thread's slice.
//
// bases[cpu].lock (interrupts off) guards the tree and `firing`. Lock order: run queue, then timer base. fire() runs without
// the lock. `programmed_ns` belongs to its CPU alone: an interrupt that comes early only finds nothing due.
#include "kernel/sched/timer.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/core/limits.h"
#include "kernel/core/log.h"
#include "kernel/sched/sched.h"
#include "kernel/sync/spinlock.h"

struct timer_base {
	struct spinlock lock;
	struct rbtree tree;
	struct timer *firing;
	int64_t programmed_ns; // 0: the hardware is off
};

static struct timer_base bases[CPUS_MAX] = {[0 ... CPUS_MAX - 1] = {.lock = SPINLOCK_INIT("timer")}};
static int64_t realtime_offset_ns;

int64_t time_monotonic_ns(void)
{
	return clock_read_ns();
}

int64_t time_realtime_ns(void)
{
	return clock_read_ns() + READ_ONCE(realtime_offset_ns);
}

void time_set_realtime_ns(int64_t now)
{
	WRITE_ONCE(realtime_offset_ns, now - clock_read_ns());
}

void time_init(void)
{
	log_set_clock(time_monotonic_ns);
	time_set_realtime_ns(clock_read_rtc_seconds() * NS_PER_SECOND);
}

void timer_init(struct timer *timer, void (*fire)(struct timer *timer))
{
	*timer = (struct timer){.fire = fire, .cpu = -1};
}

static struct timer *earliest(struct timer_base *base)
{
	struct rbtree_node *node = rbtree_first(&base->tree);
	return node != NULL ? container_of(node, struct timer, node) : NULL;
}

// This CPU, interrupts off.
static void program(struct timer_base *base, int64_t deadline_ns)
{
	if (deadline_ns == INT64_MAX || (base->programmed_ns != 0 && base->programmed_ns <= deadline_ns))
		return;
	base->programmed_ns = deadline_ns;
	apic_timer_start(clock_ns_to_apic_ticks(deadline_ns - time_monotonic_ns()));
}

// base->lock held.
static void insert(struct timer_base *base, struct timer *timer, int64_t deadline_ns)
{
	timer->deadline_ns = deadline_ns;
	WRITE_ONCE(timer->cpu, (int32_t)(base - bases));
	struct rbtree_node **slot = &base->tree.root, *parent = NULL;
	while (*slot != NULL) {
		parent = *slot;
		slot = deadline_ns < container_of(parent, struct timer, node)->deadline_ns ? &parent->left : &parent->right;
	}
	rbtree_insert(&base->tree, &timer->node, parent, slot);
}

void timer_start(struct timer *timer, int64_t deadline_ns)
{
	timer_cancel(timer);
	unsigned long state = interrupts_save();
	struct timer_base *base = &bases[cpu_number()];
	spin_lock(&base->lock);
	insert(base, timer, deadline_ns);
	program(base, deadline_ns);
	spin_unlock(&base->lock);
	interrupts_restore(state);
}

bool timer_cancel(struct timer *timer)
{
	for (;;) {
		int32_t cpu = READ_ONCE(timer->cpu);
		if (cpu < 0)
			return false;
		struct timer_base *base = &bases[cpu];
		unsigned long state = spin_lock_irqsave(&base->lock);
		bool pending = timer->cpu == cpu && base->firing != timer;
		if (pending) {
			rbtree_remove(&base->tree, &timer->node);
			WRITE_ONCE(timer->cpu, -1);
		}
		spin_unlock_irqrestore(&base->lock, state);
		if (pending)
			return true;
		cpu_pause(); // it fires at this moment
	}
}

static void fire_due(struct timer_base *base)
{
	for (;;) {
		spin_lock(&base->lock);
		struct timer *timer = earliest(base);
		if (timer == NULL || timer->deadline_ns > time_monotonic_ns()) {
			spin_unlock(&base->lock);
			return;
		}
		rbtree_remove(&base->tree, &timer->node);
		base->firing = timer;
		spin_unlock(&base->lock);
		timer->again_ns = 0;
		timer->fire(timer);
		spin_lock(&base->lock);
		base->firing = NULL;
		if (timer->again_ns != 0)
			insert(base, timer, timer->again_ns);
		else
			WRITE_ONCE(timer->cpu, -1);
		spin_unlock(&base->lock);
	}
}

void timer_interrupt(void)
{
	struct timer_base *base = &bases[cpu_number()];
	base->programmed_ns = 0;
	fire_due(base);
	sched_timer();
	spin_lock(&base->lock);
	struct timer *timer = earliest(base);
	int64_t next = timer != NULL ? timer->deadline_ns : INT64_MAX, slice = sched_slice_end_ns();
	program(base, next < slice ? next : slice);
	spin_unlock(&base->lock);
}

void timer_slice_begins(void)
{
	program(&bases[cpu_number()], sched_slice_end_ns());
}
