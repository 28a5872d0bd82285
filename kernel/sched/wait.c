// wait.c: wait queues and the sleeping locks built on them. Order: queue->lock, then the run queue's lock.
#include "kernel/sched/wait.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/sched.h"

static void wake_thread(struct wait_entry *entry)
{
	thread_wake(entry->thread, WAKE_ANY_SLEEP);
}

void wait_queue_init(struct wait_queue *queue)
{
	spin_init(&queue->lock, "wait_queue");
	list_init(&queue->waiters);
}

void wait_entry_init(struct wait_entry *entry)
{
	list_init(&entry->link);
	entry->thread = current;
	entry->wake = wake_thread;
	entry->exclusive = false;
}

void prepare_to_wait(struct wait_queue *queue, struct wait_entry *entry, enum thread_state state)
{
	unsigned long flags = spin_lock_irqsave(&queue->lock);
	if (list_empty(&entry->link)) {
		if (entry->exclusive)
			list_push_back(&queue->waiters, &entry->link);
		else
			list_push_front(&queue->waiters, &entry->link);
	}
	set_state(state);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void finish_wait(struct wait_queue *queue, struct wait_entry *entry)
{
	set_state(THREAD_RUNNING);
	unsigned long flags = spin_lock_irqsave(&queue->lock);
	list_remove(&entry->link);
	spin_unlock_irqrestore(&queue->lock, flags);
}

static void wait_timed_out(struct timer *timer)
{
	struct thread *thread = container_of(timer, struct thread, wait_timer);
	WRITE_ONCE(thread->timed_out, true);
	thread_wake(thread, WAKE_ANY_SLEEP);
}

static bool signal_ends(uint32_t state)
{
	uint32_t bits = READ_ONCE(current->signal_bits);
	return (state == THREAD_INTERRUPTIBLE && bits != 0) || (state == THREAD_KILLABLE && (bits & THREAD_SIGNAL_FATAL));
}

int wait_schedule(int64_t deadline_ns)
{
	uint32_t state = READ_ONCE(current->state);
	if (signal_ends(state))
		return -ERESTARTSYS;
	if (deadline_ns == WAIT_FOR_EVER) {
		schedule();
		return 0;
	}
	current->timed_out = false;
	if (time_monotonic_ns() >= deadline_ns)
		return -ETIMEDOUT;
	current->wait_timer.fire = wait_timed_out;
	timer_start(&current->wait_timer, deadline_ns);
	schedule();
	timer_cancel(&current->wait_timer);
	return READ_ONCE(current->timed_out) ? -ETIMEDOUT : 0;
}

static void wake(struct wait_queue *queue, bool everybody)
{
	atomic_fence(); // the caller's condition before our look at the queue
	unsigned long flags = spin_lock_irqsave(&queue->lock);
	struct wait_entry *entry, *following;
	list_for_each_safe(entry, following, &queue->waiters, link) {
		bool exclusive = entry->exclusive;
		if (exclusive)
			list_remove(&entry->link);
		entry->wake(entry);
		if (exclusive && !everybody)
			break;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

void wake_up(struct wait_queue *queue)
{
	wake(queue, true);
}

void wake_up_one(struct wait_queue *queue)
{
	wake(queue, false);
}

void mutex_init(struct mutex *mutex)
{
	mutex->owner = NULL;
	wait_queue_init(&mutex->waiters);
}

bool mutex_trylock(struct mutex *mutex)
{
	struct thread *none = NULL;
	return atomic_compare_exchange(&mutex->owner, &none, current);
}

static int lock_in_state(struct mutex *mutex, enum thread_state state)
{
	assert(this_cpu()->preempt_count == 0 && mutex->owner != current);
	for (int spin = 0; spin < 100; spin++) { // the owner is likely to be done soon
		if (mutex_trylock(mutex))
			return 0;
		cpu_pause();
	}
	struct wait_entry entry;
	int rc = 0;
	wait_entry_init(&entry);
	entry.exclusive = true;
	for (;;) {
		prepare_to_wait(&mutex->waiters, &entry, state);
		if (mutex_trylock(mutex))
			break;
		rc = wait_schedule(WAIT_FOR_EVER);
		if (rc != 0)
			break;
	}
	finish_wait(&mutex->waiters, &entry);
	if (rc != 0)
		wake_up_one(&mutex->waiters); // a wake-up meant for us goes to the next
	return rc;
}

void mutex_lock(struct mutex *mutex)
{
	lock_in_state(mutex, THREAD_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *mutex)
{
	return lock_in_state(mutex, THREAD_INTERRUPTIBLE);
}

void mutex_unlock(struct mutex *mutex)
{
	assert(mutex->owner == current);
	atomic_store_release(&mutex->owner, NULL);
	wake_up_one(&mutex->waiters);
}

bool mutex_held(const struct mutex *mutex)
{
	return READ_ONCE(mutex->owner) == current;
}

void rwsem_init(struct rwsem *rwsem)
{
	spin_init(&rwsem->lock, "rwsem");
	rwsem->readers = 0;
	rwsem->writers_waiting = 0;
	wait_queue_init(&rwsem->waiters);
}

static bool try_read(struct rwsem *rwsem)
{
	spin_lock(&rwsem->lock);
	bool got = rwsem->readers >= 0 && rwsem->writers_waiting == 0;
	rwsem->readers += got;
	spin_unlock(&rwsem->lock);
	return got;
}

static bool try_write(struct rwsem *rwsem)
{
	spin_lock(&rwsem->lock);
	bool got = rwsem->readers == 0;
	if (got)
		rwsem->readers = -1;
	spin_unlock(&rwsem->lock);
	return got;
}

void down_read(struct rwsem *rwsem)
{
	if (!try_read(rwsem))
		wait_event(&rwsem->waiters, try_read(rwsem));
}

void up_read(struct rwsem *rwsem)
{
	spin_lock(&rwsem->lock);
	bool last = --rwsem->readers == 0;
	spin_unlock(&rwsem->lock);
	if (last)
		wake_up(&rwsem->waiters);
}

void down_write(struct rwsem *rwsem)
{
	if (try_write(rwsem))
		return;
	atomic_add(&rwsem->writers_waiting, 1);
	wait_event(&rwsem->waiters, try_write(rwsem));
	atomic_sub(&rwsem->writers_waiting, 1);
}

void up_write(struct rwsem *rwsem)
{
	spin_lock(&rwsem->lock);
	rwsem->readers = 0;
	spin_unlock(&rwsem->lock);
	wake_up(&rwsem->waiters);
}
