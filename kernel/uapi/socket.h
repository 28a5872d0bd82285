// socket.h: sockets of the Linux x86-64 ABI: families, types, flags, options, messages.
#pragma once
#include <stdint.h>
#define AF_UNSPEC 0
#define AF_UNIX 1
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_SEQPACKET 5
#define SOCK_TYPES 11 // numbers above are no types
#define SOCK_TYPE_MASK 15
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000
#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_PASSCRED 16
#define SO_PEERCRED 17
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL 38
#define SO_DOMAIN 39
#define MSG_OOB 1
#define MSG_PEEK 2
#define MSG_CTRUNC 8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_EOR 0x80
#define MSG_WAITALL 0x100
#define MSG_NOSIGNAL 0x4000
#define MSG_MORE 0x8000
#define MSG_CMSG_CLOEXEC 0x40000000
#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

struct abi_sockaddr { // of any family
	uint16_t family;
	char data[126];
};
_Static_assert(sizeof(struct abi_sockaddr) == 128, "abi_sockaddr");

struct abi_msghdr {
	uint64_t name;
	uint32_t name_length, pad;
	uint64_t vectors, vector_count;
	uint64_t control, control_length;
	uint32_t flags, pad2;
};
_Static_assert(sizeof(struct abi_msghdr) == 56, "abi_msghdr");

struct abi_cmsghdr {
	uint64_t length; // with this header
	int32_t level, type;
};

struct abi_ucred {
	int32_t pid;
	uint32_t uid, gid;
};
