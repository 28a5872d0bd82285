// pipe_test.c: pipes, FIFOs and poll over the simulated lower floors, under seeded interleavings.
// sources: kernel/dev/chardev.c kernel/dev/memory.c kernel/dev/registry.c kernel/fs/*.c kernel/ipc/pipe.c kernel/ipc/poll.c kernel/ipc/epoll.c kernel/ipc/anonymous.c kernel/ipc/eventfd.c kernel/ipc/select.c kernel/lib/cpio.c kernel/lib/format.c tests/sim/os/core.c tests/sim/os/sched.c
// flags: -iquote tests/sim/os
#include <criterion/criterion.h>
#include "kernel/uapi/poll.h"
#include "kernel/uapi/process.h"
#include "kernel/uapi/signal.h"
#include "tests/sim/os/world.h"

static void setup(void)
{
	world_begin(1);
	world_signal = 0;
}

TestSuite(pipe, .init = setup);

#define expect(condition, ...)                                                                                    \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			cr_assert_fail(#condition "  " __VA_ARGS__);                                                   \
	} while (0)

Test(pipe, bytes_come_out_as_they_went_in)
{
	int32_t ends[2];
	char buffer[16];
	int32_t count;

	cr_assert_eq(sys_pipe2(U(ends), O_NONBLOCK), 0);
	cr_assert_eq(sys_pipe2(U(ends), O_APPEND), -EINVAL);
	cr_assert_eq(sys_read(ends[0], U(buffer), 16), -EAGAIN);
	cr_assert_eq(sys_write(ends[1], U("hello"), 5), 5);
	cr_assert_eq(sys_ioctl(ends[0], 0x541b, U(&count)), 0);
	cr_assert_eq(count, 5);
	cr_assert_eq(sys_read(ends[0], U(buffer), 2), 2);
	cr_assert_eq(sys_read(ends[0], U(buffer), 16), 3);
	cr_assert_eq(sys_write(ends[0], U("x"), 1), -EBADF);
	cr_assert_eq(sys_lseek(ends[0], 0, SEEK_SET), -ESPIPE);
	cr_assert_eq(sys_pread64(ends[0], U(buffer), 1, 0), -ESPIPE);
	cr_assert_eq(sys_read(ends[0], 12, 16), -EAGAIN);
	sys_write(ends[1], U("y"), 1);
	cr_assert_eq(sys_read(ends[0], 12, 16), -EFAULT);
	cr_assert_eq(sys_close(ends[1]), 0);
	cr_assert_eq(sys_read(ends[0], U(buffer), 16), 1);
	cr_assert_eq(sys_read(ends[0], U(buffer), 16), 0);
}

Test(pipe, a_full_pipe_takes_whole_small_writes_or_nothing)
{
	static char page[PIPE_ATOMIC];
	int32_t ends[2];

	sys_pipe2(U(ends), O_NONBLOCK);
	for (unsigned i = 0; i < PIPE_SIZE / PIPE_ATOMIC; i++)
		cr_assert_eq(sys_write(ends[1], U(page), PIPE_ATOMIC), (long)PIPE_ATOMIC);
	cr_assert_eq(sys_write(ends[1], U(page), 1), -EAGAIN);
	sys_read(ends[0], U(page), 10);
	cr_assert_eq(sys_write(ends[1], U(page), 11), -EAGAIN);
	cr_assert_eq(sys_write(ends[1], U(page), 10), 10);
	sys_read(ends[0], U(page), 4096);
	static char big[PIPE_ATOMIC + 1000];
	sys_read(ends[0], U(page), 10);
	sys_write(ends[1], U(page), 6);
	cr_assert_eq(sys_write(ends[1], U(big), sizeof(big)), 4100); // a large one takes what fits
}

Test(pipe, writing_to_nobody_is_sigpipe)
{
	int32_t ends[2];

	sys_pipe(U(ends));
	sys_close(ends[0]);
	cr_assert_eq(sys_write(ends[1], U("x"), 1), -EPIPE);
	cr_assert_eq(world_signal, SIGPIPE);
	struct abi_pollfd fd = {ends[1], POLLOUT, 0};
	cr_assert_eq(sys_poll(U(&fd), 1, 0), 1);
	cr_assert(fd.revents & POLLERR);
}

// ---- several writers and readers: nothing is lost, small records stay whole ----

enum { WRITERS = 3, RECORDS = 40, RECORD = 700 };
static struct file *shared[2];
static unsigned received[WRITERS];

static int adopted;

static int adopt(int end)
{
	adopted++;
	file_get(shared[end]);
	return files_install(current->files, shared[end], 0, false);
}

static void writer(void *argument)
{
	char record[RECORD];
	int fd = adopt(1);

	memset(record, (int)(uintptr_t)argument, sizeof(record));
	for (int i = 0; i < RECORDS; i++)
		expect(sys_write(fd, U(record), RECORD) == RECORD);
	world_leave(current);
}

static void reader(void *argument)
{
	char record[RECORD];
	int fd = adopt(0);

	for (;;) {
		size_t got = 0;
		while (got < RECORD) { // this is the only reader
			long rc = sys_read(fd, U(record + got), RECORD - got);
			expect(rc >= 0);
			if (rc == 0)
				break;
			got += (size_t)rc;
		}
		if (got == 0)
			break;
		for (int i = 1; i < RECORD; i++)
			expect(record[i] == record[0], "two writers' bytes are mixed");
		received[(int)record[0]]++;
	}
	world_leave(current);
}

static void drop_ends(void *argument)
{
	while (adopted < WRITERS + 1)
		sim_yield();
	file_put(shared[0]);
	file_put(shared[1]);
	world_leave(current);
}

Test(pipe, records_stay_whole_under_every_order)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		int32_t ends[2];
		world_begin(seed);
		adopted = 0;
		memset(received, 0, sizeof(received));
		sys_pipe(U(ends));
		for (int i = 0; i < 2; i++)
			shared[i] = file_from_fd(ends[i]);
		world_leave(current);
		for (uintptr_t i = 0; i < WRITERS; i++)
			sim_spawn("writer", 100 + (int)i, writer, (void *)i);
		sim_spawn("reader", 200, reader, NULL);
		sim_spawn("drop", 300, drop_ends, NULL);
		expect(sim_run() == 0, "seed %lu: stuck: %s", seed, sim_stuck());
		for (int i = 0; i < WRITERS; i++)
			expect(received[i] == RECORDS);
	}
}

// ---- FIFOs ----

static long opened[2];

static void open_end(void *argument)
{
	int writes = (int)(uintptr_t)argument;

	opened[writes] = sys_open(U("/fifo"), writes ? O_WRONLY : O_RDONLY, 0);
}

Test(pipe, a_fifo_brings_both_ends_together)
{
	for (uint64_t seed = 1; seed <= 50; seed++) {
		world_begin(seed);
		sys_unlink(U("/fifo"));
		expect(sys_mknod(U("/fifo"), S_IFIFO | 0666, 0) == 0);
		expect(sys_open(U("/fifo"), O_WRONLY | O_NONBLOCK, 0) == -ENXIO);
		struct thread *first = sim_spawn("reader", 5, open_end, (void *)0);
		expect(sim_run() == 1);
		struct thread *second = sim_spawn("writer", 6, open_end, (void *)1);
		expect(sim_run() == 0, "seed %lu", seed);
		expect(opened[0] >= 0 && opened[1] >= 0);
		world_leave(first);
		world_leave(second);
		struct thread *third = sim_spawn("writer", 7, open_end, (void *)1);
		expect(sim_run() == 1);
		sim_signal(third);
		expect(sim_run() == 0);
		expect(opened[1] == -ERESTARTSYS);
		world_leave(third);
		world_leave(current);
	}
}

// ---- poll ----

static int32_t poll_ends[2][2];
static long poll_result;
static struct abi_pollfd poll_fds[3];

static void poller(void *argument)
{
	poll_result = sys_poll(U(poll_fds), 3, (int)(intptr_t)argument);
}

Test(pipe, poll_sees_events_that_come_while_it_looks)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		world_begin(seed);
		struct thread *thread = sim_spawn("poller", 5, poller, (void *)(intptr_t)-1);
		struct files *own = current->files;
		refcount_get(&own->references);
		files_put(thread->files);
		thread->files = own; // a thread of this process
		sys_pipe(U(poll_ends[0]));
		sys_pipe(U(poll_ends[1]));
		poll_fds[0] = (struct abi_pollfd){poll_ends[0][0], POLLIN, 0};
		poll_fds[1] = (struct abi_pollfd){-1, POLLIN, 77};
		poll_fds[2] = (struct abi_pollfd){poll_ends[1][0], POLLIN, 0};
		expect(sim_run() == 1);
		sys_write(poll_ends[1][1], U("x"), 1);
		expect(sim_run() == 0, "seed %lu", seed);
		expect(poll_result == 1 && poll_fds[0].revents == 0 && poll_fds[1].revents == 0 && poll_fds[2].revents == POLLIN);
		poll_result = -1;
		poll_fds[2].fd = poll_ends[0][0];
		struct thread *timed = sim_spawn("poller", 6, poller, (void *)(intptr_t)20);
		files_put(timed->files);
		timed->files = own;
		refcount_get(&own->references);
		expect(sim_run() == 0 && poll_result == 0); // 20 ms later
		poll_fds[0].fd = 63;
		poll_fds[2].fd = poll_ends[0][1];
		poll_fds[2].events = POLLOUT;
		expect(sys_poll(U(poll_fds), 3, 0) == 2 && poll_fds[0].revents == POLLNVAL && poll_fds[2].revents == POLLOUT);
		world_leave(thread);
		world_leave(timed);
		world_leave(current);
	}
}

Test(pipe, writev_to_a_pipe_is_one_write_and_readv_does_not_wait_for_more)
{
	int32_t ends[2];
	char a[4], b[8];
	struct abi_iovec out[2] = {{U("abc"), 3}, {U("defg"), 4}}, in[2] = {{U(a), 3}, {U(b), 8}};

	sys_pipe(U(ends));
	cr_assert_eq(sys_writev(ends[1], U(out), 2), 7);
	cr_assert_eq(sys_readv(ends[0], U(in), 2), 7);
	cr_assert(memcmp(a, "abc", 3) == 0 && memcmp(b, "defg", 4) == 0);
	sys_write(ends[1], U("xyz"), 3);
	cr_assert_eq(sys_readv(ends[0], U(in), 2), 3); // the first piece is full, the second would block
	cr_assert_eq(sys_writev(ends[1], U(out), -1), -EINVAL);
	cr_assert_eq(sys_writev(ends[1], 0, 0), 0);
}
