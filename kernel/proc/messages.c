// messages.c: the kernel's messages for dmesg (syslog(2)).
#include "kernel/core/printk.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

long sys_syslog(int type, user_addr buffer, int size)
{
	char bytes[256];
	uint64_t position = log_start();
	if (type == 10) // SYSLOG_ACTION_SIZE_BUFFER
		return LOG_SIZE;
	if (type != 3) // SYSLOG_ACTION_READ_ALL
		return type >= 0 && type <= 10 ? -EPERM : -EINVAL;
	if (current->cred->euid != 0) // the log names addresses
		return -EPERM;
	if (size < 0)
		return -EINVAL;
	if (log_end() - position > (uint64_t)size)
		position = log_end() - size;
	long done = 0;
	while (done < size) {
		size_t want = size - done < (int)sizeof(bytes) ? (size_t)(size - done) : sizeof(bytes);
		size_t count = log_read(bytes, want, &position);
		if (count == 0)
			break;
		if (copy_to_user(buffer + done, bytes, count) != 0)
			return -EFAULT;
		done += count;
	}
	return done;
}
