// more.c: waiting, timers, signals with data, futexes, ids, memory that moves, files at large: each call printed with its result. The
// same static binary ran on Linux: more.expected is what it printed there.
#include "tests/calls/begin.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <utime.h>

static volatile int caught, times_caught, caught_value, caught_code;

static void note(int signal, siginfo_t *info, void *context)
{
	caught = signal;
	caught_value = info->si_value.sival_int;
	caught_code = info->si_code;
	times_caught++;
}

static void handle(int signal)
{
	struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
	sigaction(signal, &action, NULL);
}

static void waiting(void)
{
	siginfo_t info;
	int pid = fork();
	if (pid == 0)
		_exit(7);
	memset(&info, 9, sizeof(info));
	SHOW(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	TRUTH(info.si_pid == pid && info.si_signo == SIGCHLD && info.si_uid == getuid());
	SHOW(info.si_code);
	SHOW(info.si_status);
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	TRUTH(info.si_pid == pid);
	SHOW(waitid(P_ALL, 0, &info, WEXITED));
	SHOW(waitid(P_ALL, 0, &info, 0));
	SHOW(waitid(P_ALL, 0, &info, WEXITED | 0x100));
	SHOW(waitid(9, 0, &info, WEXITED));
	SHOW(waitid(P_PID, 0, &info, WEXITED));
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	SHOW(waitid(P_PID, pid, &info, WEXITED | WNOHANG));
	SHOW(info.si_pid);
	SHOW(waitid(P_PID, pid, &info, WSTOPPED | WNOHANG));
	kill(pid, SIGSTOP);
	SHOW(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT));
	SHOW(info.si_code);
	SHOW(info.si_status);
	SHOW(waitid(P_PID, pid, &info, WSTOPPED));
	SHOW(waitid(P_PID, pid, &info, WSTOPPED | WNOHANG));
	kill(pid, SIGCONT);
	SHOW(waitid(P_PID, pid, &info, WCONTINUED));
	SHOW(info.si_code);
	kill(pid, SIGKILL);
	SHOW(waitid(P_PGID, getpgrp(), &info, WEXITED));
	SHOW(info.si_code);
	SHOW(info.si_status);
}

static void timers(void)
{
	struct itimerval every = {{0, 10000}, {0, 10000}}, off = {{0}}, now;
	handle(SIGALRM);
	times_caught = 0;
	SHOW(setitimer(ITIMER_REAL, &every, NULL));
	while (times_caught < 3)
		pause();
	SHOW(getitimer(ITIMER_REAL, &now));
	SHOW(now.it_interval.tv_usec);
	TRUTH(now.it_value.tv_usec <= 10000);
	SHOW(alarm(10));
	SHOW(getitimer(ITIMER_REAL, &now));
	SHOW(now.it_interval.tv_usec);
	TRUTH(now.it_value.tv_sec == 9);
	SHOW(setitimer(ITIMER_REAL, &off, &now));
	SHOW(alarm(0));
	SHOW(setitimer(7, &off, NULL));
	every.it_value.tv_usec = 1000000;
	SHOW(setitimer(ITIMER_REAL, &every, NULL));
	SHOW(setitimer(ITIMER_REAL, (void *)1, NULL));
}

static void signals(void)
{
	sigset_t set, old;
	siginfo_t info;
	struct timespec none = {0, 0}, soon = {0, 20000000};
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, &old);
	SHOW(sigtimedwait(&set, &info, &none));
	SHOW(sigtimedwait(&set, &info, &soon));
	raise(SIGUSR1);
	SHOW(sigwaitinfo(&set, &info));
	TRUTH(info.si_code == SI_TKILL && info.si_pid == getpid());
	union sigval value = {.sival_int = 42};
	SHOW(sigqueue(getpid(), SIGRTMIN, value));
	value.sival_int = 43;
	SHOW(sigqueue(getpid(), SIGRTMIN, value));
	SHOW(sigtimedwait(&set, &info, NULL) == SIGRTMIN);
	SHOW(info.si_value.sival_int);
	SHOW(info.si_code);
	SHOW(sigtimedwait(&set, &info, NULL) == SIGRTMIN);
	SHOW(info.si_value.sival_int);
	if (fork() == 0) { // SIGCHLD is ignored by default, and still ends the wait
		usleep(20000);
		_exit(3);
	}
	SHOW(sigwaitinfo(&set, &info));
	SHOW(info.si_status);
	wait(NULL);
	handle(SIGUSR2);
	int self = getpid();
	if (fork() == 0) {
		usleep(20000);
		kill(self, SIGUSR2);
		usleep(100000); // or its own end would be an answer, too
		_exit(0);
	}
	SHOW(sigwaitinfo(&set, &info)); // another signal's handler ends it
	SHOW(caught == SIGUSR2);
	wait(NULL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	handle(SIGRTMIN);
	SHOW(sigqueue(getpid(), SIGRTMIN, value));
	SHOW(caught_value);
	SHOW(caught_code);
	SHOW(sigqueue(getpid(), 0, value));
	SHOW(sigqueue(NO_PROCESS, SIGUSR1, value));
	SHOW(sigqueue(getpid(), 99, value));
	SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, &none, 4));
	none.tv_nsec = -1;
	SHOW(sigtimedwait(&set, &info, &none));
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, robust;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static int turn, sum;

static void *take_turns(void *argument)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		while (turn % 4 != (int)(intptr_t)argument)
			pthread_cond_wait(&condition, &mutex);
		turn++;
		sum += (int)(intptr_t)argument;
		pthread_cond_broadcast(&condition);
		pthread_mutex_unlock(&mutex);
	}
	pthread_barrier_wait(&barrier);
	sem_post(&semaphore);
	return argument;
}

static void *hold_and_die(void *argument)
{
	pthread_mutex_lock(&robust);
	return NULL;
}

static void futexes(void)
{
	pthread_t threads[4], one;
	void *result;
	pthread_barrier_init(&barrier, NULL, 5);
	sem_init(&semaphore, 0, 0);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, take_turns, (void *)(intptr_t)i);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 4; i++) {
		sem_wait(&semaphore);
		pthread_join(threads[i], &result);
	}
	SHOW(turn);
	SHOW(sum);
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attributes);
	pthread_create(&one, NULL, hold_and_die, NULL);
	pthread_join(one, NULL);
	SHOW(pthread_mutex_lock(&robust) == EOWNERDEAD);
	SHOW(pthread_mutex_consistent(&robust));
	SHOW(pthread_mutex_unlock(&robust));
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutex_init(shared, &attributes);
	if (fork() == 0) {
		pthread_mutex_lock(shared);
		usleep(50000);
		_exit(0); // while another waits
	}
	usleep(20000);
	SHOW(pthread_mutex_lock(shared) == EOWNERDEAD);
	wait(NULL);
	uint32_t word = 5, other = 1;
	SHOW(syscall(SYS_futex, &word, 4, 1, (void *)1, &other, 6)); // CMP_REQUEUE: another value
	SHOW(syscall(SYS_futex, &word, 4, 1, (void *)1, &other, 5));
	SHOW(syscall(SYS_futex, &word, 5, 1, (void *)1, &other, 1u << 28 | 3u << 12 | 1)); // WAKE_OP: other += 3
	SHOW(other);
	SHOW(syscall(SYS_futex, &word, 9, 5, NULL, NULL, 0)); // WAIT_BITSET without a bit
	SHOW(syscall(SYS_futex, &word, 0, 4, NULL, NULL, 0));
	SHOW(syscall(SYS_futex, (char *)&word + 1, 1, 4, NULL, NULL, 0));
	SHOW(syscall(SYS_set_robust_list, NULL, 5));
}

static void ids(void)
{
	int status;
	if (fork() == 0) {
		uid_t real, effective, saved;
		SHOW(setreuid(1000, 1001));
		getresuid(&real, &effective, &saved);
		printf("%d %d %d\n", real, effective, saved);
		SHOW(setreuid(-1, 1000));
		getresuid(&real, &effective, &saved);
		printf("%d %d %d\n", real, effective, saved);
		SHOW(setreuid(5, -1));
		SHOW(setreuid(1001, -1));
		SHOW(seteuid(0));
		SHOW(setpriority(PRIO_PROCESS, 0, -5));
		SHOW(setpriority(PRIO_PROCESS, 1, 5));
		_exit(0);
	}
	wait(&status);
	if (fork() == 0) {
		SHOW(setregid(1000, 1001));
		SHOW(getgid());
		SHOW(getegid());
		SHOW(setfsgid(7));
		SHOW(setfsgid(-1));
		SHOW(setfsuid(7));
		SHOW(setfsuid(-1));
		_exit(0);
	}
	wait(&status);
	SHOW(nice(3));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(setpriority(PRIO_PROCESS, 0, 99));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(setpriority(PRIO_PROCESS, 0, 0));
	SHOW(getpriority(9, 0));
	SHOW(getpriority(PRIO_PROCESS, NO_PROCESS));
	SHOW(personality(0xffffffff));
	SHOW(sched_getscheduler(0));
	SHOW(sched_get_priority_max(SCHED_FIFO));
	SHOW(sched_get_priority_min(SCHED_OTHER));
	SHOW(sched_get_priority_max(77));
	struct sched_param parameter = {0};
	SHOW(sched_setscheduler(0, SCHED_OTHER, &parameter));
	SHOW(sched_getparam(0, &parameter));
	SHOW(parameter.sched_priority);
	parameter.sched_priority = 4;
	SHOW(sched_setparam(0, &parameter));
	SHOW(sched_getscheduler(NO_PROCESS));
	cpu_set_t cpus;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	int cpu = 0;
	while (!CPU_ISSET(cpu, &cpus)) // the first that we may use
		cpu++;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	SHOW(sched_setaffinity(0, sizeof(cpus), &cpus));
	SHOW(sched_getcpu() - cpu);
	CPU_ZERO(&cpus);
	SHOW(sched_setaffinity(0, sizeof(cpus), &cpus));
	SHOW(sched_setaffinity(NO_PROCESS, sizeof(cpus), &cpus));
}

static void memory(void)
{
	char *at = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *wall = mmap(at + 4 * 4096, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	unsigned char there[8];
	if (wall == MAP_FAILED) // occupied already: as good
		wall = NULL;
	strcpy(at, "first");
	strcpy(at + 3 * 4096, "last");
	SHOW(mincore(at, 4 * 4096, there));
	printf("%d %d %d %d\n", there[0], there[1], there[2], there[3]);
	char *moved = mremap(at, 4 * 4096, 8 * 4096, 0);
	SHOW(moved == MAP_FAILED);
	moved = mremap(at, 4 * 4096, 8 * 4096, MREMAP_MAYMOVE);
	TRUTH(moved != MAP_FAILED && moved != at);
	printf("%s %s %d\n", moved, moved + 3 * 4096, moved[7 * 4096]);
	SHOW(mincore(at, 4096, there));
	moved[7 * 4096] = 1;
	SHOW(mremap(moved, 8 * 4096, 2 * 4096, 0) == moved);
	SHOW(mincore(moved + 2 * 4096, 4096, there));
	char *fixed = mremap(moved, 2 * 4096, 3 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, at);
	TRUTH(fixed == at);
	printf("%s\n", fixed);
	SHOW(mremap(at, 4096, 4096, MREMAP_FIXED, moved) == MAP_FAILED);
	SHOW(mremap(at + 1, 4096, 4096, 0) == MAP_FAILED);
	SHOW(mremap(at, 4096, 0, 0) == MAP_FAILED);
	SHOW(mremap(moved, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED);
	SHOW(errno == EFAULT);
	if (fork() == 0) { // a copy of a moved area is the child's own
		strcpy(at, "child");
		_exit(0);
	}
	wait(NULL);
	printf("%s\n", at);
	int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
	ftruncate(fd, 4 * 4096);
	char *file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
	strcpy(file, "in the file");
	file = mremap(file, 4096, 2 * 4096, MREMAP_MAYMOVE);
	strcpy(file + 4096, "and behind");
	char bytes[16];
	SHOW(pread(fd, bytes, 16, 4096));
	printf("%s\n", bytes);
	SHOW(pread(fd, bytes, 16, 8192));
	printf("%s\n", bytes);
	SHOW(msync(file, 2 * 4096, MS_SYNC));
	SHOW(msync(file, 2 * 4096, MS_SYNC | MS_ASYNC));
	SHOW(msync(file + 1, 4096, MS_SYNC));
	SHOW(mlock(file, 4096));
	SHOW(munlock(file, 4096));
	munmap(file, 2 * 4096);
	SHOW(mlock(file, 4096));
	SHOW(msync(file, 4096, MS_SYNC));
	int only = open("mapped", O_RDONLY);
	char *view = mmap(NULL, 4096, PROT_READ, MAP_SHARED, only, 0);
	SHOW(mprotect(view, 4096, PROT_READ | PROT_WRITE));
	char *copy = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, only, 0);
	SHOW(mprotect(copy, 4096, PROT_READ | PROT_WRITE));
	close(fd), close(only);
}

static void files(void)
{
	struct statx status;
	struct stat plain;
	char a[8] = "", b[8] = "";
	struct iovec vectors[2] = {{a, 3}, {b, 4}};
	int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0640), out = open("g", O_RDWR | O_CREAT | O_TRUNC, 0644), ends[2];
	pipe(ends);
	write(fd, "0123456789", 10);
	SHOW(preadv(fd, vectors, 2, 2));
	printf("%s %s\n", a, b);
	SHOW(pwritev(fd, vectors, 2, 20));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(preadv(ends[0], vectors, 2, 0));
	SHOW(preadv(fd, vectors, 2, -5));
	SHOW(preadv2(fd, vectors, 2, -1, 0));
	SHOW(preadv2(fd, vectors, 2, 0, 0x1000));
	SHOW(statx(AT_FDCWD, "f", 0, STATX_ALL, &status));
	SHOW(status.stx_size);
	SHOW(status.stx_mode);
	SHOW((status.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
	SHOW(statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &status));
	SHOW(statx(AT_FDCWD, "none", 0, 0, &status));
	SHOW(statx(AT_FDCWD, "f", 0x8000000, 0, &status));
	SHOW(statx(AT_FDCWD, "f", 0, 0x80000000u, &status));
	struct utimbuf old = {100, 200};
	struct timeval times[2] = {{300, 5}, {400, 6}}, bad[2] = {{0, 1000000}};
	SHOW(utime("f", &old));
	stat("f", &plain);
	printf("%ld %ld\n", plain.st_atim.tv_sec, plain.st_mtim.tv_sec);
	SHOW(utimes("f", times));
	stat("f", &plain);
	printf("%ld.%ld %ld.%ld\n", plain.st_atim.tv_sec, plain.st_atim.tv_nsec, plain.st_mtim.tv_sec, plain.st_mtim.tv_nsec);
	SHOW(utimes("f", bad));
	SHOW(utime("none", NULL));
	SHOW(fallocate(fd, 0, 0, 100));
	SHOW(lseek(fd, 0, SEEK_END));
	SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 200));
	SHOW(lseek(fd, 0, SEEK_END));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1, 3));
	SHOW(pread(fd, a, 6, 0));
	printf("%c%d%d%d%c%c\n", a[0], a[1], a[2], a[3], a[4], a[5]);
	SHOW(fallocate(fd, 0, -1, 5));
	SHOW(fallocate(fd, 0, 5, 0));
	SHOW(fallocate(fd, 0, INT64_MAX, 5));
	SHOW(fallocate(ends[1], 0, 0, 5));
	SHOW(fallocate(99, 0, 0, 5));
	SHOW(posix_fadvise(fd, 0, 10, POSIX_FADV_WILLNEED));
	SHOW(posix_fadvise(fd, 0, 10, 77) == EINVAL);
	SHOW(posix_fadvise(ends[0], 0, 10, 0) == ESPIPE);
	SHOW(readahead(fd, 0, 10));
	SHOW(sync_file_range(fd, 0, 10, 7));
	SHOW(syncfs(fd));
	SHOW(syncfs(99));
	off_t from = 4, to = 2;
	SHOW(copy_file_range(fd, &from, out, &to, 5, 0));
	printf("%ld %ld\n", (long)from, (long)to);
	SHOW(copy_file_range(fd, &from, fd, &to, 50, 0));
	SHOW(copy_file_range(fd, &from, out, &to, 5, 1));
	SHOW(copy_file_range(fd, &from, ends[1], NULL, 5, 0));
	lseek(fd, 95, SEEK_SET);
	SHOW(copy_file_range(fd, NULL, out, NULL, 50, 0));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(out, 0, SEEK_END));
	int memory = memfd_create("m", MFD_CLOEXEC);
	SHOW(fcntl(memory, F_GETFD));
	SHOW(write(memory, "in memory", 9));
	SHOW(fstat(memory, &plain));
	SHOW(plain.st_nlink);
	SHOW(plain.st_mode);
	SHOW(memfd_create("m", 0x100));
	SHOW(fcntl(memory, F_DUPFD, 40));
	SHOW(close_range(39, 41, CLOSE_RANGE_CLOEXEC));
	SHOW(fcntl(40, F_GETFD));
	SHOW(close_range(40, ~0u, 0));
	SHOW(fcntl(40, F_GETFD));
	SHOW(close_range(5, 4, 0));
	SHOW(close_range(5, 6, 99));
}

int main(int argc, char **argv)
{
	if (begin(argc > 1 ? argv[1] : NULL) != 0)
		return 2;
	printf("-------- waitid\n");
	waiting();
	printf("-------- timers\n");
	timers();
	printf("-------- signals\n");
	signals();
	printf("-------- futexes\n");
	futexes();
	printf("-------- ids\n");
	ids();
	printf("-------- memory\n");
	memory();
	printf("-------- files\n");
	files();
	return 0;
}
