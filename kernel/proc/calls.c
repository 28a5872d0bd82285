// calls.c: system calls about the process itself: identity, groups, limits, time, memory, and the machine's name.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/power.h"
#include "kernel/core/printk.h"
#include "kernel/core/random.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

long sys_getpid(void)
{
	return current->tgid;
}

long sys_gettid(void)
{
	return current->tid;
}

long sys_getppid(void)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *parent = current_process()->parent;
	int pid = parent != NULL ? parent->pid : 0;
	spin_unlock_irqrestore(&process_lock, state);
	return pid;
}

long sys_getuid(void)
{
	return current->cred->uid;
}

long sys_geteuid(void)
{
	return current->cred->euid;
}

long sys_getgid(void)
{
	return current->cred->gid;
}

long sys_getegid(void)
{
	return current->cred->egid;
}

// A changed copy of this thread's cred takes its place.
static struct cred *cred_copy(void)
{
	struct cred *cred = kmalloc(sizeof(*cred), ALLOC_SLEEP);
	if (cred == NULL)
		return NULL;
	*cred = *current->cred;
	refcount_set(&cred->references, 1);
	return cred;
}

static void cred_replace(struct cred *cred)
{
	task_put_cred(current_task());
	current->cred = cred;
}

static bool one_of(uint32_t id, uint32_t a, uint32_t b, uint32_t c)
{
	return id == ~0u || id == a || id == b || id == c;
}

long sys_setresuid(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	if (cred->euid != 0 &&
	    !(one_of(real, cred->uid, cred->euid, cred->suid) && one_of(effective, cred->uid, cred->euid, cred->suid) &&
	      one_of(saved, cred->uid, cred->euid, cred->suid))) {
		kfree(cred);
		return -EPERM;
	}
	cred->uid = real != ~0u ? real : cred->uid;
	cred->euid = cred->fsuid = effective != ~0u ? effective : cred->euid;
	cred->suid = saved != ~0u ? saved : cred->suid;
	cred_replace(cred);
	return 0;
}

long sys_setresgid(unsigned real, unsigned effective, unsigned saved)
{
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	if (cred->euid != 0 &&
	    !(one_of(real, cred->gid, cred->egid, cred->sgid) && one_of(effective, cred->gid, cred->egid, cred->sgid) &&
	      one_of(saved, cred->gid, cred->egid, cred->sgid))) {
		kfree(cred);
		return -EPERM;
	}
	cred->gid = real != ~0u ? real : cred->gid;
	cred->egid = cred->fsgid = effective != ~0u ? effective : cred->egid;
	cred->sgid = saved != ~0u ? saved : cred->sgid;
	cred_replace(cred);
	return 0;
}

long sys_setuid(unsigned id)
{
	bool root = current->cred->euid == 0;
	return sys_setresuid(root ? id : ~0u, id, root ? id : ~0u);
}

long sys_setgid(unsigned id)
{
	bool root = current->cred->euid == 0;
	return sys_setresgid(root ? id : ~0u, id, root ? id : ~0u);
}

long sys_getgroups(int size, user_addr list)
{
	const struct cred *cred = current->cred;
	if (size < 0 || (size != 0 && (uint32_t)size < cred->group_count))
		return -EINVAL;
	if (size != 0 && copy_to_user(list, cred->groups, cred->group_count * 4) != 0)
		return -EFAULT;
	return cred->group_count;
}

long sys_setgroups(size_t count, user_addr list)
{
	if (current->cred->euid != 0)
		return -EPERM;
	if (count > GROUPS_MAX)
		return -EINVAL;
	struct cred *cred = cred_copy();
	if (cred == NULL)
		return -ENOMEM;
	cred->group_count = count;
	if (copy_from_user(cred->groups, list, count * 4) != 0) {
		kfree(cred);
		return -EFAULT;
	}
	cred_replace(cred);
	return 0;
}

static bool session_has_group(int session, int group)
{
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		if (process->group == group && process->session == session)
			return true;
	return false;
}

long sys_setpgid(int pid, int group)
{
	struct process *self = current_process();
	if (group < 0)
		return -EINVAL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? self : process_find(pid);
	int rc = process == NULL || (process != self && process->parent != self) ? -ESRCH : 0;
	group = group != 0 ? group : rc == 0 ? process->pid : 0;
	if (rc == 0 && process != self && process->did_exec)
		rc = -EACCES;
	if (rc == 0 && (process->session == process->pid || process->session != self->session))
		rc = -EPERM;
	if (rc == 0 && group != process->pid && !session_has_group(self->session, group))
		rc = -EPERM;
	if (rc == 0)
		process->group = group;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

static long group_or_session(int pid, bool session)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? current_process() : process_find(pid);
	long result = process == NULL ? -ESRCH : session ? process->session : process->group;
	spin_unlock_irqrestore(&process_lock, state);
	return result;
}

long sys_getpgid(int pid)
{
	return group_or_session(pid, false);
}

long sys_getpgrp(void)
{
	return group_or_session(0, false);
}

long sys_getsid(int pid)
{
	return group_or_session(pid, true);
}

long sys_setsid(void)
{
	struct process *self = current_process();
	unsigned long state = spin_lock_irqsave(&process_lock);
	bool leads = false;
	struct process *process = NULL;
	for (int pid = 0; (process = process_next(pid)) != NULL; pid = process->pid)
		leads |= process->group == self->pid && process != self;
	int rc = leads || (self->group == self->pid && self->session == self->pid && self != init_process) ? -EPERM : self->pid;
	if (rc > 0)
		self->group = self->session = self->pid;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

long sys_prlimit64(int pid, int resource, user_addr new, user_addr old)
{
	struct abi_rlimit limit, previous;
	if (resource < 0 || resource >= RLIMIT_COUNT)
		return -EINVAL;
	if (new != 0 && copy_from_user(&limit, new, sizeof(limit)) != 0)
		return -EFAULT;
	if (new != 0 && limit.rlim_cur > limit.rlim_max)
		return -EINVAL;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct process *process = pid == 0 ? current_process() : process_find(pid);
	int rc = process == NULL ? -ESRCH : process != current_process() && current->cred->euid != 0 ? -EPERM : 0;
	if (rc == 0) {
		previous = process->limits[resource];
		if (new != 0 && limit.rlim_max > previous.rlim_max && current->cred->euid != 0)
			rc = -EPERM;
		else if (new != 0)
			process->limits[resource] = limit;
	}
	struct mm *mm = process == current_process() ? current->mm : NULL;
	spin_unlock_irqrestore(&process_lock, state);
	if (rc == 0 && new != 0 && mm != NULL && resource == RLIMIT_STACK)
		mm->stack_limit = limit.rlim_cur;
	if (rc == 0 && new != 0 && mm != NULL && resource == RLIMIT_AS)
		mm->address_limit = limit.rlim_cur;
	return rc == 0 && old != 0 ? copy_to_user(old, &previous, sizeof(previous)) : rc;
}

long sys_getrlimit(int resource, user_addr limit)
{
	return sys_prlimit64(0, resource, 0, limit);
}

long sys_setrlimit(int resource, user_addr limit)
{
	return sys_prlimit64(0, resource, limit, 0);
}

static void self_times(uint64_t *user_ns, uint64_t *system_ns)
{
	struct process *process = current_process();
	uint64_t user = process->dead_user_ns, total = process->dead_user_ns + process->dead_system_ns;
	struct task *task;
	unsigned long state = spin_lock_irqsave(&process_lock);
	list_for_each(task, &process->threads, link) {
		user += task_user_ns(task);
		total += task->thread.runtime_ns;
	}
	spin_unlock_irqrestore(&process_lock, state);
	*user_ns = user;
	*system_ns = total > user ? total - user : 0;
}

long sys_getrusage(int who, user_addr usage)
{
	uint64_t user, system;
	if (who == -1) {
		user = current_process()->child_user_ns;
		system = current_process()->child_system_ns;
	} else if (who == 0 || who == 1)
		self_times(&user, &system);
	else
		return -EINVAL;
	struct abi_rusage result = {.ru_utime = {user / 1000000000, user / 1000 % 1000000},
				    .ru_stime = {system / 1000000000, system / 1000 % 1000000},
				    .ru_maxrss = current->mm->resident_pages * 4,
				    .ru_nvcsw = current->switches_voluntary,
				    .ru_nivcsw = current->switches_forced};
	return copy_to_user(usage, &result, sizeof(result));
}

long sys_times(user_addr buffer)
{
	uint64_t user, system;
	self_times(&user, &system);
	struct abi_tms tms = {user / 10000000, system / 10000000, current_process()->child_user_ns / 10000000,
			      current_process()->child_system_ns / 10000000};
	if (buffer != 0 && copy_to_user(buffer, &tms, sizeof(tms)) != 0)
		return -EFAULT;
	return time_monotonic_ns() / 10000000;
}

static int clock_now(int clock, int64_t *now)
{
	uint64_t user, system;
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*now = time_realtime_ns();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*now = time_monotonic_ns();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		self_times(&user, &system);
		*now = user + system;
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*now = current->runtime_ns;
		return 0;
	default: return -EINVAL;
	}
}

long sys_clock_gettime(int clock, user_addr time)
{
	int64_t now;
	int rc = clock_now(clock, &now);
	struct abi_timespec result = {now / NS_PER_SECOND, now % NS_PER_SECOND};
	return rc != 0 ? rc : copy_to_user(time, &result, sizeof(result));
}

long sys_clock_getres(int clock, user_addr time)
{
	int64_t now;
	int rc = clock_now(clock, &now);
	struct abi_timespec result = {0, 1};
	return rc != 0 || time == 0 ? rc : copy_to_user(time, &result, sizeof(result));
}

long sys_clock_settime(int clock, user_addr time)
{
	struct abi_timespec new;
	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	if (copy_from_user(&new, time, sizeof(new)) != 0)
		return -EFAULT;
	if (current->cred->euid != 0)
		return -EPERM;
	if (new.tv_sec < 0 || new.tv_sec > 1l << 33 || new.tv_nsec < 0 || new.tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	time_set_realtime_ns(new.tv_sec * NS_PER_SECOND + new.tv_nsec);
	return 0;
}

long sys_gettimeofday(user_addr time, user_addr zone)
{
	int64_t now = time_realtime_ns();
	struct abi_timeval result = {now / NS_PER_SECOND, now % NS_PER_SECOND / 1000};
	uint64_t utc = 0;
	if (time != 0 && copy_to_user(time, &result, sizeof(result)) != 0)
		return -EFAULT;
	return zone != 0 ? copy_to_user(zone, &utc, 8) : 0;
}

long sys_time(user_addr time)
{
	int64_t now = time_realtime_ns() / NS_PER_SECOND;
	return time != 0 && copy_to_user(time, &now, 8) != 0 ? -EFAULT : now;
}

long sys_clock_nanosleep(int clock, int flags, user_addr request, user_addr remainder)
{
	struct abi_timespec time;
	int64_t now;
	if (clock_now(clock, &now) != 0 || (flags & ~TIMER_ABSTIME))
		return -EINVAL;
	if (copy_from_user(&time, request, sizeof(time)) != 0)
		return -EFAULT;
	if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= NS_PER_SECOND)
		return -EINVAL;
	int64_t wanted = time.tv_sec > INT64_MAX / NS_PER_SECOND / 2 ? INT64_MAX / 2 : time.tv_sec * NS_PER_SECOND + time.tv_nsec;
	int64_t deadline = time_monotonic_ns() + (flags & TIMER_ABSTIME ? wanted - now : wanted);
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	int rc = wait_event_deadline(&nobody, false, deadline);
	if (rc == -ETIMEDOUT)
		return 0;
	int64_t left = deadline - time_monotonic_ns();
	left = left > 0 ? left : 0;
	time = (struct abi_timespec){left / NS_PER_SECOND, left % NS_PER_SECOND};
	if (!(flags & TIMER_ABSTIME) && remainder != 0 && copy_to_user(remainder, &time, sizeof(time)) != 0)
		return -EFAULT;
	return -EINTR;
}

long sys_nanosleep(user_addr request, user_addr remainder)
{
	return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remainder);
}

long sys_alarm(unsigned seconds)
{
	struct timer *timer = &current_process()->alarm;
	int64_t now = time_monotonic_ns(), deadline = timer->deadline_ns;
	long left = timer_cancel(timer) && deadline > now ? (deadline - now + NS_PER_SECOND - 1) / NS_PER_SECOND : 0;
	if (seconds != 0)
		timer_start(timer, now + seconds * NS_PER_SECOND);
	return left;
}

long sys_sched_yield(void)
{
	sched_yield();
	return 0;
}

long sys_sched_getaffinity(int pid, size_t size, user_addr mask)
{
	uint64_t cpus = machine_online_mask() & current->affinity;
	if (size < 8 || size % 8 != 0)
		return -EINVAL;
	(void)pid;
	return copy_to_user(mask, &cpus, 8) != 0 ? -EFAULT : 8;
}

long sys_uname(user_addr buffer)
{
	struct abi_utsname name = {"Linux", "groundup", "6.1.0-groundup", "", "x86_64", "(none)"};
	strlcpy(name.version, kernel_version_text, sizeof(name.version));
	return copy_to_user(buffer, &name, sizeof(name));
}

long sys_sysinfo(user_addr buffer)
{
	struct abi_sysinfo info = {.uptime = time_monotonic_ns() / NS_PER_SECOND,
				   .totalram = memory_total_pages() * PAGE_SIZE,
				   .freeram = memory_free_pages() * PAGE_SIZE,
				   .procs = process_count(),
				   .mem_unit = 1};
	return copy_to_user(buffer, &info, sizeof(info));
}

long sys_getrandom(user_addr buffer, size_t size, unsigned flags)
{
	char bytes[256];
	if (flags & ~3u)
		return -EINVAL;
	size = size < 1ul << 25 ? size : (1ul << 25) - 1;
	for (size_t done = 0, chunk; done < size; done += chunk) {
		chunk = size - done < sizeof(bytes) ? size - done : sizeof(bytes);
		random_bytes(bytes, chunk);
		if (copy_to_user(buffer + done, bytes, chunk) != 0)
			return done != 0 ? (long)done : -EFAULT;
	}
	return size;
}

long sys_arch_prctl(int code, user_addr address)
{
	switch (code) {
	case ARCH_SET_FS:
		if (address >= USER_END)
			return -EPERM;
		current->fs_base = address;
		write_msr(MSR_FS_BASE, address);
		return 0;
	case ARCH_GET_FS: return copy_to_user(address, &current->fs_base, 8);
	default: return -EINVAL;
	}
}

long sys_prctl(int option, uint64_t argument)
{
	char name[16] = {0};
	switch (option) {
	case 15: // PR_SET_NAME
		if (strncpy_from_user(name, argument, sizeof(name) - 1) == -EFAULT)
			return -EFAULT;
		memcpy(current->name, name, sizeof(name));
		return 0;
	case 16: // PR_GET_NAME
		return copy_to_user(argument, current->name, sizeof(name));
	default: return -EINVAL;
	}
}

long sys_set_tid_address(user_addr address)
{
	current_task()->clear_child_tid = address;
	return current->tid;
}

long sys_syslog(int type, user_addr buffer, int size)
{
	char bytes[256];
	uint64_t position = log_start();
	if (type == 10) // SYSLOG_ACTION_SIZE_BUFFER
		return LOG_SIZE;
	if (type != 3) // SYSLOG_ACTION_READ_ALL
		return type >= 0 && type <= 10 ? -EPERM : -EINVAL;
	if (current->cred->euid != 0) // the log names addresses
		return -EPERM;
	if (size < 0)
		return -EINVAL;
	if (log_end() - position > (uint64_t)size)
		position = log_end() - size;
	long done = 0;
	while (done < size) {
		size_t want = size - done < (int)sizeof(bytes) ? (size_t)(size - done) : sizeof(bytes);
		size_t count = log_read(bytes, want, &position);
		if (count == 0)
			break;
		if (copy_to_user(buffer + done, bytes, count) != 0)
			return -EFAULT;
		done += count;
	}
	return done;
}

long sys_reboot(unsigned magic1, unsigned magic2, unsigned command)
{
	if (current->cred->euid != 0)
		return -EPERM;
	if (magic1 != REBOOT_MAGIC1 || magic2 != REBOOT_MAGIC2)
		return -EINVAL;
	switch (command) {
	case REBOOT_POWER_OFF:
	case REBOOT_HALT:
		power_off();
		return 0;
	case REBOOT_RESTART:
		power_reset();
		return 0;
	default: return -EINVAL;
	}
}

static uint32_t protection_ok(int protection)
{
	return (protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) == 0;
}

static int map_file(int fd, uint64_t offset, int protection, struct vm_area *area, struct file **file)
{
	*file = file_from_fd(fd);
	if (*file == NULL)
		return -EBADF;
	if (!((*file)->mode & FILE_READ) || (area->shared && (protection & PROT_WRITE) && !((*file)->mode & FILE_WRITE)))
		return -EACCES;
	area->first_page = offset / PAGE_SIZE;
	area->operations = &file_area_operations;
	area->owner = *file;
	if ((*file)->operations->mmap != NULL)
		return (*file)->operations->mmap(*file, area);
	if (!S_ISREG((*file)->inode->mode))
		return -ENODEV;
	area->mapping = &(*file)->inode->mapping;
	return 0;
}

// Shared anonymous memory is a nameless file in memory.
static int shared_anonymous(uint64_t size, struct vm_area *area, struct file **file)
{
	struct path root = path_root();
	struct inode *inode;
	int rc = tmpfs_make(root.dentry->inode, S_IFREG | 0600, 0, NULL, &inode);
	if (rc != 0)
		return rc;
	*file = file_create(inode, inode->file_operations, FILE_READ | FILE_WRITE, O_RDWR);
	if (*file == NULL)
		return -ENOMEM;
	inode->size = size;
	area->mapping = &inode->mapping;
	area->operations = &file_area_operations;
	area->owner = *file;
	area->label = "/dev/zero (deleted)";
	return 0;
}

#define MAP_KNOWN                                                                                                 \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE | MAP_STACK |                \
	 MAP_FIXED_NOREPLACE | MAP_GROWSDOWN | 0x800 | 0x1000)

long sys_mmap(uint64_t address, size_t size, int protection, int flags, int fd, uint64_t offset)
{
	struct vm_area area = {.protection = protection, .shared = (flags & 3) == MAP_SHARED};
	struct file *file = NULL;
	uint64_t start = 0;
	if (!protection_ok(protection) || (flags & ~MAP_KNOWN) || (flags & 3) == 0 || (flags & 3) == 3)
		return -EINVAL;
	if (size == 0 || offset % PAGE_SIZE != 0)
		return -EINVAL;
	if (size > USER_END)
		return -ENOMEM;
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	if (fixed && address % PAGE_SIZE != 0)
		return -EINVAL;
	area.start = 0;
	area.end = (size + PAGE_SIZE - 1) & -PAGE_SIZE; // a device's mmap wants the length
	int rc = 0;
	if (flags & MAP_ANONYMOUS)
		rc = area.shared ? shared_anonymous(size, &area, &file) : 0;
	else
		rc = map_file(fd, offset, protection, &area, &file);
	if (rc == 0 && !fixed && address != 0) // a hint: honoured when it is free
		rc = mm_map(current->mm, &area, address & -PAGE_SIZE, size, false, &start);
	if (rc == 0 ? (fixed || address == 0) : !fixed && (rc == -EEXIST || rc == -EPERM))
		rc = mm_map(current->mm, &area, fixed ? address : 0, size, flags & MAP_FIXED, &start);
	if (file != NULL)
		file_put(file);
	return rc != 0 ? rc : (long)start;
}

long sys_munmap(uint64_t address, size_t size)
{
	return mm_unmap(current->mm, address, size);
}

long sys_mprotect(uint64_t address, size_t size, int protection)
{
	return protection_ok(protection) ? mm_protect(current->mm, address, size, protection) : -EINVAL;
}

long sys_madvise(uint64_t address, size_t size, int advice)
{
	if (address % PAGE_SIZE != 0)
		return -EINVAL;
	if (advice == MADV_DONTNEED)
		return mm_discard(current->mm, address, size);
	return advice >= 0 && advice <= MADV_FREE ? 0 : -EINVAL; // the others are hints
}

long sys_brk(uint64_t end)
{
	return mm_set_heap_end(current->mm, end);
}
