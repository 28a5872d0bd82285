// main.c: the GPU as a process of its own: ivshmem's server on a UNIX socket, and the loop that runs the device.
//
// Protocol (QEMU docs/specs/ivshmem-spec): to each client, int64 little-endian, a descriptor beside it where marked:
//   0 (version), its id, -1 + shared memory, our id + one eventfd a vector that rings us, its own id + one a vector that
//   rings it. We are peer 0; QEMU is peer 1. One QEMU: when it goes, we end.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "emu/core/device.h"

#define VECTORS 4
#define OUR_ID 0
#define QEMU_ID 1

static volatile sig_atomic_t ended;

static void *allocate(size_t size)
{
	return calloc(1, size != 0 ? size : 1);
}

static uint64_t clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static int fail(const char *what)
{
	fprintf(stderr, "gpu: %s: %s\n", what, strerror(errno));
	return 1;
}

static int send_number(int client, int64_t number, int descriptor)
{
	struct iovec part = {&number, sizeof(number)};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (descriptor >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	}
	return sendmsg(client, &message, MSG_NOSIGNAL) == sizeof(number) ? 0 : -1;
}

static int greet(int client, int memory, const int to_us[VECTORS], const int to_qemu[VECTORS])
{
	int rc = send_number(client, 0, -1);
	rc |= send_number(client, QEMU_ID, -1);
	rc |= send_number(client, -1, memory);
	for (int i = 0; i < VECTORS; i++)
		rc |= send_number(client, OUR_ID, to_us[i]);
	for (int i = 0; i < VECTORS; i++)
		rc |= send_number(client, QEMU_ID, to_qemu[i]);
	return rc;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 1) != 0)
		return -1;
	return listener;
}

static void ring_qemu(const int to_qemu[VECTORS], uint32_t rings)
{
	uint64_t one = 1;
	for (int vector = 0; vector < VECTORS; vector++)
		if ((rings >> vector & 1) && write(to_qemu[vector], &one, sizeof(one)) < 0)
			return; // a full counter rings just as well
}

// Works while there is work, spins 50 us for more, then sleeps until a doorbell, at most 10 ms: work that only this backstop
// finds, with no doorbell beside it, is counted.
static void serve(struct device *device, int client, const int to_us[VECTORS], const int to_qemu[VECTORS])
{
	struct pollfd events[2] = {{to_us[GPU_VECTOR_DOORBELL], POLLIN, 0}, {client, POLLIN, 0}};
	uint64_t backstops = 0, last_work = clock_ns(), count;
	int ready = -1; // what the last sleep ended with: 0, nothing but time
	while (!ended) {
		uint32_t rings;
		bool tired = clock_ns() - last_work >= 50000;
		if (tired)
			device_set_sleeping(device, true); // the flag first, then the last look
		bool busy = device_run(device, &rings);
		if (busy) {
			ring_qemu(to_qemu, rings);
			last_work = clock_ns();
			backstops += ready == 0 && poll(events, 1, 0) == 0;
		}
		ready = tired && !busy ? poll(events, 2, 10) : -1;
		if (tired)
			device_set_sleeping(device, false);
		if (ready > 0 && (events[0].revents & POLLIN) && read(to_us[GPU_VECTOR_DOORBELL], &count, sizeof(count)) < 0)
			break;
		if (ready > 0 && (events[1].revents & (POLLIN | POLLHUP)))
			break; // QEMU has gone
	}
	if (backstops != 0)
		fprintf(stderr, "gpu: %lu wake-ups came from the 10 ms backstop: a doorbell came late or was lost\n", (unsigned long)backstops);
}

int main(int argc, char **argv)
{
	static const struct emu_host host = {allocate, free, clock_ns};
	int to_us[VECTORS], to_qemu[VECTORS];
	uint64_t size = (argc == 3 ? strtoull(argv[2], NULL, 10) : 256) << 20;
	if (argc < 2 || argc > 3 || argv[1][0] == '-' || size < 4 << 20 || (size & (size - 1)) != 0) {
		fprintf(stderr, "usage: gpu SOCKET [MEMORY_MIB]   serves QEMU's -device ivshmem-doorbell at SOCKET; a power of two, 256 by default\n");
		return 2;
	}
	struct sigaction ends = {.sa_handler = end}; // without SA_RESTART: a wait for a QEMU that never comes ends too
	sigaction(SIGTERM, &ends, NULL);
	sigaction(SIGINT, &ends, NULL);
	int memory = memfd_create("gpu", MFD_CLOEXEC);
	if (memory < 0 || ftruncate(memory, size) != 0)
		return fail("device memory");
	void *bar = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	struct device *device = bar != MAP_FAILED ? device_create(&host, bar, size) : NULL;
	if (device == NULL)
		return fail("device memory");
	for (int i = 0; i < VECTORS; i++)
		if ((to_us[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0 || (to_qemu[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0)
			return fail("eventfd");
	int listener = listen_at(argv[1]);
	if (listener < 0)
		return fail(argv[1]);
	int client = accept(listener, NULL, NULL);
	if (client < 0)
		return ended ? 0 : fail("accept");
	if (greet(client, memory, to_us, to_qemu) != 0)
		return fail("greeting QEMU");
	serve(device, client, to_us, to_qemu);
	device_destroy(device);
	unlink(argv[1]);
	return 0;
}
