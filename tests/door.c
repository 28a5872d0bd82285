// door.c: runs one QEMU headless, gives the guest's output byte for byte, and ends with the guest's status.
//
//   door LOG TIMEOUT_S MONITOR QEMU ARGUMENT...    LOG: the file of the serial line, TIMEOUT_S: 0 is for ever,
//                                                  MONITOR: the path of QEMU's QMP socket
//
// The guest writes records to port 0xe9, which QEMU passes to descriptor 9, our pipe:
//   u8 stream (1 stdout, 2 stderr, 0 status in decimal), u32 length (little-endian), bytes
// The record of the status ends the run; the guest then powers off, or is ended after a moment. Without it: QEMU's own end
// with status 171 is a panic (125), any other end is one too; time over is a hang (124): the guest first gets an NMI, upon
// which it prints what every processor does. Both show the end of the log.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GUEST_DESCRIPTOR 9
#define HEADER_SIZE 5
#define STATUS_PANIC 125
#define STATUS_HANG 124
#define QEMU_PANIC 171
#define POWER_OFF_MS 5000
#define NMI_MS 2000
#define TAIL_BYTES 6000
#define STATUS_DIGITS 8

static pid_t qemu;
static uint8_t header[HEADER_SIZE];
static unsigned header_used;
static uint32_t left;                      // bytes of the record still to come
static char status_text[STATUS_DIGITS + 1];
static int status = -1;                    // of the guest's command, -1: not known yet

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

static void on_signal(int number)
{
	kill(qemu, SIGKILL);
	_exit(128 + number);
}

static void put_all(int descriptor, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t done = write(descriptor, bytes, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; // our reader is gone; the guest's status still counts
		bytes += done;
		size -= done;
	}
}

static void take_status(const uint8_t *bytes, size_t size)
{
	size_t used = strlen(status_text);

	memcpy(status_text + used, bytes, size < STATUS_DIGITS - used ? size : STATUS_DIGITS - used);
	if (left == 0)
		status = atoi(status_text) & 255;
}

// Cuts what arrived into records. Returns -1 when it cannot be one.
static int take(const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		if (header_used < HEADER_SIZE) {
			header[header_used++] = *bytes++;
			size--;
			if (header_used == HEADER_SIZE)
				left = header[1] | header[2] << 8 | header[3] << 16 | (uint32_t)header[4] << 24;
			if (header[0] > 2)
				return -1;
		} else {
			size_t part = size < left ? size : left;
			left -= part;
			if (header[0] == 0)
				take_status(bytes, part);
			else
				put_all(header[0], bytes, part);
			bytes += part;
			size -= part;
		}
		if (header_used == HEADER_SIZE && left == 0)
			header_used = 0;
	}
	return 0;
}

static void start(char **command, int writing_end)
{
	qemu = fork();
	if (qemu != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(writing_end, GUEST_DESCRIPTOR);
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(2, 1); // what QEMU itself says is no output of the guest
	execvp(command[0], command);
	fprintf(stderr, "run: cannot start %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

static void show_tail(const char *log)
{
	static char text[TAIL_BYTES + 1];
	FILE *file = fopen(log, "rb");
	size_t size;

	if (file == NULL)
		return;
	if (fseek(file, -TAIL_BYTES, SEEK_END) != 0)
		rewind(file);
	size = fread(text, 1, TAIL_BYTES, file);
	fprintf(stderr, "-------- end of the guest's log\n");
	fwrite(text, 1, size, stderr);
	fprintf(stderr, "%s--------\n", size > 0 && text[size - 1] != '\n' ? "\n" : "");
	fclose(file);
}

// Sends the guest an NMI by QEMU's machine protocol.
static void inject_nmi(const char *monitor)
{
	static const char words[] = "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"inject-nmi\"}\n";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int peer = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", monitor);
	if (connect(peer, (struct sockaddr *)&address, sizeof(address)) == 0)
		put_all(peer, (const uint8_t *)words, sizeof(words) - 1);
	usleep(NMI_MS * 1000);
	close(peer);
}

// Reads records until the pipe ends (0), the deadline passes (-1; 0 = none) or nonsense comes (-2).
static int listen_to(int pipe_end, int64_t deadline)
{
	uint8_t bytes[65536];

	for (;;) {
		struct pollfd wait = {.fd = pipe_end, .events = POLLIN};
		int64_t left_ms = deadline == 0 ? 1000 : deadline - now_ms();
		ssize_t size;

		if (left_ms <= 0)
			return -1;
		if (poll(&wait, 1, left_ms < 1000 ? left_ms : 1000) <= 0)
			continue;
		size = read(pipe_end, bytes, sizeof(bytes));
		if (size <= 0)
			return 0;
		if (take(bytes, size) != 0)
			return -2;
		if (status >= 0)
			deadline = now_ms() + POWER_OFF_MS;
	}
}

int main(int count, char **words)
{
	int ends[2], ended = 0, rc;
	int64_t timeout_ms;

	if (count < 5 || pipe(ends) != 0)
		return 2;
	timeout_ms = atoll(words[2]) * 1000;
	signal(SIGPIPE, SIG_IGN);
	start(words + 4, ends[1]);
	for (const int *number = (const int[]){SIGINT, SIGTERM, SIGHUP, 0}; *number != 0; number++)
		signal(*number, on_signal);
	close(ends[1]);
	rc = listen_to(ends[0], timeout_ms == 0 ? 0 : now_ms() + timeout_ms);
	if (rc == -1 && status < 0)
		inject_nmi(words[3]);
	if (rc != 0)
		kill(qemu, SIGKILL);
	waitpid(qemu, &ended, 0);
	if (status >= 0)
		return status;
	if (rc == -1)
		fprintf(stderr, "run: hang: no status within %s s\n", words[2]);
	else if (rc == -2)
		fprintf(stderr, "run: the guest wrote no proper record\n");
	else if (WIFEXITED(ended) && WEXITSTATUS(ended) == QEMU_PANIC)
		fprintf(stderr, "run: panic\n");
	else
		fprintf(stderr, "run: QEMU ended (%s %d) before a status came\n", WIFEXITED(ended) ? "status" : "signal",
			WIFEXITED(ended) ? WEXITSTATUS(ended) : WTERMSIG(ended));
	show_tail(words[1]);
	return rc == -1 ? STATUS_HANG : STATUS_PANIC;
}
