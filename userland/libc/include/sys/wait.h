#pragma once
#include <signal.h>
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/process.h"
#include <wait_status.h>
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
int waitid(idtype_t kind, id_t id, siginfo_t *info, int options);
