#pragma once
#include <abi_names.h>
#include "kernel/uapi/poll.h"
typedef unsigned long nfds_t;
int poll(struct pollfd *set, nfds_t count, int timeout_ms);
