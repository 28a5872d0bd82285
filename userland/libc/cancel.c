// cancel.c: threads that are asked to end. pthread_cancel sets the thread's cancel_wanted and sends
// THREAD_SIGNAL; the thread acts when it comes to a cancellation point, which is a system call through
// system_point (cancel_point.S).
//
// No wakeup is lost: between the look at cancel_wanted and the instruction `syscall` the signal's handler
// sees from the interrupted address that the call has not begun (or starts again, for the kernel then puts
// the address back onto `syscall`), and moves the thread to cancel_here. A call that gave EINTR looks again.
// When the thread was elsewhere, perhaps in another signal's handler above a call that starts again, the
// signal is left pending behind that handler's mask and comes back with it.
//
// A call that has had an effect is past cancel_end, so nothing that was read or opened gets lost.
#define HOOK
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include "userland/libc/system.h"
#include "userland/libc/thread.h"

_Static_assert(offsetof(struct thread, cancel_wanted) == 16 && offsetof(struct thread, cancel_disabled) == 20,
	       "cancel_point.S");
#define THREAD_SIGNAL_BIT (1ul << (THREAD_SIGNAL - 1))

extern const char cancel_begin[], cancel_end[], cancel_here[];
void cancel_now(void) __attribute__((noreturn));

void cancel_now(void)
{
	sigset_t signal = THREAD_SIGNAL_BIT;
	thread_self()->cancel_disabled = 1;
	SYSTEM(rt_sigprocmask, SIG_UNBLOCK, &signal, 0, sizeof(signal));
	pthread_exit(PTHREAD_CANCELED);
}

static bool is_due(const struct thread *self)
{
	return __atomic_load_n(&self->cancel_wanted, __ATOMIC_ACQUIRE) && !self->cancel_disabled;
}

static void handle(int number, siginfo_t *info, void *interrupted)
{
	struct thread *self = thread_self();
	ucontext_t *context = interrupted;
	uint64_t at = context->uc_mcontext.rip;
	if (!is_due(self))
		return;
	if (self->cancel_async) {
		SYSTEM(rt_sigprocmask, SIG_SETMASK, &context->uc_sigmask, 0, sizeof(sigset_t));
		cancel_now();
	}
	if (at >= (uint64_t)cancel_begin && at < (uint64_t)cancel_end) {
		context->uc_mcontext.rip = (uint64_t)cancel_here;
		return;
	}
	context->uc_sigmask |= THREAD_SIGNAL_BIT;
	SYSTEM(tkill, thread_tid(), THREAD_SIGNAL);
}

int pthread_cancel(pthread_t thread)
{
	static int installed;
	if (!__atomic_exchange_n(&installed, 1, __ATOMIC_ACQ_REL))
		sigaction(THREAD_SIGNAL,
			  &(struct sigaction){
			      .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_RESTART, .sa_mask = ~0ul},
			  NULL);
	__atomic_store_n(&thread->cancel_wanted, 1, __ATOMIC_RELEASE);
	if (thread != thread_self())
		pthread_kill(thread, THREAD_SIGNAL);
	else if (thread->cancel_async)
		pthread_testcancel();
	return 0;
}

void pthread_testcancel(void)
{
	if (is_due(thread_self()))
		cancel_now();
}

static int change(int *setting, int value, int *old)
{
	if (value != 0 && value != 1)
		return EINVAL;
	if (old != NULL)
		*old = *setting;
	*setting = value;
	if (thread_self()->cancel_async)
		pthread_testcancel();
	return 0;
}

int pthread_setcancelstate(int state, int *old)
{
	return change(&thread_self()->cancel_disabled, state, old);
}

int pthread_setcanceltype(int type, int *old)
{
	return change(&thread_self()->cancel_async, type, old);
}

void pthread_cleanup_begin(struct pthread_cleanup *cleanup)
{
	cleanup->next = thread_self()->cleanup;
	thread_self()->cleanup = cleanup;
}

void pthread_cleanup_end(struct pthread_cleanup *cleanup, int execute)
{
	thread_self()->cleanup = cleanup->next;
	if (execute)
		cleanup->function(cleanup->argument);
}

// -------- what is called around fork

#define HANDLERS_MAX 32
static void (*prepare_handlers[HANDLERS_MAX])(void), (*parent_handlers[HANDLERS_MAX])(void),
    (*child_handlers[HANDLERS_MAX])(void);
static int handler_count, handlers_lock;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	libc_lock(&handlers_lock);
	int rc = handler_count < HANDLERS_MAX ? 0 : ENOMEM;
	if (rc == 0) {
		prepare_handlers[handler_count] = prepare;
		parent_handlers[handler_count] = parent;
		child_handlers[handler_count++] = child;
	}
	libc_unlock(&handlers_lock);
	return rc;
}

// Before it, last first; after it, first first.
void fork_before(void)
{
	for (int i = handler_count; i-- > 0;)
		if (prepare_handlers[i] != NULL)
			prepare_handlers[i]();
	malloc_hold(true); // the child's heap is whole, whoever was at it
}

void fork_after(long pid)
{
	malloc_hold(false);
	if (pid == 0)
		fork_child();
	void (**handlers)(void) = pid == 0 ? child_handlers : parent_handlers;
	for (int i = 0; i < handler_count; i++)
		if (handlers[i] != NULL)
			handlers[i]();
}
