// socket.c: the system calls on sockets (POSIX.1-2017 2.10), for any family. What the families share stands here: descriptors, options
// with plain values, time-outs. There is no lock of our own: an option is one word, and the families guard their state.
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/net/message.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/time.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/poll.h"

#define FAMILIES 46        // numbers that Linux knows
#define BUFFER_DEFAULT 212992u
#define BUFFER_MAX 212992u // that may be asked for; twice that is given, as on Linux
#define SEND_BUFFER_MIN 4608u
#define RECEIVE_BUFFER_MIN 2304u
#define FLAGS_SEND (MSG_OOB | MSG_DONTWAIT | MSG_EOR | MSG_NOSIGNAL | MSG_MORE)
#define FLAGS_RECEIVE (MSG_OOB | MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC)

static const struct file_operations socket_file_operations;
static uint64_t last_number;

struct socket *socket_of(struct file *file)
{
	return file->operations == &socket_file_operations ? file->private : NULL;
}

// A call whose time is limited would have all of it again if it were begun anew.
static long limited(long rc, int64_t timeout_ns)
{
	return rc == -ERESTARTSYS && timeout_ns != 0 ? -EINTR : rc;
}

int64_t socket_deadline(int64_t timeout_ns)
{
	return timeout_ns == 0 ? WAIT_FOR_EVER : time_monotonic_ns() + timeout_ns;
}

// The socket of a descriptor; its file has a reference. NULL with *rc.
static struct socket *socket_from_fd(int fd, struct file **file, long *rc)
{
	*file = file_from_fd(fd);
	struct socket *socket = *file != NULL ? socket_of(*file) : NULL;
	*rc = *file == NULL ? -EBADF : socket == NULL ? -ENOTSOCK : 0;
	if (socket == NULL && *file != NULL) {
		file_put(*file);
		*file = NULL;
	}
	return socket;
}

// ---- making ----

static const struct socket_operations *family_operations(int family)
{
	TABLE_EACH(socket_families, struct socket_family, known)
		if (known->family == family)
			return known->operations;
	return NULL;
}

static struct socket *socket_create(const struct socket_operations *operations, int family, int type, int protocol)
{
	struct socket *socket = kzalloc(sizeof(*socket), ALLOC_SLEEP);
	if (socket != NULL)
		*socket = (struct socket){.operations = operations, .family = family, .type = type, .protocol = protocol,
					  .send_buffer = BUFFER_DEFAULT, .receive_buffer = BUFFER_DEFAULT};
	return socket;
}

// A file for a socket that its family has made; on failure the socket is released.
static struct file *socket_file(struct socket *socket, int flags)
{
	struct inode *inode = inode_create(NULL, S_IFSOCK | 0777);
	struct file *file = NULL;
	if (inode != NULL) {
		inode->number = atomic_add(&last_number, 1);
		file = file_create(inode, &socket_file_operations, FILE_READ | FILE_WRITE, O_RDWR | (flags & SOCK_NONBLOCK));
	}
	if (file == NULL) {
		socket->operations->release(socket);
		kfree(socket);
		return NULL;
	}
	file->private = socket;
	socket->file = file;
	return file;
}

static long socket_install(struct socket *socket, int flags)
{
	struct file *file = socket_file(socket, flags);
	return file == NULL ? -ENOMEM : files_install(current->files, file, 0, (flags & SOCK_CLOEXEC) != 0);
}

static long make(int family, int type, int protocol, struct socket **result)
{
	if (family < 0 || family >= FAMILIES)
		return -EAFNOSUPPORT;
	if ((type & ~(SOCK_TYPE_MASK | SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0 || (type & SOCK_TYPE_MASK) >= SOCK_TYPES)
		return -EINVAL;
	const struct socket_operations *operations = family_operations(family);
	if (operations == NULL)
		return -EAFNOSUPPORT;
	*result = socket_create(operations, family, type & SOCK_TYPE_MASK, protocol);
	long rc = *result == NULL ? -ENOMEM : operations->create(*result);
	if (rc != 0)
		kfree(*result);
	return rc;
}

long sys_socket(int family, int type, int protocol)
{
	struct socket *socket;
	long rc = make(family, type, protocol, &socket);
	return rc != 0 ? rc : socket_install(socket, type);
}

long sys_socketpair(int family, int type, int protocol, user_addr to)
{
	struct socket *a, *b;
	int32_t fds[2] = {-1, -1};
	long rc = make(family, type, protocol, &a);
	if (rc != 0)
		return rc;
	rc = make(family, type, protocol, &b);
	if (rc == 0) {
		rc = a->operations->pair != NULL ? a->operations->pair(a, b) : -EOPNOTSUPP;
		fds[0] = rc == 0 ? (int32_t)socket_install(a, type) : -1;
		fds[1] = rc == 0 ? (int32_t)socket_install(b, type) : -1;
		if (rc != 0) {
			b->operations->release(b);
			kfree(b);
		}
	}
	if (rc != 0) {
		a->operations->release(a);
		kfree(a);
		return rc;
	}
	rc = fds[0] < 0 ? fds[0] : fds[1] < 0 ? fds[1] : copy_to_user(to, fds, sizeof(fds));
	for (int i = 0; i < 2; i++)
		if (rc != 0 && fds[i] >= 0)
			sys_close(fds[i]);
	return rc;
}

// ---- names and connections ----

long sys_bind(int fd, user_addr name, int length)
{
	struct address address;
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : address_from_user(&address, name, length);
	if (rc == 0)
		rc = socket->operations->bind != NULL ? socket->operations->bind(socket, &address) : -EOPNOTSUPP;
	file_put(file);
	return rc;
}

long sys_listen(int fd, int backlog)
{
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	unsigned most = (unsigned)backlog < BACKLOG_MAX ? (unsigned)backlog : BACKLOG_MAX;
	if (rc == 0)
		rc = socket->operations->listen != NULL ? socket->operations->listen(socket, most) : -EOPNOTSUPP;
	file_put(file);
	return rc;
}

static bool is_nonblock(const struct file *file)
{
	return (READ_ONCE(file->flags) & O_NONBLOCK) != 0;
}

long sys_connect(int fd, user_addr name, int length)
{
	struct address address;
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : address_from_user(&address, name, length);
	if (rc == 0)
		rc = socket->operations->connect != NULL ? limited(socket->operations->connect(socket, &address, is_nonblock(file)), socket->send_timeout_ns) : -EOPNOTSUPP;
	file_put(file);
	return rc;
}

static long accept_on(struct socket *socket, struct file *file, user_addr name, user_addr length, int flags)
{
	struct address address = {.length = 0};
	if (socket->operations->accept == NULL)
		return -EOPNOTSUPP;
	struct socket *accepted = socket_create(socket->operations, socket->family, socket->type, socket->protocol);
	if (accepted == NULL)
		return -ENOMEM;
	long rc = limited(socket->operations->accept(socket, accepted, is_nonblock(file)), socket->receive_timeout_ns);
	if (rc != 0) {
		kfree(accepted);
		return rc;
	}
	struct file *new = socket_file(accepted, flags);
	if (new == NULL)
		return -ENOMEM;
	if (name != 0)
		rc = accepted->operations->name(accepted, true, &address);
	rc = rc == -ENOTCONN ? -ECONNABORTED : rc;
	if (rc == 0 && name != 0)
		rc = address_to_user(&address, name, length);
	if (rc == 0)
		return files_install(current->files, new, 0, (flags & SOCK_CLOEXEC) != 0);
	file_put(new);
	return rc;
}

long sys_accept4(int fd, user_addr name, user_addr length, int flags)
{
	struct file *file;
	long rc;
	if ((flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) != 0)
		return -EINVAL;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	if (rc == 0)
		rc = accept_on(socket, file, name, length, flags);
	file_put(file);
	return rc;
}

long sys_accept(int fd, user_addr name, user_addr length)
{
	return sys_accept4(fd, name, length, 0);
}

static long get_name(int fd, user_addr name, user_addr length, bool peer)
{
	struct address address;
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : socket->operations->name(socket, peer, &address);
	rc = rc != 0 ? rc : address_to_user(&address, name, length);
	file_put(file);
	return rc;
}

long sys_getsockname(int fd, user_addr name, user_addr length)
{
	return get_name(fd, name, length, false);
}

long sys_getpeername(int fd, user_addr name, user_addr length)
{
	return get_name(fd, name, length, true);
}

long sys_shutdown(int fd, int how)
{
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	if (rc == 0)
		rc = how < SHUT_RD || how > SHUT_RDWR ? -EINVAL : socket->operations->shutdown(socket, how);
	file_put(file);
	return rc;
}

// ---- messages ----

long socket_check(int fd)
{
	struct file *file;
	long rc;
	socket_from_fd(fd, &file, &rc);
	file_put(file);
	return rc;
}

static long transfer(struct file *file, struct message *message, bool receive)
{
	struct socket *socket = socket_of(file);
	message->nonblock |= (message->flags & MSG_DONTWAIT) != 0 || is_nonblock(file);
	message->family = socket->family;
	if (message->flags & MSG_OOB)
		return receive ? -EINVAL : -EOPNOTSUPP; // no family has out-of-band data
	return receive ? limited(socket->operations->receive(socket, message), socket->receive_timeout_ns)
		       : limited(socket->operations->send(socket, message), socket->send_timeout_ns);
}

long sys_sendto(int fd, user_addr buffer, size_t size, unsigned flags, user_addr name, int length)
{
	struct file *file;
	long rc;
	struct abi_iovec vector = {buffer, size < MESSAGE_MAX ? size : MESSAGE_MAX};
	struct message message = {.vectors = &vector, .count = 1, .left = vector.iov_len, .flags = flags & FLAGS_SEND};
	socket_from_fd(fd, &file, &rc);
	if (rc == 0 && name != 0)
		rc = address_from_user(&message.address, name, length);
	rc = rc != 0 ? rc : transfer(file, &message, false);
	file_put(file);
	return rc;
}

long sys_recvfrom(int fd, user_addr buffer, size_t size, unsigned flags, user_addr name, user_addr length)
{
	struct file *file;
	long rc;
	struct abi_iovec vector = {buffer, size < MESSAGE_MAX ? size : MESSAGE_MAX};
	struct message message = {.vectors = &vector, .count = 1, .left = vector.iov_len, .flags = flags & FLAGS_RECEIVE};
	socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : transfer(file, &message, true);
	if (rc >= 0 && name != 0 && address_to_user(&message.address, name, length) != 0)
		rc = -EFAULT;
	rights_drop(message.rights);
	file_put(file);
	return rc;
}

long sys_sendmsg(int fd, user_addr from, unsigned flags)
{
	struct abi_msghdr header;
	struct file *file;
	struct message message = {.flags = flags & FLAGS_SEND};
	long rc;
	socket_from_fd(fd, &file, &rc);
	if (rc == 0)
		rc = copy_from_user(&header, from, sizeof(header));
	if (rc == 0 && header.name != 0) {
		uint32_t length = header.name_length > sizeof(message.address.name) ? sizeof(message.address.name) : header.name_length;
		rc = (int32_t)header.name_length < 0 ? -EINVAL : address_from_user(&message.address, header.name, length);
	}
	rc = rc != 0 ? rc : message_vectors(&message, header.vectors, header.vector_count);
	message.family = file != NULL ? socket_of(file)->family : 0;
	if (rc == 0 && header.control != 0)
		rc = control_from_user(&message, header.control, header.control_length);
	rc = rc != 0 ? rc : transfer(file, &message, false);
	rights_drop(message.rights);
	kfree(message.vectors);
	file_put(file);
	return rc;
}

static long receive_message(struct file *file, struct abi_msghdr *header, user_addr to, unsigned flags)
{
	struct message message = {.flags = flags & FLAGS_RECEIVE};
	long rc = message_vectors(&message, header->vectors, header->vector_count);
	rc = rc != 0 ? rc : transfer(file, &message, true);
	if (rc >= 0) {
		message.flags &= MSG_TRUNC_OUT | MSG_CTRUNC | MSG_CMSG_CLOEXEC;
		header->control_length = control_to_user(&message, header->control, header->control_length);
		header->flags = (message.flags & ~(unsigned)MSG_TRUNC_OUT) | (message.flags & MSG_TRUNC_OUT ? MSG_TRUNC : 0);
		uint32_t room = header->name_length, size = room < message.address.length ? room : message.address.length;
		if (header->name != 0 && size != 0 && copy_to_user(header->name, &message.address.name, size) != 0)
			rc = -EFAULT;
		header->name_length = message.address.length;
		size_t start = offsetof(struct abi_msghdr, control_length);
		if ((header->name != 0 && copy_to_user(to + offsetof(struct abi_msghdr, name_length), &header->name_length, 4) != 0) ||
		    copy_to_user(to + start, &header->control_length, 8) != 0 ||
		    copy_to_user(to + offsetof(struct abi_msghdr, flags), &header->flags, 4) != 0)
			rc = -EFAULT;
	}
	rights_drop(message.rights);
	kfree(message.vectors);
	return rc;
}

long sys_recvmsg(int fd, user_addr to, unsigned flags)
{
	struct abi_msghdr header;
	struct file *file;
	long rc;
	socket_from_fd(fd, &file, &rc);
	if (rc == 0)
		rc = copy_from_user(&header, to, sizeof(header));
	if (rc == 0 && header.name != 0 && (int32_t)header.name_length < 0)
		rc = -EINVAL;
	rc = rc != 0 ? rc : receive_message(file, &header, to, flags);
	file_put(file);
	return rc;
}

// ---- options ----

static struct abi_timeval timeval_of(int64_t ns)
{
	return (struct abi_timeval){ns / NS_PER_SECOND, ns % NS_PER_SECOND / 1000};
}

static int plain_option(struct socket *socket, int option, int *value)
{
	switch (option) {
	case SO_TYPE: *value = socket->type; return 0;
	case SO_DOMAIN: *value = socket->family; return 0;
	case SO_PROTOCOL: *value = socket->protocol; return 0;
	case SO_SNDBUF: *value = (int)socket->send_buffer; return 0;
	case SO_RCVBUF: *value = (int)socket->receive_buffer; return 0;
	case SO_PASSCRED: *value = socket->pass_credentials; return 0;
	case SO_REUSEADDR: *value = socket->reuse_address; return 0;
	case SO_KEEPALIVE: *value = socket->keep_alive; return 0;
	}
	return socket->operations->get(socket, option, value);
}

static long get_option(struct socket *socket, int level, int option, user_addr to, user_addr user_length)
{
	union {
		int value;
		struct abi_timeval time;
		struct abi_ucred credentials;
	} answer = {0};
	int32_t room;
	uint32_t size = sizeof(answer.value);
	if (copy_from_user(&room, user_length, sizeof(room)) != 0)
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	int rc = 0;
	if (option == SO_PEERCRED) {
		answer.credentials = socket->operations->peer(socket);
		size = sizeof(answer.credentials);
	} else if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
		answer.time = timeval_of(option == SO_RCVTIMEO ? socket->receive_timeout_ns : socket->send_timeout_ns);
		size = sizeof(answer.time);
	} else
		rc = plain_option(socket, option, &answer.value);
	size = (uint32_t)room < size ? (uint32_t)room : size;
	if (rc == 0 && copy_to_user(to, &answer, size) != 0)
		rc = -EFAULT;
	return rc != 0 ? rc : copy_to_user(user_length, &size, sizeof(size));
}

long sys_getsockopt(int fd, int level, int option, user_addr to, user_addr length)
{
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : get_option(socket, level, option, to, length);
	file_put(file);
	return rc;
}

static uint32_t buffer_size(int value, uint32_t least)
{
	uint32_t wanted = (uint32_t)value < BUFFER_MAX ? (uint32_t)value * 2 : BUFFER_MAX * 2;
	return wanted < least ? least : wanted;
}

static long set_timeout(int64_t *timeout_ns, user_addr from, int length)
{
	struct abi_timeval time;
	if (length < (int)sizeof(time))
		return -EINVAL;
	if (copy_from_user(&time, from, sizeof(time)) != 0)
		return -EFAULT;
	if (time.tv_usec < 0 || time.tv_usec >= 1000000)
		return -EDOM;
	bool ever = (time.tv_sec == 0 && time.tv_usec == 0) || time.tv_sec > INT64_MAX / NS_PER_SECOND / 4;
	*timeout_ns = time.tv_sec < 0 ? 1 : ever ? 0 : time.tv_sec * NS_PER_SECOND + time.tv_usec * 1000;
	return 0;
}

static long set_option(struct socket *socket, int level, int option, user_addr from, int length)
{
	int value;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (option == SO_RCVTIMEO || option == SO_SNDTIMEO)
		return set_timeout(option == SO_RCVTIMEO ? &socket->receive_timeout_ns : &socket->send_timeout_ns, from, length);
	if (length < (int)sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, from, sizeof(value)) != 0)
		return -EFAULT;
	switch (option) {
	case SO_SNDBUF: socket->send_buffer = buffer_size(value, SEND_BUFFER_MIN); break;
	case SO_RCVBUF: socket->receive_buffer = buffer_size(value, RECEIVE_BUFFER_MIN); break;
	case SO_PASSCRED: socket->pass_credentials = value != 0; break;
	case SO_REUSEADDR: socket->reuse_address = value != 0; break;
	case SO_KEEPALIVE: socket->keep_alive = value != 0; break;
	default: return -ENOPROTOOPT;
	}
	if (socket->operations->changed != NULL)
		socket->operations->changed(socket);
	return 0;
}

long sys_setsockopt(int fd, int level, int option, user_addr from, int length)
{
	struct file *file;
	long rc;
	struct socket *socket = socket_from_fd(fd, &file, &rc);
	rc = rc != 0 ? rc : length < 0 ? -EINVAL : set_option(socket, level, option, from, length);
	file_put(file);
	return rc;
}

// ---- a socket as a file ----

static long socket_vectors(struct file *file, struct abi_iovec *vectors, int count, bool write)
{
	struct message message = {.vectors = vectors, .count = (unsigned)count};
	for (int i = 0; i < count; i++)
		message.left += vectors[i].iov_len;
	long rc = transfer(file, &message, !write);
	rights_drop(message.rights);
	return rc;
}

static long socket_transfer(struct file *file, struct uio *uio, bool write)
{
	struct abi_iovec vector = {uio->address, uio->left};
	struct message message = {.vectors = &vector, .count = 1, .left = uio->left, .kernel = uio->kernel, .nonblock = uio->nonblock};
	long rc = transfer(file, &message, !write);
	rights_drop(message.rights);
	if (rc > 0) {
		uio->address += (size_t)rc;
		uio->left -= (size_t)rc;
	}
	return rc;
}

static long socket_read(struct file *file, struct uio *uio, int64_t *position)
{
	return uio->left == 0 ? 0 : socket_transfer(file, uio, false);
}

static long socket_write(struct file *file, struct uio *uio, int64_t *position)
{
	return socket_transfer(file, uio, true);
}

static unsigned socket_poll(struct file *file, struct poll_table *table)
{
	struct socket *socket = file->private;
	return socket->operations->poll(socket, table);
}

static long socket_ioctl(struct file *file, unsigned command, uint64_t argument)
{
	struct socket *socket = file->private;
	return socket->operations->ioctl != NULL ? socket->operations->ioctl(socket, command, argument) : -ENOTTY;
}

static void socket_release(struct file *file)
{
	struct socket *socket = file->private;
	socket->operations->release(socket);
	kfree(socket);
}

static const struct file_operations socket_file_operations = {
	.read = socket_read, .write = socket_write, .vectors = socket_vectors, .poll = socket_poll, .ioctl = socket_ioctl,
	.release = socket_release, .stream = true};
