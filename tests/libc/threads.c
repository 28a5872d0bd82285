// threads.c: threads of our C library, pushed until something gives: each check prints a line. Runs here and in the guest.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS 20000

static int failures;
#define CHECK(condition)                                                                                           \
	do {                                                                                                       \
		if (!(condition)) {                                                                                \
			failures++;                                                                                \
			printf("FAIL %s:%d: %s\n", __func__, __LINE__, #condition);                                \
		}                                                                                                  \
	} while (0)

static void run_all(void *(*start)(void *))
{
	pthread_t thread[THREADS];
	for (long i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, start, (void *)i) == 0);
	for (long i = 0; i < THREADS; i++) {
		void *result;
		CHECK(pthread_join(thread[i], &result) == 0 && result == (void *)i);
	}
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;
static _Thread_local long own = 7;

static void *add(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_mutex_unlock(&mutex);
		own++;
	}
	CHECK(own == 7 + ROUNDS);
	errno = 1000 + (int)(long)argument;
	usleep(1000);
	CHECK(errno == 1000 + (int)(long)argument);
	return argument;
}

static void test_mutex(void)
{
	run_all(add);
	CHECK(counter == (long)THREADS * ROUNDS && own == 7);
	pthread_mutexattr_t kind;
	pthread_mutex_t again, checked;
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&again, &kind);
	CHECK(pthread_mutex_lock(&again) == 0 && pthread_mutex_lock(&again) == 0 && pthread_mutex_trylock(&again) == 0);
	CHECK(pthread_mutex_unlock(&again) == 0 && pthread_mutex_unlock(&again) == 0 && pthread_mutex_unlock(&again) == 0);
	CHECK(pthread_mutex_unlock(&again) == EPERM);
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checked, &kind);
	CHECK(pthread_mutex_lock(&checked) == 0 && pthread_mutex_lock(&checked) == EDEADLK && pthread_mutex_trylock(&checked) == EBUSY);
	CHECK(pthread_mutex_destroy(&checked) == EBUSY && pthread_mutex_unlock(&checked) == 0 && pthread_mutex_destroy(&checked) == 0);
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += until.tv_nsec < 900000000 ? 50000000 : 0;
	pthread_mutex_lock(&mutex);
	CHECK(pthread_mutex_timedlock(&mutex, &until) == ETIMEDOUT && pthread_mutex_trylock(&mutex) == EBUSY);
	pthread_mutex_unlock(&mutex);
}

#define SLOTS 8
static long queue[SLOTS], queued, taken_sum;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER, less = PTHREAD_COND_INITIALIZER;

static void *produce_or_consume(void *argument)
{
	for (long i = 1; i <= ROUNDS / 10; i++) {
		pthread_mutex_lock(&mutex);
		if ((long)argument % 2 == 0) {
			while (queued == SLOTS)
				pthread_cond_wait(&less, &mutex);
			queue[queued++] = i;
			pthread_cond_signal(&more);
		} else {
			while (queued == 0)
				pthread_cond_wait(&more, &mutex);
			taken_sum += queue[--queued];
			pthread_cond_broadcast(&less);
		}
		pthread_mutex_unlock(&mutex);
	}
	return argument;
}

static void test_condition(void)
{
	run_all(produce_or_consume);
	CHECK(taken_sum == THREADS / 2 * (ROUNDS / 10l) * (ROUNDS / 10 + 1) / 2);
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	pthread_mutex_lock(&mutex);
	CHECK(pthread_cond_timedwait(&more, &mutex, &until) == ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
}

static pthread_rwlock_t readers = PTHREAD_RWLOCK_INITIALIZER;
static long pair[2];

static void *read_or_write(void *argument)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		if ((i + (long)argument) % 8 == 0) {
			pthread_rwlock_wrlock(&readers);
			pair[0]++;
			pair[1]++;
		} else {
			pthread_rwlock_rdlock(&readers);
			CHECK(pair[0] == pair[1]);
		}
		pthread_rwlock_unlock(&readers);
	}
	return argument;
}

static void test_rwlock(void)
{
	run_all(read_or_write);
	CHECK(pair[0] == THREADS * (ROUNDS / 4) / 8);
	CHECK(pthread_rwlock_tryrdlock(&readers) == 0 && pthread_rwlock_trywrlock(&readers) == EBUSY && pthread_rwlock_tryrdlock(&readers) == 0);
	pthread_rwlock_unlock(&readers);
	pthread_rwlock_unlock(&readers);
	CHECK(pthread_rwlock_trywrlock(&readers) == 0 && pthread_rwlock_tryrdlock(&readers) == EBUSY);
	pthread_rwlock_unlock(&readers);
}

static pthread_barrier_t barrier;
static int phase[THREADS], serial;
static pthread_spinlock_t spin;

static void *meet(void *argument)
{
	for (int i = 1; i <= 200; i++) {
		__atomic_store_n(&phase[(long)argument], i, __ATOMIC_RELEASE);
		int rc = pthread_barrier_wait(&barrier);
		for (int j = 0; j < THREADS; j++)
			CHECK(__atomic_load_n(&phase[j], __ATOMIC_ACQUIRE) >= i);
		if (rc == PTHREAD_BARRIER_SERIAL_THREAD) {
			pthread_spin_lock(&spin);
			serial++;
			pthread_spin_unlock(&spin);
		}
		pthread_barrier_wait(&barrier);
	}
	return argument;
}

static void test_barrier(void)
{
	pthread_spin_init(&spin, 0);
	CHECK(pthread_barrier_init(&barrier, NULL, 0) == EINVAL && pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	run_all(meet);
	CHECK(serial == 200);
}

static sem_t items;
static long got;

static void *post_or_wait(void *argument)
{
	for (int i = 0; i < ROUNDS / 10; i++)
		if ((long)argument % 2 == 0)
			sem_post(&items);
		else if (sem_wait(&items) == 0)
			__atomic_fetch_add(&got, 1, __ATOMIC_RELAXED);
	return argument;
}

static void test_semaphore(void)
{
	int value;
	struct timespec until;
	CHECK(sem_init(&items, 0, 2) == 0 && sem_wait(&items) == 0 && sem_trywait(&items) == 0);
	CHECK(sem_trywait(&items) == -1 && errno == EAGAIN);
	clock_gettime(CLOCK_REALTIME, &until);
	CHECK(sem_timedwait(&items, &until) == -1 && errno == ETIMEDOUT);
	run_all(post_or_wait);
	CHECK(got == THREADS / 2 * (ROUNDS / 10) && sem_getvalue(&items, &value) == 0 && value == 0);
	CHECK(sem_init(&items, 0, 0x80000000u) == -1 && errno == EINVAL);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int initialized, destroyed;
static pthread_key_t key;

static void initialize(void)
{
	usleep(1000);
	initialized++;
}

static void destroy(void *value)
{
	if (__atomic_add_fetch(&destroyed, 1, __ATOMIC_RELAXED) <= THREADS)
		pthread_setspecific(key, value); // set again by its own destructor: a second round
}

static void *use_key(void *argument)
{
	pthread_once(&once, initialize);
	CHECK(initialized == 1 && pthread_getspecific(key) == NULL);
	pthread_setspecific(key, (char *)argument + 1);
	CHECK(pthread_getspecific(key) == (char *)argument + 1);
	if ((long)argument % 2)
		pthread_exit(argument);
	return argument;
}

static void test_once_and_keys(void)
{
	CHECK(pthread_key_create(&key, destroy) == 0);
	run_all(use_key);
	CHECK(initialized == 1 && destroyed >= THREADS + 1);
	CHECK(pthread_key_delete(key) == 0 && pthread_setspecific(key, &key) == EINVAL);
}

static void *allocate(void *argument)
{
	static void *shared[64]; // blocks wander from thread to thread
	unsigned seed = (unsigned)(long)argument + 1;
	for (int i = 0; i < ROUNDS; i++) {
		seed = seed * 1103515245 + 12345;
		size_t size = seed >> 16 & 1023;
		unsigned char *block = malloc(size + 16);
		CHECK(block != NULL);
		memset(block, (int)(size & 0xff), size + 16);
		*(size_t *)block = size;
		unsigned char *old = __atomic_exchange_n(&shared[seed >> 10 & 63], block, __ATOMIC_ACQ_REL);
		if (old != NULL) {
			size_t old_size = *(size_t *)old;
			CHECK(old_size < 1024 && (old_size == 0 || old[old_size + 15] == (old_size & 0xff)));
			free(old);
		}
	}
	return argument;
}

static void *print_lines(void *argument)
{
	char name[64];
	sprintf(name, "/tmp/threads.%d", getpid());
	static FILE *file;
	static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&opening);
	if (file == NULL)
		file = fopen(name, "w");
	pthread_mutex_unlock(&opening);
	for (int i = 0; i < 500; i++)
		fprintf(file, "thread %ld line %d of a shared stream\n", (long)argument, i);
	fflush(file);
	return argument;
}

static void test_memory_and_streams(void)
{
	char name[64], line[128];
	int lines = 0, number, thread, whole = 1;
	run_all(allocate);
	run_all(print_lines);
	sprintf(name, "/tmp/threads.%d", getpid());
	FILE *file = fopen(name, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		int end = 0;
		sscanf(line, "thread %d line %d of a shared stream\n%n", &thread, &number, &end);
		whole &= end == (int)strlen(line);
		lines++;
	}
	CHECK(lines == THREADS * 500 && whole);
	if (file != NULL)
		fclose(file);
	unlink(name);
}

static sem_t seen;
static volatile pthread_t handled_by;

static void handle(int number)
{
	handled_by = pthread_self();
	sem_post(&seen);
}

static void *wait_signal(void *argument)
{
	while (handled_by == NULL)
		usleep(1000);
	return NULL;
}

static void *do_nothing(void *argument)
{
	return NULL;
}

static void test_rest(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	size_t size;
	int state;
	pthread_attr_init(&attributes);
	CHECK(pthread_attr_setstacksize(&attributes, 1000) == EINVAL && pthread_attr_setstacksize(&attributes, 65536) == 0);
	CHECK(pthread_attr_getstacksize(&attributes, &size) == 0 && size == 65536);
	CHECK(pthread_attr_setdetachstate(&attributes, 9) == EINVAL && pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
	CHECK(pthread_attr_getdetachstate(&attributes, &state) == 0 && state == PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 300; i++)
		CHECK(pthread_create(&thread, &attributes, do_nothing, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, do_nothing, NULL) == 0);
	CHECK(pthread_detach(thread) == 0);
	sem_init(&seen, 0, 0);
	signal(SIGUSR1, handle);
	CHECK(pthread_create(&thread, NULL, wait_signal, NULL) == 0 && pthread_kill(thread, SIGUSR1) == 0);
	while (sem_wait(&seen) != 0)
		;
	CHECK(pthread_equal(handled_by, thread) && !pthread_equal(pthread_self(), thread));
	CHECK(pthread_join(thread, NULL) == 0 && pthread_join(pthread_self(), NULL) == EDEADLK);
}

// -------- cancellation

static int handled, ends[2];
static sem_t ready;
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void count_handler(void *argument)
{
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void unlock_handler(void *argument)
{
	CHECK(pthread_mutex_trylock(argument) == EBUSY); // it is held: by us
	pthread_mutex_unlock(argument);
	count_handler(NULL);
}

static void *block_in_read(void *argument)
{
	char byte;
	pthread_cleanup_push(count_handler, NULL);
	sem_post(&ready);
	for (;;)
		CHECK(read(ends[0], &byte, 1) != 0);
	pthread_cleanup_pop(0);
	return argument;
}

static void *block_in_wait(void *argument)
{
	pthread_mutex_lock(&held);
	pthread_cleanup_push(unlock_handler, &held);
	sem_post(&ready);
	for (;;)
		pthread_cond_wait(&never, &held);
	pthread_cleanup_pop(0);
	return argument;
}

static sem_t nothing;
static void *block_in_sem(void *argument)
{
	sem_post(&ready);
	sem_wait(&nothing);
	return argument;
}

static void *block_in_sleep(void *argument)
{
	sem_post(&ready);
	sleep(1000);
	return argument;
}

static void *block_in_sigsuspend(void *argument)
{
	sigset_t none;
	sigemptyset(&none);
	sem_post(&ready);
	sigsuspend(&none);
	return argument;
}

static void *block_in_join(void *argument)
{
	sem_post(&ready);
	pthread_join(*(pthread_t *)argument, NULL);
	return argument;
}

static void *spin_for_ever(void *argument)
{
	int old = 9;
	CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old) == 0 && old == PTHREAD_CANCEL_DEFERRED);
	pthread_cleanup_push(count_handler, NULL);
	sem_post(&ready);
	for (;;)
		;
	pthread_cleanup_pop(0);
	return argument;
}

static void *not_now(void *argument)
{
	int old = 9;
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) == 0 && old == PTHREAD_CANCEL_ENABLE);
	sem_post(&ready);
	while (sem_wait(&nothing) != 0) // the signal does not end it
		;
	CHECK(pthread_setcancelstate(7, NULL) == EINVAL && pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
	handled += 100;
	pthread_testcancel();
	return argument;
}

static void cancel_one(void *(*start)(void *), void *argument)
{
	pthread_t thread;
	void *result;
	CHECK(pthread_create(&thread, NULL, start, argument) == 0);
	sem_wait(&ready);
	usleep(2000);
	CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
}

static int cancel_sent;
static void in_handler(int number)
{
	sem_post(&seen);
	while (!__atomic_load_n(&cancel_sent, __ATOMIC_ACQUIRE))
		;
	for (volatile int i = 0; i < 1000000; i++) // no cancellation point
		;
}

static void test_cancel(void)
{
	pthread_t thread, other;
	void *result;
	sem_init(&ready, 0, 0);
	sem_init(&nothing, 0, 0);
	CHECK(pipe(ends) == 0);
	cancel_one(block_in_read, NULL);
	cancel_one(block_in_wait, NULL);
	CHECK(handled == 2 && pthread_mutex_trylock(&held) == 0 && pthread_mutex_unlock(&held) == 0);
	cancel_one(block_in_sem, NULL);
	cancel_one(block_in_sleep, NULL);
	cancel_one(block_in_sigsuspend, NULL);
	cancel_one(spin_for_ever, NULL);
	CHECK(handled == 3 && nothing.waiting == 0);
	CHECK(pthread_create(&other, NULL, block_in_read, NULL) == 0);
	sem_wait(&ready);
	cancel_one(block_in_join, &other);
	// While another signal's handler runs above a call that starts again
	sem_init(&seen, 0, 0);
	signal(SIGUSR2, in_handler);
	pthread_kill(other, SIGUSR2);
	sem_wait(&seen);
	CHECK(pthread_cancel(other) == 0);
	__atomic_store_n(&cancel_sent, 1, __ATOMIC_RELEASE);
	CHECK(pthread_join(other, &result) == 0 && result == PTHREAD_CANCELED);
	CHECK(pthread_create(&thread, NULL, not_now, NULL) == 0);
	sem_wait(&ready);
	pthread_cancel(thread);
	usleep(2000);
	sem_post(&nothing);
	CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED && handled == 104);
	// No window between the look and the call: whenever it comes, it ends
	for (int i = 0; i < 300; i++) {
		CHECK(pthread_create(&thread, NULL, block_in_read, NULL) == 0);
		sem_wait(&ready);
		for (volatile int j = 0; j < i * 10; j++)
			;
		CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
	}
	CHECK(handled == 404);
}

// -------- shared with another process

struct shared {
	pthread_mutex_t mutex, robust;
	pthread_cond_t condition;
	pthread_rwlock_t lock;
	pthread_barrier_t barrier;
	sem_t semaphore;
	long under_mutex, under_lock, turn;
};
static struct shared *shared;

static void work_shared(int self)
{
	pthread_barrier_wait(&shared->barrier);
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&shared->mutex);
		shared->under_mutex++;
		pthread_mutex_unlock(&shared->mutex);
		pthread_rwlock_wrlock(&shared->lock);
		shared->under_lock++;
		pthread_rwlock_unlock(&shared->lock);
	}
	pthread_barrier_wait(&shared->barrier);
	for (int i = 0; i < 200; i++) { // by turns
		pthread_mutex_lock(&shared->mutex);
		while (shared->turn % 2 != self)
			pthread_cond_wait(&shared->condition, &shared->mutex);
		shared->turn++;
		pthread_cond_signal(&shared->condition);
		pthread_mutex_unlock(&shared->mutex);
	}
	for (int i = 0; i < 200; i++)
		self ? sem_post(&shared->semaphore) : sem_wait(&shared->semaphore);
}

static void make_shared(void)
{
	pthread_mutexattr_t mutex_kind;
	pthread_condattr_t condition_kind;
	pthread_rwlockattr_t lock_kind;
	pthread_barrierattr_t barrier_kind;
	int value = 9;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&mutex_kind);
	pthread_condattr_init(&condition_kind);
	pthread_rwlockattr_init(&lock_kind);
	pthread_barrierattr_init(&barrier_kind);
	CHECK(pthread_mutexattr_setpshared(&mutex_kind, 2) == EINVAL && pthread_mutexattr_setpshared(&mutex_kind, PTHREAD_PROCESS_SHARED) == 0);
	CHECK(pthread_mutexattr_getpshared(&mutex_kind, &value) == 0 && value == PTHREAD_PROCESS_SHARED);
	CHECK(pthread_mutexattr_setprotocol(&mutex_kind, PTHREAD_PRIO_INHERIT) == ENOTSUP && pthread_mutexattr_setprotocol(&mutex_kind, PTHREAD_PRIO_NONE) == 0);
	pthread_condattr_setpshared(&condition_kind, PTHREAD_PROCESS_SHARED);
	pthread_rwlockattr_setpshared(&lock_kind, PTHREAD_PROCESS_SHARED);
	pthread_barrierattr_setpshared(&barrier_kind, PTHREAD_PROCESS_SHARED);
	CHECK(pthread_mutex_init(&shared->mutex, &mutex_kind) == 0 && pthread_cond_init(&shared->condition, &condition_kind) == 0);
	CHECK(pthread_rwlock_init(&shared->lock, &lock_kind) == 0 && pthread_barrier_init(&shared->barrier, &barrier_kind, 2) == 0);
	CHECK(pthread_mutexattr_setrobust(&mutex_kind, PTHREAD_MUTEX_ROBUST) == 0 && pthread_mutex_init(&shared->robust, &mutex_kind) == 0);
	CHECK(sem_init(&shared->semaphore, 1, 0) == 0);
}

static int exit_of(pid_t pid)
{
	int status;
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void test_shared(void)
{
	make_shared();
	pid_t pid = fork();
	if (pid == 0) {
		work_shared(1);
		_exit(0);
	}
	work_shared(0);
	CHECK(exit_of(pid) == 0 && shared->turn == 400 && shared->under_mutex == 4000 && shared->under_lock == 4000);
	sem_t *named = sem_open("/threads.test", O_CREAT | O_EXCL, 0600, 1), *again = sem_open("/threads.test", 0);
	CHECK(named != SEM_FAILED && named == again && sem_trywait(named) == 0 && sem_close(again) == 0);
	CHECK(sem_open("/threads.test", O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST && sem_open("/a/b", 0) == SEM_FAILED && errno == EINVAL);
	if ((pid = fork()) == 0)
		_exit(sem_post(sem_open("/threads.test", O_CREAT, 0600, 5)));
	CHECK(sem_wait(named) == 0 && exit_of(pid) == 0 && sem_unlink("/threads.test") == 0 && sem_close(named) == 0 && sem_close(named) == -1);
	CHECK(sem_open("/threads.test", 0) == SEM_FAILED && errno == ENOENT);
	int fd = shm_open("/threads.memory", O_RDWR | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0 && ftruncate(fd, 100) == 0 && close(fd) == 0 && shm_unlink("/threads.memory") == 0 && shm_open("/threads.memory", O_RDONLY, 0) == -1);
}

static void *die_holding(void *argument)
{
	CHECK(pthread_mutex_lock(&shared->robust) == 0 && pthread_mutex_trylock(&shared->robust) != 0);
	usleep(2000);
	return argument;
}

static pthread_mutex_t row[3];
static void *die_with_two(void *argument)
{
	for (int i = 0; i < 3; i++)
		CHECK(pthread_mutex_lock(&row[i]) == 0);
	CHECK(pthread_mutex_unlock(&row[1]) == 0);
	memset(&row[1], 0x5a, sizeof(row[1])); // what was given back is no longer in the list
	return argument;
}

static void test_robust(void)
{
	pthread_t thread;
	pthread_mutexattr_t kind;
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
	for (int i = 0; i < 3; i++)
		pthread_mutex_init(&row[i], &kind);
	CHECK(pthread_create(&thread, NULL, die_with_two, NULL) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_mutex_trylock(&row[2]) == EOWNERDEAD && pthread_mutex_trylock(&row[0]) == EOWNERDEAD);
	for (int i = 0; i < 3; i++) { // a thread, then a process, then a process that is killed
		pid_t pid = 0;
		if (i == 0)
			CHECK(pthread_create(&thread, NULL, die_holding, NULL) == 0);
		else if ((pid = fork()) == 0) {
			die_holding(NULL);
			if (i == 2)
				kill(getpid(), SIGKILL);
			_exit(0);
		}
		usleep(1000);
		int rc = pthread_mutex_lock(&shared->robust);
		if (rc == 0) { // we were first
			pthread_mutex_unlock(&shared->robust);
			if (i == 0)
				pthread_join(thread, NULL);
			else
				exit_of(pid);
			rc = pthread_mutex_lock(&shared->robust);
		} else if (i == 0) {
			pthread_join(thread, NULL);
		} else {
			exit_of(pid);
		}
		CHECK(rc == EOWNERDEAD && pthread_mutex_consistent(&shared->robust) == 0 && pthread_mutex_consistent(&shared->robust) == EINVAL);
		CHECK(pthread_mutex_unlock(&shared->robust) == 0 && pthread_mutex_lock(&shared->robust) == 0 && pthread_mutex_unlock(&shared->robust) == 0);
	}
	CHECK(pthread_create(&thread, NULL, die_holding, NULL) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_mutex_trylock(&shared->robust) == EOWNERDEAD && pthread_mutex_unlock(&shared->robust) == 0);
	CHECK(pthread_mutex_lock(&shared->robust) == ENOTRECOVERABLE && pthread_mutex_unlock(&shared->robust) == EPERM);
}

static int order[6], ordered;
static void before_one(void) { order[ordered++] = 1; }
static void before_two(void) { order[ordered++] = 2; }
static void after_one(void) { order[ordered++] = 3; }
static void after_two(void) { order[ordered++] = 4; }
static void child_one(void) { order[ordered++] = 5; }

static void *stack_of(void *argument)
{
	char here;
	CHECK(&here > (char *)argument && &here < (char *)argument + 131072);
	return argument;
}

static void test_fork_and_attributes(void)
{
	CHECK(pthread_atfork(before_one, after_one, child_one) == 0 && pthread_atfork(before_two, after_two, NULL) == 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(ordered == 3 && order[0] == 2 && order[1] == 1 && order[2] == 5 ? 0 : 1);
	CHECK(ordered == 4 && order[0] == 2 && order[1] == 1 && order[2] == 3 && order[3] == 4 && exit_of(pid) == 0);
	static char stack[131072] __attribute__((aligned(16)));
	pthread_attr_t attributes;
	pthread_t thread;
	void *place, *result;
	size_t size;
	int value = 9;
	struct sched_param parameter = {5};
	pthread_attr_init(&attributes);
	CHECK(pthread_attr_setstack(&attributes, stack, 100) == EINVAL && pthread_attr_setstack(&attributes, stack, sizeof(stack)) == 0);
	CHECK(pthread_attr_getstack(&attributes, &place, &size) == 0 && place == stack && size == sizeof(stack));
	for (int i = 0; i < 20; i++)
		CHECK(pthread_create(&thread, &attributes, stack_of, stack) == 0 && pthread_join(thread, &result) == 0 && result == stack);
	CHECK(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_PROCESS) == ENOTSUP && pthread_attr_getscope(&attributes, &value) == 0 && value == PTHREAD_SCOPE_SYSTEM);
	CHECK(pthread_attr_setschedpolicy(&attributes, SCHED_FIFO) == ENOTSUP && pthread_attr_setschedparam(&attributes, &parameter) == ENOTSUP);
	CHECK(pthread_attr_setinheritsched(&attributes, 2) == EINVAL && pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
	CHECK(pthread_getschedparam(pthread_self(), &value, &parameter) == 0 && value == SCHED_OTHER && parameter.sched_priority == 0);
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	CHECK(pthread_rwlock_wrlock(&readers) == 0 && pthread_rwlock_timedrdlock(&readers, &until) == ETIMEDOUT && pthread_rwlock_timedwrlock(&readers, &until) == ETIMEDOUT);
	until.tv_nsec = -1;
	CHECK(pthread_rwlock_timedrdlock(&readers, &until) == EINVAL && pthread_rwlock_unlock(&readers) == 0);
	CHECK(pthread_rwlock_timedrdlock(&readers, &until) == 0 && pthread_rwlock_unlock(&readers) == 0);
}

static sem_t told;
static pthread_t told_by[3];
static int told_count, told_leave;

static void tell(union sigval value)
{
	int i = __atomic_fetch_add(&told_count, 1, __ATOMIC_SEQ_CST);
	if (i < 3)
		told_by[i] = pthread_self();
	CHECK(value.sival_ptr == &told);
	sem_post(&told);
	if (told_leave)
		pthread_exit(NULL); // ends this notification only
	sem_wait(&told); // holds its thread: the next comes in another
	sem_post(&told);
}

static void test_timers(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = tell, .sigev_value.sival_ptr = &told};
	struct itimerspec time = {{0, 5000000}, {0, 5000000}}, left;
	timer_t timer, plain;
	siginfo_t info;
	sigset_t set, old;
	sem_init(&told, 0, 0);
	for (told_leave = 1; told_leave >= 0; told_leave--) {
		CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &time, NULL) == 0);
		for (int i = 0; i < 3; i++)
			CHECK(sem_wait(&told) == 0);
		CHECK(timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 5000000 && timer_getoverrun(timer) >= 0);
		CHECK(timer_delete(timer) == 0);
	}
	CHECK(told_count >= 6 && !pthread_equal(told_by[0], pthread_self()));
	sem_post(&told);
	sigemptyset(&set), sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 5};
	CHECK(timer_create(CLOCK_REALTIME, &event, &plain) == 0 && timer_settime(plain, 0, &time, NULL) == 0);
	CHECK(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_TIMER && info.si_value.sival_int == 5 && info.si_overrun >= 0);
	CHECK(timer_delete(plain) == 0 && timer_delete(plain) == -1 && errno == EINVAL);
	while (sigtimedwait(&set, &info, &(struct timespec){0, 0}) > 0) {}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	CHECK(timer_create(99, NULL, &plain) == -1 && errno == EINVAL);
	event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = tell};
	CHECK(timer_create(99, &event, &plain) == -1 && errno == EINVAL);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {{"mutex", test_mutex}, {"condition", test_condition}, {"rwlock", test_rwlock}, {"barrier", test_barrier}, {"semaphore", test_semaphore},
		     {"once and keys", test_once_and_keys}, {"memory and streams", test_memory_and_streams}, {"rest", test_rest}, {"cancellation", test_cancel},
		     {"shared with a process", test_shared}, {"robust mutexes", test_robust}, {"fork and attributes", test_fork_and_attributes},
		     {"timers", test_timers}};
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		int before = failures;
		tests[i].run();
		printf("%s %s\n", failures == before ? "ok" : "FAIL", tests[i].name);
		fflush(stdout);
	}
	return failures != 0;
}
