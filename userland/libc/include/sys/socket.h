#pragma once
#include <sys/types.h>
#include <sys/uio.h>
#include "kernel/uapi/socket.h"
#define AF_LOCAL AF_UNIX
#define AF_INET 2
#define AF_INET6 10
#define SO_DEBUG 1
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_OOBINLINE 10
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_RCVLOWAT 18
#define SO_SNDLOWAT 19
#define SOMAXCONN 4096
#define MSG_DONTROUTE 4
typedef unsigned socklen_t;
typedef unsigned short sa_family_t;
struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};
struct sockaddr_storage {
	sa_family_t ss_family;
	char reserved[118];
	unsigned long align;
};
struct linger {
	int l_onoff, l_linger;
};
int sockatmark(int descriptor);
int socket(int domain, int type, int protocol);
int socketpair(int domain, int type, int protocol, int ends[2]);
int bind(int descriptor, const struct sockaddr *address, socklen_t size);
int listen(int descriptor, int backlog);
int accept(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
int accept4(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size, int flags);
int connect(int descriptor, const struct sockaddr *address, socklen_t size);
int shutdown(int descriptor, int how);
int setsockopt(int descriptor, int level, int option, const void *value, socklen_t size);
int getsockopt(int descriptor, int level, int option, void *restrict value, socklen_t *restrict size);
int getsockname(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
int getpeername(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
ssize_t send(int descriptor, const void *from, size_t size, int flags);
ssize_t recv(int descriptor, void *to, size_t size, int flags);
ssize_t sendto(int descriptor, const void *from, size_t size, int flags, const struct sockaddr *to, socklen_t length);
ssize_t recvfrom(int descriptor, void *restrict to, size_t size, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict length);
struct msghdr {
	void *msg_name;
	socklen_t msg_namelen;
	struct iovec *msg_iov;
	size_t msg_iovlen;
	void *msg_control;
	size_t msg_controllen;
	int msg_flags;
};
struct cmsghdr { // followed by its data; the next one starts at a multiple of 8
	size_t cmsg_len;
	int cmsg_level, cmsg_type;
};
#define CMSG_ALIGN(size) (((size) + 7) & ~7ul)
#define CMSG_LEN(size) (sizeof(struct cmsghdr) + (size))
#define CMSG_SPACE(size) (sizeof(struct cmsghdr) + CMSG_ALIGN(size))
#define CMSG_DATA(header) ((unsigned char *)((struct cmsghdr *)(header) + 1))
#define CMSG_FIRSTHDR(message) ((message)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr *)(message)->msg_control : (struct cmsghdr *)0)
#define CMSG_NXTHDR(message, header)                                                                                 \
	((char *)(header) + CMSG_ALIGN((header)->cmsg_len) + sizeof(struct cmsghdr) > (char *)(message)->msg_control + (message)->msg_controllen \
		 ? (struct cmsghdr *)0 : (struct cmsghdr *)((char *)(header) + CMSG_ALIGN((header)->cmsg_len)))
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags), recvmsg(int descriptor, struct msghdr *message, int flags);
