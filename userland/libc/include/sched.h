#pragma once
#include "kernel/uapi/process.h"
int sched_yield(void);
