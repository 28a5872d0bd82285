// futex.c: FUTEX_WAIT and FUTEX_WAKE. A word is named by its physical address, so that it is the same in every space that
// maps its page; waiters hang in a hash of wait queues. The waiter compares the word after it is on the queue, the waker
// changes the word before it looks at the queue: the order of wait.h, so no wake-up is lost.
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/errno.h"
#include "kernel/vm/area.h"

#define BUCKETS 64

struct futex_waiter {
	struct wait_entry entry;
	uint64_t key;
	bool woken;
};

static struct wait_queue buckets[BUCKETS];

static struct wait_queue *bucket_of(uint64_t key)
{
	return &buckets[(key >> 2) * 0x9e3779b97f4a7c15ul >> 58];
}

// The physical address of the word; brings its page in, writable, so that it stays the page others see.
static int key_of(user_addr address, uint64_t *key)
{
	struct mm *mm = current->mm;
	int code;
	if (address % 4 != 0)
		return -EINVAL;
	if (mm_fault(mm, address, true, false, &code) != 0)
		return -EFAULT;
	spin_lock(&mm->table_lock);
	uint64_t *entry = paging_entry(mm->root, address, false);
	*key = entry != NULL && (*entry & PTE_PRESENT) ? (*entry & PTE_ADDRESS) + address % PAGE_SIZE : 0;
	spin_unlock(&mm->table_lock);
	return *key != 0 ? 0 : -EFAULT;
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
	struct wait_queue *bucket = bucket_of(waiter.key);
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

static int wake_key(uint64_t key, uint32_t count)
{
	struct wait_queue *bucket = bucket_of(key);
	struct wait_entry *entry, *following;
	uint32_t woken = 0;
	unsigned long state = spin_lock_irqsave(&bucket->lock);
	list_for_each_safe(entry, following, &bucket->waiters, link) {
		struct futex_waiter *waiter = container_of(entry, struct futex_waiter, entry);
		if (waiter->key != key || woken == count || waiter->woken)
			continue;
		wake_waiter(entry);
		woken++;
	}
	spin_unlock_irqrestore(&bucket->lock, state);
	return woken;
}

void futex_wake_address(uint64_t address, uint32_t count)
{
	uint64_t key;
	if (key_of(address, &key) == 0)
		wake_key(key, count);
}

long sys_futex(user_addr address, int operation, unsigned value, user_addr timeout, user_addr address2, unsigned value3)
{
	struct abi_timespec time;
	uint64_t key;
	int rc;
	switch (operation & ~FUTEX_PRIVATE_FLAG) {
	case FUTEX_WAIT:
		if (timeout != 0 && copy_from_user(&time, timeout, sizeof(time)) != 0)
			return -EFAULT;
		if (timeout != 0 && (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= NS_PER_SECOND))
			return -EINVAL;
		return wait_for(address, value,
				timeout != 0 ? time_monotonic_ns() + time.tv_sec * NS_PER_SECOND + time.tv_nsec : WAIT_FOR_EVER);
	case FUTEX_WAKE:
		rc = key_of(address, &key);
		return rc != 0 ? rc : wake_key(key, value);
	default: return -ENOSYS;
	}
}

void futex_init(void)
{
	for (int i = 0; i < BUCKETS; i++)
		wait_queue_init(&buckets[i]);
}
