// pieces.c: what a pipe holds, holes of files, flags of preadv2 and pwritev2, names for descriptors, several messages in one call: each call printed
// with its result. The same static binary ran on Linux 6.1: pieces.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGE 4096l

static char big[1 << 21], back[1 << 21];

// Writes what fits and says how much.
static long fill(int fd)
{
	long sum = 0;
	for (long got; (got = write(fd, big + sum, sizeof(big) - sum)) > 0;)
		sum += got;
	return sum;
}

static void pipes(void)
{
	int ends[2];
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 2654435761u >> 13);
	pipe2(ends, O_NONBLOCK);
	SHOW(fcntl(ends[0], F_GETPIPE_SZ));
	SHOW(fcntl(ends[1], F_SETPIPE_SZ, 5000));
	SHOW(fill(ends[1]));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, 100)); // too little for what is in it
	SHOW(fcntl(ends[0], F_GETPIPE_SZ));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20));
	SHOW(fill(ends[1])); // behind what is there
	SHOW(read(ends[0], back, 8192));
	SHOW(memcmp(back, big, 8192));
	SHOW(read(ends[0], back, sizeof(back)));
	SHOW(memcmp(back, big, (1 << 20) - 8192));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, 0));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, PAGE + 1));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, -1));
	// a ring that begins in the middle of a page
	SHOW(write(ends[1], big, 5000));
	SHOW(read(ends[0], back, 3000));
	SHOW(write(ends[1], big + 5000, 3000));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, 4 * PAGE));
	SHOW(read(ends[0], back, 8192));
	SHOW(memcmp(back, big + 3000, 5000));
	SHOW(fcntl(0, F_SETPIPE_SZ, PAGE));
	struct pollfd entry = {ends[1], POLLOUT};
	fcntl(ends[0], F_SETPIPE_SZ, PAGE);
	SHOW(fill(ends[1]));
	SHOW(poll(&entry, 1, 0));
	SHOW(fcntl(ends[0], F_SETPIPE_SZ, 4 * PAGE));
	SHOW(poll(&entry, 1, 0));
	fflush(stdout);
	if (fork() == 0) {
		setuid(65534);
		SHOW(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20));
		SHOW(fcntl(ends[0], F_SETPIPE_SZ, (1 << 20) + 1));
		_exit(0);
	}
	wait(NULL);
	close(ends[0]), close(ends[1]);
}

static void holes(void)
{
	int fd = open("holes", O_RDWR | O_CREAT | O_TRUNC, 0644);
	SHOW(lseek(fd, 0, SEEK_DATA)); // empty
	SHOW(lseek(fd, 0, SEEK_HOLE));
	ftruncate(fd, 10 * PAGE);
	SHOW(lseek(fd, 0, SEEK_DATA));
	SHOW(lseek(fd, 5, SEEK_HOLE));
	pwrite(fd, "x", 1, 3 * PAGE + 7);
	pwrite(fd, "x", 1, 4 * PAGE);
	pwrite(fd, "x", 1, 7 * PAGE);
	SHOW(lseek(fd, 0, SEEK_DATA));
	SHOW(lseek(fd, 3 * PAGE + 100, SEEK_DATA));
	SHOW(lseek(fd, 3 * PAGE, SEEK_HOLE));
	SHOW(lseek(fd, 4 * PAGE + 1, SEEK_HOLE));
	SHOW(lseek(fd, 5 * PAGE, SEEK_DATA));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(fd, 8 * PAGE, SEEK_DATA));
	SHOW(lseek(fd, 9 * PAGE + 1, SEEK_HOLE));
	SHOW(lseek(fd, 10 * PAGE, SEEK_HOLE));
	SHOW(lseek(fd, 10 * PAGE, SEEK_DATA));
	SHOW(lseek(fd, -1, SEEK_DATA));
	SHOW(lseek(fd, -1, SEEK_HOLE));
	SHOW(lseek(fd, 0, 5));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 3 * PAGE, PAGE));
	SHOW(lseek(fd, 0, SEEK_DATA));
	pwrite(fd, "x", 1, 9 * PAGE);
	SHOW(lseek(fd, 9 * PAGE, SEEK_HOLE)); // the end is a hole
	ftruncate(fd, 9 * PAGE + 10);
	SHOW(lseek(fd, 9 * PAGE + 5, SEEK_HOLE));
	SHOW(lseek(fd, 9 * PAGE + 10, SEEK_DATA));
	// what is punched is gone for all who see it, but for private copies
	struct stat status;
	ftruncate(fd, 0);
	for (int page = 0; page < 64; page++)
		pwrite(fd, big + page * PAGE, PAGE, page * PAGE);
	char *shared = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *private = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	private[10 * PAGE] = 'p', shared[11 * PAGE] = 's', private[12 * PAGE] = big[12 * PAGE];
	long sum = 0;
	for (int page = 0; page < 64; page++)
		sum += shared[page * PAGE] + private[page * PAGE];
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE + 100, 60 * PAGE));
	fstat(fd, &status);
	SHOW(status.st_blocks / 8);
	SHOW(status.st_size);
	SHOW(lseek(fd, 0, SEEK_HOLE));
	SHOW(lseek(fd, 5 * PAGE, SEEK_DATA));
	SHOW(private[10 * PAGE]);
	SHOW(private[11 * PAGE]);
	SHOW(private[12 * PAGE] == big[12 * PAGE]);
	SHOW(shared[10 * PAGE]);
	SHOW(shared[PAGE + 99] == big[PAGE + 99]);
	SHOW(shared[PAGE + 100]);
	SHOW(shared[61 * PAGE + 99]);
	SHOW(shared[61 * PAGE + 100] == big[61 * PAGE + 100]);
	shared[20 * PAGE] = 'x';
	SHOW(lseek(fd, 15 * PAGE, SEEK_DATA));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 20 * PAGE, 1));
	SHOW(shared[20 * PAGE]);
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 30 * PAGE + 1, 10));
	SHOW(lseek(fd, 21 * PAGE, SEEK_DATA));
	munmap(shared, 64 * PAGE), munmap(private, 64 * PAGE);
	int ends[2];
	pipe(ends);
	SHOW(lseek(ends[0], 0, SEEK_DATA));
	close(ends[0]), close(ends[1]), close(fd);
}

static void vectors(void)
{
	char text[32] = {0};
	struct iovec in = {"abc", 3}, out = {text, 16};
	int fd = open("vectors", O_RDWR | O_CREAT | O_TRUNC, 0644), ends[2];
	SHOW(pwritev2(fd, &in, 1, 0, RWF_HIPRI | RWF_DSYNC));
	SHOW(pwritev2(fd, &in, 1, 1, RWF_APPEND));
	SHOW(pwritev2(fd, &in, 1, -1, RWF_APPEND | RWF_SYNC));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(preadv2(fd, &out, 1, 0, 0));
	SHOW(strcmp(text, "abcabcabc"));
	SHOW(preadv2(fd, &out, 1, 3, RWF_APPEND));
	SHOW(preadv2(fd, &out, 1, 3, RWF_NOWAIT));
	SHOW(pwritev2(fd, &in, 1, 3, 0x20));
	SHOW(pwritev2(NO_FD, &in, 1, 3, 0x20));
	SHOW(lseek(fd, 0, SEEK_END));
	pipe(ends);
	SHOW(pwritev2(ends[1], &in, 1, -1, RWF_APPEND));
	SHOW(pwritev2(ends[1], &in, 1, 0, 0));
	SHOW(preadv2(ends[0], &out, 1, -1, RWF_HIPRI));
	close(ends[0]), close(ends[1]), close(fd);
}

static void names(void)
{
	struct stat status;
	int fd = open("named", O_RDWR | O_CREAT | O_TRUNC, 0644);
	unlink("other");
	SHOW(linkat(fd, "", AT_FDCWD, "other", AT_EMPTY_PATH));
	SHOW(fstat(fd, &status));
	SHOW(status.st_nlink);
	SHOW(linkat(fd, "", AT_FDCWD, "other", AT_EMPTY_PATH));
	SHOW(linkat(fd, "", AT_FDCWD, "third", 0));
	SHOW(linkat(AT_FDCWD, "", AT_FDCWD, "third", AT_EMPTY_PATH));
	SHOW(linkat(AT_FDCWD, "named", AT_FDCWD, "third", AT_EMPTY_PATH));
	SHOW(linkat(fd, "", AT_FDCWD, "third", 0x8000));
	unlink("named"), unlink("other"), unlink("third");
	SHOW(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH)); // it has no name any more
	close(fd);
	fd = open("named", O_RDWR | O_CREAT | O_TRUNC, 0666);
	chmod(".", 0777);
	fflush(stdout);
	if (fork() == 0) {
		setuid(65534);
		SHOW(linkat(fd, "", AT_FDCWD, "stolen", AT_EMPTY_PATH));
		_exit(0);
	}
	wait(NULL);
	SHOW(fstatat(AT_FDCWD, "named", &status, 0x2000));
	SHOW(fstatat(AT_FDCWD, "named", &status, 0x4000));
	SHOW(fstatat(AT_FDCWD, "named", &status, 0x8000));
	SHOW(getrandom(big, 8, 4));
	SHOW(getrandom(big, 8, 5));
	SHOW(getrandom(big, 8, 6));
	SHOW(getrandom(big, 8, 8));
	close(fd);
	mkdir("mounted", 0755);
	SHOW(mount("none", "mounted", "tmpfs", 0, NULL));
	SHOW(stat("mounted", &status));
	printf("%o\n", status.st_mode);
	symlink("mounted", "link");
	SHOW(umount2("link", UMOUNT_NOFOLLOW));
	SHOW(umount2("mounted", 0x10));
	int inside = open("mounted/file", O_CREAT | O_RDWR, 0644);
	SHOW(umount2("mounted", MNT_FORCE));
	close(inside);
	SHOW(umount2("mounted", UMOUNT_NOFOLLOW | MNT_FORCE));
	SHOW(umount2("mounted", 0));
}

static void messages(void)
{
	int pair[2];
	struct mmsghdr sent[4], got[4];
	struct iovec parts[4], rooms[4];
	char texts[4][16];
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	memset(sent, 0, sizeof(sent)), memset(got, 0, sizeof(got)), memset(texts, 0, sizeof(texts));
	for (int i = 0; i < 4; i++) {
		parts[i] = (struct iovec){"message" + i, 7 - i}, rooms[i] = (struct iovec){texts[i], 16};
		sent[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
		got[i].msg_hdr = (struct msghdr){.msg_iov = &rooms[i], .msg_iovlen = 1};
	}
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 3, 0));
	SHOW(sent[0].msg_len);
	SHOW(sent[2].msg_len);
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, MSG_DONTWAIT, NULL));
	for (int i = 0; i < 3; i++)
		printf("%u %s\n", got[i].msg_len, texts[i]);
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, MSG_DONTWAIT, NULL));
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 2, 0));
	for (int i = 0; i < 4; i++)
		rooms[i] = (struct iovec){texts[i], 16};
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, MSG_WAITFORONE, NULL)); // and then does not wait
	struct timespec time = {0, 1000000000};
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, 0, &time));
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, 0, (void *)8));
	time = (struct timespec){10, 0};
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 1, 0));
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 1, 0, &time));
	TRUTH(time.tv_sec == 9);
	time = (struct timespec){0, 0};
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 3, 0));
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 3, 0, &time)); // no time: one
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 4, MSG_DONTWAIT, NULL));
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 0, 0));
	SHOW(syscall(SYS_recvmmsg, pair[1], got, 0, 0, NULL));
	SHOW(syscall(SYS_sendmmsg, NO_FD, sent, 0, 0));
	SHOW(syscall(SYS_recvmmsg, NO_FD, got, 1, 0, NULL));
	SHOW(syscall(SYS_sendmmsg, 0, sent, 1, 0));
	SHOW(syscall(SYS_sendmmsg, pair[0], (void *)8, 1, 0));
	sent[1].msg_hdr.msg_iov = (void *)8;
	SHOW(syscall(SYS_sendmmsg, pair[0], sent, 2, 0)); // one went
	close(pair[0]), close(pair[1]);
}

int main(int count, char **arguments)
{
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	SHOW(mount("none", ".", "tmpfs", 0, NULL)); // the same file system on both
	chdir("/"), chdir(arguments[1]);
	pipes();
	holes();
	vectors();
	names();
	messages();
	chdir("/");
	SHOW(umount(arguments[1]));
	return 0;
}
