// unix_data.c: bytes and messages between AF_UNIX sockets.
//
// What is sent lies in packets in the receiver's queue; each counts for its sender's buffer until it is read. A stream's packets are
// pieces of at most PIECE_MAX bytes that a receiver runs together, up to and with files that travel, and never across senders'
// credentials when it asked for them; the others' are the messages themselves.
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/net/unix.h"
#include "kernel/sched/thread.h"
#include "kernel/uapi/signal.h"

#define PIECE_MAX 32768u
#define OVERFLOW_ID 65534u // of a sender that is not known

void packet_free(struct packet *packet)
{
	spin_lock(&unix_lock);
	packet->sender->in_flight -= packet->size;
	wake_up(&packet->sender->changed);
	spin_unlock(&unix_lock);
	rights_drop(packet->rights);
	unix_put(packet->sender);
	kfree(packet);
}

void unix_wake_senders(struct unix_socket *receiver)
{
	struct unix_socket *each;
	if (receiver->type != SOCK_DGRAM)
		return;
	list_for_each (each, &unix_sockets, all)
		if (each->full == receiver) {
			each->full = NULL;
			wake_up(&each->changed);
		}
}

// ---- sending ----

// A packet with the next `size` bytes of the message. NULL with *rc.
static struct packet *packet_create(struct unix_socket *self, struct message *message, size_t size, long *rc)
{
	struct packet *packet = kmalloc(sizeof(*packet) + size, ALLOC_SLEEP);
	*rc = packet == NULL ? -ENOBUFS : 0;
	if (packet == NULL)
		return NULL;
	*packet = (struct packet){.size = size, .sender = self};
	*rc = message_copy_in(message, packet->bytes, size);
	if (*rc != 0) {
		kfree(packet);
		return NULL;
	}
	if (message->has_credentials)
		packet->credentials = message->credentials;
	unix_get(self);
	spin_lock(&unix_lock);
	self->in_flight += size;
	spin_unlock(&unix_lock);
	return packet;
}

// Into the receiver's queue; lock held. The message's files go with it.
static long enqueue(struct unix_socket *self, struct unix_socket *to, struct packet *packet, struct message *message)
{
	if (message->rights != NULL) {
		int rc = rights_leave(message->rights);
		if (rc != 0)
			return rc;
		packet->rights = message->rights;
		message->rights = NULL;
	}
	if (packet->credentials.pid == 0 && (self->pass_credentials || to->pass_credentials || to->socket == NULL))
		packet->credentials = unix_own_credentials();
	packet->address = self->address;
	list_push_back(&to->queue, &packet->link);
	to->queued++;
	to->bytes += packet->size;
	wake_up(&to->changed);
	return 0;
}

static long stream_state(struct unix_socket *self) // lock held
{
	if (!self->connected || self->peer == NULL)
		return -ENOTCONN;
	return self->no_send || self->peer->dead || self->peer->no_receive ? -EPIPE : self->in_flight >= self->send_buffer ? -EAGAIN : 0;
}

static bool stream_ready(struct unix_socket *self)
{
	spin_lock(&unix_lock);
	bool ready = stream_state(self) != -EAGAIN;
	spin_unlock(&unix_lock);
	return ready;
}

static long send_piece(struct unix_socket *self, struct message *message, size_t size)
{
	long rc;
	struct packet *packet = packet_create(self, message, size, &rc);
	if (packet == NULL)
		return rc;
	spin_lock(&unix_lock);
	rc = stream_state(self);
	rc = rc == -EAGAIN ? 0 : rc; // this packet itself may have filled it
	if (rc == 0)
		rc = enqueue(self, self->peer, packet, message);
	spin_unlock(&unix_lock);
	if (rc != 0)
		packet_free(packet);
	return rc;
}

static long send_stream(struct unix_socket *self, struct message *message, int64_t timeout_ns)
{
	int64_t deadline = socket_deadline(timeout_ns);
	size_t done = 0;
	if (message->address.length != 0)
		return self->connected ? -EISCONN : -EOPNOTSUPP;
	spin_lock(&unix_lock);
	long rc = stream_state(self);
	spin_unlock(&unix_lock);
	while (message->left != 0 && (rc == 0 || rc == -EAGAIN)) {
		if (rc == -EAGAIN) {
			rc = message->nonblock ? -EAGAIN : wait_event_deadline(&self->changed, stream_ready(self), deadline);
			if (rc != 0)
				break;
		} else {
			size_t size = message->left < PIECE_MAX ? message->left : PIECE_MAX;
			rc = send_piece(self, message, size);
			done += rc == 0 ? size : 0;
			if (rc != 0)
				break;
		}
		spin_lock(&unix_lock);
		rc = stream_state(self);
		spin_unlock(&unix_lock);
	}
	rc = rc == -EAGAIN && message->left == 0 ? 0 : rc;
	if (rc == -EPIPE && done == 0 && (message->flags & MSG_NOSIGNAL) == 0)
		task_operations->send_signal_current(SIGPIPE);
	return done != 0 ? (long)done : rc == -ETIMEDOUT ? -EAGAIN : rc;
}

// May `self` put a message into the queue of `to` now? Lock held.
static long message_state(struct unix_socket *self, struct unix_socket *to)
{
	if (self->no_send)
		return -EPIPE;
	if (to->dead)
		return self->type == SOCK_DGRAM ? -ECONNREFUSED : -EPIPE;
	if (self->type == SOCK_DGRAM && to->peer != NULL && to->peer != self)
		return -EPERM;
	if (to->no_receive)
		return -EPIPE;
	bool full = to != self && to->peer != self && to->queued > DATAGRAMS_MAX;
	self->full = full ? to : NULL;
	return full || self->in_flight > self->send_buffer ? -EAGAIN : 0;
}

static bool message_ready(struct unix_socket *self, struct unix_socket *to)
{
	spin_lock(&unix_lock);
	bool ready = message_state(self, to) != -EAGAIN;
	spin_unlock(&unix_lock);
	return ready;
}

// Whom a message goes to, with a reference.
static long receiver_of(struct unix_socket *self, const struct message *message, struct unix_socket **to)
{
	if (self->type == SOCK_DGRAM && message->address.length != 0) {
		int rc = unix_check_address(&message->address);
		return rc != 0 ? rc : unix_find(&message->address, SOCK_DGRAM, to);
	}
	spin_lock(&unix_lock);
	*to = self->connected ? self->peer : NULL;
	if (*to != NULL)
		unix_get(*to);
	spin_unlock(&unix_lock);
	return *to != NULL ? 0 : -ENOTCONN;
}

static long send_to(struct unix_socket *self, struct unix_socket *to, struct message *message, int64_t deadline)
{
	size_t size = message->left;
	long rc;
	struct packet *packet = packet_create(self, message, size, &rc);
	while (rc == 0) {
		spin_lock(&unix_lock);
		rc = message_state(self, to);
		if (rc == 0)
			rc = enqueue(self, to, packet, message);
		bool gone = rc == -ECONNREFUSED && self->peer == to; // whom we talked to is no more
		if (gone) {
			self->peer = NULL;
			self->connected = false;
		}
		spin_unlock(&unix_lock);
		if (gone)
			unix_put(to); // the peer's reference
		if (rc != -EAGAIN || message->nonblock)
			break;
		rc = wait_event_deadline(&self->changed, message_ready(self, to), deadline);
	}
	if (rc != 0 && packet != NULL)
		packet_free(packet);
	return rc != 0 ? rc : (long)size;
}

static long send_message(struct unix_socket *self, struct message *message, int64_t timeout_ns)
{
	struct unix_socket *to;
	long rc = self->pass_credentials ? unix_autobind(self) : 0;
	rc = rc != 0 ? rc : receiver_of(self, message, &to);
	if (rc != 0)
		return rc;
	rc = message->left > self->send_buffer - 32 ? -EMSGSIZE : send_to(self, to, message, socket_deadline(timeout_ns));
	unix_put(to);
	return rc == -ETIMEDOUT ? -EAGAIN : rc;
}

long unix_send(struct socket *socket, struct message *message)
{
	struct unix_socket *self = unix_of(socket);
	return self->type == SOCK_STREAM ? send_stream(self, message, socket->send_timeout_ns)
					 : send_message(self, message, socket->send_timeout_ns);
}

// ---- receiving; socket->receiving held ----

static struct packet *first_packet(struct unix_socket *self)
{
	spin_lock(&unix_lock);
	struct packet *first = list_empty(&self->queue) ? NULL : list_first(&self->queue, struct packet, link);
	spin_unlock(&unix_lock);
	return first;
}

static struct packet *next_packet(struct unix_socket *self, struct packet *packet)
{
	spin_lock(&unix_lock);
	struct packet *next = packet->link.next == &self->queue ? NULL : list_first(&packet->link, struct packet, link);
	spin_unlock(&unix_lock);
	return next;
}

static int take_error(struct unix_socket *self)
{
	spin_lock(&unix_lock);
	int error = self->error;
	self->error = 0;
	spin_unlock(&unix_lock);
	return -error;
}

static bool anything_to_read(struct unix_socket *self)
{
	spin_lock(&unix_lock);
	bool any = !list_empty(&self->queue) || self->no_receive || self->error != 0;
	spin_unlock(&unix_lock);
	return any;
}

// Lets go of the mutex until there is something.
static long wait_to_read(struct unix_socket *self, int64_t deadline)
{
	mutex_unlock(&self->receiving);
	long rc = wait_event_deadline(&self->changed, anything_to_read(self), deadline);
	mutex_lock(&self->receiving);
	return rc == -ETIMEDOUT ? -EAGAIN : rc;
}

static struct rights *rights_copy(const struct rights *rights)
{
	struct rights *copy = kmalloc(sizeof(*copy) + rights->count * sizeof(*copy->files), ALLOC_ATOMIC);
	if (copy == NULL)
		return NULL;
	memcpy(copy, rights, sizeof(*copy) + rights->count * sizeof(*copy->files));
	for (unsigned i = 0; i < copy->count; i++)
		file_get(copy->files[i]);
	return copy;
}

// What comes with a packet's bytes: files (once), credentials, the sender's name.
static void take_companions(struct unix_socket *self, struct packet *packet, struct message *message, bool first)
{
	spin_lock(&unix_lock);
	if (packet->rights != NULL && (message->flags & MSG_PEEK) != 0)
		message->rights = rights_copy(packet->rights);
	else if (packet->rights != NULL) {
		rights_arrive(packet->rights);
		message->rights = packet->rights;
		packet->rights = NULL;
	}
	if (!first) {
		spin_unlock(&unix_lock);
		return;
	}
	message->has_credentials = self->pass_credentials;
	message->credentials = packet->credentials.pid != 0 ? packet->credentials : (struct abi_ucred){0, OVERFLOW_ID, OVERFLOW_ID};
	message->address = packet->address;
	spin_unlock(&unix_lock);
}

// `size` bytes of the first packet have been read; the packet goes when that was all (or all that counts).
static void consume(struct unix_socket *self, struct packet *packet, size_t size, bool whole)
{
	spin_lock(&unix_lock);
	packet->taken += size;
	self->bytes -= whole ? packet->size : size;
	bool gone = whole || packet->taken == packet->size;
	if (gone) {
		list_remove(&packet->link);
		self->queued--;
		unix_wake_senders(self);
	}
	spin_unlock(&unix_lock);
	if (gone)
		packet_free(packet);
}

static bool same_sender(const struct packet *packet, const struct message *message)
{
	return !message->has_credentials || (packet->credentials.pid == message->credentials.pid &&
					     packet->credentials.uid == message->credentials.uid &&
					     packet->credentials.gid == message->credentials.gid);
}

// Why a reader of an empty stream does not wait; *wait: it does.
static long empty_stream(struct unix_socket *self, const struct message *message, bool *wait)
{
	long rc = take_error(self);
	*wait = rc == 0 && !self->no_receive && !message->nonblock;
	return rc != 0 ? rc : self->no_receive ? 0 : -EAGAIN;
}

static long receive_stream(struct unix_socket *self, struct message *message, int64_t deadline)
{
	size_t done = 0, target = (message->flags & MSG_WAITALL) != 0 ? message->left : 1;
	struct packet *packet = first_packet(self);
	bool peek = (message->flags & MSG_PEEK) != 0, wait;
	long rc = 0;
	while (message->left != 0) {
		if (packet == NULL) {
			if (done >= target)
				break;
			rc = empty_stream(self, message, &wait);
			if (!wait)
				break;
			rc = wait_to_read(self, deadline);
			if (rc != 0)
				break;
			packet = first_packet(self);
			if (peek)
				for (size_t skip = done; packet != NULL && skip >= packet->size - packet->taken; packet = next_packet(self, packet))
					skip -= packet->size - packet->taken;
			continue;
		}
		if (done != 0 && !same_sender(packet, message))
			break;
		bool files = packet->rights != NULL;
		size_t start = packet->taken, size = packet->size - start < message->left ? packet->size - start : message->left;
		rc = message_copy_out(message, packet->bytes + start, size);
		if (rc != 0)
			break;
		take_companions(self, packet, message, done == 0);
		done += size;
		struct packet *next = peek ? next_packet(self, packet) : NULL;
		if (!peek)
			consume(self, packet, size, false);
		if (files)
			break;
		packet = peek ? next : first_packet(self);
	}
	return done != 0 ? (long)done : rc;
}

static long receive_message(struct unix_socket *self, struct message *message, int64_t deadline)
{
	struct packet *packet;
	long rc = take_error(self);
	while (rc == 0 && (packet = first_packet(self)) == NULL) {
		if (self->no_receive && (!message->nonblock || self->type == SOCK_SEQPACKET))
			return 0;
		rc = message->nonblock ? -EAGAIN : wait_to_read(self, deadline);
		rc = rc != 0 ? rc : take_error(self);
	}
	if (rc != 0)
		return rc;
	size_t size = packet->size < message->left ? packet->size : message->left;
	long result = (long)((message->flags & MSG_TRUNC) != 0 ? packet->size : size);
	if (size < packet->size)
		message->flags |= MSG_TRUNC_OUT;
	take_companions(self, packet, message, true);
	rc = message_copy_out(message, packet->bytes, size);
	if ((message->flags & MSG_PEEK) == 0)
		consume(self, packet, size, true);
	return rc != 0 ? rc : result;
}

long unix_receive(struct socket *socket, struct message *message)
{
	struct unix_socket *self = unix_of(socket);
	int64_t deadline = socket_deadline(socket->receive_timeout_ns);
	if (self->type != SOCK_DGRAM && !self->connected)
		return self->type == SOCK_STREAM ? -EINVAL : -ENOTCONN;
	long rc = mutex_lock_interruptible(&self->receiving);
	if (rc != 0)
		return rc;
	rc = self->type == SOCK_STREAM ? receive_stream(self, message, deadline) : receive_message(self, message, deadline);
	mutex_unlock(&self->receiving);
	return rc;
}
