#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/process.h"
clock_t times(struct tms *used);
