// futex.c: FUTEX_WAIT and FUTEX_WAKE. A word of private memory is named by address space and address (its physical page changes
// when fork() has it copied on write), one of shared memory by mapping and offset, so that all who map it mean it; waiters hang in a hash of wait queues. The waiter compares the word after it is on the queue, the waker
// changes the word before it looks at the queue: the order of wait.h, so no wake-up is lost.
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/errno.h"
#include "kernel/vm/area.h"

#define BUCKETS 64

struct futex_key {
	const void *object; // struct mapping or struct mm
	uint64_t offset;
};

struct futex_waiter {
	struct wait_entry entry;
	struct futex_key key;
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

static int wait_for(user_addr address, uint32_t expected, int64_t deadline_ns)
{
	struct futex_waiter waiter = {0};
	uint32_t value;
	int rc = key_of(address, &waiter.key);
	if (rc != 0)
		return rc;
	struct wait_queue *bucket = bucket_of(&waiter.key);
	wait_entry_init(&waiter.entry);
	waiter.entry.wake = wake_waiter;
	prepare_to_wait(bucket, &waiter.entry, THREAD_INTERRUPTIBLE);
	set_state(THREAD_RUNNING); // reading the word may fault and sleep; it is on the queue from here on
	rc = load_user32(&value, address);
	if (rc == 0 && value != expected)
		rc = -EAGAIN;
	while (rc == 0) {
		prepare_to_wait(bucket, &waiter.entry, THREAD_INTERRUPTIBLE);
		if (__atomic_load_n(&waiter.woken, __ATOMIC_ACQUIRE))
			break;
		rc = wait_schedule(deadline_ns);
	}
	finish_wait(bucket, &waiter.entry);
	return waiter.woken ? 0 : rc;
}

static int wake_key(const struct futex_key *key, uint32_t count)
{
	struct wait_queue *bucket = bucket_of(key);
	struct wait_entry *entry, *following;
	uint32_t woken = 0;
	unsigned long state = spin_lock_irqsave(&bucket->lock);
	list_for_each_safe(entry, following, &bucket->waiters, link) {
		struct futex_waiter *waiter = container_of(entry, struct futex_waiter, entry);
		if (!same_key(&waiter->key, key) || woken == count || waiter->woken)
			continue;
		wake_waiter(entry);
		woken++;
	}
	spin_unlock_irqrestore(&bucket->lock, state);
	return woken;
}

static void id_cleared(uint64_t address)
{
	struct futex_key key;
	if (key_of(address, &key) == 0)
		wake_key(&key, 1);
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

// Bit sets other than "any" are not known; C libraries use no other.
long sys_futex(user_addr address, int operation, unsigned value, user_addr timeout, user_addr address2, unsigned value3)
{
	int command = operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
	bool bits = command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET;
	int64_t deadline;
	struct futex_key key;
	int rc;
	if ((bits && value3 != ~0u) || ((operation & FUTEX_CLOCK_REALTIME) && command != FUTEX_WAIT_BITSET))
		return bits ? -EINVAL : -ENOSYS;
	switch (command) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		rc = read_deadline(timeout, bits, operation & FUTEX_CLOCK_REALTIME, &deadline);
		return rc != 0 ? rc : wait_for(address, value, deadline);
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		rc = key_of(address, &key);
		return rc != 0 ? rc : wake_key(&key, value);
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
