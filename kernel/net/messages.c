// messages.c: recvmmsg(2) and sendmmsg(2): several messages in one call, each as recvmsg(2) and sendmsg(2) do it.
#include "kernel/ipc/poll.h"
#include "kernel/net/message.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/prototypes.h"

#define ENTRY_SIZE 64u // struct mmsghdr: a struct msghdr and
#define LENGTH_AT 56u  // how many bytes came or went
#define MSG_WAITFORONE 0x10000u

static int put_length(user_addr entry, long length)
{
	uint32_t bytes = (uint32_t)length;
	return copy_to_user(entry + LENGTH_AT, &bytes, sizeof(bytes));
}

long sys_sendmmsg(int fd, user_addr entries, unsigned count, unsigned flags)
{
	unsigned done = 0;
	long rc = socket_check(fd);
	for (; rc >= 0 && done < count && done < VECTORS_MAX; done++) {
		rc = sys_sendmsg(fd, entries + done * ENTRY_SIZE, flags);
		rc = rc < 0 ? rc : put_length(entries + done * ENTRY_SIZE, rc);
		if (rc < 0)
			break;
	}
	return done != 0 ? done : rc;
}

static long receive_all(int fd, user_addr entries, unsigned count, unsigned flags, int64_t deadline)
{
	unsigned done = 0;
	long rc = socket_check(fd);
	for (; rc >= 0 && done < count && done < VECTORS_MAX; done++) {
		if (done != 0 && time_monotonic_ns() >= deadline)
			break; // it is looked at between messages only
		rc = sys_recvmsg(fd, entries + done * ENTRY_SIZE, flags & ~MSG_WAITFORONE);
		rc = rc < 0 ? rc : put_length(entries + done * ENTRY_SIZE, rc);
		if (rc < 0)
			break;
		flags |= flags & MSG_WAITFORONE ? MSG_DONTWAIT : 0;
	}
	return done != 0 ? done : rc;
}

long sys_recvmmsg(int fd, user_addr entries, unsigned count, unsigned flags, user_addr timeout)
{
	int64_t deadline;
	long rc = poll_timeout(timeout, &deadline);
	if (rc != 0)
		return rc;
	deadline = deadline != 0 ? deadline : time_monotonic_ns();
	rc = receive_all(fd, entries, count, flags, deadline);
	if (rc <= 0 || timeout == 0)
		return rc;
	int64_t left = deadline - time_monotonic_ns();
	left = left > 0 ? left : 0;
	struct abi_timespec time = {left / NS_PER_SECOND, left % NS_PER_SECOND};
	return copy_to_user(timeout, &time, sizeof(time)) != 0 ? -EFAULT : rc;
}
