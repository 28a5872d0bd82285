// network.c: sockets, sets of descriptors, and IPv4 addresses as text.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include "userland/libc/system.h"

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

char *inet_ntoa(struct in_addr address)
{
	static char text[INET_ADDRSTRLEN];
	return (char *)inet_ntop(AF_INET, &address, text, sizeof(text));
}

// One to four parts, decimal, octal or hexadecimal; the last one fills what is left. -1: no address.
in_addr_t inet_addr(const char *text)
{
	uint32_t address = 0;
	for (int left = 4; left > 0; left--) {
		char *end;
		unsigned long part = *text >= '0' && *text <= '9' ? strtoul(text, &end, 0) : ULONG_MAX;
		if (part > 0xfffffffful)
			return INADDR_NONE;
		if (*end == '\0' || isspace((unsigned char)*end))
			return part >> 8 * left != 0 ? INADDR_NONE : htonl(address | (uint32_t)part);
		if (*end != '.' || part > 255 || left == 1)
			return INADDR_NONE;
		address |= (uint32_t)part << (8 * left - 8);
		text = end + 1;
	}
	return INADDR_NONE;
}

// Whether the next byte to be read is the one before which urgent data came (SIOCATMARK).
int sockatmark(int fd)
{
	int at;
	return ioctl(fd, 0x8905, &at) < 0 ? -1 : at;
}

POINT(int, select, (int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict exceptional, struct timeval *restrict timeout), select,
      limit, in, out, exceptional, timeout)

int pselect(int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict exceptional, const struct timespec *restrict timeout,
	    const sigset_t *restrict mask)
{
	struct timespec copy = timeout != NULL ? *timeout : (struct timespec){0}; // the kernel counts in it
	const unsigned long held[2] = {(unsigned long)mask, sizeof(*mask)};
	return (int)system_result(SYSTEM_POINT(pselect6, limit, in, out, exceptional, timeout != NULL ? &copy : NULL, held));
}
