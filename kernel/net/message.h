// message.h: between message.c and socket.c.
#pragma once
#include "kernel/net/socket.h"

#define VECTORS_MAX 1024u
#define MESSAGE_MAX 0x7ffff000ul // bytes of one call, as of one read
#define CONTROL_MAX 20480u       // bytes of control messages; ENOBUFS (Linux's optmem_max)

// Copies between user memory and kernel structs; 0 or -errno. address_to_user writes the true length, and what there is room for.
int address_from_user(struct address *address, user_addr from, int64_t length);
int address_to_user(const struct address *address, user_addr to, user_addr user_length);
int message_vectors(struct message *message, user_addr from, uint64_t count); // kfree() them
int control_from_user(struct message *message, user_addr from, uint64_t length);
long socket_check(int fd); // socket.c: 0, or -EBADF, -ENOTSOCK
uint64_t control_to_user(struct message *message, user_addr to, uint64_t length); // bytes used; MSG_CTRUNC where they did not suffice
