// drivers.h: what the kernel's start calls, in this order.
#pragma once
#include "boot/common/boot_info.h"

void drivers_early_console(void);                  // first of all: words on the serial line, by polling
void drivers_init(const struct boot_info *info);   // thread context, file systems are there
