#pragma once
#include <abi_names.h>
#include "kernel/uapi/process.h"
int sched_yield(void);
