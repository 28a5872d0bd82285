// locks.c: file locks: who may have which bytes, who waits, and who would wait for ever.
//
// Three kinds: POSIX byte ranges (owner: the process, named by its descriptor table), open-file-description ranges and flock
// (owner: the open file). Two records conflict when they concern the same inode and class, belong to different owners, overlap,
// and one of them is for writing. One spinlock, locks_lock, guards all records of all inodes, the queue of requests and
// the search for circles; so a request is checked and registered in one critical section.
//
// Fairness. Requests queue in order of arrival. A request waits for every conflicting lock that is held (a hard edge) and for
// every conflicting request that came before it (a soft edge). Whoever releases grants: from the front, each request that waits for
// nobody any more, so a woken waiter has its lock already.
// Circles. A node is a process, an edge leads to every process that blocks one of its requests, over all inodes. When a
// request closes a circle, fairness yields first: whoever waits by a soft edge on it overtakes the queue. A circle of hard edges
// between POSIX locks is a deadlock: the request that closes it is refused with EDEADLK. With other kinds in it, the circle is
// only noted (Linux looks for none there), since another thread may hold the way out.
//
// Invariants: records of one owner and kind on one inode never overlap, and never touch when they are of one type; no two held
// records conflict; every waiting request has an edge.
#include "kernel/fs/locks.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

#define END_OF_FILE INT64_MAX
#define CIRCLE_MAX 16u
#define FILE_NAME_SHOWN 96u

enum lock_kind { KIND_POSIX, KIND_OFD, KIND_FLOCK };

struct record {
	struct list link, all; // of the inode; of the system
	struct inode *inode;
	const void *owner;
	enum lock_kind kind;
	uint32_t type; // F_RDLCK, F_WRLCK; F_UNLCK in a request
	int64_t start, end; // both included
	int32_t pid;        // the process that took it
};

struct request {
	struct record record; // its link stands in the queue
	struct record *spare[2]; // for the new record and for a split, so that granting never allocates
	struct file *file;
	struct wait_queue queue;
	bool done;     // granted, or refused with rc
	bool overtakes; // ignores requests before it
	bool unchecked; // may have closed a circle
	bool forward, backward; // marks of let_overtake()
	int rc;
	char name[16];
	// The search's own: how it came here.
	uint64_t search;
	struct request *from;
	const struct record *blocker; // what blocks `from`
};

struct circle_edge {
	int32_t pid, blocker_pid;
	char name[16], file[FILE_NAME_SHOWN];
	enum lock_kind kind;
	uint32_t type;
	int64_t start, end;
};

static struct spinlock locks_lock = SPINLOCK_INIT("locks");
static struct list requests = LIST_INIT(requests);  // waiting, in order of arrival
static struct list all_held = LIST_INIT(all_held);
static uint32_t record_count; // atomic
static uint64_t searches;

static struct { // the last circle found, guarded by locks_lock
	uint64_t number;
	unsigned count;
	bool refused;
	int line;
	struct circle_edge edges[CIRCLE_MAX];
} last_circle;

// ---- records ----

static struct record *record_create(void)
{
	if (atomic_add(&record_count, 1) > FILE_LOCKS_MAX) {
		atomic_sub(&record_count, 1);
		return NULL;
	}
	struct record *record = kzalloc(sizeof(*record), ALLOC_SLEEP);
	if (record == NULL)
		atomic_sub(&record_count, 1);
	return record;
}

static void record_free(struct record *record)
{
	if (record != NULL)
		atomic_sub(&record_count, 1);
	kfree(record);
}

static void record_drop(struct record *record)
{
	list_remove(&record->link);
	list_remove(&record->all);
	record_free(record);
}

static struct list *table_of(const struct record *record)
{
	return record->kind == KIND_FLOCK ? &record->inode->flocks : &record->inode->locks;
}

static void record_hold(struct record *record)
{
	list_push_back(table_of(record), &record->link);
	list_push_back(&all_held, &record->all);
}

static bool overlap(const struct record *a, const struct record *b)
{
	return a->start <= b->end && b->start <= a->end;
}

static bool touch(const struct record *a, const struct record *b) // overlap, or nothing between them
{
	return (b->end == END_OF_FILE || a->start <= b->end + 1) && (a->end == END_OF_FILE || b->start <= a->end + 1);
}

static bool conflict(const struct record *a, const struct record *b)
{
	return a->inode == b->inode && (a->kind == KIND_FLOCK) == (b->kind == KIND_FLOCK) && a->owner != b->owner &&
	       (a->type == F_WRLCK || b->type == F_WRLCK) && overlap(a, b);
}

static struct record *held_conflict(const struct record *wanted)
{
	struct record *held;

	list_for_each (held, table_of(wanted), link)
		if (conflict(held, wanted))
			return held;
	return NULL;
}

// Makes the owner's records say what the request says: like neighbours merge into it, the others are cut back or split.
static void record_apply(const struct record *wanted, struct record *spare[2])
{
	struct record area = *wanted, *held, *following;

	list_for_each_safe (held, following, table_of(wanted), link) {
		if (held->owner != wanted->owner || held->kind != wanted->kind || !touch(held, &area))
			continue;
		if (held->type == area.type) {
			area.start = held->start < area.start ? held->start : area.start;
			area.end = held->end > area.end ? held->end : area.end;
			record_drop(held);
		} else if (!overlap(held, &area)) {
			continue;
		} else if (held->start < area.start && held->end > area.end) {
			struct record *right = spare[1];
			spare[1] = NULL;
			*right = *held;
			right->start = area.end + 1;
			held->end = area.start - 1;
			record_hold(right);
			break; // no other record of this owner reaches the area
		} else if (held->start < area.start) {
			held->end = area.start - 1;
		} else if (held->end > area.end) {
			held->start = area.end + 1;
		} else {
			record_drop(held);
		}
	}
	if (wanted->type == F_UNLCK)
		return;
	*spare[0] = area;
	record_hold(spare[0]);
	spare[0] = NULL;
}

// ---- waiting ----

// What blocks a request, one after the other (the first behind NULL): locks that are held, then, unless it overtakes, requests
// that came before it. NULL: no more.
static const struct record *next_blocker(const struct request *request, const struct record *before)
{
	struct list *held = table_of(&request->record), *at = before != NULL ? before->link.next : held->next;

	for (;; at = at->next) {
		if (at == held && request->overtakes)
			return NULL;
		at = at == held ? requests.next : at;
		if (at == &requests || at == &request->record.link)
			return NULL;
		const struct record *record = list_entry(at, struct record, link);
		if (conflict(record, &request->record))
			return record;
	}
}

static bool is_blocked(const struct request *request)
{
	return next_blocker(request, NULL) != NULL;
}

static void request_finish(struct request *request, int rc)
{
	list_remove(&request->record.link);
	request->rc = rc;
	request->done = true;
	wake_up(&request->queue);
}

// Grants whatever can be granted, from the front; a grant may free others (it may turn a write lock into a read lock).
static void grant_all(void)
{
	struct request *request, *other;
	bool again = true;

	while (again) {
		again = false;
		list_for_each (request, &requests, record.link)
			if (!is_blocked(request)) {
				record_apply(&request->record, request->spare);
				if (request->overtakes) // those it passed have a new edge
					list_for_each (other, &requests, record.link)
						other->unchecked = true;
				request_finish(request, 0);
				again = true;
				break;
			}
	}
}

// ---- circles ----

// Follows one edge of `at` to the process `pid`: back at the start, the circle is closed; else its requests come next.
static bool step(struct request *start, struct request *at, const struct record *blocker, struct list *found)
{
	struct request *next;

	if (blocker->pid == start->record.pid) {
		start->from = at;
		start->blocker = blocker;
		return true;
	}
	list_for_each (next, &requests, record.link)
		if (next->record.pid == blocker->pid && next->search != searches) {
			next->search = searches;
			next->from = at;
			next->blocker = blocker;
			list_push_back(found, &next->record.all); // a waiting record is on no other list by `all`
		}
	return false;
}

static bool expand(struct request *start, struct request *at, struct list *found)
{
	for (const struct record *blocker = NULL; (blocker = next_blocker(at, blocker)) != NULL;)
		if (step(start, at, blocker, found))
			return true;
	return false;
}

// Breadth first from one request along the edges: true when a path leads back to its process. The path stands in ->from,
// from `start` backwards, each with the record that blocks its predecessor.
static bool find_circle(struct request *start)
{
	struct list found = LIST_INIT(found);
	bool closed = false;

	searches++;
	start->search = searches;
	list_push_back(&found, &start->record.all);
	while (!closed && !list_empty(&found)) {
		struct request *at = list_first(&found, struct request, record.all);
		list_remove(&at->record.all);
		closed = expand(start, at, &found);
	}
	while (!list_empty(&found))
		list_remove(found.next);
	return closed;
}

static void note_edge(struct circle_edge *edge, const struct request *waiter, const struct record *blocker)
{
	char buffer[FILE_NAME_SHOWN];
	struct path root = path_root();
	bool deleted;

	edge->pid = waiter->record.pid;
	edge->blocker_pid = blocker->pid;
	edge->kind = waiter->record.kind;
	edge->type = waiter->record.type;
	edge->start = waiter->record.start;
	edge->end = waiter->record.end;
	strlcpy(edge->name, waiter->name, sizeof(edge->name));
	const char *name = waiter->file->path.dentry == NULL ? NULL
				: path_name(&waiter->file->path, &root, buffer, sizeof(buffer), &deleted);
	strlcpy(edge->file, name != NULL ? name : "(a long name)", sizeof(edge->file));
}

// Keeps the circle for /proc/groundup/deadlock, the request that closed it last.
static void note_circle(struct request *start, bool refused, int line)
{
	unsigned count = 0;

	last_circle.number++;
	last_circle.refused = refused;
	last_circle.line = line;
	for (struct request *at = start;;) {
		const struct record *blocker = at->blocker;
		at = at->from;
		if (count < CIRCLE_MAX)
			note_edge(&last_circle.edges[count++], at, blocker);
		if (at == start)
			break;
	}
	last_circle.count = count;
}

static bool blocked_by(const struct request *request, int32_t pid)
{
	for (const struct record *blocker = NULL; (blocker = next_blocker(request, blocker)) != NULL;)
		if (blocker->pid == pid)
			return true;
	return false;
}

// Every request that waits by a soft edge on a circle through `pid` overtakes from now on: the edge starts where `pid` leads to,
// and ends where a way leads back. False: there is none.
static bool let_overtake(int32_t pid)
{
	struct request *request, *marked;
	bool again = true, any = false;

	list_for_each (request, &requests, record.link)
		request->forward = request->backward = request->record.pid == pid;
	while (again) {
		again = false;
		list_for_each (request, &requests, record.link)
			list_for_each (marked, &requests, record.link) {
				if (marked->forward && !request->forward && blocked_by(marked, request->record.pid))
					again = request->forward = true;
				if (marked->backward && !request->backward && blocked_by(request, marked->record.pid))
					again = request->backward = true;
			}
	}
	list_for_each (request, &requests, record.link)
		list_for_each (marked, &requests, record.link) {
			if (marked == request || !request->forward || request->overtakes)
				break;
			if (marked->backward && conflict(&marked->record, &request->record))
				any = request->overtakes = true;
		}
	return any;
}

// Deals with a circle that `newest` closed, if it did.
static void check_circle(struct request *newest)
{
	bool posix = true;

	newest->unchecked = false;
	if (!find_circle(newest))
		return;
	if (let_overtake(newest->record.pid)) {
		newest->unchecked = true; // once more, after what that lets through
		return;
	}
	for (struct request *at = newest;;) { // at->from waits for at->blocker
		posix &= at->from->record.kind == KIND_POSIX && at->blocker->kind == KIND_POSIX;
		at = at->from;
		if (at == newest)
			break;
	}
	note_circle(newest, posix, __LINE__ + 2);
	if (posix)
		request_finish(newest, -EDEADLK); // the rule: who closes a circle of waiting processes is refused
}

// Grants what can be granted and looks at every request that may have closed a circle, the newest first: it is the one that did.
static void settle(void)
{
	struct request *request, *newest;

	do {
		grant_all();
		newest = NULL;
		list_for_each (request, &requests, record.link)
			if (request->unchecked)
				newest = request;
		if (newest != NULL)
			check_circle(newest);
	} while (newest != NULL);
}

// ---- taking and releasing ----

// Takes, changes or (F_UNLCK) releases. -EAGAIN: blocked and not to wait; -EDEADLK; -ERESTARTSYS; -ENOLCK.
static int lock_request(struct request *request, bool wait)
{
	int rc = 0;

	request->spare[0] = record_create();
	request->spare[1] = record_create();
	wait_queue_init(&request->queue);
	list_init(&request->record.link);
	list_init(&request->record.all);
	strlcpy(request->name, current->name, sizeof(request->name));
	if (request->spare[0] == NULL || request->spare[1] == NULL) {
		rc = -ENOLCK;
	} else {
		spin_lock(&locks_lock);
		request->unchecked = true;
		request->overtakes = !wait; // who asks without waiting is told of held locks only, as on Linux
		list_push_back(&requests, &request->record.link);
		if (request->record.type == F_UNLCK) { // waits for nobody
			record_apply(&request->record, request->spare);
			request_finish(request, 0);
		} else if (!wait && is_blocked(request)) {
			request_finish(request, -EAGAIN);
		}
		settle();
		spin_unlock(&locks_lock);
		rc = wait_event_interruptible(&request->queue, READ_ONCE(request->done));
		spin_lock(&locks_lock);
		if (request->done) // also when a signal came at the same time
			rc = request->rc;
		else
			list_remove(&request->record.link);
		if (rc != 0)
			settle(); // who queued behind us
		spin_unlock(&locks_lock);
	}
	record_free(request->spare[0]);
	record_free(request->spare[1]);
	return rc;
}

static void release(struct list *table, enum lock_kind kind, const void *owner)
{
	struct record *held, *following;
	bool any = false;

	spin_lock(&locks_lock);
	list_for_each_safe (held, following, table, link)
		if (held->kind == kind && held->owner == owner) {
			record_drop(held);
			any = true;
		}
	if (any)
		settle();
	spin_unlock(&locks_lock);
}

void locks_release_owner(struct inode *inode, const void *owner)
{
	if (!list_empty(&inode->locks)) // own records were linked by this process: no lock is needed to see them
		release(&inode->locks, KIND_POSIX, owner);
}

void locks_release_file(struct file *file)
{
	if (!list_empty(&file->inode->locks))
		release(&file->inode->locks, KIND_OFD, file);
	if (!list_empty(&file->inode->flocks))
		release(&file->inode->flocks, KIND_FLOCK, file);
}

// ---- fcntl ----

// The absolute range of a struct flock: l_len 0 reaches to the end of any file, a negative one lies before l_start.
static int range_of(struct file *file, const struct abi_flock *flock, int64_t *start, int64_t *end)
{
	int64_t base = flock->l_whence == SEEK_SET ? 0 : flock->l_whence == SEEK_CUR ? file->position : (int64_t)file->inode->size;

	if (flock->l_whence < SEEK_SET || flock->l_whence > SEEK_END)
		return -EINVAL;
	if (__builtin_add_overflow(base, flock->l_start, start))
		return -EOVERFLOW;
	*end = END_OF_FILE;
	if (flock->l_len > 0 && __builtin_add_overflow(*start, flock->l_len - 1, end))
		return -EOVERFLOW;
	if (flock->l_len < 0) {
		*end = *start - 1;
		if (__builtin_add_overflow(*start, flock->l_len, start))
			return -EINVAL;
	}
	return *start < 0 ? -EINVAL : 0;
}

static long get_lock(const struct record *wanted, struct abi_flock *flock)
{
	spin_lock(&locks_lock);
	struct record *held = held_conflict(wanted);
	if (held == NULL) {
		flock->l_type = F_UNLCK;
	} else {
		flock->l_type = (int16_t)held->type;
		flock->l_whence = SEEK_SET;
		flock->l_start = held->start;
		flock->l_len = held->end == END_OF_FILE ? 0 : held->end - held->start + 1;
		flock->l_pid = held->kind == KIND_OFD ? -1 : held->pid;
	}
	spin_unlock(&locks_lock);
	return 0;
}

static long set_lock(int fd, struct request *request, bool wait)
{
	struct file *file = request->file;

	if ((request->record.type == F_RDLCK && (file->mode & FILE_READ) == 0) ||
	    (request->record.type == F_WRLCK && (file->mode & FILE_WRITE) == 0))
		return -EBADF;
	long rc = lock_request(request, wait);
	if (rc == 0 && request->record.kind == KIND_POSIX && request->record.type != F_UNLCK) {
		struct file *now = file_from_fd_any(fd); // another thread closed it meanwhile: close() missed this lock
		if (now != file) {
			locks_release_owner(file->inode, request->record.owner);
			rc = -EBADF;
		}
		file_put(now);
	}
	return rc;
}

long locks_fcntl(int fd, struct file *file, int command, user_addr argument)
{
	struct abi_flock flock;
	struct request request = {.file = file, .record = {.inode = file->inode, .pid = current->tgid}};
	bool ofd = command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
	bool get = command == F_GETLK || command == F_OFD_GETLK, wait = command == F_SETLKW || command == F_OFD_SETLKW;

	if (!ofd && !get && !wait && command != F_SETLK)
		return -EINVAL;
	if (copy_from_user(&flock, argument, sizeof(flock)) != 0)
		return -EFAULT;
	if (flock.l_type < F_RDLCK || flock.l_type > F_UNLCK || (get && flock.l_type == F_UNLCK) || (ofd && flock.l_pid != 0))
		return -EINVAL;
	request.record.kind = ofd ? KIND_OFD : KIND_POSIX;
	request.record.owner = ofd ? (const void *)file : current->files;
	request.record.type = (uint32_t)flock.l_type;
	int rc = range_of(file, &flock, &request.record.start, &request.record.end);
	if (rc != 0)
		return rc;
	if (!get)
		return set_lock(fd, &request, wait);
	get_lock(&request.record, &flock);
	return copy_to_user(argument, &flock, sizeof(flock));
}

// A lock of the whole file that belongs to the open file (flock). A change of type is a release and a new request, as on Linux:
// somebody else may come in between. `type` F_UNLCK: only the release.
long locks_take_whole(struct file *file, uint32_t type, bool wait)
{
	struct request request = {.file = file, .record = {.inode = file->inode, .pid = current->tgid, .kind = KIND_FLOCK, .type = type,
							   .owner = file, .end = END_OF_FILE}};
	struct record *held;
	bool same = false;

	spin_lock(&locks_lock);
	list_for_each (held, &file->inode->flocks, link)
		same |= held->owner == file && held->type == type;
	spin_unlock(&locks_lock);
	if (same)
		return 0;
	release(&file->inode->flocks, KIND_FLOCK, file);
	return type == F_UNLCK ? 0 : lock_request(&request, wait);
}

// ---- what /proc tells ----

struct shown {
	struct record record;
	uint64_t device, inode;
	bool waits;
};

static unsigned snapshot(struct shown *shown, unsigned room)
{
	struct record *held;
	struct request *request;
	unsigned count = 0;

	spin_lock(&locks_lock);
	list_for_each (held, &all_held, all) {
		if (count < room)
			shown[count++] = (struct shown){*held, held->inode->superblock ? held->inode->superblock->device : 0,
							held->inode->number, false};
		list_for_each (request, &requests, record.link) // under the first lock that blocks it
			if (count < room && held_conflict(&request->record) == held) {
				shown[count] = shown[count - 1];
				shown[count].record = request->record;
				shown[count++].waits = true;
			}
	}
	spin_unlock(&locks_lock);
	return count;
}

static int locks_show(struct text *text)
{
	static const char *const kinds[] = {"POSIX ", "OFDLCK", "FLOCK "};
	unsigned room = READ_ONCE(record_count) + 64, number = 0;
	struct shown *shown = kmalloc(room * sizeof(*shown), ALLOC_SLEEP);

	if (shown == NULL)
		return -ENOMEM;
	unsigned count = snapshot(shown, room);
	for (unsigned i = 0; i < count; i++) {
		const struct record *record = &shown[i].record;
		number += !shown[i].waits;
		text_print(text, "%u: %s%s ADVISORY  %s %d %02x:%02x:%lu %ld ", number, shown[i].waits ? "-> " : "",
			   kinds[record->kind], record->type == F_WRLCK ? "WRITE" : "READ ",
			   record->kind == KIND_OFD ? -1 : record->pid, (unsigned)(shown[i].device >> 8),
			   (unsigned)(shown[i].device & 0xff), shown[i].inode, record->start);
		if (record->end == END_OF_FILE)
			text_print(text, "EOF\n");
		else
			text_print(text, "%ld\n", record->end);
	}
	kfree(shown);
	return 0;
}

static int locks_show_deadlock(struct text *text)
{
	struct circle_edge *edges = kmalloc(sizeof(last_circle.edges), ALLOC_SLEEP);

	if (edges == NULL)
		return -ENOMEM;
	spin_lock(&locks_lock);
	unsigned count = last_circle.count;
	uint64_t number = last_circle.number;
	bool refused = last_circle.refused;
	int line = last_circle.line;
	memcpy(edges, last_circle.edges, sizeof(last_circle.edges));
	spin_unlock(&locks_lock);
	if (number == 0)
		text_print(text, "no circle of waiting processes has been seen\n");
	else
		text_print(text, "circle %lu: %u processes wait, each for the next\n", number, count);
	for (unsigned i = 0; i < count; i++) {
		text_print(text, "  %d (%s) wants to %s bytes %ld..", edges[i].pid, edges[i].name,
			   edges[i].type == F_WRLCK ? "write" : "read", edges[i].start);
		if (edges[i].end == END_OF_FILE)
			text_print(text, "end");
		else
			text_print(text, "%ld", edges[i].end);
		text_print(text, " of %s, locked by %d%s\n", edges[i].file, edges[i].blocker_pid,
			   refused && i == count - 1 ? "  <- got EDEADLK" : "");
	}
	if (number != 0)
		text_print(text, refused ? "rule: %s:%d\n" : "left alone (not all are POSIX locks): %s:%d\n", __FILE__, line);
	kfree(edges);
	return 0;
}

PROCFS_FILE(locks, "locks", 0444, locks_show);
PROCFS_FILE(deadlock, "groundup/deadlock", 0444, locks_show_deadlock);
