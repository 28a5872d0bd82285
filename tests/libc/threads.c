// threads.c: threads of our C library, pushed until something gives: each check prints a line. Runs here and in the guest.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {{"mutex", test_mutex}, {"condition", test_condition}, {"rwlock", test_rwlock}, {"barrier", test_barrier}, {"semaphore", test_semaphore},
		     {"once and keys", test_once_and_keys}, {"memory and streams", test_memory_and_streams}, {"rest", test_rest}};
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		int before = failures;
		tests[i].run();
		printf("%s %s\n", failures == before ? "ok" : "FAIL", tests[i].name);
		fflush(stdout);
	}
	return failures != 0;
}
