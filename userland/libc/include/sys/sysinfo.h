#pragma once
#include <abi_names.h>
#include "kernel/uapi/sysinfo.h"
int sysinfo(struct sysinfo *info);
