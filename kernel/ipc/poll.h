// poll.h: asking files whether they are ready; for poll, select and epoll.
#pragma once
#include "kernel/fs/fs.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/time.h"

#define POLL_ALWAYS (POLLERR | POLLHUP | POLLNVAL) // told without being asked for

// What `file` is ready for now; registers the table (may be NULL) with the queues that could change that.
unsigned file_events(struct file *file, struct poll_table *table);

// Waits until one of `count` entries has something to say, or the monotonic deadline (0: do not wait; WAIT_FOR_EVER). files[i]
// belongs to fds[i], NULL: POLLNVAL. How many have, with revents filled in; 0; or -EINTR, -ENOMEM.
int poll_files(struct abi_pollfd *fds, struct file **files, unsigned count, int64_t deadline_ns);

// The same for an array of struct abi_pollfd in user memory; also -EFAULT, -EINVAL (more than DESCRIPTORS_MAX).
long poll_user(user_addr fds, unsigned count, int64_t deadline_ns);

// The deadline of a relative struct abi_timespec: 0 for no time at all; WAIT_FOR_EVER for address 0 or what no machine lives to see. -EFAULT, -EINVAL.
int poll_timeout(user_addr timeout, int64_t *deadline_ns);

// ppoll, pselect6, epoll_pwait: other signals are blocked during the wait. `mask` 0: nothing happens. Begin gives 0, -EFAULT or
// -EINVAL; end takes the call's result: after -EINTR the old mask comes back only when the handler's frame holds it.
int poll_mask_begin(user_addr mask, size_t size);
void poll_mask_end(user_addr mask, long result);

// An open file that has no name ("anon_inode:NAME" in /proc): descriptor, or -errno after releasing `private` by operations.
long anonymous_install(const struct file_operations *operations, void *private, int flags);
