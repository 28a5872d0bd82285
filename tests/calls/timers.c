// timers.c: timer_create(2) and its kin, setitimer(2) on CPU time, clocks of CPU time: each call printed with its result. The same static
// binary ran on Linux 6.1: timers.expected is what it printed there. Moments are compared with wide bounds: the machine may be slow.
#include "tests/calls/begin.h"
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#define MS 1000000l
#define create(clock, event, id) syscall(SYS_timer_create, (long)(clock), event, id)
#define settime(id, flags, new, old) syscall(SYS_timer_settime, (long)(id), (long)(flags), new, old)
#define gettime(id, now) syscall(SYS_timer_gettime, (long)(id), now)
#define getoverrun(id) syscall(SYS_timer_getoverrun, (long)(id))
#define delete(id) syscall(SYS_timer_delete, (long)(id))

static volatile int fired;
static void count(int signal) { fired++; }

static long now_of(clockid_t clock)
{
	struct timespec now = {0};
	return clock_gettime(clock, &now) == 0 ? now.tv_sec * 1000000000 + now.tv_nsec : -1;
}

static struct itimerspec spec(long value, long interval)
{
	return (struct itimerspec){{interval / 1000000000, interval % 1000000000}, {value / 1000000000, value % 1000000000}};
}

static void nap(long ns) { clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){ns / 1000000000, ns % 1000000000}, NULL); }
static void spin(long ns) { for (long end = now_of(CLOCK_THREAD_CPUTIME_ID) + ns; now_of(CLOCK_THREAD_CPUTIME_ID) < end;) {} }

static sigset_t set_of(int signal)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal);
	return set;
}

static void block(int signal, int how)
{
	sigset_t set = set_of(signal);
	sigprocmask(how, &set, NULL);
}

// Takes a signal within a second: its siginfo in *info. The signal, or -1.
static int take(int signal, siginfo_t *info)
{
	sigset_t set = set_of(signal);
	memset(info, 0, sizeof(*info));
	return sigtimedwait(&set, info, &(struct timespec){1, 0});
}

// The same within so long.
static int take_within(int signal, siginfo_t *info, long ns)
{
	sigset_t set = set_of(signal);
	return sigtimedwait(&set, info, &(struct timespec){0, ns});
}

static int make(clockid_t clock, int notify, int signal, long value)
{
	struct sigevent event = {.sigev_notify = notify, .sigev_signo = signal};
	int id = -1;
	event.sigev_value.sival_ptr = (void *)value;
	event._sigev_un._tid = syscall(SYS_gettid);
	return create(clock, &event, &id) == 0 ? id : -1;
}

static void errors(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec time = spec(0, 0);
	int id = -1;
	SHOW(create(99, NULL, &id));
	SHOW(create(CLOCK_MONOTONIC_RAW, NULL, &id));
	SHOW(create(CLOCK_REALTIME_COARSE, NULL, &id));
	SHOW(create(CLOCK_MONOTONIC, (void *)8, &id));
	SHOW(create(CLOCK_MONOTONIC, NULL, (void *)8));
	event.sigev_signo = 0;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	event.sigev_signo = 65;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	event.sigev_notify = SIGEV_NONE;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	SHOW(delete(id));
	event.sigev_notify = 3;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	event.sigev_notify = SIGEV_THREAD_ID | SIGEV_THREAD;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	event.sigev_notify = SIGEV_THREAD_ID, event.sigev_signo = SIGUSR1, event._sigev_un._tid = 1;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	event._sigev_un._tid = 0;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	SHOW(create(CLOCK_MONOTONIC, NULL, &id));
	SHOW(settime(id, 0, NULL, NULL));
	SHOW(settime(id, 0, (void *)8, NULL));
	time.it_value.tv_nsec = 1000000000;
	SHOW(settime(id, 0, &time, NULL));
	time.it_value.tv_nsec = -1;
	SHOW(settime(id, 0, &time, NULL));
	time.it_value.tv_nsec = 0, time.it_value.tv_sec = -1;
	SHOW(settime(id, 0, &time, NULL));
	time.it_value.tv_sec = 0;
	SHOW(settime(id, 0, &time, (void *)8));
	SHOW(settime(12345, 0, &time, NULL));
	SHOW(settime(-1, 0, &time, NULL));
	SHOW(gettime(id, (void *)8));
	SHOW(gettime(12345, &time));
	SHOW(getoverrun(12345));
	SHOW(getoverrun(id));
	SHOW(delete(id));
	SHOW(delete(id));
	SHOW(gettime(id, &time));
}

static void signals(void)
{
	struct itimerspec time, old;
	siginfo_t info;
	block(SIGUSR1, SIG_BLOCK);
	int id = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0x1122334455667788), other;
	time = spec(10 * MS, 0);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(take(SIGUSR1, &info));
	SHOW(info.si_code);
	SHOW(info.si_errno);
	SHOW(info.si_timerid == id);
	SHOW(info.si_overrun);
	SHOW((long)info.si_value.sival_ptr == 0x1122334455667788);
	SHOW(gettime(id, &time));
	TRUTH(time.it_value.tv_sec == 0 && time.it_value.tv_nsec == 0);
	// many expirations, one signal
	time = spec(10 * MS, 10 * MS);
	SHOW(settime(id, 0, &time, NULL));
	nap(105 * MS);
	SHOW(gettime(id, &time));
	TRUTH(time.it_interval.tv_nsec == 10 * MS && time.it_value.tv_nsec > 0 && time.it_value.tv_nsec <= 10 * MS);
	SHOW(take(SIGUSR1, &info));
	TRUTH(info.si_overrun >= 8 && info.si_overrun < 500);
	TRUTH(getoverrun(id) == info.si_overrun);
	SHOW(take(SIGUSR1, &info));
	TRUTH(info.si_overrun >= 0 && info.si_overrun < 100);
	time = spec(0, 50 * MS);
	SHOW(settime(id, 0, &time, &old));
	TRUTH(old.it_interval.tv_nsec == 10 * MS && old.it_value.tv_nsec > 0);
	SHOW(getoverrun(id));
	SHOW(gettime(id, &time));
	TRUTH(time.it_interval.tv_nsec == 0 && time.it_value.tv_nsec == 0);
	while (take_within(SIGUSR1, &info, 0) > 0) {}
	// what was set is told
	time = spec(1000000 * MS, 3);
	SHOW(settime(id, 0, &time, &old));
	TRUTH(old.it_interval.tv_nsec == 0 && old.it_value.tv_nsec == 0 && old.it_value.tv_sec == 0);
	SHOW(settime(id, 0, &time, &old));
	TRUTH(old.it_interval.tv_nsec == 3 && old.it_value.tv_sec >= 990 && old.it_value.tv_sec < 1001);
	// two timers of one number are two signals
	other = make(CLOCK_BOOTTIME, SIGEV_SIGNAL, SIGUSR1, 7);
	time = spec(1, 0);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(settime(other, 0, &time, NULL));
	nap(50 * MS);
	SHOW(take(SIGUSR1, &info));
	int first = info.si_timerid;
	SHOW(take(SIGUSR1, &info));
	TRUTH(first + info.si_timerid == id + other && first != info.si_timerid);
	SHOW(take_within(SIGUSR1, &info, 0));
	SHOW(delete(other));
	// a moment
	time = spec(now_of(CLOCK_MONOTONIC) + 20 * MS, 0);
	SHOW(settime(id, TIMER_ABSTIME, &time, NULL));
	SHOW(gettime(id, &old));
	TRUTH(old.it_value.tv_sec == 0);
	SHOW(take(SIGUSR1, &info));
	TRUTH(now_of(CLOCK_MONOTONIC) >= time.it_value.tv_sec * 1000000000 + time.it_value.tv_nsec);
	time = spec(1, 0); // long ago
	SHOW(settime(id, TIMER_ABSTIME, &time, NULL));
	SHOW(take(SIGUSR1, &info));
	SHOW(info.si_overrun);
	time = spec(1, 1000 * MS); // all seconds since then
	SHOW(settime(id, TIMER_ABSTIME, &time, NULL));
	SHOW(take(SIGUSR1, &info));
	TRUTH(info.si_overrun >= 0 && info.si_overrun <= now_of(CLOCK_MONOTONIC) / 1000000000 + 1);
	// deleted while its signal waits
	time = spec(1, 0);
	SHOW(settime(id, 0, &time, NULL));
	nap(30 * MS);
	SHOW(delete(id));
	SHOW(take(SIGUSR1, &info));
	SHOW(info.si_code);
	id = make(CLOCK_REALTIME, SIGEV_SIGNAL, SIGUSR1, 1);
	time = spec(now_of(CLOCK_REALTIME) + 20 * MS, 0);
	SHOW(settime(id, TIMER_ABSTIME, &time, NULL));
	SHOW(take(SIGUSR1, &info));
	TRUTH(now_of(CLOCK_REALTIME) >= time.it_value.tv_sec * 1000000000 + time.it_value.tv_nsec);
	SHOW(delete(id));
	// no event: SIGALRM, and the number as its value
	block(SIGALRM, SIG_BLOCK);
	SHOW(create(CLOCK_MONOTONIC, NULL, &id));
	time = spec(1, 0);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(take(SIGALRM, &info));
	TRUTH(info.si_timerid == id && info.si_value.sival_int == id && info.si_code == SI_TIMER);
	SHOW(delete(id));
	block(SIGALRM, SIG_UNBLOCK);
	// as a file
	sigset_t set = set_of(SIGUSR1);
	struct signalfd_siginfo read_info = {0};
	int fd = signalfd(-1, &set, 0);
	id = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 77);
	time = spec(1, 10 * MS);
	SHOW(settime(id, 0, &time, NULL));
	nap(55 * MS);
	SHOW(read(fd, &read_info, sizeof(read_info)));
	SHOW(read_info.ssi_code);
	SHOW(read_info.ssi_int);
	SHOW(read_info.ssi_pid);
	TRUTH(read_info.ssi_tid == id && read_info.ssi_overrun >= 4 && read_info.ssi_overrun < 500);
	SHOW(delete(id));
	close(fd);
	while (take_within(SIGUSR1, &info, 0) > 0) {}
	block(SIGUSR1, SIG_UNBLOCK);
}

static void others(void)
{
	struct itimerspec time;
	siginfo_t info;
	// nobody is told
	int id = make(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	time = spec(20 * MS, 0);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(gettime(id, &time));
	TRUTH(time.it_value.tv_nsec <= 20 * MS);
	nap(30 * MS);
	SHOW(gettime(id, &time));
	TRUTH(time.it_value.tv_nsec == 0);
	time = spec(20 * MS, 30 * MS);
	SHOW(settime(id, 0, &time, NULL));
	nap(25 * MS);
	SHOW(gettime(id, &time));
	TRUTH(time.it_value.tv_nsec > 0 && time.it_value.tv_nsec <= 30 * MS);
	SHOW(getoverrun(id) >= 0);
	SHOW(delete(id));
	// ignored, then not: what was missed is counted
	signal(SIGUSR2, SIG_IGN);
	id = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR2, 0);
	time = spec(10 * MS, 10 * MS);
	SHOW(settime(id, 0, &time, NULL));
	nap(105 * MS);
	block(SIGUSR2, SIG_BLOCK);
	signal(SIGUSR2, count);
	SHOW(take(SIGUSR2, &info));
	TRUTH(info.si_overrun >= 5 && info.si_overrun < 500);
	SHOW(delete(id));
	while (take_within(SIGUSR2, &info, 0) > 0) {}
	block(SIGUSR2, SIG_UNBLOCK);
	// as short as can be: the machine goes on
	id = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR2, 0);
	time = spec(1, 1);
	fired = 0;
	SHOW(settime(id, 0, &time, NULL));
	for (long end = now_of(CLOCK_MONOTONIC) + 100 * MS; now_of(CLOCK_MONOTONIC) < end;) {}
	SHOW(delete(id));
	TRUTH(fired > 5);
	// how many
	setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){5, 5000});
	int ids[8], made = 0;
	while (made < 8 && create(CLOCK_MONOTONIC, NULL, &ids[made]) == 0)
		made++;
	SHOW(made);
	SHOW(errno);
	while (made > 0)
		delete(ids[--made]);
	setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){5000, 5000});
}

static volatile int worker_tid, worker_took, stop;
static void *worker(void *unused)
{
	siginfo_t info;
	worker_tid = syscall(SYS_gettid);
	worker_took = take(SIGUSR1, &info) == SIGUSR1 && info.si_code == SI_TIMER;
	while (!stop)
		nap(MS);
	return NULL;
}

static void *spinner(void *unused)
{
	while (!stop) {}
	return NULL;
}

static void threads(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	struct itimerspec time = spec(10 * MS, 0);
	pthread_t thread;
	siginfo_t info;
	int id;
	block(SIGUSR1, SIG_BLOCK);
	stop = 0;
	pthread_create(&thread, NULL, worker, NULL);
	while (worker_tid == 0)
		sched_yield();
	event._sigev_un._tid = worker_tid;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	SHOW(settime(id, 0, &time, NULL));
	SHOW(take_within(SIGUSR1, &info, 200 * MS)); // not ours
	SHOW(worker_took);
	stop = 1;
	pthread_join(thread, NULL);
	time = spec(MS, MS);
	SHOW(settime(id, 0, &time, NULL)); // it has ended
	nap(20 * MS);
	SHOW(take_within(SIGUSR1, &info, 0));
	SHOW(delete(id));
	event._sigev_un._tid = worker_tid;
	SHOW(create(CLOCK_MONOTONIC, &event, &id));
	// another thread's CPU time, and the whole process's
	stop = 0;
	pthread_create(&thread, NULL, spinner, NULL);
	clockid_t clock = -1;
	SHOW(pthread_getcpuclockid(thread, &clock));
	long before = now_of(clock), own = now_of(CLOCK_THREAD_CPUTIME_ID), all = now_of(CLOCK_PROCESS_CPUTIME_ID);
	id = make(clock, SIGEV_SIGNAL, SIGUSR1, 5);
	time = spec(30 * MS, 0);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(take(SIGUSR1, &info));
	TRUTH(now_of(clock) - before >= 30 * MS);
	TRUTH(now_of(CLOCK_PROCESS_CPUTIME_ID) - all >= 30 * MS);
	TRUTH(now_of(CLOCK_THREAD_CPUTIME_ID) - own < 500 * MS);
	stop = 1;
	pthread_join(thread, NULL);
	while (now_of(clock) >= 0)
		nap(MS);
	SHOW(settime(id, 0, &time, NULL));
	SHOW(delete(id));
	block(SIGUSR1, SIG_UNBLOCK);
}

static void cpu_time(void)
{
	struct itimerspec time;
	struct timespec resolution;
	siginfo_t info;
	block(SIGUSR1, SIG_BLOCK);
	clockid_t clocks[3] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, -1};
	SHOW(clock_getcpuclockid(0, &clocks[2]));
	for (int i = 0; i < 3; i++) {
		int id = make(clocks[i], SIGEV_SIGNAL, SIGUSR1, i);
		long before = now_of(clocks[i]);
		time = spec(40 * MS, 0);
		SHOW(settime(id, 0, &time, NULL));
		SHOW(take_within(SIGUSR1, &info, 100 * MS)); // it sleeps: no time goes
		SHOW(gettime(id, &time));
		TRUTH(time.it_value.tv_nsec > 0 && time.it_value.tv_nsec <= 40 * MS);
		spin(60 * MS);
		SHOW(take(SIGUSR1, &info));
		SHOW(info.si_code);
		TRUTH(now_of(clocks[i]) - before >= 40 * MS);
		time = spec(5 * MS, 5 * MS);
		SHOW(settime(id, 0, &time, NULL));
		spin(60 * MS);
		SHOW(take(SIGUSR1, &info));
		TRUTH(info.si_overrun >= 3 && info.si_overrun < 60);
		time = spec(1, 0); // long ago
		SHOW(settime(id, TIMER_ABSTIME, &time, NULL));
		SHOW(take(SIGUSR1, &info));
		SHOW(delete(id));
		while (take_within(SIGUSR1, &info, 0) > 0) {}
	}
	block(SIGUSR1, SIG_UNBLOCK);
	// clocks by number
	fflush(stdout);
	int pid = fork();
	if (pid == 0)
		for (;;) {}
	clockid_t child = -1;
	SHOW(clock_getcpuclockid(pid, &child));
	while (now_of(child) < 20 * MS)
		nap(MS);
	long first = now_of(child);
	while (now_of(~(unsigned)pid << 3 | 1) == 0 || now_of(~(unsigned)pid << 3 | 0) == 0) // Linux counts these two by ticks
		nap(MS);
	TRUTH(now_of(~(unsigned)pid << 3 | 1) > 0 && now_of(~(unsigned)pid << 3 | 0) > 0);
	SHOW(now_of(~(unsigned)pid << 3 | 3));
	SHOW(now_of(~(unsigned)pid << 3 | 6)); // a thread of another process
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	TRUTH(first >= 20 * MS);
	SHOW(now_of(child));
	SHOW(clock_getcpuclockid(pid, &child));
	SHOW(create(child, NULL, &pid));
	SHOW(clock_getres(CLOCK_PROCESS_CPUTIME_ID, &resolution));
	SHOW(resolution.tv_nsec);
	SHOW(clock_settime(CLOCK_PROCESS_CPUTIME_ID, &resolution));
	// sleeping by it
	pthread_t thread;
	struct timespec short_time = {0, 50 * MS}, past = {0, 1}, rest = {0, 0};
	SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &short_time, NULL));
	SHOW(clock_nanosleep((int)(~(unsigned)syscall(SYS_gettid) << 3 | 6), 0, &short_time, NULL));
	SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &past, NULL));
	signal(SIGALRM, count);
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 100000}}, NULL);
	SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &short_time, &rest)); // nobody works
	TRUTH(rest.tv_sec == 0 && rest.tv_nsec > 0 && rest.tv_nsec <= 50 * MS);
	stop = 0;
	pthread_create(&thread, NULL, spinner, NULL);
	long before = now_of(CLOCK_PROCESS_CPUTIME_ID);
	SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &short_time, NULL));
	TRUTH(now_of(CLOCK_PROCESS_CPUTIME_ID) - before >= 50 * MS);
	stop = 1;
	pthread_join(thread, NULL);
}

static void intervals(void)
{
	struct itimerval time = {{0, 20000}, {0, 20000}}, old;
	SHOW(setitimer(3, &time, NULL));
	SHOW(setitimer(-1, &time, NULL));
	SHOW(getitimer(3, &old));
	for (int which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++) {
		fired = 0;
		signal(which == ITIMER_VIRTUAL ? SIGVTALRM : SIGPROF, count);
		SHOW(getitimer(which, &old));
		TRUTH(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
		time = (struct itimerval){{0, 20000}, {0, 20000}};
		SHOW(setitimer(which, &time, &old));
		nap(50 * MS);
		SHOW(fired);
		while (fired < 3) {} // only user mode counts for the first
		SHOW(getitimer(which, &old));
		TRUTH(old.it_value.tv_sec == 0 && old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 24000 && old.it_interval.tv_usec == 20000);
		time = (struct itimerval){{5, 0}, {0, 0}};
		SHOW(setitimer(which, &time, &old));
		TRUTH(old.it_interval.tv_usec == 20000 && old.it_value.tv_usec > 0);
		SHOW(getitimer(which, &old));
		SHOW(old.it_interval.tv_sec);
		SHOW(old.it_value.tv_sec);
		time = (struct itimerval){{0, 0}, {0, 1000}};
		fired = 0;
		SHOW(setitimer(which, &time, NULL));
		while (fired < 1) {}
		spin(50 * MS);
		SHOW(fired);
	}
	signal(SIGALRM, count);
	time = (struct itimerval){{5, 0}, {0, 0}};
	SHOW(setitimer(ITIMER_REAL, &time, &old));
	SHOW(getitimer(ITIMER_REAL, &old));
	SHOW(old.it_interval.tv_sec);
	time = (struct itimerval){{0, 1}, {0, 1}};
	fired = 0;
	SHOW(setitimer(ITIMER_REAL, &time, NULL));
	for (long end = now_of(CLOCK_MONOTONIC) + 50 * MS; now_of(CLOCK_MONOTONIC) < end;) {}
	time = (struct itimerval){{0, 0}, {0, 0}};
	SHOW(setitimer(ITIMER_REAL, &time, NULL));
	TRUTH(fired > 5);
	signal(SIGALRM, SIG_DFL);
}

// Second life: main() comes here after exec.
static int after(int id)
{
	struct itimerspec time;
	sigset_t pending;
	sigpending(&pending);
	SHOW(sigismember(&pending, SIGUSR1)); // a timer's signal does not pass exec
	SHOW(sigismember(&pending, SIGUSR2)); // another's does
	SHOW(gettime(id, &time));
	SHOW(alarm(0) > 0); // setitimer's passes
	return 0;
}

static void family(char *directory)
{
	struct itimerspec time = spec(1, 0);
	char number[16];
	block(SIGUSR1, SIG_BLOCK);
	block(SIGUSR2, SIG_BLOCK);
	int id = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0), status;
	SHOW(settime(id, 0, &time, NULL));
	nap(30 * MS);
	fflush(stdout);
	if (fork() == 0) { // a child has none of it
		sigset_t pending;
		sigpending(&pending);
		SHOW(sigismember(&pending, SIGUSR1));
		SHOW(gettime(id, &time));
		int own = -1;
		SHOW(create(CLOCK_MONOTONIC, NULL, &own));
		SHOW(own);
		_exit(0);
	}
	wait(NULL);
	alarm(100);
	raise(SIGUSR2);
	snprintf(number, sizeof(number), "%d", id);
	fflush(stdout);
	execl("/proc/self/exe", "timers", "after", number, NULL);
}

int main(int count, char **arguments)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count == 3 && strcmp(arguments[1], "after") == 0)
		return after(atoi(arguments[2]));
	if (count != 2 || begin(arguments[1]) != 0)
		return 1;
	errors();
	signals();
	others();
	threads();
	cpu_time();
	intervals();
	family(arguments[1]);
	return 1;
}
