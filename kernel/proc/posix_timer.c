// posix_timer.c: timer_create(2) and its kin (POSIX.1-2017 timers): timers on any clock, as many as a process wants, each with a signal.
//
// A timer has at most one signal pending. Expirations that meet it are counted, and the count goes into the siginfo when it is taken
// (posix_timer_taken); so are those that nobody could be told of. The signal is marked (siginfo's pad), for it waits beside another
// timer's of the same number.
//
// Locks: timers_setting (sleeps) for who sets, makes or deletes; process_lock and signal_lock inside it for the list and the counts, which
// posix_timer_taken() and expired() use.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/limits.h"
#include "kernel/ipc/timer_spec.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/clock_timer.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/sigevent.h"

struct posix_timer {
	struct clock_timer clock;
	struct list link; // in process_timers.posix
	int id, number, signal, thread; // number: its clock as the caller named it; thread: its number; 0: any of the process
	union abi_sigval value;
	uint64_t missed, missed_last; // expirations since the last signal was taken, and before that
	uint64_t taken;
};

struct mutex timers_setting = MUTEX_INIT(timers_setting);

struct process_timers *process_timers_get(void)
{
	struct process *process = current_process();
	mutex_lock(&timers_setting);
	if (process->timers == NULL) {
		struct process_timers *timers = kzalloc(sizeof(*timers), ALLOC_SLEEP);
		if (timers != NULL) {
			list_init(&timers->posix);
			interval_timers_init(timers);
			__atomic_store_n(&process->timers, timers, __ATOMIC_RELEASE);
		}
	}
	mutex_unlock(&timers_setting);
	return process->timers;
}

// signal_lock held.
static bool is_pending(const struct pending_signals *pending, int id)
{
	const struct queued_signal *entry;
	list_for_each(entry, &pending->queue, link)
		if (entry->info.pad != 0 && entry->info.si_timerid == id)
			return true;
	return false;
}

static void expired(struct clock_timer *clock, uint64_t times)
{
	struct posix_timer *timer = container_of(clock, struct posix_timer, clock);
	struct process *process = clock->process;
	struct abi_siginfo info = {.si_code = SI_TIMER, .pad = 1, .si_timerid = timer->id, .si_value = timer->value};
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = timer->thread != 0 ? task_find(timer->thread) : NULL;
	bool gone = timer->thread != 0 && (task == NULL || task->process != process);
	const struct pending_signals *pending = timer->thread != 0 && !gone ? &task->pending : &process->pending;
	spin_lock(&process->signal_lock);
	bool waits = gone || is_pending(pending, timer->id);
	timer->missed += waits ? times : times - 1;
	uint64_t taken = timer->taken;
	spin_unlock(&process->signal_lock);
	if (!waits) {
		signal_send_locked(process, task, timer->signal, &info);
		spin_lock(&process->signal_lock);
		if (timer->taken == taken && !is_pending(pending, timer->id))
			timer->missed++; // it is ignored
		spin_unlock(&process->signal_lock);
	}
	spin_unlock_irqrestore(&process_lock, state);
}

static int count_of(uint64_t missed)
{
	return missed < INT32_MAX ? (int)missed : INT32_MAX;
}

// signal_lock held, or timers_setting.
static struct posix_timer *find(int id)
{
	struct process_timers *timers = current_process()->timers;
	struct posix_timer *timer;
	if (timers != NULL)
		list_for_each(timer, &timers->posix, link)
			if (timer->id == id)
				return timer;
	return NULL;
}

void posix_timer_taken(struct abi_siginfo *info)
{
	struct posix_timer *timer = find(info->si_timerid);
	info->pad = 0;
	if (timer == NULL)
		return;
	timer->missed_last = timer->missed;
	timer->missed = 0;
	timer->taken++;
	info->si_overrun = count_of(timer->missed_last);
}

static void unlink_timer(struct posix_timer *timer)
{
	struct process *process = timer->clock.process;
	unsigned long state = spin_lock_irqsave(&process->signal_lock);
	list_remove(&timer->link);
	process->timers->count--;
	spin_unlock_irqrestore(&process->signal_lock, state);
}

static void delete_all(struct process *process)
{
	while (!list_empty(&process->timers->posix)) {
		struct posix_timer *timer = list_first(&process->timers->posix, struct posix_timer, link);
		unlink_timer(timer);
		clock_timer_stop(&timer->clock);
		kfree(timer);
	}
}

void process_timers_end(struct process *process)
{
	delete_all(process);
	for (int i = 0; i < 3; i++)
		clock_timer_stop(&process->timers->intervals[i]);
	kfree(process->timers);
}

// Drops what timers have queued. signal_lock held.
static void forget_signals(struct pending_signals *pending)
{
	struct queued_signal *entry, *following;
	uint64_t others = 0, ours = 0;
	list_for_each_safe(entry, following, &pending->queue, link) {
		*(entry->info.pad != 0 ? &ours : &others) |= BIT(entry->info.si_signo);
		if (entry->info.pad != 0) {
			list_remove(&entry->link);
			kfree(entry);
		}
	}
	pending->bits &= ~(ours & ~others);
}

void process_timers_exec(struct process *process)
{
	mutex_lock(&timers_setting);
	delete_all(process);
	mutex_unlock(&timers_setting);
	unsigned long state = spin_lock_irqsave(&process->signal_lock);
	forget_signals(&process->pending);
	forget_signals(&current_task()->pending);
	signal_recalculate(current_task());
	spin_unlock_irqrestore(&process->signal_lock, state);
}

// Who is told, and how. False: no such thread or signal.
static bool event_is_good(const struct abi_sigevent *event)
{
	if (event->sigev_notify == SIGEV_NONE)
		return true;
	if (event->sigev_notify == SIGEV_THREAD_ID) {
		unsigned long state = spin_lock_irqsave(&process_lock);
		struct task *task = task_find(event->sigev_notify_thread_id);
		bool ours = task != NULL && task->process == current_process();
		spin_unlock_irqrestore(&process_lock, state);
		if (!ours)
			return false;
	} else if (event->sigev_notify != SIGEV_SIGNAL && event->sigev_notify != SIGEV_THREAD)
		return false;
	return event->sigev_signo > 0 && event->sigev_signo <= SIGNAL_MAX;
}

// Enters it under the next free number. 0 or -EAGAIN.
static int link_timer(struct process_timers *timers, struct posix_timer *timer)
{
	uint64_t limit = current_process()->limits[RLIMIT_SIGPENDING].rlim_cur;
	mutex_lock(&timers_setting);
	int rc = timers->count >= (limit < TIMERS_MAX ? limit : TIMERS_MAX) ? -EAGAIN : 0;
	if (rc == 0) {
		while (find(timers->next_id) != NULL)
			timers->next_id = timers->next_id < INT32_MAX ? timers->next_id + 1 : 0;
		timer->id = timers->next_id;
		timers->next_id = timers->next_id < INT32_MAX ? timers->next_id + 1 : 0;
		unsigned long state = spin_lock_irqsave(&current_process()->signal_lock);
		list_push_back(&timers->posix, &timer->link);
		timers->count++;
		spin_unlock_irqrestore(&current_process()->signal_lock, state);
	}
	mutex_unlock(&timers_setting);
	return rc;
}

long sys_timer_create(int clock, user_addr user_event, user_addr id)
{
	struct abi_sigevent event = {.sigev_signo = SIGALRM};
	int64_t now;
	if (user_event != 0 && copy_from_user(&event, user_event, sizeof(event)) != 0)
		return -EFAULT;
	if (clock_now(clock, &now) != 0)
		return -EINVAL;
	if (clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE)
		return -EOPNOTSUPP;
	if (!event_is_good(&event))
		return -EINVAL;
	struct process_timers *timers = process_timers_get();
	struct posix_timer *timer = timers != NULL ? kzalloc(sizeof(*timer), ALLOC_SLEEP) : NULL;
	if (timer == NULL)
		return -EAGAIN;
	clock_timer_init(&timer->clock, clock, event.sigev_notify == SIGEV_NONE ? NULL : expired);
	timer->number = clock_is_cpu(clock) ? cpu_clock_fix(clock) : clock;
	timer->signal = event.sigev_signo;
	timer->thread = event.sigev_notify & SIGEV_THREAD_ID ? event.sigev_notify_thread_id : 0;
	timer->value = event.sigev_value;
	int rc = link_timer(timers, timer);
	if (rc != 0) {
		kfree(timer);
		return rc;
	}
	int number = timer->id;
	if (user_event == 0)
		timer->value.sival_int = number;
	rc = copy_to_user(id, &number, sizeof(number));
	if (rc != 0)
		sys_timer_delete(number);
	return rc;
}

static struct abi_timespec to_timespec(int64_t ns)
{
	return (struct abi_timespec){ns / NS_PER_SECOND, ns % NS_PER_SECOND};
}

long sys_timer_gettime(int id, user_addr to)
{
	struct abi_itimerspec times;
	mutex_lock(&timers_setting);
	const struct posix_timer *timer = find(id);
	if (timer != NULL)
		times = (struct abi_itimerspec){to_timespec(timer->clock.interval_ns), to_timespec(clock_timer_left(&timer->clock))};
	mutex_unlock(&timers_setting);
	return timer == NULL ? -EINVAL : copy_to_user(to, &times, sizeof(times));
}

static int set_timer(int id, bool absolute, int64_t value, int64_t *left, int64_t *interval)
{
	mutex_lock(&timers_setting);
	struct posix_timer *timer = find(id);
	int rc = timer == NULL ? -EINVAL : 0;
	if (rc == 0) { // from now on does not mean a time of day, which may be set
		int clock = timer->number == CLOCK_REALTIME && !absolute ? CLOCK_MONOTONIC : timer->number;
		rc = clock_timer_set(&timer->clock, clock, value, absolute, left, interval);
	}
	if (rc == 0) {
		unsigned long state = spin_lock_irqsave(&timer->clock.process->signal_lock);
		timer->missed = timer->missed_last = 0;
		spin_unlock_irqrestore(&timer->clock.process->signal_lock, state);
	}
	mutex_unlock(&timers_setting);
	return rc;
}

long sys_timer_settime(int id, int flags, user_addr new, user_addr old)
{
	struct abi_itimerspec times;
	int64_t interval, value, left = 0;
	if (new == 0 || (flags & ~TIMER_ABSTIME))
		return -EINVAL;
	if (copy_from_user(&times, new, sizeof(times)) != 0)
		return -EFAULT;
	if (!timer_spec_ns(&times.it_interval, &interval) || !timer_spec_ns(&times.it_value, &value))
		return -EINVAL;
	int rc = set_timer(id, flags & TIMER_ABSTIME, value, &left, &interval);
	times = (struct abi_itimerspec){to_timespec(interval), to_timespec(left)};
	return rc == 0 && old != 0 ? copy_to_user(old, &times, sizeof(times)) : rc;
}

long sys_timer_getoverrun(int id)
{
	mutex_lock(&timers_setting);
	const struct posix_timer *timer = find(id);
	long count = timer != NULL ? count_of(READ_ONCE(timer->missed_last)) : -EINVAL;
	mutex_unlock(&timers_setting);
	return count;
}

long sys_timer_delete(int id)
{
	mutex_lock(&timers_setting);
	struct posix_timer *timer = find(id);
	if (timer != NULL) {
		unlink_timer(timer);
		clock_timer_stop(&timer->clock);
	}
	mutex_unlock(&timers_setting);
	kfree(timer);
	return timer != NULL ? 0 : -EINVAL;
}
