// spawn.h: a new process with a program of its own, its descriptors and signals arranged on the way.
#pragma once
#include <sched.h>
#include <signal.h>
#include <sys/types.h>
#define POSIX_SPAWN_RESETIDS 1
#define POSIX_SPAWN_SETPGROUP 2
#define POSIX_SPAWN_SETSIGDEF 4
#define POSIX_SPAWN_SETSIGMASK 8
#define POSIX_SPAWN_SETSCHEDPARAM 16
#define POSIX_SPAWN_SETSCHEDULER 32
typedef struct {
	struct spawn_action *list;
	int count;
} posix_spawn_file_actions_t;
typedef struct {
	short flags;
	pid_t group;
	sigset_t defaults, mask;
	int policy;
	struct sched_param parameter;
} posix_spawnattr_t;
#define SPAWN_VALUE(name, type)                                                                                    \
	int posix_spawnattr_set##name(posix_spawnattr_t *attributes, type value);                                  \
	int posix_spawnattr_get##name(const posix_spawnattr_t *restrict attributes, type *restrict value);
#define SPAWN_SET(name, type)                                                                                      \
	int posix_spawnattr_set##name(posix_spawnattr_t *restrict attributes, const type *restrict value);         \
	int posix_spawnattr_get##name(const posix_spawnattr_t *restrict attributes, type *restrict value);
SPAWN_VALUE(flags, short)
SPAWN_VALUE(pgroup, pid_t)
SPAWN_VALUE(schedpolicy, int)
SPAWN_SET(sigdefault, sigset_t)
SPAWN_SET(sigmask, sigset_t)
SPAWN_SET(schedparam, struct sched_param)
int posix_spawnattr_init(posix_spawnattr_t *attributes), posix_spawnattr_destroy(posix_spawnattr_t *attributes);
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions), posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int descriptor);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int descriptor, int to);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int descriptor, const char *restrict path, int flags, mode_t mode);
int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
		char *const arguments[restrict], char *const environment[restrict]);
int posix_spawnp(pid_t *restrict pid, const char *restrict name, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
		 char *const arguments[restrict], char *const environment[restrict]);
