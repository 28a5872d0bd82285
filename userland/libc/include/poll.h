#pragma once
#include <abi_names.h>
#include "kernel/uapi/poll.h"
#include "kernel/uapi/time.h"
typedef unsigned long nfds_t;
int poll(struct pollfd *set, nfds_t count, int timeout_ms);
int ppoll(struct pollfd *set, nfds_t count, const struct timespec *timeout, const unsigned long *mask);
