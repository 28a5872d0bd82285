// locked.c: mlock(2) and its kin: each call printed with its result, and what /proc/self/status counts. The same static binary ran on Linux
// 6.1: locked.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PAGE 4096ul
#define mlock_some(start, size, flags) syscall(SYS_mlock2, start, size, (long)(flags))

// Locked memory in pages.
static long locked(void)
{
	static char text[8192];
	int fd = open("/proc/self/status", O_RDONLY), got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = 0;
	const char *line = strstr(text, "VmLck:");
	return line != NULL ? atol(line + 6) / 4 : -1;
}

// How many of so many pages are there.
static int present(char *start, int pages)
{
	unsigned char there[64];
	int count = 0;
	mincore(start, pages * PAGE, there);
	for (int i = 0; i < pages; i++)
		count += there[i] & 1;
	return count;
}

static char *map(int pages, int flags)
{
	return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void ranges(void)
{
	char *at = map(16, 0);
	SHOW(locked());
	SHOW(present(at, 16));
	SHOW(mlock(at + 100, PAGE)); // whole pages, so two
	SHOW(locked());
	SHOW(present(at, 16));
	SHOW(mlock(at, 0));
	SHOW(mlock(at, PAGE));
	SHOW(locked());
	SHOW(mlock_some(at + 4 * PAGE, 2 * PAGE, MLOCK_ONFAULT));
	SHOW(locked());
	SHOW(present(at, 16));
	SHOW(mlock_some(at, PAGE, 2));
	SHOW(munlock(at + PAGE, PAGE));
	SHOW(locked());
	SHOW(munlock(at + PAGE, PAGE));
	munmap(at + 10 * PAGE, PAGE);
	SHOW(mlock(at + 8 * PAGE, 4 * PAGE)); // a hole: up to it
	SHOW(locked());
	SHOW(munlock(at + 8 * PAGE, 4 * PAGE));
	SHOW(locked());
	SHOW(mlock(at + 10 * PAGE, PAGE));
	SHOW(mlock((void *)-PAGE, 2 * PAGE));
	SHOW(munlock((void *)-PAGE, 2 * PAGE));
	SHOW(mlock((void *)-PAGE, 0));
	mprotect(at + 12 * PAGE, PAGE, PROT_NONE);
	SHOW(mlock(at + 12 * PAGE, PAGE)); // locked, but it cannot be there
	SHOW(locked());
	SHOW(munlock(at, 10 * PAGE));
	SHOW(locked());
	// a child has none of it
	SHOW(mlock(at, 3 * PAGE));
	fflush(stdout);
	if (fork() == 0) {
		SHOW(locked());
		SHOW(mlock(at, PAGE));
		SHOW(locked());
		_exit(0);
	}
	wait(NULL);
	SHOW(locked());
	munmap(at, 2 * PAGE);
	SHOW(locked());
	at += 2 * PAGE;
	char *moved = mremap(at, PAGE, 4 * PAGE, MREMAP_MAYMOVE); // grows locked, and is there
	SHOW(locked());
	SHOW(present(moved, 4));
	munmap(moved, 4 * PAGE);
	SHOW(locked());
	munmap(at + PAGE, 13 * PAGE);
	SHOW(locked());
}

static void files(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0644);
	ftruncate(fd, 4 * PAGE);
	char *shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	SHOW(mlock(shared, 4 * PAGE));
	SHOW(present(shared, 4));
	SHOW(locked());
	char *private = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	SHOW(mlock(private, 4 * PAGE));
	SHOW(mlock(private + 4 * PAGE, PAGE)); // behind the file's end
	SHOW(locked());
	munmap(private, 8 * PAGE), munmap(shared, 4 * PAGE);
	close(fd);
	SHOW(locked());
}

static void whole(void)
{
	char *early = map(8, 0);
	SHOW(mlockall(0));
	SHOW(mlockall(8));
	SHOW(mlockall(MCL_ONFAULT));
	SHOW(mlockall(MCL_FUTURE));
	SHOW(present(early, 8));
	char *late = map(8, 0);
	SHOW(present(late, 8));
	SHOW(locked());
	char *end = sbrk(0);
	long before = locked();
	SHOW(brk(end + 4 * PAGE));
	TRUTH(locked() - before == 4);
	SHOW(brk(end));
	TRUTH(locked() == before);
	SHOW(mlockall(MCL_CURRENT));
	SHOW(present(early, 8));
	TRUTH(locked() > 16);
	char *later = map(8, 0);
	SHOW(present(later, 8)); // the future was taken back
	SHOW(munlockall());
	SHOW(locked());
	SHOW(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
	char *last = map(8, 0);
	SHOW(present(last, 8));
	SHOW(munlockall());
	SHOW(locked());
	char *flagged = map(8, MAP_LOCKED), *populated = map(8, MAP_POPULATE);
	SHOW(present(flagged, 8));
	SHOW(present(populated, 8));
	SHOW(locked());
	munmap(flagged, 8 * PAGE), munmap(populated, 8 * PAGE);
	SHOW(locked());
}

static void limits(void)
{
	struct rlimit limit = {0, 16 * PAGE};
	SHOW(setrlimit(RLIMIT_MEMLOCK, &limit));
	char *at = map(32, 0);
	SHOW(mlock(at, 20 * PAGE)); // root is not bound
	SHOW(munlock(at, 20 * PAGE));
	SHOW(setuid(65534));
	SHOW(mlock(at, PAGE));
	SHOW(mlockall(MCL_CURRENT));
	SHOW(map(1, MAP_LOCKED) == MAP_FAILED && errno == EPERM);
	SHOW(munlock(at, PAGE));
	limit.rlim_cur = 16 * PAGE;
	SHOW(setrlimit(RLIMIT_MEMLOCK, &limit));
	SHOW(mlock(at, 17 * PAGE));
	SHOW(locked());
	SHOW(mlock(at, 16 * PAGE));
	SHOW(mlock(at, 16 * PAGE)); // not counted twice
	SHOW(mlock(at + 16 * PAGE, PAGE));
	SHOW(map(1, MAP_LOCKED) == MAP_FAILED && errno == EAGAIN);
	SHOW(munlock(at, 8 * PAGE));
	SHOW(mlock(at + 16 * PAGE, 8 * PAGE));
	SHOW(mremap(at + 16 * PAGE, 8 * PAGE, 10 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EAGAIN);
	SHOW(mlockall(MCL_CURRENT));
	SHOW(mlockall(MCL_FUTURE));
	SHOW(map(1, 0) == MAP_FAILED && errno == EAGAIN);
	char *end = sbrk(0);
	TRUTH(syscall(SYS_brk, end + 4 * PAGE) == (long)end);
	SHOW(munlockall());
	SHOW(locked());
	SHOW(map(1, 0) != MAP_FAILED);
}

int main(int count, char **arguments)
{
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	sbrk(PAGE);
	ranges();
	files();
	whole();
	fflush(stdout);
	if (fork() == 0) {
		limits();
		_exit(0);
	}
	wait(NULL);
	return 0;
}
