// unix_rights.c: files in flight, and the circles they can make.
//
// A socket may travel through a socket. Two that lie in each other's queues, and nowhere else, can never be received: nobody
// has a descriptor that leads there. So whenever a socket is released while files are in flight, unix_collect() looks: a socket is
// reachable if its file has a reference that is not a message's, or if it lies in the queue of one that is reachable (or waits
// there to be accepted). The messages of the others are thrown away, and with them their sockets. A thread that receives holds a
// reference to the receiving file, so that file counts as reachable; all counts are compared under unix_lock.
#include "kernel/net/unix.h"
#include "kernel/sched/thread.h"

static uint64_t in_flight; // files, in all queues

static struct unix_socket *unix_of_file(struct file *file)
{
	struct socket *socket = socket_of(file);
	return socket != NULL && socket->family == AF_UNIX ? unix_of(socket) : NULL;
}

int rights_leave(const struct rights *rights)
{
	uint64_t limit = task_operations != NULL ? task_operations->limit(RLIMIT_NOFILE) : UINT64_MAX;
	if (in_flight > limit && current->cred->euid != 0)
		return -ETOOMANYREFS;
	for (unsigned i = 0; i < rights->count; i++) {
		struct unix_socket *travels = unix_of_file(rights->files[i]);
		if (travels != NULL)
			travels->files_in_flight++;
	}
	in_flight += rights->count;
	return 0;
}

void rights_arrive(const struct rights *rights)
{
	for (unsigned i = 0; rights != NULL && i < rights->count; i++) {
		struct unix_socket *travels = unix_of_file(rights->files[i]);
		if (travels != NULL)
			travels->files_in_flight--;
	}
	in_flight -= rights != NULL ? rights->count : 0;
}

// ---- lock held ----

static bool held_from_outside(const struct unix_socket *each)
{
	const struct file *file = each->socket != NULL ? each->socket->file : NULL;
	if (each->socket == NULL)
		return false; // waits to be accepted, or ends
	return file == NULL || READ_ONCE(file->references.value) != each->files_in_flight;
}

static bool mark(struct unix_socket *found)
{
	bool new = found != NULL && !found->reachable;
	if (new)
		found->reachable = true;
	return new;
}

// Marks what lies in the queue of a reachable socket. True: something new.
static bool mark_queue(struct unix_socket *from)
{
	struct unix_socket *waits;
	struct packet *packet;
	bool more = false;
	if (from->listening)
		list_for_each (waits, &from->queue, waiting)
			more |= mark(waits);
	else
		list_for_each (packet, &from->queue, link)
			for (unsigned i = 0; packet->rights != NULL && i < packet->rights->count; i++)
				more |= mark(unix_of_file(packet->rights->files[i]));
	return more;
}

static void mark_all(void)
{
	struct unix_socket *each;
	bool more = true;
	list_for_each (each, &unix_sockets, all)
		each->reachable = held_from_outside(each);
	while (more) {
		more = false;
		list_for_each (each, &unix_sockets, all)
			if (each->reachable)
				more |= mark_queue(each);
	}
}

// Takes the messages with files out of the queues of those that nobody can reach.
static void sweep(struct list *lost)
{
	struct unix_socket *each;
	struct packet *packet, *following;
	list_for_each (each, &unix_sockets, all) {
		if (each->reachable || each->listening)
			continue;
		list_for_each_safe (packet, following, &each->queue, link)
			if (packet->rights != NULL) {
				rights_arrive(packet->rights);
				list_remove(&packet->link);
				each->queued--;
				each->bytes -= packet->size - packet->taken;
				list_push_back(lost, &packet->link);
			}
	}
}

void unix_collect(void)
{
	static bool collecting;
	struct list lost = LIST_INIT(lost);
	spin_lock(&unix_lock);
	bool ours = in_flight != 0 && !collecting; // what we throw away releases sockets, which comes here again
	if (ours) {
		collecting = true;
		mark_all();
		sweep(&lost);
	}
	spin_unlock(&unix_lock);
	while (!list_empty(&lost)) {
		struct packet *packet = list_first(&lost, struct packet, link);
		list_remove(&packet->link);
		packet_free(packet);
	}
	if (ours) {
		spin_lock(&unix_lock);
		collecting = false;
		spin_unlock(&unix_lock);
	}
}
