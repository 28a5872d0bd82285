// init.c: process 1 under Debian's kernel, the judge (GUEST=linux of tests/run). It does for Linux what our own kernel and init do
// together: makes the places that programs expect, runs /job by the shell, and sends its output and status to port 0xe9 as
// the records that door.c reads:
//   u8 stream (1 stdout, 2 stderr, 0 status in decimal), u32 length (little-endian), bytes
// Standard input is /dev/null; output and errors are pipes, drained here, so that they stay apart and arrive byte for byte.
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DOOR_PORT 0xe9
#define EXIT_PORT 0xf4 // QEMU's isa-debug-exit
#define POLL_MS 2      // between two looks at whether the job has ended

// The C library's outsb does not tell the compiler that it reads memory.
static void put(const void *bytes, size_t size)
{
	__asm__ volatile("rep outsb" : "+S"(bytes), "+c"(size) : "d"(DOOR_PORT) : "memory");
}

static void record(uint8_t stream, const void *bytes, uint32_t size)
{
	put(&stream, sizeof(stream));
	put(&size, sizeof(size));
	put(bytes, size);
}

static void end(const char *why) __attribute__((noreturn));
static void end(const char *why)
{
	fprintf(stderr, "linux init: %s: %s\n", why, strerror(errno));
	outb(0, EXIT_PORT);
	_exit(1);
}

static void make_places(void)
{
	static const struct {
		const char *type, *target;
	} mounts[] = {{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"devpts", "/dev/pts"}, {"tmpfs", "/dev/shm"}, {"tmpfs", "/tmp"}};
	static const char *const links[][2] = {{"/proc/self/fd", "/dev/fd"}, {"fd/0", "/dev/stdin"}, {"fd/1", "/dev/stdout"}, {"fd/2", "/dev/stderr"}};
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i].target, 0755);
		if (mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, NULL) != 0 && errno != EBUSY)
			end(mounts[i].target);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		(void)!symlink(links[i][0], links[i][1]);
	if (ioctl(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), SIOCSIFFLAGS, &loopback) != 0 || sethostname("groundup", 8) != 0)
		end("loopback, host name");
}

static pid_t start_job(int out, int err)
{
	static char *const environment[] = {"PATH=/bin", "HOME=/", "USER=root", "TERM=linux", NULL};
	pid_t job = fork();

	if (job != 0)
		return job;
	setsid();
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(out, 1);
	dup2(err, 2);
	syscall(436 /* close_range */, 3, ~0u, 0);
	ioperm(DOOR_PORT, 1, 0);
	ioperm(EXIT_PORT, 1, 0);
	execle("/bin/sh", "sh", "/job", NULL, environment);
	_exit(127);
}

// Passes on what waits in the pipes. Returns whether there was something.
static int drain(struct pollfd *ends, int wait_ms)
{
	char bytes[4096];
	int some = 0;

	poll(ends, 2, wait_ms);
	for (int i = 0; i < 2; i++) {
		ssize_t size = ends[i].revents & POLLIN ? read(ends[i].fd, bytes, sizeof(bytes)) : 0;
		if (size > 0)
			record(i + 1, bytes, size), some = 1;
		else if (ends[i].revents & POLLHUP)
			ends[i].fd = -1;
	}
	return some;
}

int main(void)
{
	int out[2], err[2], status = 0, size;
	char report[16];
	pid_t job, ended;

	if (ioperm(DOOR_PORT, 1, 1) != 0 || ioperm(EXIT_PORT, 1, 1) != 0)
		return 1;
	make_places();
	if (pipe(out) != 0 || pipe(err) != 0 || (job = start_job(out[1], err[1])) < 0)
		end("job");
	close(out[1]), close(err[1]);
	struct pollfd ends[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
	do
		drain(ends, POLL_MS);
	while ((ended = waitpid(-1, &status, WNOHANG)) != job);
	while (drain(ends, 0)) // what it left in the pipes
		;
	size = snprintf(report, sizeof(report), "%d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	record(0, report, size);
	outb(0, EXIT_PORT);
	for (;;)
		pause();
}
