// network.c: sockets, and IPv4 addresses as text. Our kernel has no sockets yet and answers ENOSYS, so these numbers are
// Linux's own rather than from the kernel's table: a server's ELF uses them when it runs natively.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include "userland/libc/system.h"

#ifndef SYS_socket
enum {
	SYS_socket = 41, SYS_connect, SYS_accept, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_shutdown, SYS_bind, SYS_listen,
	SYS_getsockname, SYS_getpeername, SYS_socketpair, SYS_setsockopt, SYS_getsockopt, SYS_accept4 = 288
};
#endif

WRAP(int, socket, (int domain, int type, int protocol), socket, domain, type, protocol)
WRAP(int, socketpair, (int domain, int type, int protocol, int ends[2]), socketpair, domain, type, protocol, ends)
WRAP(int, bind, (int fd, const struct sockaddr *address, socklen_t size), bind, fd, address, size)
WRAP(int, listen, (int fd, int backlog), listen, fd, backlog)
POINT(int, accept, (int fd, struct sockaddr *restrict from, socklen_t *restrict size), accept, fd, from, size)
POINT(int, accept4, (int fd, struct sockaddr *restrict from, socklen_t *restrict size, int flags), accept4, fd, from,
     size, flags)
POINT(int, connect, (int fd, const struct sockaddr *address, socklen_t size), connect, fd, address, size)
WRAP(int, shutdown, (int fd, int how), shutdown, fd, how)
WRAP(int, setsockopt, (int fd, int level, int option, const void *value, socklen_t size), setsockopt, fd, level,
     option, value, size)
WRAP(int, getsockopt, (int fd, int level, int option, void *restrict value, socklen_t *restrict size), getsockopt, fd,
     level, option, value, size)
WRAP(int, getsockname, (int fd, struct sockaddr *restrict at, socklen_t *restrict size), getsockname, fd, at, size)
WRAP(int, getpeername, (int fd, struct sockaddr *restrict at, socklen_t *restrict size), getpeername, fd, at, size)
POINT(ssize_t, sendto, (int fd, const void *from, size_t size, int flags, const struct sockaddr *to, socklen_t length),
     sendto, fd, from, size, flags, to, length)
POINT(ssize_t, recvfrom, (int fd, void *restrict to, size_t size, int flags, struct sockaddr *restrict from,
     socklen_t *restrict length), recvfrom, fd, to, size, flags, from, length)
POINT(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), sendmsg, fd, message, flags)
POINT(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), recvmsg, fd, message, flags)
POINT(ssize_t, send, (int fd, const void *from, size_t size, int flags), sendto, fd, from, size, flags, 0, 0)
POINT(ssize_t, recv, (int fd, void *to, size_t size, int flags), recvfrom, fd, to, size, flags, 0, 0)

int inet_pton(int family, const char *restrict text, void *restrict to)
{
	unsigned part[4];
	int end = 0;
	if (family != AF_INET) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (sscanf(text, "%3u.%3u.%3u.%3u%n", &part[0], &part[1], &part[2], &part[3], &end) != 4 || text[end] != '\0')
		return 0;
	for (int i = 0; i < 4; i++) {
		if (part[i] > 255)
			return 0;
		((unsigned char *)to)[i] = (unsigned char)part[i];
	}
	return 1;
}

const char *inet_ntop(int family, const void *restrict from, char *restrict to, socklen_t size)
{
	const unsigned char *part = from;
	if (family == AF_INET && snprintf(to, size, "%d.%d.%d.%d", part[0], part[1], part[2], part[3]) < (int)size)
		return to;
	errno = family == AF_INET ? ENOSPC : EAFNOSUPPORT;
	return NULL;
}
