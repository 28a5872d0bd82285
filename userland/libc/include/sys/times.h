#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/sysinfo.h"
clock_t times(struct tms *used);
