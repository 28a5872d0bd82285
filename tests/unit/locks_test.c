// locks_test.c: the lock engine against the pocket edition, under seeded interleavings, and rule by rule.
// sources: kernel/dev/chardev.c kernel/dev/memory.c kernel/dev/registry.c kernel/fs/*.c kernel/ipc/pipe.c kernel/ipc/poll.c kernel/ipc/epoll.c kernel/ipc/anonymous.c kernel/ipc/eventfd.c kernel/ipc/select.c kernel/lib/cpio.c kernel/lib/format.c tests/sim/os/core.c tests/sim/os/sched.c
// flags: -iquote tests/sim/os
#include <criterion/criterion.h>
#include "tests/unit/seeds.h"
#include "tests/sim/os/world.h"
#define main pocket_main
#include "kernel/fs/pocket.c"
#undef main

#define NAMES "/l0", "/l1", "/l2"
static const char *const names[] = {NAMES};

static long lock(int fd, int command, int type, int64_t first, int64_t count)
{
	struct abi_flock flock = {.l_type = (int16_t)type, .l_whence = SEEK_SET, .l_start = first, .l_len = count};

	return sys_fcntl(fd, command, U(&flock));
}

static void setup(void)
{
	world_begin(1);
	for (int file = 0; file < FILES; file++)
		write_file(names[file], "");
}

TestSuite(locks, .init = setup);

static int open_file(int file)
{
	return (int)sys_open(U(names[file]), O_RDWR, 0);
}

// As cr_assert, without a report of each success: these run by the hundred thousand.
#define expect(condition, ...)                                                                                    \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			cr_assert_fail(#condition "  " __VA_ARGS__);                                                   \
	} while (0)

// ---- players: one coroutine a process, told what to do one command at a time ----

struct player {
	struct wait_queue mailbox;
	struct thread *thread;
	int fds[FILES], command, file, type, first, last;
	bool busy;
	long result;
};

static struct player players[PROCESSES];

static void play(void *argument)
{
	struct player *player = argument;

	for (int file = 0; file < FILES; file++)
		player->fds[file] = open_file(file);
	for (;;) {
		player->thread->signal_bits = 0;
		wait_event(&player->mailbox, player->busy);
		player->result = lock(player->fds[player->file], player->command, player->type, player->first,
				      player->last - player->first + 1);
		player->busy = false;
	}
}

static void begin_players(uint64_t seed)
{
	sim_begin(seed);
	world_adopt(current);
	for (int i = 0; i < PROCESSES; i++) {
		wait_queue_init(&players[i].mailbox);
		players[i].busy = false;
		players[i].thread = sim_spawn("player", 100 + i, play, &players[i]);
	}
	sim_run();
}

static void end_players(void)
{
	for (int i = 0; i < PROCESSES; i++)
		sim_signal(players[i].thread);
	sim_run();
	for (int i = 0; i < PROCESSES; i++)
		world_leave(players[i].thread);
	world_leave(current);
}

static void command(int process, int command, int file, int type, int first, int last)
{
	struct player *player = &players[process];

	player->command = command;
	player->file = file;
	player->type = type;
	player->first = first;
	player->last = last;
	player->busy = true;
	wake_up(&player->mailbox);
	sim_run();
}

// What /proc/locks says is held, byte by byte.
static void read_held(int found[FILES][PROCESSES][BYTES])
{
	static char text[1 << 16];
	unsigned number, device;
	unsigned long inode;
	char type[8], end[24];
	int pid;
	long start;
	uint64_t inodes[FILES];

	memset(found, 0, sizeof(int) * FILES * PROCESSES * BYTES);
	for (int file = 0; file < FILES; file++) {
		struct abi_stat stat;
		sys_stat(U(names[file]), U(&stat));
		inodes[file] = stat.st_ino;
	}
	read_file("/proc/locks", text, sizeof(text));
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strstr(line, "->") != NULL)
			continue;
		expect(sscanf(line, "%u: POSIX ADVISORY %7s %d 00:%x:%lu %ld %23s", &number, type, &pid, &device, &inode, &start,
				    end) == 7, "%s", line);
		for (int file = 0; file < FILES; file++)
			for (long byte = start; inodes[file] == inode && byte <= atol(end); byte++) {
				expect(found[file][pid - 100][byte] == FREE, "two records of one owner overlap");
				found[file][pid - 100][byte] = type[0] == 'W' ? WRITE : READ;
			}
	}
}

static void compare(uint64_t seed, int round)
{
	int found[FILES][PROCESSES][BYTES];

	read_held(found);
	expect(memcmp(found, held, sizeof(held)) == 0, "seed %lu round %d: held bytes differ", seed, round);
	for (int i = 0; i < PROCESSES; i++)
		expect(players[i].busy == request[i].waits, "seed %lu round %d: process %d %s", seed, round, i,
			     request[i].waits ? "should wait" : "should go on");
}

static uint64_t now_seed;
static int now_round;

static void one_round(int process)
{
	static const int types[] = {F_RDLCK, F_WRLCK};
	int file = (int)sim_random(FILES), first = (int)sim_random(BYTES), last = first + (int)sim_random((uint64_t)(BYTES - first));
	int type = (int)sim_random(2);
	bool wait = sim_random(4) != 0;

	if (request[process].waits) {
		if (sim_random(6) == 0) { // a signal
			pocket_cancel(process);
			sim_signal(players[process].thread);
			sim_run();
			expect(players[process].result == -ERESTARTSYS);
		}
	} else if (sim_random(3) == 0) {
		pocket_unlock(process, file, first, last);
		command(process, F_SETLK, file, F_UNLCK, first, last);
		expect(players[process].result == 0);
	} else {
		int wanted = pocket_lock(process, file, type == 0 ? READ : WRITE, first, last, wait);
		command(process, wait ? F_SETLKW : F_SETLK, file, types[type], first, last);
		if (wanted != WAITS) {
			expect(!players[process].busy, "seed %lu round %d: the engine waits, the model answers %d", now_seed, now_round, wanted);
			expect(players[process].result == (wanted == GRANTED ? 0 : wanted == REFUSED ? -EDEADLK : -EAGAIN),
				     "engine %ld, model %d", players[process].result, wanted);
		}
	}
}

Test(locks, the_engine_answers_as_the_pocket_edition)
{
	for (uint64_t seed = 1; seed <= seeds(30); seed++) {
		memset(held, 0, sizeof(held));
		memset(request, 0, sizeof(request));
		begin_players(seed);
		for (int round = 0; round < 120; round++) {
			now_seed = seed;
			now_round = round;
			one_round((int)sim_random(PROCESSES));
			compare(seed, round);
		}
		end_players();
	}
}

// ---- many at once: the promise of a lock, whatever the order of steps ----

static int inside_write[BYTES], inside_read[BYTES];
static unsigned deadlocks, entered;

static void work(void *argument)
{
	int fd = open_file(0), other = open_file(1);

	for (int round = 0; round < 6; round++) {
		int type = sim_random(2) == 0 ? F_RDLCK : F_WRLCK, first = (int)sim_random(BYTES - 4), last = first + 3;
		bool backwards = sim_random(3) == 0;
		long rc = backwards ? lock(other, F_SETLKW, F_WRLCK, 0, 0) : 0;
		if (rc == 0)
			rc = lock(fd, F_SETLKW, type, first, 4);
		if (rc == 0 && !backwards && sim_random(2) == 0)
			rc = lock(other, F_SETLKW, F_WRLCK, 0, 0);
		if (rc == -EDEADLK) {
			deadlocks++;
		} else {
			expect(rc == 0);
			entered++;
			for (int byte = first; byte <= last; byte++) {
				expect(inside_write[byte] == 0);
				expect(type == F_RDLCK || inside_read[byte] == 0);
				*(type == F_RDLCK ? &inside_read[byte] : &inside_write[byte]) += 1;
			}
			sim_yield();
			for (int byte = first; byte <= last; byte++)
				*(type == F_RDLCK ? &inside_read[byte] : &inside_write[byte]) -= 1;
		}
		lock(other, F_SETLK, F_UNLCK, 0, 0);
		lock(fd, F_SETLK, F_UNLCK, 0, 0);
	}
	world_leave(current);
}

Test(locks, no_interleaving_breaks_exclusion_or_gets_stuck)
{
	for (uint64_t seed = 1; seed <= seeds(60); seed++) {
		sim_begin(seed);
		for (int i = 0; i < 6; i++)
			sim_spawn("worker", 100 + i, work, NULL);
		expect(sim_run() == 0, "seed %lu: stuck", seed);
	}
	cr_assert_gt(entered, 1000u);
	cr_assert_gt(deadlocks, 0u); // the circles that this load makes are found
}

// ---- rule by rule ----

Test(locks, ranges_split_and_merge)
{
	char text[256];
	int fd = open_file(0);

	cr_assert_eq(lock(fd, F_SETLK, F_WRLCK, 0, 100), 0);
	cr_assert_eq(lock(fd, F_SETLK, F_UNLCK, 40, 20), 0);
	cr_assert_eq(lock(fd, F_SETLK, F_RDLCK, 90, 0), 0);
	read_file("/proc/locks", text, sizeof(text));
	cr_assert(strstr(text, "POSIX  ADVISORY  WRITE 1 ") != NULL && strstr(text, " 0 39\n") != NULL &&
		  strstr(text, " 60 89\n") != NULL && strstr(text, " 90 EOF\n") != NULL, "%s", text);
	cr_assert_eq(lock(fd, F_SETLK, F_WRLCK, 40, 20), 0);
	read_file("/proc/locks", text, sizeof(text));
	cr_assert(strstr(text, " 0 89\n") != NULL, "%s", text);
	cr_assert_eq(lock(fd, F_SETLK, F_WRLCK, -5, 3), -EINVAL);
	cr_assert_eq(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 2), -EOVERFLOW);
	cr_assert_eq(lock(fd, F_SETLK, 9, 0, 1), -EINVAL);
	cr_assert_eq(lock(fd, F_OFD_SETLK, F_WRLCK, 200, 5), -EAGAIN); // even one's own POSIX lock stands in its way
	int reader = (int)sys_open(U(names[0]), O_RDONLY, 0);
	cr_assert_eq(lock(reader, F_SETLK, F_WRLCK, 0, 1), -EBADF);
	cr_assert_eq(sys_close(reader), 0); // any close of the file drops the process's locks
	cr_assert_eq(read_file("/proc/locks", text, sizeof(text)), 0);
	world_leave(current);
}

Test(locks, a_deadlock_is_told_in_words)
{
	char text[1024];

	begin_players(3);
	command(1, F_SETLKW, 0, F_WRLCK, 0, 9);
	command(2, F_SETLKW, 1, F_WRLCK, 0, 9);
	command(1, F_SETLKW, 1, F_WRLCK, 0, 4);
	cr_assert(players[1].busy);
	read_file("/proc/locks", text, sizeof(text));
	cr_assert(strstr(text, "2: -> POSIX  ADVISORY  WRITE 101 ") != NULL, "%s", text);
	command(2, F_SETLKW, 0, F_WRLCK, 5, 7);
	cr_assert_eq(players[2].result, -EDEADLK);
	cr_assert(players[1].busy);
	read_file("/proc/groundup/deadlock", text, sizeof(text));
	cr_assert(strstr(text, "2 processes wait") && strstr(text, "101 (player) wants to write bytes 0..4 of /l1, locked by 102\n") &&
		  strstr(text, "102 (player) wants to write bytes 5..7 of /l0, locked by 101  <- got EDEADLK\n") &&
		  strstr(text, "rule: kernel/fs/locks.c:"), "%s", text);
	end_players();
}

static void hold_flock(void *argument)
{
	int fd = open_file(0);

	cr_assert_eq(sys_flock(fd, LOCK_EX), 0);
	*(int *)argument += 1;
	sys_close(fd);
}

Test(locks, flock_belongs_to_the_open_file)
{
	int a = open_file(0), b = open_file(0), copy = (int)sys_dup(a), count = 0;

	cr_assert_eq(sys_flock(a, LOCK_SH), 0);
	cr_assert_eq(sys_flock(b, LOCK_SH | LOCK_NB), 0);
	cr_assert_eq(sys_flock(b, LOCK_EX | LOCK_NB), -EAGAIN);
	cr_assert_eq(sys_flock(copy, LOCK_EX), 0); // b lost its own when it asked for more
	cr_assert_eq(sys_flock(b, LOCK_SH | LOCK_NB), -EAGAIN);
	cr_assert_eq(sys_flock(a, 77), -EINVAL);
	cr_assert_eq(sys_close(a), 0);
	sim_spawn("waiter", 7, hold_flock, &count);
	cr_assert_eq(sim_run(), 1);
	cr_assert_eq(sys_close(copy), 0); // the last descriptor
	cr_assert_eq(sim_run(), 0);
	cr_assert_eq(count, 1);
}

Test(locks, there_is_a_limit)
{
	enum { SPREAD = 64 }; // files: a request looks at all that its file has
	int fds[SPREAD];
	long rc = 0, made = 0;

	for (int file = 0; file < SPREAD; file++) {
		char name[] = {'/', 'l', (char)('0' + file), '\0'};
		fds[file] = (int)sys_open(U(name), O_RDWR | O_CREAT, 0644);
	}
	while (made < 20000 && (rc = lock(fds[made % SPREAD], F_SETLK, F_RDLCK, 40000 - made * 2, 1)) == 0)
		made++;
	cr_assert_eq(rc, -ENOLCK);
	cr_assert_eq(made, (long)FILE_LOCKS_MAX - 1); // the request itself needs a spare
	world_leave(current);
}
