// socket.h: what every socket is: a file over a struct socket, whose family's table does the work. A family joins by
// SOCKET_FAMILY; socket.c has the system calls, message.c carries user memory and control messages in and out.
#pragma once
#include "kernel/fs/fs.h"
#include "kernel/lib/table.h"
#include "kernel/uapi/process.h"
#include "kernel/uapi/socket.h"

struct socket;

struct address { // of a socket; 0 bytes: none
	struct abi_sockaddr name;
	uint32_t length;
};

#define MSG_TRUNC_OUT 0x1000000u // the message was longer (MSG_TRUNC asks, so it cannot tell)

struct rights { // files that travel in a message, each with a reference
	unsigned count;
	struct file *files[];
};

// One sendmsg or recvmsg. What a family sends it copies out of `vectors`, what it receives into them.
struct message {
	struct abi_iovec *vectors;
	unsigned count, at; // the vector that is next; its base and length move on
	size_t left;        // bytes
	int family;         // of the socket
	bool kernel;        // the vectors lie in kernel memory
	bool nonblock;
	unsigned flags;     // MSG_*, in; MSG_TRUNC_OUT and MSG_CTRUNC, out
	struct address address;
	struct rights *rights;        // the sender's, or those received; whoever takes them sets NULL
	struct abi_ucred credentials; // likewise
	bool has_credentials;
};

int message_copy_in(struct message *message, void *to, size_t size);          // size <= left; 0 or -EFAULT
int message_copy_out(struct message *message, const void *from, size_t size);
void rights_drop(struct rights *rights);

// All run in thread context without locks, and return 0 (bytes, for send and receive) or -errno. NULL: EOPNOTSUPP.
struct socket_operations {
	int (*create)(struct socket *socket);
	int (*pair)(struct socket *a, struct socket *b);
	int (*bind)(struct socket *socket, const struct address *address);
	int (*listen)(struct socket *socket, unsigned backlog);
	int (*connect)(struct socket *socket, const struct address *address, bool nonblock);
	int (*accept)(struct socket *socket, struct socket *accepted, bool nonblock);
	int (*name)(struct socket *socket, bool peer, struct address *address);
	int (*shutdown)(struct socket *socket, int how);
	long (*send)(struct socket *socket, struct message *message);
	long (*receive)(struct socket *socket, struct message *message);
	unsigned (*poll)(struct socket *socket, struct poll_table *table);
	long (*ioctl)(struct socket *socket, unsigned command, uint64_t argument);
	int (*get)(struct socket *socket, int option, int *value); // SO_ERROR, SO_ACCEPTCONN; -ENOPROTOOPT
	struct abi_ucred (*peer)(struct socket *socket);
	void (*changed)(struct socket *socket); // an option was set
	void (*release)(struct socket *socket);
};

struct socket {
	const struct socket_operations *operations;
	int family, type, protocol;
	uint32_t send_buffer, receive_buffer;         // bytes, as SO_SNDBUF tells
	int64_t send_timeout_ns, receive_timeout_ns;  // 0: for ever
	bool pass_credentials, reuse_address, keep_alive;
	struct file *file; // whose private we are; not referenced
	void *private;     // the family's
};

struct socket_family {
	int family;
	const struct socket_operations *operations;
};
#define SOCKET_FAMILY(name, number, table)                                                                        \
	static const struct socket_family name##_family = {number, table};                                             \
	TABLE_ADD(socket_families, name, &name##_family)

struct socket *socket_of(struct file *file); // NULL: no socket
int64_t socket_deadline(int64_t timeout_ns); // from now; 0 means for ever
