// futex.c: futex(2). A word of private memory is named by address space and address (its physical page changes when fork() has it
// copied on write), one of shared memory by mapping and offset, so that all who map it mean it. Waiters hang in a hash of wait
// queues. The waiter compares the word after it is on the queue, the waker changes the word before it looks at the queue: the order
// of wait.h, so no wake-up is lost. A waiter's key and queue change only with both queues' locks held (requeue; lower address first).
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/futex.h"
#include "kernel/vm/area.h"

#define BUCKETS 64

struct futex_key {
	const void *object; // struct mapping or struct mm
	uint64_t offset;
};

struct futex_waiter {
	struct wait_entry entry;
	struct futex_key key;
	struct wait_queue *bucket; // where it hangs
	uint32_t bits;             // a wake with none of them is not for it
	bool woken;
};

static struct wait_queue buckets[BUCKETS];

static struct wait_queue *bucket_of(const struct futex_key *key)
{
	return &buckets[((uint64_t)key->object + (key->offset >> 2)) * 0x9e3779b97f4a7c15ul >> 58];
}

// What names the word: its place in the mapping when the area is shared, else its place in this address space.
static int key_of(user_addr address, struct futex_key *key)
{
	struct mm *mm = current->mm;
	if (address % 4 != 0)
		return -EINVAL;
	down_read(&mm->lock);
	struct vm_area *area = mm_area_at(mm, address);
	bool inside = area != NULL && area->start <= address;
	if (inside && area->shared && area->mapping != NULL)
		*key = (struct futex_key){area->mapping, area->first_page * PAGE_SIZE + address - area->start};
	else
		*key = (struct futex_key){mm, address};
	up_read(&mm->lock);
	return inside ? 0 : -EFAULT;
}

static bool same_key(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->offset == b->offset;
}

static void wake_waiter(struct wait_entry *entry)
{
	struct futex_waiter *waiter = container_of(entry, struct futex_waiter, entry);
	__atomic_store_n(&waiter->woken, true, __ATOMIC_RELEASE);
	thread_wake(entry->thread, WAKE_ANY_SLEEP);
}

// Takes the waiter off the queue on which it hangs by now.
static void leave(struct futex_waiter *waiter)
{
	for (;;) {
		struct wait_queue *bucket = __atomic_load_n(&waiter->bucket, __ATOMIC_ACQUIRE);
		unsigned long state = spin_lock_irqsave(&bucket->lock);
		bool here = bucket == waiter->bucket;
		if (here)
			list_remove(&waiter->entry.link);
		spin_unlock_irqrestore(&bucket->lock, state);
		if (here)
			break;
	}
	set_state(THREAD_RUNNING);
}

static int wait_for(user_addr address, uint32_t expected, uint32_t bits, int64_t deadline_ns)
{
	struct futex_waiter waiter = {.bits = bits};
	uint32_t value;
	int rc = key_of(address, &waiter.key);
	if (rc != 0)
		return rc;
	waiter.bucket = bucket_of(&waiter.key);
	wait_entry_init(&waiter.entry);
	waiter.entry.wake = wake_waiter;
	unsigned long state = spin_lock_irqsave(&waiter.bucket->lock);
	list_push_back(&waiter.bucket->waiters, &waiter.entry.link);
	spin_unlock_irqrestore(&waiter.bucket->lock, state);
	atomic_fence(); // on the queue before the word is read
	rc = load_user32(&value, address);
	if (rc == 0 && value != expected)
		rc = -EAGAIN;
	while (rc == 0) {
		set_state(THREAD_INTERRUPTIBLE);
		if (__atomic_load_n(&waiter.woken, __ATOMIC_ACQUIRE))
			break;
		rc = wait_schedule(deadline_ns);
	}
	leave(&waiter);
	return waiter.woken ? 0 : rc;
}

static int wake_key(const struct futex_key *key, uint32_t count, uint32_t bits)
{
	struct wait_queue *bucket = bucket_of(key);
	struct wait_entry *entry, *following;
	uint32_t woken = 0;
	unsigned long state = spin_lock_irqsave(&bucket->lock);
	list_for_each_safe(entry, following, &bucket->waiters, link) {
		struct futex_waiter *waiter = container_of(entry, struct futex_waiter, entry);
		if (!same_key(&waiter->key, key) || (waiter->bits & bits) == 0 || woken == count || waiter->woken)
			continue;
		wake_waiter(entry);
		woken++;
	}
	spin_unlock_irqrestore(&bucket->lock, state);
	return woken;
}

static void lock_both(struct wait_queue *a, struct wait_queue *b)
{
	spin_lock(a < b ? &a->lock : &b->lock);
	if (a != b)
		spin_lock(a < b ? &b->lock : &a->lock);
}

// FUTEX_CMP_REQUEUE: wakes `wake` of the waiters, and has up to `move` others wait for the second word instead.
static int requeue(user_addr from, user_addr to, uint32_t wake, uint32_t move, const uint32_t *expected)
{
	struct futex_key keys[2];
	uint32_t value, woken = 0, moved = 0;
	int rc = key_of(from, &keys[0]);
	rc = rc != 0 ? rc : key_of(to, &keys[1]);
	rc = rc != 0 || expected == NULL ? rc : load_user32(&value, from);
	if (rc != 0 || (expected != NULL && value != *expected))
		return rc != 0 ? rc : -EAGAIN;
	struct wait_queue *source = bucket_of(&keys[0]), *target = bucket_of(&keys[1]);
	struct wait_entry *entry, *following;
	unsigned long state = interrupts_save();
	lock_both(source, target);
	list_for_each_safe(entry, following, &source->waiters, link) {
		struct futex_waiter *waiter = container_of(entry, struct futex_waiter, entry);
		if (!same_key(&waiter->key, &keys[0]) || waiter->woken)
			continue;
		if (woken < wake) {
			wake_waiter(entry);
			woken++;
		} else if (moved < move) {
			list_remove(&entry->link);
			waiter->key = keys[1];
			list_push_back(&target->waiters, &entry->link);
			__atomic_store_n(&waiter->bucket, target, __ATOMIC_RELEASE);
			moved++;
		}
	}
	spin_unlock(&source->lock);
	if (source != target)
		spin_unlock(&target->lock);
	interrupts_restore(state);
	return woken + moved;
}

// FUTEX_WAKE_OP: changes the second word, wakes waiters of the first, and of the second if its old value compares so.
static int wake_op(user_addr first, user_addr second, uint32_t count, uint32_t count2, uint32_t code)
{
	struct futex_key keys[2];
	uint32_t operation = code >> 28 & 7, compare = code >> 24 & 15, old;
	int32_t operand = (int32_t)(code << 8) >> 20, against = (int32_t)(code << 20) >> 20;
	operand = code >> 31 ? (int32_t)(1u << (operand & 31)) : operand;
	int rc = key_of(first, &keys[0]);
	rc = rc != 0 ? rc : key_of(second, &keys[1]);
	if (rc != 0 || operation > 4 || compare > 5)
		return rc != 0 ? rc : -ENOSYS;
	for (bool done = false; rc == 0 && !done;) {
		rc = load_user32(&old, second);
		uint32_t with = (uint32_t)operand, new = operation == 0 ? with : operation == 1 ? old + with : operation == 2 ? old | with
						     : operation == 3 ? old & ~with : old ^ with;
		rc = rc != 0 ? rc : compare_exchange_user32(second, old, new, &done);
	}
	if (rc != 0)
		return rc;
	int32_t was = (int32_t)old;
	bool also = compare == 0 ? was == against : compare == 1 ? was != against : compare == 2 ? was < against
		    : compare == 3 ? was <= against : compare == 4 ? was > against : was >= against;
	rc = wake_key(&keys[0], count, ~0u);
	return also ? rc + wake_key(&keys[1], count2, ~0u) : rc;
}

static void id_cleared(uint64_t address)
{
	struct futex_key key;
	if (key_of(address, &key) == 0)
		wake_key(&key, 1, ~0u);
}

// The deadline that a call means: WAIT counts from now, WAIT_BITSET gives a moment, of the wall clock when `wall`.
static int read_deadline(user_addr timeout, bool moment, bool wall, int64_t *deadline)
{
	struct abi_timespec time;
	*deadline = WAIT_FOR_EVER;
	if (timeout == 0)
		return 0;
	if (copy_from_user(&time, timeout, sizeof(time)) != 0)
		return -EFAULT;
	if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	int64_t ns;
	if (__builtin_mul_overflow(time.tv_sec, NS_PER_SECOND, &ns) || __builtin_add_overflow(ns, time.tv_nsec, &ns))
		return 0; // beyond every clock
	int64_t now = moment && !wall ? 0 : time_monotonic_ns(), past = wall ? time_realtime_ns() : 0;
	if (__builtin_add_overflow(now, ns - past, deadline))
		*deadline = WAIT_FOR_EVER;
	return 0;
}

long sys_futex(user_addr address, int operation, unsigned value, user_addr timeout, user_addr address2, unsigned value3)
{
	int command = operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME), rc;
	uint32_t bits = command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET ? value3 : ~0u, value2 = (uint32_t)timeout;
	int64_t deadline;
	struct futex_key key;
	if (bits == 0 || ((operation & FUTEX_CLOCK_REALTIME) && command != FUTEX_WAIT_BITSET && command != FUTEX_WAIT))
		return bits == 0 ? -EINVAL : -ENOSYS;
	switch (command) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		rc = read_deadline(timeout, command == FUTEX_WAIT_BITSET, operation & FUTEX_CLOCK_REALTIME, &deadline);
		return rc != 0 ? rc : wait_for(address, value, bits, deadline);
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		rc = key_of(address, &key);
		return rc != 0 ? rc : wake_key(&key, value, bits);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		if ((int)value < 0 || (int)value2 < 0)
			return -EINVAL;
		return requeue(address, address2, value, value2, command == FUTEX_CMP_REQUEUE ? &value3 : NULL);
	case FUTEX_WAKE_OP: return wake_op(address, address2, value, value2, value3);
	default: return -ENOSYS;
	}
}

static void futex_init(void)
{
	for (int i = 0; i < BUCKETS; i++)
		wait_queue_init(&buckets[i]);
	thread_id_cleared = id_cleared;
}
INIT_EARLY(futex_init);
