// spawn.c: posix_spawn as a fork and an exec. What fails in the child comes back through a pipe that exec closes: its errno is the answer,
// and the child is gone. From before the fork until the child has its own signals, every signal waits, so no handler of the parent's runs in it.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct spawn_action {
	int descriptor, from; // from: a descriptor to copy; FROM_PATH: to open; FROM_NOTHING: to close
	char *path;
	int flags;
	mode_t mode;
};
enum { FROM_PATH = -1, FROM_NOTHING = -2 };

#define VALUE(name, field, type, take, give)                                                                       \
	int posix_spawnattr_set##name(posix_spawnattr_t *restrict attributes, take)                                \
	{                                                                                                          \
		attributes->field = give;                                                                          \
		return 0;                                                                                          \
	}                                                                                                          \
	int posix_spawnattr_get##name(const posix_spawnattr_t *restrict attributes, type *restrict value)          \
	{                                                                                                          \
		*value = attributes->field;                                                                        \
		return 0;                                                                                          \
	}
VALUE(pgroup, group, pid_t, pid_t value, value)
VALUE(schedpolicy, policy, int, int value, value)
VALUE(sigdefault, defaults, sigset_t, const sigset_t *restrict value, *value)
VALUE(sigmask, mask, sigset_t, const sigset_t *restrict value, *value)
VALUE(schedparam, parameter, struct sched_param, const struct sched_param *restrict value, *value)

int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags)
{
	if ((flags & ~63) != 0)
		return EINVAL;
	attributes->flags = flags;
	return 0;
}

int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attributes, short *restrict flags)
{
	*flags = attributes->flags;
	return 0;
}

int posix_spawnattr_init(posix_spawnattr_t *attributes)
{
	*attributes = (posix_spawnattr_t){0};
	return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attributes)
{
	return 0;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	*actions = (posix_spawn_file_actions_t){0};
	return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	for (int i = 0; i < actions->count; i++)
		free(actions->list[i].path);
	free(actions->list);
	return posix_spawn_file_actions_init(actions);
}

static int add(posix_spawn_file_actions_t *actions, struct spawn_action action)
{
	if (action.descriptor < 0 || action.descriptor >= sysconf(_SC_OPEN_MAX))
		return EBADF;
	struct spawn_action *list = reallocarray(actions->list, (size_t)actions->count + 1, sizeof(*list));
	if (list == NULL)
		return ENOMEM;
	actions->list = list;
	list[actions->count++] = action;
	return 0;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int descriptor)
{
	return add(actions, (struct spawn_action){descriptor, FROM_NOTHING, NULL, 0, 0});
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int descriptor, int to)
{
	return descriptor < 0 ? EBADF : add(actions, (struct spawn_action){to, descriptor, NULL, 0, 0});
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int descriptor, const char *restrict path, int flags, mode_t mode)
{
	char *copy = strdup(path);
	int rc = copy == NULL ? ENOMEM : add(actions, (struct spawn_action){descriptor, FROM_PATH, copy, flags, mode});
	if (rc != 0)
		free(copy);
	return rc;
}

static int act(const struct spawn_action *action)
{
	int fd = action->from;
	if (fd == FROM_NOTHING) // it need not be open
		return close(action->descriptor) < 0 && errno != EBADF ? -1 : 0;
	if (fd == action->descriptor) // the new program keeps it
		return fcntl(fd, F_SETFD, 0);
	if (fd == FROM_PATH && (close(action->descriptor), fd = open(action->path, action->flags, action->mode)) < 0)
		return -1;
	if (fd != action->descriptor && dup2(fd, action->descriptor) < 0)
		return -1;
	return action->from == FROM_PATH && fd != action->descriptor ? close(fd) : 0;
}

static int arrange(const posix_spawnattr_t *attributes)
{
	int flags = attributes->flags;
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action = {.sa_handler = SIG_DFL}, now;
		if (sigaction(number, NULL, &now) < 0)
			continue; // the library's own
		int handled = now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
		if ((handled || (flags & POSIX_SPAWN_SETSIGDEF && sigismember(&attributes->defaults, number))) && number != SIGKILL && number != SIGSTOP)
			sigaction(number, &action, NULL);
	}
	if (flags & POSIX_SPAWN_SETPGROUP && setpgid(0, attributes->group) < 0)
		return -1;
	if (flags & POSIX_SPAWN_SETSCHEDULER && sched_setscheduler(0, attributes->policy, &attributes->parameter) < 0)
		return -1;
	if (!(flags & POSIX_SPAWN_SETSCHEDULER) && flags & POSIX_SPAWN_SETSCHEDPARAM && sched_setparam(0, &attributes->parameter) < 0)
		return -1;
	return flags & POSIX_SPAWN_RESETIDS ? -(setegid(getgid()) < 0 || seteuid(getuid()) < 0) : 0;
}

static _Noreturn void child(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes, const sigset_t *mask, int report,
			    int (*start)(const char *, char *const *, char *const *), const char *path, char *const *arguments, char *const *environment)
{
	int rc = arrange(attributes);
	for (int i = 0; rc >= 0 && actions != NULL && i < actions->count; i++) {
		if (actions->list[i].descriptor == report && (report = fcntl(report, F_DUPFD_CLOEXEC, 0)) < 0)
			_exit(127); // out of the way
		rc = act(&actions->list[i]);
	}
	if (rc >= 0) {
		sigprocmask(SIG_SETMASK, attributes->flags & POSIX_SPAWN_SETSIGMASK ? &attributes->mask : mask, NULL);
		start(path, arguments, environment);
	}
	int error = errno;
	write(report, &error, sizeof(error));
	_exit(127);
}

static int spawn(pid_t *pid, int (*start)(const char *, char *const *, char *const *), const char *path, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment)
{
	static const posix_spawnattr_t none;
	sigset_t all, mask;
	int ends[2], error = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	pid_t made = fork();
	if (made == 0) {
		close(ends[0]);
		child(actions, attributes != NULL ? attributes : &none, &mask, ends[1], start, path, arguments, environment);
	}
	error = made < 0 ? errno : 0;
	close(ends[1]);
	if (made >= 0 && read(ends[0], &error, sizeof(error)) == sizeof(error))
		waitpid(made, NULL, 0);
	close(ends[0]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (error == 0 && pid != NULL)
		*pid = made;
	return error;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
		char *const arguments[restrict], char *const environment[restrict])
{
	return spawn(pid, execve, path, actions, attributes, arguments, environment);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict name, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
		 char *const arguments[restrict], char *const environment[restrict])
{
	return spawn(pid, execvpe, name, actions, attributes, arguments, environment);
}
