// timer.c: timer_create and its kin (POSIX.1-2017). The kernel's timers send signals. For SIGEV_THREAD there is a thread beside each timer
// that takes its signal (32, which is the library's own) and starts another for every notification, with the caller's attributes.
//
// A timer_t is the kernel's number times two, or the address of a struct notifier plus one.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include "userland/libc/system.h"
#include "userland/libc/thread.h"

#define TIMER_SIGNAL 32
#define TIMER_MASK (1ul << (TIMER_SIGNAL - 1))

struct notifier {
	int number, tid, deleted;
	void (*function)(union sigval value);
	union sigval value;
	pthread_attr_t attributes;
};

static struct notifier *notifier_of(timer_t timer)
{
	return (uintptr_t)timer & 1 ? (struct notifier *)((uintptr_t)timer - 1) : NULL;
}

static int number_of(timer_t timer)
{
	const struct notifier *notifier = notifier_of(timer);
	return notifier != NULL ? notifier->number : (int)((uintptr_t)timer / 2);
}

static void *call(void *copied)
{
	struct notifier notifier = *(struct notifier *)copied;
	sigset_t none = 0;
	free(copied);
	SYSTEM(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof(none));
	notifier.function(notifier.value);
	return NULL;
}

// What cannot be started is lost, as an overrun is.
static void notify(const struct notifier *notifier)
{
	struct notifier *copy = malloc(sizeof(*copy));
	pthread_t thread;
	if (copy != NULL) {
		*copy = *notifier;
		if (pthread_create(&thread, &copy->attributes, call, copy) != 0)
			free(copy);
	}
}

static void *serve(void *argument)
{
	struct notifier *notifier = argument;
	const sigset_t wanted = TIMER_MASK;
	siginfo_t info;
	while (!__atomic_load_n(&notifier->deleted, __ATOMIC_ACQUIRE))
		if (SYSTEM(rt_sigtimedwait, &wanted, &info, 0, sizeof(wanted)) == TIMER_SIGNAL && info.si_code == SI_TIMER)
			notify(notifier);
	free(notifier);
	return NULL;
}

static int start_notifier(struct notifier *notifier)
{
	const sigset_t all = ~0ul;
	sigset_t before;
	pthread_attr_t detached;
	pthread_t thread;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	SYSTEM(rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof(all)); // the new thread inherits it
	int rc = pthread_create(&thread, &detached, serve, notifier);
	notifier->tid = rc == 0 ? thread->tid : 0;
	SYSTEM(rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof(before));
	return rc;
}

static void stop_notifier(struct notifier *notifier)
{
	int tid = notifier->tid;
	__atomic_store_n(&notifier->deleted, 1, __ATOMIC_RELEASE);
	SYSTEM(tkill, tid, TIMER_SIGNAL);
}

static int create_notified(clockid_t clock, const struct sigevent *event, timer_t *timer)
{
	struct notifier *notifier = malloc(sizeof(*notifier));
	const pthread_attr_t *wanted = event->sigev_notify_attributes;
	if (notifier == NULL)
		return -EAGAIN;
	*notifier = (struct notifier){.function = event->sigev_notify_function, .value = event->sigev_value};
	if (wanted != NULL)
		notifier->attributes = *wanted;
	else
		pthread_attr_init(&notifier->attributes);
	pthread_attr_setdetachstate(&notifier->attributes, PTHREAD_CREATE_DETACHED);
	if (start_notifier(notifier) != 0) {
		free(notifier);
		return -EAGAIN;
	}
	struct sigevent kernels = {.sigev_signo = TIMER_SIGNAL, .sigev_notify = SIGEV_THREAD_ID, .sigev_notify_thread_id = notifier->tid};
	int rc = (int)SYSTEM(timer_create, clock, &kernels, &notifier->number);
	if (rc < 0)
		stop_notifier(notifier);
	else
		*timer = (timer_t)((uintptr_t)notifier + 1);
	return rc;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer)
{
	int number;
	if (event != NULL && event->sigev_notify == SIGEV_THREAD)
		return (int)system_result(create_notified(clock, event, timer));
	long rc = SYSTEM(timer_create, clock, event, &number);
	if (rc == 0)
		*timer = (timer_t)((uintptr_t)number * 2);
	return (int)system_result(rc);
}

int timer_delete(timer_t timer)
{
	long rc = SYSTEM(timer_delete, number_of(timer));
	if (rc == 0 && notifier_of(timer) != NULL)
		stop_notifier(notifier_of(timer));
	return (int)system_result(rc);
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict new, struct itimerspec *restrict old)
{
	return (int)system_result(SYSTEM(timer_settime, number_of(timer), flags, new, old));
}

int timer_gettime(timer_t timer, struct itimerspec *now)
{
	return (int)system_result(SYSTEM(timer_gettime, number_of(timer), now));
}

int timer_getoverrun(timer_t timer)
{
	return (int)system_result(SYSTEM(timer_getoverrun, number_of(timer)));
}
