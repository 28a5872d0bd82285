// wait.h: the one waiting idiom.
//
//   for (;;) { prepare_to_wait(&queue, &entry, state); if (condition) break; rc = wait_schedule(...); if (rc) break; }
//   finish_wait(&queue, &entry);
//
// prepare_to_wait() puts the entry on the queue and sets the thread's state with a full fence BEFORE the condition is read;
// the waker changes the condition, then wake_up() reads the queue under its lock. So either the waiter sees the condition or
// the waker sees the waiter. The wait_event macros are that loop. A waker may call from any context.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/lib/list.h"
#include "kernel/sync/spinlock.h"
#include "kernel/uapi/errno.h"

#define ERESTARTSYS 512 // internal: a signal ended the wait; the call restarts or gives EINTR at return to user
#define WAIT_FOR_EVER INT64_MAX

struct thread;

enum thread_state {
	THREAD_RUNNING = 0,
	THREAD_INTERRUPTIBLE = 1,   // any signal ends the wait
	THREAD_KILLABLE = 2,        // only a fatal one does
	THREAD_UNINTERRUPTIBLE = 3, // bounded waits only
	THREAD_STOPPED = 4,
	THREAD_DEAD = 5,
};

struct wait_queue {
	struct spinlock lock; // taken with irqsave
	struct list waiters;
};

struct wait_entry {
	struct list link;
	struct thread *thread;
	void (*wake)(struct wait_entry *entry); // under the queue's lock; the default wakes entry->thread
	bool exclusive;                         // wake_up_one() stops after one of these; they queue at the back
};

#define WAIT_QUEUE_INIT(name) {SPINLOCK_INIT("wait_queue"), LIST_INIT((name).waiters)}

void wait_queue_init(struct wait_queue *queue);
void wait_entry_init(struct wait_entry *entry); // for the current thread, not exclusive
void prepare_to_wait(struct wait_queue *queue, struct wait_entry *entry, enum thread_state state);
void finish_wait(struct wait_queue *queue, struct wait_entry *entry);

// Sleeps if still in the prepared state. 0, -ERESTARTSYS (a signal that this state lets in), or -ETIMEDOUT when the
// monotonic deadline (ns, WAIT_FOR_EVER for none) has passed.
int wait_schedule(int64_t deadline_ns);

void wake_up(struct wait_queue *queue);     // everybody
void wake_up_one(struct wait_queue *queue); // all that are not exclusive, and the first that is

#define wait_event_state(queue, condition, state, deadline_ns)                                                    \
	({                                                                                                             \
		struct wait_entry wait_entry_;                                                                         \
		int wait_rc_ = 0;                                                                                      \
		wait_entry_init(&wait_entry_);                                                                         \
		for (;;) {                                                                                             \
			prepare_to_wait(queue, &wait_entry_, state);                                                   \
			if (condition)                                                                                 \
				break;                                                                                 \
			wait_rc_ = wait_schedule(deadline_ns);                                                         \
			if (wait_rc_ != 0)                                                                             \
				break;                                                                                 \
		}                                                                                                      \
		finish_wait(queue, &wait_entry_);                                                                      \
		wait_rc_;                                                                                              \
	})

// 0 when the condition holds, -ERESTARTSYS when a signal came first.
#define wait_event_interruptible(queue, condition)                                                                \
	wait_event_state(queue, condition, THREAD_INTERRUPTIBLE, WAIT_FOR_EVER)
#define wait_event_killable(queue, condition)                                                                     \
	wait_event_state(queue, condition, THREAD_KILLABLE, WAIT_FOR_EVER)
#define wait_event(queue, condition)                                                                              \
	(void)wait_event_state(queue, condition, THREAD_UNINTERRUPTIBLE, WAIT_FOR_EVER)
// As wait_event_interruptible, and -ETIMEDOUT at the deadline.
#define wait_event_deadline(queue, condition, deadline_ns)                                                        \
	wait_event_state(queue, condition, THREAD_INTERRUPTIBLE, deadline_ns)

// poll(2): a file's poll operation calls poll_wait() for each queue that could change its answer, then answers.
struct poll_table {
	void (*add)(struct poll_table *table, struct wait_queue *queue); // NULL: only asking, do not register
};

static inline void poll_wait(struct poll_table *table, struct wait_queue *queue)
{
	if (table != NULL && table->add != NULL)
		table->add(table, queue);
}
