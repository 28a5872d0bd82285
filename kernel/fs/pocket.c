// pocket.c: file locks in their naive form, the whole idea in one sitting:   cc pocket.c && ./a.out
//
// A file is a row of bytes. For each byte we keep, per process, whether it holds it for reading or for writing. A request names a
// process, a file, bytes and a type. It waits while another process holds one of its bytes in a way that does not go with it (a
// hard edge), or asked for one earlier (a soft edge: first come, first served). Everything is an array and every question is
// answered by looking at all of it. The kernel's engine (locks.c) must give the same answers; tests/unit/locks_test.c asks both.
//
// The deadlock rule. Draw an edge from each waiting process to each process that it waits for. A circle means that nobody in it
// ever goes on. So, when a new request closes a circle:
//   1. whoever waits in it only out of politeness (a soft edge) stops being polite and overtakes;
//   2. if a circle is still there, the new request is refused with EDEADLK.
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PROCESSES = 5, FILES = 3, BYTES = 16 };
enum { FREE = 0, READ = 1, WRITE = 2 };
enum { GRANTED = 0, WAITS = 1, REFUSED = 2, BUSY = 3 };

struct pocket_request {
	int file, type, first, last;
	bool waits, overtakes;
	int ticket; // order of arrival
};

static int held[FILES][PROCESSES][BYTES];
static struct pocket_request request[PROCESSES]; // a process waits for one thing at a time
static int tickets;

static bool goes_together(int a, int b)
{
	return a == FREE || b == FREE || (a == READ && b == READ);
}

static bool hard_edge(int from, int to)
{
	struct pocket_request *r = &request[from];
	for (int byte = r->first; byte <= r->last; byte++)
		if (from != to && !goes_together(held[r->file][to][byte], r->type))
			return true;
	return false;
}

static bool soft_edge(int from, int to)
{
	struct pocket_request *r = &request[from], *other = &request[to];
	return from != to && !r->overtakes && other->waits && other->ticket < r->ticket && other->file == r->file &&
	       other->first <= r->last && r->first <= other->last && !goes_together(other->type, r->type);
}

static bool edge(int from, int to)
{
	return request[from].waits && (hard_edge(from, to) || soft_edge(from, to));
}

// reach[a][b]: a path of edges leads from a to b (Warshall).
static void find_paths(bool reach[PROCESSES][PROCESSES])
{
	for (int a = 0; a < PROCESSES; a++)
		for (int b = 0; b < PROCESSES; b++)
			reach[a][b] = edge(a, b);
	for (int via = 0; via < PROCESSES; via++)
		for (int a = 0; a < PROCESSES; a++)
			for (int b = 0; b < PROCESSES; b++)
				reach[a][b] |= reach[a][via] && reach[via][b];
}

static void take(int process)
{
	struct pocket_request *r = &request[process];
	for (int byte = r->first; byte <= r->last; byte++)
		held[r->file][process][byte] = r->type;
	r->waits = false;
}

// Grants, in order of arrival, whatever waits for nobody, until nothing changes.
static void grant(void)
{
	for (bool changed = true; changed;) {
		int next = -1;
		for (int process = 0; process < PROCESSES; process++) {
			bool waits = false;
			for (int other = 0; other < PROCESSES; other++)
				waits |= edge(process, other);
			if (request[process].waits && !waits && (next < 0 || request[process].ticket < request[next].ticket))
				next = process;
		}
		changed = next >= 0;
		if (changed)
			take(next);
	}
}

// Is there a soft edge on a circle through `process`? Whoever has one overtakes.
static bool yield_fairness(int process)
{
	bool reach[PROCESSES][PROCESSES], stands[PROCESSES] = {false}, any = false;
	find_paths(reach);
	for (int a = 0; a < PROCESSES; a++)
		for (int b = 0; b < PROCESSES; b++)
			if (request[a].waits && soft_edge(a, b) && (a == process || reach[process][a]) && (b == process || reach[b][process]))
				stands[a] = any = true;
	for (int a = 0; a < PROCESSES; a++)
		request[a].overtakes |= stands[a];
	return any;
}

static int pocket_lock(int process, int file, int type, int first, int last, bool wait)
{
	bool reach[PROCESSES][PROCESSES];
	request[process] = (struct pocket_request){file, type, first, last, true, !wait, tickets++};
	if (!wait) {
		for (int other = 0; other < PROCESSES; other++)
			if (edge(process, other)) {
				request[process].waits = false;
				return BUSY;
			}
	}
	do {
		grant();
		find_paths(reach);
	} while (request[process].waits && reach[process][process] && yield_fairness(process));
	if (request[process].waits && reach[process][process]) {
		request[process].waits = false;
		grant();
		return REFUSED;
	}
	return request[process].waits ? WAITS : GRANTED;
}

static void pocket_unlock(int process, int file, int first, int last)
{
	for (int byte = first; byte <= last; byte++)
		held[file][process][byte] = FREE;
	grant();
}

// A signal ends the wait.
static void pocket_cancel(int process)
{
	request[process].waits = false;
	grant();
}

static void step(const char *words, int result)
{
	static const char *const names[] = {"granted", "waits", "refused: EDEADLK", "refused: EAGAIN"};
	printf("  %-58s %s\n", words, names[result]);
}

int main(void)
{
	puts("Two processes, two files, one deadlock:");
	step("process 1 locks file A for writing", pocket_lock(1, 0, WRITE, 0, 9, true));
	step("process 2 locks file B for writing", pocket_lock(2, 1, WRITE, 0, 9, true));
	step("process 1 wants file B: 2 has it", pocket_lock(1, 1, WRITE, 0, 9, true));
	step("process 2 wants file A: 1 has it, and waits for 2", pocket_lock(2, 0, WRITE, 0, 9, true));
	pocket_unlock(2, 1, 0, 9);
	printf("  %-58s process 1 %s\n", "process 2 gives file B back", request[1].waits ? "waits" : "goes on");
	puts("Fairness yields before anybody is refused:");
	pocket_unlock(1, 0, 0, 9);
	step("process 3 reads file C", pocket_lock(3, 2, READ, 0, 9, true));
	step("process 4 wants to write it", pocket_lock(4, 2, WRITE, 0, 9, true));
	step("process 0 wants to read it: 4 was first", pocket_lock(0, 2, READ, 0, 9, true));
	step("process 3 reads more of it: 4 waits for 3, so 3 overtakes", pocket_lock(3, 2, READ, 5, 12, true));
	pocket_cancel(4);
	printf("  %-58s process 0 %s\n", "a signal ends the wait of 4", request[0].waits ? "waits" : "goes on");
	return 0;
}
