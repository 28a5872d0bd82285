// sysconf.c: what this system offers and where its limits are: the answers are the kernel's and this library's own, one list.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#define OPTION 200809
#define NONE (-1) // no limit, or not there
#define ASK (-2)  // of the kernel, when asked
#define ROW(name) [name - _SC_ARG_MAX]

static const long answers[_SC_END - _SC_ARG_MAX] = {
	ROW(_SC_ARG_MAX) = ARG_MAX, ROW(_SC_CHILD_MAX) = ASK, ROW(_SC_OPEN_MAX) = ASK, ROW(_SC_NGROUPS_MAX) = NGROUPS_MAX, ROW(_SC_STREAM_MAX) = ASK,
	ROW(_SC_TZNAME_MAX) = TZNAME_MAX, ROW(_SC_IOV_MAX) = IOV_MAX, ROW(_SC_ATEXIT_MAX) = ATEXIT_MAX, ROW(_SC_LINE_MAX) = LINE_MAX,
	ROW(_SC_LOGIN_NAME_MAX) = LOGIN_NAME_MAX, ROW(_SC_TTY_NAME_MAX) = TTY_NAME_MAX, ROW(_SC_HOST_NAME_MAX) = HOST_NAME_MAX,
	ROW(_SC_SYMLOOP_MAX) = SYMLOOP_MAX, ROW(_SC_RE_DUP_MAX) = RE_DUP_MAX, ROW(_SC_SIGQUEUE_MAX) = NONE, ROW(_SC_RTSIG_MAX) = SIGRTMAX - SIGRTMIN + 1,
	ROW(_SC_VERSION) = OPTION, ROW(_SC_2_VERSION) = OPTION, ROW(_SC_XOPEN_VERSION) = NONE, ROW(_SC_JOB_CONTROL) = 1, ROW(_SC_SAVED_IDS) = 1,
	ROW(_SC_FSYNC) = OPTION, ROW(_SC_MAPPED_FILES) = OPTION, ROW(_SC_MEMORY_PROTECTION) = OPTION, ROW(_SC_MONOTONIC_CLOCK) = OPTION,
	ROW(_SC_READER_WRITER_LOCKS) = OPTION, ROW(_SC_REALTIME_SIGNALS) = OPTION, ROW(_SC_SEMAPHORES) = OPTION, ROW(_SC_SHARED_MEMORY_OBJECTS) = OPTION,
	ROW(_SC_SPIN_LOCKS) = OPTION, ROW(_SC_BARRIERS) = OPTION, ROW(_SC_CLOCK_SELECTION) = OPTION, ROW(_SC_CPUTIME) = OPTION, ROW(_SC_THREAD_CPUTIME) = OPTION,
	ROW(_SC_THREADS) = OPTION, ROW(_SC_THREAD_ATTR_STACKADDR) = OPTION, ROW(_SC_THREAD_ATTR_STACKSIZE) = OPTION, ROW(_SC_THREAD_PROCESS_SHARED) = OPTION,
	ROW(_SC_THREAD_SAFE_FUNCTIONS) = OPTION, ROW(_SC_TIMEOUTS) = OPTION, ROW(_SC_REGEXP) = 1, ROW(_SC_SHELL) = 1, ROW(_SC_MEMLOCK_RANGE) = OPTION,
	ROW(_SC_SPAWN) = OPTION, ROW(_SC_TIMERS) = OPTION, ROW(_SC_ASYNCHRONOUS_IO) = NONE, ROW(_SC_MESSAGE_PASSING) = NONE, ROW(_SC_PRIORITIZED_IO) = NONE,
	ROW(_SC_PRIORITY_SCHEDULING) = NONE, ROW(_SC_THREAD_PRIO_INHERIT) = NONE, ROW(_SC_THREAD_PRIO_PROTECT) = NONE,
	ROW(_SC_THREAD_PRIORITY_SCHEDULING) = NONE, ROW(_SC_MEMLOCK) = OPTION, ROW(_SC_THREAD_KEYS_MAX) = PTHREAD_KEYS_MAX,
	ROW(_SC_THREAD_STACK_MIN) = PTHREAD_STACK_MIN, ROW(_SC_THREAD_THREADS_MAX) = NONE, ROW(_SC_THREAD_DESTRUCTOR_ITERATIONS) = PTHREAD_DESTRUCTOR_ITERATIONS,
	ROW(_SC_SEM_NSEMS_MAX) = NONE, ROW(_SC_SEM_VALUE_MAX) = SEM_VALUE_MAX, ROW(_SC_GETPW_R_SIZE_MAX) = 4096, ROW(_SC_GETGR_R_SIZE_MAX) = 4096,
	ROW(_SC_PHYS_PAGES) = ASK, ROW(_SC_AVPHYS_PAGES) = ASK,
};

static long limit_of(int resource)
{
	struct rlimit limit;
	return getrlimit(resource, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ? -1 : (long)limit.rlim_cur;
}

static long ask(int name)
{
	struct sysinfo memory;
	if (name == _SC_OPEN_MAX || name == _SC_STREAM_MAX)
		return limit_of(RLIMIT_NOFILE);
	if (name == _SC_CHILD_MAX)
		return limit_of(RLIMIT_NPROC);
	if (sysinfo(&memory) < 0)
		return -1;
	return (long)((name == _SC_PHYS_PAGES ? memory.totalram : memory.freeram) * memory.mem_unit / 4096);
}

// Of the names that only the whole library has (house/unistd.h), most are of options that are not here.
static long rest(int name)
{
	switch (name) {
	case _SC_2_C_BIND:
	case _SC_ADVISORY_INFO:
	case _SC_SYNCHRONIZED_IO: return OPTION;
	case _SC_V7_LP64_OFF64:
	case _SC_V7_LPBIG_OFFBIG:
	case _SC_XOPEN_ENH_I18N: return 1;
	case _SC_BC_BASE_MAX: return BC_BASE_MAX;
	case _SC_BC_DIM_MAX: return BC_DIM_MAX;
	case _SC_BC_SCALE_MAX: return BC_SCALE_MAX;
	case _SC_BC_STRING_MAX: return BC_STRING_MAX;
	case _SC_COLL_WEIGHTS_MAX: return COLL_WEIGHTS_MAX;
	case _SC_EXPR_NEST_MAX: return EXPR_NEST_MAX;
	case _SC_DELAYTIMER_MAX: return DELAYTIMER_MAX;
	default: return NONE;
	}
}

// What sysconf (unix.c) does not know itself.
long sysconf_more(int name);
long sysconf_more(int name)
{
	if (name >= _SC_END && name < _SC_LAST)
		return rest(name);
	if (name < _SC_ARG_MAX || name >= _SC_END) {
		errno = EINVAL;
		return -1;
	}
	return answers[name - _SC_ARG_MAX] == ASK ? ask(name) : answers[name - _SC_ARG_MAX];
}

static long path_limit(int name, const struct statfs *system)
{
	switch (name) {
	case _PC_LINK_MAX: return 65000;
	case _PC_MAX_CANON:
	case _PC_MAX_INPUT: return 255;
	case _PC_NAME_MAX: return system->f_namelen;
	case _PC_PATH_MAX: return PATH_MAX;
	case _PC_PIPE_BUF: return PIPE_BUF;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_2_SYMLINKS: return 1;
	case _PC_VDISABLE: return _POSIX_VDISABLE;
	case _PC_SYNC_IO: return 1;
	case _PC_ASYNC_IO:
	case _PC_REC_INCR_XFER_SIZE:
	case _PC_REC_MAX_XFER_SIZE:
	case _PC_PRIO_IO: return -1;
	case _PC_ALLOC_SIZE_MIN:
	case _PC_REC_MIN_XFER_SIZE:
	case _PC_REC_XFER_ALIGN: return system->f_bsize;
	case _PC_TIMESTAMP_RESOLUTION: return 1;
	case _PC_FILESIZEBITS: return 64;
	case _PC_SYMLINK_MAX: return PATH_MAX - 1;
	default: errno = EINVAL; return -1;
	}
}

long pathconf(const char *path, int name)
{
	struct statfs system;
	return statfs(path, &system) < 0 ? -1 : path_limit(name, &system);
}

long fpathconf(int fd, int name)
{
	struct statfs system;
	return fstatfs(fd, &system) < 0 ? -1 : path_limit(name, &system);
}

// The length of the answer with its NUL; 0 for an unknown name, and for an environment of 32 bits, which is not here.
size_t confstr(int name, char *to, size_t size)
{
	const char *answer = name == _CS_PATH ? "/bin:/usr/bin" : name == _CS_V7_ENV ? "POSIXLY_CORRECT=1" :
			     name == _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS ? "POSIX_V7_LP64_OFF64\nPOSIX_V7_LPBIG_OFFBIG" : "";
	if (name < 0 || name > _CS_POSIX_V7_THREADS_LDFLAGS)
		errno = EINVAL;
	if (name < 0 || (name >= _CS_POSIX_V7_ILP32_OFF32_CFLAGS && name != _CS_POSIX_V7_THREADS_CFLAGS && name != _CS_POSIX_V7_THREADS_LDFLAGS))
		return 0;
	if (size > 0)
		strlcpy(to, answer, size);
	return strlen(answer) + 1;
}

// A number for this machine: the 32 bits of /etc/hostid, or a hash of its name (FNV-1a).
long gethostid(void)
{
	struct utsname name;
	int id, fd = open("/etc/hostid", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, &id, sizeof(id));
	if (fd >= 0)
		close(fd);
	if (got == sizeof(id))
		return id;
	unsigned hash = 2166136261;
	uname(&name);
	for (const char *c = name.nodename; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619;
	return (int)hash;
}
