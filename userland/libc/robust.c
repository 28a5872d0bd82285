// robust.c: mutexes that outlive their holder. The word is the holder's number, with a bit for "somebody
// sleeps"; held ones hang in a list of the thread's that the kernel walks when it ends: it sets ROBUST_DIED
// and wakes one. `pending` names the mutex that is just being taken or given back, for a thread may end
// between the word's change and the list's.
#include <errno.h>
#include <limits.h>
#include "userland/libc/sync.h"

#define TID 0x3fffffff
enum {
	SOUND,
	DAMAGED,
	LOST
}; // mutex->condition: after a holder's death, until made consistent; after that was not done

static void put_in_list(struct thread *thread, pthread_mutex_t *mutex)
{
	struct pthread_robust *head = (struct pthread_robust *)(void *)&thread->robust.first,
			      *next = head->next;
	mutex->links.next = next;
	mutex->links.previous = head;
	if (next != head)
		next->previous = &mutex->links;
	head->next = &mutex->links;
}

static void take_from_list(struct thread *thread, pthread_mutex_t *mutex)
{
	struct pthread_robust *head = (struct pthread_robust *)(void *)&thread->robust.first,
			      *next = mutex->links.next;
	mutex->links.previous->next = next;
	if (next != head) // the head has no way back
		next->previous = mutex->links.previous;
}

static struct thread *registered(void)
{
	struct thread *thread = thread_self();
	if (thread->robust.first == NULL) {
		thread->robust.first = &thread->robust;
		thread->robust.offset =
		    (long)offsetof(pthread_mutex_t, lock) - (long)offsetof(pthread_mutex_t, links);
		SYSTEM(set_robust_list, &thread->robust, sizeof(thread->robust));
	}
	return thread;
}

// One attempt: 0: it is ours, `*seen` is what stood there; else EBUSY or an error.
static int attempt(pthread_mutex_t *mutex, int mark, int *seen)
{
	int word = *seen = LOAD(&mutex->lock);
	if (LOAD(&mutex->condition) == LOST)
		return ENOTRECOVERABLE;
	if ((word & TID) == thread_tid())
		return mutex->kind == PTHREAD_MUTEX_NORMAL ? EBUSY : EDEADLK;
	if ((word & TID) != 0)
		return EBUSY;
	return swap_if(&mutex->lock, word, thread_tid() | mark | (word & ROBUST_WAITERS)) ? 0 : EAGAIN;
}

int robust_take(pthread_mutex_t *mutex, bool wait, const struct timespec *until)
{
	struct thread *thread = registered();
	int word, rc, mark = 0;
	thread->robust.pending = &mutex->links;
	while ((rc = attempt(mutex, mark, &word)) == EAGAIN || (rc == EBUSY && wait)) {
		if (rc == EAGAIN ||
		    (!(word & ROBUST_WAITERS) && !swap_if(&mutex->lock, word, word | ROBUST_WAITERS)))
			continue;
		mark = ROBUST_WAITERS; // others may sleep too
		if (futex_wait(&mutex->lock, word | ROBUST_WAITERS, true, CLOCK_REALTIME, until) ==
		    -ETIMEDOUT) {
			rc = ETIMEDOUT;
			break;
		}
	}
	if (rc == 0) {
		put_in_list(thread, mutex);
		if (word & ROBUST_DIED)
			mutex->condition = DAMAGED;
		rc = mutex->condition == DAMAGED ? EOWNERDEAD : 0;
	}
	thread->robust.pending = NULL;
	return rc;
}

int robust_release(pthread_mutex_t *mutex)
{
	struct thread *thread = registered();
	if ((LOAD(&mutex->lock) & TID) != thread_tid())
		return EPERM;
	thread->robust.pending = &mutex->links;
	take_from_list(thread, mutex);
	if (mutex->condition == DAMAGED)
		__atomic_store_n(&mutex->condition, LOST, __ATOMIC_RELEASE);
	bool lost = mutex->condition == LOST;
	if (__atomic_exchange_n(&mutex->lock, 0, __ATOMIC_ACQ_REL) & ROBUST_WAITERS)
		futex_wake(&mutex->lock, lost ? INT_MAX : 1, true);
	thread->robust.pending = NULL;
	return 0;
}

int pthread_mutex_consistent(pthread_mutex_t *mutex)
{
	if (!mutex->robust || mutex->condition != DAMAGED || (LOAD(&mutex->lock) & TID) != thread_tid())
		return EINVAL;
	mutex->condition = SOUND;
	return 0;
}
