// hostile.c: what tests/fuzz/calls.c found: names of memory without a file, mounts on removed directories,
// programs that are written to while they run, files in memory that would take all of it.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

// The name that /proc/self/maps gives the area at `address`.
static void show_name(const char *what, const void *address)
{
	char line[512], name[256] = "";
	unsigned long start;
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%*x %*s %*s %*s %*s %255[^\n]", &start, name) >= 1 &&
		    start == (unsigned long)address)
			break;
	printf("%s: %s\n", what, name);
	fclose(maps);
}

static void nameless_memory(void)
{
	char link[64], name[256] = "";
	int fd = syscall(SYS_memfd_create, "some memory", 0);
	void *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *file;

	SHOW(ftruncate(fd, 8192));
	file = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
	show_name("shared anonymous memory", shared);
	show_name("a memfd", file);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	(void)!readlink(link, name, sizeof(name) - 1);
	puts(name);
	int again = open(link, O_RDONLY);
	struct stat first, second;
	void *low = mmap((void *)0x10000, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
			 0); // below the program
	memset(name, 0, sizeof(name));
	(void)!readlink("/proc/self/exe", name, sizeof(name) - 1);
	TRUTH(low != MAP_FAILED && strstr(name, "/hostile") != NULL);
	TRUTH(again >= 0 && fstat(fd, &first) == 0 && fstat(again, &second) == 0 &&
	      first.st_ino == second.st_ino);
	close(fd), close(again);
	munmap(shared, 8192), munmap(file, 8192);
}

static void mount_on_nothing(void)
{
	mkdir("gone", 0755);
	int here = open(".", O_RDONLY | O_DIRECTORY);
	SHOW(chdir("gone"));
	SHOW(rmdir("../gone"));
	SHOW(mount("none", ".", "tmpfs", 0, NULL));
	SHOW(fchdir(here));
	close(here);
}

static void running_program(const char *self)
{
	char program[1 << 16];
	int from = open(self, O_RDONLY), to = open("copy", O_WRONLY | O_CREAT | O_TRUNC, 0755), ends[2],
	    status;
	long got;

	while ((got = read(from, program, sizeof(program))) > 0)
		(void)!write(to, program, got);
	close(from), close(to);
	(void)!pipe(ends);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[0], 0);
		close(ends[1]);
		execl("copy", "copy", "wait", NULL);
		_exit(9);
	}
	for (int tries = 0; tries < 500 && kill(child, 0) == 0; tries++) { // until it runs
		char link[64], name[256] = "";
		snprintf(link, sizeof(link), "/proc/%d/exe", child);
		(void)!readlink(link, name, sizeof(name) - 1);
		if (strstr(name, "/copy") != NULL)
			break;
		usleep(10000);
	}
	SHOW(open("copy", O_WRONLY));
	SHOW(open("copy", O_RDWR | O_TRUNC));
	SHOW(truncate("copy", 0));
	SHOW(unlink("copy")); // a name is no part of the program
	close(ends[1]), close(ends[0]);
	waitpid(child, &status, 0);
	TRUTH(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// A file that is mapped, longer than memory, and written page after page: its writer ends, and not by want of
// memory.
static void file_of_memory(void)
{
	int fd = open("large", O_RDWR | O_CREAT, 0600), status;
	const size_t size = 4ul << 30;

	SHOW(ftruncate(fd, size));
	pid_t child = fork();
	if (child == 0) {
		volatile char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		for (size_t i = 0; i < size; i += 4096)
			at[i] = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	TRUTH(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	SHOW(write(fd, "here is a page", 14));
	SHOW(unlink("large"));
	close(fd);
}

static void shortest_interval(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec often = {{0, 1}, {0, 1}};

	SHOW(timerfd_settime(fd, 0, &often, NULL));
	usleep(20000);
	unsigned long times = 0;
	SHOW(read(fd, &times, sizeof(times)));
	TRUTH(times > 1000000);
	close(fd);
}

static void texts_of_proc(void)
{
	int fd = open("/proc/sys/kernel/hostname", O_RDWR);

	TRUTH(fd >= 0);
	SHOW(fallocate(fd, 0, 0, 4096));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4));
	close(fd);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "wait") == 0)
		return (int)read(0, words[0], 1);
	if (count < 2 || begin(words[1]) != 0)
		return 2;
	nameless_memory();
	mount_on_nothing();
	running_program("/proc/self/exe");
	file_of_memory();
	shortest_interval();
	texts_of_proc();
	return 0;
}
