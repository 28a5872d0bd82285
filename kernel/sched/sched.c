// sched.c: see sched.h.
//
// Locks: queues[cpu].lock (taken with interrupts off) guards that CPU's tree and, for every thread whose `cpu` it is, the
// fields on_queue, virtual_runtime_ns and the change from sleeping to running. It is held across context_switch(): who gets
// a thread's queue lock knows that the thread is either current there or completely off the CPU. Two queue locks are taken
// in order of CPU number. Leaf locks but for timer locks.
// Invariants: 1 current is not in the tree; 2 on_queue means current or in the tree; 3 only a CPU itself changes its current.
#include "kernel/sched/sched.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/timer.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/reschedule.h"

#define SLICE_NS 4000000     // how long a thread runs while others wait
#define WAKE_BONUS_NS 3000000 // a sleeper comes back at most so far ahead of the others
#define PREEMPT_NS 1000000   // a woken thread preempts only one that is so far ahead of it

struct run_queue {
	struct spinlock lock;
	struct rbtree tree; // by virtual_runtime_ns
	uint32_t waiting;   // threads in the tree
	uint64_t minimum_ns; // never goes back
	int64_t switched_ns; // when current got the CPU
	struct thread *previous; // who left in the last switch
	uint64_t switches;
};

static struct run_queue queues[CPUS_MAX];
struct sched_hooks sched_hooks;

void context_switch(uint64_t *save_stack_pointer, uint64_t load_stack_pointer);
void thread_start(void);

static struct run_queue *queue_of_this_cpu(void)
{
	return &queues[cpu_number()];
}

// The queue of the thread's CPU, locked; the thread may move until then.
static struct run_queue *lock_queue_of(struct thread *thread)
{
	for (;;) {
		int32_t cpu = READ_ONCE(thread->cpu);
		spin_lock(&queues[cpu].lock);
		if (cpu == READ_ONCE(thread->cpu))
			return &queues[cpu];
		spin_unlock(&queues[cpu].lock);
	}
}

static void insert(struct run_queue *queue, struct thread *thread)
{
	struct rbtree_node **slot = &queue->tree.root, *parent = NULL;
	while (*slot != NULL) {
		parent = *slot;
		struct thread *other = container_of(parent, struct thread, run_node);
		slot = (int64_t)(thread->virtual_runtime_ns - other->virtual_runtime_ns) < 0 ? &parent->left : &parent->right;
	}
	rbtree_insert(&queue->tree, &thread->run_node, parent, slot);
	queue->waiting++;
}

static void take(struct run_queue *queue, struct thread *thread)
{
	rbtree_remove(&queue->tree, &thread->run_node);
	queue->waiting--;
}

static void charge_current(struct run_queue *queue)
{
	int64_t now = time_monotonic_ns(), ran = now - queue->switched_ns;
	queue->switched_ns = now;
	if (ran <= 0)
		return;
	current->runtime_ns += ran;
	current->virtual_runtime_ns += (uint64_t)ran * READ_ONCE(current->pace) / THREAD_PACE;
	if (current->is_idle)
		this_cpu()->idle_ns += ran;
}

uint64_t thread_runtime_ns(const struct thread *thread)
{
	unsigned long state = interrupts_save();
	struct run_queue *queue = lock_queue_of((struct thread *)thread);
	int64_t since = cpus[queue - queues]->thread == thread ? time_monotonic_ns() - queue->switched_ns : 0;
	uint64_t sum = thread->runtime_ns + (since > 0 ? (uint64_t)since : 0);
	spin_unlock(&queue->lock);
	interrupts_restore(state);
	return sum;
}

static void advance_minimum(struct run_queue *queue, uint64_t candidate)
{
	if ((int64_t)(candidate - queue->minimum_ns) > 0)
		queue->minimum_ns = candidate;
}

static struct thread *first(struct run_queue *queue)
{
	struct rbtree_node *node = rbtree_first(&queue->tree);
	return node != NULL ? container_of(node, struct thread, run_node) : NULL;
}

// An idle CPU takes a thread that waits elsewhere. Its own lock is dropped and retaken to keep the order of numbers.
static struct thread *steal(struct run_queue *queue)
{
	uint32_t self = cpu_number(), count = cpus_online();
	for (uint32_t i = 1; i < count; i++) {
		uint32_t victim = (self + i) % count;
		struct run_queue *other = &queues[victim];
		if (READ_ONCE(other->waiting) == 0 || !spin_trylock(&other->lock))
			continue; // trylock needs no order
		struct thread *thread = first(other);
		while (thread != NULL && !(thread->affinity & 1u << self)) {
			struct rbtree_node *next = rbtree_next(&thread->run_node);
			thread = next != NULL ? container_of(next, struct thread, run_node) : NULL;
		}
		if (thread != NULL) {
			take(other, thread);
			thread->virtual_runtime_ns += queue->minimum_ns - other->minimum_ns;
			WRITE_ONCE(thread->cpu, (int32_t)self);
		}
		spin_unlock(&other->lock);
		if (thread != NULL)
			return thread;
	}
	return NULL;
}

static struct thread *pick_next(struct run_queue *queue)
{
	struct thread *next = first(queue);
	if (next != NULL) {
		take(queue, next);
		advance_minimum(queue, next->virtual_runtime_ns);
		return next;
	}
	next = steal(queue);
	return next != NULL ? next : this_cpu()->idle_thread;
}

// Runs on the new thread's stack after every switch, interrupts off: were they on here, an interrupt could preempt again and
// again on the same stack.
void schedule_tail(void);
void schedule_tail(void)
{
	struct run_queue *queue = queue_of_this_cpu();
	struct thread *previous = queue->previous;
	bool dead = previous != NULL && previous->state == THREAD_DEAD;
	queue->previous = NULL;
	spin_unlock(&queue->lock);
	if (dead && sched_hooks.dead != NULL)
		sched_hooks.dead(previous);
}

static void switch_to(struct run_queue *queue, struct thread *previous, struct thread *next)
{
	queue->switches++;
	queue->previous = previous;
	struct cpu *cpu = this_cpu();
	cpu->thread = next;
	machine_set_kernel_stack((char *)next->stack + KERNEL_STACK_SIZE);
	if (sched_hooks.switch_to != NULL)
		sched_hooks.switch_to(previous, next);
	context_switch(&previous->stack_pointer, next->stack_pointer);
}

// Interrupts off, preemption on. `preempted`: the thread's state is left alone, it stays runnable.
static void reschedule(bool preempted)
{
	struct run_queue *queue = queue_of_this_cpu();
	struct thread *previous = current;
	assert(this_cpu()->preempt_count == 0 && this_cpu()->interrupt_depth == 0);
	spin_lock(&queue->lock);
	this_cpu()->need_resched = 0;
	this_cpu()->rcu_passes++;
	charge_current(queue);
	uint32_t state = READ_ONCE(previous->state);
	// A dead thread that is preempted on its way to schedule() leaves too: schedule_tail() gives its memory back.
	bool leaves = (!preempted && state != THREAD_RUNNING) || state == THREAD_DEAD;
	if (leaves)
		previous->on_queue = false;
	else if (!previous->is_idle)
		insert(queue, previous);
	struct thread *next = pick_next(queue);
	if (next == previous) {
		spin_unlock(&queue->lock);
		return;
	}
	*(leaves ? &previous->switches_voluntary : &previous->switches_forced) += 1;
	if (queue->waiting != 0)
		timer_slice_begins();
	switch_to(queue, previous, next);
	schedule_tail();
}

void schedule(void)
{
	unsigned long state = interrupts_save();
	reschedule(false);
	interrupts_restore(state);
}

static void preempt(void)
{
	unsigned long state = interrupts_save();
	while (this_cpu()->need_resched && this_cpu()->preempt_count == 0)
		reschedule(true);
	interrupts_restore(state);
}

void sched_yield(void)
{
	unsigned long state = interrupts_save();
	struct run_queue *queue = queue_of_this_cpu();
	struct thread *next = first(queue); // a peek: the tree of this CPU changes under its lock only, a stale answer is harmless
	if (next != NULL)
		advance_minimum(queue, next->virtual_runtime_ns);
	reschedule(true);
	interrupts_restore(state);
}

void set_state(enum thread_state state)
{
	atomic_exchange(&current->state, (uint32_t)state);
}

static bool cpu_is_idle(uint32_t cpu)
{
	return READ_ONCE(queues[cpu].waiting) == 0 && READ_ONCE(cpus[cpu]->thread) == cpus[cpu]->idle_thread;
}

static int32_t choose_cpu(struct thread *thread)
{
	int32_t last = thread->cpu;
	if ((thread->affinity & 1u << last) && cpu_is_idle(last))
		return last;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		if ((thread->affinity & 1u << cpu) && cpu_is_idle(cpu))
			return cpu;
	return thread->affinity & 1u << last ? last : __builtin_ctz(thread->affinity);
}

// Queue lock held: the thread joins this queue and perhaps preempts its current. The vector that this CPU should be sent once
// the lock is free (it would only spin for it before); 0: none.
static unsigned enqueue(struct run_queue *queue, struct thread *thread)
{
	uint32_t cpu = queue - queues;
	uint64_t floor = queue->minimum_ns - WAKE_BONUS_NS;
	if ((int64_t)(thread->virtual_runtime_ns - floor) < 0)
		thread->virtual_runtime_ns = floor;
	thread->on_queue = true;
	insert(queue, thread);
	struct thread *running = cpus[cpu]->thread;
	int64_t ran = cpu == cpu_number() ? time_monotonic_ns() - queue->switched_ns : 0;
	if (running->is_idle || (int64_t)(running->virtual_runtime_ns + ran - thread->virtual_runtime_ns) > PREEMPT_NS) {
		WRITE_ONCE(cpus[cpu]->need_resched, 1);
		return VECTOR_RESCHEDULE;
	}
	return queue->waiting == 1 ? VECTOR_TIMER : 0; // a second thread: its current gets a slice end
}

bool thread_wake(struct thread *thread, uint32_t states)
{
	atomic_fence(); // the caller's condition before our read of the state
	unsigned long flags = interrupts_save();
	struct run_queue *queue = lock_queue_of(thread);
	uint32_t state = READ_ONCE(thread->state);
	unsigned vector = 0;
	bool woke = (states & 1u << state) != 0 && state != THREAD_RUNNING && state != THREAD_DEAD;
	if (woke) {
		WRITE_ONCE(thread->state, THREAD_RUNNING);
		if (!thread->on_queue) {
			int32_t target = choose_cpu(thread);
			if (target != thread->cpu) {
				uint64_t lead = thread->virtual_runtime_ns - queue->minimum_ns;
				WRITE_ONCE(thread->cpu, target);
				spin_unlock(&queue->lock);
				queue = &queues[target];
				spin_lock(&queue->lock);
				thread->virtual_runtime_ns = queue->minimum_ns + lead;
			}
			vector = enqueue(queue, thread);
		}
	}
	uint32_t cpu = queue - queues;
	spin_unlock(&queue->lock);
	if (vector != 0 && cpu != cpu_number())
		apic_send(cpus[cpu]->lapic_id, vector);
	else if (vector == VECTOR_TIMER)
		timer_slice_begins();
	interrupts_restore(flags);
	return woke;
}

void sched_kick(struct thread *thread)
{
	preempt_disable();
	uint32_t cpu = READ_ONCE(thread->cpu);
	if (cpu != cpu_number() && READ_ONCE(cpus[cpu]->thread) == thread)
		apic_send(cpus[cpu]->lapic_id, VECTOR_RESCHEDULE);
	preempt_enable();
}

void sched_timer(void)
{
	struct run_queue *queue = queue_of_this_cpu();
	if (queue->waiting != 0 && time_monotonic_ns() - queue->switched_ns >= SLICE_NS)
		this_cpu()->need_resched = 1;
}

int64_t sched_slice_end_ns(void)
{
	struct run_queue *queue = queue_of_this_cpu();
	int64_t soonest = time_monotonic_ns() + SLICE_NS / 4, end = queue->switched_ns + SLICE_NS;
	if (READ_ONCE(queue->waiting) == 0)
		return INT64_MAX;
	return end > soonest ? end : soonest; // overdue while preemption is off: ask again, but not at once
}

static void prepare_stack(struct thread *thread, uint64_t *top, void (*function)(void *argument), void *argument)
{
	*--top = 0; // alignment
	*--top = (uint64_t)thread_start;
	*--top = 0;                  // rbp
	*--top = (uint64_t)function; // rbx
	*--top = (uint64_t)argument; // r12
	top -= 3;                    // r13, r14, r15
	memset(top, 0, 3 * sizeof(*top));
	thread->stack_pointer = (uint64_t)top;
}

void thread_prepare_below(struct thread *thread, void (*function)(void *argument), void *frame)
{
	prepare_stack(thread, frame, function, frame);
}

void thread_prepare(struct thread *thread, void *stack, void (*function)(void *argument), void *argument)
{
	prepare_stack(thread, (uint64_t *)((char *)stack + KERNEL_STACK_SIZE), function, argument);
	thread->stack = stack;
	thread->state = THREAD_UNINTERRUPTIBLE;
	thread->cpu = cpu_number();
	thread->fpu_cpu = -1;
	if (thread->affinity == 0)
		thread->affinity = ~0u;
	if (thread->pace == 0)
		thread->pace = THREAD_PACE;
	timer_init(&thread->wait_timer, NULL);
}

void thread_start_running(struct thread *thread)
{
	unsigned long state = interrupts_save();
	thread->virtual_runtime_ns = queue_of_this_cpu()->minimum_ns;
	thread->cpu = cpu_number();
	thread->started_ns = time_monotonic_ns();
	interrupts_restore(state);
	thread_wake(thread, WAKE_ANY_SLEEP);
}

struct thread *thread_create_kernel(const char *name, void (*function)(void *argument), void *argument)
{
	struct thread *thread = kzalloc(sizeof(*thread), ALLOC_SLEEP);
	void *stack = stack_alloc();
	if (thread == NULL || stack == NULL) {
		kfree(thread);
		if (stack != NULL)
			stack_free(stack);
		return NULL;
	}
	strlcpy(thread->name, name, sizeof(thread->name));
	thread_prepare(thread, stack, function, argument);
	thread_start_running(thread);
	return thread;
}

void sched_init_cpu(struct thread *idle)
{
	struct cpu *cpu = this_cpu();
	struct run_queue *queue = queue_of_this_cpu();
	spin_init(&queue->lock, "run_queue");
	idle->is_idle = true;
	idle->cpu = cpu->number;
	idle->affinity = 1u << cpu->number;
	idle->fpu_cpu = -1;
	strlcpy(idle->name, "idle", sizeof(idle->name));
	timer_init(&idle->wait_timer, NULL);
	queue->switched_ns = time_monotonic_ns();
	cpu->idle_thread = cpu->thread = idle;
	preempt_reschedule = preempt;
}

void sched_idle(void)
{
	for (;;) {
		interrupts_disable();
		this_cpu()->rcu_passes++;
		if (this_cpu()->need_resched)
			schedule();
		else
			cpu_halt();
	}
}

uint64_t sched_runnable(uint32_t cpu)
{
	return READ_ONCE(queues[cpu].waiting) + (READ_ONCE(cpus[cpu]->thread) != cpus[cpu]->idle_thread);
}

uint64_t sched_switches(void)
{
	uint64_t sum = 0;
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		sum += READ_ONCE(queues[cpu].switches);
	return sum;
}
