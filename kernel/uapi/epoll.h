// epoll.h: epoll(7)'s operations and events of the Linux x86-64 ABI; its other events are poll's.
#pragma once
#include <stdint.h>
#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLWAKEUP (1u << 29)
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)
struct abi_epoll_event {
	uint32_t events;
	uint64_t data;
} __attribute__((packed));
_Static_assert(sizeof(struct abi_epoll_event) == 12, "abi_epoll_event");
