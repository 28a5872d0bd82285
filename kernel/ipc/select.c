// select.c: select(2), pselect6(2) and ppoll(2): the same wait as poll(2), with other ways to say what and how long. Like it they go
// on after a stop, and end with EINTR after any handler.
#include "kernel/ipc/poll.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"

#define READABLE (POLLIN | POLLRDNORM | POLLHUP | POLLERR)
#define WRITABLE (POLLOUT | POLLWRNORM | POLLERR)
#define WORD_BITS 64u

static const unsigned set_events[3] = {READABLE, WRITABLE, POLLPRI};

struct selection {
	uint64_t sets[3][DESCRIPTORS_MAX / WORD_BITS]; // readable, writable, exceptional
	struct abi_pollfd fds[DESCRIPTORS_MAX];
	struct file *files[DESCRIPTORS_MAX];
	unsigned count;
};

static bool is_set(const struct selection *selection, int set, unsigned fd)
{
	return selection->sets[set][fd / WORD_BITS] >> fd % WORD_BITS & 1;
}

// From three sets to a list of descriptors with a reference each; -EBADF when one is not open.
static int gather(struct selection *selection, unsigned limit)
{
	for (unsigned fd = 0; fd < limit; fd++) {
		unsigned events = 0;
		for (int set = 0; set < 3; set++)
			events |= is_set(selection, set, fd) ? set_events[set] : 0;
		if (events == 0)
			continue;
		struct file *file = file_from_fd((int)fd);
		if (file == NULL)
			return -EBADF;
		selection->files[selection->count] = file;
		selection->fds[selection->count++] = (struct abi_pollfd){.fd = (int)fd, .events = (int16_t)events};
	}
	return 0;
}

// And back. How many bits are left.
static int scatter(struct selection *selection)
{
	int bits = 0;

	for (unsigned i = 0; i < selection->count; i++) {
		unsigned fd = (unsigned)selection->fds[i].fd;
		for (int set = 0; set < 3; set++) {
			if (!is_set(selection, set, fd))
				continue;
			if ((selection->fds[i].revents & set_events[set]) != 0)
				bits++;
			else
				selection->sets[set][fd / WORD_BITS] &= ~(1ul << fd % WORD_BITS);
		}
	}
	return bits;
}

static long select_sets(int limit, const user_addr sets[3], int64_t deadline)
{
	if (limit < 0)
		return -EINVAL;
	unsigned count = limit < DESCRIPTORS_MAX ? (unsigned)limit : DESCRIPTORS_MAX;
	size_t bytes = (count + WORD_BITS - 1) / WORD_BITS * 8;
	struct selection *selection = kzalloc(sizeof(*selection), ALLOC_SLEEP);
	long rc = selection == NULL ? -ENOMEM : 0;

	for (int set = 0; rc == 0 && set < 3; set++)
		rc = sets[set] != 0 ? copy_from_user(selection->sets[set], sets[set], bytes) : 0;
	if (rc == 0)
		rc = gather(selection, count);
	if (rc == 0)
		rc = poll_files(selection->fds, selection->files, selection->count, deadline);
	if (rc >= 0) {
		rc = scatter(selection);
		for (int set = 0; set < 3; set++)
			if (sets[set] != 0 && copy_to_user(sets[set], selection->sets[set], bytes) != 0)
				rc = -EFAULT;
	}
	for (unsigned i = 0; selection != NULL && i < selection->count; i++)
		file_put(selection->files[i]);
	kfree(selection);
	return rc;
}

static struct abi_timespec time_left(int64_t deadline)
{
	int64_t left = deadline - time_monotonic_ns();

	left = deadline == 0 || left < 0 ? 0 : left;
	return (struct abi_timespec){left / NS_PER_SECOND, left % NS_PER_SECOND};
}

static int deadline_of(const struct abi_timespec *time, int64_t *deadline_ns)
{
	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	*deadline_ns = time->tv_sec == 0 && time->tv_nsec == 0 ? 0
		       : time->tv_sec > INT64_MAX / NS_PER_SECOND / 2 ? WAIT_FOR_EVER
		       : time_monotonic_ns() + time->tv_sec * NS_PER_SECOND + time->tv_nsec;
	return 0;
}

int poll_timeout(user_addr timeout, int64_t *deadline_ns)
{
	struct abi_timespec time;

	*deadline_ns = WAIT_FOR_EVER;
	if (timeout == 0)
		return 0;
	return copy_from_user(&time, timeout, sizeof(time)) != 0 ? -EFAULT : deadline_of(&time, deadline_ns);
}

long sys_select(int limit, user_addr in, user_addr out, user_addr exceptional, user_addr timeout)
{
	struct abi_timeval time;
	int64_t kept = call_deadline(0), deadline = WAIT_FOR_EVER;

	if (timeout != 0) {
		if (copy_from_user(&time, timeout, sizeof(time)) != 0)
			return -EFAULT;
		struct abi_timespec spec = {time.tv_sec + time.tv_usec / 1000000, time.tv_usec % 1000000 * 1000};
		if (deadline_of(&spec, &deadline) != 0)
			return -EINVAL;
	}
	deadline = kept != 0 ? kept : deadline;
	long rc = select_sets(limit, (user_addr[]){in, out, exceptional}, deadline);
	if (timeout != 0) { // Linux tells what is left
		struct abi_timespec left = time_left(deadline);
		time = (struct abi_timeval){left.tv_sec, left.tv_nsec / 1000};
		(void)!copy_to_user(timeout, &time, sizeof(time));
	}
	return rc == -EINTR ? call_interrupted(deadline) : rc;
}

// The last argument points to the pair of a mask's address and size.
long sys_pselect6(int limit, user_addr in, user_addr out, user_addr exceptional, user_addr timeout, user_addr packed)
{
	int64_t kept = call_deadline(0), deadline;
	uint64_t mask[2] = {0, 0};

	if (packed != 0 && copy_from_user(mask, packed, sizeof(mask)) != 0)
		return -EFAULT;
	long rc = poll_timeout(timeout, &deadline);
	if (rc == 0)
		rc = poll_mask_begin(mask[0], mask[1]);
	if (rc != 0)
		return rc;
	deadline = kept != 0 ? kept : deadline;
	rc = select_sets(limit, (user_addr[]){in, out, exceptional}, deadline);
	poll_mask_end(mask[0], rc);
	struct abi_timespec time = time_left(deadline);
	if (timeout != 0)
		(void)!copy_to_user(timeout, &time, sizeof(time));
	return rc == -EINTR ? call_interrupted(deadline) : rc;
}

long sys_ppoll(user_addr fds, unsigned count, user_addr timeout, user_addr mask, size_t size)
{
	int64_t kept = call_deadline(0), deadline;

	long rc = poll_timeout(timeout, &deadline);
	if (rc == 0)
		rc = poll_mask_begin(mask, size);
	if (rc != 0)
		return rc;
	deadline = kept != 0 ? kept : deadline;
	rc = poll_user(fds, count, deadline);
	poll_mask_end(mask, rc);
	struct abi_timespec time = time_left(deadline);
	if (timeout != 0)
		(void)!copy_to_user(timeout, &time, sizeof(time));
	return rc == -EINTR ? call_interrupted(deadline) : rc;
}

int poll_mask_begin(user_addr mask, size_t size)
{
	uint64_t blocked;

	if (mask == 0)
		return 0;
	if (size != sizeof(blocked))
		return -EINVAL;
	if (copy_from_user(&blocked, mask, sizeof(blocked)) != 0)
		return -EFAULT;
	task_operations->block_signals(blocked);
	return 0;
}

void poll_mask_end(user_addr mask, long result)
{
	if (mask != 0 && result != -EINTR)
		task_operations->unblock_signals();
}
