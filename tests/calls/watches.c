// watches.c: inotify: each event printed as it comes. The same static binary ran on Linux 6.1: watches.expected is what it printed there.
#include "tests/calls/begin.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define STEP(call) do { printf("-- %s\n", #call); (void)(call); events(); } while (0)

static int fd;
static uint32_t first_cookie;

static void print_event(const struct inotify_event *event)
{
	static const char *const names[] = {"ACCESS", "MODIFY", "ATTRIB", "CLOSE_WRITE", "CLOSE_NOWRITE", "OPEN", "MOVED_FROM", "MOVED_TO", "CREATE",
					    "DELETE", "DELETE_SELF", "MOVE_SELF", "0x1000", "UNMOUNT", "Q_OVERFLOW", "IGNORED"};
	printf("   %d", event->wd);
	for (int bit = 0; bit < 16; bit++)
		if (event->mask >> bit & 1)
			printf(" %s", names[bit]);
	if (event->mask & IN_ISDIR)
		printf(" ISDIR");
	if (event->mask & 0xbfff0000)
		printf(" %x", event->mask & 0xbfff0000);
	if (event->cookie != 0 && first_cookie == 0)
		first_cookie = event->cookie;
	if (event->cookie != 0)
		printf(" cookie %d", event->cookie - first_cookie);
	printf(event->len ? " '%s' %d\n" : "\n", event->name, event->len);
}

static void events(void)
{
	char buffer[4096] __attribute__((aligned(8)));
	for (long got; (got = read(fd, buffer, sizeof(buffer))) > 0;)
		for (char *at = buffer; at < buffer + got; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len)
			print_event((struct inotify_event *)at);
}

static int put(const char *name, const char *text)
{
	int file = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	int rc = write(file, text, strlen(text));
	close(file);
	return rc;
}

static int get(const char *name)
{
	char buffer[100];
	int file = open(name, O_RDONLY);
	int rc = read(file, buffer, sizeof(buffer));
	close(file);
	return rc;
}

static void calls(void)
{
	struct stat status;
	SHOW(inotify_init1(1));
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	TRUTH(fd >= 0);
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_GETFL) & O_NONBLOCK);
	SHOW(inotify_add_watch(fd, ".", 0));
	SHOW(inotify_add_watch(fd, ".", 0x10000));
	SHOW(inotify_add_watch(-1, ".", IN_OPEN));
	SHOW(inotify_add_watch(0, ".", IN_OPEN));
	SHOW(inotify_add_watch(fd, "missing", IN_OPEN));
	SHOW(inotify_add_watch(fd, (char *)8, IN_OPEN));
	SHOW(inotify_add_watch(fd, "file", IN_OPEN | IN_ONLYDIR));
	SHOW(inotify_add_watch(fd, "file", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
	SHOW(inotify_add_watch(fd, "file", IN_OPEN));
	SHOW(inotify_add_watch(fd, "file", IN_CLOSE | IN_MASK_CREATE));
	SHOW(inotify_add_watch(fd, "file", IN_CLOSE | IN_MASK_ADD));
	SHOW(inotify_add_watch(fd, "./file", IN_ALL_EVENTS));
	SHOW(inotify_add_watch(fd, "link", IN_ALL_EVENTS));
	SHOW(inotify_add_watch(fd, "link", IN_ALL_EVENTS | IN_DONT_FOLLOW));
	SHOW(inotify_rm_watch(fd, 2));
	SHOW(inotify_rm_watch(fd, 2));
	SHOW(inotify_rm_watch(fd, 99));
	SHOW(inotify_rm_watch(0, 1));
	SHOW(inotify_rm_watch(-1, 1));
	events();
	char small[20];
	SHOW(read(fd, small, sizeof(small)));
	SHOW(write(fd, small, 1));
	SHOW(lseek(fd, 0, SEEK_CUR));
	int bytes;
	SHOW(ioctl(fd, FIONREAD, &bytes));
	SHOW(bytes);
	put("file", "x");
	SHOW(ioctl(fd, FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(read(fd, small, 15));
	SHOW(read(fd, small, 16));
	SHOW(read(fd, (void *)8, 100));
	events();
	TRUTH(fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0600);
	char name[32], target[64] = {0};
	sprintf(name, "/proc/self/fd/%d", fd);
	readlink(name, target, sizeof(target) - 1);
	printf("%s\n", target);
	SHOW(chmod("file", 0));
	fflush(stdout);
	int pid = fork();
	if (pid == 0) {
		setuid(1000);
		SHOW(inotify_add_watch(fd, "file", IN_OPEN));
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	chmod("file", 0644);
	events();
}

static void one_file(void)
{
	int file, other;
	struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	STEP(file = open("file", O_RDWR));
	STEP(read(file, (char[4]){0}, 4));
	STEP(read(file, (char[4]){0}, 4));
	STEP(write(file, "abc", 3));
	STEP(write(file, "", 0));
	STEP((write(file, "abc", 3), write(file, "abc", 3)));
	STEP((write(file, "abc", 3), pread(file, (char[4]){0}, 4, 0), write(file, "abc", 3)));
	STEP(ftruncate(file, 2));
	STEP(ftruncate(file, 2));
	STEP(truncate("file", 7));
	STEP(fallocate(file, 0, 0, 100));
	STEP(fchmod(file, 0600));
	STEP(chmod("file", 0644));
	STEP(chown("file", 0, 0));
	STEP(utimensat(AT_FDCWD, "file", NULL, 0));
	now[0].tv_nsec = UTIME_OMIT;
	STEP(utimensat(AT_FDCWD, "file", now, 0));
	now[0].tv_nsec = UTIME_NOW;
	now[1].tv_nsec = UTIME_OMIT;
	STEP(utimensat(AT_FDCWD, "file", now, 0));
	STEP(setxattr("file", "trusted.x", "y", 1, 0));
	STEP(setxattr("file", "trusted.x", "y", 1, XATTR_CREATE));
	STEP(removexattr("file", "trusted.x"));
	STEP(link("file", "second"));
	STEP(rename("second", "third"));
	STEP(unlink("third"));
	STEP(other = dup(file));
	STEP(close(file));
	STEP(close(other));
	STEP(open("file", O_RDONLY | O_TRUNC | O_WRONLY));
	STEP(close(file));
	STEP(open("file", O_PATH));
	STEP(close(file));
	STEP(stat("file", &(struct stat){0}));
	STEP(access("file", R_OK));
	STEP(rename("file", "moved"));
	STEP(put("new", "y"));
	STEP(rename("new", "moved")); // the watched one loses its last name
	put("file", "again");
	SHOW(inotify_add_watch(fd, "file", IN_ALL_EVENTS));
	STEP(file = open("file", O_RDONLY));
	STEP(unlink("file"));
	STEP(get("/proc/self/status"));
	STEP(close(file));
	SHOW(inotify_rm_watch(fd, 3));
	put("file", "once more");
	SHOW(inotify_add_watch(fd, "file", IN_OPEN | IN_CLOSE | IN_ONESHOT));
	STEP(get("file"));
	STEP(get("file"));
	SHOW(inotify_add_watch(fd, "file", IN_MODIFY));
	STEP(get("file"));
	STEP(put("file", "z"));
	SHOW(inotify_add_watch(fd, "file", IN_CLOSE_WRITE | IN_MASK_ADD));
	STEP(put("file", "z"));
	SHOW(inotify_add_watch(fd, "file", IN_CLOSE_WRITE));
	STEP(put("file", "z"));
	STEP(inotify_rm_watch(fd, inotify_add_watch(fd, "file", IN_OPEN)));
}

static void one_directory(void)
{
	int file;
	mkdir("d", 0755);
	SHOW(inotify_add_watch(fd, "d", IN_ALL_EVENTS));
	STEP(put("d/a", "text"));
	STEP(get("d/a"));
	STEP(mkdir("d/sub", 0755));
	STEP(put("d/sub/x", "not seen"));
	STEP(chmod("d/sub", 0700));
	STEP(chmod("d", 0700));
	STEP(rename("d/a", "d/b"));
	STEP(rename("d/b", "outside"));
	STEP(rename("outside", "d/back"));
	STEP(put("d/over", "x"));
	STEP(rename("d/over", "d/back"));
	STEP(link("d/back", "d/linked"));
	STEP(symlink("back", "d/symbolic"));
	STEP(mknod("d/fifo", S_IFIFO | 0600, 0));
	STEP(get("d/symbolic"));
	STEP(unlink("d/linked"));
	STEP(renameat2(AT_FDCWD, "d/back", AT_FDCWD, "d/sub", RENAME_EXCHANGE));
	STEP(renameat2(AT_FDCWD, "d/back", AT_FDCWD, "d/sub", RENAME_NOREPLACE));
	STEP(system("ls d > /dev/null"));
	STEP(file = open("d/symbolic", O_RDWR));
	STEP(unlink("d/symbolic"));
	STEP(close(file));
	STEP(file = open("d/sub", O_RDWR));
	STEP(unlink("d/sub"));
	STEP(write(file, "x", 1)); // by its old name
	STEP(close(file));
	STEP(put("d/a_name_that_is_longer_than_sixteen", "x"));
	STEP(unlink("d/a_name_that_is_longer_than_sixteen"));
	SHOW(inotify_add_watch(fd, "d", IN_ALL_EVENTS | IN_EXCL_UNLINK));
	put("d/e", "x");
	events();
	STEP(file = open("d/e", O_RDWR));
	STEP(unlink("d/e"));
	STEP(write(file, "x", 1));
	STEP(close(file));
	int inside = inotify_add_watch(fd, "d/fifo", IN_ALL_EVENTS);
	STEP(file = open("d/fifo", O_RDWR)); // the directory's event first
	STEP(write(file, "x", 1));
	STEP(read(file, (char[1]){0}, 1));
	STEP(close(file));
	STEP(unlink("d/fifo"));
	STEP(rename("d", "e"));
	STEP(system("rm -r e"));
}

static void *remove_later(void *name)
{
	usleep(30000);
	unlink(name);
	return NULL;
}

static void waiting(void)
{
	struct pollfd poller = {fd, POLLIN, 0};
	struct epoll_event event = {EPOLLIN, {0}}, got;
	pthread_t thread;
	int set = epoll_create1(0);
	put("p", "x");
	SHOW(inotify_add_watch(fd, "p", IN_OPEN | IN_ATTRIB) > 0);
	SHOW(poll(&poller, 1, 0));
	SHOW(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
	SHOW(epoll_wait(set, &got, 1, 0));
	get("p");
	SHOW(poll(&poller, 1, 0));
	SHOW(poller.revents);
	SHOW(epoll_wait(set, &got, 1, 0));
	events();
	SHOW(epoll_wait(set, &got, 1, 0));
	pthread_create(&thread, NULL, remove_later, "p");
	SHOW(poll(&poller, 1, 5000));
	pthread_join(thread, NULL);
	events();
	put("p", "x");
	fcntl(fd, F_SETFL, 0);
	SHOW(inotify_add_watch(fd, "p", IN_ATTRIB) > 0);
	pthread_create(&thread, NULL, remove_later, "p");
	char buffer[100];
	SHOW(read(fd, buffer, 20)); // blocks
	pthread_join(thread, NULL);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	events();
	close(set);
}

static void limits(void)
{
	int many[200], count = 0;
	fflush(stdout);
	for (; count < 200 && (many[count] = inotify_init()) >= 0; count++)
		;
	TRUTH(count > 100 && count < 128 && errno == EMFILE);
	while (count > 0)
		close(many[--count]);
	put("q", "xx");
	SHOW(inotify_add_watch(fd, "q", IN_ACCESS | IN_OPEN) > 0);
	int file = open("q", O_RDONLY);
	for (int i = 0; i < 17000; i++) {
		pread(file, (char[1]){0}, 1, 0);
		close(open("q", O_RDONLY));
	}
	long total = 0, overflows = 0, last = 0, got;
	char buffer[65536] __attribute__((aligned(8)));
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		for (char *at = buffer; at < buffer + got; at += sizeof(struct inotify_event)) {
			struct inotify_event *event = (void *)at;
			total++;
			last = event->mask;
			overflows += event->mask == IN_Q_OVERFLOW && event->wd == -1;
		}
	SHOW(total);
	SHOW(overflows);
	SHOW(last == IN_Q_OVERFLOW);
	STEP(pread(file, (char[1]){0}, 1, 0));
	close(file);
	mkdir("m", 0755);
	SHOW(mount("tmpfs", "m", "tmpfs", 0, NULL));
	put("m/f", "x");
	int base = inotify_add_watch(fd, "m/f", IN_ALL_EVENTS);
	events();
	STEP(umount("m"));
	SHOW(inotify_rm_watch(fd, base));
	rmdir("m");
}

// Watches come and go in one process while files come and go in others.
static void storm(void)
{
	fflush(stdout);
	int pids[3];
	for (int i = 0; i < 3; i++)
		if ((pids[i] = fork()) == 0) {
			char name[16];
			for (unsigned n = 0;; n++) {
				sprintf(name, "storm/%d", n % 5);
				if (i == 0)
					put(name, "x");
				else if (i == 1)
					unlink(name);
				else
					rename(name, "storm/9");
			}
		}
	int bad = 0, seen = 0;
	mkdir("storm", 0755);
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		int group = inotify_init1(IN_NONBLOCK), wd;
		bad += (wd = inotify_add_watch(group, "storm", IN_ALL_EVENTS)) != 1;
		for (int i = 0; i < 20; i++) {
			char name[16], buffer[2048];
			sprintf(name, "storm/%d", i % 5);
			inotify_add_watch(group, name, i & 1 ? IN_ALL_EVENTS : IN_ALL_EVENTS | IN_ONESHOT);
			seen += read(group, buffer, sizeof(buffer)) > 0;
		}
		bad += inotify_rm_watch(group, wd) != 0;
		close(group);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec < 2 || seen == 0);
	for (int i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	SHOW(bad);
	TRUTH(seen > 0);
}

int main(int count, char **arguments)
{
	setvbuf(stdout, NULL, _IOFBF, 65536);
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	put("file", "some text");
	symlink("file", "link");
	calls();
	one_file();
	one_directory();
	waiting();
	limits();
	storm();
	return 0;
}
