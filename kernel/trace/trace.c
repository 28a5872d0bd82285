// trace.c: /dev/trace: the trace ring for programs.
//
//   read    text, a line a record: NANOSECONDS CPU ring VALUE FILE:LINE WHAT...    (ring: 0 kernel, 3 program)
//   ioctl   TRACE_START empties the ring and listens, TRACE_STOP stops, TRACE_MARK adds a program's own hop to the kernel's
#include "kernel/core/init.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/core/trace.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/format.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/trace.h"

static long add_mark(user_addr from)
{
	struct trace_mark mark;
	if (copy_from_user(&mark, from, sizeof(mark)) != 0)
		return -EFAULT;
	mark.what[sizeof(mark.what) - 1] = mark.file[sizeof(mark.file) - 1] = '\0';
	if (trace_enabled)
		trace_add(mark.what, mark.value, mark.file, mark.line, 1);
	return 0;
}

// Whole lines only; the position counts records.
static long trace_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	struct trace_record record;
	long done = 0;
	while (trace_get(*position, &record)) {
		char line[192];
		size_t length = format_buffer(line, sizeof(line), "%ld %u %u %lu %s:%u %s\n", clock_tsc_to_ns(record.tsc), record.cpu,
					      record.user ? 3 : 0, record.value, record.file, record.line, record.what);
		if (length > uio->left)
			return done != 0 ? done : -EINVAL;
		if (uio_copy_out(uio, line, length) != 0)
			return -EFAULT;
		done += length;
		++*position;
	}
	return done;
}

static long trace_ioctl(struct chardev *device, void *session, unsigned command, uint64_t argument)
{
	if (command == TRACE_MARK)
		return add_mark(argument);
	if (command != TRACE_START && command != TRACE_STOP)
		return -ENOTTY;
	(command == TRACE_START ? trace_start : trace_stop)();
	return 0;
}

static void trace_init(void)
{
	static const struct chardev_operations operations = {.read = trace_read, .ioctl = trace_ioctl};
	static struct chardev device = {.name = "trace", .major = 10, .minor = 240, .mode = 0600, .operations = &operations, .seekable = true};
	chardev_register(&device);
}
INIT_LATE(trace_init);
