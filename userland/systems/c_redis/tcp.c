// tcp.c: c_redis's TCP.
#include "userland/systems/c_redis/tcp.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int tcp_listen(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return -1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(listener, 128) == 0)
		return listener;
	close(listener);
	return -1;
}

int tcp_accept(int listener)
{
	return accept(listener, NULL, NULL);
}
