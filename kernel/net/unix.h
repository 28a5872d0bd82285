// unix.h: between unix.c (connections), unix_data.c (bytes and messages) and unix_rights.c (files in flight).
//
// unix_lock guards every struct here but `receiving`; it is a spinlock of thread context, and only wait queues are taken inside it.
// user memory is copied without it: a sender fills a packet before it queues it, and a receiver holds socket->receiving (a mutex),
// which alone takes packets off a queue or moves `taken`.
#pragma once
#include "kernel/lib/list.h"
#include "kernel/net/socket.h"
#include "kernel/sync/spinlock.h"

#define PATH_SIZE 108u // of a struct sockaddr_un
#define NAME_START 2u  // of its path

struct unix_socket {
	struct refcount references; // its file's or queue's, peers', packets'
	struct list all;            // of the family's
	struct socket *socket;      // NULL: not accepted yet, or released
	int type;
	bool listening, connected, dead;
	bool no_receive, no_send; // shut down
	int error;                // SO_ERROR's next answer, positive
	struct unix_socket *peer; // referenced; stays after its end
	struct unix_socket *full; // whose queue a sender waits for
	struct address address;   // bound to; length 0: unnamed
	struct inode *inode;      // of a name in the file system
	struct abi_ucred peer_credentials, listen_credentials;
	struct list queue;        // of packets; of a listening one: of unix_socket.waiting
	struct list waiting;
	unsigned queued, backlog;
	size_t bytes, in_flight;  // in our queue; of ours, in others'
	uint32_t send_buffer;
	bool pass_credentials;
	struct mutex receiving;
	struct wait_queue changed;
	// unix_rights.c's
	unsigned files_in_flight;
	bool reachable;
};

struct packet {
	struct list link;
	struct unix_socket *sender; // referenced
	size_t size, taken;
	struct address address; // the sender's
	struct rights *rights;
	struct abi_ucred credentials; // pid 0: not known
	char bytes[];
};

extern struct spinlock unix_lock;
extern struct list unix_sockets;

void unix_get(struct unix_socket *unix_socket);
void unix_put(struct unix_socket *unix_socket); // without the lock
static inline struct unix_socket *unix_of(const struct socket *socket)
{
	return socket->private;
}
struct abi_ucred unix_own_credentials(void);
// The live socket of an address, with a reference. 0, -ECONNREFUSED, -EPROTOTYPE, or what the walk says.
int unix_find(const struct address *address, int type, struct unix_socket **found);
int unix_autobind(struct unix_socket *unix_socket);
int unix_check_address(const struct address *address); // a name to connect or bind to; 0 or -EINVAL

// unix_data.c
long unix_send(struct socket *socket, struct message *message);
long unix_receive(struct socket *socket, struct message *message);
void packet_free(struct packet *packet);
void unix_wake_senders(struct unix_socket *receiver); // there is room in its queue; lock held

// unix_rights.c
int rights_leave(const struct rights *rights);         // into a queue: -ETOOMANYREFS; lock held
void rights_arrive(const struct rights *rights);       // out of it; lock held
void unix_collect(void); // closes sockets that can be reached only from queues of such sockets; without the lock
