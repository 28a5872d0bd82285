// c_redis: serves the kv engine to redis-cli and every other client of RESP2: over TCP, or over one serial port.
//
// One thread, one poll loop. A connection is two buffers: what came and is not yet a command, what is to go out. All commands
// of a read are run before the answers are written.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userland/lib/kv/kv.h"
#include "userland/systems/c_redis/tcp.h"

#define CONNECTIONS_MAX 256
#define READ_SIZE 16384
#define OUTPUT_MAX (256u << 20) // a client that does not read is dropped here

struct connection {
	int fd;
	struct bytes input, output;
	bool closing; // once the output is written
};

struct server {
	struct kv kv;
	int listener; // -1: a serial port
	bool serial;
	struct connection connections[CONNECTIONS_MAX];
	int count;
	size_t expire_cursor;
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

static int fail(const char *what)
{
	fprintf(stderr, "c_redis: %s: %s\n", what, strerror(errno));
	return 1;
}

static void add_connection(struct server *server, int fd)
{
	if (fd < 0)
		return;
	if (server->count == CONNECTIONS_MAX) {
		static const char full[] = "-ERR max number of clients reached\r\n";
		if (write(fd, full, sizeof(full) - 1) < 0)
			errno = 0; // it is told if it listens
		close(fd);
		return;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	server->connections[server->count++] = (struct connection){.fd = fd};
}

static void forget(struct connection *connection)
{
	bytes_free(&connection->input);
	bytes_free(&connection->output);
	connection->closing = false;
}

static void drop(struct server *server, int index)
{
	struct connection *connection = &server->connections[index];
	forget(connection);
	if (server->serial)
		return; // the next client comes over the same port
	close(connection->fd);
	*connection = server->connections[--server->count];
}

static void run_commands(struct server *server, struct connection *connection)
{
	static struct span words[RESP_WORDS_MAX];
	struct span rest = {connection->input.data, connection->input.size};
	const char *error;
	int count;
	while (rest.size != 0 && !connection->closing) {
		long taken = resp_parse(rest, words, &count, &error);
		if (taken == 0)
			break;
		if (taken < 0) {
			bytes_print(&connection->output, "-ERR %s\r\n", error);
			connection->closing = true;
			break;
		}
		if (count != 0)
			connection->closing = !kv_execute(&server->kv, count, words, now_ms(), &connection->output);
		rest.bytes += taken;
		rest.size -= taken;
	}
	bytes_drop_front(&connection->input, connection->input.size - rest.size);
}

// True: the connection is over.
static bool receive(struct server *server, struct connection *connection)
{
	char piece[READ_SIZE];
	ssize_t got = read(connection->fd, piece, sizeof(piece));
	if (got < 0)
		return errno != EAGAIN && errno != EINTR;
	if (got == 0)
		return true;
	bytes_add(&connection->input, piece, got);
	run_commands(server, connection);
	return connection->input.failed || connection->output.failed || connection->output.size > OUTPUT_MAX;
}

static bool flush(struct connection *connection)
{
	while (connection->output.size != 0) {
		ssize_t put = write(connection->fd, connection->output.data, connection->output.size);
		if (put < 0)
			return errno != EAGAIN && errno != EINTR;
		bytes_drop_front(&connection->output, put);
	}
	return connection->closing;
}

static void serve_turn(struct server *server)
{
	struct pollfd events[CONNECTIONS_MAX + 1];
	int served = server->count;
	for (int i = 0; i < served; i++)
		events[i] = (struct pollfd){server->connections[i].fd, POLLIN | (server->connections[i].output.size != 0 ? POLLOUT : 0), 0};
	events[served] = (struct pollfd){server->listener, POLLIN, 0};
	if (poll(events, served + (server->listener >= 0), 100) < 0)
		return;
	kv_expire_some(&server->kv, now_ms(), &server->expire_cursor, 64);
	for (int i = served - 1; i >= 0; i--) { // from the end: a dropped one is replaced by one already served
		struct connection *connection = &server->connections[i];
		bool over = (events[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && receive(server, connection);
		if (over || flush(connection))
			drop(server, i);
	}
	if (server->listener >= 0 && (events[served].revents & POLLIN))
		add_connection(server, tcp_accept(server->listener));
}

static int usage(int status)
{
	fputs("usage: c_redis [--port PORT | --device /dev/vport0p1]   a kv store for redis-cli; TCP port 6379 of 127.0.0.1 by default\n"
	      "commands: PING ECHO SET GET DEL EXISTS INCR DECR EXPIRE PEXPIRE TTL PTTL PERSIST KEYS DBSIZE FLUSHALL QUIT\n",
	      status == 0 ? stdout : stderr);
	return status;
}

int main(int argc, char **argv)
{
	static struct server server = {.listener = -1};
	const char *device = NULL;
	int port = 6379;
	uint64_t key[2];
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return usage(0);
		else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc)
			port = atoi(argv[++i]);
		else if (strcmp(argv[i], "--device") == 0 && i + 1 < argc)
			device = argv[++i];
		else
			return usage(2);
	signal(SIGPIPE, SIG_IGN);
	int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (random < 0 || read(random, key, sizeof(key)) != sizeof(key))
		return fail("/dev/urandom");
	close(random);
	if (kv_create(&server.kv, key) != 0)
		return fail("memory");
	server.serial = device != NULL;
	if (device == NULL && tcp_listen == NULL)
		return usage(2);
	if (device == NULL && (server.listener = tcp_listen(port)) < 0)
		return fail("listen");
	if (device != NULL) {
		int fd = open(device, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return fail(device);
		add_connection(&server, fd);
	}
	printf("c_redis ready on %s\n", device != NULL ? device : "TCP");
	fflush(stdout);
	for (;;)
		serve_turn(&server);
}
