#pragma once
#include "kernel/uapi/process.h"
#define RB_POWER_OFF REBOOT_POWER_OFF
#define RB_HALT_SYSTEM REBOOT_HALT
#define RB_AUTOBOOT REBOOT_RESTART
int reboot(int command);
