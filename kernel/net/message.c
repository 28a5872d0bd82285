// message.c: messages between user memory and a socket: vectors, addresses, control messages (cmsg(3)).
#include "kernel/net/message.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

#define CMSG_ALIGN(size) (((size) + 7) & ~(uint64_t)7)
#define HEADER sizeof(struct abi_cmsghdr)

static int copy(struct message *message, char *bytes, size_t size, bool out)
{
	while (size != 0) {
		struct abi_iovec *vector = &message->vectors[message->at];
		size_t piece = size < vector->iov_len ? size : vector->iov_len;
		struct uio uio = {vector->iov_base, piece, .kernel = message->kernel};
		int rc = piece == 0 ? 0 : out ? uio_copy_out(&uio, bytes, piece) : uio_copy_in(&uio, bytes, piece);
		if (rc != 0)
			return rc;
		vector->iov_base += piece;
		vector->iov_len -= piece;
		message->left -= piece;
		bytes += piece;
		size -= piece;
		message->at += vector->iov_len == 0;
	}
	return 0;
}

int message_copy_in(struct message *message, void *to, size_t size)
{
	return copy(message, to, size, false);
}

int message_copy_out(struct message *message, const void *from, size_t size)
{
	return copy(message, (char *)from, size, true);
}

void rights_drop(struct rights *rights)
{
	for (unsigned i = 0; rights != NULL && i < rights->count; i++)
		file_put(rights->files[i]);
	kfree(rights);
}

int address_from_user(struct address *address, user_addr from, int64_t length)
{
	memset(address, 0, sizeof(*address));
	if (length < 0 || (size_t)length > sizeof(address->name))
		return -EINVAL;
	address->length = (uint32_t)length;
	return length != 0 ? copy_from_user(&address->name, from, (size_t)length) : 0;
}

int address_to_user(const struct address *address, user_addr to, user_addr user_length)
{
	int32_t room;
	if (copy_from_user(&room, user_length, sizeof(room)) != 0)
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	uint32_t size = (uint32_t)room < address->length ? (uint32_t)room : address->length;
	if (size != 0 && copy_to_user(to, &address->name, size) != 0)
		return -EFAULT;
	return copy_to_user(user_length, &address->length, sizeof(address->length));
}

int message_vectors(struct message *message, user_addr from, uint64_t count)
{
	if (count > VECTORS_MAX)
		return -EMSGSIZE;
	message->vectors = kmalloc((count + 1) * sizeof(*message->vectors), ALLOC_SLEEP);
	if (message->vectors == NULL)
		return -ENOMEM;
	message->count = (unsigned)count;
	int rc = copy_from_user(message->vectors, from, count * sizeof(*message->vectors));
	for (uint64_t i = 0; rc == 0 && i < count; i++) {
		size_t length = message->vectors[i].iov_len;
		if (length > INT64_MAX)
			rc = -EINVAL;
		length = length < MESSAGE_MAX - message->left ? length : MESSAGE_MAX - message->left;
		message->vectors[i].iov_len = length;
		message->left += length;
	}
	return rc;
}

// ---- control messages that are sent ----

static int take_rights(struct message *message, const int32_t *fds, size_t count)
{
	unsigned have = message->rights != NULL ? message->rights->count : 0;
	if (have + count > RIGHTS_MAX)
		return -EINVAL;
	struct rights *rights = kzalloc(sizeof(*rights) + (have + count) * sizeof(*rights->files), ALLOC_SLEEP);
	if (rights == NULL)
		return -ENOMEM;
	if (have != 0)
		memcpy(rights->files, message->rights->files, have * sizeof(*rights->files));
	rights->count = have;
	kfree(message->rights);
	message->rights = rights;
	for (size_t i = 0; i < count; i++) {
		struct file *file = file_from_fd_any(fds[i]);
		if (file == NULL)
			return -EBADF;
		rights->files[rights->count++] = file;
	}
	return 0;
}

static int take_credentials(struct message *message, const struct abi_ucred *claim)
{
	const struct cred *cred = current->cred;
	bool root = cred->euid == 0, pid = claim->pid == current->tgid;
	bool uid = claim->uid == cred->uid || claim->uid == cred->euid || claim->uid == cred->suid;
	bool gid = claim->gid == cred->gid || claim->gid == cred->egid || claim->gid == cred->sgid;
	if (!root && !(pid && uid && gid))
		return -EPERM;
	message->credentials = *claim;
	message->has_credentials = true;
	return 0;
}

static int take_one(struct message *message, const struct abi_cmsghdr *header, size_t size)
{
	const void *data = header + 1;
	if (header->level != SOL_SOCKET)
		return 0; // another protocol's
	if (header->type == SCM_RIGHTS)
		return message->family != AF_UNIX ? -EINVAL : size < 4 ? 0 : take_rights(message, data, size / 4);
	if (header->type == SCM_CREDENTIALS)
		return size != sizeof(struct abi_ucred) ? -EINVAL : take_credentials(message, data);
	return -EINVAL;
}

int control_from_user(struct message *message, user_addr from, uint64_t length)
{
	if (length > CONTROL_MAX)
		return -ENOBUFS;
	char *bytes = length >= HEADER ? kmalloc(length, ALLOC_SLEEP) : NULL;
	if (bytes == NULL)
		return length >= HEADER ? -ENOMEM : 0;
	int rc = copy_from_user(bytes, from, length);
	for (uint64_t at = 0; rc == 0 && length - at >= HEADER;) {
		const struct abi_cmsghdr *header = (const struct abi_cmsghdr *)(bytes + at);
		if (header->length < HEADER || header->length > length - at)
			rc = -EINVAL;
		else
			rc = take_one(message, header, header->length - HEADER);
		uint64_t step = rc == 0 ? CMSG_ALIGN(header->length) : 0;
		at = step < length - at ? at + step : length;
	}
	kfree(bytes);
	return rc;
}

// ---- control messages that are received ----

struct room { // what is left of the caller's control buffer
	user_addr at;
	uint64_t left;
};

static void put_control(struct room *room, struct message *message, int type, const void *data, size_t size)
{
	struct abi_cmsghdr header = {HEADER + size, SOL_SOCKET, type};
	if (room->left < HEADER) {
		message->flags |= MSG_CTRUNC;
		return;
	}
	if (room->left < header.length) {
		message->flags |= MSG_CTRUNC;
		header.length = room->left;
	}
	if (copy_to_user(room->at, &header, HEADER) != 0 || copy_to_user(room->at + HEADER, data, header.length - HEADER) != 0)
		return;
	uint64_t step = CMSG_ALIGN(header.length) < room->left ? CMSG_ALIGN(header.length) : room->left;
	room->at += step;
	room->left -= step;
}

// Gives the files numbers as far as there is room for them; the others are dropped.
static void put_rights(struct room *room, struct message *message)
{
	struct rights *rights = message->rights;
	unsigned fits = room->left > HEADER ? (unsigned)((room->left - HEADER) / 4) : 0, done = 0;
	int32_t *fds = kmalloc(RIGHTS_MAX * sizeof(*fds), ALLOC_SLEEP);
	fits = fds != NULL ? fits : 0;
	for (; done < fits && done < rights->count; done++) {
		struct file *file = rights->files[done];
		file_get(file);
		fds[done] = files_install(current->files, file, 0, (message->flags & MSG_CMSG_CLOEXEC) != 0);
		if (fds[done] < 0)
			break;
	}
	if (done != 0)
		put_control(room, message, SCM_RIGHTS, fds, done * 4);
	if (done < rights->count)
		message->flags |= MSG_CTRUNC;
	kfree(fds);
	rights_drop(rights);
	message->rights = NULL;
}

uint64_t control_to_user(struct message *message, user_addr to, uint64_t length)
{
	struct room room = {to, to != 0 ? length : 0};
	uint64_t before = room.left;
	if (message->has_credentials)
		put_control(&room, message, SCM_CREDENTIALS, &message->credentials, sizeof(message->credentials));
	if (message->rights != NULL)
		put_rights(&room, message);
	return before - room.left;
}
