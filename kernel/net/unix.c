// unix.c: AF_UNIX (unix(7)): names, connections, and their end.
//
// A stream or seqpacket connection is made by connect(): it creates the server's end, tied to the client, and puts it into the
// listener's queue; accept() gives that end a file. An end that is released leaves its peer shut down both ways, and with ECONNRESET
// if it had not read all. Addresses are found by walking the list of sockets: by name (abstract) or by inode.
#include "kernel/net/unix.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/time.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/termios.h"

#define NOBODY UINT32_MAX

struct spinlock unix_lock = SPINLOCK_INIT("unix");
struct list unix_sockets = LIST_INIT(unix_sockets);

void unix_get(struct unix_socket *unix_socket)
{
	refcount_get(&unix_socket->references);
}

void unix_put(struct unix_socket *unix_socket)
{
	if (unix_socket != NULL && refcount_put(&unix_socket->references))
		kfree(unix_socket); // its peer it has given up when it ended
}

struct abi_ucred unix_own_credentials(void)
{
	return (struct abi_ucred){current->tgid, current->cred->euid, current->cred->egid};
}

static struct unix_socket *create(struct socket *socket, int type)
{
	struct unix_socket *new = kzalloc(sizeof(*new), ALLOC_SLEEP);
	if (new == NULL)
		return NULL;
	refcount_set(&new->references, 1);
	list_init(&new->queue);
	list_init(&new->waiting);
	mutex_init(&new->receiving);
	wait_queue_init(&new->changed);
	new->type = type;
	new->socket = socket;
	new->send_buffer = socket != NULL ? socket->send_buffer : 0;
	new->peer_credentials = (struct abi_ucred){0, NOBODY, NOBODY};
	spin_lock(&unix_lock);
	list_push_back(&unix_sockets, &new->all);
	spin_unlock(&unix_lock);
	return new;
}

static int unix_create(struct socket *socket)
{
	if (socket->protocol != 0 && socket->protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (socket->type == SOCK_RAW)
		socket->type = SOCK_DGRAM; // as on BSD
	if (socket->type != SOCK_STREAM && socket->type != SOCK_DGRAM && socket->type != SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	socket->protocol = 0;
	socket->private = create(socket, socket->type);
	return socket->private != NULL ? 0 : -ENOMEM;
}

static int unix_pair(struct socket *a, struct socket *b)
{
	struct unix_socket *ends[2] = {unix_of(a), unix_of(b)};
	spin_lock(&unix_lock);
	for (int i = 0; i < 2; i++) {
		ends[i]->peer = ends[!i];
		unix_get(ends[!i]);
		ends[i]->connected = true;
		ends[i]->peer_credentials = unix_own_credentials();
	}
	spin_unlock(&unix_lock);
	return 0;
}

// ---- names ----

int unix_check_address(const struct address *address)
{
	return address->length <= NAME_START || address->length > NAME_START + PATH_SIZE || address->name.family != AF_UNIX ? -EINVAL : 0;
}

static bool is_abstract(const struct address *address)
{
	return address->name.data[0] == 0;
}

// The path of a name in the file system, ended by a NUL.
static size_t path_of(const struct address *address, char path[PATH_SIZE + 1])
{
	size_t length = strnlen(address->name.data, address->length - NAME_START);
	memcpy(path, address->name.data, length);
	path[length] = 0;
	return length;
}

static struct unix_socket *find_abstract(const struct address *address) // lock held
{
	struct unix_socket *each;
	list_for_each (each, &unix_sockets, all)
		if (!each->dead && each->inode == NULL && each->address.length == address->length && address->length != 0 &&
		    memcmp(&each->address.name, &address->name, address->length) == 0)
			return each;
	return NULL;
}

static struct unix_socket *find_inode(const struct inode *inode) // lock held
{
	struct unix_socket *each;
	list_for_each (each, &unix_sockets, all)
		if (!each->dead && each->inode == inode && each->socket != NULL)
			return each;
	return NULL;
}

int unix_find(const struct address *address, int type, struct unix_socket **found)
{
	struct path path = {NULL, NULL};
	char name[PATH_SIZE + 1];
	int rc = 0;
	if (!is_abstract(address)) {
		path_of(address, name);
		rc = path_walk(AT_FDCWD, name, WALK_FOLLOW, &path);
		if (rc == 0)
			rc = inode_permission(path.dentry->inode, W_OK);
		if (rc == 0 && !S_ISSOCK(path.dentry->inode->mode))
			rc = -ECONNREFUSED;
	}
	if (rc == 0) {
		spin_lock(&unix_lock);
		*found = path.dentry != NULL ? find_inode(path.dentry->inode) : find_abstract(address);
		rc = *found == NULL ? -ECONNREFUSED : (*found)->type != type ? -EPROTOTYPE : 0;
		if (rc == 0)
			unix_get(*found);
		spin_unlock(&unix_lock);
	}
	path_put(&path);
	return rc;
}

// Five hexadecimal digits of the abstract space that nobody has.
int unix_autobind(struct unix_socket *unix_socket)
{
	static uint32_t last;
	struct address address = {.name.family = AF_UNIX, .length = NAME_START + 6};
	int rc = -ENOSPC;
	spin_lock(&unix_lock);
	for (uint32_t tried = 0; unix_socket->address.length == 0 && tried < 0x100000 && rc != 0; tried++) {
		last = (last + 1) & 0xfffff;
		for (int digit = 0; digit < 5; digit++)
			address.name.data[1 + digit] = "0123456789abcdef"[last >> (16 - 4 * digit) & 15];
		if (find_abstract(&address) == NULL) {
			unix_socket->address = address;
			rc = 0;
		}
	}
	rc = unix_socket->address.length != 0 ? 0 : rc;
	spin_unlock(&unix_lock);
	return rc;
}

static int bind_abstract(struct unix_socket *unix_socket, const struct address *address)
{
	spin_lock(&unix_lock);
	int rc = unix_socket->address.length != 0 ? -EINVAL : find_abstract(address) != NULL ? -EADDRINUSE : 0;
	if (rc == 0)
		unix_socket->address = *address;
	spin_unlock(&unix_lock);
	return rc;
}

static int bind_path(struct unix_socket *unix_socket, const struct address *address)
{
	char name[PATH_SIZE + 1];
	struct path path;
	size_t length = path_of(address, name);
	uint32_t mask = current->fs != NULL ? READ_ONCE(current->fs->umask) : 0;
	if (unix_socket->address.length != 0)
		return -EINVAL;
	int rc = name_make(AT_FDCWD, name, S_IFSOCK | (0777 & ~mask), 0, NULL);
	rc = rc == -EEXIST ? -EADDRINUSE : rc != 0 ? rc : path_walk(AT_FDCWD, name, 0, &path);
	if (rc != 0)
		return rc;
	struct inode *inode = path.dentry->inode;
	inode_get(inode);
	path_put(&path);
	spin_lock(&unix_lock);
	bool free = unix_socket->address.length == 0 && S_ISSOCK(inode->mode) && find_inode(inode) == NULL;
	if (free) {
		unix_socket->inode = inode;
		unix_socket->address = *address;
		unix_socket->address.length = (uint32_t)(NAME_START + length + 1);
		unix_socket->address.name.data[length] = 0;
	}
	spin_unlock(&unix_lock);
	if (!free)
		inode_put(inode);
	return free ? 0 : -EINVAL;
}

static int unix_bind(struct socket *socket, const struct address *address)
{
	if (address->length == NAME_START && address->name.family == AF_UNIX)
		return unix_autobind(unix_of(socket));
	int rc = unix_check_address(address);
	return rc != 0 ? rc : is_abstract(address) ? bind_abstract(unix_of(socket), address) : bind_path(unix_of(socket), address);
}

static int unix_name(struct socket *socket, bool peer, struct address *address)
{
	spin_lock(&unix_lock);
	struct unix_socket *whose = peer ? unix_of(socket)->peer : unix_of(socket);
	if (whose != NULL)
		*address = whose->address;
	spin_unlock(&unix_lock);
	if (whose != NULL && address->length == 0)
		*address = (struct address){.name.family = AF_UNIX, .length = NAME_START};
	return whose != NULL ? 0 : -ENOTCONN;
}

// ---- connections ----

static int unix_listen(struct socket *socket, unsigned backlog)
{
	struct unix_socket *self = unix_of(socket);
	if (socket->type == SOCK_DGRAM)
		return -EOPNOTSUPP;
	spin_lock(&unix_lock);
	int rc = self->address.length == 0 || self->connected ? -EINVAL : 0;
	if (rc == 0) {
		self->listening = true;
		self->backlog = backlog;
		self->listen_credentials = unix_own_credentials();
		wake_up(&self->changed);
	}
	spin_unlock(&unix_lock);
	return rc;
}

// Ties a new server's end to `self` and hands it to the listener. -EAGAIN: its queue is full. Lock held.
static int hand_over(struct unix_socket *self, struct unix_socket *listener, struct unix_socket *end)
{
	if (!listener->listening || listener->dead || listener->no_receive)
		return -ECONNREFUSED;
	if (self->connected || self->listening)
		return self->connected ? -EISCONN : -EINVAL;
	if (listener->queued > listener->backlog)
		return -EAGAIN;
	end->peer = self;
	unix_get(self);
	self->peer = end;
	unix_get(end);
	end->connected = self->connected = true;
	end->address = listener->address;
	end->send_buffer = listener->send_buffer;
	end->peer_credentials = unix_own_credentials();
	self->peer_credentials = listener->listen_credentials;
	list_push_back(&listener->queue, &end->waiting);
	listener->queued++;
	unix_get(end); // the queue's
	wake_up(&listener->changed);
	return 0;
}

static bool can_connect(struct unix_socket *listener)
{
	spin_lock(&unix_lock);
	bool can = listener->queued <= listener->backlog || listener->dead || listener->no_receive;
	spin_unlock(&unix_lock);
	return can;
}

static void forget(struct unix_socket *end)
{
	spin_lock(&unix_lock);
	end->dead = true;
	list_remove(&end->all);
	spin_unlock(&unix_lock);
	unix_put(end);
}

static int connect_stream(struct socket *socket, const struct address *address, bool nonblock)
{
	struct unix_socket *self = unix_of(socket), *listener, *end = create(NULL, socket->type);
	int64_t deadline = socket_deadline(socket->send_timeout_ns);
	int rc = end == NULL ? -ENOMEM : unix_find(address, socket->type, &listener);
	if (rc != 0) {
		if (end != NULL)
			forget(end);
		return rc;
	}
	for (;;) {
		spin_lock(&unix_lock);
		rc = hand_over(self, listener, end);
		spin_unlock(&unix_lock);
		if (rc != -EAGAIN || nonblock)
			break;
		rc = wait_event_deadline(&listener->changed, can_connect(listener), deadline);
		if (rc != 0)
			break;
	}
	unix_put(listener);
	if (rc != 0)
		forget(end);
	else
		unix_put(end); // ours; the queue and the peer hold it
	return rc == -ETIMEDOUT ? -EAGAIN : rc;
}

static int connect_datagram(struct socket *socket, const struct address *address)
{
	struct unix_socket *self = unix_of(socket), *other = NULL, *old;
	int rc = address->name.family == AF_UNSPEC ? 0 : unix_check_address(address);
	if (rc == 0 && address->name.family != AF_UNSPEC)
		rc = unix_find(address, socket->type, &other);
	if (rc != 0)
		return rc;
	spin_lock(&unix_lock);
	if (other != NULL && other->peer != NULL && other->peer != self)
		rc = -EPERM; // it talks to another
	old = rc == 0 ? self->peer : other;
	if (rc == 0)
		self->peer = other;
	self->connected = self->peer != NULL;
	wake_up(&self->changed);
	spin_unlock(&unix_lock);
	unix_put(old);
	return rc;
}

static int unix_connect(struct socket *socket, const struct address *address, bool nonblock)
{
	if (address->length < NAME_START)
		return -EINVAL;
	bool leaves = socket->type == SOCK_DGRAM && address->name.family == AF_UNSPEC;
	int rc = leaves ? 0 : unix_check_address(address);
	if (rc == 0 && !leaves && socket->pass_credentials)
		rc = unix_autobind(unix_of(socket));
	if (rc != 0)
		return rc;
	return socket->type == SOCK_DGRAM ? connect_datagram(socket, address) : connect_stream(socket, address, nonblock);
}

// The oldest that waits, which now is the caller's. -EAGAIN: nobody.
static int take_connection(struct unix_socket *self, struct socket *accepted)
{
	spin_lock(&unix_lock);
	int rc = !self->listening ? -EINVAL : list_empty(&self->queue) ? (self->no_receive ? -EINVAL : -EAGAIN) : 0;
	if (rc == 0) {
		struct unix_socket *end = list_first(&self->queue, struct unix_socket, waiting);
		list_remove(&end->waiting);
		self->queued--;
		end->socket = accepted; // with the queue's reference
		accepted->private = end;
		accepted->send_buffer = end->send_buffer;
		wake_up(&self->changed); // who waits to connect
	}
	spin_unlock(&unix_lock);
	return rc;
}

static bool has_connection(struct unix_socket *self)
{
	spin_lock(&unix_lock);
	bool has = !list_empty(&self->queue) || self->no_receive;
	spin_unlock(&unix_lock);
	return has;
}

static int unix_accept(struct socket *socket, struct socket *accepted, bool nonblock)
{
	struct unix_socket *self = unix_of(socket);
	int64_t deadline = socket_deadline(socket->receive_timeout_ns);
	int rc = socket->type == SOCK_DGRAM ? -EOPNOTSUPP : take_connection(self, accepted);
	while (rc == -EAGAIN && !nonblock) {
		rc = wait_event_deadline(&self->changed, has_connection(self), deadline);
		if (rc != 0)
			return rc == -ETIMEDOUT ? -EAGAIN : rc;
		rc = take_connection(self, accepted);
	}
	return rc;
}

static int unix_shutdown(struct socket *socket, int how)
{
	struct unix_socket *self = unix_of(socket);
	spin_lock(&unix_lock);
	self->no_receive |= how != SHUT_WR;
	self->no_send |= how != SHUT_RD;
	if (socket->type != SOCK_DGRAM && self->peer != NULL) {
		self->peer->no_send |= how != SHUT_WR;
		self->peer->no_receive |= how != SHUT_RD;
		wake_up(&self->peer->changed);
	}
	wake_up(&self->changed);
	spin_unlock(&unix_lock);
	return 0;
}

// ---- the end ----

// Leaves the family's list; packets and ends that waited go to `packets` and `ends`. Lock held.
static void leave(struct unix_socket *self, struct list *packets, struct list *ends)
{
	struct unix_socket *peer = self->peer;
	bool unread = !list_empty(&self->queue);
	self->dead = true;
	self->socket = NULL;
	self->no_receive = self->no_send = true;
	list_remove(&self->all);
	if (self->type != SOCK_DGRAM && peer != NULL && !peer->dead) {
		peer->no_receive = peer->no_send = true;
		peer->error = unread ? ECONNRESET : peer->error;
		wake_up(&peer->changed);
	}
	while (!list_empty(&self->queue)) {
		struct list *first = self->queue.next;
		if (!self->listening)
			rights_arrive(container_of(first, struct packet, link)->rights);
		list_remove(first);
		list_push_back(self->listening ? ends : packets, first);
	}
	unix_wake_senders(self);
	wake_up(&self->changed);
}

static void end_socket(struct unix_socket *self)
{
	struct list packets = LIST_INIT(packets), ends = LIST_INIT(ends);
	spin_lock(&unix_lock);
	leave(self, &packets, &ends);
	struct inode *inode = self->inode;
	struct unix_socket *peer = self->peer;
	self->inode = NULL;
	self->peer = NULL;
	spin_unlock(&unix_lock);
	while (!list_empty(&packets)) {
		struct packet *packet = list_first(&packets, struct packet, link);
		list_remove(&packet->link);
		packet_free(packet);
	}
	while (!list_empty(&ends)) { // connections that nobody accepted: their clients are reset
		struct unix_socket *end = list_first(&ends, struct unix_socket, waiting);
		list_remove(&end->waiting);
		spin_lock(&unix_lock);
		if (end->peer != NULL)
			end->peer->error = ECONNRESET;
		spin_unlock(&unix_lock);
		end_socket(end);
	}
	inode_put(inode);
	unix_put(peer);
	unix_put(self);
}

static void unix_release(struct socket *socket)
{
	if (socket->private == NULL)
		return;
	end_socket(unix_of(socket));
	unix_collect();
}

// ---- asking ----

static unsigned unix_poll(struct socket *socket, struct poll_table *table)
{
	struct unix_socket *self = unix_of(socket);
	poll_wait(table, &self->changed);
	spin_lock(&unix_lock);
	bool stream = self->type != SOCK_DGRAM;
	struct unix_socket *to = self->peer;
	bool full = !stream && to != NULL && to->peer != self && to->queued > DATAGRAMS_MAX;
	unsigned events = self->error != 0 ? POLLERR : 0;
	events |= self->no_receive && self->no_send ? POLLHUP : 0;
	events |= self->no_receive ? POLLRDHUP | POLLIN | POLLRDNORM : 0;
	events |= !list_empty(&self->queue) ? POLLIN | POLLRDNORM : 0;
	events |= stream && !self->connected && !self->listening ? POLLHUP : 0;
	events |= !self->listening && self->in_flight * 4 <= self->send_buffer && !full ? POLLOUT | POLLWRNORM | 0x200u : 0;
	self->full = full ? to : NULL;
	spin_unlock(&unix_lock);
	return events;
}

static long unix_ioctl(struct socket *socket, unsigned command, uint64_t argument)
{
	struct unix_socket *self = unix_of(socket);
	int32_t value = 0;
	if (command != FIONREAD && command != TIOCOUTQ)
		return -ENOTTY;
	spin_lock(&unix_lock);
	long rc = command == FIONREAD && self->listening ? -EINVAL : 0;
	if (command == TIOCOUTQ)
		value = (int32_t)self->in_flight;
	else if (rc == 0 && self->type != SOCK_DGRAM)
		value = (int32_t)self->bytes;
	else if (rc == 0 && !list_empty(&self->queue))
		value = (int32_t)list_first(&self->queue, struct packet, link)->size;
	spin_unlock(&unix_lock);
	return rc != 0 ? rc : copy_to_user(argument, &value, sizeof(value));
}

static int unix_get_option(struct socket *socket, int option, int *value)
{
	struct unix_socket *self = unix_of(socket);
	int rc = 0;
	spin_lock(&unix_lock);
	if (option == SO_ERROR) {
		*value = self->error;
		self->error = 0;
	} else if (option == SO_ACCEPTCONN)
		*value = self->listening;
	else
		rc = -ENOPROTOOPT;
	spin_unlock(&unix_lock);
	return rc;
}

static struct abi_ucred unix_peer(struct socket *socket)
{
	spin_lock(&unix_lock);
	struct abi_ucred credentials = unix_of(socket)->listening ? unix_of(socket)->listen_credentials : unix_of(socket)->peer_credentials;
	spin_unlock(&unix_lock);
	return credentials;
}

static void unix_changed(struct socket *socket)
{
	struct unix_socket *self = unix_of(socket);
	spin_lock(&unix_lock);
	self->send_buffer = socket->send_buffer;
	self->pass_credentials = socket->pass_credentials;
	wake_up(&self->changed);
	spin_unlock(&unix_lock);
}

static const struct socket_operations unix_operations = {
	.create = unix_create, .pair = unix_pair, .bind = unix_bind, .listen = unix_listen, .connect = unix_connect,
	.accept = unix_accept, .name = unix_name, .shutdown = unix_shutdown, .send = unix_send, .receive = unix_receive,
	.poll = unix_poll, .ioctl = unix_ioctl, .get = unix_get_option, .peer = unix_peer, .changed = unix_changed,
	.release = unix_release};
SOCKET_FAMILY(unix_sockets, AF_UNIX, &unix_operations);
